//! One bounded HTTP exchange with a server that a user names: a download, a query, a notification.
//!
//! Every exchange ends within a time, holds at most so many bytes, and gives up after so many
//! attempts; what is repeated and after which pause is decided in one place. Credentials go to the
//! server they are meant for and nowhere else: not to where a redirect points, not into an error,
//! a log line or the output of `{:?}`.
//!
//! The crate knows neither metrics nor notifications, and is not for load tests: it opens
//! connections as it needs them and measures nothing.
//!
//! Start reading at [`Client::send`].

mod aws;
mod client;
mod error;
mod exchange;
mod limits;
mod oauth;
mod request;
mod response;
mod retry;
mod url;

pub use aws::Aws;
pub use client::Client;
pub use error::{ClientError, FetchError, status_text};
pub use iter8_model::secret::{REDACTED, Secret};
pub use iter8_tls::{Identity, Tls};
pub use limits::Limits;
pub use request::{Auth, OAuth2, Repeat, Request, Shown, Statuses};
pub use response::Response;
pub use url::without_secrets;
