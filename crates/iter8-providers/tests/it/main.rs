//! Queries to stores that behave well, badly and not at all.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails where it stands")]

mod failures;
mod memory;
mod templates;
mod values;

use std::time::Duration;

use iter8_fetch::{Auth, Client, Limits, Tls};
use iter8_providers::{Answer, ProviderSpec, query};
use iter8_testkit::{Script, ScriptedServer, Step};

/// The filter that most templates have.
const FIRST: &str = ".data.result[0].value[1] | tonumber";

/// Limits that no test runs into unless it is meant to, and pauses that take no time.
fn patient() -> Limits {
    Limits {
        attempt: Duration::from_secs(20),
        total: Duration::from_secs(40),
        pause: Duration::from_micros(10),
        ..Limits::default()
    }
}

fn spec(url: &str, filter: &str) -> ProviderSpec {
    let text = format!(
        "url: {url}\nheaders: {{Authorization: Bearer hush-hush}}\nmetrics:\n\
         - name: a\n  type: gauge\n  params: [{{name: query, value: up}}]\n  jqExpression: '{}'\n",
        filter.replace('\'', "''")
    );
    ProviderSpec::parse(&text).unwrap().spec
}

async fn ask(server: &ScriptedServer, filter: &str, limits: &Limits) -> Answer {
    let spec = spec(&server.url(), filter);
    let client = Client::new(&Tls::default()).unwrap();
    let answer = query(&client, &spec, &spec.metrics[0], &Auth::None, limits).await;
    assert!(!format!("{answer:?}").contains("hush"), "{answer:?}");
    answer
}

/// Asks a server that always does the same.
async fn ask_one_that(steps: Vec<Step>, filter: &str, limits: &Limits) -> (Answer, usize) {
    let server = ScriptedServer::start(Script::always(steps));
    let mut answer = ask(&server, filter, limits).await;
    // The address differs from run to run.
    let reason = answer.outcome.to_string().replace(&server.url(), "SERVER/");
    let reason = reason.replace(&server.address().to_string(), "HOST");
    answer.note = answer.note.or(Some(reason));
    (answer, server.request_count())
}

fn json(status: u16, headers: &[(&str, &str)], body: &str) -> Vec<Step> {
    let mut fields = vec![("content-type".to_owned(), "application/json".to_owned())];
    fields.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    vec![Step::Reply { status, headers: fields, body: body.as_bytes().to_vec() }]
}
