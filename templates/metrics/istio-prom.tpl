{{- /*
istio-prom: what Istio's proxies measure, from the Prometheus of the mesh.

Variables, as in Iter8 0.13: labels, latencyPercentiles, istioPromURL. Added:
url, matchers, errors, window, counting, headers. Without labels the whole mesh
is measured, as in 0.13; counting is "total" unless set, as in 0.13.
*/ -}}
{{- $in := mergeOverwrite (deepCopy .) (deepCopy (index . "istio-prom" | default dict)) -}}
{{- $url := include "iter8.option" (dict "in" $in "name" "url" "default" "http://prometheus.istio-system:9090/api/v1/query") -}}
url: {{ include "iter8.option" (dict "in" $in "name" "istioPromURL" "default" $url) | include "prometheus.url" | toRawJson }}
method: GET
{{- template "iter8.headers" (dict "in" $in) }}
metrics:
{{- template "prometheus.proxy" (dict "in" $in
      "matchers" (include "prometheus.matchers" (dict "in" $in "reserved" (list "response_code" "le") "example" "labels: {destination_workload: web-v2, reporter: destination}"))
      "requests" "istio_requests_total" "errors" "response_code=~\"5..\""
      "histogram" "istio_request_duration_milliseconds" "scale" 1 "counting" "total") }}
