{{- /* Names and functions of the report. */ -}}
{{- define "yes" }}{{ if . }}yes{{ else }}no{{ end }}{{ end -}}
{{- $experiment := .Report.Experiment -}}
{{ .Report.TimeStamp }}: completed {{ .Report.Completed }}, failures {{ not .Report.NoTaskFailures | ternary "some" "none" }}
tasks {{ .Report.NumCompletedTasks }}/{{ .Report.NumTasks }} = {{ len $experiment.Spec }}, loop {{ printf "%03d" .Report.NumLoops }} {{ $experiment.Result.NumLoops | add 1 }}
SLOs {{ template "yes" $experiment.SLOs }}, failure {{ template "yes" (not $experiment.NoFailure) }} {{ $experiment.Result.Failure }}
version {{ $experiment.Result.Iter8Version | upper | quote }} {{ kindOf .Report }} {{ kindOf $experiment }} {{ kindOf .Report.NumTasks }}
{{ range $index, $task := $experiment.Spec -}}
{{ $index }}: {{ if $task.Task }}task {{ $task.Task }}{{ else }}run {{ $task.Run }}{{ end }}{{ with $task.If }} if {{ . }}{{ end }}
{{ end -}}
{{- with $experiment.Result.Insights -}}
versions {{ .NumVersions }}: {{ range .VersionNames }}{{ .Track }}={{ .Version }};{{ else }}unnamed{{ end }}
{{ range $version, $values := .NonHistMetricValues -}}
{{ $version }} {{ $values }}
{{ range $name, $numbers := $values }}{{ printf "  %-22s %v last %.2f of %d" $name $numbers (last $numbers) (len $numbers) }}
{{ end }}{{ end -}}
{{ range $name, $meta := .MetricsInfo -}}
{{ $name }} is a {{ lower $meta.Type }}{{ if $meta.Units }} in {{ $meta.Units }}{{ end }}: {{ $meta.Description | trunc 12 | squote }}
{{ end -}}
{{ with .SLOs -}}
{{ range $index, $slo := .Upper }}{{ $slo.Metric }} <= {{ $slo.Limit }}: {{ index $.Report.Experiment.Result.Insights.SLOsSatisfied.Upper $index }}
{{ end }}{{ range .Lower }}{{ .Metric }} >= {{ .Limit }}
{{ end }}{{ end -}}
{{ range .HistMetricValues }}{{ range $name, $buckets := . }}{{ $name }}:{{ range $buckets }} ({{ .Lower }}, {{ .Upper }}]={{ .Count }}{{ end }}{{ end }}{{ end }}
{{ range .SummaryMetricValues }}{{ range $name, $sums := . }}{{ $name }}: {{ index $sums 0 }} {{ $sums }}{{ end }}{{ end }}
{{ .TrackVersionStr 0 }}
{{- end }}
