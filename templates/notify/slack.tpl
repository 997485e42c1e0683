{{- /* Slack: a message of an incoming webhook, in Block Kit. */ -}}

{{- define "slackText" -}}
{{ . | replace "&" "&amp;" | replace "<" "&lt;" | replace ">" "&gt;" }}
{{- end -}}

{{- /* Names are set as code, in which nothing has a meaning but a backtick. */ -}}
{{- define "slackCode" -}}
`{{ template "slackText" (replace "`" "'" .) }}`
{{- end -}}

{{- define "slackValues" -}}
{{- $several := gt (len .) 1 -}}
{{- $values := list -}}
{{- range . -}}
{{-   $value := .Text -}}
{{-   if $several }}{{ $value = printf "%s %s" (include "slackText" .Version) $value }}{{ end -}}
{{-   if hasKey . "Outcome" }}{{ $value = printf "%s %s" (include "mark" .Outcome) $value }}{{ end -}}
{{-   $values = append $values $value -}}
{{- end -}}
{{- join "  ·  " $values -}}
{{- end -}}

{{- $title := printf "%s %s" (include "mark" .Verdict) (include "title" .) -}}
{{- $state := include "state" . -}}
{{- $blocks := list
      (dict "type" "header" "text" (dict "type" "plain_text" "emoji" true "text" $title))
      (dict "type" "section" "text" (dict "type" "mrkdwn" "text" $state)) -}}
{{- $lines := list -}}
{{- range .SLOs -}}
{{-   $form := ternary "%s\n%s" "%s  %s" (gt (len .Checks) 1) -}}
{{-   $lines = append $lines (printf $form (include "slackCode" .Condition) (include "slackValues" .Checks)) -}}
{{- else -}}
{{-   range .Metrics -}}
{{-     $lines = append $lines (printf "%s  %s" (include "slackCode" .Name) (include "slackValues" .Values)) -}}
{{-   end -}}
{{- end -}}
{{- if $lines -}}
{{-   $blocks = append $blocks (dict "type" "section" "text" (dict "type" "mrkdwn" "text" (join "\n" $lines))) -}}
{{- end -}}
{{- with include "chatLeftOut" . -}}
{{-   $blocks = append $blocks (dict "type" "context" "elements" (list (dict "type" "mrkdwn" "text" .))) -}}
{{- end -}}
{{- with .Link -}}
{{-   $button := dict "type" "button" "url" . "action_id" "report" "text" (dict "type" "plain_text" "text" "Open the report") -}}
{{-   $blocks = append $blocks (dict "type" "actions" "elements" (list $button)) -}}
{{- end -}}
{{- dict "text" (include "slackText" $title) "blocks" $blocks | toJson }}
