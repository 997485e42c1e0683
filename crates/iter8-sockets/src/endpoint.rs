//! Where connections lead, and whether they are encrypted.

use std::sync::Arc;

use iter8_tls::{Tls, TlsError};
use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls::pki_types::ServerName;

use crate::peer::Peer;
use crate::tunnel::Tunnel;

/// Where connections lead.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The addresses, of which each connection uses one.
    pub peers: Arc<[Peer]>,
    /// How to go on from there, if that is a proxy which is to lead elsewhere.
    pub tunnel: Option<Tunnel>,
    /// How to encrypt; `None` for plain connections.
    pub encryption: Option<Encryption>,
}

/// How connections are encrypted.
#[derive(Debug, Clone)]
pub struct Encryption {
    pub(crate) config: Arc<ClientConfig>,
    pub(crate) name: ServerName<'static>,
}

impl Encryption {
    /// For connections to a host, which may be an address. `protocols` are offered by ALPN (RFC 7301),
    /// the preferred one first.
    ///
    /// Sessions are not resumed: each connection is that of another user, and pays for a whole
    /// handshake.
    pub fn new(tls: &Tls, host: &str, protocols: &[&[u8]]) -> Result<Self, TlsError> {
        let (config, _) = iter8_tls::configs(tls)?;
        let named = iter8_tls::server_name(tls)?;
        Self::with_config(config, named.as_deref().unwrap_or(host), protocols)
    }

    /// Like [`Encryption::new`] for a host that somebody else has named: it sees no client
    /// certificate, and need not prove another name than its own.
    pub fn to_foreign(tls: &Tls, host: &str, protocols: &[&[u8]]) -> Result<Self, TlsError> {
        let (_, config) = iter8_tls::configs(tls)?;
        Self::with_config(config, host, protocols)
    }

    fn with_config(
        mut config: ClientConfig,
        name: &str,
        protocols: &[&[u8]],
    ) -> Result<Self, TlsError> {
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
        config.resumption = Resumption::disabled();
        let name = ServerName::try_from(name.to_owned())
            .map_err(|_| TlsError::ServerName(name.to_owned()))?;
        Ok(Self { config: Arc::new(config), name })
    }
}
