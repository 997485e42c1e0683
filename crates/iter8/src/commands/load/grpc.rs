//! Inputs of the task `grpc`.

use std::path::PathBuf;

use anyhow::Context as _;
use iter8_model::duration;
use serde_json::{Map, Value, json};

use super::{given, headers};
use crate::args::LoadArgs;
use crate::exit::with_hint;

/// The schemes, and whether connections are encrypted.
const SCHEMES: [(&str, bool); 2] = [("grpc://", false), ("grpcs://", true)];

pub(super) fn is_grpc(url: &str) -> bool {
    SCHEMES.iter().any(|(scheme, _)| url.starts_with(scheme))
}

pub(super) fn inputs(arguments: &LoadArgs) -> anyhow::Result<Map<String, Value>> {
    for (option, is_given) in [
        ("a second URL", !arguments.more.is_empty()),
        ("--proxy", arguments.proxy.is_some()),
        ("--template", arguments.template),
        ("--requests-file", arguments.requests_file.is_some()),
        ("--method", arguments.method.is_some()),
        ("--arrival", arguments.arrival.is_some()),
        ("--location", arguments.location),
        ("--http2", arguments.http2.is_some()),
        ("--no-keepalive", arguments.no_keepalive),
    ] {
        anyhow::ensure!(!is_given, "{option} is for http:// and https:// only");
    }
    let (host, call, is_encrypted) = parts(&arguments.url)?;
    let path = |path: &Option<PathBuf>| path.as_ref().map(|path| json!(path));
    let time = |time| json!(duration::format(time));
    let body = arguments.body.as_deref();
    let file = body.filter(|body| *body != "@").and_then(|body| body.strip_prefix('@'));
    let data = match body.filter(|_| file.is_none()) {
        // The standard input.
        Some("@") => Some(json!("@")),
        body => body.map(message).transpose()?,
    };
    Ok(given([
        ("host", Some(json!(host))),
        ("call", Some(json!(call))),
        ("proto", path(&arguments.proto)),
        ("rps", arguments.qps.as_ref().map(|qps| json!(qps))),
        ("duration", arguments.duration.map(time)),
        ("total", arguments.requests.map(|count| json!(count))),
        ("concurrency", arguments.connections.map(|count| json!(count))),
        ("metadata", headers(arguments)),
        ("data", data),
        ("data-file", file.map(|file| json!(file))),
        ("timeout", arguments.timeout.map(time)),
        ("warmupNumRequests", arguments.warmup.map(|count| json!(count))),
        ("insecure", is_encrypted.then_some(json!(false))),
        ("skipTLS", arguments.tls.insecure.then_some(json!(true))),
        ("cacert", path(&arguments.tls.cacert)),
        ("cert", path(&arguments.tls.cert)),
        ("key", path(&arguments.tls.key)),
        ("cname", arguments.tls.server_name.as_ref().map(|name| json!(name))),
    ]))
}

/// Host, method, and whether connections are encrypted.
fn parts(url: &str) -> anyhow::Result<(&str, &str, bool)> {
    let found = SCHEMES
        .iter()
        .find_map(|(scheme, is_encrypted)| Some((url.strip_prefix(scheme)?, *is_encrypted)));
    let parts = found.and_then(|(rest, is_encrypted)| {
        let (host, call) = rest.split_once('/')?;
        Some((host, call, is_encrypted))
    });
    parts.filter(|(host, call, _)| !host.is_empty() && !call.is_empty()).ok_or_else(|| {
        let hint = "a method is grpc://HOST:PORT/PACKAGE.SERVICE/METHOD".to_owned();
        with_hint(anyhow::anyhow!("{url}: expected a host and a method"), Some(hint))
    })
}

/// A message, or a list of messages.
fn message(body: &str) -> anyhow::Result<Value> {
    serde_json::from_str(body).context("--body: a message of gRPC is JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_name_host_and_method() {
        assert_eq!(parts("grpc://h:1/a.B/C").unwrap(), ("h:1", "a.B/C", false));
        assert_eq!(parts("grpcs://h/a.B.C").unwrap(), ("h", "a.B.C", true));
        for url in ["grpc://", "grpc://h", "grpc://h/", "grpc:///a.B/C"] {
            let error = format!("{:#}", parts(url).unwrap_err());
            assert!(error.contains("expected a host and a method"), "{url}: {error}");
        }
        assert!(is_grpc("grpcs://x") && !is_grpc("http://grpc://x"));
    }
}
