//! tinyproxy, which leads to servers elsewhere.

use std::fs;
use std::net::SocketAddr;

use super::{Server, fill};

const CONFIGURATION: &str = "\
Listen 127.0.0.1
Port {port}
Timeout 60
MaxClients 100
BasicAuth ada l0velace
LogLevel Warning
";

/// A running proxy that wants a user and a password.
#[derive(Debug)]
pub struct Tinyproxy {
    server: Server,
}

impl Tinyproxy {
    /// Starts it.
    #[track_caller]
    pub fn start() -> Self {
        let server = Server::start("tinyproxy", |folder, port| {
            let path = folder.join("tinyproxy.conf").display().to_string();
            let text = fill(CONFIGURATION, &[("port", &port.to_string())]);
            fs::write(&path, text).expect("the folder can be written");
            vec!["-d".to_owned(), "-c".to_owned(), path]
        });
        Self { server }
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.server.address
    }

    /// The same with the user and the password that it wants.
    pub fn url(&self) -> String {
        format!("http://ada:l0velace@{}", self.server.address)
    }
}
