//! Targets that cannot be, and requests that go in turns.

use std::sync::Arc;

use expect_test::expect;

use super::*;
use crate::target::Entry;

fn field(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[test]
fn targets_that_cannot_be() {
    let message = |target: Target| match HttpPlan::try_from(target).unwrap_err() {
        TargetError::Url { url, source } => format!("invalid URL {url:?}: {source}"),
        error => error.to_string(),
    };
    let with_header =
        |name, value| Target { headers: vec![field(name, value)], ..Target::new("web") };
    let table = [
        message(Target::new("ftp://web")),
        message(Target::new("http://u:secret@web")),
        message(Target { method: Some("G ET".to_owned()), ..Target::new("web") }),
        message(Target { method: Some(String::new()), ..Target::new("web") }),
        message(with_header("X Y", "1")),
        message(with_header("", "1")),
        message(with_header("X-Y", "secret\r\nEvil: yes")),
        message(with_header("Content-length", "3")),
        message(with_header("Transfer-Encoding", "chunked")),
        message(Target { content_type: Some("a\nb".to_owned()), ..Target::new("web") }),
        message(Target { timeout: Duration::ZERO, ..Target::new("web") }),
    ];
    expect![[r#"
        invalid URL "ftp://web": URL has scheme "ftp": only http and https are supported
        invalid URL "web": URL has credentials: pass them as an Authorization header
        invalid method "G ET"
        invalid method ""
        invalid header name "X Y"
        invalid header name ""
        header "X-Y" has a control character in its value
        header "Content-length" cannot be set: it follows from the body
        header "Transfer-Encoding" cannot be set: it follows from the body
        header "Content-Type" has a control character in its value
        timeout must be above zero"#]]
    .assert_eq(&table.join("\n"));
}

/// Method, path and fields of each of several requests, and its body.
fn lines(target: Target) -> String {
    let shown = |message: &Message| {
        let text = String::from_utf8(message.lead().to_vec()).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let fields = head.split("\r\n").filter(|line| !line.starts_with("User-Agent"));
        let fields: Vec<&str> = fields.map(|line| line.trim_end_matches(" HTTP/1.1")).collect();
        format!("{}; {body}\n", fields.join("; "))
    };
    HttpPlan::try_from(target).unwrap().messages().iter().map(shown).collect()
}

#[test]
fn what_requests_leave_out_is_that_of_the_target() {
    let url = |url: &str| Entry { url: Some(url.to_owned()), ..Entry::default() };
    let target = Target {
        headers: vec![field("X-A", "target"), field("X-B", "target")],
        body: Arc::from(*b"target"),
        content_type: Some("text/plain".to_owned()),
        requests: vec![
            Entry::default(),
            url("/cart?id={uuid}"),
            url("//x"),
            url("WEB:80/abs"),
            url("http://web?q"),
            Entry {
                method: Some("GET".to_owned()),
                headers: vec![field("x-a", "own"), field("X-C", "own")],
                body: Some(Arc::default()),
                ..Entry::default()
            },
            Entry {
                body: Some(Arc::from(*b"{}")),
                content_type: Some("application/json".to_owned()),
                ..Entry::default()
            },
        ],
        ..Target::new("http://web/base")
    };
    expect![[r"
        POST /base; Host: web; X-A: target; X-B: target; Content-Type: text/plain; Content-Length: 6; target
        POST /cart?id=000000000000000000000000000000000000; Host: web; X-A: target; X-B: target; Content-Type: text/plain; Content-Length: 6; target
        POST //x; Host: web; X-A: target; X-B: target; Content-Type: text/plain; Content-Length: 6; target
        POST /abs; Host: web; X-A: target; X-B: target; Content-Type: text/plain; Content-Length: 6; target
        POST /?q; Host: web; X-A: target; X-B: target; Content-Type: text/plain; Content-Length: 6; target
        GET /base; Host: web; X-B: target; x-a: own; X-C: own; Content-Type: text/plain; 
        POST /base; Host: web; X-A: target; X-B: target; Content-Type: application/json; Content-Length: 2; {}
    "]]
    .assert_eq(&lines(target));
    let own_type = Target {
        headers: vec![field("content-type", "of/header")],
        requests: vec![
            Entry::default(),
            Entry { content_type: Some("own/type".to_owned()), ..Entry::default() },
        ],
        ..Target::new("web")
    };
    expect![[r"
        GET /; Host: web; content-type: of/header; 
        POST /; Host: web; Content-Type: own/type; Content-Length: 0; 
    "]]
    .assert_eq(&lines(own_type));
}

#[test]
fn requests_that_cannot_be() {
    let message = |requests: Vec<Entry>| {
        let target = Target { requests, ..Target::new("http://web:81/base") };
        match HttpPlan::try_from(target).unwrap_err() {
            TargetError::Request { index, source } => format!("{index}: {source}"),
            error => error.to_string(),
        }
    };
    let url = |url: &str| Entry { url: Some(url.to_owned()), ..Entry::default() };
    let weight = |weight| Entry { weight: NonZeroU64::new(weight).unwrap(), ..Entry::default() };
    let table = [
        message(vec![url("/"), url("http://other:81/x")]),
        message(vec![url("https://web:81/")]),
        message(vec![url("http://web/")]),
        message(vec![url("")]),
        message(vec![url("/a\nb")]),
        message(vec![url("http://u:secret@web:81/")]),
        message(vec![Entry { method: Some("G T".to_owned()), ..Entry::default() }]),
        message(vec![Entry { headers: vec![field("a b", "")], ..Entry::default() }]),
        message(vec![weight(1), weight(65_536)]),
    ];
    expect![[r#"
        1: http://other:81 does not lead to http://web:81, as all requests of one test do
        0: https://web:81 does not lead to http://web:81, as all requests of one test do
        0: http://web does not lead to http://web:81, as all requests of one test do
        0: invalid URL ""
        0: invalid URL "http://web:81/a\nb"
        0: invalid URL "web:81/"
        0: invalid method "G T"
        0: invalid header name "a b"
        the weights add up to 65537 after division by their greatest common divisor, and may to 65536"#]]
    .assert_eq(&table.join("\n"));
}
