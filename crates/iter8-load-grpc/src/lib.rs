//! gRPC load tests, all but the network: what to call, what each call sends, and what its answers
//! mean.
//!
//! - [`descriptor`] knows services: from `.proto` files, from descriptor sets, or from the server
//!   itself.
//! - [`Method`] is the one that is called.
//! - [`CallPlan`] is everything about calls that is decided before the first; a [`Composer`] makes
//!   the metadata and messages of one call after the other from it, on one thread.
//! - [`MessageReader`] counts and checks what comes back, and [`Status`] says how a call ended.
//! - [`settings`] are the inputs of the task, checked.
//!
//! This crate knows no socket, no HTTP/2 and no clock: a transport brings bytes and the time.
//! Start reading at [`CallPlan`].

pub mod descriptor;
pub mod head;
pub mod settings;

mod call;
mod compose;
mod data;
mod frame;
mod metadata;
mod method;
mod plan;
mod response;
mod status;
mod structure;
mod template;

pub use call::Call;
pub use compose::{Composer, Frame, Outgoing};
pub use data::{Content, DataError, Messages};
pub use frame::{FrameError, Framer, PREFIX_BYTES, Packer};
pub use metadata::{Metadata, MetadataError};
pub use method::{CallName, Method, MethodError, Streaming};
pub use plan::{CallOptions, CallPlan, ComposeError, PrepareError};
pub use response::{Intake, Message, MessageReader, ReadError};
pub use status::{Code, Status};
pub use template::Evaluation;
