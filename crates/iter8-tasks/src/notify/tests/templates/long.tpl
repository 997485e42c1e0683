{{ range until 10000 }}{{ range until 100 }}{{ . }}{{ end }}{{ end }}
