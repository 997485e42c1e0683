{{- /*
kserve-prom: an inference service of KServe, from a Prometheus that scrapes it:
requests, errors and latency as Knative's queue proxy in front of the predictor
counts them, and the time that the model itself takes.

Variables: labels and matchers (of the queue proxy's series), model (the label
model_name of the model server's series; without it the model itself is not
measured), modelLabels (further labels of those), latencyPercentiles, telemetry,
url, errors, window, counting, headers. telemetry is "opentelemetry",
"opencensus" (see knative-prom), or "none" for raw deployments, which have no
queue proxy.
*/ -}}
{{- define "kserve.model" -}}
{{- $example := "model: sklearn-iris" -}}
{{- $labels := merge (dict "model_name" (include "iter8.need" (dict "in" .in "name" "model" "example" $example))) (.in.modelLabels | default dict) -}}
{{- $matchers := include "prometheus.matchers" (dict "in" (dict "labels" $labels) "reserved" (list "le") "example" $example) -}}
{{- $counting := include "iter8.choice" (dict "in" .in "name" "counting" "default" "window" "words" (list "window" "increase" "total")) -}}
{{- $at := dict "in" .in "window" (print (include "iter8.window" .in) "s") "counting" $counting "matchers" (list $matchers) "scale" 1000 -}}
{{- $count := include "prometheus.count" (merge (dict "series" "request_predict_seconds_count") $at) -}}
{{- template "prometheus.metric" (dict "name" "predict-count" "type" "counter" "description" "Number of predictions"
      "query" (printf "%s or on() vector(0)" $count)) -}}
{{- template "prometheus.latency" (merge (dict "histogram" "request_predict_seconds" "prefix" "predict-" "noun" "time of the model") $at) -}}
{{- end -}}
{{- $in := mergeOverwrite (deepCopy .) (deepCopy (index . "kserve-prom" | default dict)) -}}
{{- $telemetry := include "iter8.choice" (dict "in" $in "name" "telemetry" "default" "opentelemetry" "words" (list "opentelemetry" "opencensus" "none")) -}}
{{- $example := ternary "labels: {kn_service_name: sklearn-iris-predictor}" "labels: {service_name: sklearn-iris-predictor}" (eq $telemetry "opentelemetry") -}}
url: {{ include "iter8.need" (dict "in" $in "name" "url" "example" "url: http://prometheus.monitoring:9090") | include "prometheus.url" | toRawJson }}
method: GET
{{- template "iter8.headers" (dict "in" $in) }}
metrics:
{{- if ne $telemetry "none" -}}
{{- template "prometheus.knative" (dict "in" $in "telemetry" $telemetry
      "matchers" (include "prometheus.version" (dict "in" $in "reserved" (list "http_response_status_code" "response_code_class" "le") "example" $example))) -}}
{{- end -}}
{{- if or $in.model (eq $telemetry "none") -}}
{{- template "kserve.model" (dict "in" $in) -}}
{{- end }}
