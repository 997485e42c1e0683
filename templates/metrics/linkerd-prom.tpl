{{- /*
linkerd-prom: what Linkerd's proxies measure, from the Prometheus of its viz
extension or your own.

Variables: labels, matchers, latencyPercentiles, url, errors, window, counting,
headers. Requests that come in are counted, unless labels says direction.
*/ -}}
{{- $in := mergeOverwrite (deepCopy .) (deepCopy (index . "linkerd-prom" | default dict)) -}}
{{- $example := "labels: {namespace: default, deployment: web-v2}" -}}
{{- $matchers := include "prometheus.version" (dict "in" $in "reserved" (list "classification" "le") "example" $example) -}}
{{- if not (hasKey $in.labels "direction") -}}
{{- $matchers = print "direction=\"inbound\"," $matchers -}}
{{- end -}}
url: {{ include "iter8.option" (dict "in" $in "name" "url" "default" "http://prometheus.linkerd-viz:9090") | include "prometheus.url" | toRawJson }}
method: GET
{{- template "iter8.headers" (dict "in" $in) }}
metrics:
{{- template "prometheus.proxy" (dict "in" $in "matchers" $matchers
      "requests" "response_total" "errors" "classification=\"failure\""
      "histogram" "response_latency_ms" "scale" 1) }}
