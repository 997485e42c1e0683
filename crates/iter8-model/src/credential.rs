//! Credentials: texts that do not print themselves, references to where they are kept, and the
//! mask for those that are known.
//!
//! Nothing here reads the environment or a file; whoever resolves a [`Reference`] does.

mod redactor;
mod reference;
mod withhold;

pub use crate::secret::{REDACTED, Secret};
pub use redactor::Redactor;
pub use reference::{Reference, in_place_of_text};
pub use withhold::{Withheld, is_credential_name, withhold};
