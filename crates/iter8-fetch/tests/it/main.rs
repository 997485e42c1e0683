//! Whole exchanges with servers that behave well, badly and not at all.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails where it stands")]

mod answers;
mod auth;
mod leaks;
mod oauth;
mod redirects;
mod retries;
mod tls;
mod tls_server;

use std::error::Error;
use std::time::Duration;

use iter8_fetch::{Client, FetchError, Limits, Request, Response, Tls};
use iter8_testkit::{Script, ScriptedServer, Step};

/// Limits that no test runs into unless it is meant to, and pauses that take no time.
fn patient() -> Limits {
    Limits {
        attempt: Duration::from_secs(20),
        total: Duration::from_secs(40),
        pause: Duration::from_micros(10),
        ..Limits::default()
    }
}

fn client() -> Client {
    Client::new(&Tls::default()).unwrap()
}

async fn send(request: &Request, limits: &Limits) -> Result<Response, FetchError> {
    client().send(request, limits).await
}

/// A server that answers one list of steps after another.
fn server(lists: impl Into<Vec<Vec<Step>>>) -> ScriptedServer {
    ScriptedServer::start(Script::in_turn(lists))
}

fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> Vec<Step> {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    vec![Step::Reply { status, headers: headers.collect(), body: body.as_bytes().to_vec() }]
}

/// An error with its causes, as the program prints it.
fn chain(error: &FetchError) -> String {
    let mut texts = vec![error.to_string()];
    let mut next = error.source();
    while let Some(source) = next {
        texts.push(source.to_string());
        next = source.source();
    }
    texts.join(": ")
}

/// A text with the address of a server replaced, which is another one in each run.
fn at(text: &str, server: &ScriptedServer) -> String {
    text.replace(&server.url(), "SERVER/").replace(&server.address().to_string(), "HOST")
}
