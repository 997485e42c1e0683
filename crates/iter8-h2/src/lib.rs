//! The client side of HTTP/2 (RFC 9113) without I/O, made for load.
//!
//! A [`Connection`] turns requests into bytes for a socket, and bytes from it into events of a
//! [`Sink`]. It owns no socket, knows no time and spawns nothing, so it works over TCP or TLS and
//! under any loop, and is tested without a network. It is made for many requests of the same kind:
//! a [`Head`] is prepared once and then copied; nothing is allocated per request once buffers have
//! grown; responses are reported where they lie; and windows are so large that updates are rare.
//!
//! Whatever a peer sends, memory stays bounded: every bound is a constant with its reason.
//!
//! It does not know what a request means: no redirects, no cookies, no gRPC messages. It pushes
//! nothing, accepts no pushes and ignores priorities.
//!
//! Start reading at [`Connection`]; [`Head`] is what it sends, [`Sink`] what it tells.
//!
//! ```
//! use iter8_h2::{Connection, Head, RequestField, Settings, Sink};
//!
//! #[derive(Default)]
//! struct Statuses(Vec<(u32, u16)>);
//!
//! impl Sink for Statuses {
//!     fn head(&mut self, token: u32, status: u16) {
//!         self.0.push((token, status));
//!     }
//! }
//!
//! let head = Head::new([
//!     RequestField::stable(":method", "GET"),
//!     RequestField::stable(":scheme", "http"),
//!     RequestField::stable(":authority", "web:8080"),
//!     RequestField::varying(":path", "/"),
//! ])?;
//! let mut connection = Connection::new(&Settings::default());
//! connection.open(7, &head, true);
//! assert!(connection.output().starts_with(b"PRI * HTTP/2.0"));
//! // As if a socket had taken all of it, and the server had answered: SETTINGS, HEADERS.
//! connection.advance(connection.output().len());
//! let mut statuses = Statuses::default();
//! let answer = [0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 1, 1, 5, 0, 0, 0, 1, 0x88];
//! connection.receive(&answer, &mut statuses)?;
//! assert_eq!(statuses.0, [(7, 200)]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod connection;
mod error;
mod frame;
mod head;
mod hpack;
mod output;
mod settings;
mod sink;
mod stream;

pub use connection::{
    Connection, MAX_CONTINUATIONS, MAX_INTERIM, MAX_STREAMS, MAX_USELESS_FRAMES, OUTPUT_BOUND,
};
pub use error::{ConnectionError, ErrorCode};
pub use head::{Head, HeadError, RequestField, Reuse, Slot};
pub use hpack::HpackError;
pub use output::MAX_REPLIES;
pub use settings::{Fields, Settings};
pub use sink::{Cause, Fault, Sink};
pub use stream::StreamId;
