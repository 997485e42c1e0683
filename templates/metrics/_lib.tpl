{{- /*
Parts that all provider templates use; each embedded template begins with them.

Texts are printed with toRawJson: a JSON string is a YAML string whatever it
holds, so no value of a user can break out of its place.
*/ -}}

{{- /* The value of one variable as text. Takes: name, value, example. */ -}}
{{- define "iter8.scalar" -}}
{{- if kindIs "invalid" .value -}}
{{- fail (printf "the variable %s is missing; set it, for example %s" .name .example) -}}
{{- else if has (kindOf .value) (list "map" "slice" "array") -}}
{{- fail (printf "the variable %s must be a text, a number or a boolean and not a %s; for example %s" .name (kindOf .value) .example) -}}
{{- else if and (kindIs "float64" .value) (eq (toString .value) (toString (floor .value))) -}}
{{- printf "%.0f" .value -}}
{{- else -}}
{{- .value -}}
{{- end -}}
{{- end -}}

{{- /* A variable that has to be there and not empty, as text. Takes: in, name, example. */ -}}
{{- define "iter8.need" -}}
{{- $text := include "iter8.scalar" (dict "name" .name "value" (index .in .name) "example" .example) -}}
{{- if not $text -}}
{{- fail (printf "the variable %s is empty; set it, for example %s" .name .example) -}}
{{- end -}}
{{- $text -}}
{{- end -}}

{{- /* A variable as text, or its default where it is not set. Takes: in, name, default, as (what errors call it). */ -}}
{{- define "iter8.option" -}}
{{- $value := index .in .name -}}
{{- if kindIs "invalid" $value -}}
{{- $value = .default -}}
{{- end -}}
{{- include "iter8.scalar" (dict "name" (.as | default .name) "value" $value "example" (printf "%s: %v" .name .default)) -}}
{{- end -}}

{{- /* One of a few words. Takes: in, name, default, words, as. */ -}}
{{- define "iter8.choice" -}}
{{- $word := include "iter8.option" . -}}
{{- if not (has $word .words) -}}
{{- fail (printf "the variable %s is %q, and must be one of: %s" (.as | default .name) $word (join ", " .words)) -}}
{{- end -}}
{{- $word -}}
{{- end -}}

{{- /* The window in whole seconds, at least one. Takes the variables. */ -}}
{{- define "iter8.window" -}}
{{- $window := .window -}}
{{- if kindIs "invalid" $window -}}
{{- $window = .elapsedTimeSeconds -}}
{{- end -}}
{{- $text := include "iter8.scalar" (dict "name" "window" "value" $window "example" "window: 5m") -}}
{{- $seconds := 0 -}}
{{- if regexMatch "^-?[0-9]+([.][0-9]+)?$" $text -}}
{{- $seconds = int64 (float64 $text) -}}
{{- else if regexMatch "^([0-9]+[smhdw])+$" $text -}}
{{- $units := dict "s" 1 "m" 60 "h" 3600 "d" 86400 "w" 604800 -}}
{{- range regexFindAll "[0-9]+[smhdw]" $text -1 -}}
{{- $seconds = add $seconds (mul (atoi (regexFind "[0-9]+" .)) (index $units (regexFind "[smhdw]" .))) -}}
{{- end -}}
{{- else -}}
{{- fail (printf "the variable window is %q, and must be a number of seconds or a duration such as window: 1h30m" $text) -}}
{{- end -}}
{{- max 1 $seconds -}}
{{- end -}}

{{- /* The map in a variable, checked to be one. Takes: in, name, example. Prints nothing. */ -}}
{{- define "iter8.isMap" -}}
{{- $value := index .in .name -}}
{{- if not (or (kindIs "invalid" $value) (kindIs "map" $value)) -}}
{{- fail (printf "the variable %s must be a map and not a %s; for example %s" .name (kindOf $value) .example) -}}
{{- end -}}
{{- end -}}

