//! The port to whatever carries the requests.

use std::error::Error;

use crate::control::Control;
use crate::recorder::Recorder;
use crate::share::Share;

/// Carries requests: drives one worker's share of a schedule over connections of its own.
///
/// It is called once for each worker, each on its own thread. It
///
/// 1. opens [`Share::connections`] connections, within a time limit of its own;
/// 2. calls [`Share::ready`], which waits for the other workers, and takes its clock from there;
/// 3. asks [`Share::take`] for a request whenever a connection is free, sends it, and hands the
///    outcome to the recorder, exactly one for each request taken;
/// 4. calls [`Share::publish`] now and then;
/// 5. ends when `take` says so and the requests under way have come to their end, or within
///    0.1 s when [`Control::should_stop`] says so, without recording what was under way then;
/// 6. calls [`Share::close`] as the last thing.
///
/// A transport over virtual time skips step 2 and brings its own time.
pub trait Transport: Sync {
    /// Does the above. An error means that the test as a whole makes no sense; a request that
    /// fails is no error but an outcome.
    fn drive(
        &self,
        share: &mut Share<'_>,
        recorder: &mut Recorder,
        control: &Control,
    ) -> Result<(), TransportError>;
}

/// Why a transport could not go on.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct TransportError(Box<dyn Error + Send + Sync>);

impl TransportError {
    /// Wraps the transport's own error.
    pub fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(error.into())
    }
}
