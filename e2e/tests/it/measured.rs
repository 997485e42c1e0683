//! Load tests of the server in Go over each protocol, and what the reports of them say.

use std::time::Duration;

use iter8_e2e::service::GrpcServer;
use iter8_e2e::{Finished, Workspace};
use iter8_testkit::wait_until;
use serde_json::{Map, Value, json};

use crate::grpc::UNARY;

/// What came of a load test.
pub(crate) struct Told {
    pub(crate) finished: Finished,
    /// The values of metrics, without the provider.
    pub(crate) metrics: Map<String, Value>,
    /// The most memory that the program had, in KiB.
    pub(crate) peak: u64,
}

impl Told {
    #[track_caller]
    pub(crate) fn metric(&self, name: &str) -> f64 {
        let value = self.metrics.get(name).and_then(Value::as_f64);
        value.unwrap_or_else(|| panic!("no {name}\n{}", self.finished))
    }

    /// A metric that is a whole number.
    #[track_caller]
    pub(crate) fn count(&self, name: &str) -> u64 {
        format!("{}", self.metric(name)).parse().unwrap()
    }

    /// Requests and errors.
    #[track_caller]
    pub(crate) fn counts(&self) -> (u64, u64) {
        (self.count("request-count"), self.count("error-count"))
    }

    /// The errors that were told, such as `3 × timeout`; empty without any.
    pub(crate) fn errors(&self) -> &str {
        let messages = self.finished.messages();
        let told = messages.into_iter().find_map(|message| message.split_once("errors: "));
        told.map(|(_, told)| told).unwrap_or_default()
    }
}

/// The inputs with further ones, which win.
pub(crate) fn merged(mut inputs: Value, more: &Value) -> Value {
    inputs.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    inputs
}

/// Runs a load test of one endpoint by the task `http` or `grpc`.
#[track_caller]
pub(crate) fn measure(workspace: &Workspace, task: &str, inputs: &Value, code: i32) -> Told {
    let values = json!({"tasks": [task], task: inputs});
    workspace.write("values.json", values.to_string());
    let command = workspace.iter8("run -f values.json -o json").limit(Duration::from_mins(2));
    let (peak, finished) = command.stdin(crate::grpc::STDIN).start().finish_measured();
    let finished = finished.expect(code);
    let report: Value = serde_json::from_str(&finished.stdout).unwrap_or_default();
    let prefix = format!("{task}/");
    let metrics = report["metrics"].as_array().into_iter().flatten().filter_map(|metric| {
        let name = metric["name"].as_str()?.strip_prefix(&prefix)?;
        Some((name.to_owned(), metric["values"][0].clone()))
    });
    let metrics = metrics.collect();
    Told { finished, metrics, peak }
}

/// What is spoken, on how many connections, and by how many requests at a time on each.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Way {
    Http1 { connections: u32 },
    Http2 { connections: u32, streams: u32 },
    Grpc { connections: u32, streams: u32 },
}

impl Way {
    /// A server in Go that speaks it.
    pub(crate) fn server(self, options: &[&str]) -> GrpcServer {
        match self {
            Self::Grpc { .. } => GrpcServer::start(options),
            _ => GrpcServer::start(&[options, &["-web"]].concat()),
        }
    }

    /// Sends so many requests at a rate, each with an id of its own.
    #[track_caller]
    pub(crate) fn run(self, server: &GrpcServer, requests: u32, rate: u32) -> Told {
        let host = server.host();
        let url = format!("http://{host}/?id={{uuid}}");
        let (task, inputs) = match self {
            Self::Http1 { connections } => {
                ("http", json!({"url": url, "connections": connections}))
            }
            Self::Http2 { connections, streams } => {
                let version = json!({"url": url, "connections": connections, "streams": streams,
                    "httpVersion": "2"});
                ("http", version)
            }
            Self::Grpc { connections, streams } => {
                let concurrency = connections * streams;
                let calls = json!({"host": host, "call": UNARY, "connections": connections,
                    "concurrency": concurrency, "metadata": {"x-id": "{{.UUID}}"}});
                ("grpc", calls)
            }
        };
        let mut inputs = inputs;
        let (count, pace) = if task == "http" { ("numRequests", "qps") } else { ("total", "rps") };
        inputs[count] = json!(requests);
        inputs[pace] = json!(rate);
        measure(&Workspace::new(), task, &inputs, 0)
    }
}

/// What a server saw of a request.
pub(crate) struct Seen {
    pub(crate) id: String,
    /// When it came, in seconds.
    pub(crate) at: f64,
    /// Milliseconds until it was answered.
    pub(crate) took: f64,
    /// Bytes of its content; not told of calls.
    pub(crate) bytes: u64,
}

/// What a server saw of so many requests that it has answered.
#[track_caller]
pub(crate) fn seen(server: &GrpcServer, requests: usize) -> Vec<Seen> {
    let ended = || {
        let calls = server.calls().into_iter();
        let asked = calls.filter_map(|call| {
            let id = call["id"].as_str().or_else(|| call["metadata"]["x-id"][0].as_str())?;
            let (at, took) = (call["at"].as_f64()?, call["took"].as_f64()? * 1000.0);
            let bytes = call["bytes"].as_u64().unwrap_or_default();
            Some(Seen { id: id.to_owned(), at, took, bytes })
        });
        asked.collect::<Vec<_>>()
    };
    let is_enough = wait_until(Duration::from_secs(10), || ended().len() >= requests);
    let ended = ended();
    assert!(is_enough, "{} of {requests} requests came", ended.len());
    ended
}
