//! Where calls go: address, TLS, connections.

use std::path::PathBuf;
use std::time::Duration;

use iter8_model::task::InputError;

use super::inputs::Inputs;

/// Port of a host that names none; the convention of gRPC.
const DEFAULT_PORT: u16 = 443;

/// Time limit to open a connection unless the user says otherwise; from Iter8 0.13.
const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Where calls go, and over what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The host as it was given, for messages.
    pub host: String,
    /// What to connect to.
    pub address: Address,
    /// Value of `:authority`.
    pub authority: String,
    /// TLS; `None` for plain text.
    pub tls: Option<Tls>,
    /// Which of several addresses connections go to.
    pub balancing: Balancing,
    /// Longest time to open a connection.
    pub connect_timeout: Duration,
    /// Interval of pings, and how long they may stay unanswered; `None` for no pings.
    pub keepalive: Option<Duration>,
}

/// What to connect to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A host by name or number, and its port.
    Tcp {
        /// Name or number; without brackets.
        host: String,
        /// Port.
        port: u16,
    },
    /// A Unix domain socket.
    Unix(PathBuf),
}

/// Which of several addresses connections go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Balancing {
    /// The first that answers.
    #[default]
    PickFirst,
    /// All in turn.
    RoundRobin,
}

/// How the connection is secured.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tls {
    /// Whether any certificate will do.
    pub skip_verify: bool,
    /// Trusted certificates, instead of the public ones.
    pub ca_file: Option<PathBuf>,
    /// What the client shows.
    pub identity: Option<Identity>,
    /// The name that is asked for and that the server's certificate must have.
    pub server_name: Option<String>,
}

/// A certificate and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// File with the certificate.
    pub cert_file: PathBuf,
    /// File with its private key.
    pub key_file: PathBuf,
}

pub(super) fn read(inputs: &Inputs<'_>, host: &str) -> Result<Target, InputError> {
    let address = address(host).map_err(|message| {
        let error = inputs.error("host", message);
        if host.contains("://") {
            error.with_hint("gRPC has no URLs: leave http:// out")
        } else {
            error
        }
    })?;
    let tls = tls(inputs)?;
    let named = tls.as_ref().and_then(|tls| tls.server_name.clone());
    let authority = inputs.text("authority").filter(|text| !text.is_empty()).map(str::to_owned);
    let authority = authority.or(named).unwrap_or_else(|| default_authority(&address));
    let balancing = match inputs.text("lb-strategy") {
        Some("round_robin") => Balancing::RoundRobin,
        _ => Balancing::PickFirst,
    };
    let connect_timeout = inputs.bound("connect-timeout").unwrap_or(DEFAULT_CONNECT_TIMEOUT);
    let keepalive = inputs.bound("keepalive");
    let host = host.to_owned();
    Ok(Target { host, address, authority, tls, balancing, connect_timeout, keepalive })
}

/// Reads `HOST:PORT`, with one of the schemes of gRPC or without.
fn address(host: &str) -> Result<Address, String> {
    let wrong =
        || format!("{host:?} is no host: expected HOST:PORT, dns:///HOST:PORT or unix:PATH");
    if let Some(path) = host.strip_prefix("unix:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        return if path.is_empty() { Err(wrong()) } else { Ok(Address::Unix(path.into())) };
    }
    let name = ["dns:", "passthrough:", "ipv4:", "ipv6:"]
        .into_iter()
        .find_map(|scheme| host.strip_prefix(scheme))
        .map_or(host, |rest| match rest.strip_prefix("//") {
            // What stands before the slash is the name server, which nobody sets.
            Some(rest) => rest.split_once('/').map_or(rest, |(_, name)| name),
            None => rest,
        });
    let (name, port) = match name.strip_prefix('[').and_then(|name| name.split_once(']')) {
        Some((name, rest)) => (name, rest.strip_prefix(':').or((!rest.is_empty()).then_some("?"))),
        None => match name.rsplit_once(':') {
            // Several colons are those of an address of version 6.
            Some((before, _)) if before.contains(':') => (name, None),
            Some((before, port)) => (before, Some(port)),
            None => (name, None),
        },
    };
    let port = match port {
        Some(port) => port.parse().ok().filter(|port| *port > 0).ok_or_else(wrong)?,
        None => DEFAULT_PORT,
    };
    let is_fit = |c: char| c.is_ascii_graphic() && !matches!(c, '/' | '@' | '?' | '#' | '[' | ']');
    if name.is_empty() || !name.chars().all(is_fit) {
        return Err(wrong());
    }
    Ok(Address::Tcp { host: name.to_owned(), port })
}

fn default_authority(address: &Address) -> String {
    match address {
        Address::Tcp { host, port } if host.contains(':') => format!("[{host}]:{port}"),
        Address::Tcp { host, port } => format!("{host}:{port}"),
        Address::Unix(_) => "localhost".to_owned(),
    }
}

/// TLS is on if it is asked for, or if something is said about it.
// Differs from Iter8 0.13, where everything is plain text.
fn tls(inputs: &Inputs<'_>) -> Result<Option<Tls>, InputError> {
    let identity = match (inputs.file("cert"), inputs.file("key")) {
        (Some(cert_file), Some(key_file)) => Some(Identity { cert_file, key_file }),
        (None, None) => None,
        (Some(_), None) => return Err(inputs.error("cert", "a certificate needs its key as well")),
        (None, Some(_)) => {
            return Err(inputs.error("key", "a key needs its certificate as well: cert"));
        }
    };
    let tls = Tls {
        skip_verify: inputs.flag("skipTLS"),
        ca_file: inputs.file("cacert"),
        identity,
        server_name: inputs.text("cname").filter(|name| !name.is_empty()).map(str::to_owned),
    };
    let is_said = tls != Tls::default();
    match (inputs.has("insecure"), inputs.flag("insecure")) {
        (true, true) if is_said => Err(inputs
            .error("insecure", "plain text has no use for the parameters of TLS")
            .with_hint("leave insecure out, or skipTLS, cacert, cert, key and cname")),
        (true, true) => Ok(None),
        (true, false) => Ok(Some(tls)),
        (false, _) => Ok(is_said.then_some(tls)),
    }
}
