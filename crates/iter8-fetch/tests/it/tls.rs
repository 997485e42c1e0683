//! Encrypted exchanges with a server of our own authority.

use iter8_fetch::{Auth, Client, FetchError, OAuth2, Request, Response, Tls};
use iter8_testkit::Clients;
use iter8_testkit::certificates::{CA, STRANGER};

use crate::tls_server::{Seen, TlsServer, client, intruder};
use crate::{patient, reply, server};

fn ok(body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}")
}

fn trusting() -> Tls {
    Tls { ca: Some(CA.to_vec()), ..Tls::default() }
}

async fn get(tls: &Tls, url: &str) -> Result<Response, FetchError> {
    Client::new(tls).unwrap().send(&Request::get(url), &patient()).await
}

fn causes(error: &FetchError) -> String {
    let source = std::error::Error::source(error).map(ToString::to_string);
    format!("{error}: {}", source.unwrap_or_default())
}

#[tokio::test]
async fn the_authority_decides() {
    let server = TlsServer::start(Clients::Anybody, ok("secure"));
    assert_eq!(get(&trusting(), &server.url()).await.unwrap().body, b"secure");
    let both = Tls { ca: Some([STRANGER, CA].concat()), ..Tls::default() };
    assert_eq!(get(&both, &server.url()).await.unwrap().body, b"secure");
    // Unknown to the web, and to a stranger. It would not become known by asking again.
    for tls in [Tls::default(), Tls { ca: Some(STRANGER.to_vec()), ..Tls::default() }] {
        let error = get(&tls, &server.url()).await.unwrap_err();
        assert_eq!(error.attempts(), 1);
        let causes = causes(&error);
        assert!(causes.starts_with(&format!("cannot connect to {}: ", server.address)), "{causes}");
        assert!(causes.contains("UnknownIssuer"), "{causes}");
    }
    let skipping = Tls { skip_verify: true, ..Tls::default() };
    assert_eq!(get(&skipping, &server.url()).await.unwrap().body, b"secure");
}

#[tokio::test]
async fn the_name_must_be_right() {
    let server = TlsServer::start(Clients::Anybody, ok("secure"));
    let url = format!("https://localhost:{}/p", server.address.port());
    let error = get(&trusting(), &url).await.unwrap_err();
    assert!(causes(&error).contains("not valid for name"), "{}", causes(&error));
    let named = Tls { server_name: Some("metrics.example".to_owned()), ..trusting() };
    assert_eq!(get(&named, &url).await.unwrap().body, b"secure");
    assert_eq!(get(&named, &server.url()).await.unwrap().body, b"secure");
    let seen: Vec<Seen> = server.seen();
    let [by_name, by_address] = &seen[seen.len() - 2..] else { panic!("{seen:?}") };
    for (one, host) in [(by_name, "localhost"), (by_address, "127.0.0.1")] {
        assert_eq!(one.name.as_deref(), Some("metrics.example"));
        let host = format!("host: {host}:{}\r\n", server.address.port());
        assert!(one.head.to_ascii_lowercase().contains(&host), "{one:?}");
    }
    let wrong = Tls { server_name: Some("other.example".to_owned()), ..trusting() };
    assert!(causes(&get(&wrong, &url).await.unwrap_err()).contains("not valid for name"));
}

#[tokio::test]
async fn a_client_certificate_is_shown() {
    let server = TlsServer::start(Clients::Known, ok("welcome"));
    let known = Tls { identity: Some(client()), ..trusting() };
    assert_eq!(get(&known, &server.url()).await.unwrap().body, b"welcome");
    assert!(server.seen()[0].has_certificate);
    for identity in [None, Some(intruder())] {
        let error = get(&Tls { identity, ..trusting() }, &server.url()).await.unwrap_err();
        assert!(
            matches!(error, FetchError::Transport { .. } | FetchError::Connect { .. }),
            "{error:?}"
        );
    }
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn keys_must_belong_to_certificates() {
    let identity = iter8_fetch::Identity { key: intruder().key, ..client() };
    let error = Client::new(&Tls { identity: Some(identity), ..trusting() }).map(|_| ());
    let error = error.unwrap_err().to_string();
    assert!(error.starts_with("cannot use the client certificate: "), "{error}");
}

/// The certificate is for the server that the user names, like a password.
#[tokio::test]
async fn a_client_certificate_is_not_shown_elsewhere() {
    let there = TlsServer::start(Clients::Either, ok("there"));
    let away = format!(
        "HTTP/1.1 302 Found\r\nlocation: {}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
        there.url()
    );
    let here = TlsServer::start(Clients::Either, away);
    let known = Tls { identity: Some(client()), ..trusting() };
    assert_eq!(get(&known, &here.url()).await.unwrap().body, b"there");
    assert!(here.seen()[0].has_certificate);
    assert!(!there.seen()[0].has_certificate);

    let issuer = TlsServer::start(Clients::Either, ok(r#"{"access_token": "one"}"#));
    let oauth2 = OAuth2 { token_url: issuer.url(), ..OAuth2::default() };
    let server = TlsServer::start(Clients::Either, ok("welcome"));
    let request = Request { auth: Auth::OAuth2(oauth2), ..Request::get(server.url()) };
    Client::new(&known).unwrap().send(&request, &patient()).await.unwrap();
    assert!(server.seen()[0].has_certificate);
    assert!(!issuer.seen()[0].has_certificate);
}

#[tokio::test]
async fn settings_of_tls_do_not_disturb_plain_connections() {
    let server = server([reply(200, &[], "plain")]);
    let tls = Tls {
        identity: Some(client()),
        server_name: Some("metrics.example".to_owned()),
        ..trusting()
    };
    assert_eq!(get(&tls, &server.url()).await.unwrap().body, b"plain");
}
