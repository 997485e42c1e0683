//! Inputs and what becomes of them.

mod content;
mod load;

use std::fmt::Write;

use expect_test::{Expect, expect};
use iter8_load::Pace;
use iter8_model::task::catalogue::{DEFAULT_PERCENTILES, GRPC};
use iter8_model::task::{UnknownKeys, normalise_inputs};
use serde_json::json;

use super::*;

fn resolved(inputs: Value) -> Result<Vec<Settings>, InputError> {
    let Value::Object(inputs) = inputs else { panic!("a map") };
    let inputs = normalise_inputs(&GRPC, &inputs, "grpc", UnknownKeys::Reject)?;
    resolve(&inputs, "grpc")
}

/// One test of a service that exists, with more inputs.
fn one(more: &Value) -> Result<Settings, InputError> {
    let mut inputs = json!({"host": "h:1", "call": "p.S.M"});
    for (key, value) in more.as_object().unwrap() {
        inputs[key] = value.clone();
    }
    resolved(inputs).map(|mut tests| tests.remove(0))
}

/// The text of a part of each test, or its error.
fn check(cases: &[Value], part: fn(&Settings) -> String, expected: &Expect) {
    let mut out = String::new();
    for case in cases {
        let text = match one(case) {
            Ok(settings) => part(&settings),
            Err(InputError { path, message, hint }) => {
                let hint = hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
                format!("! {path}: {message}{hint}")
            }
        };
        writeln!(out, "{case} → {text}").unwrap();
    }
    expected.assert_eq(&out);
}

/// When the first calls begin, in milliseconds.
fn starts(settings: &Settings) -> String {
    let load = &settings.load;
    let budget = load.plan.budget();
    let bounds = format!("{:?} calls, {:?}", budget.max_requests(), budget.max_duration());
    let Pace::Open(schedule) = load.plan.pace() else { return format!("{bounds}: closed") };
    let starts = schedule.starts(0, std::num::NonZeroU64::MIN, load.plan.until());
    let starts = starts.take(12).map(|(_, start)| (start / 1_000_000).to_string());
    format!("{bounds}: {}", starts.collect::<Vec<_>>().join(" "))
}

fn concurrency(settings: &Settings) -> String {
    let load = &settings.load;
    let changes = load.concurrency.changes().take(8);
    let changes = changes.map(|(from, calls)| format!("{calls} from {from:?}"));
    let changes = changes.collect::<Vec<_>>().join(", ");
    format!("{changes}; {} slots on {} connections", load.plan.connections(), load.connections)
}

fn target(settings: &Settings) -> String {
    let Target { address, authority, tls, balancing, connect_timeout, keepalive, .. } =
        &settings.target;
    let address = match address {
        Address::Tcp { host, port } => format!("{host} {port}"),
        Address::Unix(path) => format!("unix {}", path.display()),
    };
    let tls = tls.as_ref().map_or("plain".to_owned(), |tls| {
        let Tls { skip_verify, ca_file, identity, server_name } = tls;
        let identity = identity.as_ref().map(|pair| (&pair.cert_file, &pair.key_file));
        format!("tls skip {skip_verify} ca {ca_file:?} identity {identity:?} name {server_name:?}")
    });
    format!("{address} as {authority}, {tls}, {balancing:?}, {connect_timeout:?}, {keepalive:?}")
}

fn calls(settings: &Settings) -> String {
    let Calls { data, metadata, data_evaluation, metadata_evaluation, framer, .. } =
        &settings.calls;
    let Calls {
        is_dynamic,
        stream_count,
        stream_duration,
        stream_interval,
        max_receive_bytes,
        name,
        ..
    } = &settings.calls;
    format!(
        "{data:?}, {metadata:?}, {data_evaluation:?} {metadata_evaluation:?} dynamic {is_dynamic}, \
         stream {stream_count:?} {stream_duration:?} {stream_interval:?}, gzip {} ≤ {} ≥ {max_receive_bytes}, {name:?}",
        framer.gzip, framer.max_bytes,
    )
}

