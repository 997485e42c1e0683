package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"text/template"

	"github.com/BurntSushi/toml"
	"github.com/Masterminds/sprig/v3"
	"sigs.k8s.io/yaml"
)

// Deepest nesting of includes; Helm allows so many of one name.
const deepestInclude = 1000

// Sprig's functions, and those that Helm adds. Linking Helm itself would bring the Kubernetes
// client for two functions that do not exist here; the others are a few lines over the same
// libraries in the versions of Helm 3.11. Where both have a function (fromJson, toJson), Sprig's is
// taken, as Iter8 has it.
func functions(set *template.Template) template.FuncMap {
	all := sprig.TxtFuncMap()
	delete(all, "env")
	delete(all, "expandenv")
	all["toYaml"] = toYaml
	all["fromYaml"] = fromYaml
	all["fromYamlArray"] = fromYamlArray
	all["fromJsonArray"] = fromJSONArray
	all["toToml"] = toToml
	all["required"] = required
	all["include"] = include(set, map[string]int{})
	all["tpl"] = tpl(set)
	return all
}

func toYaml(value any) string {
	text, err := yaml.Marshal(value)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(string(text), "\n")
}

func fromYaml(text string) map[string]any {
	result := map[string]any{}
	if err := yaml.Unmarshal([]byte(text), &result); err != nil {
		result["Error"] = err.Error()
	}
	return result
}

func fromYamlArray(text string) []any {
	result := []any{}
	if err := yaml.Unmarshal([]byte(text), &result); err != nil {
		result = []any{err.Error()}
	}
	return result
}

func fromJSONArray(text string) []any {
	result := []any{}
	if err := json.Unmarshal([]byte(text), &result); err != nil {
		result = []any{err.Error()}
	}
	return result
}

func toToml(value any) string {
	var text bytes.Buffer
	if err := toml.NewEncoder(&text).Encode(value); err != nil {
		return err.Error()
	}
	return text.String()
}

// Helm marks the message, and shows nothing else of the error.
func required(message string, value any) (any, error) {
	if value == nil || value == "" {
		return value, errors.New(message)
	}
	return value, nil
}

func include(set *template.Template, depths map[string]int) func(string, any) (string, error) {
	return func(name string, data any) (string, error) {
		if depths[name] > deepestInclude {
			return "", fmt.Errorf(
				"rendering template has a nested reference name: %s: unable to execute template", name)
		}
		depths[name]++
		defer func() { depths[name]-- }()
		var text strings.Builder
		err := set.ExecuteTemplate(&text, name, data)
		return text.String(), err
	}
}

// As of Helm 3.12, which takes any data.
func tpl(set *template.Template) func(string, any) (string, error) {
	return func(text string, data any) (string, error) {
		inner, err := set.Clone()
		if err != nil {
			return "", fmt.Errorf("cannot clone template: %w", err)
		}
		inner.Funcs(template.FuncMap{"include": include(inner, map[string]int{}), "tpl": tpl(inner)})
		inner, err = inner.New("tpl").Parse(text)
		if err != nil {
			return "", fmt.Errorf("cannot parse template %q: %w", text, err)
		}
		var result strings.Builder
		if err := inner.Execute(&result, data); err != nil {
			return "", fmt.Errorf("error during tpl function execution for %q: %w", text, err)
		}
		return result.String(), nil
	}
}
