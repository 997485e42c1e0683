//! What tasks know of the world around the experiment, passed in by the program.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use iter8_template::{Environment, Limits, RenderError, Templates, Value, Zone};
use jiff::Timestamp;
use tokio::time::Instant;

/// Longest time of one rendering. Templates of users take a millisecond; the engine's own limit
/// of steps bounds the work, and this one a machine that is too busy for it.
const LONGEST_RENDERING: Duration = Duration::from_secs(10);
use jiff::tz::TimeZone;
use ring::rand::{SecureRandom as _, SystemRandom};

/// Fills a buffer with random bytes.
pub type FillRandom = dyn Fn(&mut [u8]) + Send + Sync;

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
}

impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Surroundings").field("group", &self.group).finish_non_exhaustive()
    }
}

impl Surroundings {
    /// Renders a template of a set on data, within the limits of the engine and of time.
    ///
    /// Blocks for as long as that takes. Ends early once `is_stopped` says so.
    pub fn render(
        &self,
        templates: &Templates,
        name: &str,
        data: &Value,
        is_stopped: &dyn Fn() -> bool,
    ) -> Result<Vec<u8>, RenderError> {
        let end = Instant::now() + LONGEST_RENDERING;
        let mut environment = Environment {
            now: (self.now)(),
            zone: Zone::system(),
            random: &mut |buffer: &mut [u8]| (self.random)(buffer),
            interrupted: &|| is_stopped() || Instant::now() >= end,
            limits: Limits::default(),
        };
        templates.render(name, data, &mut environment)
    }

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
        }
    }
}
