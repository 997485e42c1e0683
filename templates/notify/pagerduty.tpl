{{- /* PagerDuty, Events API v2: an alert while the verdict is fail, its end when it is pass.
       Without either there is nothing to send. */ -}}
{{- if has .Verdict (list "pass" "fail") -}}
{{- $severity := ternary "info" (.Settings.severity | default "error") (eq .Verdict "pass") -}}
{{- $payload := dict
      "summary" (include "title" .)
      "source" (.Settings.source | default .Group)
      "severity" $severity
      "timestamp" .Time
      "component" (.Settings.component | default .Group)
      "class" "iter8"
      "custom_details" (include "compact" . | fromJson) -}}
{{- $event := dict
      "routing_key" .Settings.routingKey
      "event_action" (ternary "resolve" "trigger" (eq .Verdict "pass"))
      "dedup_key" (.Settings.dedupKey | default (printf "iter8/%s" .Group))
      "client" "iter8"
      "payload" $payload -}}
{{- with .Link -}}
{{-   $event = set $event "client_url" . -}}
{{-   $event = set $event "links" (list (dict "href" . "text" "Report")) -}}
{{- end -}}
{{- $event | toJson -}}
{{- end -}}
