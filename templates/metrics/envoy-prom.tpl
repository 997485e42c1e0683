{{- /*
envoy-prom: what Envoy measures for its upstream clusters, from a Prometheus
that scrapes it: Envoy Gateway, Contour, and other Gateway API implementations
that are built on Envoy.

Variables: labels, matchers, latencyPercentiles, url, errors, window, counting,
headers. The version is singled out by envoy_cluster_name, whose form each
implementation chooses.
*/ -}}
{{- $in := mergeOverwrite (deepCopy .) (deepCopy (index . "envoy-prom" | default dict)) -}}
url: {{ include "iter8.need" (dict "in" $in "name" "url" "example" "url: http://prometheus.monitoring:9090") | include "prometheus.url" | toRawJson }}
method: GET
{{- template "iter8.headers" (dict "in" $in) }}
metrics:
{{- template "prometheus.proxy" (dict "in" $in
      "matchers" (include "prometheus.version" (dict "in" $in "reserved" (list "envoy_response_code_class" "le") "example" "labels: {envoy_cluster_name: default_web-v2_80}"))
      "requests" "envoy_cluster_upstream_rq_xx" "errors" "envoy_response_code_class=\"5\""
      "histogram" "envoy_cluster_upstream_rq_time" "scale" 1) }}
