//! Asking a store for a metric.

use std::error::Error;

use iter8_fetch::{Auth, Client, FetchError, Limits, Request, Response, status_text};
use jiff::Timestamp;
use serde_json::Value;

use crate::jq::{Evaluation, Failure, Filter, Found, evaluated};
use crate::outcome::Outcome;
use crate::request::request;
use crate::spec::{AnswerFormat, MetricQuery, ProviderSpec};
use crate::trace::Trace;

/// Characters of an answer that a message repeats.
const EXCERPT: usize = 160;

/// What came of a query, and on which way.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The value, or why there is none.
    pub outcome: Outcome,
    /// Something to know about a value: that it is one of several.
    pub note: Option<String>,
    /// What was sent and what came back.
    pub trace: Trace,
}

/// Asks a store for a metric. It always ends with an [`Outcome`]: within the limits for the
/// exchange, and about two seconds more at most for the filter.
///
/// Cancel-safe: nothing is left but an evaluation that has begun, which ends by itself.
pub async fn query(
    client: &Client,
    spec: &ProviderSpec,
    metric: &MetricQuery,
    auth: &Auth,
    limits: &Limits,
) -> Answer {
    let request = request(spec, metric, auth);
    let mut trace = Trace::of_request(&request);
    let response = match client.send(&request, limits).await {
        Ok(response) => response,
        Err(error) => {
            trace.attempts = error.attempts();
            let outcome = failed(&error);
            if let Outcome::HttpError { status, .. } = outcome {
                trace.status = Some(status);
            }
            return Answer { outcome, note: None, trace };
        }
    };
    trace.answered(&request, &response);
    if !response.is_success() {
        let Response { status, attempts, .. } = response;
        let tries = if attempts > 1 { format!(" ({attempts} attempts)") } else { String::new() };
        let excerpt = excerpt(&request, &response);
        let message = format!("{}{tries}{excerpt}", status_text(status));
        return Answer { outcome: Outcome::HttpError { status, message }, note: None, trace };
    }
    let excerpt = excerpt(&request, &response);
    let bytes = response.body.len() as u64;
    let now = seconds(Timestamp::now());
    let input = input(spec.answers, response.body);
    let evaluation = evaluated(metric.jq.clone(), input, now).await;
    let note = note(&metric.jq, &evaluation);
    let outcome = judged(evaluation, bytes, &excerpt);
    Answer { outcome, note, trace }
}

impl Filter {
    /// What the filter makes of an answer, and what there is to know about it, without asking a
    /// store. `now` is what the function of this name gives.
    ///
    /// Blocks, for two seconds at most.
    pub fn apply(&self, answer: &[u8], now: Timestamp) -> (Outcome, Option<String>) {
        let evaluation = self.evaluate(answer, seconds(now));
        let note = note(self, &evaluation);
        (judged(evaluation, answer.len() as u64, ""), note)
    }
}

fn seconds(time: Timestamp) -> f64 {
    time.as_millisecond() as f64 / 1000.0
}

/// What a filter gets of an answer.
fn input(format: AnswerFormat, body: Vec<u8>) -> Vec<u8> {
    match format {
        AnswerFormat::Json => body,
        AnswerFormat::Text => Value::from(String::from_utf8_lossy(&body)).to_string().into_bytes(),
    }
}

/// The beginning of an answer after a colon, masked.
fn excerpt(request: &Request, response: &Response) -> String {
    let text = request.masked(&response.excerpt(EXCERPT));
    if text.is_empty() { String::new() } else { format!(": {text}") }
}

/// The outcome of an exchange without an answer.
fn failed(error: &FetchError) -> Outcome {
    let mut message = error.to_string();
    if let Some(source) = error.source() {
        message = format!("{message}: {source}");
    }
    match error {
        FetchError::Timeout { .. } => Outcome::Timeout(message),
        FetchError::TooLarge { .. } => Outcome::TooLarge(message),
        FetchError::Status { status, .. } | FetchError::Redirect { status, .. } => {
            Outcome::HttpError { status: *status, message }
        }
        FetchError::Url { .. }
        | FetchError::Malformed { .. }
        | FetchError::Connect { .. }
        | FetchError::Transport { .. }
        | FetchError::Auth { .. } => Outcome::TransportError(message),
    }
}

/// The outcome of a filter.
fn judged(evaluation: Evaluation, bytes: u64, excerpt: &str) -> Outcome {
    let found = match evaluation.outcome {
        Ok(found) => found,
        Err(Failure::NotJson(problem)) => {
            return Outcome::NotJson(format!("{problem}{excerpt}"));
        }
        Err(Failure::TooLarge(limit)) => {
            return Outcome::TooLarge(format!("the answer of {bytes} bytes {limit}"));
        }
        Err(Failure::NoNumber) => {
            let reason = nothing(evaluation.series, "null where the filter wants a number");
            return Outcome::NoData(reason);
        }
        Err(Failure::Fails(problem)) => return Outcome::JqError(problem),
        Err(Failure::Exhausts(limit)) => return Outcome::JqError(format!("the filter {limit}")),
    };
    let not_a_number = |what: &str| Outcome::NotANumber(format!("the filter gives {what}"));
    match found {
        Found::Nothing => Outcome::NoData(nothing(evaluation.series, "the filter gives nothing")),
        Found::Number(number) => finite(number, &number.to_string()),
        Found::Text(text) => text.parse().map_or_else(
            |_| {
                let shown: String = text.chars().take(EXCERPT).collect();
                not_a_number(&format!("the text {shown:?}"))
            },
            |number| finite(number, &text),
        ),
        Found::Other(kind, shown) => not_a_number(&format!("{kind} {shown}")),
    }
}

fn finite(number: f64, shown: &str) -> Outcome {
    if number.is_finite() {
        Outcome::Value(number)
    } else {
        Outcome::NotANumber(format!("the filter gives {shown}"))
    }
}

/// Why there is nothing: a result without entries says more than what the filter makes of it.
fn nothing(series: Option<usize>, otherwise: &str) -> String {
    match series {
        Some(0) => "the result has no entries".to_owned(),
        _ => otherwise.to_owned(),
    }
}

/// What to know about the value: a filter that takes the first entry of several, as most do, may
/// leave out what matters.
fn note(filter: &Filter, evaluation: &Evaluation) -> Option<String> {
    let takes_first = ["result[0]", "result.[0]"].iter().any(|part| filter.as_str().contains(part));
    let is_value = matches!(evaluation.outcome, Ok(Found::Number(_) | Found::Text(_)));
    let series = evaluation.series.filter(|series| *series > 1 && takes_first && is_value)?;
    Some(format!("the result has {series} entries, of which the filter takes the first"))
}
