//! Non-blocking sockets for load tests, plain and encrypted, and one wait for all of them.
//!
//! - A [`Poller`] waits for many sockets and for a moment, to the microsecond.
//! - A [`Link`] is one of them: it finds its way to one of several [`Peer`]s, through a proxy and
//!   a TLS handshake if its [`Endpoint`] asks for them, and then sends and receives.
//! - [`Deadlines`] limit what connections do, in constant time.
//!
//! All of it belongs to one thread and never blocks. It knows no protocol above TLS.
//!
//! Start reading at [`Link`].

mod buffers;
mod deadlines;
mod encrypted;
mod endpoint;
mod link;
mod peer;
mod poller;
mod resolve;
mod stamps;
mod tunnel;

pub use buffers::Buffers;
pub use deadlines::Deadlines;
pub use endpoint::{Encryption, Endpoint};
pub use link::{Dialing, Link, LinkError, Received};
pub use peer::Peer;
pub use poller::{Poller, Readiness};
pub use resolve::{ResolveError, resolve};
pub use tunnel::{Tunnel, TunnelError};
