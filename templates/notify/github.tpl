{{- /* GitHub: a repository_dispatch event. */ -}}
{{ template "report" . }}
