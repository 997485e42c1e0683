{{- /*
graphite: any targets of Graphite's render API (GET /render, format=json).

Variables: url, queries; labels, window, headers. A query is a target, or a map
with target, reduce, type, description, units and whenEmpty. reduce makes one
number of the points in the window: last (for gauges, unless set), sum (for
counters, unless set), mean, min, max. Places in a target: $labels (arguments
of seriesByTag), $window, $windowSeconds, and each scalar variable.
*/ -}}
{{- define "graphite.escape" -}}
{{- if regexMatch "['\"]" . -}}
{{- fail (printf "the text %q has a quote, which a target of Graphite cannot hold" .) -}}
{{- end -}}
{{- . -}}
{{- end -}}
{{- define "graphite.label" -}}
'{{ include "graphite.escape" .label }}={{ include "graphite.escape" .value }}'
{{- end -}}
{{- define "graphite.metrics" -}}
{{- $in := .in -}}
{{- template "iter8.queries" (dict "in" $in "example" "queries: {error-rate: 'divideSeries(sumSeries(web.$version.errors), sumSeries(web.$version.requests))'}") -}}
{{- $places := dict -}}
{{- template "iter8.places" (dict "in" $in "into" $places "labels" (include "iter8.labels" (dict "in" $in "example" "labels: {version: v2}" "each" "graphite.label" "separator" ","))) -}}
{{- $reducers := dict "last" ".[-1]" "sum" "add" "mean" "add / length" "min" "min" "max" "max" -}}
{{- range $name, $entry := $in.queries -}}
{{- $metric := dict -}}
{{- template "iter8.entry" (dict "name" $name "entry" $entry "main" "target" "fields" (list "target" "reduce") "into" $metric) -}}
{{- $target := include "iter8.query" (dict "in" $in "name" $name "text" $metric.target "field" "target" "escape" "graphite.escape" "places" $places) -}}
{{- $reduce := include "iter8.choice" (dict "in" $metric "name" "reduce" "as" (printf "queries.%s.reduce" $name) "default" (ternary "sum" "last" (eq $metric.type "counter")) "words" (keys $reducers | sortAlpha)) -}}
{{- $jq := printf "if length > 1 then error(\"the target gives \\(length) series; combine them, for example with sumSeries()\") else [.[0].datapoints[]?[0] | select(. != null)] | if length == 0 then %s else %s end end" $metric.empty (index $reducers $reduce) -}}
{{- template "iter8.metric" (merge (dict "params" (dict "target" $target "from" (printf "-%ss" $places.windowSeconds) "until" "now" "format" "json") "jq" $jq) $metric) -}}
{{- end -}}
{{- end -}}
{{- $in := mergeOverwrite (deepCopy .) (deepCopy (index . "graphite" | default dict)) -}}
url: {{ printf "%s/render" (include "iter8.need" (dict "in" $in "name" "url" "example" "url: http://graphite.monitoring:8080") | trimSuffix "/") | toRawJson }}
method: GET
{{- template "iter8.headers" (dict "in" $in) }}
metrics:
{{- template "graphite.metrics" (dict "in" $in) }}
