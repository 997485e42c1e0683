//! A text that must not be seen: a password, a token, a key.

use std::fmt;

/// What stands where a secret would.
pub const REDACTED: &str = "[redacted]";

/// A text that never prints itself. Whoever needs it asks for it by [`Secret::reveal`], so that all
/// places that do can be found.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text from being seen.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself: for the wire, not for eyes.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing to hide.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(REDACTED)
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn does_not_print_itself() {
        let held = Some(Secret::new("hunter2"));
        assert_eq!(format!("{held:?}"), "Some([redacted])");
        assert_eq!(format!("{held:#?}"), "Some(\n    [redacted],\n)");
        assert_eq!(held.as_ref().map(Secret::reveal), Some("hunter2"));
    }

    #[test]
    fn compares_by_its_text() {
        assert_eq!(Secret::from("a"), Secret::from("a".to_owned()));
        assert_ne!(Secret::from("a"), Secret::default());
        assert!(Secret::default().is_empty());
        assert!(!Secret::from("a").is_empty());
    }
}
