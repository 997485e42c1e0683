{{- /*
prometheus: any queries of a server with Prometheus' HTTP API.

Variables: url, queries; labels, matchers, window, headers. A query is a text,
or a map with query, over, step, type, description, units and whenEmpty.
Places in a query: $labels, $window, $windowSeconds, and each scalar variable.
*/ -}}
{{- $in := mergeOverwrite (deepCopy .) (deepCopy (index . "prometheus" | default dict)) -}}
url: {{ include "iter8.need" (dict "in" $in "name" "url" "example" "url: http://prometheus.monitoring:9090") | include "prometheus.url" | toRawJson }}
method: GET
{{- template "iter8.headers" (dict "in" $in) }}
metrics:
{{- template "prometheus.generic" (dict "in" $in) }}
