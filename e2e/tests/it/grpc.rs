//! Load tests of a server in Go: every input of the task `grpc`, and what the server saw of it.

mod answers;
mod calls;
mod content;
mod encryption;
mod inputs;
mod load;

use iter8_e2e::Workspace;
use iter8_e2e::service::GrpcServer;
use serde_json::{Value, json};

use crate::measured::{Told, measure};

pub(crate) const UNARY: &str = "grpc.testing.TestService.UnaryCall";
const SERVER_STREAM: &str = "grpc.testing.TestService/StreamingOutputCall";
const CLIENT_STREAM: &str = "grpc.testing.TestService.StreamingInputCall";
const BOTH_STREAM: &str = "grpc.testing.TestService.FullDuplexCall";

/// A test against one server, in a folder of its own.
struct Stage {
    server: GrpcServer,
    workspace: Workspace,
}

impl Stage {
    fn new(options: &[&str]) -> Self {
        Self { server: GrpcServer::start(options), workspace: Workspace::new() }
    }

    /// Runs the task with these inputs, which need not have a host.
    #[track_caller]
    fn run(&self, inputs: Value) -> Told {
        self.told(inputs, 0)
    }

    /// The last words of a run that ends with 2.
    #[track_caller]
    fn error(&self, inputs: Value) -> String {
        let told = self.told(inputs, 2).finished.stderr;
        told.lines().next_back().unwrap_or_default().to_owned()
    }

    #[track_caller]
    fn told(&self, mut inputs: Value, code: i32) -> Told {
        if inputs.get("host").is_none() {
            inputs["host"] = json!(self.server.host());
        }
        measure(&self.workspace, "grpc", &inputs, code)
    }

    /// What the server saw of the calls that have ended, less those about its descriptors.
    fn seen(&self) -> Vec<Value> {
        let is_asked = |call: &Value| call["method"].as_str().unwrap().contains("Reflection");
        self.server.calls().into_iter().filter(|call| !is_asked(call)).collect()
    }

    /// The same, when there are so many.
    #[track_caller]
    fn calls(&self, count: usize) -> Vec<Value> {
        let limit = std::time::Duration::from_secs(10);
        let seen = iter8_testkit::wait_until(limit, || self.seen().len() >= count);
        let calls = self.seen();
        assert!(seen && calls.len() == count, "{} calls, not {count}", calls.len());
        calls
    }
}

/// What stands on standard input.
pub(crate) const STDIN: &str = r#"{"responseStatus": {"message": "from stdin"}}"#;

/// The texts that the messages of calls carry.
fn texts(calls: &[Value]) -> Vec<String> {
    let text = |message: &Value| {
        message["responseStatus"]["message"].as_str().unwrap_or_default().to_owned()
    };
    let messages = calls.iter().flat_map(|call| call["messages"].as_array().into_iter().flatten());
    messages.map(text).collect()
}

/// A message that carries a text.
fn text(text: &str) -> Value {
    json!({"responseStatus": {"message": text}})
}
