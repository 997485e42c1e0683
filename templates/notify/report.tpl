{{- /* The shape of Iter8 0.13 for GitHub, with the experiment in short in place of all of it. */ -}}
{"event_type":{{ .Settings.eventType | default "iter8" | toJson }},"client_payload":{{ template "compact" . }}}
