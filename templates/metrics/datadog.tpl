{{- /*
datadog: metrics of Datadog (POST /api/v2/query/scalar): those that APM makes of
traces, or any others by queries.

Variables: apiKey, appKey, labels (tags); site or url, operation (the name of
the spans), latencyPercentiles, window, headers. With queries (map from metric
names to metric queries, or to maps with query, aggregator, formula, type,
description, units and whenEmpty) those are the metrics instead. Places in a
query: $labels, $window, $windowSeconds, and each scalar variable.
*/ -}}
{{- define "datadog.escape" -}}
{{- if regexMatch "[^0-9A-Za-z_./:-]" . -}}
{{- fail (printf "the text %q has a character that a tag of Datadog does not: it has letters, digits and _ - . / : only" .) -}}
{{- end -}}
{{- . -}}
{{- end -}}
{{- define "datadog.label" -}}
{{ include "datadog.escape" .label }}:{{ include "datadog.escape" .value }}
{{- end -}}
{{- /* One request: queries a, b, … (each query and aggregator) and a formula over them. Takes: in, now, queries (list), formula. */ -}}
{{- define "datadog.body" -}}
{{- $to := mul 1000 (unixEpoch .now | int64) -}}
{{- $from := sub $to (mul 1000 (include "iter8.window" .in | int64)) -}}
{{- $queries := list -}}
{{- range $index, $query := .queries -}}
{{- $queries = append $queries (dict "data_source" "metrics" "name" (index (list "a" "b") $index) "query" $query.query "aggregator" $query.aggregator) -}}
{{- end -}}
{{- toRawJson (dict "data" (dict "type" "scalar_request" "attributes" (dict "from" $from "to" $to "queries" $queries "formulas" (list (dict "formula" .formula))))) -}}
{{- end -}}
{{- /* The jq expression for the one number of an answer. Takes what stands for none. */ -}}
{{- define "datadog.jq" -}}
.data.attributes.columns | map(select(.type == "number")) | if (.[0].values | length) > 1 then error("the query gives \(.[0].values | length) groups; leave out its by {…}") else .[0].values[0] // {{ . }} end
{{- end -}}
{{- define "datadog.traces" -}}
{{- $in := .in -}}
{{- $now := .now -}}
{{- $span := print "trace." (include "iter8.option" (dict "in" $in "name" "operation" "default" "http.request") | include "datadog.escape") -}}
{{- $tags := .tags -}}
{{- if not $tags -}}
{{- fail "the variable labels is missing; set the tags that single out the version, for example labels: {service: web, env: prod, version: v2}" -}}
{{- end -}}
{{- $hits := dict "query" (printf "sum:%s.hits{%s}.as_count()" $span $tags) "aggregator" "sum" -}}
{{- $errors := dict "query" (printf "sum:%s.errors{%s}.as_count()" $span $tags) "aggregator" "sum" -}}
{{- template "iter8.metric" (dict "name" "request-count" "type" "counter" "description" "Number of requests"
      "body" (include "datadog.body" (dict "in" $in "now" $now "queries" (list $hits) "formula" "a")) "jq" (include "datadog.jq" "0")) -}}
{{- template "iter8.metric" (dict "name" "error-count" "type" "counter" "description" "Number of unsuccessful requests"
      "body" (include "datadog.body" (dict "in" $in "now" $now "queries" (list $errors) "formula" "a")) "jq" (include "datadog.jq" "0")) -}}
{{- template "iter8.metric" (dict "name" "error-rate" "type" "gauge" "description" "Fraction of unsuccessful requests"
      "body" (include "datadog.body" (dict "in" $in "now" $now "queries" (list $errors $hits) "formula" "default_zero(a) / b")) "jq" (include "datadog.jq" "empty")) -}}
{{- template "iter8.metric" (dict "name" "latency-mean" "type" "gauge" "units" "msec" "description" "Mean latency"
      "body" (include "datadog.body" (dict "in" $in "now" $now "queries" (list (dict "query" (printf "avg:%s{%s}" $span $tags) "aggregator" "avg")) "formula" "1000 * a")) "jq" (include "datadog.jq" "empty")) -}}
{{- template "iter8.percentiles" $in -}}
{{- range $in.latencyPercentiles -}}
{{- $percentile := include "iter8.percentile" . -}}
{{- if not (has $percentile (list "50" "75" "90" "95" "99" "99.9")) -}}
{{- fail (printf "the variable latencyPercentiles has %s, and Datadog keeps 50, 75, 90, 95, 99 and 99.9 only" $percentile) -}}
{{- end -}}
{{- template "iter8.metric" (dict "name" (print "latency-p" $percentile) "type" "gauge" "units" "msec" "description" (print $percentile " percentile latency")
      "body" (include "datadog.body" (dict "in" $in "now" $now "queries" (list (dict "query" (printf "p%s:%s{%s}" $percentile $span $tags) "aggregator" "percentile")) "formula" "1000 * a")) "jq" (include "datadog.jq" "empty")) -}}
{{- end -}}
{{- end -}}
{{- define "datadog.queries" -}}
{{- $in := .in -}}
{{- $now := .now -}}
{{- template "iter8.queries" (dict "in" $in "example" "queries: {error-count: {type: counter, query: 'sum:nginx.net.conn_dropped_per_s{$labels}'}}") -}}
{{- $places := dict -}}
{{- template "iter8.places" (dict "in" $in "into" $places "labels" (.tags | default "*")) -}}
{{- range $name, $entry := $in.queries -}}
{{- $metric := dict -}}
{{- template "iter8.entry" (dict "name" $name "entry" $entry "main" "query" "fields" (list "query" "aggregator" "formula") "into" $metric) -}}
{{- $query := include "iter8.query" (dict "in" $in "name" $name "text" $metric.query "field" "query" "escape" "datadog.escape" "places" $places) -}}
{{- $aggregator := include "iter8.choice" (dict "in" $metric "name" "aggregator" "as" (printf "queries.%s.aggregator" $name) "default" (ternary "sum" "avg" (eq $metric.type "counter")) "words" (list "avg" "min" "max" "sum" "last" "percentile")) -}}
{{- template "iter8.metric" (merge (dict "body" (include "datadog.body" (dict "in" $in "now" $now "queries" (list (dict "query" $query "aggregator" $aggregator)) "formula" ($metric.formula | default "a")))
      "jq" (include "datadog.jq" $metric.empty)) $metric) -}}
{{- end -}}
{{- end -}}
{{- $in := mergeOverwrite (deepCopy .) (deepCopy (index . "datadog" | default dict)) -}}
{{- $tags := include "iter8.labels" (dict "in" $in "example" "labels: {service: web, version: v2}" "each" "datadog.label" "separator" ",") -}}
{{- $fixed := dict "Accept" "application/json"
      "DD-API-KEY" (include "iter8.need" (dict "in" $in "name" "apiKey" "example" "apiKey: {envRef: DD_API_KEY}"))
      "DD-APPLICATION-KEY" (include "iter8.need" (dict "in" $in "name" "appKey" "example" "appKey: {envRef: DD_APP_KEY}")) -}}
{{- $site := include "iter8.option" (dict "in" $in "name" "site" "default" "datadoghq.com") -}}
url: {{ printf "%s/api/v2/query/scalar" (include "iter8.option" (dict "in" $in "name" "url" "default" (print "https://api." $site)) | trimSuffix "/") | toRawJson }}
method: POST
{{- template "iter8.headers" (dict "in" $in "fixed" $fixed) }}
metrics:
{{- if $in.queries -}}
{{- template "datadog.queries" (dict "in" $in "tags" $tags "now" now) }}
{{- else -}}
{{- template "datadog.traces" (dict "in" $in "tags" $tags "now" now) }}
{{- end }}
