{{- /* Microsoft Teams: an Adaptive Card for the webhook of a workflow. */ -}}

{{- /* Cards know some Markdown: brackets would make links. */ -}}
{{- define "teamsText" -}}
{{ . | replace "[" "(" | replace "]" ")" | replace "*" "∗" }}
{{- end -}}

{{- define "teamsValues" -}}
{{- $several := gt (len .) 1 -}}
{{- $values := list -}}
{{- range . -}}
{{-   $value := .Text -}}
{{-   if $several }}{{ $value = printf "%s %s" (include "teamsText" .Version) $value }}{{ end -}}
{{-   if hasKey . "Outcome" }}{{ $value = printf "%s %s" (include "mark" .Outcome) $value }}{{ end -}}
{{-   $values = append $values $value -}}
{{- end -}}
{{- join ", " $values -}}
{{- end -}}

{{- $color := get (dict "pass" "good" "fail" "attention" "inconclusive" "default" "none" "default") .Verdict -}}
{{- $title := printf "%s %s" (include "mark" .Verdict) (include "title" .) -}}
{{- $body := list
      (dict "type" "TextBlock" "size" "large" "weight" "bolder" "color" $color "wrap" true "text" $title)
      (dict "type" "TextBlock" "wrap" true "text" (include "state" .)) -}}
{{- $facts := list -}}
{{- range .SLOs -}}
{{-   $facts = append $facts (dict "title" (include "teamsText" .Condition) "value" (include "teamsValues" .Checks)) -}}
{{- else -}}
{{-   range .Metrics -}}
{{-     $facts = append $facts (dict "title" (include "teamsText" .Name) "value" (include "teamsValues" .Values)) -}}
{{-   end -}}
{{- end -}}
{{- if $facts -}}
{{-   $body = append $body (dict "type" "FactSet" "facts" $facts) -}}
{{- end -}}
{{- with include "chatLeftOut" . -}}
{{-   $body = append $body (dict "type" "TextBlock" "isSubtle" true "wrap" true "text" .) -}}
{{- end -}}
{{- $card := dict "$schema" "http://adaptivecards.io/schemas/adaptive-card.json" "type" "AdaptiveCard" "version" "1.4" "body" $body -}}
{{- with .Link -}}
{{-   $card = set $card "actions" (list (dict "type" "Action.OpenUrl" "title" "Open the report" "url" .)) -}}
{{- end -}}
{{- dict "type" "message" "attachments" (list (dict "contentType" "application/vnd.microsoft.card.adaptive" "content" $card)) | toJson }}
