{{- /* CloudEvents 1.0, structured JSON. */ -}}
{{- $event := dict
      "specversion" "1.0"
      "id" uuidv4
      "source" (.Settings.source | default (printf "/iter8/%s" .Group))
      "type" (.Settings.type | default "tools.iter8.experiment.report")
      "subject" .Group
      "time" .Time
      "datacontenttype" "application/json"
      "data" (include "compact" . | fromJson) -}}
{{- $event | toJson }}
