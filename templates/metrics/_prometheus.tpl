{{- /*
Parts of the templates that ask a server with Prometheus' HTTP API
(GET /api/v1/query, an instant query).
*/ -}}

{{- /* The URL of the API. Takes: url (text). A server's address gets the path of the API. */ -}}
{{- define "prometheus.url" -}}
{{- if hasSuffix "/query" . -}}
{{- . -}}
{{- else -}}
{{- trimSuffix "/" . }}/api/v1/query
{{- end -}}
{{- end -}}

{{- /* What makes a text safe inside double quotes of PromQL: it has Go's escapes. */ -}}
{{- define "prometheus.escape" -}}
{{- printf "%q" . | trimPrefix "\"" | trimSuffix "\"" -}}
{{- end -}}

{{- /*
The variables labels and matchers as the inside of a selector. Takes: in,
reserved (labels that the template sets itself), example.
*/ -}}
{{- define "prometheus.matchers" -}}
{{- template "iter8.isMap" (dict "in" .in "name" "labels" "example" .example) -}}
{{- $reserved := .reserved | default list -}}
{{- $all := list -}}
{{- range $label, $value := .in.labels -}}
{{- if not (regexMatch "^[A-Za-z_][A-Za-z0-9_]*$" $label) -}}
{{- fail (printf "the variable labels has the name %q; a label has letters, digits and underscores only" $label) -}}
{{- end -}}
{{- if has $label $reserved -}}
{{- fail (printf "the variable labels must not have %s: this template sets it itself" $label) -}}
{{- end -}}
{{- $text := include "iter8.scalar" (dict "name" (print "labels." $label) "value" $value "example" (printf "labels: {%s: text}" $label)) -}}
{{- $all = append $all (printf "%s=%q" $label $text) -}}
{{- end -}}
{{- if not (or (kindIs "invalid" .in.matchers) (kindIs "slice" .in.matchers)) -}}
{{- fail "the variable matchers must be a list of PromQL matchers, for example matchers: ['pod=~\"web-v2-.*\"']" -}}
{{- end -}}
{{- range .in.matchers -}}
{{- $all = append $all (include "iter8.scalar" (dict "name" "matchers" "value" . "example" "matchers: ['pod=~\"web-v2-.*\"']")) -}}
{{- end -}}
{{- join "," $all -}}
{{- end -}}

{{- /* The same, where measuring everything would be a mistake. */ -}}
{{- define "prometheus.version" -}}
{{- $matchers := include "prometheus.matchers" . -}}
{{- if not $matchers -}}
{{- fail (printf "the variable labels is missing; set the labels that single out the version, for example %s" .example) -}}
{{- end -}}
{{- $matchers -}}
{{- end -}}

{{- /*
How far counters went, summed. Takes: series, matchers (list of texts), by,
window (in PromQL), counting.

counting "total" is the value that the counters have now. "window" is what was
added within the window: for a series that was there when the window began, its
increase; for one that was born within, its whole value. A plain increase()
misses the first value of a new series, which is where the errors of a new
version are.
*/ -}}
{{- define "prometheus.count" -}}
{{- $series := printf "%s{%s}" .series (join "," (compact .matchers)) -}}
{{- $sum := ternary (printf "sum by (%s) " .by) "sum" (not (empty .by)) -}}
{{- if eq .counting "total" -}}
{{- printf "%s(last_over_time(%s[%s]))" $sum $series .window -}}
{{- else if eq .counting "increase" -}}
{{- printf "%s(increase(%s[%s]))" $sum $series .window -}}
{{- else -}}
{{- $before := printf "%s offset %s" $series .window -}}
{{- printf "%s((increase(%s[%s]) and %s) or (last_over_time(%s[%s]) unless %s))" $sum $series .window $before $series .window $before -}}
{{- end -}}
{{- end -}}

{{- /* The jq expression for queries that give one number or nothing. */ -}}
{{- define "prometheus.jq" -}}
.data.result[0].value[1] // empty | tonumber
{{- end -}}

{{- /* One metric. Takes the fields of iter8.metric, with query in place of params. */ -}}
{{- define "prometheus.metric" -}}
{{- template "iter8.metric" (merge (dict "params" (dict "query" .query) "jq" (include "prometheus.jq" .)) .) -}}
{{- end -}}

{{- /*
Number of requests and of errors, and the share of errors. Takes: requests and
errors (PromQL).

A share of no requests is no number: the filter "> 0" leaves nothing then, so
the metric has no value, and an objective on it does not hold.
*/ -}}
{{- define "prometheus.requests" -}}
{{- template "prometheus.metric" (dict "name" "request-count" "type" "counter" "description" "Number of requests"
      "query" (printf "%s or on() vector(0)" .requests)) -}}
{{- template "prometheus.metric" (dict "name" "error-count" "type" "counter" "description" "Number of unsuccessful requests"
      "query" (printf "%s or on() vector(0)" .errors)) -}}
{{- template "prometheus.metric" (dict "name" "error-rate" "type" "gauge" "description" "Fraction of unsuccessful requests"
      "query" (printf "(%s or on() vector(0)) / (%s > 0)" .errors .requests)) -}}
{{- end -}}

