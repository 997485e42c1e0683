{{- /*
cloudwatch: metrics of Amazon CloudWatch (action GetMetricData): those of an
Application Load Balancer's target group, or any others by queries.

Variables: region or url, labels (dimensions), namespace, latencyPercentiles,
window, headers. With queries (map from metric names to expressions, or to maps
with expression or metric, namespace, stat, type, description, units and
whenEmpty) those are the metrics instead. Places in an expression: $labels
(conditions of Metrics Insights), $period, $window, $windowSeconds, and each
scalar variable, escaped for single quotes.

Requests have to be signed: give the task the auth of kind aws for this provider.
*/ -}}
{{- define "cloudwatch.escape" -}}
{{- . | replace "'" "''" -}}
{{- end -}}
{{- define "cloudwatch.label" -}}
"{{ .label | replace "\"" "" }}" = '{{ include "cloudwatch.escape" .value }}'
{{- end -}}
{{- /* One series of a metric. Takes: id, namespace, metric, stat, dimensions, period, shown. */ -}}
{{- define "cloudwatch.series" -}}
{{- $metric := dict "Namespace" .namespace "MetricName" .metric "Dimensions" .dimensions -}}
{{- toRawJson (dict "Id" .id "ReturnData" .shown "MetricStat" (dict "Metric" $metric "Period" (int64 .period) "Stat" .stat)) -}}
{{- end -}}
{{- /* The request. Takes: from, period and queries (texts of JSON objects). One period covers the window, so there is one value. */ -}}
{{- define "cloudwatch.body" -}}
{"StartTime":{{ .from }},"EndTime":{{ add .from .period }},"MetricDataQueries":[{{ join "," .queries }}]}
{{- end -}}
{{- /* The jq expression. Takes what stands for no value. */ -}}
{{- define "cloudwatch.jq" -}}
.MetricDataResults | if length > 1 then error("the expression gives \(length) series, and must give one") elif .[0].StatusCode == "Forbidden" or .[0].StatusCode == "InternalError" then error("CloudWatch answers \(.[0].StatusCode)") else .[0].Values[0] // {{ . }} end
{{- end -}}
{{- define "cloudwatch.balancer" -}}
{{- $in := .in -}}
{{- $at := .at -}}
{{- if not $at.dimensions -}}
{{- fail "the variable labels is missing; set the dimensions of the target group, for example labels: {LoadBalancer: app/web/0123456789abcdef, TargetGroup: targetgroup/web-v2/0123456789abcdef}" -}}
{{- end -}}
{{- $requests := merge (dict "id" "requests" "metric" "RequestCount" "stat" "Sum") $at -}}
{{- $errors := merge (dict "id" "errors" "metric" "HTTPCode_Target_5XX_Count" "stat" "Sum") $at -}}
{{- $latency := merge (dict "id" "latency" "metric" "TargetResponseTime") $at -}}
{{- template "iter8.metric" (dict "name" "request-count" "type" "counter" "description" "Number of requests" "jq" (include "cloudwatch.jq" "0")
      "body" (include "cloudwatch.body" (merge (dict "queries" (list (include "cloudwatch.series" (merge (dict "shown" true) $requests)))) $at))) -}}
{{- template "iter8.metric" (dict "name" "error-count" "type" "counter" "description" "Number of unsuccessful requests" "jq" (include "cloudwatch.jq" "0")
      "body" (include "cloudwatch.body" (merge (dict "queries" (list (include "cloudwatch.series" (merge (dict "shown" true) $errors)))) $at))) -}}
{{- $rate := list (include "cloudwatch.series" (merge (dict "shown" false) $errors)) (include "cloudwatch.series" (merge (dict "shown" false) $requests)) (toRawJson (dict "Id" "rate" "Expression" "FILL(errors, 0) / requests")) -}}
{{- template "iter8.metric" (dict "name" "error-rate" "type" "gauge" "description" "Fraction of unsuccessful requests" "jq" (include "cloudwatch.jq" "empty")
      "body" (include "cloudwatch.body" (merge (dict "queries" $rate) $at))) -}}
{{- $scaled := print (include "cloudwatch.jq" "empty") " | . * 1000" -}}
{{- template "iter8.metric" (dict "name" "latency-mean" "type" "gauge" "units" "msec" "description" "Mean latency" "jq" $scaled
      "body" (include "cloudwatch.body" (merge (dict "queries" (list (include "cloudwatch.series" (merge (dict "stat" "Average" "shown" true) $latency)))) $at))) -}}
{{- template "iter8.percentiles" $in -}}
{{- range $in.latencyPercentiles -}}
{{- $percentile := include "iter8.percentile" . -}}
{{- template "iter8.metric" (dict "name" (print "latency-p" $percentile) "type" "gauge" "units" "msec" "description" (print $percentile " percentile latency") "jq" $scaled
      "body" (include "cloudwatch.body" (merge (dict "queries" (list (include "cloudwatch.series" (merge (dict "stat" (print "p" $percentile) "shown" true) $latency)))) $at))) -}}
{{- end -}}
{{- end -}}
{{- define "cloudwatch.queries" -}}
{{- $in := .in -}}
{{- $at := .at -}}
{{- template "iter8.queries" (dict "in" $in "example" "queries: {cpu: {metric: CPUUtilization, namespace: AWS/ECS, stat: Average}}") -}}
{{- $places := dict "period" (toString $at.period) -}}
{{- template "iter8.places" (dict "in" $in "into" $places "labels" (include "iter8.labels" (dict "in" $in "example" "labels: {ServiceName: web}" "each" "cloudwatch.label" "separator" " AND "))) -}}
{{- range $name, $entry := $in.queries -}}
{{- $metric := dict -}}
{{- template "iter8.entry" (dict "name" $name "entry" $entry "main" "expression" "fields" (list "expression" "metric" "namespace" "stat") "into" $metric) -}}
{{- $query := "" -}}
{{- if $metric.metric -}}
{{- $stat := $metric.stat | default (ternary "Sum" "Average" (eq $metric.type "counter")) -}}
{{- $query = include "cloudwatch.series" (merge (dict "id" "value" "metric" $metric.metric "namespace" ($metric.namespace | default $at.namespace) "stat" $stat "shown" true) $at) -}}
{{- else -}}
{{- $expression := include "iter8.query" (dict "in" $in "name" $name "text" $metric.expression "field" "expression" "escape" "cloudwatch.escape" "places" $places) -}}
{{- $query = toRawJson (dict "Id" "value" "Expression" $expression "Period" (int64 $at.period)) -}}
{{- end -}}
{{- template "iter8.metric" (merge (dict "body" (include "cloudwatch.body" (merge (dict "queries" (list $query)) $at)) "jq" (include "cloudwatch.jq" $metric.empty)) $metric) -}}
{{- end -}}
{{- end -}}
{{- $in := mergeOverwrite (deepCopy .) (deepCopy (index . "cloudwatch" | default dict)) -}}
{{- $now := unixEpoch now | int64 -}}
{{- $from := mul 60 (div (sub $now (include "iter8.window" $in | int64)) 60) -}}
{{- $period := mul 60 (div (add (sub $now $from) 59) 60) -}}
{{- template "iter8.isMap" (dict "in" $in "name" "labels" "example" "labels: {TargetGroup: targetgroup/web-v2/0123456789abcdef}") -}}
{{- $dimensions := list -}}
{{- range $label, $value := $in.labels -}}
{{- $dimensions = append $dimensions (dict "Name" $label "Value" (include "iter8.scalar" (dict "name" (print "labels." $label) "value" $value "example" (printf "labels: {%s: text}" $label)))) -}}
{{- end -}}
{{- $at := dict "from" $from "period" $period "dimensions" $dimensions "namespace" (include "iter8.option" (dict "in" $in "name" "namespace" "default" "AWS/ApplicationELB")) -}}
{{- $url := $in.url -}}
{{- if not $url -}}
{{- $url = printf "https://monitoring.%s.amazonaws.com" (include "iter8.need" (dict "in" $in "name" "region" "example" "region: eu-central-1")) -}}
{{- end -}}
url: {{ printf "%s/" (trimSuffix "/" $url) | toRawJson }}
method: POST
{{- template "iter8.headers" (dict "in" $in "fixed" (dict "X-Amz-Target" "GraniteServiceVersion20100801.GetMetricData" "Content-Encoding" "amz-1.0" "Accept" "application/json")) }}
metrics:
{{- if $in.queries -}}
{{- template "cloudwatch.queries" (dict "in" $in "at" $at) }}
{{- else -}}
{{- template "cloudwatch.balancer" (dict "in" $in "at" $at) }}
{{- end }}
