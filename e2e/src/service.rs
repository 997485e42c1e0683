//! Servers that users have, started by the stories themselves on free ports of 127.0.0.1: proxies
//! and metric stores, from the packages that `make setup` installs.
//!
//! Each runs in a folder of its own with a configuration made for the story, and ends with it.

mod grpc;
mod haproxy;
mod influxdb;
mod nginx;
mod prometheus;
mod tinyproxy;

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use iter8_testkit::wait_until;
use tempfile::TempDir;

use crate::Running;

pub use grpc::GrpcServer;
pub use haproxy::{Haproxy, Weighted};
pub use influxdb::InfluxDb;
pub use nginx::Mirror;
pub use prometheus::{Prometheus, Scrape};
pub use tinyproxy::Tinyproxy;

/// How long a server may take until it accepts connections, on a busy machine.
const STARTED: Duration = Duration::from_mins(1);

/// How long one attempt to connect may take; on this machine it is answered at once.
const CONNECTED: Duration = Duration::from_secs(1);

/// Starts before a story fails: another process may take a port between the moment it was found
/// free and the moment the server binds it.
const TRIES: usize = 3;

/// A server program and the folder it runs in.
#[derive(Debug)]
struct Server {
    address: SocketAddr,
    // Dropped in this order: the process ends before its folder goes.
    running: Running,
    _folder: TempDir,
}

impl Server {
    /// Starts a program that will listen on a port it is told. `prepare` writes what the program
    /// needs into the folder, and gives the arguments.
    #[track_caller]
    fn start(program: &str, prepare: impl Fn(&Path, u16) -> Vec<String>) -> Self {
        let mut last_words = String::new();
        for _ in 0..TRIES {
            let folder = TempDir::new().expect("the system has room for temporary files");
            let port = free_port();
            let arguments = prepare(folder.path(), port);
            let child = Command::new(program)
                .args(&arguments)
                .current_dir(folder.path())
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn();
            let child = child.unwrap_or_else(|error| {
                panic!("{program} cannot be started: {error}; `make setup` installs it")
            });
            let line = format!("{program} {}", arguments.join(" "));
            let mut running = Running::new(child, line, STARTED);
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
            if accepts(address, &mut running) {
                return Self { address, running, _folder: folder };
            }
            last_words = running.so_far().to_string();
        }
        panic!("{program} did not start in {TRIES} tries; at last:\n{last_words}");
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// Waits until the server accepts connections; false if it has ended instead.
#[track_caller]
fn accepts(address: SocketAddr, running: &mut Running) -> bool {
    let mut ended = false;
    let met = wait_until(STARTED, || {
        ended = running.has_ended();
        ended || TcpStream::connect_timeout(&address, CONNECTED).is_ok()
    });
    assert!(met, "nothing listens on {address}\n{}", running.so_far());
    !ended
}

/// A port on which nothing listens, and which no other caller of this process has got.
fn free_port() -> u16 {
    static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    loop {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there are free ports");
        let port = listener.local_addr().expect("a bound listener has an address").port();
        if GIVEN.lock().unwrap_or_else(PoisonError::into_inner).insert(port) {
            return port;
        }
    }
}

/// Text from a template: each `{name}` becomes its value.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let fill =
        |text: String, (name, value): &(&str, &str)| text.replace(&format!("{{{name}}}"), value);
    values.iter().fold(template.to_owned(), fill)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_given_once() {
        let ports: BTreeSet<u16> = (0..50).map(|_| free_port()).collect();
        assert_eq!(ports.len(), 50);
    }

    #[test]
    fn templates_are_filled() {
        assert_eq!(fill("{a} {b} {a}", &[("a", "1"), ("b", "{a}")]), "1 {a} 1");
    }
}
