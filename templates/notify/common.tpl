{{- /* What the payloads have in common. */ -}}

{{- define "mark" -}}
{{- if eq . "satisfied" "pass" -}} ✅
{{- else if eq . "violated" "fail" -}} ❌
{{- else if eq . "unavailable" "inconclusive" -}} ❔
{{- else -}} ⚪
{{- end -}}
{{- end -}}

{{- define "title" -}}
{{ .Group }}: {{ .Headline }}
{{- end -}}

{{- define "state" -}}
{{- if .Tally }}{{ .Tally }}. {{ end -}}
{{- if .Report.Completed }}The experiment has completed{{ else }}The experiment has not completed yet{{ end -}}
, loop {{ .Loop }}.
{{- end -}}

{{- define "leftOut" -}}
{{- $what := list -}}
{{- if .SLOs }}{{ $what = append $what (printf "%d more SLOs" .SLOs) }}{{ end -}}
{{- if .Metrics }}{{ $what = append $what (printf "%d more metrics" .Metrics) }}{{ end -}}
{{- if $what }}… and {{ join " and " $what }}{{ end -}}
{{- end -}}

{{- /* The same for a message that shows metrics only if there are no objectives. */ -}}
{{- define "chatLeftOut" -}}
{{- if .SLOs -}}
{{-   template "leftOut" (dict "SLOs" .LeftOut.SLOs "Metrics" 0) -}}
{{- else -}}
{{-   template "leftOut" .LeftOut -}}
{{- end -}}
{{- end -}}

{{- /* The experiment in short, as JSON of ten properties. */ -}}
{{- define "compact" -}}
{{- $slos := list -}}
{{- range .SLOs -}}
{{-   $satisfied := list -}}
{{-   $values := list -}}
{{-   range .Checks -}}
{{-     $satisfied = append $satisfied .Satisfied -}}
{{-     $values = append $values .Value -}}
{{-   end -}}
{{-   $slos = append $slos (dict "metric" .Metric "units" .Units "bound" .Bound "limit" .Limit "satisfied" $satisfied "values" $values) -}}
{{- end -}}
{{- $metrics := dict -}}
{{- range .Metrics -}}
{{-   $values := list -}}
{{-   range .Values }}{{ $values = append $values .Value }}{{ end -}}
{{-   $metrics = set $metrics .Metric $values -}}
{{- end -}}
{{- $summary := dict "group" .Group "headline" .Headline "tally" .Tally "versions" .Versions -}}
{{- if .Link }}{{ $summary = set $summary "link" .Link }}{{ end -}}
{{- if or .LeftOut.SLOs .LeftOut.Metrics -}}
{{-   $summary = set $summary "leftOut" (dict "slos" .LeftOut.SLOs "metrics" .LeftOut.Metrics) -}}
{{- end -}}
{{- $report := .Report -}}
{{- dict
      "timeStamp" $report.TimeStamp
      "completed" $report.Completed
      "noTaskFailures" $report.NoTaskFailures
      "numTasks" $report.NumTasks
      "numCompletedTasks" $report.NumCompletedTasks
      "numLoops" $report.NumLoops
      "verdict" .Verdict
      "summary" $summary
      "slos" $slos
      "metrics" $metrics
    | toJson -}}
{{- end -}}
