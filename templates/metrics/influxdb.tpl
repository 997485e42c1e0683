{{- /*
influxdb: any InfluxQL queries of InfluxDB 1 (GET /query), or of the same API in
versions 2 and 3.

Variables: url, database, queries; retentionPolicy, token, labels, window,
headers. A query is a text, or a map with query, type, description, units and
whenEmpty. Places in a query: $labels, $window, $windowSeconds, and each scalar
variable, escaped for single quotes.
*/ -}}
{{- define "influxdb.escape" -}}
{{- . | replace "\\" "\\\\" | replace "'" "\\'" | replace "\n" "\\n" -}}
{{- end -}}
{{- define "influxdb.label" -}}
"{{ .label | replace "\\" "\\\\" | replace "\"" "\\\"" }}" = '{{ include "influxdb.escape" .value }}'
{{- end -}}
{{- define "influxdb.metrics" -}}
{{- $in := .in -}}
{{- template "iter8.queries" (dict "in" $in "example" "queries: {latency-mean: 'SELECT mean(latency) FROM requests WHERE $labels AND time > now() - $window'}") -}}
{{- $places := dict -}}
{{- template "iter8.places" (dict "in" $in "into" $places "labels" (include "iter8.labels" (dict "in" $in "example" "labels: {version: v2}" "each" "influxdb.label" "separator" " AND "))) -}}
{{- $params := dict "db" (include "iter8.need" (dict "in" $in "name" "database" "example" "database: telegraf")) "epoch" "s" -}}
{{- if $in.retentionPolicy -}}
{{- $_ := set $params "rp" (include "iter8.option" (dict "in" $in "name" "retentionPolicy" "default" "autogen")) -}}
{{- end -}}
{{- range $name, $entry := $in.queries -}}
{{- $metric := dict -}}
{{- template "iter8.entry" (dict "name" $name "entry" $entry "main" "query" "fields" (list "query") "into" $metric) -}}
{{- $query := include "iter8.query" (dict "in" $in "name" $name "text" $metric.query "field" "query" "escape" "influxdb.escape" "places" $places) -}}
{{- $jq := printf ".results[0] | if .error then error(.error) elif (.series | length) > 1 then error(\"the query gives \\(.series | length) series; group by nothing but time\") else [.series[0].values[]?[1] | select(. != null)][-1] // %s end" $metric.empty -}}
{{- template "iter8.metric" (merge (dict "params" (merge (dict "q" $query) $params) "jq" $jq) $metric) -}}
{{- end -}}
{{- end -}}
{{- $in := mergeOverwrite (deepCopy .) (deepCopy (index . "influxdb" | default dict)) -}}
{{- $fixed := dict -}}
{{- if $in.token -}}
{{- $fixed = dict "Authorization" (print "Token " (include "iter8.need" (dict "in" $in "name" "token" "example" "token: {envRef: INFLUX_TOKEN}"))) -}}
{{- end -}}
url: {{ printf "%s/query" (include "iter8.need" (dict "in" $in "name" "url" "example" "url: http://influxdb.monitoring:8086") | trimSuffix "/") | toRawJson }}
method: GET
{{- template "iter8.headers" (dict "in" $in "fixed" $fixed) }}
metrics:
{{- template "influxdb.metrics" (dict "in" $in) }}
