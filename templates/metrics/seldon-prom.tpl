{{- /*
seldon-prom: a predictor of Seldon Core 1, as its service orchestrator measures
it, from a Prometheus that scrapes it.

Variables: labels, matchers, latencyPercentiles, url, errors, window, counting,
headers.
*/ -}}
{{- $in := mergeOverwrite (deepCopy .) (deepCopy (index . "seldon-prom" | default dict)) -}}
url: {{ include "iter8.need" (dict "in" $in "name" "url" "example" "url: http://seldon-monitoring-prometheus.seldon-monitoring:9090") | include "prometheus.url" | toRawJson }}
method: GET
{{- template "iter8.headers" (dict "in" $in) }}
metrics:
{{- template "prometheus.proxy" (dict "in" $in
      "matchers" (include "prometheus.version" (dict "in" $in "reserved" (list "code" "le") "example" "labels: {deployment_name: iris, predictor_name: candidate}"))
      "requests" "seldon_api_executor_server_requests_seconds_count" "errors" "code=~\"5..\""
      "histogram" "seldon_api_executor_server_requests_seconds" "scale" 1000) }}
