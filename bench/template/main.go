// Renders the provider template with Go's engine and Sprig for a while, and tells how often.
//
//	template MODE TEMPLATE VALUES MILLISECONDS
//
// MODE is print (once, to standard output), parse (parse and execute each time) or execute (parse
// once). bench/src/template.rs does the same with iter8-template.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"text/template"
	"time"

	"github.com/Masterminds/sprig/v3"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "template:", err)
		os.Exit(2)
	}
}

func run(args []string) error {
	if len(args) != 4 {
		return fmt.Errorf("four arguments are needed")
	}
	text, err := os.ReadFile(args[1])
	if err != nil {
		return err
	}
	document, err := os.ReadFile(args[2])
	if err != nil {
		return err
	}
	var values map[string]any
	if err := json.Unmarshal(document, &values); err != nil {
		return err
	}
	milliseconds, err := strconv.Atoi(args[3])
	if err != nil {
		return err
	}
	return render(args[0], string(text), values, time.Duration(milliseconds)*time.Millisecond)
}

func render(mode, text string, values map[string]any, duration time.Duration) error {
	functions := sprig.TxtFuncMap()
	parse := func() (*template.Template, error) {
		return template.New("provider").Funcs(functions).Parse(text)
	}
	parsed, err := parse()
	if err != nil {
		return err
	}
	var output bytes.Buffer
	if mode == "print" {
		if err := parsed.Execute(&output, values); err != nil {
			return err
		}
		_, err := os.Stdout.Write(output.Bytes())
		return err
	}
	begun, count := time.Now(), 0
	for time.Since(begun) < duration {
		if mode == "parse" {
			if parsed, err = parse(); err != nil {
				return err
			}
		}
		output.Reset()
		if err := parsed.Execute(&output, values); err != nil {
			return err
		}
		count++
	}
	fmt.Printf("#rendered %d %d\n", count, time.Since(begun).Nanoseconds())
	return nil
}
