//! Inputs of the task `http`.

use std::path::PathBuf;

use iter8_model::duration;
use serde_json::{Map, Value, json};

use super::{given, headers};
use crate::args::LoadArgs;

pub(super) fn inputs(arguments: &LoadArgs) -> anyhow::Result<Map<String, Value>> {
    anyhow::ensure!(arguments.proto.is_none(), "--proto is for grpc:// and grpcs:// only");
    let text = |text: &Option<String>| text.as_ref().map(|text| json!(text));
    let time = |time| json!(duration::format(time));
    let body = arguments.body.as_deref();
    let file = body.and_then(|body| body.strip_prefix('@'));
    let tls = tls(arguments);
    Ok(given([
        ("url", Some(json!(arguments.url))),
        ("qps", text(&arguments.qps)),
        ("duration", arguments.duration.map(time)),
        ("numRequests", arguments.requests.map(|count| json!(count))),
        ("connections", arguments.connections.map(|count| json!(count))),
        ("headers", headers(arguments)),
        ("method", text(&arguments.method)),
        ("payloadFile", file.map(|file| json!(file))),
        ("payloadStr", body.filter(|_| file.is_none()).map(|body| json!(body))),
        ("template", arguments.template.then_some(json!(true))),
        ("requests", (!arguments.more.is_empty()).then(|| in_turns(&arguments.more))),
        ("requestsFile", arguments.requests_file.as_ref().map(|file| json!(file))),
        ("timeout", arguments.timeout.map(time)),
        ("arrival", text(&arguments.arrival)),
        ("warmupNumRequests", arguments.warmup.map(|count| json!(count))),
        ("followRedirects", arguments.location.then_some(json!(true))),
        ("httpVersion", arguments.http2.map(|_| json!("2"))),
        ("streams", arguments.http2.map(|streams| json!(streams))),
        ("proxy", text(&arguments.proxy)),
        ("keepAlive", arguments.no_keepalive.then_some(json!(false))),
        ("tls", (!tls.is_empty()).then_some(Value::Object(tls))),
    ]))
}

/// Requests of the first URL and of the others.
fn in_turns(others: &[String]) -> Value {
    let others = others.iter().map(|url| json!({"url": url}));
    std::iter::once(json!({})).chain(others).collect()
}

fn tls(arguments: &LoadArgs) -> Map<String, Value> {
    let path = |path: &Option<PathBuf>| path.as_ref().map(|path| json!(path));
    given([
        ("caFile", path(&arguments.tls.cacert)),
        ("certFile", path(&arguments.tls.cert)),
        ("keyFile", path(&arguments.tls.key)),
        ("serverName", arguments.tls.server_name.as_ref().map(|name| json!(name))),
        ("skipVerify", arguments.tls.insecure.then_some(json!(true))),
    ])
}
