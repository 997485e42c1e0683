//! Telling of a load test second by second, while it runs.

mod event;
mod otlp;
mod remote_write;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use iter8_fetch::{Auth, Client, Limits, Repeat, Request};
use iter8_load::{Counts, Interval};
use iter8_model::task::InputError;
use iter8_stats::Histogram;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::access;

/// Takes lines of events.
pub type TakeLine = dyn Fn(&str) + Send + Sync;

/// Longest time for one export: several seconds of a test may wait for it, and its end.
const LIMIT: Duration = Duration::from_secs(5);

/// Seconds that may wait to be exported; more are left out, so that a server that does not answer
/// costs no memory. What is exported are totals, so that a later second makes up for it.
const WAITING: usize = 60;

/// Servers that are told.
#[derive(Clone, Default)]
pub(crate) struct Exports(Vec<Arc<Export>>);

struct Export {
    form: Form,
    client: Client,
    url: String,
    headers: Vec<(String, String)>,
    auth: Auth,
}

#[derive(Debug, Clone, Copy)]
enum Form {
    RemoteWrite,
    Otlp,
}

impl Form {
    fn name(self) -> &'static str {
        match self {
            Self::RemoteWrite => "remoteWrite",
            Self::Otlp => "otlp",
        }
    }
}

impl fmt::Debug for Exports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|export| export.form)).finish()
    }
}

impl Exports {
    /// From the input `export` of a task, whose references are resolved.
    pub(crate) fn new(inputs: &Map<String, Value>, path: &str) -> Result<Self, InputError> {
        let Some(targets) = inputs.get("export").and_then(Value::as_object) else {
            return Ok(Self::default());
        };
        let forms = [Form::RemoteWrite, Form::Otlp].into_iter();
        let exports = forms.filter_map(|form| {
            let target = targets.get(form.name())?;
            Some(Export::new(form, target, &format!("{path}.export.{}", form.name())))
        });
        Ok(Self(exports.map(|export| export.map(Arc::new)).collect::<Result<_, _>>()?))
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Export {
    fn new(form: Form, target: &Value, path: &str) -> Result<Self, InputError> {
        let url = target.get("url").and_then(Value::as_str).unwrap_or_default().to_owned();
        let headers = target.get("headers").and_then(Value::as_object).into_iter().flatten();
        let headers =
            headers.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().into()));
        let tls = access::tls(target.get("tls"), &format!("{path}.tls"))?;
        let wrong =
            |error: &dyn std::error::Error| InputError::new(path, iter8_engine::chain(error));
        let export = Self {
            form,
            client: Client::new(&tls).map_err(|error| wrong(&error))?,
            url,
            headers: headers.collect(),
            auth: access::auth(target.get("auth")),
        };
        export.request(Vec::new()).check().map_err(|error| wrong(&error))?;
        Ok(export)
    }

    fn request(&self, body: Vec<u8>) -> Request {
        let own: &[(&str, &str)] = match self.form {
            Form::RemoteWrite => &remote_write::HEADERS,
            Form::Otlp => &otlp::HEADERS,
        };
        let own = own.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Request {
            method: "POST".to_owned(),
            headers: own.chain(self.headers.iter().cloned()).collect(),
            body: Some(body),
            auth: self.auth.clone(),
            // The same totals twice are the same.
            repeat: Repeat::Always,
            ..Request::get(&self.url)
        }
    }

    /// Sends what it is given until no more comes. A server that does not take it is told of once.
    async fn follow(self: Arc<Self>, mut seconds: mpsc::Receiver<Arc<Second>>) {
        let limits = Limits { attempt: LIMIT, total: LIMIT, ..Limits::default() };
        let mut is_told = false;
        while let Some(second) = seconds.recv().await {
            let body = match self.form {
                Form::RemoteWrite => remote_write::body(&second),
                Form::Otlp => otlp::body(&second),
            };
            if let Err(error) = self.client.send(&self.request(body), &limits).await
                && !std::mem::replace(&mut is_told, true)
            {
                let name = self.form.name();
                tracing::warn!("failed to export by {name}: {}", iter8_engine::chain(&error));
            }
        }
    }
}

