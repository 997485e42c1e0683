{{- /* GitHub: the status of a commit. An experiment that has no objectives is a success once it
       has completed; what still runs or waits for its assessment is pending. What failed to measure
       is an error. */ -}}
{{- $state := "pending" -}}
{{- if or (not .Report.NoTaskFailures) (eq .Verdict "inconclusive") -}}
{{-   $state = "error" -}}
{{- else if eq .Verdict "pass" -}}
{{-   $state = "success" -}}
{{- else if eq .Verdict "fail" -}}
{{-   $state = "failure" -}}
{{- else if and .Report.Completed (not .SLOs) -}}
{{-   $state = "success" -}}
{{- end -}}
{{- $description := .Headline -}}
{{- if .Tally }}{{ $description = printf "%s: %s" .Headline .Tally }}{{ end -}}
{{- $status := dict "state" $state "description" $description "context" (.Settings.context | default "iter8") -}}
{{- with .Link }}{{ $status = set $status "target_url" . }}{{ end -}}
{{- $status | toJson }}
