{{- /*
nginx-ingress-prom: what ingress-nginx, the Ingress controller of the Kubernetes
project, measures, from a Prometheus that scrapes it.

Variables: labels, matchers, latencyPercentiles, url, errors, window, counting,
headers.
*/ -}}
{{- $in := mergeOverwrite (deepCopy .) (deepCopy (index . "nginx-ingress-prom" | default dict)) -}}
url: {{ include "iter8.need" (dict "in" $in "name" "url" "example" "url: http://prometheus-server.ingress-nginx:9090") | include "prometheus.url" | toRawJson }}
method: GET
{{- template "iter8.headers" (dict "in" $in) }}
metrics:
{{- template "prometheus.proxy" (dict "in" $in
      "matchers" (include "prometheus.version" (dict "in" $in "reserved" (list "status" "le") "example" "labels: {exported_namespace: default, ingress: web-canary}"))
      "requests" "nginx_ingress_controller_requests" "errors" "status=~\"5..\""
      "histogram" "nginx_ingress_controller_request_duration_seconds" "scale" 1000) }}