/// A second of a test, and the test up to its end.
#[derive(Debug, Clone)]
pub(crate) struct Second {
    /// Which experiment.
    experiment: String,
    /// Which test, such as `http-cart`.
    test: String,
    /// When the schedule began.
    began: Timestamp,
    /// When the second ended.
    at: Timestamp,
    interval: Interval,
    total: Total,
}

/// What has happened since the beginning.
#[derive(Debug, Clone, Default)]
struct Total {
    counts: Counts,
    errors: u64,
    latency: Histogram,
}

/// Tells of one test.
pub(crate) struct Watcher {
    experiment: String,
    test: String,
    events: Option<Arc<TakeLine>>,
    total: Total,
    exporting: Vec<(mpsc::Sender<Arc<Second>>, JoinHandle<()>)>,
}

impl Watcher {
    /// A watcher of a test; `None` if nobody wants to be told.
    pub(crate) fn new(
        experiment: &str,
        test: &str,
        events: Option<Arc<TakeLine>>,
        exports: &Exports,
    ) -> Option<Self> {
        if events.is_none() && exports.is_empty() {
            return None;
        }
        let follow = |export: &Arc<Export>| {
            let (sender, receiver) = mpsc::channel(WAITING);
            (sender, tokio::spawn(Arc::clone(export).follow(receiver)))
        };
        Some(Self {
            experiment: experiment.to_owned(),
            test: test.to_owned(),
            events,
            total: Total::default(),
            exporting: exports.0.iter().map(follow).collect(),
        })
    }

    /// Tells of seconds that are over, of a schedule that began at `began`.
    pub(crate) fn tell(&mut self, intervals: Vec<Interval>, began: Timestamp) {
        for interval in intervals {
            self.total.counts.merge(&interval.counts);
            self.total.errors += interval.errors;
            self.total.latency.merge(&interval.latency);
            let after = SignedDuration::try_from(interval.to).unwrap_or(SignedDuration::ZERO);
            let second = Second {
                experiment: self.experiment.clone(),
                test: self.test.clone(),
                began,
                at: began.saturating_add(after).unwrap_or(began),
                interval,
                total: self.total.clone(),
            };
            if let Some(take) = &self.events {
                take(&event::line(&second));
            }
            let second = Arc::new(second);
            for (sender, _) in &self.exporting {
                // A server that is this slow gets the totals of a later second.
                let _ = sender.try_send(Arc::clone(&second));
            }
        }
    }

    /// Waits until everything is exported, or for as long as one export may take.
    pub(crate) async fn finish(self) {
        for (sender, following) in self.exporting {
            drop(sender);
            // The test is over, and what was measured is kept elsewhere.
            let _ = tokio::time::timeout(LIMIT, following).await;
        }
    }
}

/// Nanoseconds to seconds.
fn seconds(nanoseconds: f64) -> f64 {
    nanoseconds / 1e9
}

/// Upper edges, in seconds, of the buckets of exported latencies: those that Prometheus clients use,
/// and finer ones below.
const EDGES: [f64; 20] = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75,
    1.0, 2.5, 5.0, 7.5, 10.0, 30.0,
];

/// Quantiles that are told of each second.
const QUANTILES: [f64; 4] = [0.5, 0.9, 0.99, 0.999];

/// How many latencies are at most as long as each of [`EDGES`], to within the 0.1 % of the histogram.
fn at_most(latency: &Histogram) -> [u64; EDGES.len()] {
    let mut counts = [0; EDGES.len()];
    for bucket in latency.buckets(u32::MAX) {
        let middle = seconds(f64::midpoint(bucket.lower as f64, bucket.upper as f64));
        let first = EDGES.partition_point(|edge| *edge < middle);
        counts[first..].iter_mut().for_each(|count| *count += bucket.count);
    }
    counts
}

/// The sum of all latencies, in seconds.
fn sum(latency: &Histogram) -> f64 {
    seconds(latency.mean().unwrap_or(0.0) * latency.count() as f64)
}

#[cfg(test)]
mod tests;
