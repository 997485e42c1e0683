{{- /*
gcp-monitoring: Google Cloud Monitoring by PromQL (its API takes the queries of
Prometheus): those of a revision of Cloud Run, or any others by queries.

Variables: project, labels, matchers, latencyPercentiles, token, url, errors,
window, counting, headers. With queries (as in the template prometheus) those
are the metrics instead.

Requests need an access token: the variable token, or the auth of kind bearer
for this provider.
*/ -}}
{{- $in := mergeOverwrite (deepCopy .) (deepCopy (index . "gcp-monitoring" | default dict)) -}}
{{- $url := $in.url -}}
{{- if not $url -}}
{{- $url = printf "https://monitoring.googleapis.com/v1/projects/%s/location/global/prometheus" (include "iter8.need" (dict "in" $in "name" "project" "example" "project: my-project")) -}}
{{- end -}}
{{- $fixed := dict -}}
{{- if $in.token -}}
{{- $fixed = dict "Authorization" (print "Bearer " (include "iter8.need" (dict "in" $in "name" "token" "example" "token: {fileRef: /var/run/gcp/token}"))) -}}
{{- end -}}
url: {{ include "prometheus.url" $url | toRawJson }}
method: GET
{{- template "iter8.headers" (dict "in" $in "fixed" $fixed) }}
metrics:
{{- if $in.queries -}}
{{- template "prometheus.generic" (dict "in" $in) }}
{{- else -}}
{{- $matchers := include "prometheus.version" (dict "in" $in "reserved" (list "monitored_resource" "response_code_class" "le") "example" "labels: {service_name: web, revision_name: web-00002-abc}") -}}
{{- template "prometheus.proxy" (dict "in" $in "matchers" (print "monitored_resource=\"cloud_run_revision\"," $matchers)
      "requests" "run_googleapis_com:request_count" "errors" "response_code_class=\"5xx\""
      "histogram" "run_googleapis_com:request_latencies" "scale" 1 "counting" "increase") }}
{{- end }}
