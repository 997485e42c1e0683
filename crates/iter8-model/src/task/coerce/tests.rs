//! Coercion of every kind of parameter, and the errors of what cannot be coerced.

use super::super::catalogue::{ASSESS, CUSTOMMETRICS, GITHUB, HTTP, NOTIFY, RUN, SLACK};
use super::*;

fn normal(entry: &TaskEntry, inputs: Value) -> Result<Value, String> {
    let Value::Object(inputs) = inputs else { panic!("not a map") };
    normalise_inputs(entry, &inputs, entry.name, UnknownKeys::Reject).map(Value::Object).map_err(
        |error| match &error.hint {
            Some(hint) => format!("{error} [{hint}]"),
            None => error.to_string(),
        },
    )
}

#[test]
fn values_are_coerced_to_what_the_field_wants() {
    let cases = [
        (json!({"qps": "2.5"}), json!({"qps": 2.5})),
        (json!({"qps": "max"}), json!({"qps": "max"})),
        (json!({"qps": -1}), json!({"qps": -1})),
        (json!({"numRequests": "50"}), json!({"numRequests": 50})),
        (json!({"numRequests": "1e3"}), json!({"numRequests": 1000})),
        (json!({"numrequests": 7.0}), json!({"numRequests": 7})),
        (
            json!({"headers": {"X-N": 1, "X-B": true}}),
            json!({"headers": {"X-N": "1", "X-B": "true"}}),
        ),
        (json!({"payloadStr": 12}), json!({"payloadStr": "12"})),
        (json!({"allowInitialErrors": "TRUE"}), json!({"allowInitialErrors": true})),
        (json!({"percentiles": ["99.99", 50]}), json!({"percentiles": [99.99, 50]})),
        (json!({"errorRanges": [{"Lower": "500"}]}), json!({"errorRanges": [{"lower": 500}]})),
        (json!({"URL": "http://h", "duration": null}), json!({"url": "http://h"})),
        (json!({"duration": "1m30s"}), json!({"duration": "1m30s"})),
        (json!({"arrival": "Poisson"}), json!({"arrival": "poisson"})),
        (
            json!({"stages": [{"duration": "1s", "qps": "10", "shape": "step"}]}),
            json!({"stages": [{"duration": "1s", "qps": 10, "shape": "step"}]}),
        ),
        (
            json!({"endpoints": {"b": {"QPS": "0.5"}, "a": null}}),
            json!({"endpoints": {"b": {"qps": 0.5}, "a": {}}}),
        ),
    ];
    for (inputs, expected) in cases {
        assert_eq!(normal(&HTTP, inputs.clone()), Ok(expected), "{inputs}");
    }
}

#[test]
fn endpoints_keep_their_order() {
    let inputs = json!({"endpoints": {"z": {}, "a": {}, "m": {}}});
    let normal = normal(&HTTP, inputs).unwrap();
    let order: Vec<_> = normal["endpoints"].as_object().unwrap().keys().collect();
    assert_eq!(order, ["z", "a", "m"]);
}

