//! The transport: open, try, measure.

use std::error::Error;
use std::io;
use std::iter::once;
use std::net::SocketAddr;
use std::sync::Arc;

use iter8_load::clock::nanoseconds;
use iter8_load::{
    Control, Reactor, Recorder, Share, Transport, TransportError, Trial, Verdict, Worker,
};
use iter8_load_h2::{Pool, PoolPlan};
use iter8_sockets::{Endpoint, Peer};
use iter8_tls::TlsError;

use crate::compose::Maker;
use crate::endpoint::{EndpointError, Whose, at, find, peers};
use crate::http2::{self, Http2Messages, Requests};
use crate::message::Message;
use crate::plan::HttpPlan;
use crate::reactor::Http1;
use crate::redirect::{Destinations, Hop};
use crate::target::{Preflight, Version};
use crate::url::Url;

/// Carries requests over HTTP/1.1 or HTTP/2, plain or encrypted.
#[derive(Debug)]
pub struct HttpTransport {
    pub(crate) plan: HttpPlan,
    /// One for each request of the plan.
    pub(crate) messages: Vec<Message>,
    http2: Option<Http2Messages>,
    endpoint: Arc<Endpoint>,
    destinations: Destinations,
}

/// Why a test over HTTP makes no sense.
#[derive(Debug, thiserror::Error)]
enum DriveError {
    /// The first request of a connection, which does not count, was answered with an error.
    #[error("error {code} for {url} ({bytes} bytes)")]
    Preflight { code: i32, url: String, bytes: u64, source: Option<Box<dyn Error + Send + Sync>> },
    #[error("failed to set up a set of sockets")]
    SetUp(#[source] io::Error),
    #[error("failed to wait for sockets")]
    Wait(#[source] io::Error),
}

impl HttpTransport {
    /// Resolves the host, or that of the proxy, once for the whole test, and prepares the requests. Blocks for at most
    /// the time limit of a request.
    pub fn resolve(plan: HttpPlan) -> Result<Self, EndpointError> {
        let origin = plan.url.origin();
        let endpoint = match &plan.unix_socket {
            Some(path) => {
                let peer = once(Peer::Unix(path.clone()));
                at(peer, origin, &plan, Whose::Named)?
            }
            None => find(origin, &plan, Whose::Named)?,
        };
        Ok(Self::new(plan, endpoint))
    }

    /// A transport to addresses that are known already; neither the host of the URL nor
    /// that of a proxy is resolved.
    pub fn with_addresses(plan: HttpPlan, addresses: &[SocketAddr]) -> Result<Self, TlsError> {
        let (origin, peers) = (plan.url.origin(), peers(addresses));
        let endpoint = at(peers, origin, &plan, Whose::Named)?;
        Ok(Self::new(plan, endpoint))
    }

    fn new(plan: HttpPlan, endpoint: Endpoint) -> Self {
        let messages = plan.messages();
        let http2 = match plan.version {
            Version::Http1 => None,
            Version::Http2 { .. } => {
                Some(Http2Messages::new(&plan).expect("it was made when the plan was checked"))
            }
        };
        let endpoint = Arc::new(endpoint);
        Self { plan, messages, http2, endpoint, destinations: Destinations::default() }
    }

    /// Whether a URL leads to the server under test itself.
    pub(crate) fn is_home(&self, url: &Url) -> bool {
        url.origin() == self.plan.url.origin()
    }

    /// Where the first request or a hop leads; `None` when a hop leads nowhere.
    pub(crate) fn endpoint(&self, hop: Option<&Hop>) -> Option<Arc<Endpoint>> {
        match hop {
            Some(hop) if !self.is_home(&hop.url) => {
                let origin = hop.url.origin();
                self.destinations.endpoint(origin, || {
                    if self.plan.proxy.is_none() {
                        return find(origin, &self.plan, Whose::Foreign).ok();
                    }
                    let proxy = self.endpoint.peers.iter().cloned();
                    at(proxy, origin, &self.plan, Whose::Foreign).ok()
                })
            }
            _ => Some(Arc::clone(&self.endpoint)),
        }
    }

    /// Refuses answers to uncounted requests if they are to be good.
    fn judge<C: Error + Send + Sync + 'static>(&self, trial: Trial<C>) -> Result<(), DriveError> {
        let code = match trial.outcome.verdict {
            _ if self.plan.preflight != Preflight::Strict => return Ok(()),
            Verdict::Status(200..=299 | 418) => return Ok(()),
            Verdict::Status(status) => i32::from(status),
            Verdict::Failed(_) => -1,
        };
        let through = self.plan.proxy.as_ref().map(|proxy| format!(" through proxy {proxy}"));
        let url = format!("{}{}", self.plan.url, through.unwrap_or_default());
        let bytes = trial.outcome.bytes_in;
        let source = trial.cause.map(Into::into);
        Err(DriveError::Preflight { code, url, bytes, source })
    }

    fn pool<'t>(
        &'t self,
        messages: &'t Http2Messages,
        worker: usize,
        connections: usize,
        has_schedule: bool,
    ) -> io::Result<Pool<Requests<'t>>> {
        let width = self.plan.width().get();
        let maker = Maker::new(&self.plan, worker);
        let requests = Requests::new(messages, &self.plan, connections, maker);
        let plan = PoolPlan {
            endpoint: Endpoint::clone(&self.endpoint),
            connections,
            width,
            first_address: worker.wrapping_mul(connections),
            is_spread: true,
            timeout: nanoseconds(self.plan.timeout),
            connect_timeout: nanoseconds(self.plan.timeout),
            keepalive: None,
            settings: http2::settings(),
            is_stamped: has_schedule,
        };
        Pool::new(plan, requests)
    }

    fn carry<C: Error + Send + Sync + 'static>(
        &self,
        reactor: impl Reactor<Cause = C>,
        share: &mut Share<'_>,
        recorder: &mut Recorder,
        control: &Control,
    ) -> Result<(), DriveError> {
        let mut worker =
            Worker::new(reactor, share.connections(), self.plan.width().get(), control);
        let limit = nanoseconds(self.plan.timeout);
        worker.open(recorder, limit).map_err(DriveError::Wait)?;
        if self.plan.preflight != Preflight::Skip {
            worker.try_each(|trial| self.judge(trial)).map_err(DriveError::Wait)??;
        }
        worker.measure(share, recorder).map_err(DriveError::Wait)
    }
}

impl Transport for HttpTransport {
    fn drive(
        &self,
        share: &mut Share<'_>,
        recorder: &mut Recorder,
        control: &Control,
    ) -> Result<(), TransportError> {
        let (number, connections) = (share.lane(), share.connections());
        let has_schedule = !share.is_closed_loop();
        match &self.http2 {
            None => {
                let reactor = Http1::new(self, number, connections, has_schedule)
                    .map_err(DriveError::SetUp)?;
                Ok(self.carry(reactor, share, recorder, control)?)
            }
            Some(messages) => {
                let pool = self
                    .pool(messages, number, connections, has_schedule)
                    .map_err(DriveError::SetUp)?;
                Ok(self.carry(pool, share, recorder, control)?)
            }
        }
    }
}

impl From<DriveError> for TransportError {
    fn from(error: DriveError) -> Self {
        Self::new(error)
    }
}
