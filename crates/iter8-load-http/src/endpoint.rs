//! From an origin to where its connections lead.

use std::net::SocketAddr;

use iter8_sockets::{Encryption, Endpoint, Peer, ResolveError, resolve};
use iter8_tls::TlsError;

use crate::plan::HttpPlan;
use crate::target::Version;
use crate::url::{Origin, Scheme};

/// The only protocol that is offered by ALPN (RFC 7301): the test is about one version, and a server
/// that does not speak it fails.
fn protocols(version: Version) -> [&'static [u8]; 1] {
    match version {
        Version::Http1 => [b"http/1.1"],
        Version::Http2 { .. } => [b"h2"],
    }
}

/// Why there is no way to a server.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// Its name, or that of its proxy.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// Its encryption.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// Who has named a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// The user, whose certificate it may see.
    Named,
    /// Another server.
    Foreign,
}

/// Resolves the host of an origin, or of the proxy that leads there, within the time limit of a
/// request.
pub(crate) fn find(
    origin: &Origin,
    plan: &HttpPlan,
    whose: Whose,
) -> Result<Endpoint, EndpointError> {
    let first = plan.proxy.as_ref().map_or(origin, |proxy| proxy.origin());
    let addresses = resolve(first.host(), first.port(), plan.timeout)?;
    Ok(at(peers(&addresses), origin, plan, whose)?)
}

/// The endpoint of an origin whose addresses, or those of its proxy, are known.
pub(crate) fn at(
    peers: impl IntoIterator<Item = Peer>,
    origin: &Origin,
    plan: &HttpPlan,
    whose: Whose,
) -> Result<Endpoint, TlsError> {
    let protocols = protocols(plan.version);
    let encryption = match (origin.scheme(), whose) {
        (Scheme::Http, _) => None,
        (Scheme::Https, Whose::Named) => {
            Some(Encryption::new(&plan.tls, origin.host(), &protocols)?)
        }
        (Scheme::Https, Whose::Foreign) => {
            Some(Encryption::to_foreign(&plan.tls, origin.host(), &protocols)?)
        }
    };
    let proxy = plan.proxy.as_ref().filter(|_| !is_absolute(origin, plan.version));
    let tunnel = proxy.map(|proxy| proxy.tunnel(origin));
    Ok(Endpoint { peers: peers.into_iter().collect(), tunnel, encryption })
}

/// Whether a proxy is sent requests with whole URLs, rather than asked for a tunnel.
pub(crate) fn is_absolute(origin: &Origin, version: Version) -> bool {
    (origin.scheme(), version) == (Scheme::Http, Version::Http1)
}

/// The peers of some addresses.
pub(crate) fn peers(addresses: &[SocketAddr]) -> impl Iterator<Item = Peer> + '_ {
    addresses.iter().copied().map(Peer::Tcp)
}
