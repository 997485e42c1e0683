{{- /*
influxdb-flux: any Flux queries of InfluxDB 2 (POST /api/v2/query). The API
answers with CSV, so the jq expression gets the answer as one text.

Variables: url, org, token, queries; bucket, labels, window, headers. A query
is a text, or a map with query, type, description, units and whenEmpty; its
result must be one table. Places in a query: $labels, $window, $windowSeconds,
and each scalar variable, escaped for double quotes.
*/ -}}
{{- define "flux.escape" -}}
{{- . | replace "\\" "\\\\" | replace "\"" "\\\"" | replace "${" "\\${" | replace "\n" "\\n" -}}
{{- end -}}
{{- define "flux.label" -}}
r["{{ include "flux.escape" .label }}"] == "{{ include "flux.escape" .value }}"
{{- end -}}
{{- define "flux.metrics" -}}
{{- $in := .in -}}
{{- template "iter8.queries" (dict "in" $in "example" "queries: {latency-mean: 'from(bucket: \"$bucket\") |> range(start: -$window) |> filter(fn: (r) => $labels) |> mean()'}") -}}
{{- $places := dict -}}
{{- template "iter8.places" (dict "in" $in "into" $places "labels" (include "iter8.labels" (dict "in" $in "example" "labels: {_measurement: requests, _field: latency, version: v2}" "each" "flux.label" "separator" " and "))) -}}
{{- range $name, $entry := $in.queries -}}
{{- $metric := dict -}}
{{- template "iter8.entry" (dict "name" $name "entry" $entry "main" "query" "fields" (list "query") "into" $metric) -}}
{{- $query := include "iter8.query" (dict "in" $in "name" $name "text" $metric.query "field" "query" "escape" "flux.escape" "places" $places) -}}
{{- $body := dict "type" "flux" "query" (print (trim $query) "\n  |> keep(columns: [\"_value\"])") "dialect" (dict "header" true "delimiter" "," "annotations" (list)) -}}
{{- $jq := printf "[split(\"\\n\")[] | rtrimstr(\"\\r\") | select(length > 0 and (startswith(\"#\") | not)) | split(\",\")[-1]] | if length > 2 then error(\"the query gives \\(length - 1) rows; aggregate them, for example with group() and mean()\") elif length < 2 or .[1] == \"\" then %s else .[1] | tonumber end" $metric.empty -}}
{{- template "iter8.metric" (merge (dict "params" (dict "org" (include "iter8.need" (dict "in" $in "name" "org" "example" "org: my-org"))) "body" (toRawJson $body) "jq" $jq) $metric) -}}
{{- end -}}
{{- end -}}
{{- $in := mergeOverwrite (deepCopy .) (deepCopy (index . "influxdb-flux" | default dict)) -}}
{{- $token := include "iter8.need" (dict "in" $in "name" "token" "example" "token: {envRef: INFLUX_TOKEN}") -}}
url: {{ printf "%s/api/v2/query" (include "iter8.need" (dict "in" $in "name" "url" "example" "url: http://influxdb.monitoring:8086") | trimSuffix "/") | toRawJson }}
method: POST
responseFormat: text
{{- template "iter8.headers" (dict "in" $in "fixed" (dict "Authorization" (print "Token " $token) "Accept" "application/csv")) }}
metrics:
{{- template "flux.metrics" (dict "in" $in) }}
