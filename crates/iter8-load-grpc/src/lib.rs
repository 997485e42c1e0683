//! gRPC load tests: what to call, what each call sends, what its answers mean, and the transport
//! that carries them.
//!
//! - [`descriptor`] knows services: from `.proto` files, from descriptor sets, or from the server
//!   itself.
//! - [`Method`] is the one that is called.
//! - [`CallPlan`] is everything about calls that is decided before the first; a [`Composer`] makes
//!   the metadata and messages of one call after the other from it, on one thread.
//! - [`MessageReader`] counts and checks what comes back, and [`Status`] says how a call ended.
//! - [`settings`] are the inputs of the task, checked.
//!
//! - [`GrpcTransport`] carries calls over HTTP/2; [`ask`] asks a server for its descriptors.
//!
//! Start reading at [`CallPlan`], then [`GrpcTransport`].

pub mod descriptor;
pub mod head;
pub mod settings;

mod ask;
mod call;
mod calls;
mod compose;
mod data;
mod frame;
mod metadata;
mod method;
mod plan;
mod response;
mod status;
mod structure;
mod transport;

pub use ask::{AskError, ask};
pub use calls::Extras;
pub use compose::{Composer, Frame, Outgoing};
pub use data::{Content, DataError, Messages};
pub use frame::{FrameError, Framer, PREFIX_BYTES, Packer};
pub use iter8_template::calls::{Call, Evaluation};
pub use metadata::{Metadata, MetadataError};
pub use method::{CallName, Method, MethodError, Streaming};
pub use plan::{CallOptions, CallPlan, ComposeError, PrepareError};
pub use response::{Intake, Message, MessageReader, ReadError};
pub use status::{Code, Status};
pub use transport::{Destination, EndpointError, GrpcTransport};
