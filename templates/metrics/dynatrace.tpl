{{- /*
dynatrace: metrics of Dynatrace (GET /api/v2/metrics/query): those of services,
or any others by queries.

Variables: url (of the environment), token; entitySelector, labels (dimensions
of the metrics), latencyPercentiles, window, headers. With queries (map from
metric names to metric selectors, or to maps with selector, type, description,
units and whenEmpty) those are the metrics instead. Places in a selector:
$labels (conditions of a filter), $window, $windowSeconds, and each scalar
variable, escaped for double quotes.
*/ -}}
{{- define "dynatrace.escape" -}}
{{- . | replace "~" "~~" | replace "\"" "~\"" -}}
{{- end -}}
{{- define "dynatrace.label" -}}
eq("{{ include "dynatrace.escape" .label }}","{{ include "dynatrace.escape" .value }}")
{{- end -}}
{{- define "dynatrace.jq" -}}
.result[0].data | if length > 1 then error("the selector gives \(length) series; end it with splitBy() and an aggregation") else [.[0].values[]? | select(. != null)][-1] // {{ . }} end
{{- end -}}
{{- define "dynatrace.services" -}}
{{- $in := .in -}}
{{- $params := .params -}}
{{- if not (or .conditions $in.entitySelector) -}}
{{- fail "the variable entitySelector is missing; set what singles out the version, for example entitySelector: 'type(SERVICE),entityName.equals(\"web-v2\")'" -}}
{{- end -}}
{{- $filter := ternary (printf ":filter(and(%s))" .conditions) "" (not (empty .conditions)) -}}
{{- $requests := printf "builtin:service.requestCount.total%s:splitBy():sum" $filter -}}
{{- $errors := printf "builtin:service.errors.total.count%s:splitBy():sum" $filter -}}
{{- $latency := printf "builtin:service.response.time%s:splitBy()" $filter -}}
{{- template "iter8.metric" (dict "name" "request-count" "type" "counter" "description" "Number of requests"
      "params" (merge (dict "metricSelector" $requests) $params) "jq" (include "dynatrace.jq" "0")) -}}
{{- template "iter8.metric" (dict "name" "error-count" "type" "counter" "description" "Number of unsuccessful requests"
      "params" (merge (dict "metricSelector" $errors) $params) "jq" (include "dynatrace.jq" "0")) -}}
{{- template "iter8.metric" (dict "name" "error-rate" "type" "gauge" "description" "Fraction of unsuccessful requests"
      "params" (merge (dict "metricSelector" (printf "(%s:default(0)) / (%s)" $errors $requests)) $params) "jq" (include "dynatrace.jq" "empty")) -}}
{{- template "iter8.metric" (dict "name" "latency-mean" "type" "gauge" "units" "msec" "description" "Mean latency"
      "params" (merge (dict "metricSelector" (print $latency ":avg")) $params) "jq" (printf "%s | . / 1000" (include "dynatrace.jq" "empty"))) -}}
{{- template "iter8.percentiles" $in -}}
{{- range $in.latencyPercentiles -}}
{{- $percentile := include "iter8.percentile" . -}}
{{- template "iter8.metric" (dict "name" (print "latency-p" $percentile) "type" "gauge" "units" "msec" "description" (print $percentile " percentile latency")
      "params" (merge (dict "metricSelector" (printf "%s:percentile(%s)" $latency $percentile)) $params) "jq" (printf "%s | . / 1000" (include "dynatrace.jq" "empty"))) -}}
{{- end -}}
{{- end -}}
{{- define "dynatrace.queries" -}}
{{- $in := .in -}}
{{- $params := .params -}}
{{- template "iter8.queries" (dict "in" $in "example" "queries: {latency-p95: 'builtin:service.response.time:splitBy():percentile(95)'}") -}}
{{- $places := dict -}}
{{- template "iter8.places" (dict "in" $in "into" $places "labels" .conditions) -}}
{{- range $name, $entry := $in.queries -}}
{{- $metric := dict -}}
{{- template "iter8.entry" (dict "name" $name "entry" $entry "main" "selector" "fields" (list "selector") "into" $metric) -}}
{{- $selector := include "iter8.query" (dict "in" $in "name" $name "text" $metric.selector "field" "selector" "escape" "dynatrace.escape" "places" $places) -}}
{{- template "iter8.metric" (merge (dict "params" (merge (dict "metricSelector" $selector) $params) "jq" (include "dynatrace.jq" $metric.empty)) $metric) -}}
{{- end -}}
{{- end -}}
{{- $in := mergeOverwrite (deepCopy .) (deepCopy (index . "dynatrace" | default dict)) -}}
{{- $to := mul 1000 (unixEpoch now | int64) -}}
{{- $from := sub $to (mul 1000 (include "iter8.window" $in | int64)) -}}
{{- $params := dict "from" (toString $from) "to" (toString $to) "resolution" "Inf" -}}
{{- if $in.entitySelector -}}
{{- $_ := set $params "entitySelector" (include "iter8.need" (dict "in" $in "name" "entitySelector" "example" "entitySelector: type(SERVICE)")) -}}
{{- end -}}
{{- $conditions := include "iter8.labels" (dict "in" $in "example" "labels: {dt.entity.service: SERVICE-0123456789ABCDEF}" "each" "dynatrace.label" "separator" ",") -}}
{{- $token := include "iter8.need" (dict "in" $in "name" "token" "example" "token: {envRef: DYNATRACE_TOKEN}") -}}
url: {{ printf "%s/api/v2/metrics/query" (include "iter8.need" (dict "in" $in "name" "url" "example" "url: https://abc12345.live.dynatrace.com") | trimSuffix "/") | toRawJson }}
method: GET
{{- template "iter8.headers" (dict "in" $in "fixed" (dict "Authorization" (print "Api-Token " $token))) }}
metrics:
{{- if $in.queries -}}
{{- template "dynatrace.queries" (dict "in" $in "params" $params "conditions" $conditions) }}
{{- else -}}
{{- template "dynatrace.services" (dict "in" $in "params" $params "conditions" $conditions) }}
{{- end }}
