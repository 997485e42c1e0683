//! Requests as a store sees them.

use iter8_model::metric::MetricKind;

use super::*;
use crate::jq::Filter;
use crate::spec::AnswerFormat;

fn spec(url: &str, headers: &[(&str, &str)]) -> ProviderSpec {
    ProviderSpec {
        url: url.to_owned(),
        method: "GET".to_owned(),
        headers: pairs_of(headers),
        answers: AnswerFormat::Json,
        metrics: Vec::new(),
    }
}

fn metric(params: &[(&str, &str)], body: Option<&str>) -> MetricQuery {
    MetricQuery {
        name: "a".to_owned(),
        kind: MetricKind::Gauge,
        description: String::new(),
        units: None,
        params: pairs_of(params),
        body: body.map(str::to_owned),
        jq: Filter::new(".").unwrap(),
    }
}

fn pairs_of(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn parameters_join_those_of_the_url() {
    let check = |url: &str, params: &[(&str, &str)], expected: &str| {
        let request = request(&spec(url, &[]), &metric(params, None), &Auth::None);
        assert_eq!(request.url, expected);
    };
    check("http://p/q", &[], "http://p/q");
    check("http://p/q?", &[], "http://p/q");
    check("http://p/q#part", &[("a", "b")], "http://p/q?a=b");
    check("http://p/q", &[("b", "2"), ("a", "1")], "http://p/q?a=1&b=2");
    check("http://p/q?z=9&a=0", &[("m", "5"), ("a", "1")], "http://p/q?a=0&a=1&m=5&z=9");
    check("http://u:p@p/q", &[("a", "")], "http://u:p@p/q?a=");
    let query = r#"sum(up{v="1.2",w!~"a|b"}[30s]) or on() vector(0) > 1e-3*2"#;
    check(
        "http://p/q",
        &[("query", query)],
        "http://p/q?query=sum%28up%7Bv%3D%221.2%22%2Cw%21~%22a%7Cb%22%7D%5B30s%5D%29+or+on%28%29+\
         vector%280%29+%3E+1e-3%2A2",
    );
    check("http://p", &[("é&=", "-_.~")], "http://p?%C3%A9%26%3D=-_.~");
    // What the URL has is decoded and encoded again.
    check("http://p?a=x%20y+z&b", &[], "http://p?a=x+y+z&b=");
    check("http://p?a=100%&b=%zz&c=%E9", &[], "http://p?a=100%25&b=%25zz&c=%25E9");
    check("http://p?&&a=1=2&", &[], "http://p?a=1%3D2");
}

#[test]
fn the_kind_of_body_is_announced_unless_the_template_does() {
    let check = |headers: &[(&str, &str)], expected: &[(&str, &str)]| {
        let request = request(&spec("http://p", headers), &metric(&[], Some("{}")), &Auth::None);
        assert_eq!(request.headers, pairs_of(expected));
        assert_eq!(request.body.as_deref(), Some(&b"{}"[..]));
    };
    let usual = ("Content-Type", "application/json;charset=utf-8");
    check(&[], &[usual]);
    check(&[("Accept", "text/csv")], &[("Accept", "text/csv"), usual]);
    check(&[("content-type", "application/vnd.flux")], &[("content-type", "application/vnd.flux")]);
}

#[test]
fn queries_are_questions() {
    let spec = ProviderSpec { method: "POST".to_owned(), ..spec("http://p", &[]) };
    let request = request(&spec, &metric(&[], None), &Auth::Bearer("t".into()));
    assert_eq!((request.method.as_str(), request.body), ("POST", None));
    assert_eq!((request.repeat, request.statuses), (Repeat::Always, Statuses::Any));
    assert_eq!(request.auth, Auth::Bearer("t".into()));
}
