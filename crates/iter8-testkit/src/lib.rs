//! The means of the tests: servers that behave badly by script, services that take nothing but what
//! they document, golden files and bounded waits.
//!
//! It is a development dependency only and depends on nothing above layer 1, so that every crate
//! can use it. It has no client: tests bring the client they test.
//!
//! Start reading at [`Script`], which says what a server does, and [`ScriptedServer`], which does
//! it on a free port of 127.0.0.1; [`TlsFront`] puts TLS before it. [`fakes`] has the services that notifications go to.

mod capture;
pub mod certificates;
pub mod fakes;
mod golden;
mod script;
mod server;
mod tls_front;
mod wait;

pub use capture::Captured;
pub use golden::golden;
pub use script::{Script, Step};
pub use server::ScriptedServer;
pub use tls_front::{Clients, Front, Greeting, TlsFront};
pub use wait::wait_until;
