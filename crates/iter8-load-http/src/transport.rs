//! The HTTP/1.1 transport: open, try, measure.

use std::collections::VecDeque;
use std::io;
use std::iter::once;
use std::net::SocketAddr;
use std::sync::Arc;

use iter8_load::{Control, Failure, Next, Recorder, Share, Transport, TransportError, Verdict};

use iter8_sockets::{Endpoint, Peer};
use iter8_tls::TlsError;

use crate::connection::{Cause, Finish};
use crate::endpoint::{EndpointError, Whose, at, find, peers};
use crate::message::Message;
use crate::plan::{HttpPlan, Preflight};
use crate::reactor::{Event, Reactor};
use crate::redirect::{Destinations, Hop};
use crate::url::Url;

/// Connections of one worker that are opened at the same time before the test, so that the
/// queues of ordinary listeners (128 and more) hold them.
const OPENING_AT_ONCE: usize = 128;

/// Time that a connection of a closed loop rests after it could not connect, in nanoseconds:
/// 1 ms. A refusal comes back within microseconds, and without a rest a closed loop would burn a
/// core and flood the host with attempts; a thousand attempts a second are plenty to notice that
/// the service is back. An open schedule sets its own pace and needs no rest.
const REST: u64 = 1_000_000;

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

    fn preflight_error(&self, finish: &Finish) -> Option<DriveError> {
        let code = match finish.outcome.verdict {
            Verdict::Status(200..=299 | 418) => return None,
            Verdict::Status(status) => i32::from(status),
            Verdict::Failed(_) => -1,
        };
        let url = self.plan.url.to_string();
        Some(DriveError::Preflight {
            code,
            url,
            bytes: finish.outcome.bytes_in,
            source: finish.cause.clone(),
        })
    }
}

impl Transport for HttpTransport {
    fn drive(
        &self,
        share: &mut Share<'_>,
        recorder: &mut Recorder,
        control: &Control,
    ) -> Result<(), TransportError> {
        let connections = share.connections();
        let reactor = Reactor::new(self, share.worker(), connections).map_err(DriveError::SetUp);
        let mut worker = Worker { transport: self, reactor: reactor?, connections, control };
        worker.open(recorder)?;
        if self.plan.preflight != Preflight::Skip {
            worker.try_each()?;
        }
        let Some(clock) = share.ready() else {
            return Ok(());
        };
        worker.reactor.restart(clock);
        worker.measure(share, recorder)?;
        share.close(worker.reactor.now(), recorder);
        Ok(())
    }
}

impl From<DriveError> for TransportError {
    fn from(error: DriveError) -> Self {
        Self::new(error)
    }
}

/// One worker on its thread.
struct Worker<'a> {
    transport: &'a HttpTransport,
    reactor: Reactor<'a>,
    connections: usize,
    control: &'a Control,
}

impl Worker<'_> {
    /// Opens all connections, for as long as the time limit of one lasts. Those that cannot be
    /// opened are tried again when a request needs them.
    fn open(&mut self, recorder: &mut Recorder) -> Result<(), DriveError> {
        let limit = u64::try_from(self.transport.plan.timeout.as_nanos()).unwrap_or(u64::MAX);
        let end = self.reactor.now().saturating_add(limit);
        let mut is_opening = vec![false; self.connections];
        let mut unopened = 0..self.connections;
        let mut opening = 0;
        loop {
            while opening < OPENING_AT_ONCE
                && let Some(connection) = unopened.next()
            {
                self.reactor.open(connection);
                is_opening[connection] = true;
                opening += 1;
            }
            if opening == 0 || self.control.should_stop() || self.reactor.now() >= end {
                break;
            }
            match self.reactor.next(end).map_err(DriveError::Wait)? {
                Event::Opened { connection, nanoseconds } => {
                    recorder.record_connect(nanoseconds);
                    is_opening[connection] = false;
                    opening -= 1;
                }
                Event::NotOpened { connection } | Event::Finished { connection, .. } => {
                    is_opening[connection] = false;
                    opening -= 1;
                }
                Event::Woke => {}
            }
        }
        for connection in (0..self.connections).filter(|&connection| is_opening[connection]) {
            self.reactor.abandon(connection);
        }
        Ok(())
    }

    /// Sends one request on each connection that does not count. Each has its time limit, so
    /// that this ends.
    fn try_each(&mut self) -> Result<(), DriveError> {
        let now = self.reactor.now();
        for connection in 0..self.connections {
            self.reactor.start(connection, None, now);
        }
        let mut under_way = self.connections;
        while under_way > 0 && !self.control.should_stop() {
            if let Event::Finished { finish, .. } =
                self.reactor.next(u64::MAX).map_err(DriveError::Wait)?
            {
                under_way -= 1;
                if self.transport.plan.preflight == Preflight::Strict
                    && let Some(error) = self.transport.preflight_error(&finish)
                {
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// The test itself.
    fn measure(
        &mut self,
        share: &mut Share<'_>,
        recorder: &mut Recorder,
    ) -> Result<(), DriveError> {
        // Connections take turns, so that all of them, and the servers behind them, get the same.
        let mut idle: VecDeque<usize> = (0..self.connections).collect();
        let mut resting: VecDeque<(u64, usize)> = VecDeque::with_capacity(self.connections);
        let mut under_way = 0;
        while !self.control.should_stop() {
            let now = self.reactor.now();
            share.publish(now, recorder);
            while let Some((_, connection)) = resting.pop_front_if(|(until, _)| *until <= now) {
                idle.push_back(connection);
            }
            let mut wake_at = resting.front().map_or(u64::MAX, |&(until, _)| until);
            let mut is_finished = false;
            while let Some(&connection) = idle.front() {
                match share.take(now) {
                    Next::Send(ticket) => {
                        idle.pop_front();
                        self.reactor.start(connection, ticket.intended, now);
                        under_way += 1;
                    }
                    Next::Wait(until) => {
                        wake_at = wake_at.min(until);
                        break;
                    }
                    Next::Finished => {
                        is_finished = true;
                        break;
                    }
                }
            }
            if is_finished && under_way == 0 {
                break;
            }
            if let Event::Finished { connection, finish } =
                self.reactor.next(wake_at).map_err(DriveError::Wait)?
            {
                under_way -= 1;
                recorder.record(&finish.outcome);
                if share.is_closed_loop() && is_unconnected(finish.outcome.verdict) {
                    resting.push_back((finish.outcome.done.saturating_add(REST), connection));
                } else {
                    idle.push_back(connection);
                }
            }
        }
        Ok(())
    }
}

fn is_unconnected(verdict: Verdict) -> bool {
    use Failure::{ConnectOther, ConnectRefused, ConnectTimeout, Tls};
    matches!(verdict, Verdict::Failed(ConnectRefused | ConnectTimeout | ConnectOther | Tls))
}
