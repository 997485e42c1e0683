{{ .Report | toJson }}
{{ toJson .Report.Experiment.Result }}
{{ with .Report.Experiment.Result.Insights }}{{ toJson .SLOs }}{{ toPrettyJson .MetricsInfo }}{{ end }}
