{{- /* GitHub: a comment on a pull request or an issue. */ -}}

{{- /* Names are set as code: then they are neither markup nor mention. A bar would end the cell. */ -}}
{{- define "code" -}}
`{{ . | replace "`" "'" | replace "|" "\\|" }}`
{{- end -}}

{{- define "tableHead" -}}
| {{ .First }} |
{{- if eq (len .Versions) 1 }} Value |{{ else }}{{ range .Versions }} {{ template "code" . }} |{{ end }}{{ end }}
| :-- |{{ range .Versions }} --: |{{ end }}
{{- end -}}

{{- define "comment" -}}
### {{ template "mark" .Verdict }} {{ template "title" . }}

{{ template "state" . }}
{{- with .Link }} [Open the report]({{ . | replace "(" "%28" | replace ")" "%29" }}).{{ end }}
{{- with .SLOs }}

{{ template "tableHead" (dict "First" "SLO" "Versions" $.Versions) }}
{{- range . }}
| {{ template "code" .Condition }} |
{{- range .Checks }} {{ template "mark" .Outcome }} {{ .Text }} |{{ end }}
{{- end }}
{{- end }}
{{- with .Metrics }}

<details>
<summary>Latest observed values for metrics</summary>

{{ template "tableHead" (dict "First" "Metric" "Versions" $.Versions) }}
{{- range . }}
| {{ template "code" .Name }} |
{{- range .Values }} {{ .Text }} |{{ end }}
{{- end }}

</details>
{{- end }}
{{- with include "leftOut" .LeftOut }}

{{ . }}.
{{- end }}
{{ end -}}

{{- dict "body" (include "comment" .) | toJson }}
