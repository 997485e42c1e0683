//! Credentials as the server sees them.

use iter8_fetch::{Auth, Aws, Request};

use crate::{patient, reply, send, server};

#[tokio::test]
async fn credentials_arrive() {
    let basic = |user: &str, password: &str| Auth::Basic {
        user: user.to_owned(),
        password: password.into(),
    };
    let cases = [
        (Auth::None, None),
        (basic("ann", "secret"), Some("Basic YW5uOnNlY3JldA==")),
        (basic("ann", ""), Some("Basic YW5uOg==")),
        (Auth::Bearer("abc".into()), Some("Bearer abc")),
        (Auth::Token("abc".into()), Some("token abc")),
    ];
    for (auth, expected) in cases {
        let server = server([reply(200, &[], "")]);
        send(&Request { auth, ..Request::get(server.url()) }, &patient()).await.unwrap();
        assert_eq!(server.requests()[0].header("authorization"), expected);
    }
}

/// A line break at the end of a token comes from its file; the server would see another header.
#[tokio::test]
async fn credentials_that_cannot_be_sent_are_told() {
    for auth in [Auth::Bearer("hush\n".into()), Auth::Token("hush\r\nX: y".into())] {
        let request = Request { auth, ..Request::get("http://127.0.0.1:1/p") };
        let error = send(&request, &patient()).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot send a request to http://127.0.0.1:1/p: the token holds a line break or a \
             control character"
        );
        assert_eq!(error.attempts(), 0);
    }
}

fn aws() -> Aws {
    Aws {
        region: "eu-central-1".to_owned(),
        access_key_id: "AKIDEXAMPLE".to_owned(),
        secret_access_key: "a-secret-key".into(),
        session_token: Some("a-session".into()),
        ..Aws::default()
    }
}

/// Each attempt has a signature, over the query as it is sent; where a redirect leads to sees none.
#[tokio::test]
async fn requests_are_signed() {
    let other = server([reply(200, &[], "")]);
    let server = server([
        reply(503, &[("Retry-After", "0")], ""),
        reply(307, &[("Location", &other.url())], ""),
    ]);
    let mut request = Request::get(format!("{}p?b=x+y&a=%2F", server.url()));
    request.headers.push(("X-Amz-Target".to_owned(), "T".to_owned()));
    request.auth = Auth::Aws(aws());
    send(&request, &patient()).await.unwrap();
    let seen = server.requests();
    assert_eq!(seen.len(), 2);
    for request in &seen {
        assert_eq!(request.target(), "/p?a=%2F&b=x%20y");
        assert_eq!(request.header("x-amz-security-token"), Some("a-session"));
        let date = request.header("x-amz-date").unwrap();
        let header = request.header("authorization").unwrap();
        let scope = format!("AKIDEXAMPLE/{}/eu-central-1/monitoring/aws4_request", &date[..8]);
        let start = format!(
            "AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date;\
             x-amz-security-token;x-amz-target, Signature="
        );
        assert_eq!(header.strip_prefix(&*start).map(str::len), Some(64), "{header}");
    }
    let foreign = &other.requests()[0];
    for name in ["authorization", "x-amz-date", "x-amz-security-token"] {
        assert_eq!(foreign.header(name), None);
    }
}

#[tokio::test]
async fn keys_that_cannot_be_sent_are_told() {
    for auth in [
        Aws { session_token: Some("hush\n".into()), ..aws() },
        Aws { access_key_id: "hush\n".to_owned(), ..aws() },
    ] {
        let auth = Auth::Aws(auth);
        let request = Request { auth, ..Request::get("http://127.0.0.1:1/p") };
        let error = send(&request, &patient()).await.unwrap_err().to_string();
        assert!(error.ends_with("a credential holds a line break or a control character"));
        assert!(!error.contains("hush"), "{error}");
    }
}
