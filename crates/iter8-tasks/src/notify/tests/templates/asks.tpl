{{- with .Report.Experiment.Result.Insights -}}
{{- range $name, $meta := .MetricsInfo }}{{ if eq $meta.Type "Gauge" "Counter" -}}
{{ $name }}: {{ $.Report.Experiment.Result.Insights.ScalarMetricValue 0 $name }} {{ ($.Report.Experiment.Result.Insights.GetMetricsInfo $name).Type }}
{{ end }}{{ end -}}
{{- else -}}
no insights
{{ end -}}
{{ with .Report.Experiment.Result.StartTime }}{{ . }} {{ .Year }} {{ .Hour }} {{ .Format "Jan 2" }} {{ .Unix }}{{ end }}
{{ $text := .Report | toJson | fromJson }}{{ dig "experiment" "result" "numLoops" 0 $text }} {{ keys $text | sortAlpha | join "," }}
{{ toYaml .Report.Experiment.Spec }}
