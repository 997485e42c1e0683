//! What can go wrong, in words that name host and path and nothing secret.

use std::error::Error;
use std::time::Duration;

use iter8_tls::TlsError;
use reqwest::StatusCode;

/// What lies behind a failure; free of URLs and headers.
pub(crate) type Cause = Box<dyn Error + Send + Sync>;

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The TLS settings.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Everything together.
    #[error("cannot set up an HTTP client")]
    Setup(#[source] Cause),
}

/// Why there is no answer. Places are scheme, host and path of the request.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Not the URL of a web server. Nothing was sent.
    #[error("{place}: expected a URL that begins with http:// or https://")]
    Url {
        /// What of it may be seen.
        place: String,
    },
    /// A method, header or credential that cannot be sent. Nothing was.
    #[error("cannot send a request to {place}: {what}")]
    Malformed {
        /// To where.
        place: String,
        /// What is wrong.
        what: String,
    },
    /// No connection: the name is not known, nobody listens, or TLS failed.
    #[error("cannot connect to {host}{}", tries(*attempts))]
    Connect {
        /// Host and port.
        host: String,
        /// How often it was tried.
        attempts: u32,
        /// What happened.
        source: Cause,
    },
    /// A connection that broke, or an answer that is no HTTP or ends early.
    #[error("no whole answer from {place}{}", tries(*attempts))]
    Transport {
        /// From where.
        place: String,
        /// How often it was tried.
        attempts: u32,
        /// What happened.
        source: Cause,
    },
    /// Not everything had arrived in time.
    #[error("no answer from {place} within {limit:?}{}", tries(*attempts))]
    Timeout {
        /// From where.
        place: String,
        /// How often it was tried.
        attempts: u32,
        /// The limit that was reached: that of an attempt, or of all.
        limit: Duration,
    },
    /// A body of more than so many bytes.
    #[error("the answer of {place} has more than {largest} bytes")]
    TooLarge {
        /// From where.
        place: String,
        /// How often it was tried.
        attempts: u32,
        /// The limit.
        largest: u64,
    },
    /// A status outside of 200 to 299, if the caller wants none of those.
    #[error("{place} answered {}{}{}", status_text(*status), tries(*attempts), after_colon(excerpt))]
    Status {
        /// Who.
        place: String,
        /// How often it was tried.
        attempts: u32,
        /// The status.
        status: u16,
        /// The beginning of the body, as one line.
        excerpt: String,
    },
    /// A redirect that is not followed.
    #[error("{place} answered {} and {what}", status_text(*status))]
    Redirect {
        /// Who.
        place: String,
        /// How often it was tried.
        attempts: u32,
        /// The status of the last redirect.
        status: u16,
        /// Why it is not followed.
        what: String,
    },
    /// No token from the server that issues them.
    #[error("no token from {place}{}: {what}", tries(*attempts))]
    Auth {
        /// The token endpoint.
        place: String,
        /// How often it was tried.
        attempts: u32,
        /// What it answered, or that it did not.
        what: String,
        /// What happened, if there was no answer.
        source: Option<Cause>,
    },
}

impl FetchError {
    /// How many attempts were made: 0 if nothing could be sent.
    pub fn attempts(&self) -> u32 {
        match self {
            Self::Url { .. } | Self::Malformed { .. } => 0,
            Self::Connect { attempts, .. }
            | Self::Transport { attempts, .. }
            | Self::Timeout { attempts, .. }
            | Self::TooLarge { attempts, .. }
            | Self::Status { attempts, .. }
            | Self::Redirect { attempts, .. }
            | Self::Auth { attempts, .. } => *attempts,
        }
    }
}

/// A status with its usual words.
pub fn status_text(status: u16) -> String {
    let words = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    match words {
        Some(words) => format!("{status} {words}"),
        None => status.to_string(),
    }
}

fn tries(attempts: u32) -> String {
    if attempts > 1 { format!(" ({attempts} attempts)") } else { String::new() }
}

fn after_colon(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(": {text}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_say_what_where_and_how_often() {
        let check = |error: FetchError, attempts: u32, expected: &str| {
            assert_eq!(error.to_string(), expected);
            assert_eq!(error.attempts(), attempts);
        };
        let place = || "http://h/p".to_owned();
        check(
            FetchError::Url { place: "h".to_owned() },
            0,
            "h: expected a URL that begins with http:// or https://",
        );
        check(
            FetchError::Connect { host: "h:1".to_owned(), attempts: 4, source: "refused".into() },
            4,
            "cannot connect to h:1 (4 attempts)",
        );
        check(
            FetchError::Transport { place: place(), attempts: 1, source: "reset".into() },
            1,
            "no whole answer from http://h/p",
        );
        let limit = Duration::from_millis(1500);
        check(
            FetchError::Timeout { place: place(), attempts: 2, limit },
            2,
            "no answer from http://h/p within 1.5s (2 attempts)",
        );
        check(
            FetchError::TooLarge { place: place(), attempts: 1, largest: 4096 },
            1,
            "the answer of http://h/p has more than 4096 bytes",
        );
        let status = |status, excerpt: &str| FetchError::Status {
            place: place(),
            attempts: 3,
            status,
            excerpt: excerpt.to_owned(),
        };
        check(
            status(503, "busy"),
            3,
            "http://h/p answered 503 Service Unavailable (3 attempts): busy",
        );
        check(status(799, ""), 3, "http://h/p answered 799 (3 attempts)");
        check(
            FetchError::Redirect {
                place: place(),
                attempts: 1,
                status: 302,
                what: "redirects more than 10 times".to_owned(),
            },
            1,
            "http://h/p answered 302 Found and redirects more than 10 times",
        );
        check(
            FetchError::Auth {
                place: place(),
                attempts: 2,
                what: "it answered 401 Unauthorized".to_owned(),
                source: None,
            },
            2,
            "no token from http://h/p (2 attempts): it answered 401 Unauthorized",
        );
    }
}
