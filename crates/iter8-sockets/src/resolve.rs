//! Names to addresses, within a time limit.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread::Builder;
use std::time::Duration;

/// Why a host has no address.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// The resolver says so.
    #[error("failed to resolve host {host:?}")]
    Failed {
        /// The host.
        host: String,
        /// What the resolver says.
        source: std::io::Error,
    },
    /// The resolver knows the name but no address.
    #[error("host {host:?} has no address")]
    NoAddress {
        /// The host.
        host: String,
    },
    /// The resolver is silent.
    #[error("failed to resolve host {host:?} within {limit:?}")]
    TimedOut {
        /// The host.
        host: String,
        /// How long was waited.
        limit: Duration,
    },
}

/// All addresses of a host, in the order of the resolver, without repetitions. Blocks for at
/// most `limit`.
pub fn resolve(host: &str, port: u16, limit: Duration) -> Result<Vec<SocketAddr>, ResolveError> {
    let host = host.to_owned();
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    // The resolver of the system takes no time limit. It gets a thread that is left behind if
    // need be; it ends when the resolver gives up.
    let (answer, answered) = sync_channel(1);
    let name = host.clone();
    let asked = Builder::new().name("resolve".to_owned()).spawn(move || {
        let addresses = (name.as_str(), port).to_socket_addrs().map(Iterator::collect);
        // Nobody may be waiting any longer.
        let _ = answer.send(addresses);
    });
    let answer: Result<Vec<SocketAddr>, _> = match asked {
        Ok(_) => match answered.recv_timeout(limit) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                return Err(ResolveError::TimedOut { host, limit });
            }
        },
        Err(source) => Err(source),
    };
    let mut addresses =
        answer.map_err(|source| ResolveError::Failed { host: host.clone(), source })?;
    let mut seen = Vec::with_capacity(addresses.len());
    addresses.retain(|address| {
        !seen.contains(address) && {
            seen.push(*address);
            true
        }
    });
    if addresses.is_empty() { Err(ResolveError::NoAddress { host }) } else { Ok(addresses) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(host: &str, port: u16) -> Result<Vec<SocketAddr>, ResolveError> {
        resolve(host, port, Duration::from_secs(10))
    }

    #[test]
    fn addresses_need_no_resolver() {
        assert_eq!(resolved("::1", 81).unwrap(), ["[::1]:81".parse().unwrap()]);
        assert_eq!(resolved("127.0.0.2", 80).unwrap(), ["127.0.0.2:80".parse().unwrap()]);
    }
}
