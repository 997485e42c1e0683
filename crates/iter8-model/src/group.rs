//! The name of a group: of an experiment among others in one place.

use std::fmt;
use std::str::FromStr;

/// Longest name. In a cluster it becomes part of the names of a Job or CronJob and its pods, which
/// have 52 and 63 characters; the rest is for what is appended.
pub const MAX_LENGTH: usize = 40;

/// The group of experiments that is meant unless another is named.
pub const DEFAULT: &str = "default";

/// A checked group name: what a Kubernetes object may be called, short enough for all that is
/// derived from it. It is safe as the name of a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group(String);

/// Why a text cannot be the name of a group.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GroupError {
    /// Longer than [`MAX_LENGTH`].
    #[error("group {0:?} has more than {MAX_LENGTH} characters")]
    TooLong(String),
    /// Characters that names of objects may not have.
    #[error(
        "group {0:?} is not a name; expected lower-case letters, digits, - and ., beginning and \
         ending with a letter or digit"
    )]
    Characters(String),
}

impl Group {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Group {
    type Err = GroupError;

    fn from_str(text: &str) -> Result<Self, GroupError> {
        if text.len() > MAX_LENGTH {
            return Err(GroupError::TooLong(text.to_owned()));
        }
        let is_edge = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let is_label = |label: &str| {
            label.starts_with(is_edge)
                && label.ends_with(is_edge)
                && label.chars().all(|c| is_edge(c) || c == '-')
        };
        if text.split('.').all(is_label) {
            return Ok(Self(text.to_owned()));
        }
        Err(GroupError::Characters(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_objects_are_names_of_groups() {
        for name in [DEFAULT, "a", "web-v2", "my.app-1", &"x".repeat(MAX_LENGTH)] {
            assert_eq!(name.parse::<Group>().map(|group| group.to_string()).as_deref(), Ok(name));
        }
        for name in ["", "-a", "a-", "A", "a_b", "a b", "..", "a..b", "../x", "a/b", ".a"] {
            let error = name.parse::<Group>().unwrap_err();
            assert_eq!(error, GroupError::Characters(name.to_owned()));
        }
        let long = "x".repeat(MAX_LENGTH + 1);
        assert_eq!(long.parse::<Group>(), Err(GroupError::TooLong(long)));
    }
}
