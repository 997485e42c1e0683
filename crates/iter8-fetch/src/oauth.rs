//! OAuth 2.0 client credentials: asking for tokens, and keeping them until they expire.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Url};
use serde_json::Value;
use tokio::sync::Mutex as AsyncMutex;
use tokio::time::Instant;

use crate::Secret;
use crate::error::status_text;
use crate::exchange::{Answer, Connections, Failure, Server};
use crate::limits::Limits;
use crate::request::{Auth, Checked, OAuth2, web_url};
use crate::retry::{asked_pause, is_passing};
use crate::url::without_secrets;

/// Largest answer of a token endpoint. Tokens have a few KiB at most.
const LARGEST: u64 = 64 * 1024;

/// A token is replaced this long before it expires, so that none expires on its way.
const MARGIN: Duration = Duration::from_secs(30);

/// How long a token is kept whose end the server does not tell.
const UNTOLD: Duration = Duration::from_mins(1);

/// Most tokens kept; the user names each of them.
const MOST_TOKENS: usize = 64;

/// Longest text of a token endpoint that is repeated in an error.
const LONGEST_WORD: usize = 100;

/// The tokens that a client has.
#[derive(Default)]
pub(crate) struct Tokens {
    slots: Mutex<BTreeMap<OAuth2, Arc<Slot>>>,
}

type Slot = AsyncMutex<Option<Token>>;

struct Token {
    text: Secret,
    good_until: Instant,
}

/// A token to send, and whether it was at hand before.
pub(crate) struct Ticket {
    pub(crate) text: Secret,
    pub(crate) is_kept: bool,
}

impl Tokens {
    /// A token that is good for a while, for a request to `asked`. Whoever asks while it is being
    /// fetched waits for it.
    pub(crate) async fn ticket(
        &self,
        connections: &Connections,
        credentials: &OAuth2,
        asked: &Url,
    ) -> Result<Ticket, Failure> {
        let slot = self.slot(credentials);
        let mut held = slot.lock().await;
        if let Some(token) = held.as_ref().filter(|token| Instant::now() < token.good_until) {
            return Ok(Ticket { text: token.text.clone(), is_kept: true });
        }
        *held = None;
        let token = fetch(connections, credentials, asked).await?;
        let ticket = Ticket { text: token.text.clone(), is_kept: false };
        *held = Some(token);
        Ok(ticket)
    }

    /// Throws a token away that the server does not take, unless it has been replaced already.
    pub(crate) async fn forget(&self, credentials: &OAuth2, text: &Secret) {
        let slot = self.slot(credentials);
        let mut held = slot.lock().await;
        if held.as_ref().is_some_and(|token| token.text == *text) {
            *held = None;
        }
    }

    fn slot(&self, credentials: &OAuth2) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= MOST_TOKENS && !slots.contains_key(credentials) {
            slots.clear();
        }
        Arc::clone(slots.entry(credentials.clone()).or_default())
    }
}

/// Asks for a token: with the client's name and secret as Basic credentials, as the standard
/// wants it, and then in the body, as some servers do.
async fn fetch(
    connections: &Connections,
    credentials: &OAuth2,
    asked: &Url,
) -> Result<Token, Failure> {
    let url = web_url(&credentials.token_url).ok_or_else(|| {
        refusal(credentials, "expected a URL that begins with http:// or https://".to_owned())
    })?;
    // The client certificate is for the server of the request.
    let server = if url.origin() == asked.origin() { Server::Named } else { Server::Other };
    let ask = |manner| ask(connections, server, credentials, &url, manner);
    let answer = ask(Manner::Header).await?;
    if matches!(answer.status, 400 | 401) {
        let second = ask(Manner::Body).await?;
        if (200..300).contains(&second.status) {
            return token(credentials, &second);
        }
    }
    token(credentials, &answer)
}

/// Where the client's name and secret stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    Header,
    Body,
}

async fn ask(
    connections: &Connections,
    server: Server,
    credentials: &OAuth2,
    url: &Url,
    manner: Manner,
) -> Result<Answer, Failure> {
    let OAuth2 { client_id, client_secret, scopes, .. } = credentials;
    let scopes = scopes.join(" ");
    let mut pairs = vec![("grant_type", "client_credentials")];
    if !scopes.is_empty() {
        pairs.push(("scope", &scopes));
    }
    let auth = match manner {
        // Both are form-encoded before they are joined (RFC 6749, section 2.3.1).
        Manner::Header => Auth::Basic {
            user: encoded(client_id),
            password: encoded(client_secret.reveal()).into(),
        },
        Manner::Body => {
            pairs.push(("client_id", client_id));
            pairs.push(("client_secret", client_secret.reveal()));
            Auth::None
        }
    };
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    let body = Some(form(&pairs).into_bytes());
    let request = Checked { method: Method::POST, url: url.clone(), headers, body, auth };
    // A redirected secret is a lost one, so that none is followed.
    let limits = Limits { largest: LARGEST, redirects: 0, ..Limits::default() };
    let answer = connections.exchange(&request, server, &limits).await;
    answer.map_err(|failure| unreached(credentials, failure))
}

