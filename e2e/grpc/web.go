package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// With -web the same program is a service for HTTP/1.1 and HTTP/2, encrypted or not. What it answers is
// what the query asks for:
//
//	status=N          this status
//	statuses=A,B      A for the first request, A+1 for the second, after B from A again
//	interim=N,M       these responses before it
//	size=N            so many bytes
//	as=FORM           length (the default), chunks or close: how the end of the body is told
//	gap=SPAN          each byte on its own, so long after the one before
//	cut=PLACE         the answer ends in its head, its body or its trailers
//
// It reads the content of every request to its end. With -log it prints a line of JSON for each.

// asked is what was seen of one request.
type asked struct {
	Id       string  `json:"id"`
	Protocol string  `json:"protocol"`
	Seconds  float64 `json:"at"`
	Took     float64 `json:"took"`
	Bytes    int64   `json:"bytes"`
}

var (
	latency  = flag.Duration("latency", 0, "how long each answer takes")
	freeze   = flag.Duration("freeze", 0, "how long the service stands still once")
	freezeAt = flag.Int64("freeze-at", 0, "at the request of this number, from 1")
	arrived  atomic.Int64
	still    sync.RWMutex
	begun    = time.Now()
	block    = make([]byte, 64<<10)
)

// hold takes the time that the service takes for everything: a request that comes while it stands
// still waits for the end of that.
func hold() {
	if arrived.Add(1) == *freezeAt {
		still.Lock()
		time.Sleep(*freeze)
		still.Unlock()
	}
	still.RLock()
	still.RUnlock()
	if *latency > 0 {
		// Not a sleep, whose end is known to a millisecond only.
		for begun := time.Now(); time.Since(begun) < *latency; {
		}
	}
}

func web(w http.ResponseWriter, r *http.Request) {
	at := time.Now()
	bytes, _ := io.Copy(io.Discard, r.Body)
	hold()
	defer func() {
		if *logs {
			line, _ := json.Marshal(asked{r.URL.Query().Get("id"), r.Proto, at.Sub(begun).Seconds(), time.Since(at).Seconds(), bytes})
			print.Lock()
			defer print.Unlock()
			fmt.Println(string(line))
		}
	}()
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc") {
		pretend(w, r.Header)
		return
	}
	answer(w, r.URL.Query())
}

func number(query url.Values, name string, otherwise int64) int64 {
	if n, err := strconv.ParseInt(query.Get(name), 10, 64); err == nil {
		return n
	}
	return otherwise
}

func statusOf(query url.Values) int {
	var first, last int64
	if n, _ := fmt.Sscanf(query.Get("statuses"), "%d,%d", &first, &last); n == 2 {
		return int(first + (arrived.Load()-1)%(last-first+1))
	}
	return int(number(query, "status", 200))
}

func answer(w http.ResponseWriter, query url.Values) {
	size, cut, flush := number(query, "size", 2), query.Get("cut"), w.(http.Flusher).Flush
	for _, code := range strings.Split(query.Get("interim"), ",") {
		if n, err := strconv.Atoi(code); err == nil {
			w.WriteHeader(n)
		}
	}
	// Without this a length is made up for what is short.
	switch query.Get("as") {
	case "chunks":
		w.Header().Set("Trailer", "X-End")
	case "close":
		w.Header().Set("Transfer-Encoding", "identity")
	default:
		w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	}
	if cut == "head" {
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(statusOf(query))
	if query.Get("as") == "chunks" {
		// Before there is any: else it is told after all.
		flush()
	}
	if cut == "body" {
		size /= 2
	}
	gap, _ := time.ParseDuration(query.Get("gap"))
	for size > 0 {
		piece := min(size, int64(len(block)))
		if gap > 0 {
			piece = 1
		}
		// Codes that have no content refuse it.
		if _, err := w.Write(block[:piece]); err != nil {
			return
		}
		if size -= piece; gap > 0 {
			flush()
			time.Sleep(gap)
		}
	}
	if cut != "" {
		flush()
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("X-End", "1")
}

// pretend answers a call of gRPC with what its metadata asks for: answer-http, a status of HTTP;
// answer-status and answer-message, trailers; answer-body, what comes before them: a message, two, a
// half, or a page; answer-cut, that the stream is reset instead.
func pretend(w http.ResponseWriter, metadata http.Header) {
	content := "application/grpc"
	body := map[string]string{
		"message": "\x00\x00\x00\x00\x00", "two": "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
		"half": "\x00\x00\x00\x00\x09\x0a", "page": "<html>busy</html>",
	}[metadata.Get("answer-body")]
	if metadata.Get("answer-body") == "page" {
		content = "text/html"
	}
	w.Header().Set("Content-Type", content)
	if code, err := strconv.Atoi(metadata.Get("answer-http")); err == nil {
		w.WriteHeader(code)
	}
	io.WriteString(w, body)
	for name, prefix := range map[string]string{"Grpc-Status": "answer-status", "Grpc-Message": "answer-message"} {
		if value := metadata.Get(prefix); value != "" {
			w.Header().Set(http.TrailerPrefix+name, value)
		}
	}
	if metadata.Get("answer-cut") != "" {
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
}

func serveWeb(l net.Listener, cert, key string) error {
	s := http.Server{Handler: http.HandlerFunc(web), Protocols: new(http.Protocols)}
	s.Protocols.SetHTTP1(true)
	if cert != "" {
		s.Protocols.SetHTTP2(true)
		return s.ServeTLS(l, cert, key)
	}
	s.Protocols.SetUnencryptedHTTP2(true)
	return s.Serve(l)
}
