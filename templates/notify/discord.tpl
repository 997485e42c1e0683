{{- /* Discord: a message of a webhook, with one embed. Nobody is mentioned. */ -}}

{{- /* Names are set as code, in which nothing has a meaning but a backtick. */ -}}
{{- define "discordCode" -}}
`{{ replace "`" "'" . }}`
{{- end -}}

{{- define "discordValues" -}}
{{- $several := gt (len .) 1 -}}
{{- $values := list -}}
{{- range . -}}
{{-   $value := .Text -}}
{{-   if $several }}{{ $value = printf "%s %s" (include "discordCode" .Version) $value }}{{ end -}}
{{-   if hasKey . "Outcome" }}{{ $value = printf "%s %s" (include "mark" .Outcome) $value }}{{ end -}}
{{-   $values = append $values $value -}}
{{- end -}}
{{- join " · " $values -}}
{{- end -}}

{{- $color := get (dict "pass" 0x2da44e "fail" 0xcf222e "inconclusive" 0xbf8700 "none" 0x6e7781) .Verdict -}}
{{- $lines := list (include "state" .) -}}
{{- range .SLOs -}}
{{-   $form := ternary "%s\n%s" "%s %s" (gt (len .Checks) 1) -}}
{{-   $lines = append $lines (printf $form (include "discordCode" .Condition) (include "discordValues" .Checks)) -}}
{{- else -}}
{{-   range .Metrics -}}
{{-     $lines = append $lines (printf "%s %s" (include "discordCode" .Name) (include "discordValues" .Values)) -}}
{{-   end -}}
{{- end -}}
{{- with include "chatLeftOut" . }}{{ $lines = append $lines . }}{{ end -}}
{{- $title := printf "%s %s" (include "mark" .Verdict) (include "title" .) -}}
{{- $embed := dict "title" $title "description" (join "\n" $lines) "color" $color "timestamp" .Time -}}
{{- with .Link }}{{ $embed = set $embed "url" . }}{{ end -}}
{{- dict "embeds" (list $embed) "allowed_mentions" (dict "parse" list) | toJson }}
