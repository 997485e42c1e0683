package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"sigs.k8s.io/yaml"
)

// Case is one template with its data. crates/iter8-template/tests/it/cases.rs reads the same format.
type Case struct {
	Text       string `json:"text"`
	Lib        string `json:"lib"`
	Data       string `json:"data"`
	Dialect    string `json:"dialect"`
	MissingKey string `json:"missingkey"`
	Zone       string `json:"zone"`
}

// Group is some cases that share what they do not say themselves.
type Group struct {
	About      string            `json:"about"`
	Lib        string            `json:"lib"`
	Data       string            `json:"data"`
	Dialect    string            `json:"dialect"`
	MissingKey []string          `json:"missingkey"`
	Zone       string            `json:"zone"`
	Cases      []json.RawMessage `json:"cases"`
}

// Reads a family: a list of groups. Each case runs once for each missingkey of its group.
func readFamily(path string) ([]Case, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	converted, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return nil, err
	}
	var groups []Group
	if err := strict(converted, &groups); err != nil {
		return nil, err
	}
	var cases []Case
	for _, group := range groups {
		of, err := group.cases()
		if err != nil {
			return nil, fmt.Errorf("group %q: %w", group.About, err)
		}
		cases = append(cases, of...)
	}
	return cases, nil
}

func (group Group) cases() ([]Case, error) {
	if group.About == "" {
		return nil, fmt.Errorf("says not what it is about")
	}
	missing := group.MissingKey
	if len(missing) == 0 {
		missing = []string{"default"}
	}
	var cases []Case
	for _, key := range missing {
		for _, raw := range group.Cases {
			one := Case{
				Lib: group.Lib, Data: group.Data, Dialect: group.Dialect,
				MissingKey: key, Zone: group.Zone,
			}
			if err := one.read(raw); err != nil {
				return nil, fmt.Errorf("case %s: %w", raw, err)
			}
			cases = append(cases, one)
		}
	}
	return cases, nil
}

// A case is a template, or a template and its data, or a map of what differs from the group.
func (one *Case) read(raw json.RawMessage) error {
	switch raw[0] {
	case '"':
		return json.Unmarshal(raw, &one.Text)
	case '[':
		var pair []string
		if err := json.Unmarshal(raw, &pair); err != nil {
			return err
		}
		if len(pair) != 2 {
			return fmt.Errorf("a pair has two elements")
		}
		one.Text, one.Data = pair[0], pair[1]
		return nil
	}
	return strict(raw, one)
}

func strict(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}
