//! What is shown of a query.

use iter8_fetch::Auth;

use super::*;

fn pairs_of(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn request() -> Request {
    let mut request =
        Request::new("POST", "http://u:hush@p/q?query=up%7B%7D&api_key=hush&key=hush&of=tok-en");
    request.headers =
        pairs_of(&[("Authorization", "hush-1"), ("X-Scope", "hush-2"), ("Accept", "text/csv")]);
    request.body = Some(b"select 1 -- tok-en, hush-2".to_vec());
    request.auth = Auth::None;
    request.headers.push(("X-Token".to_owned(), "tok-en".to_owned()));
    request
}

#[test]
fn nothing_secret_is_shown() {
    let request = request();
    let mut trace = Trace::of_request(&request);
    let response = Response {
        status: 403,
        headers: pairs_of(&[("content-type", "text/plain"), ("set-cookie", "hush-3")]),
        body: b"hush-1 may not do this, tok-en".to_vec(),
        attempts: 3,
    };
    trace.answered(&request, &response);
    let expected = Trace {
        method: "POST".to_owned(),
        url: "http://p/q".to_owned(),
        params: pairs_of(&[
            ("query", "up{}"),
            ("api_key", "[redacted]"),
            ("key", "[redacted]"),
            ("of", "[redacted]"),
        ]),
        headers: pairs_of(&[
            ("Authorization", "[redacted]"),
            ("X-Scope", "[redacted]"),
            ("Accept", "text/csv"),
            ("X-Token", "[redacted]"),
        ]),
        body: Some("select 1 -- [redacted], [redacted]".to_owned()),
        status: Some(403),
        response_headers: pairs_of(&[("content-type", "text/plain"), ("set-cookie", "[redacted]")]),
        response: Some("[redacted] may not do this, [redacted]".to_owned()),
        attempts: 3,
    };
    assert_eq!(trace, expected);
    assert!(!format!("{trace:?}").contains("hush"));
}

#[test]
fn long_bodies_are_cut() {
    let request = request();
    let shown = |body: &str| beginning(body.as_bytes(), &request);
    assert_eq!(shown(""), "");
    assert_eq!(shown(&"é".repeat(SHOWN / 2)), "é".repeat(SHOWN / 2));
    assert_eq!(shown(&"x".repeat(SHOWN + 1)), format!("{}…", "x".repeat(SHOWN)));
    // A secret at the cut is not cut.
    let at_the_cut = format!("{}tok-en{}", "x".repeat(SHOWN - 3), "y".repeat(SHOWN * 2));
    assert!(!shown(&at_the_cut).contains("tok"), "{}", shown(&at_the_cut));
}