{{- /* The field headers. Takes: in, fixed (map of headers of the API; those of the user win). */ -}}
{{- define "iter8.headers" -}}
{{- template "iter8.isMap" (dict "in" .in "name" "headers" "example" "headers: {X-Scope-OrgID: team-a}") -}}
{{- $headers := merge (dict) (.in.headers | default dict) (.fixed | default dict) -}}
{{- if $headers }}
headers:
{{- range $name, $value := $headers }}
  {{ toRawJson $name }}: {{ include "iter8.scalar" (dict "name" (print "headers." $name) "value" $value "example" (printf "headers: {%s: text}" $name)) | toRawJson }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* One metric. Takes: name, type, description, units, params (map), body, jq. */ -}}
{{- define "iter8.metric" }}
- name: {{ toRawJson .name }}
  type: {{ .type }}
  description: {{ toRawJson .description }}
{{- with .units }}
  units: {{ toRawJson . }}
{{- end }}
{{- if .params }}
  params:
{{- range $name, $value := .params }}
  - name: {{ toRawJson $name }}
    value: {{ toRawJson $value }}
{{- end }}
{{- else }}
  params: []
{{- end }}
{{- with .body }}
  body: {{ toRawJson . }}
{{- end }}
  jqExpression: {{ toRawJson .jq }}
{{- end -}}

{{- /* Checks a percentile and gives it as text, without ".0". Takes one item of latencyPercentiles. */ -}}
{{- define "iter8.percentile" -}}
{{- $text := include "iter8.scalar" (dict "name" "latencyPercentiles" "value" . "example" "latencyPercentiles: [50, 95, 99.9]") -}}
{{- if not (regexMatch "^[0-9]+([.][0-9]+)?$" $text) -}}
{{- fail (printf "an item of the variable latencyPercentiles is %q, and must be a number such as 99.9" $text) -}}
{{- end -}}
{{- if or (le (float64 $text) 0.0) (ge (float64 $text) 100.0) -}}
{{- fail (printf "an item of the variable latencyPercentiles is %s, and must be above 0 and below 100, such as 99.9" $text) -}}
{{- end -}}
{{- $text -}}
{{- end -}}

{{- /* Checks that latencyPercentiles is a list. Takes the variables. */ -}}
{{- define "iter8.percentiles" -}}
{{- if not (or (kindIs "invalid" .latencyPercentiles) (kindIs "slice" .latencyPercentiles)) -}}
{{- fail "the variable latencyPercentiles must be a list, for example latencyPercentiles: [50, 95, 99.9]" -}}
{{- end -}}
{{- end -}}

{{- /*
One entry of the variable queries, put into a map with all its fields. Takes:
name, entry (a text, or a map), fields (allowed names), main (the field that a
text stands for), into (the map to fill).
*/ -}}
{{- define "iter8.entry" -}}
{{- $entry := .entry -}}
{{- $where := print "queries." .name -}}
{{- $into := .into -}}
{{- if kindIs "string" $entry -}}
{{- $entry = dict .main $entry -}}
{{- else if not (kindIs "map" $entry) -}}
{{- fail (printf "the variable %s must be a text or a map with the field %s" $where .main) -}}
{{- end -}}
{{- $known := concat .fields (list "type" "description" "units" "whenEmpty") -}}
{{- range $field, $value := $entry -}}
{{- if not (has $field $known) -}}
{{- fail (printf "the variable %s has the unknown field %s; known are %s" $where $field (join ", " $known)) -}}
{{- end -}}
{{- $_ := set $into $field $value -}}
{{- end -}}
{{- $_ := set $into "name" .name -}}
{{- $type := include "iter8.choice" (dict "in" $entry "name" "type" "as" (print $where ".type") "default" "gauge" "words" (list "gauge" "counter")) -}}
{{- $_ := set $into "type" $type -}}
{{- $_ := set $into "description" (index $entry "description" | default .name) -}}
{{- $empty := index $entry "whenEmpty" -}}
{{- if kindIs "invalid" $empty -}}
{{- $empty = ternary 0 "none" (eq $type "counter") -}}
{{- end -}}
{{- if eq (toString $empty) "none" -}}
{{- $_ := set $into "empty" "empty" -}}
{{- else if regexMatch "^-?[0-9]+([.][0-9]+)?$" (toString $empty) -}}
{{- $_ := set $into "empty" (toString $empty) -}}
{{- else -}}
{{- fail (printf "the variable %s.whenEmpty is %q, and must be a number or none" $where (toString $empty)) -}}
{{- end -}}
{{- end -}}

