{{- /*
elasticsearch: documents of Elasticsearch or OpenSearch, one for each request,
such as access logs or transactions (POST /INDEX/_search, no hits, aggregations
only).

Variables: url, index; labels (exact terms), filters (list of further clauses
of the query language), statusField, latencyField, latencyUnit,
latencyPercentiles, timeField, apiKey, window, headers. With queries (map from
metric names to aggregations, or to maps with aggregation, filters, type,
description, units and whenEmpty) those are the metrics instead.
*/ -}}
{{- /* One search. Takes: query (the common filters), filters (further ones), aggregations. */ -}}
{{- define "elasticsearch.body" -}}
{{- $body := dict "size" 0 "track_total_hits" true "query" (dict "bool" (dict "filter" (concat .query (.filters | default list)))) -}}
{{- with .aggregations -}}
{{- $_ := set $body "aggs" . -}}
{{- end -}}
{{- toRawJson $body -}}
{{- end -}}
{{- define "elasticsearch.requests" -}}
{{- $in := .in -}}
{{- $query := .query -}}
{{- $total := ".hits.total | if type == \"object\" then .value else . end" -}}
{{- $failed := dict "range" (dict (include "iter8.option" (dict "in" $in "name" "statusField" "default" "http.response.status_code")) (dict "gte" 500)) -}}
{{- $field := include "iter8.option" (dict "in" $in "name" "latencyField" "default" "event.duration") -}}
{{- $units := dict "ns" "/ 1000000" "us" "/ 1000" "ms" "* 1" "s" "* 1000" -}}
{{- $scale := index $units (include "iter8.choice" (dict "in" $in "name" "latencyUnit" "default" "ns" "words" (list "ns" "us" "ms" "s"))) -}}
{{- template "iter8.metric" (dict "name" "request-count" "type" "counter" "description" "Number of requests"
      "body" (include "elasticsearch.body" (dict "query" $query)) "jq" $total) -}}
{{- template "iter8.metric" (dict "name" "error-count" "type" "counter" "description" "Number of unsuccessful requests"
      "body" (include "elasticsearch.body" (dict "query" $query "filters" (list $failed))) "jq" $total) -}}
{{- template "iter8.metric" (dict "name" "error-rate" "type" "gauge" "description" "Fraction of unsuccessful requests"
      "body" (include "elasticsearch.body" (dict "query" $query "aggregations" (dict "failed" (dict "filter" $failed))))
      "jq" (printf "(%s) as $total | if $total > 0 then .aggregations.failed.doc_count / $total else empty end" $total)) -}}
{{- template "iter8.metric" (dict "name" "latency-mean" "type" "gauge" "units" "msec" "description" "Mean latency"
      "body" (include "elasticsearch.body" (dict "query" $query "aggregations" (dict "value" (dict "avg" (dict "field" $field)))))
      "jq" (printf ".aggregations.value.value // empty | . %s" $scale)) -}}
{{- template "iter8.percentiles" $in -}}
{{- range $in.latencyPercentiles -}}
{{- $percentile := include "iter8.percentile" . -}}
{{- template "iter8.metric" (dict "name" (print "latency-p" $percentile) "type" "gauge" "units" "msec" "description" (print $percentile " percentile latency")
      "body" (include "elasticsearch.body" (dict "query" $query "aggregations" (dict "value" (dict "percentiles" (dict "field" $field "percents" (list (float64 $percentile)) "keyed" false)))))
      "jq" (printf ".aggregations.value.values[0].value // empty | . %s" $scale)) -}}
{{- end -}}
{{- end -}}
{{- define "elasticsearch.queries" -}}
{{- $query := .query -}}
{{- template "iter8.queries" (dict "in" .in "example" "queries: {mean-size: {avg: {field: http.response.body.bytes}}}") -}}
{{- range $name, $entry := .in.queries -}}
{{- $metric := dict -}}
{{- if and (kindIs "map" $entry) (not (hasKey $entry "aggregation")) -}}
{{- $entry = dict "aggregation" $entry -}}
{{- end -}}
{{- template "iter8.entry" (dict "name" $name "entry" $entry "main" "aggregation" "fields" (list "aggregation" "filters") "into" $metric) -}}
{{- if not (kindIs "map" $metric.aggregation) -}}
{{- fail (printf "the variable queries.%s.aggregation must be a map, for example {avg: {field: bytes}}" $name) -}}
{{- end -}}
{{- template "iter8.metric" (merge (dict "body" (include "elasticsearch.body" (dict "query" $query "filters" $metric.filters "aggregations" (dict "value" $metric.aggregation)))
      "jq" (printf ".aggregations.value | .value // .doc_count // (.values | arrays | .[0].value) // (.values | objects | first(.[])) // %s" $metric.empty)) $metric) -}}
{{- end -}}
{{- end -}}
{{- $in := mergeOverwrite (deepCopy .) (deepCopy (index . "elasticsearch" | default dict)) -}}
{{- template "iter8.isMap" (dict "in" $in "name" "labels" "example" "labels: {service.version: v2}") -}}
{{- $seconds := include "iter8.window" $in -}}
{{- $query := list (dict "range" (dict (include "iter8.option" (dict "in" $in "name" "timeField" "default" "@timestamp")) (dict "gte" (printf "now-%ss" $seconds) "lte" "now"))) -}}
{{- range $label, $value := $in.labels -}}
{{- $query = append $query (dict "term" (dict $label (include "iter8.scalar" (dict "name" (print "labels." $label) "value" $value "example" "labels: {service.version: v2}")))) -}}
{{- end -}}
{{- $query = concat $query ($in.filters | default list) -}}
{{- $fixed := dict -}}
{{- if $in.apiKey -}}
{{- $fixed = dict "Authorization" (print "ApiKey " (include "iter8.need" (dict "in" $in "name" "apiKey" "example" "apiKey: {envRef: ELASTIC_API_KEY}"))) -}}
{{- end -}}
{{- $url := include "iter8.need" (dict "in" $in "name" "url" "example" "url: https://elasticsearch.monitoring:9200") | trimSuffix "/" -}}
{{- $index := include "iter8.need" (dict "in" $in "name" "index" "example" "index: logs-nginx.access-default") -}}
{{- if regexMatch "[/?#\\s]" $index -}}
{{- fail (printf "the variable index is %q, and must be an index, an alias or a data stream, for example index: logs-nginx.access-default" $index) -}}
{{- end -}}
url: {{ printf "%s/%s/_search" $url $index | toRawJson }}
method: POST
{{- template "iter8.headers" (dict "in" $in "fixed" $fixed) }}
metrics:
{{- if $in.queries -}}
{{- template "elasticsearch.queries" (dict "in" $in "query" $query) }}
{{- else -}}
{{- template "elasticsearch.requests" (dict "in" $in "query" $query) }}
{{- end }}