#[test]
fn errors_name_the_place_and_what_was_expected() {
    let cases = [
        (
            json!({"qps": "fast"}),
            "http.qps: expected a number of requests per second or \"max\", got \"fast\"",
        ),
        (json!({"numRequests": 0}), "http.numRequests: expected a whole number from 1, got 0"),
        (json!({"numRequests": 1.5}), "http.numRequests: expected a whole number from 1, got 1.5"),
        (
            json!({"connections": 70_000}),
            "http.connections: expected a whole number from 1 to 65535, got 70000",
        ),
        (json!({"url": ["a"]}), "http.url: expected text, got a list"),
        (json!({"headers": "a"}), "http.headers: expected a map, got text"),
        (
            json!({"duration": 5}),
            "http.duration: missing unit in duration \"5\"; expected for example 5s",
        ),
        (
            json!({"percentiles": [0]}),
            "http.percentiles[0]: expected a percentile above 0 and up to 100, got 0",
        ),
        (json!({"percentiles": "99"}), "http.percentiles: expected a list, got \"99\""),
        (json!({"errorRanges": [{}]}), "http.errorRanges[0]: a range needs lower, upper or both"),
        (
            json!({"errorRanges": [{"lower": 5, "upper": 4}]}),
            "http.errorRanges[0]: lower (5) is above upper (4)",
        ),
        (
            json!({"errorRanges": [{"low": 5}]}),
            "http.errorRanges[0].low: unknown key; expected lower, upper",
        ),
        (
            json!({"allowInitialErrors": "maybe"}),
            "http.allowInitialErrors: expected true or false, got \"maybe\"",
        ),
        (
            json!({"arrival": "random"}),
            "http.arrival: expected one of constant, uniform, poisson, got \"random\"",
        ),
        (json!({"stages": [{"qps": 1}]}), "http.stages[0]: a stage needs duration"),
        (
            json!({"stages": [{"duration": "1s", "qps": -1}]}),
            "http.stages[0].qps: expected a rate of 0 or more, got -1",
        ),
        (
            json!({"numRequest": 1}),
            "http.numRequest: unknown parameter of task http [did you mean \"numRequests\"?]",
        ),
        (
            json!({"endpoints": {"a/b": {}}}),
            "http.endpoints.a/b: the name of an endpoint must not be empty or have a / [the name becomes part of metric names such as http-NAME/error-rate]",
        ),
        (
            json!({"endpoints": {"a": {"qqs": 1}}}),
            "http.endpoints.a.qqs: unknown parameter of task http [did you mean \"qps\"?]",
        ),
        (
            json!({"endpoints": {"a": {"warmupDuration": "1s"}}}),
            "http.endpoints.a.warmupDuration: warmupDuration may not stand in an endpoint [set http.warmupDuration for all endpoints]",
        ),
        (
            json!({"endpoints": {"a": {"endpoints": {}}}}),
            "http.endpoints.a.endpoints: endpoints may not stand in an endpoint [set http.endpoints for all endpoints]",
        ),
    ];
    for (inputs, expected) in cases {
        let error = normal(&HTTP, inputs.clone()).unwrap_err();
        assert_eq!(error, expected, "{inputs}");
    }
}

#[test]
fn other_maps_do_not_stand_for_texts() {
    const HINT: &str = "to take the text from elsewhere: {envRef: NAME}, {fileRef: PATH} or \
                        {secretRef: {name: NAME, key: KEY}}";
    let error = normal(&HTTP, json!({"headers": {"a": {}}})).unwrap_err();
    assert_eq!(error, format!("http.headers.a: expected text, got a map [{HINT}]"));
    let error = normal(&HTTP, json!({"headers": {"a": {"envRef": ""}}})).unwrap_err();
    assert_eq!(error, "http.headers.a.envRef: expected the name of an environment variable");
}

#[test]
fn references_stand_for_texts() {
    let cases = [
        (&HTTP, json!({"url": {"envRef": "URL"}, "headers": {"a": {"fileRef": "/t"}}})),
        (&GITHUB, json!({"token": {"secretRef": {"name": "n", "key": "k"}}})),
        (&SLACK, json!({"url": {"withheldRef": "x"}})),
        (
            &CUSTOMMETRICS,
            json!({
                "templates": {"a": {"envRef": "T"}},
                "values": {"a": [1, {"b": {"envRef": "B"}}], "c": null},
                "versionValues": [{"d": {"fileRef": "/d"}}],
                "auth": {"a": {"basic": {"user": {"envRef": "U"}, "password": {"envRef": "P"}}}},
            }),
        ),
    ];
    for (entry, inputs) in cases {
        assert_eq!(normal(entry, inputs.clone()), Ok(inputs));
    }
}

