//! The client: attempts, pauses, and what becomes of the last one.

use std::time::Duration;

use iter8_tls::Tls;
use jiff::Timestamp;
use reqwest::header::HeaderValue;
use tokio::time::{Instant, sleep, timeout};

use crate::error::{ClientError, FetchError};
use crate::exchange::{Answer, Connections, Failure, Server};
use crate::limits::Limits;
use crate::oauth::{Ticket, Tokens};
use crate::request::{Auth, Checked, Request, Statuses};
use crate::response::{Response, excerpt};
use crate::retry::{Jitter, Verdict, judge, pause};

/// Longest excerpt of a body in an error, in characters.
const EXCERPT: usize = 200;

/// Connections with one TLS setting, and the tokens got so far.
///
/// Proxies are those of the environment (`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`), as for other
/// programs.
pub struct Client {
    connections: Connections,
    tokens: Tokens,
    jitter: Jitter,
}

impl Client {
    /// A client. Nothing is connected yet.
    pub fn new(tls: &Tls) -> Result<Self, ClientError> {
        let connections = Connections::new(tls)?;
        Ok(Self { connections, tokens: Tokens::default(), jitter: Jitter::new() })
    }

    /// Sends a request and reads the answer whole, within the limits.
    ///
    /// Repeats attempts that failed in a way that passes, as [`Request::repeat`] says, with pauses
    /// that grow and that are no shorter than a server asks for by `Retry-After`; a pause that
    /// would not end in time is not begun.
    ///
    /// Cancel-safe: a dropped exchange closes its connection. The server may have acted on it.
    pub async fn send(&self, request: &Request, limits: &Limits) -> Result<Response, FetchError> {
        let checked = Checked::new(request)?;
        let begun = Instant::now();
        let left = || limits.total.saturating_sub(begun.elapsed());
        let mut attempts = 0;
        loop {
            attempts += 1;
            let allowed = limits.attempt.min(left());
            let attempt = timeout(allowed, self.attempt(&checked, limits)).await;
            let outcome = attempt.unwrap_or(Err(Failure::Timeout));
            let verdict = judge(&outcome, request.repeat, Timestamp::now);
            if let Verdict::Again(asked) = verdict
                && attempts <= limits.retries
            {
                let pause = pause(limits, attempts, asked, self.jitter.next());
                if pause < left() {
                    sleep(pause).await;
                    continue;
                }
            }
            let is_cut = allowed < limits.attempt;
            let limit = if is_cut { limits.total } else { limits.attempt };
            return finish(outcome, request, attempts, limits, limit);
        }
    }

    /// One attempt, with a token if one is needed. A token at hand that is refused may have been
    /// revoked, and is replaced once.
    async fn attempt(&self, request: &Checked, limits: &Limits) -> Result<Answer, Failure> {
        let exchange = |auth: Auth| async move {
            let request = Checked { auth, ..request.clone() };
            self.connections.exchange(&request, Server::Named, limits).await
        };
        let Auth::OAuth2(credentials) = &request.auth else {
            return exchange(request.auth.clone()).await;
        };
        let ticket = || self.tokens.ticket(&self.connections, credentials, &request.url);
        let Ticket { text, is_kept } = ticket().await?;
        let answer = exchange(Auth::Bearer(text.clone())).await?;
        if answer.status != 401 || !is_kept {
            return Ok(answer);
        }
        self.tokens.forget(credentials, &text).await;
        exchange(Auth::Bearer(ticket().await?.text)).await
    }
}

/// Makes an answer or an error of the last attempt.
fn finish(
    outcome: Result<Answer, Failure>,
    request: &Request,
    attempts: u32,
    limits: &Limits,
    limit: Duration,
) -> Result<Response, FetchError> {
    let place = request.place();
    let failure = match outcome {
        Ok(answer) => {
            let is_success = (200..300).contains(&answer.status);
            if is_success || request.statuses == Statuses::Any {
                return Ok(response(answer, attempts));
            }
            let body = request.masked(&String::from_utf8_lossy(&answer.body));
            let excerpt = excerpt(body.as_bytes(), EXCERPT);
            return Err(FetchError::Status { place, attempts, status: answer.status, excerpt });
        }
        Err(failure) => failure,
    };
    Err(match failure {
        Failure::Timeout => FetchError::Timeout { place, attempts, limit },
        Failure::Connect { host, source, .. } => FetchError::Connect { host, attempts, source },
        Failure::Transport { source } => FetchError::Transport { place, attempts, source },
        Failure::TooLarge => FetchError::TooLarge { place, attempts, largest: limits.largest },
        Failure::Redirect { status, what } => {
            FetchError::Redirect { place, attempts, status, what }
        }
        Failure::Auth { place, what, source, .. } => {
            FetchError::Auth { place, attempts, what, source }
        }
    })
}

fn response(answer: Answer, attempts: u32) -> Response {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers =
        answer.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value)));
    Response { status: answer.status, headers: headers.collect(), body: answer.body, attempts }
}
