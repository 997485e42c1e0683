// The oracle of iter8-template: renders the project's template cases with Go's own text/template,
// Sprig and Helm's functions, and records what they print.
//
// It is started by `cargo xtask oracle` and has to be built with the tag "faketime": the clock then
// stands still at 2009-11-10T23:00:00Z, so that functions which ask for the time are reproducible.
//
//	oracle record FAMILIES FOLDER   writes FAMILY.out.jsonl into FOLDER for each FAMILY.yaml
//	oracle serve                    answers one case a line, from standard input
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"time"
)

// Where the clock stands under the tag "faketime".
const frozen = 1257894000

// Largest line that serve reads, and largest stack that it uses.
const (
	largestLine  = 1 << 24
	largestStack = 1 << 24
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(plain(2), "oracle:", err)
		os.Exit(2)
	}
}

func run(args []string) error {
	if time.Now().Unix() != frozen {
		return errors.New("the clock runs; build with -tags faketime")
	}
	switch {
	case len(args) == 3 && args[0] == "record":
		return record(args[1], args[2])
	case len(args) == 1 && args[0] == "serve":
		return serve(os.Stdin, plain(1))
	}
	return errors.New("usage: oracle record FAMILIES FOLDER | oracle serve")
}

// Under "faketime" whatever is written to descriptors 1 and 2 gets a header with the time; a copy
// of the descriptor does not.
func plain(descriptor int) *os.File {
	number, err := syscall.Dup(descriptor)
	if err != nil {
		panic(err)
	}
	return os.NewFile(uintptr(number), "plain")
}

// Writes the outputs of all families of a folder into another.
func record(families, folder string) error {
	paths, err := filepath.Glob(filepath.Join(families, "*.yaml"))
	if err != nil {
		return err
	}
	if len(paths) == 0 {
		return fmt.Errorf("there are no families in %s", families)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".yaml")
		cases, err := readFamily(path)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if err := recordFamily(cases, filepath.Join(folder, name+".out.jsonl")); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

func recordFamily(cases []Case, path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	writer := bufio.NewWriter(file)
	for _, one := range cases {
		outcome := render(one)
		outcome.Case = one.Text
		if err := writeLine(writer, outcome); err != nil {
			return err
		}
	}
	return writer.Flush()
}

// Answers cases until the input ends.
func serve(input io.Reader, output io.Writer) error {
	// A map that contains itself has no end; the program should not take long to die of it.
	debug.SetMaxStack(largestStack)
	scanner := bufio.NewScanner(input)
	scanner.Buffer(nil, largestLine)
	for scanner.Scan() {
		var one Case
		if err := json.Unmarshal(scanner.Bytes(), &one); err != nil {
			return err
		}
		if err := writeLine(output, render(one)); err != nil {
			return err
		}
	}
	return scanner.Err()
}

func writeLine(writer io.Writer, value any) error {
	encoder := json.NewEncoder(writer)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}
