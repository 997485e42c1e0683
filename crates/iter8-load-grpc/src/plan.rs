//! Everything about calls that is decided before the first.

use std::sync::Arc;

use iter8_template::Zone;
use iter8_template::calls::{Call, Evaluation};
use jiff::Timestamp;

use crate::compose::{Composer, Outgoing};
use crate::data::{Content, DataError, Messages};
use crate::frame::Framer;
use crate::metadata::{Metadata, MetadataError};
use crate::method::{Method, Streaming};
use crate::status::Code;

/// Messages of a list that are evaluated before the first call: all that is wrong with a template
/// mostly shows in the first one, and a list may have any length.
const CHECKED: u64 = 100;

/// What each call does. Clones share everything.
#[derive(Debug, Clone)]
pub struct CallPlan(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    method: Method,
    messages: Messages,
    metadata: Metadata,
    options: CallOptions,
    has_static_data: bool,
    is_static: bool,
}

/// How calls are made from what a user gives.
#[derive(Debug, Clone)]
pub struct CallOptions {
    /// Name of the test, which templates see before the names of workers.
    pub name: Option<String>,
    /// How data is evaluated.
    pub data: Evaluation,
    /// How metadata is evaluated.
    pub metadata: Evaluation,
    /// Whether a client's stream evaluates each message by itself.
    pub dynamic: bool,
    /// Messages that a client's stream sends; otherwise each once.
    pub count: Option<u64>,
    /// How messages are sent.
    pub framer: Framer,
    /// The time zone that templates call local.
    pub zone: Zone,
}

/// What a call sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sending {
    /// One of the messages.
    One,
    /// All in order.
    All,
    /// All in order, each evaluated when its turn comes.
    Dynamic,
}

/// Why no call can be made.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// The data is wrong.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The metadata is wrong.
    #[error(transparent)]
    Metadata(#[from] MetadataError),
}

/// Why one call cannot be made.
pub type ComposeError = PrepareError;

impl PrepareError {
    /// The status of a call that cannot be made.
    pub fn code(&self) -> Code {
        match self {
            Self::Data(DataError::Frame(_)) => Code::ResourceExhausted,
            Self::Data(_) | Self::Metadata(_) => Code::InvalidArgument,
        }
    }
}

impl CallPlan {
    /// Checks everything, by evaluating the first calls as well: nothing wrong is sent, and a
    /// template that cannot be evaluated is found before the first call.
    // Differs from Iter8 0.13: there it is sent unevaluated.
    pub fn prepare<'a>(
        method: Method,
        content: &Content,
        metadata: impl IntoIterator<Item = (&'a str, &'a str)>,
        options: CallOptions,
        now: Timestamp,
    ) -> Result<Self, PrepareError> {
        let metadata = Metadata::new(metadata, options.metadata)?;
        let messages = Messages::new(method.input(), content, options.data, options.framer)?;
        let has_static_data = messages.is_static();
        if options.dynamic && method.streaming().is_client() && has_static_data {
            return Err(DataError::NothingDynamic.into());
        }
        let is_static = has_static_data && metadata.is_static();
        let parts = Parts { method, messages, metadata, options, has_static_data, is_static };
        let plan = Self(Arc::new(parts));
        if !is_static {
            plan.check(now)?;
        }
        Ok(plan)
    }

    /// Makes the first calls and forgets them.
    fn check(&self, now: Timestamp) -> Result<(), PrepareError> {
        let mut composer = Composer::new(self, 0);
        let mut outgoing = Outgoing::default();
        let length = self.0.messages.len() as u64;
        let (calls, messages) = match self.sending() {
            Sending::One => (length.clamp(1, CHECKED), 1),
            Sending::All => (1, 1),
            Sending::Dynamic => (1, length.clamp(1, CHECKED)),
        };
        for number in 0..calls {
            composer.begin(Call { number, worker: 0, connection: 0, now }, &mut outgoing)?;
            for _ in 0..messages {
                composer.next(&mut outgoing)?;
            }
        }
        Ok(())
    }

    /// The method that is called.
    pub fn method(&self) -> &Method {
        &self.0.method
    }

    /// The messages.
    pub fn messages(&self) -> &Messages {
        &self.0.messages
    }

    /// The metadata.
    pub fn metadata(&self) -> &Metadata {
        &self.0.metadata
    }

    /// Whether messages are compressed.
    pub fn is_compressed(&self) -> bool {
        self.0.options.framer.gzip
    }

    /// Whether nothing has to be evaluated.
    pub fn is_static(&self) -> bool {
        self.0.is_static
    }

    pub(crate) fn has_static_data(&self) -> bool {
        self.0.has_static_data
    }

    pub(crate) fn name(&self) -> Option<&str> {
        self.0.options.name.as_deref()
    }

    pub(crate) fn zone(&self) -> &Zone {
        &self.0.options.zone
    }

    pub(crate) fn count(&self) -> Option<u64> {
        self.0.options.count
    }

    pub(crate) fn sending(&self) -> Sending {
        match self.method().streaming() {
            Streaming::Unary | Streaming::Server => Sending::One,
            Streaming::Client | Streaming::Both if self.0.options.dynamic => Sending::Dynamic,
            Streaming::Client | Streaming::Both => Sending::All,
        }
    }
}
