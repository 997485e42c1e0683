//! Prometheus, scraping what a story names.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use iter8_testkit::wait_until;
use serde_json::Value;

use super::Server;
use crate::web;

/// How long a value may take to arrive: a few scrapes, on a busy machine.
const ARRIVED: Duration = Duration::from_mins(1);

/// Something to be scraped.
#[derive(Debug, Clone, Copy)]
pub struct Scrape<'a> {
    /// The label `job`.
    pub job: &'a str,
    /// Where its `/metrics` is.
    pub address: SocketAddr,
}

/// A running Prometheus.
#[derive(Debug)]
pub struct Prometheus {
    server: Server,
}

impl Prometheus {
    /// Scrapes every half second, so that a story does not wait long for values.
    #[track_caller]
    pub fn scraping(targets: &[Scrape<'_>]) -> Self {
        let mut text =
            "global: {scrape_interval: 500ms, scrape_timeout: 500ms}\nscrape_configs:\n".to_owned();
        for Scrape { job, address } in targets {
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "- {{job_name: {job}, static_configs: [{{targets: [\"{address}\"]}}]}}"
            );
        }
        let server = Server::start("prometheus", |folder, port| {
            let path = folder.join("prometheus.yml");
            fs::write(&path, &text).expect("the folder can be written");
            vec![
                format!("--config.file={}", path.display()),
                format!("--storage.tsdb.path={}", folder.join("data").display()),
                format!("--web.listen-address=127.0.0.1:{port}"),
                "--web.enable-remote-write-receiver".to_owned(),
            ]
        });
        Self { server }
    }

    /// Where remote write goes.
    pub fn remote_write_url(&self) -> String {
        format!("{}/api/v1/write", self.server.url())
    }

    /// The address of instant queries, as provider templates take it.
    pub fn query_url(&self) -> String {
        format!("{}/api/v1/query", self.server.url())
    }

    /// Waits until a query gives one series whose value satisfies a condition; the value.
    #[track_caller]
    pub fn wait_for(&self, query: &str, holds: impl Fn(f64) -> bool) -> f64 {
        let mut newest = String::new();
        let mut found = 0.0;
        let met = wait_until(ARRIVED, || {
            let query = web::percent_encode(query);
            newest = web::get(&format!("{}?query={query}", self.query_url())).body;
            found = value(&newest).unwrap_or(f64::NAN);
            holds(found)
        });
        assert!(met, "{query} never was as awaited; the last answer was {newest}");
        found
    }
}

/// The value of the first series of an answer.
fn value(answer: &str) -> Option<f64> {
    let answer: Value = serde_json::from_str(answer).ok()?;
    answer["data"]["result"][0]["value"][1].as_str()?.parse().ok()
}
