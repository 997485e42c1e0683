{{- define "labels" }}
{{- if not (kindIs "map" .) }}{{ fail "labels must be a map" }}{{ end }}
{{- range $name, $value := . }}
{{- if or (kindIs "slice" $value) (kindIs "map" $value) }}
{{- fail (printf "label %s must be a scalar, but is a %s" $name (kindOf $value)) }}
{{- end }}
{{- if eq $name "response_code" }}{{ fail "response_code is set by the template" }}{{ end }}
{{- $name }}="{{ printf "%v" $value }}",
{{- end }}
{{- end }}
{{- define "requests" -}}
sum(last_over_time(istio_requests_total{ {{- .codes }}{{ template "labels" .values.labels -}} }[{{ .values.elapsedTimeSeconds }}s])) or on() vector(0)
{{- end -}}
url: {{ default "http://prometheus.istio-system:9090/api/v1/query" .istioPromURL }}
provider: istio-prom
method: GET
metrics:
- name: request-count
  type: counter
  description: |
    Number of requests
  params:
  - name: query
    value: |
      {{ template "requests" (dict "values" . "codes" "") }}
  jqExpression: .data.result[0].value[1] | tonumber
- name: error-count
  type: counter
  description: |
    Number of requests that failed
  params:
  - name: query
    value: |
      {{ template "requests" (dict "values" . "codes" "response_code=~'5..',") }}
  jqExpression: .data.result[0].value[1] | tonumber
- name: error-rate
  type: gauge
  description: |
    Fraction of requests that failed
  params:
  - name: query
    value: |
      ({{ template "requests" (dict "values" . "codes" "response_code=~'5..',") }}) / ({{ template "requests" (dict "values" . "codes" "") }})
  jqExpression: .data.result[0].value[1] | tonumber
- name: latency-mean
  type: gauge
  description: |
    Mean latency
  units: msec
  params:
  - name: query
    value: |
      (sum(last_over_time(istio_request_duration_milliseconds_sum{ {{- template "labels" .labels -}} }[{{ .elapsedTimeSeconds }}s])) or on() vector(0)) / ({{ template "requests" (dict "values" . "codes" "") }})
  jqExpression: .data.result[0].value[1] | tonumber
{{- range $percentile := .latencyPercentiles }}
- name: latency-p{{ $percentile }}
  type: gauge
  description: |
    {{ $percentile }}th percentile of latency
  units: msec
  params:
  - name: query
    value: |
      histogram_quantile({{ divf $percentile 100 }}, sum(last_over_time(istio_request_duration_milliseconds_bucket{ {{- template "labels" $.labels -}} }[{{ $.elapsedTimeSeconds }}s])) by (le))
  jqExpression: .data.result[0].value[1] | tonumber
{{- end }}
