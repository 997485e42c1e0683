{{- /*
knative-prom: what the queue proxy of Knative Serving measures for a revision,
from a Prometheus that scrapes it.

Variables: labels, matchers, latencyPercentiles, telemetry, url, errors, window,
counting, headers. telemetry is "opentelemetry" (Knative 1.21 and newer) or
"opencensus" (up to 1.18).
*/ -}}
{{- $in := mergeOverwrite (deepCopy .) (deepCopy (index . "knative-prom" | default dict)) -}}
{{- $telemetry := include "iter8.choice" (dict "in" $in "name" "telemetry" "default" "opentelemetry" "words" (list "opentelemetry" "opencensus")) -}}
{{- $example := ternary "labels: {kn_revision_name: web-00002}" "labels: {revision_name: web-00002}" (eq $telemetry "opentelemetry") -}}
url: {{ include "iter8.need" (dict "in" $in "name" "url" "example" "url: http://prometheus.monitoring:9090") | include "prometheus.url" | toRawJson }}
method: GET
{{- template "iter8.headers" (dict "in" $in) }}
metrics:
{{- template "prometheus.knative" (dict "in" $in "telemetry" $telemetry
      "matchers" (include "prometheus.version" (dict "in" $in "reserved" (list "http_response_status_code" "response_code_class" "le") "example" $example))) }}
