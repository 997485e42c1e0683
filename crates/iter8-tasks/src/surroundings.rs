//! What tasks know of the world around the experiment, passed in by the program.

use std::fmt;
use std::sync::Arc;

use iter8_k8s::Cluster;
use iter8_load::Part;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ring::rand::{SecureRandom as _, SystemRandom};
use serde_json::Value;

pub use crate::load::watch::TakeLine;

/// Fills a buffer with random bytes.
pub type FillRandom = dyn Fn(&mut [u8]) + Send + Sync;

/// Takes what one part of a load test measured, as JSON.
pub type TakePart = dyn Fn(&Value) + Send + Sync;

/// How load tests of this process are carried out.
#[derive(Clone, Default)]
pub struct LoadOptions {
    /// Which part of each test this process is.
    pub part: Part,
    /// Is told of every second of a test.
    pub events: Option<Arc<TakeLine>>,
    /// Is given every measurement.
    pub take_part: Option<Arc<TakePart>>,
}

/// The name of the experiment and the sources that are not the same in every run.
#[derive(Clone)]
pub struct Surroundings {
    /// Name of the experiment's group.
    pub group: String,
    /// The time of day.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// The zone in which times are told.
    pub zone: TimeZone,
    /// Where random bytes come from; they must be fit for keys.
    pub random: Arc<FillRandom>,
    /// How load tests are carried out.
    pub load: LoadOptions,
    /// The cluster of the run, seen from its namespace. Without one, a task that needs it connects
    /// as the kubeconfig says.
    pub cluster: Option<Cluster>,
}

impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Surroundings").field("group", &self.group).finish_non_exhaustive()
    }
}

impl Surroundings {
    /// Those of this process.
    pub fn of_process(group: impl Into<String>) -> Self {
        let random = |buffer: &mut [u8]| {
            let filled = SystemRandom::new().fill(buffer);
            filled.expect("the system has a source of random bytes");
        };
        Self {
            group: group.into(),
            now: Arc::new(Timestamp::now),
            zone: TimeZone::system(),
            random: Arc::new(random),
            load: LoadOptions::default(),
            cluster: None,
        }
    }
}
