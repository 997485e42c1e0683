//! The service that tests call.

use std::path::PathBuf;

use iter8_load_grpc::descriptor::Source;
use iter8_load_grpc::{
    Call, CallOptions, CallPlan, Composer, Content, Evaluation, Framer, Method, Outgoing,
    PrepareError,
};
use iter8_template::Zone;
use jiff::Timestamp;
use prost_reflect::{DescriptorPool, DynamicMessage};
use serde_json::Value;

/// The folder of `.proto` files and descriptor sets.
pub(crate) fn protos() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/protos")
}

pub(crate) fn pool() -> DescriptorPool {
    let source = Source::Proto { file: protos().join("shop.proto"), import_paths: Vec::new() };
    source.load().unwrap().unwrap()
}

pub(crate) fn method(name: &str) -> Method {
    Method::find(&pool(), &format!("shop.v1.Shop/{name}").parse().unwrap()).unwrap()
}

pub(crate) fn options() -> CallOptions {
    CallOptions {
        name: None,
        data: Evaluation::Functions,
        metadata: Evaluation::Functions,
        dynamic: false,
        count: None,
        framer: Framer { gzip: false, max_bytes: 1 << 20 },
        zone: Zone::UTC,
    }
}

pub(crate) fn moment() -> Timestamp {
    Timestamp::from_second(1_684_152_000).unwrap()
}

pub(crate) fn plan(
    name: &str,
    content: &Content,
    options: CallOptions,
) -> Result<CallPlan, PrepareError> {
    CallPlan::prepare(method(name), content, [], options, moment())
}

/// The messages of one call, as JSON.
pub(crate) fn call(composer: &mut Composer, number: u64) -> Result<Vec<String>, PrepareError> {
    let mut outgoing = Outgoing::default();
    let call = Call { number, worker: 1, connection: 0, now: moment() };
    composer.begin(call, &mut outgoing)?;
    let mut messages = Vec::new();
    while let Some(frame) = composer.next(&mut outgoing)? {
        assert_eq!(frame[0], 0);
        assert_eq!(frame[1..5], u32::try_from(frame.len() - 5).unwrap().to_be_bytes());
        messages.push(json(&frame[5..]));
    }
    assert!(outgoing.is_finished());
    Ok(messages)
}

/// The messages of several calls: those of a call joined by blanks.
pub(crate) fn calls(plan: &CallPlan, count: u64) -> Vec<String> {
    let mut composer = Composer::new(plan, 1);
    (0..count).map(|number| call(&mut composer, number).unwrap().join(" ")).collect()
}

pub(crate) fn json(message: &[u8]) -> String {
    let message = DynamicMessage::decode(method("Buy").input(), message).unwrap();
    serde_json::to_string(&message).unwrap()
}

pub(crate) fn value(json: &str) -> Content {
    Content::Value(serde_json::from_str::<Value>(json).unwrap())
}

/// An error with its causes.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {}", chain(source)),
        None => error.to_string(),
    }
}