{{- /*
Mean and percentiles of a histogram. Takes: in, histogram (its name without
_sum), matchers (list), window, counting, scale (what makes milliseconds of its
unit), and optionally prefix and noun for the names and descriptions.
*/ -}}
{{- define "prometheus.latency" -}}
{{- $at := . -}}
{{- $prefix := .prefix | default "" -}}
{{- $noun := .noun | default "latency" -}}
{{- $scale := ternary "" (print .scale " * ") (eq (int .scale) 1) -}}
{{- $sum := include "prometheus.count" (merge (dict "series" (print .histogram "_sum")) .) -}}
{{- $count := include "prometheus.count" (merge (dict "series" (print .histogram "_count")) .) -}}
{{- template "prometheus.metric" (dict "name" (print $prefix "latency-mean") "type" "gauge" "units" "msec" "description" (print "Mean " $noun)
      "query" (printf "%s%s / (%s > 0)" $scale $sum $count)) -}}
{{- template "iter8.percentiles" .in -}}
{{- range .in.latencyPercentiles -}}
{{- $percentile := include "iter8.percentile" . -}}
{{- $buckets := include "prometheus.count" (merge (dict "series" (print $at.histogram "_bucket") "by" "le") $at) -}}
{{- template "prometheus.metric" (dict "name" (printf "%slatency-p%s" $prefix $percentile) "type" "gauge" "units" "msec" "description" (printf "%s percentile %s" $percentile $noun)
      "query" (printf "%shistogram_quantile(%v, %s) >= 0" $scale (divf (float64 $percentile) 100) $buckets)) -}}
{{- end -}}
{{- end -}}

{{- /*
Requests, errors and latency of a proxy that labels its series. Takes: in,
matchers (text), requests (series), errors (matcher of the failed ones; the
variable errors wins), histogram, scale, and counting (the default).
*/ -}}
{{- define "prometheus.proxy" -}}
{{- $window := print (include "iter8.window" .in) "s" -}}
{{- $counting := include "iter8.choice" (dict "in" .in "name" "counting" "default" (.counting | default "window") "words" (list "window" "increase" "total")) -}}
{{- $errors := include "iter8.option" (dict "in" .in "name" "errors" "default" .errors) -}}
{{- $at := dict "in" .in "window" $window "counting" $counting "scale" .scale -}}
{{- template "prometheus.requests" (dict
      "requests" (include "prometheus.count" (merge (dict "series" .requests "matchers" (list .matchers)) $at))
      "errors" (include "prometheus.count" (merge (dict "series" .requests "matchers" (list $errors .matchers)) $at))) -}}
{{- template "prometheus.latency" (merge (dict "histogram" .histogram "matchers" (list .matchers)) $at) -}}
{{- end -}}

{{- /* What Knative's queue proxy measures. Takes: in, matchers (text), telemetry. */ -}}
{{- define "prometheus.knative" -}}
{{- if eq .telemetry "opentelemetry" -}}
{{- template "prometheus.proxy" (merge (dict "requests" "kn_serving_invocation_duration_seconds_count" "errors" "http_response_status_code=~\"5..\"" "histogram" "kn_serving_invocation_duration_seconds" "scale" 1000) .) -}}
{{- else -}}
{{- template "prometheus.proxy" (merge (dict "requests" "revision_request_count" "errors" "response_code_class=\"5xx\"" "histogram" "revision_request_latencies" "scale" 1) .) -}}
{{- end -}}
{{- end -}}

{{- /* The metrics of the variable queries. Takes: in. */ -}}
{{- define "prometheus.generic" -}}
{{- $in := .in -}}
{{- $example := "queries: {error-rate: 'sum(rate(http_requests_total{code=~\"5..\",$labels}[$window])) / sum(rate(http_requests_total{$labels}[$window]))'}" -}}
{{- template "iter8.queries" (dict "in" $in "example" $example) -}}
{{- $seconds := include "iter8.window" $in -}}
{{- $places := dict "labels" (include "prometheus.matchers" (dict "in" $in "example" "labels: {version: v2}")) -}}
{{- template "iter8.places" (dict "in" $in "into" $places) -}}
{{- range $name, $entry := $in.queries -}}
{{- $metric := dict -}}
{{- template "iter8.entry" (dict "name" $name "entry" $entry "main" "query" "fields" (list "query" "over" "step") "into" $metric) -}}
{{- $query := include "iter8.query" (dict "in" $in "name" $name "text" $metric.query "field" "query" "escape" "prometheus.escape" "places" $places) -}}
{{- with $metric.over -}}
{{- $words := list "avg" "min" "max" "sum" "last" "stddev" -}}
{{- $over := include "iter8.choice" (dict "in" $metric "name" "over" "as" (printf "queries.%s.over" $name) "default" "avg" "words" $words) -}}
{{- $query = printf "%s_over_time((%s)[%ss:%s])" $over $query $seconds ($metric.step | default "") -}}
{{- end -}}
{{- $jq := printf ".data | if .resultType == \"scalar\" then .result[1] elif (.result | length) > 1 then error(\"the query gives \\(.result | length) series; aggregate them, for example with sum()\") else .result[0].value[1] // %s end | if . == \"NaN\" then empty else tonumber end" $metric.empty -}}
{{- template "iter8.metric" (merge (dict "params" (dict "query" $query) "jq" $jq) $metric) -}}
{{- end -}}
{{- end -}}
