//! Parts that travel as text and are merged.

use iter8_load::{Recorder, Verdict};
use iter8_model::task::catalogue::{GRPC, HTTP};
use iter8_stats::Histogram;
use serde_json::json;

use super::*;
use crate::load::{measurement, outcome};

/// Part `part` of a test, with so many answers after 1 ms, 2 ms, and so on.
fn part(part: &str, answers: u64) -> LoadPart {
    let mut recorder = Recorder::new();
    for number in 1..=answers {
        recorder.record(&outcome(0, 0, number * 1_000_000, Verdict::Status(200)));
    }
    let measurement = Measurement { planned: Some(answers), ..measurement(recorder) };
    LoadPart {
        task: &HTTP,
        provider: "http".to_owned(),
        inputs: json!({"url": "h", "qps": 5}).as_object().unwrap().clone(),
        parts: vec![part.parse().unwrap()],
        percentiles: vec![50.0, 99.9],
        measured: Measured { measurement, messages: None },
        doubts: Vec::new(),
    }
}

fn travelled(part: &LoadPart) -> LoadPart {
    LoadPart::from_json(&serde_json::from_str(&part.to_json().to_string()).unwrap()).unwrap()
}

#[test]
fn parts_add_up_and_know_what_is_missing() {
    let mut whole = travelled(&part("2/4", 3));
    whole.doubt("slow".to_owned());
    whole.merge(travelled(&part("1/4", 5))).unwrap();
    let mut fourth = part("4/4", 1);
    fourth.doubt("tired".to_owned());
    whole.merge(travelled(&fourth)).unwrap();
    assert_eq!(whole.measured.measurement.requests(), 9);
    assert_eq!(whole.measured.measurement.planned, Some(9));
    assert_eq!(whole.doubts, ["part 2/4: slow", "part 4/4: tired"]);
    assert_eq!(whole.missing(), ["3/4".parse().unwrap()]);
    whole.merge(part("3/4", 1)).unwrap();
    assert!(whole.missing().is_empty());
    let mut insights = Insights::default();
    whole.record(&mut insights).unwrap();
    let value = |name: &str| insights.value(0, &format!("http/{name}").parse().unwrap());
    assert_eq!((value("request-count"), value("latency-max")), (Some(10.0), Some(5.0)));
    assert_eq!(value("latency-p99.9"), Some(5.0));
    assert_eq!(insights.doubts("http/latency-p50").len(), 2);
    assert_eq!((whole.provider(), whole.spec().with), ("http", whole.inputs.clone()));
}

#[test]
fn a_part_that_did_not_end_makes_the_whole_doubtful() {
    for (interrupted, aborted, doubt) in [
        (true, false, "it was interrupted"),
        (false, true, "it ended early, as too many requests were errors"),
    ] {
        let mut cut = part("1/2", 3);
        cut.measured.measurement.interrupted = interrupted;
        cut.measured.measurement.aborted = aborted;
        let mut whole = travelled(&cut);
        whole.merge(part("2/2", 3)).unwrap();
        assert_eq!(whole.doubts, [format!("part 1/2: {doubt}")]);
    }
}

#[test]
fn messages_of_streams_add_up() {
    let stream = |text: &str, count| {
        let mut gaps = Histogram::new();
        gaps.record(count * 1_000_000);
        let part = part(text, 1);
        let measured = Measured { messages: Some(Messages { count, gaps }), ..part.measured };
        LoadPart { task: &GRPC, provider: "grpc".to_owned(), measured, ..part }
    };
    let mut whole = travelled(&stream("1/2", 7));
    whole.merge(travelled(&stream("2/2", 5))).unwrap();
    let messages = whole.measured.messages.unwrap();
    assert_eq!((messages.count, messages.gaps.count()), (12, 2));
    assert_eq!(messages.gaps.max(), Some(7_000_000));
}

#[test]
fn parts_of_different_tests_are_not_merged() {
    let other = |change: fn(&mut LoadPart)| {
        let mut other = part("2/2", 1);
        change(&mut other);
        part("1/2", 1).merge(other).map_err(|error| error.to_string())
    };
    for (change, expected) in [
        ((|part| part.provider = "grpc".to_owned()) as fn(&mut LoadPart), "of http and grpc"),
        (|part| part.parts = vec!["2/3".parse().unwrap()], "split by 2 and 3"),
        (|part| drop(part.inputs.insert("qps".to_owned(), json!(6))), "qps 5 and 6"),
        (
            |part| drop(part.inputs.insert("method".to_owned(), json!("PUT"))),
            "method nothing and \"PUT\"",
        ),
        (|part| drop(part.inputs.shift_remove("qps")), "qps 5 and nothing"),
    ] {
        assert_eq!(other(change), Err(format!("parts of different tests: {expected}")));
    }
    let twice = other(|part| part.parts = vec!["1/2".parse().unwrap()]);
    assert_eq!(twice, Err("part 1/2 is there twice".to_owned()));
    assert_eq!(other(|_| ()), Ok(()));
}

#[test]
fn what_is_no_part_is_refused_by_name() {
    let read = |value: &Value| LoadPart::from_json(value).unwrap_err().to_string();
    let format = "this is no part of a load test: expected {\"format\": \"iter8-load-part/1\", …}";
    assert_eq!(read(&json!([])), format);
    assert_eq!(read(&json!({"format": "iter8-load-part/2"})), format);
    for (name, value, expected) in [
        ("task", json!("ftp"), "task: expected the name of a task"),
        ("parts", json!(["3/2"]), "parts: expected parts such as 1/3"),
        ("inputs", json!([]), "inputs: expected a map"),
        ("messages", json!({"count": 1}), "messages: expected null, or count and gaps"),
        ("percentiles", json!(["50"]), "percentiles: expected numbers"),
        (
            "measurement",
            json!({}),
            "measurement.latency: expected a histogram: moments and cells that agree",
        ),
    ] {
        let mut broken = part("1/2", 1).to_json();
        broken[name] = value;
        assert_eq!(read(&broken), expected);
    }
}
