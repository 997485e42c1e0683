package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"text/template"
	"time"
	"unicode/utf8"
)

// Outcome is what Go makes of a case: one of the fields besides Case.
type Outcome struct {
	Case        string  `json:"case,omitempty"`
	Text        *string `json:"text,omitempty"`
	Base64      *string `json:"base64,omitempty"`
	ParseError  *string `json:"parseError,omitempty"`
	RenderError *string `json:"renderError,omitempty"`
	// A panic that Go's engine does not catch: a fault of Go's or Sprig's.
	Panic *string `json:"panic,omitempty"`
}

// Renders the template "t" after the template "lib".
func render(one Case) (outcome Outcome) {
	defer func() {
		if fault := recover(); fault != nil {
			message := fmt.Sprint(fault)
			outcome = Outcome{Panic: &message}
		}
	}()
	failed := func(err error) *string {
		message := err.Error()
		return &message
	}
	var data any
	if one.Data != "" {
		if err := json.Unmarshal([]byte(one.Data), &data); err != nil {
			panic(fmt.Errorf("the data is not JSON: %w", err))
		}
	}
	zone, err := time.LoadLocation(one.Zone)
	if err != nil {
		panic(err)
	}
	time.Local = zone

	missing := one.MissingKey
	if missing == "" {
		missing = "default"
	}
	set := template.New("t").Option("missingkey=" + missing)
	if one.Dialect != "go" {
		set.Funcs(functions(set))
	}
	if one.Lib != "" {
		if _, err := set.New("lib").Parse(one.Lib); err != nil {
			return Outcome{ParseError: failed(err)}
		}
	}
	if _, err := set.Parse(one.Text); err != nil {
		return Outcome{ParseError: failed(err)}
	}
	var output bytes.Buffer
	if err := set.ExecuteTemplate(&output, "t", data); err != nil {
		return Outcome{RenderError: failed(err)}
	}
	text := output.String()
	if !utf8.ValidString(text) {
		text = base64.StdEncoding.EncodeToString(output.Bytes())
		return Outcome{Base64: &text}
	}
	return Outcome{Text: &text}
}
