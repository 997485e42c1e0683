//! HTTP/1.1 and HTTP/2 for load tests: one thread, one set of non-blocking sockets, one loop.
//!
//! A general HTTP client costs 1.6 to 3 times the processor time per request, and its queues
//! would hide when a request was really sent. So this crate owns its sockets: requests are bytes
//! made once, responses are decoded as they come and thrown away, and nothing is allocated while
//! requests are under way, redirects, overlong heads and templates excepted.
//!
//! It knows no experiment, no metric and no schedule; when to send what is decided by
//! [`iter8_load`].
//!
//! Start reading at [`Target`], which says what to send; [`HttpTransport`] sends it.
//! [`decoder`] can be used, and fuzzed, on its own.

pub mod decoder;

mod compose;
mod connection;
mod endpoint;
mod http2;
mod message;
mod plan;
mod proxy;
mod reactor;
mod redirect;
mod request;
mod rotation;
mod target;
mod transport;
mod url;

pub use compose::{Part, TemplateError};
pub use endpoint::EndpointError;
pub use plan::HttpPlan;
pub use proxy::{Proxy, ProxyError};
pub use target::{DEFAULT_TIMEOUT, Entry, Preflight, Target, TargetError, Version};
pub use transport::HttpTransport;
pub use url::{Origin, Scheme, Url, UrlError};
