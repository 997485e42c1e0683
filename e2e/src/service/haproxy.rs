//! HAProxy, splitting traffic between the versions of an app and counting it for Prometheus.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;

use super::{Server, fill, free_port};

/// Round robin gives every server exactly its share of the requests; one thread keeps the other
/// processor for the rest of the story.
const CONFIGURATION: &str = "\
global
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend app
  bind {app}
  default_backend versions
backend versions
  balance roundrobin
{servers}
frontend metrics
  bind {metrics}
  http-request use-service prometheus-exporter if { path /metrics }
";

/// A version behind the proxy.
#[derive(Debug, Clone, Copy)]
pub struct Weighted<'a> {
    /// Name of the server in the proxy and so in its metrics.
    pub name: &'a str,
    /// Where it listens.
    pub address: SocketAddr,
    /// Its share of the requests, out of the sum of all weights.
    pub weight: u32,
}

/// A running HAProxy.
#[derive(Debug)]
pub struct Haproxy {
    server: Server,
    metrics: SocketAddr,
}

impl Haproxy {
    /// The name of the backend in the proxy's metrics.
    pub const BACKEND: &'static str = "versions";

    /// Splits requests between versions.
    #[track_caller]
    pub fn splitting(versions: &[Weighted<'_>]) -> Self {
        let metrics = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let mut servers = String::new();
        for Weighted { name, address, weight } in versions {
            // Writing to a string cannot fail.
            let _ = writeln!(servers, "  server {name} {address} weight {weight}");
        }
        let server = Server::start("haproxy", |folder, port| {
            let values = [
                ("app", format!("127.0.0.1:{port}")),
                ("metrics", metrics.to_string()),
                ("servers", servers.clone()),
            ];
            let values: Vec<_> = values.iter().map(|(name, text)| (*name, &**text)).collect();
            let path = folder.join("haproxy.cfg");
            fs::write(&path, fill(CONFIGURATION, &values)).expect("the folder can be written");
            // In the foreground, so that the process that was started is the one that serves.
            vec!["-db".to_owned(), "-f".to_owned(), path.display().to_string()]
        });
        Self { server, metrics }
    }

    /// Where the app is reached.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Where the proxy's metrics are scraped.
    pub fn metrics(&self) -> SocketAddr {
        self.metrics
    }
}
