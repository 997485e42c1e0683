//! OAuth 2.0 client credentials, against a token server by script.

use iter8_fetch::{Auth, Client, OAuth2, Request, Tls};
use iter8_testkit::{Script, ScriptedServer, Step};

use crate::{at, chain, client, patient, reply, server};

fn credentials(token_server: &ScriptedServer) -> OAuth2 {
    OAuth2 {
        token_url: format!("{}token?tenant=hush", token_server.url()),
        client_id: "an id".to_owned(),
        client_secret: "hush:1%".into(),
        scopes: vec!["read".to_owned(), "metrics".to_owned()],
    }
}

fn request(server: &ScriptedServer, token_server: &ScriptedServer) -> Request {
    Request { auth: Auth::OAuth2(credentials(token_server)), ..Request::get(server.url()) }
}

fn issue(token: &str, rest: &str) -> Vec<Step> {
    reply(200, &[], &format!(r#"{{"access_token": "{token}", "token_type": "bearer"{rest}}}"#))
}

fn tokens_seen(server: &ScriptedServer) -> Vec<String> {
    let of = |seen: &iter8_testkit::Captured| seen.header("authorization").unwrap().to_owned();
    server.requests().iter().map(of).collect()
}

#[tokio::test]
async fn a_token_is_asked_for_and_kept() {
    let issuer = server([issue("one", r#", "expires_in": 3600"#), issue("two", "")]);
    let server = server([reply(200, &[], "")]);
    let client = client();
    for _ in 0..3 {
        client.send(&request(&server, &issuer), &patient()).await.unwrap();
    }
    assert_eq!(tokens_seen(&server), ["Bearer one"; 3]);
    let asked = issuer.requests();
    assert_eq!(asked.len(), 1);
    assert_eq!((asked[0].method(), asked[0].target()), ("POST", "/token?tenant=hush"));
    // an+id:hush%3A1%25
    assert_eq!(asked[0].header("authorization"), Some("Basic YW4raWQ6aHVzaCUzQTElMjU="));
    assert_eq!(asked[0].header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(asked[0].body, b"grant_type=client_credentials&scope=read+metrics");
}

#[tokio::test]
async fn expired_tokens_are_replaced() {
    for rest in [r#", "expires_in": 0"#, r#", "expires_in": "0""#, r#", "expires_in": -5"#] {
        let issuer = server([issue("one", rest), issue("two", rest)]);
        let server = server([reply(200, &[], "")]);
        let client = client();
        for _ in 0..2 {
            client.send(&request(&server, &issuer), &patient()).await.unwrap();
        }
        assert_eq!(tokens_seen(&server), ["Bearer one", "Bearer two"], "{rest}");
    }
}

#[tokio::test]
async fn other_credentials_have_other_tokens() {
    let issuer = server([issue("one", ""), issue("two", "")]);
    let server = server([reply(200, &[], "")]);
    let client = client();
    client.send(&request(&server, &issuer), &patient()).await.unwrap();
    let mut other = credentials(&issuer);
    other.scopes.clear();
    let other = Request { auth: Auth::OAuth2(other), ..Request::get(server.url()) };
    client.send(&other, &patient()).await.unwrap();
    assert_eq!(tokens_seen(&server), ["Bearer one", "Bearer two"]);
    assert_eq!(issuer.requests()[1].body, b"grant_type=client_credentials");
}

#[tokio::test]
async fn a_kept_token_that_is_refused_is_replaced_once() {
    let issuer = server([issue("one", ""), issue("two", "")]);
    let server = server([reply(200, &[], ""), reply(401, &[], ""), reply(200, &[], "")]);
    let client = client();
    for _ in 0..2 {
        let response = client.send(&request(&server, &issuer), &patient()).await.unwrap();
        assert_eq!(response.attempts, 1);
    }
    assert_eq!(tokens_seen(&server), ["Bearer one", "Bearer one", "Bearer two"]);

    // A fresh one that is refused is not.
    let refusing = ScriptedServer::start(Script::always(reply(401, &[], "")));
    let fresh = server_of_tokens();
    let error = client.send(&request(&refusing, &fresh), &patient()).await.unwrap_err();
    assert_eq!(at(&chain(&error), &refusing), "SERVER/ answered 401 Unauthorized");
    assert_eq!((refusing.request_count(), fresh.request_count()), (1, 1));
}

fn server_of_tokens() -> ScriptedServer {
    server([issue("one", "")])
}

#[tokio::test]
async fn some_servers_want_the_secret_in_the_body() {
    let issuer = server([reply(401, &[], r#"{"error": "invalid_client"}"#), issue("one", "")]);
    let server = server([reply(200, &[], "")]);
    client().send(&request(&server, &issuer), &patient()).await.unwrap();
    let second = issuer.requests().remove(1);
    assert_eq!(second.header("authorization"), None);
    let form = "grant_type=client_credentials&scope=read+metrics&client_id=an+id\
                &client_secret=hush%3A1%25";
    assert_eq!(second.body, form.as_bytes());
}

#[tokio::test]
async fn without_a_token_nothing_is_asked() {
    let check = async |steps: Vec<Step>, attempts: u32, expected: &str| {
        let issuer = ScriptedServer::start(Script::always(steps));
        let server = server([reply(200, &[], "")]);
        let error = client().send(&request(&server, &issuer), &patient()).await.unwrap_err();
        let text = at(&chain(&error), &issuer);
        assert!(text.starts_with(expected), "{text}");
        assert!(!format!("{text}{error:?}").contains("hush"), "{error:?}");
        assert_eq!((error.attempts(), server.request_count()), (attempts, 0), "{text}");
    };
    let no_token = |why: &str| format!("no token from SERVER/token: {why}");
    let told = r#"{"error": "invalid_client", "error_description": "who are you?"}"#;
    check(
        reply(401, &[], told),
        1,
        &no_token("it answered 401 Unauthorized: invalid_client: who are you?"),
    )
    .await;
    let repeating = r#"{"error": "invalid_client", "error_description": "not hush:1%"}"#;
    check(reply(400, &[], repeating), 1, &no_token("it answered 400 Bad Request: invalid_client"))
        .await;
    check(reply(403, &[], "<html>"), 1, &no_token("it answered 403 Forbidden")).await;
    check(reply(302, &[("Location", "/")], ""), 1, &no_token("it answered 302 Found")).await;
    check(reply(200, &[], "<html>"), 1, &no_token("its answer has no access_token")).await;
    check(issue("", ""), 1, &no_token("its answer has no access_token")).await;
    check(issue("a b", ""), 1, &no_token("its access_token cannot stand in a header")).await;
    check(
        reply(200, &[], r#"{"access_token": "a", "token_type": "mac"}"#),
        1,
        &no_token("its token is of another type than Bearer"),
    )
    .await;
    check(
        vec![Step::Sized { bytes: 1 << 20 }],
        1,
        &no_token("its answer has more than 65536 bytes"),
    )
    .await;
    // These pass, perhaps.
    let after = |why: &str| format!("no token from SERVER/token (4 attempts): {why}");
    check(reply(503, &[], ""), 4, &after("it answered 503 Service Unavailable")).await;
    check(vec![Step::Reset], 4, &after("no whole answer: ")).await;
}

#[tokio::test]
async fn a_token_url_is_a_web_server() {
    let oauth2 = OAuth2 { token_url: "issuer/token?hush".to_owned(), ..OAuth2::default() };
    let request = Request { auth: Auth::OAuth2(oauth2), ..Request::get("http://127.0.0.1:1/") };
    let error = Client::new(&Tls::default()).unwrap().send(&request, &patient()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "no token from issuer/token: expected a URL that begins with http:// or https://"
    );
}
