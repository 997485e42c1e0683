//! What tasks know of the world around the experiment, passed in by the program.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
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
