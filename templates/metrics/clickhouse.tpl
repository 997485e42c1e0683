{{- /*
clickhouse: any SQL queries over ClickHouse's HTTP interface. They are sent by
GET, for which ClickHouse allows reading only.

Variables: url, queries; database, user, password, labels, window, headers. A
query is a text, or a map with query, type, description, units and whenEmpty;
it gives one row, whose first column is the value. Places in a query: $labels,
$window (INTERVAL 30 SECOND), $windowSeconds, and each scalar variable, escaped
for single quotes.
*/ -}}
{{- define "clickhouse.escape" -}}
{{- . | replace "\\" "\\\\" | replace "'" "\\'" -}}
{{- end -}}
{{- define "clickhouse.label" -}}
`{{ .label | replace "\\" "\\\\" | replace "`" "\\`" }}` = '{{ include "clickhouse.escape" .value }}'
{{- end -}}
{{- define "clickhouse.metrics" -}}
{{- $in := .in -}}
{{- template "iter8.queries" (dict "in" $in "example" "queries: {error-rate: 'SELECT countIf(status >= 500) / count() FROM requests WHERE $labels AND time > now() - $window'}") -}}
{{- $places := dict -}}
{{- template "iter8.places" (dict "in" $in "into" $places "labels" (include "iter8.labels" (dict "in" $in "example" "labels: {version: v2}" "each" "clickhouse.label" "separator" " AND "))) -}}
{{- $_ := set $places "window" (printf "INTERVAL %s SECOND" $places.windowSeconds) -}}
{{- $params := dict "default_format" "JSONCompact" "database" (include "iter8.option" (dict "in" $in "name" "database" "default" "default")) -}}
{{- range $name, $entry := $in.queries -}}
{{- $metric := dict -}}
{{- template "iter8.entry" (dict "name" $name "entry" $entry "main" "query" "fields" (list "query") "into" $metric) -}}
{{- $query := include "iter8.query" (dict "in" $in "name" $name "text" $metric.query "field" "query" "escape" "clickhouse.escape" "places" $places) -}}
{{- $jq := printf ".data | if length > 1 then error(\"the query gives \\(length) rows, and must give one\") else .[0][0] // %s | tonumber end" $metric.empty -}}
{{- template "iter8.metric" (merge (dict "params" (merge (dict "query" $query) $params) "jq" $jq) $metric) -}}
{{- end -}}
{{- end -}}
{{- $in := mergeOverwrite (deepCopy .) (deepCopy (index . "clickhouse" | default dict)) -}}
{{- $fixed := dict -}}
{{- if $in.user -}}
{{- $_ := set $fixed "X-ClickHouse-User" (include "iter8.need" (dict "in" $in "name" "user" "example" "user: reader")) -}}
{{- $_ := set $fixed "X-ClickHouse-Key" (include "iter8.option" (dict "in" $in "name" "password" "default" "")) -}}
{{- end -}}
url: {{ include "iter8.need" (dict "in" $in "name" "url" "example" "url: http://clickhouse.monitoring:8123") | toRawJson }}
method: GET
{{- template "iter8.headers" (dict "in" $in "fixed" $fixed) }}
metrics:
{{- template "clickhouse.metrics" (dict "in" $in) }}