/// Reads the answer of a token endpoint.
fn token(credentials: &OAuth2, answer: &Answer) -> Result<Token, Failure> {
    let status = answer.status;
    let parsed: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    if !(200..300).contains(&status) {
        let what = match told(&parsed, credentials) {
            Some(told) => format!("it answered {}: {told}", status_text(status)),
            None => format!("it answered {}", status_text(status)),
        };
        return Err(Failure::Auth {
            place: without_secrets(&credentials.token_url),
            what,
            is_passing: is_passing(status, true),
            pause: asked_pause(&answer.headers, Timestamp::now),
            source: None,
        });
    }
    let refuse = |what: &str| Err(refusal(credentials, what.to_owned()));
    let Some(text) = parsed["access_token"].as_str().filter(|text| !text.is_empty()) else {
        return refuse("its answer has no access_token");
    };
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return refuse("its access_token cannot stand in a header");
    }
    let kind = parsed["token_type"].as_str().unwrap_or("Bearer");
    if !kind.eq_ignore_ascii_case("bearer") {
        return refuse("its token is of another type than Bearer");
    }
    let good_until = Instant::now() + lifetime(&parsed["expires_in"]);
    Ok(Token { text: text.into(), good_until })
}

/// How long a token is good for us. Short-lived ones are used for half of their time.
fn lifetime(told: &Value) -> Duration {
    /// Longer than any run; more would overflow.
    const LONGEST: f64 = 365.0 * 86_400.0;
    let seconds = told.as_f64().or_else(|| told.as_str()?.trim().parse().ok());
    let Some(seconds) = seconds.filter(|seconds| seconds.is_finite()) else { return UNTOLD };
    let whole = Duration::from_secs_f64(seconds.clamp(0.0, LONGEST));
    whole.saturating_sub(MARGIN).max(whole / 2)
}

/// What a token endpoint says in its error, if it is fit to be seen.
fn told(parsed: &Value, credentials: &OAuth2) -> Option<String> {
    let secret = credentials.client_secret.reveal();
    let words = [&parsed["error"], &parsed["error_description"]];
    let fit = words.iter().filter_map(|word| word.as_str()).filter(|word| {
        let is_clean = !word.is_empty() && !word.chars().any(char::is_control);
        is_clean && (secret.is_empty() || !word.contains(secret))
    });
    let fit: Vec<String> = fit.map(|word| word.chars().take(LONGEST_WORD).collect()).collect();
    (!fit.is_empty()).then(|| fit.join(": "))
}

fn refusal(credentials: &OAuth2, what: String) -> Failure {
    let place = without_secrets(&credentials.token_url);
    Failure::Auth { place, what, is_passing: false, pause: None, source: None }
}

/// The failure to reach a token endpoint.
fn unreached(credentials: &OAuth2, failure: Failure) -> Failure {
    let place = without_secrets(&credentials.token_url);
    let (what, is_passing, source) = match failure {
        Failure::Connect { is_settled, source, .. } => {
            ("no connection".to_owned(), !is_settled, Some(source))
        }
        Failure::Transport { source } => ("no whole answer".to_owned(), true, Some(source)),
        Failure::TooLarge => (format!("its answer has more than {LARGEST} bytes"), false, None),
        other => return other,
    };
    Failure::Auth { place, what, is_passing, pause: None, source }
}

/// Pairs as forms are sent.
fn form(pairs: &[(&str, &str)]) -> String {
    let mut url = Url::parse("http://form/").expect("this is a URL");
    url.query_pairs_mut().extend_pairs(pairs);
    url.query().unwrap_or_default().to_owned()
}

/// One text as forms have it.
fn encoded(text: &str) -> String {
    form(&[("", text)]).trim_start_matches('=').to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tokens_are_replaced_before_they_expire() {
        let year = 365 * 86_400;
        let cases = [
            (json!(3600), 3570),
            (json!("3600"), 3570),
            (json!(40), 20),
            (json!(1), 0),
            (json!(0), 0),
            (json!(-5), 0),
            (json!(1e300), year - 30),
            // Not told, or not in a way that can be understood.
            (json!(null), 60),
            (json!("soon"), 60),
            (json!("NaN"), 60),
            (json!([]), 60),
        ];
        for (told, used) in cases {
            assert_eq!(lifetime(&told).as_secs(), used, "{told}");
        }
    }

    #[test]
    fn forms_are_encoded() {
        assert_eq!(encoded("an id"), "an+id");
        assert_eq!(encoded("a=b&c:%é"), "a%3Db%26c%3A%25%C3%A9");
        assert_eq!(encoded("="), "%3D");
        assert_eq!(encoded(""), "");
        assert_eq!(form(&[("a", "1 2"), ("b", "=")]), "a=1+2&b=%3D");
    }

    #[test]
    fn few_tokens_are_kept() {
        let tokens = Tokens::default();
        for number in 0..=MOST_TOKENS {
            let client_id = number.to_string();
            tokens.slot(&OAuth2 { client_id, ..OAuth2::default() });
        }
        assert!(tokens.slots.lock().unwrap().len() <= MOST_TOKENS);
    }
}
