{{- /*
newrelic: NRQL queries of New Relic over NerdGraph (POST /graphql): what APM
records as Transaction events, or any others by queries.

Variables: accountId, apiKey (a user key), labels (attributes); region (us or
eu) or url, latencyPercentiles, window, headers. With queries (map from metric
names to NRQL, or to maps with query, type, description, units and whenEmpty)
those are the metrics instead; a query gives one row, with one number or with
one AS 'value', and gets its SINCE from the window unless it has one. Places in a query: $labels,
$window, $windowSeconds, and each scalar variable, escaped for single quotes.
*/ -}}
{{- define "newrelic.escape" -}}
{{- . | replace "\\" "\\\\" | replace "'" "\\'" -}}
{{- end -}}
{{- define "newrelic.label" -}}
{{- if regexMatch "`" .label -}}
{{- fail (printf "the variable labels has the name %q; the name of an attribute has no backtick" .label) -}}
{{- end -}}
`{{ .label }}` = '{{ include "newrelic.escape" .value }}'
{{- end -}}
{{- define "newrelic.body" -}}
{{- toRawJson (dict "query" "query($account: Int!, $nrql: Nrql!) { actor { account(id: $account) { nrql(query: $nrql) { results } } } }" "variables" (dict "account" (int64 .account) "nrql" .nrql)) -}}
{{- end -}}
{{- /* The rows of an answer; NerdGraph tells errors with status 200. */ -}}
{{- define "newrelic.rows" -}}
if .errors then error(.errors[0].message) else .data.actor.account.nrql.results end
{{- end -}}
{{- define "newrelic.transactions" -}}
{{- $account := .account -}}
{{- if not .where -}}
{{- fail "the variable labels is missing; set the attributes that single out the version, for example labels: {appName: web-v2}" -}}
{{- end -}}
{{- $rows := include "newrelic.rows" . -}}
{{- $from := printf "FROM Transaction WHERE %s SINCE %s seconds ago" .where (include "iter8.window" .in) -}}
{{- template "iter8.metric" (dict "name" "request-count" "type" "counter" "description" "Number of requests"
      "body" (include "newrelic.body" (dict "account" $account "nrql" (print "SELECT count(*) AS 'value' " $from))) "jq" (print $rows " | .[0].value // 0")) -}}
{{- template "iter8.metric" (dict "name" "error-count" "type" "counter" "description" "Number of unsuccessful requests"
      "body" (include "newrelic.body" (dict "account" $account "nrql" (print "SELECT filter(count(*), WHERE error IS true) AS 'value' " $from))) "jq" (print $rows " | .[0].value // 0")) -}}
{{- template "iter8.metric" (dict "name" "error-rate" "type" "gauge" "description" "Fraction of unsuccessful requests"
      "body" (include "newrelic.body" (dict "account" $account "nrql" (print "SELECT filter(count(*), WHERE error IS true) AS 'errors', count(*) AS 'requests' " $from))) "jq" (print $rows " | .[0] | if .requests > 0 then .errors / .requests else empty end")) -}}
{{- template "iter8.metric" (dict "name" "latency-mean" "type" "gauge" "units" "msec" "description" "Mean latency"
      "body" (include "newrelic.body" (dict "account" $account "nrql" (print "SELECT average(duration) AS 'value' " $from))) "jq" (print $rows " | .[0].value // empty | . * 1000")) -}}
{{- template "iter8.percentiles" .in -}}
{{- range .in.latencyPercentiles -}}
{{- $percentile := include "iter8.percentile" . -}}
{{- template "iter8.metric" (dict "name" (print "latency-p" $percentile) "type" "gauge" "units" "msec" "description" (print $percentile " percentile latency")
      "body" (include "newrelic.body" (dict "account" $account "nrql" (printf "SELECT percentile(duration, %s) AS 'value' %s" $percentile $from))) "jq" (print $rows " | .[0].value // empty | if type == \"object\" then .[] else . end // empty | . * 1000")) -}}
{{- end -}}
{{- end -}}
{{- define "newrelic.queries" -}}
{{- $in := .in -}}
{{- $account := .account -}}
{{- $rows := include "newrelic.rows" . -}}
{{- template "iter8.queries" (dict "in" $in "example" "queries: {latency-mean: 'SELECT average(duration) FROM Transaction WHERE $labels'}") -}}
{{- $places := dict -}}
{{- template "iter8.places" (dict "in" $in "into" $places "labels" .where) -}}
{{- $_ := set $places "window" (print $places.windowSeconds " seconds") -}}
{{- range $name, $entry := $in.queries -}}
{{- $metric := dict -}}
{{- template "iter8.entry" (dict "name" $name "entry" $entry "main" "query" "fields" (list "query") "into" $metric) -}}
{{- $query := include "iter8.query" (dict "in" $in "name" $name "text" $metric.query "field" "query" "escape" "newrelic.escape" "places" $places) -}}
{{- if not (regexMatch "(?i)\\bSINCE\\b" $query) -}}
{{- $query = printf "%s SINCE %s ago" $query $places.window -}}
{{- end -}}
{{- $jq := printf "%s | if length > 1 then error(\"the query gives \\(length) rows; leave out FACET and TIMESERIES\") else .[0] // {} | if has(\"value\") then [.value | numbers] else [.[] | numbers] end | if length > 1 then error(\"the row has \\(length) numbers; call one of them AS 'value'\") else .[0] // %s end end" $rows $metric.empty -}}
{{- template "iter8.metric" (merge (dict "body" (include "newrelic.body" (dict "account" $account "nrql" $query)) "jq" $jq) $metric) -}}
{{- end -}}
{{- end -}}
{{- $in := mergeOverwrite (deepCopy .) (deepCopy (index . "newrelic" | default dict)) -}}
{{- $account := include "iter8.need" (dict "in" $in "name" "accountId" "example" "accountId: 1234567") -}}
{{- if not (regexMatch "^[0-9]+$" $account) -}}
{{- fail (printf "the variable accountId is %q, and must be a number, for example accountId: 1234567" $account) -}}
{{- end -}}
{{- $where := include "iter8.labels" (dict "in" $in "example" "labels: {appName: web-v2}" "each" "newrelic.label" "separator" " AND ") -}}
{{- $region := include "iter8.choice" (dict "in" $in "name" "region" "default" "us" "words" (list "us" "eu")) -}}
url: {{ include "iter8.option" (dict "in" $in "name" "url" "default" (ternary "https://api.eu.newrelic.com/graphql" "https://api.newrelic.com/graphql" (eq $region "eu"))) | toRawJson }}
method: POST
{{- template "iter8.headers" (dict "in" $in "fixed" (dict "API-Key" (include "iter8.need" (dict "in" $in "name" "apiKey" "example" "apiKey: {envRef: NEW_RELIC_API_KEY}")))) }}
metrics:
{{- if $in.queries -}}
{{- template "newrelic.queries" (dict "in" $in "account" $account "where" $where) }}
{{- else -}}
{{- template "newrelic.transactions" (dict "in" $in "account" $account "where" $where) }}
{{- end }}
