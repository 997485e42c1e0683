{{- /*
haproxy-prom: what HAProxy counts for a backend or for one server of it, from a
Prometheus that scrapes its built-in exporter.

Variables: labels (proxy; with server, that server is measured, else the whole
backend), matchers, scope, url, window, counting, headers.

HAProxy exports no histogram, so there are no percentiles. Its mean is a moving
average over about the last 1,024 requests, whatever the window; it starts from
zero, so there is no value before that many. It is the time until the server
answers: HAProxy's average of the total time counts idle connections in. The exporter shows every counter
from the start, so a plain increase misses nothing.
*/ -}}
{{- define "haproxy.metrics" -}}
{{- $in := .in -}}
{{- $labels := .matchers -}}
{{- $scope := .scope -}}
{{- $counting := include "iter8.choice" (dict "in" $in "name" "counting" "default" "increase" "words" (list "window" "increase" "total")) -}}
{{- $at := dict "window" (print (include "iter8.window" $in) "s") "counting" $counting -}}
{{- $responses := printf "haproxy_%s_http_responses_total" $scope -}}
{{- $requests := include "prometheus.count" (merge (dict "series" $responses "matchers" (list $labels)) $at) -}}
{{- $errors := include "prometheus.count" (merge (dict "series" $responses "matchers" (list "code=\"5xx\"" $labels)) $at) -}}
{{- if eq $scope "server" -}}
{{- /* A server that refuses or breaks off gives no response; HAProxy answers 503 or 502 and counts that for the backend only. */ -}}
{{- $broken := "" -}}
{{- range list "haproxy_server_connection_errors_total" "haproxy_server_response_errors_total" -}}
{{- $broken = printf "%s + (%s or on() vector(0))" $broken (include "prometheus.count" (merge (dict "series" . "matchers" (list $labels)) $at)) -}}
{{- end -}}
{{- $requests = printf "((%s or on() vector(0))%s)" $requests $broken -}}
{{- $errors = printf "((%s or on() vector(0))%s)" $errors $broken -}}
{{- end -}}
{{- template "prometheus.requests" (dict "requests" $requests "errors" $errors) -}}
{{- template "prometheus.metric" (dict "name" "latency-mean" "type" "gauge" "units" "msec" "description" "Mean latency until the response begins"
      "query" (printf "1000 * avg(haproxy_%s_response_time_average_seconds{%s}) and on() (sum(%s{%s}) >= 1024)" $scope $labels $responses $labels)) -}}
{{- end -}}
{{- $in := mergeOverwrite (deepCopy .) (deepCopy (index . "haproxy-prom" | default dict)) -}}
{{- $matchers := include "prometheus.version" (dict "in" $in "reserved" (list "code") "example" "labels: {proxy: web, server: candidate}") -}}
{{- $default := ternary "server" "backend" (hasKey ($in.labels | default dict) "server") -}}
{{- $scope := include "iter8.choice" (dict "in" $in "name" "scope" "default" $default "words" (list "server" "backend")) -}}
url: {{ include "iter8.need" (dict "in" $in "name" "url" "example" "url: http://prometheus.monitoring:9090") | include "prometheus.url" | toRawJson }}
method: GET
{{- template "iter8.headers" (dict "in" $in) }}
metrics:
{{- template "haproxy.metrics" (dict "in" $in "matchers" $matchers "scope" $scope) }}
