//! Load tests against scripted servers.

use std::fs;
use std::sync::Arc;

use expect_test::expect;
use iter8_model::history::LoopOutcome;
use iter8_model::wire;
use iter8_testkit::{Captured, Script, ScriptedServer, Step};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::tests::Bench;

mod endpoints;
mod failures;
mod requests;
mod results;
mod stops;

/// A place where nobody listens: the first port, which only the system may open.
const NOBODY: &str = "http://127.0.0.1:1/";

fn server(steps: impl Into<Vec<Step>>) -> Arc<ScriptedServer> {
    Arc::new(ScriptedServer::start(Script::always(steps)))
}

/// A server that answers with these codes one after the other, the last one for ever.
fn statuses(codes: &[u16]) -> Arc<ScriptedServer> {
    let lists: Vec<Vec<Step>> = codes.iter().map(|code| vec![Step::reply(*code, "x")]).collect();
    Arc::new(ScriptedServer::start(Script::in_turn(lists)))
}

/// A load test of a server, as fast as it goes.
fn fast(server: &ScriptedServer, more: Value) -> Value {
    let mut with = json!({"url": server.url(), "qps": "max", "numRequests": 3, "connections": 1});
    let Value::Object(more) = more else { panic!("not a map") };
    more.into_iter().for_each(|(name, value)| with[name] = value);
    with
}

/// Runs a fast load test to its end.
async fn tested(server: &ScriptedServer, more: Value) -> Bench {
    let bench = Bench::http(fast(server, more));
    bench.complete().await;
    bench
}
