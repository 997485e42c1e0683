//! The transport of calls: an HTTP/2 pool for each worker.

use std::iter::once;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use std::{fmt, io};

use iter8_h2::{HeadError, Settings as H2Settings};
use iter8_load::clock::nanoseconds;
use iter8_load::{Control, Recorder, Rules, Share, SplitMix64, Transport, TransportError, Worker};
use iter8_load_h2::{Cause, Pool, PoolPlan};
use iter8_sockets::{Encryption, Endpoint, Peer, ResolveError, resolve};
use iter8_tls::{Tls, TlsError};

use crate::calls::{Calls, Extras};
use crate::head::Head;
use crate::plan::CallPlan;
use crate::settings::{
    Address, AtEnd, Balancing, Concurrency, Load, Settings, StreamLimits, Target,
};

/// What is sent as `user-agent`.
const USER_AGENT: &str = concat!("grpc-iter8/", env!("CARGO_PKG_VERSION"));

/// Why there is no way to a server.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// Its name.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// Its encryption.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// Why a test makes no sense.
#[derive(Debug, thiserror::Error)]
enum DriveError {
    #[error("failed to connect to {host}")]
    Connect { host: String, source: Cause },
    #[error(transparent)]
    Head(#[from] HeadError),
    #[error("failed to set up a set of sockets")]
    SetUp(#[source] io::Error),
    #[error("failed to wait for sockets")]
    Wait(#[source] io::Error),
}

/// Where calls go, resolved once for a whole test.
#[derive(Debug, Clone)]
pub struct Destination {
    pub(crate) host: String,
    pub(crate) authority: String,
    pub(crate) endpoint: Endpoint,
    pub(crate) is_spread: bool,
    pub(crate) connect_timeout: Duration,
    pub(crate) keepalive: Option<Duration>,
}

impl Destination {
    /// Resolves the host; blocks for at most the time limit of a connection. `tls` is used if the
    /// target is encrypted.
    pub fn resolve(target: &Target, tls: &Tls) -> Result<Self, EndpointError> {
        let (peers, name): (_, &str) = match &target.address {
            Address::Unix(path) => (once(Peer::Unix(path.clone())).collect(), "localhost"),
            Address::Tcp { host, port } => {
                let addresses = resolve(host, *port, target.connect_timeout)?;
                (addresses.into_iter().map(Peer::Tcp).collect(), host)
            }
        };
        let encrypt = || Encryption::new(tls, name, &[b"h2"]);
        let encryption = target.tls.as_ref().map(|_| encrypt()).transpose()?;
        Ok(Self {
            host: target.host.clone(),
            authority: target.authority.clone(),
            endpoint: Endpoint { peers, tunnel: None, encryption },
            is_spread: target.balancing == Balancing::RoundRobin,
            connect_timeout: target.connect_timeout,
            keepalive: target.keepalive,
        })
    }

    /// A pool's plan for so many connections.
    pub(crate) fn pool(&self, connections: usize, width: usize, timeout: Duration) -> PoolPlan {
        PoolPlan {
            endpoint: self.endpoint.clone(),
            connections,
            width,
            first_address: 0,
            is_spread: self.is_spread,
            timeout: nanoseconds(timeout),
            connect_timeout: nanoseconds(self.connect_timeout),
            keepalive: self.keepalive.map(nanoseconds),
            settings: H2Settings::default(),
            is_stamped: false,
        }
    }

    /// The fields of every head, less the metadata.
    pub(crate) fn fields(
        &self,
        path: &str,
        timeout: Option<Duration>,
        gzip: bool,
    ) -> Vec<(&'static str, String)> {
        let is_secure = self.endpoint.encryption.is_some();
        let authority = &self.authority;
        Head { is_secure, authority, path, timeout, gzip, user_agent: USER_AGENT }.fields()
    }
}

/// Carries calls.
pub struct GrpcTransport {
    destination: Destination,
    plan: CallPlan,
    load: Load,
    limits: StreamLimits,
    timeout: Duration,
    max_receive_bytes: usize,
    seed: u64,
    extras: Mutex<Extras>,
}

impl fmt::Debug for GrpcTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GrpcTransport")
            .field("host", &self.destination.host)
            .finish_non_exhaustive()
    }
}

impl GrpcTransport {
    /// Calls as settings and plan have them. `seed` decides random values in templates.
    pub fn new(destination: Destination, settings: &Settings, plan: CallPlan, seed: u64) -> Self {
        Self {
            limits: settings.calls.limits(plan.method().streaming()),
            load: settings.load.clone(),
            timeout: settings.timeout,
            max_receive_bytes: settings.calls.max_receive_bytes,
            destination,
            plan,
            seed,
            extras: Mutex::default(),
        }
    }

    /// What is known of the calls so far besides what every load test knows; whole when the test
    /// has ended.
    pub fn extras(&self) -> Extras {
        self.extras.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many of the connections belong to one of the workers.
    fn connections(&self, worker: usize, slots: usize) -> usize {
        self.load.plan.share_of(worker, self.load.connections.get()).clamp(1, slots.max(1))
    }

    fn carry(
        &self,
        share: &mut Share<'_>,
        recorder: &mut Recorder,
        control: &Control,
    ) -> Result<(), DriveError> {
        let (number, slots) = (share.worker(), share.connections());
        let connections = self.connections(number, slots);
        let width = slots.div_ceil(connections);
        let path = self.plan.method().path();
        let fields = self.destination.fields(path, Some(self.timeout), self.plan.is_compressed());
        let seed = SplitMix64::of_worker(self.seed, share.lane()).next_u64();
        let calls =
            Calls::new(&self.plan, self.limits, &fields, self.max_receive_bytes, width, seed)?;
        let pool = self.destination.pool(connections, width, self.timeout);
        let pool = PoolPlan { is_stamped: !share.is_closed_loop(), ..pool };
        let pool = Pool::new(pool, calls).map_err(DriveError::SetUp)?;
        let levels = |now| self.levels(now, number);
        let is_constant = self.load.concurrency.changes().nth(1).is_none();
        let rules = Rules {
            slots,
            concurrency: if is_constant { None } else { Some(&levels) },
            skipped: if share.lane() == 0 { self.load.skip_first } else { 0 },
            cuts: self.load.at_end == AtEnd::Cancel,
        };
        let mut worker = Worker::new(pool, connections, width, control).with_rules(rules);
        let limit = nanoseconds(self.destination.connect_timeout);
        let unopened = worker.open(recorder, limit).map_err(DriveError::Wait)?;
        if let Some(source) = unopened {
            return Err(DriveError::Connect { host: self.destination.host.clone(), source });
        }
        worker.measure(share, recorder).map_err(DriveError::Wait)?;
        let mut extras = self.extras.lock().unwrap_or_else(PoisonError::into_inner);
        extras.merge(&worker.reactor().protocol().extras);
        Ok(())
    }

    /// How many calls a worker may have under way at a moment, and until when.
    fn levels(&self, now: u64, worker: usize) -> (usize, u64) {
        let concurrency: &Concurrency = &self.load.concurrency;
        let elapsed = Duration::from_nanos(now);
        let own = self.load.plan.share_of(worker, concurrency.at(elapsed));
        let later = concurrency.changes().map(|(at, _)| at).find(|at| *at > elapsed);
        (own, later.map_or(u64::MAX, nanoseconds))
    }
}

impl Transport for GrpcTransport {
    fn drive(
        &self,
        share: &mut Share<'_>,
        recorder: &mut Recorder,
        control: &Control,
    ) -> Result<(), TransportError> {
        self.carry(share, recorder, control).map_err(TransportError::new)
    }
}