#[test]
fn access_is_read_in_any_case() {
    let cases = [
        (
            json!({"Basic": {"User": "u", "PASSWORD": 5}}),
            json!({"basic": {"user": "u", "password": "5"}}),
        ),
        (json!({"bearer": "t", "token": null}), json!({"bearer": "t"})),
        (
            json!({"OAuth2": {"tokenurl": "http://h", "clientId": "i", "clientSecret": "s", "scopes": "a  b"}}),
            json!({"oauth2": {"tokenURL": "http://h", "clientID": "i", "clientSecret": "s", "scopes": ["a", "b"]}}),
        ),
        (
            json!({"AWS": {"Region": "r", "accessKeyId": "i", "secretAccessKey": "s", "sessionToken": {"envRef": "T"}}}),
            json!({"aws": {"region": "r", "accessKeyID": "i", "secretAccessKey": "s", "sessionToken": {"envRef": "T"}}}),
        ),
    ];
    for (auth, expected) in cases {
        assert_eq!(normal(&NOTIFY, json!({"auth": auth})), Ok(json!({"auth": expected})));
    }
    let tls = json!({"CAFile": "/ca", "certfile": "/c", "keyFile": "/k", "servername": "s", "skipVerify": "true"});
    let expected = json!({"caFile": "/ca", "certFile": "/c", "keyFile": "/k", "serverName": "s", "skipVerify": true});
    let inputs = json!({"tls": {"a": tls}, "versionValues": [null, {}]});
    let normal = normal(&CUSTOMMETRICS, inputs).unwrap();
    assert_eq!(normal, json!({"tls": {"a": expected}, "versionValues": [{}, {}]}));
}

#[test]
fn wrong_inputs_of_metrics_and_notifications_are_named() {
    let cases = [
        (
            json!({"templates": {"a/b": "x"}}),
            "templates.a/b: the name of a provider must not be empty or have a / [the name becomes the first part of metric names: NAME/METRIC]",
        ),
        (
            json!({"templates": {"": "x"}}),
            "templates.: the name of a provider must not be empty or have a / [the name becomes the first part of metric names: NAME/METRIC]",
        ),
        (json!({"templates": ["x"]}), "templates: expected a map, got a list"),
        (json!({"templates": {"a": null}}), "templates.a: expected text, got nothing"),
        (json!({"values": []}), "values: expected a map, got a list"),
        (json!({"values": {"envRef": "A"}}), "values: expected a map, got a reference"),
        (
            json!({"values": {"a": [{"fileRef": ""}]}}),
            "values.a[0].fileRef: expected the path of a file",
        ),
        (json!({"versionValues": {}}), "versionValues: expected a list, got a map"),
        (json!({"versionValues": [{}, "a"]}), "versionValues[1]: expected a map, got \"a\""),
        (json!({"onError": "ignore"}), "onError: expected one of skip, fail, got \"ignore\""),
        (json!({"concurrency": 65}), "concurrency: expected a whole number from 1 to 64, got 65"),
        (json!({"retries": -1}), "retries: expected a whole number from 0 to 20, got -1"),
        (json!({"auth": {"a": {}}}), "auth.a: expected one of basic, bearer, token, oauth2, aws"),
        (
            json!({"auth": {"a": {"bearer": "x", "token": "y"}}}),
            "auth.a: expected one of basic, bearer, token, oauth2, aws",
        ),
        (
            json!({"auth": {"a": {"digest": "x"}}}),
            "auth.a.digest: unknown key; expected basic, bearer, token, oauth2, aws",
        ),
        (json!({"auth": {"a": {"basic": {"user": "u"}}}}), "auth.a.basic: please set password"),
        (json!({"auth": {"a": {"basic": "u:p"}}}), "auth.a.basic: expected a map, got text"),
        (
            json!({"auth": {"a": {"oauth2": {"tokenURL": "h", "clientID": "i"}}}}),
            "auth.a.oauth2: please set clientSecret",
        ),
        (
            json!({"auth": {"a": {"oauth2": {"scopes": 5}}}}),
            "auth.a.oauth2.scopes: expected a list, got 5",
        ),
        (
            json!({"auth": {"a": {"aws": {"region": "r", "accessKeyID": "i"}}}}),
            "auth.a.aws: please set secretAccessKey",
        ),
        (json!({"tls": {"a": {"certFile": "c"}}}), "tls.a: certFile and keyFile go together"),
        (
            json!({"tls": {"a": {"caFile": {"envRef": "A"}}}}),
            "tls.a.caFile: expected text, got a map",
        ),
        (
            json!({"tls": {"a": {"ca": "x"}}}),
            "tls.a.ca: unknown key; expected caFile, certFile, keyFile, serverName, skipVerify",
        ),
        (
            json!({"template": {}}),
            "template: unknown parameter of task custommetrics [did you mean \"templates\"?]",
        ),
    ];
    for (inputs, expected) in cases {
        let error = normal(&CUSTOMMETRICS, inputs.clone()).unwrap_err();
        assert_eq!(error, format!("custommetrics.{expected}"), "{inputs}");
    }
    let plain = normal(&GITHUB, json!({"owner": {"envRef": "OWNER"}})).unwrap_err();
    assert_eq!(plain, "github.owner: expected text, got a map");
}

