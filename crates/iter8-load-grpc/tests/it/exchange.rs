//! Whole calls in memory: what a composer makes is what a reader takes, through reflection,
//! compression and pieces of any size.

use iter8_load_grpc::descriptor::{Progress, Reflection};
use iter8_load_grpc::settings::{self, Files};
use iter8_load_grpc::{
    Call, CallPlan, Code, Composer, Intake, MessageReader, Outgoing, PREFIX_BYTES, ReadError,
    Status,
};
use iter8_model::task::catalogue::GRPC;
use iter8_model::task::{UnknownKeys, normalise_inputs};
use iter8_template::Zone;
use prost_reflect::DescriptorPool;
use prost_reflect::prost::{Message, encoding};
use serde_json::{Value, json};

use crate::shop::{json as shown, moment, pool};

/// A server that sends everything at once.
fn reflected(service: &str) -> DescriptorPool {
    let mut reflection = Reflection::new(service);
    assert!(reflection.request().ends_with(service.as_bytes()));
    let mut files = Vec::new();
    for file in pool().files() {
        encoding::bytes::encode(1, &file.file_descriptor_proto().encode_to_vec(), &mut files);
    }
    let mut answer = Vec::new();
    encoding::bytes::encode(4, &files, &mut answer);
    match reflection.answer(&answer).unwrap() {
        Progress::Done(pool) => pool,
        Progress::Ask(request) => panic!("nothing is missing: {request:?}"),
    }
}

/// The plan of a task as a user writes it.
fn plan(inputs: Value) -> CallPlan {
    let Value::Object(inputs) = inputs else { panic!("a map") };
    let inputs = normalise_inputs(&GRPC, &inputs, "grpc", UnknownKeys::Reject).unwrap();
    let settings = settings::resolve(&inputs, "grpc").unwrap().remove(0);
    let pool = reflected(&settings.call.service);
    settings.plan(&pool, Files::default(), moment(), Zone::UTC).unwrap()
}

/// The messages of some calls, echoed in pieces of so many bytes.
fn echoed(plan: &CallPlan, calls: u64, piece: usize) -> Vec<Vec<String>> {
    let (mut composer, mut outgoing) = (Composer::new(plan, 7), Outgoing::default());
    let mut reader = MessageReader::new(Intake::Check, 1 << 20);
    let mut echoed = Vec::new();
    for number in 0..calls {
        let call = Call { number, worker: 0, connection: 0, now: moment() };
        composer.begin(call, &mut outgoing).unwrap();
        reader.begin(plan.is_compressed().then_some(b"gzip"));
        let mut messages = Vec::new();
        while let Some(frame) = composer.next(&mut outgoing).unwrap() {
            assert_eq!(frame[0] == 1, plan.is_compressed() && frame.len() > PREFIX_BYTES);
            for piece in frame.chunks(piece) {
                reader.feed(piece, |message| messages.push(shown(message.body))).unwrap();
            }
        }
        reader.finish().unwrap();
        assert_eq!(reader.messages(), outgoing.sent());
        echoed.push(messages);
    }
    echoed
}

#[test]
fn calls_of_every_kind_come_back() {
    let data = json!([{"name": "{{.RequestNumber}}"}, {"name": "b", "count": 3}]);
    let (zero, one) = (r#"{"name":"0"}"#, r#"{"name":"1"}"#);
    let b = r#"{"name":"b","count":3}"#;
    let cases = [
        ("Buy", vec![vec![zero], vec![b]]),
        ("Watch", vec![vec![zero], vec![b]]),
        ("Fill", vec![vec![zero, b, zero], vec![one, b, one]]),
        ("Talk", vec![vec![zero, b, zero], vec![one, b, one]]),
    ];
    for (method, expected) in cases {
        for (compressed, piece) in [(false, 1), (false, 1000), (true, 3), (true, 1000)] {
            let plan = plan(json!({
                "host": "h:1", "call": format!("shop.v1.Shop/{method}"), "data": data,
                "stream-call-count": 3, "enable-compression": compressed,
            }));
            assert_eq!(echoed(&plan, 2, piece), expected, "{method} {compressed} {piece}");
        }
    }
}

/// What a worker keeps from one call to the next does not grow with them.
#[test]
fn buffers_serve_one_call_after_the_other() {
    let data = json!({"name": "{{ randomString 20 }}", "tags": ["{{.UUID}}"]});
    let plan = plan(json!({
        "host": "h:1", "call": "shop.v1.Shop.Buy", "data": data, "enable-compression": true,
        "metadata": {"n": "{{.RequestNumber}}", "k-bin": "{{ b64enc .UUID }}"},
    }));
    let calls = echoed(&plan, 300, 64);
    let unique: std::collections::BTreeSet<_> = calls.iter().flatten().collect();
    assert_eq!((calls.len(), unique.len()), (300, 300));
}

#[test]
fn an_answer_has_a_status() {
    let mut reader = MessageReader::new(Intake::Count, 10);
    reader.begin(None);
    let read = reader.feed(b"\0\0\0\0\x0b", |_| ());
    assert_eq!(read.map_err(ReadError::code), Err(Code::ResourceExhausted));
    let status = Status::of_trailers(200, Some(b"14"), Some(b"try%20later"));
    assert_eq!(status.to_string(), "Unavailable: try later");
}
