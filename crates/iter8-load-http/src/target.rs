//! What to send and where, as typed.

use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use iter8_h2::HeadError;
use iter8_template::Zone;
use iter8_tls::Tls;

use crate::compose::TemplateError;
use crate::proxy::Proxy;
use crate::rotation::MAX_CYCLE;
use crate::url::UrlError;

/// Time limit of a request and of a connect. Iter8 0.13 gave up after 3 s and so counted slow
/// answers as broken ones; 10 s is more than any user waits.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// What to send and where, as the user says it. Take [`Target::new`] and change the fields.
#[derive(Debug, Clone)]
pub struct Target {
    /// Where to; `http://` may be left out. `{uuid}` in its path becomes a fresh UUID in each
    /// request.
    pub url: String,
    /// The method; by default POST if there is a body or a content type, else GET.
    pub method: Option<String>,
    /// Header fields, in their order. `Host` and `User-Agent` replace those of the transport; an
    /// empty `User-Agent` removes it.
    pub headers: Vec<(String, String)>,
    /// The body; `{uuid}` as in the URL.
    pub body: Arc<[u8]>,
    /// The type of the body.
    pub content_type: Option<String>,
    /// Whether path and query, values of headers and bodies are templates, evaluated for each
    /// request, and then the time zone that these call local.
    pub template: Option<Zone>,
    /// Requests that are sent in turns; without any, the above is the only one.
    pub requests: Vec<Entry>,
    /// Connect to this socket instead of the host of the URL.
    pub unix_socket: Option<PathBuf>,
    /// Connect through this proxy: by requests in absolute form for `http://` URLs over HTTP/1.1,
    /// otherwise by tunnels.
    pub proxy: Option<Proxy>,
    /// Certificates and checks of an `https://` URL.
    pub tls: Tls,
    /// Time limit of a request with its connect, if it needs one.
    pub timeout: Duration,
    /// The version of the protocol.
    pub version: Version,
    /// Keep connections from request to request.
    pub keep_alive: bool,
    /// Follow redirects. The request then is what all its hops are.
    pub follow_redirects: bool,
    /// What to do before the test.
    pub preflight: Preflight,
    /// Decides the UUIDs.
    pub seed: u64,
}

/// One of several requests; what it leaves out is that of the target.
#[derive(Debug, Clone)]
pub struct Entry {
    /// A path beginning with `/`, or a URL of the same scheme, host and port.
    pub url: Option<String>,
    /// The method.
    pub method: Option<String>,
    /// Header fields, besides those of the target that have other names.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Option<Arc<[u8]>>,
    /// The type of the body.
    pub content_type: Option<String>,
    /// How many turns it has, in relation to the others.
    pub weight: NonZeroU64,
}

/// The version of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Version {
    /// HTTP/1.1.
    #[default]
    Http1,
    /// HTTP/2: by ALPN on encrypted connections, and without asking on others.
    Http2 {
        /// Requests that each connection carries at a time.
        streams: NonZeroUsize,
    },
}

/// Whether each connection sends one request that does not count before the test begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Preflight {
    /// None.
    #[default]
    Skip,
    /// One, whatever comes of it.
    Tolerant,
    /// One, and no test unless all are answered with 2xx or 418.
    Strict,
}

/// Why a target cannot be loaded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// The URL.
    #[error("invalid URL {url:?}")]
    Url {
        /// As typed, without anything that may be secret.
        url: String,
        /// What is wrong with it.
        source: UrlError,
    },
    /// One of several requests goes to another server than the others.
    #[error("{url} does not lead to {origin}, as all requests of one test do")]
    OtherOrigin {
        /// Where it leads.
        url: String,
        /// Where the URL of the target leads.
        origin: String,
    },
    /// The weights have no short cycle.
    #[error(
        "the weights add up to {0} after division by their greatest common divisor, and may to {MAX_CYCLE}"
    )]
    Weights(u128),
    /// The method is no word.
    #[error("invalid method {0:?}")]
    Method(String),
    /// The name of a header field is no word.
    #[error("invalid header name {0:?}")]
    HeaderName(String),
    /// The value of a header field has a line break or another control character. It is not
    /// repeated here, for it may be a secret.
    #[error("header {0:?} has a control character in its value")]
    HeaderValue(String),
    /// A header field that the transport writes itself.
    #[error("header {0:?} cannot be set: it follows from the body")]
    FramingHeader(String),
    /// A template that cannot be read or evaluated.
    #[error(transparent)]
    Template(TemplateError),
    /// Two things to connect to.
    #[error("a proxy and a Unix domain socket exclude each other")]
    ProxyAndSocket,
    /// Templates, and redirects that would have to repeat what they made.
    #[error("templates and following redirects exclude each other")]
    TemplateRedirects,
    /// Something that only HTTP/1.1 can do here.
    #[error("{0} needs HTTP/1.1")]
    NeedsHttp1(&'static str),
    /// A request that cannot be made in HTTP/2.
    #[error(transparent)]
    Http2(HeadError),
    /// No time for a request.
    #[error("timeout must be above zero")]
    ZeroTimeout,
    /// One of several requests.
    #[error("request {index}")]
    Request {
        /// Its place, from 0.
        index: usize,
        /// What is wrong with it.
        source: Box<TargetError>,
    },
}

impl TargetError {
    /// The same of one of several requests.
    pub(crate) fn of_request(self, index: usize) -> Self {
        Self::Request { index, source: Box::new(self) }
    }
}

impl Target {
    /// A plain GET of a URL.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            method: None,
            headers: Vec::new(),
            body: Arc::default(),
            content_type: None,
            template: None,
            requests: Vec::new(),
            unix_socket: None,
            proxy: None,
            tls: Tls::default(),
            timeout: DEFAULT_TIMEOUT,
            version: Version::Http1,
            keep_alive: true,
            follow_redirects: false,
            preflight: Preflight::Skip,
            seed: 0,
        }
    }
}

impl Default for Entry {
    /// The request of the target, one turn.
    fn default() -> Self {
        Self {
            url: None,
            method: None,
            headers: Vec::new(),
            body: None,
            content_type: None,
            weight: NonZeroU64::MIN,
        }
    }
}
