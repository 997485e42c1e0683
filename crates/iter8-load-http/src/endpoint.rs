//! From an origin to where its connections lead.

use std::net::SocketAddr;
use std::time::Duration;

use iter8_sockets::{Encryption, Endpoint, Peer, ResolveError, resolve};
use iter8_tls::{Tls, TlsError};

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
    /// Its name.
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

/// Resolves the host of an origin, within a time limit.
pub(crate) fn find(
    origin: &Origin,
    tls: &Tls,
    whose: Whose,
    version: Version,
    limit: Duration,
) -> Result<Endpoint, EndpointError> {
    let addresses = resolve(origin.host(), origin.port(), limit)?;
    Ok(at(peers(&addresses), origin, tls, whose, version)?)
}

/// The endpoint of an origin whose addresses are known.
pub(crate) fn at(
    peers: impl IntoIterator<Item = Peer>,
    origin: &Origin,
    tls: &Tls,
    whose: Whose,
    version: Version,
) -> Result<Endpoint, TlsError> {
    let encryption = match (origin.scheme(), whose) {
        (Scheme::Http, _) => None,
        (Scheme::Https, Whose::Named) => {
            Some(Encryption::new(tls, origin.host(), &protocols(version))?)
        }
        (Scheme::Https, Whose::Foreign) => {
            Some(Encryption::to_foreign(tls, origin.host(), &protocols(version))?)
        }
    };
    Ok(Endpoint { peers: peers.into_iter().collect(), encryption })
}

/// The peers of some addresses.
pub(crate) fn peers(addresses: &[SocketAddr]) -> impl Iterator<Item = Peer> + '_ {
    addresses.iter().copied().map(Peer::Tcp)
}
