//! What answers mean.

use iter8_providers::Outcome;
use iter8_testkit::{Script, ScriptedServer};

use crate::{FIRST, ask, json, patient};

/// An answer of Prometheus with these entries.
fn vector(entries: &str) -> String {
    format!(r#"{{"status":"success","data":{{"resultType":"vector","result":[{entries}]}}}}"#)
}

fn entry(value: &str) -> String {
    format!(r#"{{"metric":{{"code":"200"}},"value":[1556823494.744,"{value}"]}}"#)
}

async fn outcome(filter: &str, body: &str) -> Outcome {
    let server = ScriptedServer::start(Script::always(json(200, &[], body)));
    ask(&server, filter, &patient()).await.outcome
}

#[tokio::test]
async fn numbers_and_texts_of_numbers_are_values() {
    for (filter, body, expected) in [
        (FIRST, vector(&entry("21.7639")).as_str(), 21.7639),
        (".data.result.[0].value.[1] | tonumber", &vector(&entry("1e3")), 1000.0),
        (".data.result[0].value[1]", &vector(&entry("-0.5")), -0.5),
        (".", "5", 5.0),
        (".", "\"5\"", 5.0),
        (".a, .b", r#"{"a": 1, "b": 2}"#, 1.0),
        (".[] | select(. > 1)", "[1, 2, 3]", 2.0),
        ("1, error(\"later\")", "0", 1.0),
        ("map(tonumber) | add / length", "[\"1\", \"2\"]", 1.5),
    ] {
        assert_eq!(outcome(filter, body).await, Outcome::Value(expected), "{filter} of {body}");
    }
}

#[tokio::test]
async fn nothing_is_no_data() {
    for (filter, body, expected) in [
        (FIRST, vector("").as_str(), "the result has no entries"),
        (".data.result[0].value[1]", &vector(""), "the result has no entries"),
        (FIRST, "{}", "null where the filter wants a number"),
        (".a", "{}", "the filter gives nothing"),
        (".a | tonumber", "{}", "null where the filter wants a number"),
        ("empty", "1", "the filter gives nothing"),
        (".[] | select(. > 1)", "[]", "the filter gives nothing"),
        ("null, 1", "0", "the filter gives nothing"),
    ] {
        let expected = Outcome::NoData(expected.to_owned());
        assert_eq!(outcome(filter, body).await, expected, "{filter} of {body}");
    }
}

#[tokio::test]
async fn what_is_no_finite_number_is_no_value() {
    for (filter, body, expected) in [
        (FIRST, vector(&entry("NaN")).as_str(), "NaN"),
        (".data.result[0].value[1]", &vector(&entry("NaN")), "NaN"),
        (FIRST, &vector(&entry("+Inf")), "inf"),
        (".data.result[0].value[1]", &vector(&entry("+Inf")), "+Inf"),
        ("-infinite", "0", "-inf"),
        ("nan", "0", "NaN"),
        (".", "true", "boolean true"),
        (".", "[1]", "array [1]"),
        (".", r#"{"a": 1}"#, r#"object {"a":1}"#),
        (".", "\"fast\"", "the text \"fast\""),
        (".", "\"\"", "the text \"\""),
        (".", "\" 5 \"", "the text \" 5 \""),
        (".", "\"0x10\"", "the text \"0x10\""),
        (".", "\"5 ms\"", "the text \"5 ms\""),
    ] {
        let expected = Outcome::NotANumber(format!("the filter gives {expected}"));
        assert_eq!(outcome(filter, body).await, expected, "{filter} of {body}");
    }
}

#[tokio::test]
async fn filters_that_fail_are_told() {
    for (filter, body, expected) in [
        (".a.b", r#"{"a": 1}"#, "cannot index 1 with b"),
        (".[0]", r#"{"a": 1}"#, r#"cannot index {"a":1} with 0"#),
        ("tonumber", "\"fast\"", "fast is no number"),
        ("tonumber", "[]", "array ([]) is no number"),
        ("error(\"out of order\")", "0", "out of order"),
        ("1 / .", "0", "cannot divide 1 by zero"),
        ("[range(1e12)] | length", "0", "the filter takes more than 20971520 bytes of memory"),
        ("def f: f; f", "0", "the filter calls itself too often"),
        ("def f: 1 + f; f", "0", "the filter is nested too deeply"),
        ("\"a\" * 1e9 | length", "0", "the filter makes a text of more than 1048576 bytes"),
    ] {
        let expected = Outcome::JqError(expected.to_owned());
        assert_eq!(outcome(filter, body).await, expected, "{filter} of {body}");
    }
}

/// As in Iter8 0.13 the first of several counts, but it is told.
#[tokio::test]
async fn one_of_several_series_is_noted() {
    let note = async |filter: &str, body: &str| {
        let server = ScriptedServer::start(Script::always(json(200, &[], body)));
        let answer = ask(&server, filter, &patient()).await;
        assert_eq!(answer.outcome, Outcome::Value(1.0));
        answer.note
    };
    let two = vector(&format!("{},{}", entry("1"), entry("2")));
    let noted = "the result has 2 entries, of which the filter takes the first";
    assert_eq!(note(FIRST, &two).await.as_deref(), Some(noted));
    assert_eq!(note(".data.result.[0].value.[1]", &two).await.as_deref(), Some(noted));
    assert_eq!(note(FIRST, &vector(&entry("1"))).await, None);
    // Who looks at all of them has seen them.
    assert_eq!(note("[.data.result[].value[1] | tonumber] | min", &two).await, None);
    assert_eq!(note(".[0]", "[1, 2]").await, None);
}

#[tokio::test]
async fn the_way_of_a_query_is_shown() {
    let body = vector(&entry("1"));
    let server = ScriptedServer::start(Script::always(json(200, &[("Set-Cookie", "hush")], &body)));
    let trace = ask(&server, FIRST, &patient()).await.trace;
    assert_eq!((trace.method.as_str(), trace.url.as_str()), ("GET", server.url().as_str()));
    assert_eq!(trace.params, [("query".to_owned(), "up".to_owned())]);
    assert_eq!((trace.status, trace.attempts), (Some(200), 1));
    assert_eq!(trace.response, Some(body));
    let seen = server.requests().remove(0);
    assert_eq!(seen.target(), "/?query=up");
    assert_eq!(seen.header("authorization"), Some("Bearer hush-hush"));
    assert_eq!(seen.header("content-type"), Some("application/json;charset=utf-8"));
}
