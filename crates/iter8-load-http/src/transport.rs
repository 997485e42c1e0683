//! The HTTP/1.1 transport: open, try, measure.

use std::io;
use std::iter::once;
use std::net::SocketAddr;
use std::sync::Arc;

use iter8_load::clock::nanoseconds;
use iter8_load::{
    Control, Reactor, Recorder, Share, Transport, TransportError, Trial, Verdict, Worker,
};

use iter8_sockets::{Endpoint, Peer};
use iter8_tls::TlsError;

use crate::connection::Cause;
use crate::endpoint::{EndpointError, Whose, at, find, peers};
use crate::message::Message;
use crate::plan::{HttpPlan, Preflight};
use crate::reactor::Http1;
use crate::redirect::{Destinations, Hop};
use crate::url::Url;

/// Carries requests over HTTP/1.1, plain or encrypted.
#[derive(Debug)]
pub struct HttpTransport {
    pub(crate) plan: HttpPlan,
    pub(crate) message: Message,
    endpoint: Arc<Endpoint>,
    destinations: Destinations,
}

/// Why a test over HTTP makes no sense.
#[derive(Debug, thiserror::Error)]
enum DriveError {
    /// The first request of a connection, which does not count, was answered with an error.
    #[error("error {code} for {url} ({bytes} bytes)")]
    Preflight { code: i32, url: String, bytes: u64, source: Option<Cause> },
    #[error("failed to set up a set of sockets")]
    SetUp(#[source] io::Error),
    #[error("failed to wait for sockets")]
    Wait(#[source] io::Error),
}

impl HttpTransport {
    /// Resolves the host, once for the whole test, and prepares the request. Blocks for at most
    /// the time limit of a request.
    pub fn resolve(plan: HttpPlan) -> Result<Self, EndpointError> {
        let origin = plan.url.origin();
        let endpoint = match &plan.unix_socket {
            Some(path) => at(once(Peer::Unix(path.clone())), origin, &plan.tls, Whose::Named)?,
            None => find(origin, &plan.tls, Whose::Named, plan.timeout)?,
        };
        Ok(Self::new(plan, endpoint))
    }

    /// A transport to addresses that are known already; the host of the URL is not resolved.
    pub fn with_addresses(plan: HttpPlan, addresses: &[SocketAddr]) -> Result<Self, TlsError> {
        let endpoint = at(peers(addresses), plan.url.origin(), &plan.tls, Whose::Named)?;
        Ok(Self::new(plan, endpoint))
    }

    fn new(plan: HttpPlan, endpoint: Endpoint) -> Self {
        let message = plan.message();
        let endpoint = Arc::new(endpoint);
        Self { plan, message, endpoint, destinations: Destinations::default() }
    }

    /// Whether a URL leads to the server under test itself.
    pub(crate) fn is_home(&self, url: &Url) -> bool {
        url.origin() == self.plan.url.origin()
    }

    /// Where the first request or a hop leads; `None` when a hop leads nowhere.
    pub(crate) fn endpoint(&self, hop: Option<&Hop>) -> Option<Arc<Endpoint>> {
        match hop {
            Some(hop) if !self.is_home(&hop.url) => {
                let HttpPlan { tls, timeout, .. } = &self.plan;
                self.destinations.endpoint(hop.url.origin(), tls, *timeout)
            }
            _ => Some(Arc::clone(&self.endpoint)),
        }
    }

    /// Refuses answers to uncounted requests if they are to be good.
    fn judge(&self, trial: Trial<Cause>) -> Result<(), DriveError> {
        let code = match trial.outcome.verdict {
            _ if self.plan.preflight != Preflight::Strict => return Ok(()),
            Verdict::Status(200..=299 | 418) => return Ok(()),
            Verdict::Status(status) => i32::from(status),
            Verdict::Failed(_) => -1,
        };
        let (url, bytes) = (self.plan.url.to_string(), trial.outcome.bytes_in);
        Err(DriveError::Preflight { code, url, bytes, source: trial.cause })
    }

    fn carry(
        &self,
        reactor: impl Reactor<Cause = Cause>,
        width: usize,
        share: &mut Share<'_>,
        recorder: &mut Recorder,
        control: &Control,
    ) -> Result<(), DriveError> {
        let mut worker = Worker::new(reactor, share.connections(), width, control);
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
        let reactor = Http1::new(self, share.worker(), share.connections());
        let reactor = reactor.map_err(DriveError::SetUp)?;
        Ok(self.carry(reactor, 1, share, recorder, control)?)
    }
}

impl From<DriveError> for TransportError {
    fn from(error: DriveError) -> Self {
        Self::new(error)
    }
}
