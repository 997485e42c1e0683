//! A server that speaks TLS, with the test kit's certificates.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use iter8_fetch::Identity;
use iter8_testkit::Clients;
use iter8_testkit::certificates::{CA, CLIENT, INTRUDER, SERVER};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

/// A certificate that the test server takes.
pub(crate) fn client() -> Identity {
    Identity { certificates: CLIENT.certificate.to_vec(), key: CLIENT.key.into() }
}

/// One that it does not take.
pub(crate) fn intruder() -> Identity {
    Identity { certificates: INTRUDER.certificate.to_vec(), key: INTRUDER.key.into() }
}

/// What the server has seen of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The name that was asked for in the handshake.
    pub(crate) name: Option<String>,
    /// Whether the client has shown a certificate.
    pub(crate) has_certificate: bool,
    /// The head of the request.
    pub(crate) head: String,
}

/// Answers every request with the same text, until it is dropped and asked once more.
pub(crate) struct TlsServer {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl TlsServer {
    /// Starts a server whose answers are `response`, whole.
    pub(crate) fn start(clients: Clients, response: String) -> Self {
        let config = config(clients);
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&seen);
        // It waits for connections to the end of the test process.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // What fails is seen by the client, and so by the test.
                let _ = serve(stream, &config, &response, &kept);
            }
        });
        Self { address, seen }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://{}/", self.address)
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

fn config(clients: Clients) -> Arc<ServerConfig> {
    let provider = Arc::new(ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(CA).unwrap()).unwrap();
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let verifier = match clients {
        Clients::Anybody => WebPkiClientVerifier::no_client_auth(),
        Clients::Either => verifier.allow_unauthenticated().build().unwrap(),
        Clients::Known => verifier.build().unwrap(),
    };
    let chain = vec![CertificateDer::from_pem_slice(SERVER.certificate).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(SERVER.key.as_bytes()).unwrap();
    let builder = ServerConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    Arc::new(builder.with_client_cert_verifier(verifier).with_single_cert(chain, key).unwrap())
}

fn serve(
    tcp: TcpStream,
    config: &Arc<ServerConfig>,
    response: &str,
    kept: &Mutex<Vec<Seen>>,
) -> io::Result<()> {
    tcp.set_read_timeout(Some(Duration::from_secs(20)))?;
    let connection = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
    let mut stream = StreamOwned::new(connection, tcp);
    let mut head = Vec::new();
    let mut block = [0; 4096];
    // What follows the head is not awaited: the answer does not depend on it.
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        let read = stream.read(&mut block)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        head.extend_from_slice(&block[..read]);
    }
    kept.lock().unwrap().push(Seen {
        name: stream.conn.server_name().map(str::to_owned),
        has_certificate: stream.conn.peer_certificates().is_some(),
        head: String::from_utf8_lossy(&head).into_owned(),
    });
    stream.write_all(response.as_bytes())?;
    stream.conn.send_close_notify();
    stream.flush()
}
