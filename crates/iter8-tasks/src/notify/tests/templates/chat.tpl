{{- $report := .Report | toPrettyJson -}}
{
  "text": "Your Iter8 report is ready: {{ regexReplaceAll "\"" (regexReplaceAll "\n" $report "\\n") "\\\"" }}"
}
