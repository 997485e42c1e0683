//! InfluxDB 1, with one database that a story writes to.

use std::fs;

use super::{Server, fill, free_port};
use crate::web;

/// One database in the folder of the story; nothing is reported to anybody.
const CONFIGURATION: &str = "\
reporting-disabled = true
bind-address = \"{rpc}\"
[meta]
  dir = \"{folder}/meta\"
[data]
  dir = \"{folder}/data\"
  wal-dir = \"{folder}/wal\"
[monitor]
  store-enabled = false
[http]
  bind-address = \"{http}\"
  log-enabled = false
";

/// A running InfluxDB.
#[derive(Debug)]
pub struct InfluxDb {
    server: Server,
}

impl InfluxDb {
    /// The database.
    pub const DATABASE: &'static str = "app";

    /// Starts it with an empty database.
    #[track_caller]
    pub fn start() -> Self {
        let server = Server::start("influxd", |folder, port| {
            let rpc = format!("127.0.0.1:{}", free_port());
            let text = fill(
                CONFIGURATION,
                &[
                    ("folder", &folder.display().to_string()),
                    ("rpc", &rpc),
                    ("http", &format!("127.0.0.1:{port}")),
                ],
            );
            let path = folder.join("influxdb.conf");
            fs::write(&path, text).expect("the folder can be written");
            vec!["-config".to_owned(), path.display().to_string()]
        });
        let started = Self { server };
        let create = web::percent_encode(&format!("CREATE DATABASE {}", Self::DATABASE));
        let answer = web::post(&format!("{}/query?q={create}", started.url()), "");
        assert_eq!(answer.status, 200, "{}", answer.body);
        started
    }

    /// Its address.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Writes points in line protocol, one a line; time stamps are the server's.
    #[track_caller]
    pub fn write(&self, points: &str) {
        let answer = web::post(&format!("{}/write?db={}", self.url(), Self::DATABASE), points);
        assert_eq!(answer.status, 204, "{}", answer.body);
    }
}