{{- /* Checks the variable queries. Takes the variables and an example of one query. */ -}}
{{- define "iter8.queries" -}}
{{- template "iter8.isMap" (dict "in" .in "name" "queries" "example" .example) -}}
{{- if not .in.queries -}}
{{- fail (printf "the variable queries is missing; set it to a map from metric names to queries, for example %s" .example) -}}
{{- end -}}
{{- end -}}

{{- /*
Fills the places $NAME of a query; $$ is a dollar sign. Takes: text, where (the
variable it came from), in (the variables: each scalar is a place), escape (the
define that makes a text safe in the language), places (map of further places).
*/ -}}
{{- define "iter8.fill" -}}
{{- $dollar := "\u0001" -}}
{{- $text := include "iter8.scalar" (dict "name" .where "value" .text "example" (print .where ": '...'")) | replace "$$" $dollar -}}
{{- $names := regexFindAll "[$][A-Za-z_][A-Za-z0-9_]*" $text -1 | uniq -}}
{{- $in := .in -}}
{{- $places := .places -}}
{{- $escape := .escape -}}
{{- $where := .where -}}
{{- range $place := $names -}}
{{- $name := trimPrefix "$" $place -}}
{{- $value := "" -}}
{{- if hasKey $places $name -}}
{{- $value = index $places $name -}}
{{- else if hasKey $in $name -}}
{{- $value = include $escape (include "iter8.scalar" (dict "name" $name "value" (index $in $name) "example" (print $name ": text"))) -}}
{{- else -}}
{{- fail (printf "the variable %s uses $%s, and there is no variable %s; set it, or write $$%s for a dollar sign" $where $name $name $name) -}}
{{- end -}}
{{- $text = regexReplaceAllLiteral (printf "[$]%s\\b" $name) $text (replace "$" $dollar $value) -}}
{{- end -}}
{{- replace $dollar "$" $text -}}
{{- end -}}

{{- /*
The labels in the language of a store, joined. Takes: in, example, separator,
and each: the define that writes one label; it gets label and value (texts).
*/ -}}
{{- define "iter8.labels" -}}
{{- template "iter8.isMap" (dict "in" .in "name" "labels" "example" .example) -}}
{{- $each := .each -}}
{{- $all := list -}}
{{- range $label, $value := .in.labels -}}
{{- $text := include "iter8.scalar" (dict "name" (print "labels." $label) "value" $value "example" (printf "labels: {%s: text}" $label)) -}}
{{- $all = append $all (include $each (dict "label" $label "value" $text)) -}}
{{- end -}}
{{- join .separator $all -}}
{{- end -}}

{{- /*
The places of queries: window in seconds, and the labels where there are any.
Takes: in, labels (text), into (the map to fill).
*/ -}}
{{- define "iter8.places" -}}
{{- $seconds := include "iter8.window" .in -}}
{{- $into := .into -}}
{{- $_ := set $into "window" (print $seconds "s") -}}
{{- $_ := set $into "windowSeconds" $seconds -}}
{{- if .labels -}}
{{- $_ := set $into "labels" .labels -}}
{{- end -}}
{{- end -}}

{{- /*
The query of one entry with its places filled. Takes: in, name, text, field,
escape, places.
*/ -}}
{{- define "iter8.query" -}}
{{- $where := print "queries." .name -}}
{{- if kindIs "invalid" .text -}}
{{- fail (printf "the variable %s needs the field %s" $where .field) -}}
{{- end -}}
{{- template "iter8.fill" (dict "text" .text "where" $where "in" (omit .in "labels") "escape" .escape "places" .places) -}}
{{- end -}}