#[test]
fn defaults_are_those_of_the_reference() {
    let settings = one(&json!({})).unwrap();
    let parts = [target, calls, starts, concurrency].map(|part| part(&settings));
    expect![[r"
        h 1 as h:1, plain, PickFirst, 10s, None
        None, Inline([]), Functions Functions dynamic false, stream None None 0ns, gzip false ≤ 2147483647 ≥ 2147483647, None
        Some(200) calls, None: closed
        50 from 0ns; 50 slots on 1 connections"]].assert_eq(&parts.join("\n"));
    assert_eq!(settings.timeout, Duration::from_secs(20));
    assert_eq!(settings.call.to_string(), "p.S/M");
    assert_eq!(settings.description, Description::Reflection(Vec::new()));
    assert_eq!(settings.percentiles, DEFAULT_PERCENTILES);
    let load = &settings.load;
    assert_eq!((load.is_async, load.skip_first, load.at_end), (false, 0, AtEnd::Await));
    assert_eq!(load.plan.drain(), settings.timeout);
    assert!(load.plan.errors().is_error(iter8_load::Verdict::Status(1)));
    assert!(!load.plan.errors().is_error(iter8_load::Verdict::Status(0)));
}

#[test]
fn endpoints_come_before_the_task() {
    let tests = resolved(json!({
        "host": "h:1", "call": "p.S.A", "duration": "5s", "timeout": "1s", "data": {"a": 1}, "percentiles": [42],
        "metadata": {"X": "1", "y": "2"}, "tags": {"t": "1"}, "enable-compression": true,
        "endpoints": {
            "b": {"call": "p.S.B", "total": 7, "metadata": {"x": "3"}, "percentiles": [43]},
            "a": {"health": true, "binary-file": "f", "timeout": "0.5s", "enable-compression": false},
            "c": null,
        },
    }));
    let mut out = String::new();
    for test in tests.unwrap() {
        let id = test.endpoint.as_deref().unwrap();
        writeln!(
            out,
            "{id}: {} {:?} {:?} {:?}",
            test.call, test.timeout, test.percentiles, test.tags
        )
        .unwrap();
        writeln!(out, "  {}\n  {}", calls(&test), starts(&test)).unwrap();
    }
    expect![[r#"
        b: p.S/B 1s [43.0, 42.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9] [("t", "1")]
          Inline(Object {"a": Number(1)}), Inline([("y", "2"), ("x", "3")]), Functions Functions dynamic false, stream None None 0ns, gzip true ≤ 2147483647 ≥ 2147483647, None
          Some(7) calls, None: closed
        a: grpc.health.v1.Health/Check 500ms [42.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9] [("t", "1")]
          Binary(File("f")), Inline([("X", "1"), ("y", "2")]), Functions Functions dynamic false, stream None None 0ns, gzip false ≤ 2147483647 ≥ 2147483647, None
          None calls, Some(5s): closed
        c: p.S/A 1s [42.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9] [("t", "1")]
          Inline(Object {"a": Number(1)}), Inline([("X", "1"), ("y", "2")]), Functions Functions dynamic false, stream None None 0ns, gzip true ≤ 2147483647 ≥ 2147483647, None
          None calls, Some(5s): closed
    "#]].assert_eq(&out);
}

#[test]
fn what_each_test_needs_must_be_there() {
    let cases = [
        (json!({}), "grpc: please set the host parameter or the endpoints parameter"),
        (json!({"host": "h"}), "grpc: please set the call parameter or the endpoints parameter"),
        (
            json!({"endpoints": {"a": {"call": "p.S.M"}}}),
            "grpc.endpoints.a: endpoint \"a\" does not have a host parameter",
        ),
        (
            json!({"host": "h", "endpoints": {"a": {}}}),
            "grpc.endpoints.a: endpoint \"a\" does not have a call parameter",
        ),
        (
            json!({"host": "h", "call": "p.S.M", "endpoints": {"a": {"timeout": "0s"}}}),
            "grpc.endpoints.a.timeout: expected more than 0s",
        ),
    ];
    for (inputs, expected) in cases {
        assert_eq!(resolved(inputs).unwrap_err().to_string(), expected);
    }
}

#[test]
fn what_is_stored_has_the_defaults() {
    let shown = |inputs: Value| Value::Object(effective(inputs.as_object().unwrap())).to_string();
    expect![[r#"
        {"host":"h","total":200,"timeout":"20s","percentiles":[50.0,75.0,90.0,95.0,99.0,99.9],"endpoints":null}
        {"duration":"1s","timeout":"2s","percentiles":[42.0,50.0,75.0,90.0,95.0,99.0,99.9],"endpoints":null}"#]].assert_eq(
        &[
            shown(json!({"host": "h"})),
            shown(json!({"duration": "1s", "timeout": "2s", "percentiles": [42]})),
        ]
        .join("\n"),
    );
}
