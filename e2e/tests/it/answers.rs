//! Every answer of a web service is counted right: its bytes, its status, its end.

use std::fs::File;

use iter8_e2e::Workspace;
use iter8_e2e::service::GrpcServer;
use iter8_testkit::certificates::SERVER;
use serde_json::{Value, json};

use crate::measured::{Told, measure, merged, seen};

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// What the program may take while it reads whatever there is to be read, in KiB.
const MEMORY: u64 = 32 * KIB;

/// A server in Go, and the version of HTTP that it is to be asked in.
struct Web {
    server: GrpcServer,
    workspace: Workspace,
    scheme: &'static str,
    version: &'static str,
}

impl Web {
    fn new(scheme: &'static str, version: &'static str) -> Self {
        let workspace = Workspace::new();
        let cert = workspace.write("server.pem", SERVER.certificate).display().to_string();
        let key = workspace.write("server.key", SERVER.key).display().to_string();
        let (cert, key) = (format!("-cert={cert}"), format!("-key={key}"));
        let encrypted: &[&str] = if scheme == "https" { &[&cert, &key] } else { &[] };
        let server = GrpcServer::start(&[&["-web"], encrypted].concat());
        Self { server, workspace, scheme, version }
    }

    /// Every way to ask it.
    fn all() -> [Self; 4] {
        [("http", "1.1"), ("https", "1.1"), ("http", "2"), ("https", "2")]
            .map(|(scheme, version)| Self::new(scheme, version))
    }

    /// Asks for an answer over one connection, as fast as possible, with further inputs.
    #[track_caller]
    fn ask(&self, query: &str, more: &Value) -> Told {
        let mut inputs = json!({"url": format!("{}://{}/?{query}", self.scheme, self.server.host()),
            "httpVersion": self.version, "connections": 1, "qps": "max", "numRequests": 3});
        if self.scheme == "https" {
            inputs["tls"] = json!({"skipVerify": true});
        }
        measure(&self.workspace, "http", &merged(inputs, more), 0)
    }

    fn name(&self, query: &str) -> String {
        format!("{} over HTTP/{}, {query}", self.scheme, self.version)
    }
}

/// Bytes received are those of bodies and what little frames them.
#[track_caller]
fn received(told: &Told, bodies: u64, name: &str) {
    let (bytes, bodies) = (told.metric("bytes"), bodies as f64);
    // Heads, and for each 16 KiB a frame or a record of at most 32 bytes.
    let most = bodies * 1.002 + 3.0 * 1024.0;
    assert!(bytes >= bodies && bytes <= most, "{name}: {bytes} bytes of {bodies}");
}

#[test]
fn bodies_of_any_size_and_form() {
    for web in Web::all() {
        for size in [0, 1, 64 * KIB, MIB] {
            for form in ["length", "chunks", "close"] {
                // A close ends a body of HTTP/1.1 only.
                if form == "close" && web.version == "2" {
                    continue;
                }
                let query = format!("size={size}&as={form}");
                let (told, name) = (web.ask(&query, &json!({})), web.name(&query));
                assert_eq!(told.counts(), (3, 0), "{name}\n{}", told.finished);
                received(&told, 3 * size, &name);
                let connections = if form == "close" { 3 } else { 1 };
                assert_eq!(told.count("connect-count"), connections, "{name}");
            }
        }
    }
}

#[test]
fn a_body_of_a_gibibyte_is_read_in_little_memory() {
    for web in Web::all() {
        let form = if web.scheme == "http" { "chunks" } else { "length" };
        let query = format!("size={GIB}&as={form}");
        let told = web.ask(&query, &json!({"numRequests": 1, "timeout": "60s"}));
        let name = web.name(&query);
        assert_eq!(told.counts(), (1, 0), "{name}\n{}", told.finished);
        received(&told, GIB, &name);
        assert!(told.peak < MEMORY, "{name}: {} KiB", told.peak);
    }
}

#[test]
fn bodies_that_come_byte_by_byte() {
    for web in Web::all() {
        let told = web.ask("size=100&gap=1ms&as=chunks", &json!({}));
        assert_eq!(told.counts(), (3, 0), "{}", told.finished);
        received(&told, 300, &web.name("slowly"));
        assert!(told.metric("latency-min") >= 100.0, "{}", told.finished);
    }
}

#[test]
fn answers_that_are_cut_are_errors() {
    for web in Web::all() {
        let kind = if web.version == "2" { "connection reset" } else { "connection closed early" };
        for query in [
            "cut=head",
            "cut=body&size=100000",
            "cut=body&size=100000&as=chunks",
            "cut=trailers&as=chunks",
            "cut=trailers&as=chunks&size=0",
        ] {
            let (told, name) = (web.ask(query, &json!({})), web.name(query));
            assert_eq!(told.counts(), (3, 3), "{name}\n{}", told.finished);
            assert_eq!(told.errors(), format!("3 × {kind}"), "{name}\n{}", told.finished);
        }
    }
}

#[test]
fn every_status_is_counted_by_its_ranges() {
    for web in Web::all() {
        for (ranges, errors) in [
            (json!([{"lower": 400}]), 200),
            (json!([{"lower": 500, "upper": 509}, {"upper": 204}]), 15),
            (json!([{"lower": 599}]), 1),
        ] {
            // One of each from 200 to 599.
            let more = json!({"numRequests": 400, "errorRanges": ranges});
            let told = web.ask("statuses=200,599", &more);
            let name = web.name(&ranges.to_string());
            assert_eq!(told.counts(), (400, errors), "{name}\n{}", told.finished);
        }
        let told = web.ask("statuses=200,599", &json!({"numRequests": 400, "method": "HEAD"}));
        assert_eq!(told.counts(), (400, 200), "{}\n{}", web.name("HEAD"), told.finished);
    }
}

#[test]
fn interim_answers_are_no_answers() {
    for web in Web::all() {
        for (codes, status) in
            [("100", 200), ("102", 204), ("103", 200), ("199", 404), ("103,102,103,199", 503)]
        {
            let query = format!("interim={codes}&status={status}");
            let (told, name) = (web.ask(&query, &json!({})), web.name(&query));
            let errors = if status < 400 { 0 } else { 3 };
            assert_eq!(told.counts(), (3, errors), "{name}\n{}", told.finished);
        }
    }
}

#[test]
fn contents_of_any_size_are_sent() {
    for web in Web::all() {
        let mut sent = Vec::new();
        for size in [0, 1, 64 * KIB, MIB, 16 * MIB] {
            let path = web.workspace.path().join("body");
            File::create(&path).unwrap().set_len(size).unwrap();
            let told = web.ask("id=x", &json!({"payloadFile": path}));
            assert_eq!(told.counts(), (3, 0), "{}\n{}", web.name("content"), told.finished);
            sent.extend([size; 3]);
        }
        let received: Vec<u64> = seen(&web.server, 15).iter().map(|seen| seen.bytes).collect();
        assert_eq!(received, sent, "{}", web.name("content"));
    }
}
