//! TLS in front of a server that does not speak it.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, SupportedProtocolVersion};

use crate::certificates::{CA, SERVER};

/// Whether clients must show a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clients {
    /// None is looked at.
    #[default]
    Anybody,
    /// One is looked at if it is shown.
    Either,
    /// They must.
    Known,
}

/// How a front behaves.
#[derive(Debug, Clone, Default)]
pub struct Front {
    /// Who may come.
    pub clients: Clients,
    /// Protocols that are chosen by ALPN, the preferred one first.
    pub protocols: Vec<Vec<u8>>,
    /// Versions of TLS; none for all.
    pub versions: Vec<&'static SupportedProtocolVersion>,
    /// Closes connections without the farewell that TLS demands.
    pub is_rude: bool,
}

/// What a front has seen of a handshake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Greeting {
    /// The name that was asked for.
    pub name: Option<String>,
    /// Whether the client has shown a certificate.
    pub has_certificate: bool,
    /// The protocol that was agreed on.
    pub protocol: Option<Vec<u8>>,
}

/// A running front; it accepts connections to the end of the test process.
#[derive(Debug)]
pub struct TlsFront {
    address: SocketAddr,
    greetings: Arc<Mutex<Vec<Greeting>>>,
}

impl TlsFront {
    /// Decrypts on a free port of 127.0.0.1 for the server behind, and encrypts its answers.
    pub fn start(front: &Front, behind: SocketAddr) -> Self {
        let config = config(front);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let greetings = Arc::new(Mutex::new(Vec::new()));
        let (kept, is_rude) = (Arc::clone(&greetings), front.is_rude);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (config, kept) = (Arc::clone(&config), Arc::clone(&kept));
                std::thread::spawn(move || {
                    // What fails is seen by the client, and so by the test.
                    let _ = Passage::open(client, behind, config, &kept)
                        .and_then(|mut passage| passage.run(is_rude));
                });
            }
        });
        Self { address, greetings }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of its root path.
    pub fn url(&self) -> String {
        format!("https://{}/", self.address)
    }

    /// The handshakes that came to their end.
    pub fn greetings(&self) -> Vec<Greeting> {
        self.greetings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn config(front: &Front) -> Arc<ServerConfig> {
    let provider = Arc::new(ring::default_provider());
    let certificate = |pem: &[u8]| CertificateDer::from_pem_slice(pem).expect("our own is PEM");
    let mut roots = RootCertStore::empty();
    roots.add(certificate(CA)).expect("our own authority can be used");
    let known = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let verifier = match front.clients {
        Clients::Anybody => Ok(WebPkiClientVerifier::no_client_auth()),
        Clients::Either => known.allow_unauthenticated().build(),
        Clients::Known => known.build(),
    };
    let key = PrivateKeyDer::from_pem_slice(SERVER.key.as_bytes()).expect("our own is PEM");
    let versions = match front.versions.as_slice() {
        [] => rustls::ALL_VERSIONS,
        versions => versions,
    };
    let builder = ServerConfig::builder_with_provider(provider).with_protocol_versions(versions);
    let builder = builder.expect("the provider knows the versions");
    let builder = builder.with_client_cert_verifier(verifier.expect("there is an authority"));
    let config = builder.with_single_cert(vec![certificate(SERVER.certificate)], key);
    let mut config = config.expect("key and certificate belong together");
    config.alpn_protocols.clone_from(&front.protocols);
    Arc::new(config)
}

/// One connection through the front.
struct Passage {
    client: TcpStream,
    server: TcpStream,
    tls: ServerConnection,
}

impl Passage {
    fn open(
        client: TcpStream,
        behind: SocketAddr,
        config: Arc<ServerConfig>,
        kept: &Mutex<Vec<Greeting>>,
    ) -> io::Result<Self> {
        let mut tls = ServerConnection::new(config).map_err(io::Error::other)?;
        client.set_nodelay(true)?;
        let mut stream = &client;
        while tls.is_handshaking() {
            tls.complete_io(&mut stream)?;
        }
        kept.lock().unwrap_or_else(PoisonError::into_inner).push(Greeting {
            name: tls.server_name().map(str::to_owned),
            has_certificate: tls.peer_certificates().is_some(),
            protocol: tls.alpn_protocol().map(<[u8]>::to_vec),
        });
        let server = TcpStream::connect(behind)?;
        server.set_nodelay(true)?;
        Ok(Self { client, server, tls })
    }

    /// Passes bytes on until the server, the client or the connection ends.
    fn run(&mut self, is_rude: bool) -> io::Result<()> {
        let mut block = vec![0; 64 * 1024];
        loop {
            // The first request may have come with the end of the handshake.
            self.decrypt(&mut block)?;
            self.flush()?;
            let (from_client, from_server) = self.wait()?;
            if from_client && self.tls.read_tls(&mut self.client)? == 0 {
                return self.server.shutdown(Shutdown::Write);
            }
            if from_server {
                let read = self.server.read(&mut block)?;
                if read == 0 {
                    if !is_rude {
                        self.tls.send_close_notify();
                    }
                    self.flush()?;
                    return self.client.shutdown(Shutdown::Both);
                }
                self.tls.writer().write_all(&block[..read])?;
            }
        }
    }

    fn decrypt(&mut self, block: &mut [u8]) -> io::Result<()> {
        let state = self.tls.process_new_packets().map_err(io::Error::other)?;
        for _ in 0..state.plaintext_bytes_to_read().div_ceil(block.len()) {
            let read = self.tls.reader().read(block)?;
            self.server.write_all(&block[..read])?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        while self.tls.wants_write() {
            self.tls.write_tls(&mut self.client)?;
        }
        Ok(())
    }

    /// Waits until one of the two has something.
    fn wait(&self) -> io::Result<(bool, bool)> {
        let mut both =
            [PollFd::new(&self.client, PollFlags::IN), PollFd::new(&self.server, PollFlags::IN)];
        let limit = Timespec { tv_sec: 60, tv_nsec: 0 };
        if poll(&mut both, Some(&limit))? == 0 {
            return Err(ErrorKind::TimedOut.into());
        }
        Ok((!both[0].revents().is_empty(), !both[1].revents().is_empty()))
    }
}
