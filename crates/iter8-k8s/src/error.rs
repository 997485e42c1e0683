//! What went wrong with the API server, in words that name the object and the permission.

use std::error::Error;

use kube::core::Status;

/// Why something could not be done in a cluster.
#[derive(Debug, thiserror::Error)]
#[error("failed to {action}")]
pub struct ClusterError {
    /// What was tried, such as `get secret shop/default`.
    pub action: String,
    /// What came of it.
    #[source]
    pub cause: Cause,
}

/// What the API server answered, or why it did not.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// The answer was no.
    #[error("{}", words_of(.0))]
    Answer(Box<Status>),
    /// There was no answer.
    #[error("no answer from the API server")]
    NoAnswer(#[source] Box<dyn Error + Send + Sync>),
    /// It took too long.
    #[error("nothing came of it in {0:?}")]
    TimedOut(std::time::Duration),
    /// The object is there, but belongs to somebody else.
    #[error("{0}")]
    NotOurs(String),
}

impl ClusterError {
    /// Says what was tried when a call failed.
    pub(crate) fn new(action: impl Into<String>, error: kube::Error) -> Self {
        Self { action: action.into(), cause: Cause::from(error) }
    }

    /// Whether there is no such object.
    pub fn is_not_found(&self) -> bool {
        self.code() == Some(404)
    }

    /// Whether the permission is missing.
    pub fn is_forbidden(&self) -> bool {
        self.code() == Some(403)
    }

    /// Whether somebody else has changed the object meanwhile.
    pub(crate) fn is_conflict(&self) -> bool {
        self.code() == Some(409)
    }

    fn code(&self) -> Option<u16> {
        match &self.cause {
            Cause::Answer(status) => Some(status.code),
            Cause::NoAnswer(_) | Cause::TimedOut(_) | Cause::NotOurs(_) => None,
        }
    }

    /// Whether the same call may succeed in a moment: the server was not reached, is starting,
    /// is busy or is being replaced.
    pub(crate) fn is_transient(&self) -> bool {
        match &self.cause {
            Cause::Answer(status) => status.code == 429 || status.code >= 500,
            Cause::NoAnswer(_) => true,
            Cause::TimedOut(_) | Cause::NotOurs(_) => false,
        }
    }

    /// What to do about it, if that is known.
    pub fn hint(&self) -> Option<String> {
        match &self.cause {
            Cause::Answer(status) if status.code == 403 => Some(
                "the account needs a Role or ClusterRole that allows this; \
                 kubectl auth can-i tells what it may do"
                    .to_owned(),
            ),
            Cause::Answer(status) if status.code == 401 => Some(
                "the credentials of the kubeconfig are not accepted; they may have expired"
                    .to_owned(),
            ),
            Cause::NoAnswer(_) => Some(
                "check the server of the kubeconfig context, or choose another one with \
                 --kube-context"
                    .to_owned(),
            ),
            Cause::Answer(_) | Cause::TimedOut(_) | Cause::NotOurs(_) => None,
        }
    }
}

impl From<kube::Error> for Cause {
    fn from(error: kube::Error) -> Self {
        match error {
            kube::Error::Api(status) => Self::Answer(status),
            // Their texts repeat their sources.
            kube::Error::Service(source) => Self::NoAnswer(source),
            kube::Error::HyperError(source) => Self::NoAnswer(source.into()),
            other => Self::NoAnswer(other.into()),
        }
    }
}

/// The server's own words, which name verb and resource where a permission is missing.
fn words_of(status: &Status) -> String {
    match (status.message.as_str(), status.reason.as_str()) {
        ("", "") => format!("the API server answered {}", status.code),
        ("", reason) => reason.to_owned(),
        (message, _) => message.to_owned(),
    }
}