#[test]
fn far_off_keys_get_the_list() {
    let error = normal(&RUN, json!({"zzzzzz": 1})).unwrap_err();
    assert_eq!(error, "run.zzzzzz: unknown parameter of task run [known are script, timeout]");
}

#[test]
fn long_values_are_cut_in_messages() {
    let error = normal(&HTTP, json!({"qps": "x".repeat(500)})).unwrap_err();
    assert!(error.ends_with('…') && error.len() < 160, "{error}");
}

#[test]
fn documents_may_have_unknown_keys() {
    let inputs = json!({"url": "http://h", "warmup": true, "future": 1});
    let Value::Object(inputs) = inputs else { unreachable!() };
    let normal = normalise_inputs(&HTTP, &inputs, "spec[0].with", UnknownKeys::Ignore).unwrap();
    assert_eq!(Value::Object(normal), json!({"url": "http://h", "warmup": true}));
}

#[test]
fn objectives_in_both_shapes() {
    let listed = json!({"SLOs": {
        "upper": [{"metric": "http/error-count", "limit": 0}, {"metric": "http/latency-mean", "limit": 50}]
    }});
    let by_metric = json!({"slos": {"Upper": {"http/latency-mean": "50", "http/error-count": 0}}});
    assert_eq!(normal(&ASSESS, by_metric), Ok(listed.clone()));
    assert_eq!(normal(&ASSESS, listed.clone()), Ok(listed));
}

#[test]
fn objectives_need_names_and_limits() {
    let cases = [
        (
            json!({"upper": {"http/latency-p99": {"9": 50}}}),
            "assess.SLOs.upper: http/latency-p99: expected a number as its limit, got a map",
        ),
        (
            json!({"upper": {"latency": 50}}),
            "assess.SLOs.upper: latency: \"latency\" is not a metric name; expected provider/metric or provider/metric/aggregation [for example http/latency-mean, http/error-rate or abn/revenue/mean]",
        ),
        (
            json!({"upper": {"http/latency-px": 50}}),
            "assess.SLOs.upper: http/latency-px: cannot extract percent from metric http/latency-px [for example http/latency-mean, http/error-rate or abn/revenue/mean]",
        ),
        (json!({"upper": [{"limit": 50}]}), "assess.SLOs.upper[0]: an objective needs metric"),
        (json!({"lower": [{"metric": "a/b"}]}), "assess.SLOs.lower[0]: an objective needs limit"),
        (json!({"uper": {}}), "assess.SLOs.uper: unknown key; expected upper, lower"),
        (json!({"upper": 5}), "assess.SLOs.upper: expected limits by metric, got 5"),
        (json!(5), "assess.SLOs: expected a map, got 5"),
    ];
    for (slos, expected) in cases {
        assert_eq!(normal(&ASSESS, json!({"SLOs": slos})).unwrap_err(), expected, "{slos}");
    }
}
