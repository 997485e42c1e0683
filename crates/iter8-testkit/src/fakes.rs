//! Services that notifications go to, as strict as their documentation: what breaks a published
//! rule is refused with the answer that the real service gives, and the reason is kept.
//!
//! The rules are those that Slack, GitHub, Microsoft, Discord and PagerDuty publish for their
//! webhooks and APIs, and version 1.0 of the CloudEvents specification with its JSON format and
//! HTTP binding. Where a service is said to be lenient, such as with unknown fields, a fake is not:
//! a field that nobody documents is a mistake. Lengths of texts count UTF-16 units, the most
//! that any of the services may count.

mod cloudevents;
mod discord;
mod github;
mod pagerduty;
mod part;
mod slack;
mod teams;

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use crate::capture::Captured;
use crate::script::Step;
use crate::server::ScriptedServer;

pub use github::GitHub;

/// A running service; stops when dropped.
#[derive(Debug)]
pub struct Fake {
    server: ScriptedServer,
    path: String,
    judged: Arc<Mutex<Vec<Judged>>>,
}

/// A request and what the service thinks of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The request.
    pub request: Captured,
    /// Its body; null if it is no JSON.
    pub body: Value,
    /// Why it was refused, if it was.
    pub refusal: Option<String>,
}

/// An answer of a service.
struct Answer {
    status: u16,
    content_type: &'static str,
    body: String,
}

impl Answer {
    fn new(status: u16, content_type: &'static str, body: impl Into<String>) -> Self {
        Self { status, content_type, body: body.into() }
    }

    fn json(status: u16, body: &Value) -> Self {
        Self::new(status, "application/json; charset=utf-8", body.to_string())
    }

    fn step(self) -> Step {
        let headers = if self.body.is_empty() {
            Vec::new()
        } else {
            vec![("content-type".to_owned(), self.content_type.to_owned())]
        };
        Step::Reply { status: self.status, headers, body: self.body.into_bytes() }
    }
}

/// Why a request is refused, and with which answer.
struct Refusal {
    reason: String,
    answer: Answer,
}

type Judgement = Result<Answer, Refusal>;

impl Fake {
    /// A Slack incoming webhook.
    pub fn slack() -> Self {
        Self::start(slack::PATH, slack::judge)
    }

    /// The parts of GitHub's API that notifications use.
    pub fn github(github: GitHub) -> Self {
        Self::start("", move |request, body| github.judge(request, body))
    }

    /// A webhook of a Teams workflow.
    pub fn teams() -> Self {
        Self::start(teams::PATH, teams::judge)
    }

    /// A Discord webhook.
    pub fn discord() -> Self {
        Self::start(discord::PATH, discord::judge)
    }

    /// PagerDuty's Events API v2, which knows one routing key.
    pub fn pagerduty(routing_key: &str) -> Self {
        let key = routing_key.to_owned();
        Self::start(pagerduty::PATH, move |request, body| pagerduty::judge(&key, request, body))
    }

    /// A receiver of CloudEvents in structured JSON.
    pub fn cloudevents() -> Self {
        Self::start("/events", cloudevents::judge)
    }

    fn start(
        path: &str,
        judge: impl Fn(&Captured, &Value) -> Judgement + Send + Sync + 'static,
    ) -> Self {
        let judged = Arc::new(Mutex::new(Vec::new()));
        let all = Arc::clone(&judged);
        let server = ScriptedServer::answering(move |request| {
            let body = serde_json::from_slice(&request.body).unwrap_or_default();
            let (answer, refusal) = match judge(request, &body) {
                Ok(answer) => (answer, None),
                Err(refusal) => (refusal.answer, Some(refusal.reason)),
            };
            let one = Judged { request: request.clone(), body, refusal };
            all.lock().unwrap_or_else(PoisonError::into_inner).push(one);
            vec![answer.step()]
        });
        Self { server, path: path.to_owned(), judged }
    }

    /// The URL that notifications are sent to; of GitHub, the root of its API.
    pub fn url(&self) -> String {
        let root = self.server.url();
        format!("{}{}", root.trim_end_matches('/'), self.path)
    }

    /// All requests so far, in their order.
    pub fn judged(&self) -> Vec<Judged> {
        self.judged.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The bodies of all requests so far.
    ///
    /// # Panics
    /// If any request was refused, with the reason.
    #[track_caller]
    pub fn accepted(&self) -> Vec<Value> {
        let judged = self.judged().into_iter();
        judged
            .map(|one| match one.refusal {
                None => one.body,
                Some(reason) => panic!("refused: {reason}\n{}\n{:#}", one.request.head, one.body),
            })
            .collect()
    }

    /// The body of the only request.
    ///
    /// # Panics
    /// If there was none or more than one, or if it was refused.
    #[track_caller]
    pub fn accepted_one(&self) -> Value {
        let mut bodies = self.accepted();
        assert_eq!(bodies.len(), 1, "requests: {bodies:#?}");
        bodies.remove(0)
    }
}

/// Whether the content type is this media type, whatever its parameters.
fn is_type(request: &Captured, media_type: &str) -> bool {
    let given = request.header("content-type").unwrap_or_default();
    given.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(media_type)
}

/// Checks the method, the path and the content type that all services with one URL share; the
/// answer is given by the caller.
fn check_post(request: &Captured, path: &str) -> Result<(), String> {
    if request.method() != "POST" {
        return Err(format!("method is {}", request.method()));
    }
    if request.target() != path {
        return Err(format!("path is {}", request.target()));
    }
    if !is_type(request, "application/json") {
        return Err(format!("content type is {:?}", request.header("content-type")));
    }
    Ok(())
}
