//! Nothing secret reaches a log, whatever its level and whoever writes it.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};

use iter8_fetch::{Auth, Aws, Client, OAuth2, Request, Tls};
use iter8_testkit::Clients;
use iter8_testkit::Step;
use iter8_testkit::certificates::CA;
use tracing::field::{Field, Visit};
use tracing::span::Attributes;
use tracing::{Event, Id, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};

use crate::tls_server::{TlsServer, client};
use crate::{patient, reply, server};

/// Keeps everything that is logged.
#[derive(Clone, Default)]
struct Everything(Arc<Mutex<String>>);

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = writeln!(self.0, "{field}={value:?}");
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Everything {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        attributes.record(&mut Fields(&mut self.0.lock().unwrap()));
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut text = self.0.lock().unwrap();
        let _ = writeln!(text, "{}", event.metadata().target());
        event.record(&mut Fields(&mut text));
    }
}

#[tokio::test]
async fn logs_hold_no_secrets() {
    let everything = Everything::default();
    let guard = tracing::subscriber::set_default(Registry::default().with(everything.clone()));
    let issuer = server([reply(200, &[("X", "hush")], r#"{"access_token": "hush"}"#)]);
    let server = server([
        reply(302, &[("Location", "/moved?token=hush"), ("Set-Cookie", "hush")], ""),
        vec![Step::Reset],
        reply(503, &[("Retry-After", "0")], "hush"),
        reply(200, &[("Set-Cookie", "hush")], "hush"),
        reply(404, &[], "hush-hush"),
    ]);
    let auths = [
        Auth::Basic { user: "hush".to_owned(), password: "hush".into() },
        Auth::Bearer("hush".into()),
        Auth::OAuth2(OAuth2 {
            token_url: format!("{}?client=hush", issuer.url()),
            client_id: "hush".to_owned(),
            client_secret: "hush".into(),
            scopes: Vec::new(),
        }),
        Auth::Aws(Aws {
            secret_access_key: "hush".into(),
            session_token: Some("hush".into()),
            ..Aws::default()
        }),
    ];
    let client_ = Client::new(&Tls::default()).unwrap();
    for auth in auths {
        let mut request = Request::new("PUT", format!("{}path?token=hush", server.url()));
        request.headers = vec![("X-Api-Key".to_owned(), "hush".to_owned())];
        request.body = Some(b"hush".to_vec());
        request.auth = auth;
        let outcome = client_.send(&request, &patient()).await;
        // The server may say what it likes in its own words; this one says our secret.
        let shown = format!("{request:?}{:?}", outcome.map_err(|error| error.to_string()));
        assert!(!shown.replace("hush-hush", "").contains("hush"), "{shown}");
    }
    let secure = TlsServer::start(
        Clients::Known,
        "HTTP/1.1 200 OK\r\nset-cookie: hush\r\ncontent-length: 0\r\n\r\n".to_owned(),
    );
    let tls = Tls { ca: Some(CA.to_vec()), identity: Some(client()), ..Tls::default() };
    let request = Request::get(format!("{}?token=hush", secure.url()));
    Client::new(&tls).unwrap().send(&request, &patient()).await.unwrap();
    drop(guard);
    let text = everything.0.lock().unwrap();
    assert!(text.contains("hyper_util"), "nothing was logged at all: {text}");
    assert!(!text.contains("hush"), "{text}");
}
