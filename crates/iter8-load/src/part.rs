//! One of several runners that share a test.

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

/// Part i of the k parts of a test, written `i/k` with i from 1.
///
/// Of n things that are dealt to k parts, part i has every k-th from the i-th on. Requests are
/// dealt by their number, so that the parts together send exactly the requests of the whole, each
/// at its moment, whoever is late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// From 0.
    index: u64,
    of: NonZeroU64,
}

/// A text or a pair of numbers that is no part.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no part: expected I/K, such as 1/3, with I from 1 to K")]
pub struct InvalidPart(String);

impl Part {
    /// A test that is not shared.
    pub const WHOLE: Self = Self { index: 0, of: NonZeroU64::MIN };

    /// Part `number`, from 1, of so many.
    pub fn new(number: u64, of: u64) -> Result<Self, InvalidPart> {
        let invalid = || InvalidPart(format!("{number}/{of}"));
        let of = NonZeroU64::new(of).ok_or_else(invalid)?;
        let index = number.checked_sub(1).filter(|index| *index < of.get()).ok_or_else(invalid)?;
        Ok(Self { index, of })
    }

    /// Which part it is, from 1.
    pub fn number(self) -> u64 {
        self.index + 1
    }

    /// How many parts there are.
    pub fn of(self) -> u64 {
        self.of.get()
    }

    /// Whether it is the only part.
    pub fn is_whole(self) -> bool {
        self.of == NonZeroU64::MIN
    }

    /// How many of `all` things this part has.
    pub fn deal(self, all: u64) -> u64 {
        all / self.of + u64::from(self.index < all % self.of)
    }

    /// The number in the whole of the `own`-th thing, from 0, of this part.
    pub(crate) fn place(self, own: u64) -> u64 {
        self.index.saturating_add(self.of.get().saturating_mul(own))
    }
}

impl Default for Part {
    fn default() -> Self {
        Self::WHOLE
    }
}

impl FromStr for Part {
    type Err = InvalidPart;

    fn from_str(text: &str) -> Result<Self, InvalidPart> {
        let invalid = || InvalidPart(text.to_owned());
        let (number, of) = text.split_once('/').ok_or_else(invalid)?;
        let read = |text: &str| text.trim().parse::<u64>().map_err(|_| invalid());
        Self::new(read(number)?, read(of)?).map_err(|_| invalid())
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number(), self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_as_they_are_written() {
        for text in ["1/1", "1/3", "3/3", "17/1000"] {
            assert_eq!(text.parse::<Part>().unwrap().to_string(), text);
        }
        assert_eq!(" 2 / 3 ".parse::<Part>(), Part::new(2, 3));
        assert!(Part::WHOLE.is_whole() && Part::default().is_whole());
        assert!(!"1/2".parse::<Part>().unwrap().is_whole());
        for text in ["", "1", "0/3", "4/3", "1/0", "-1/2", "1/2/3", "a/b"] {
            let message =
                format!("{text:?} is no part: expected I/K, such as 1/3, with I from 1 to K");
            assert_eq!(text.parse::<Part>().unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn parts_have_everything_once() {
        for (all, of) in [(0, 1), (1, 3), (7, 3), (9, 3), (2, 5), (100, 7)] {
            let mut seen: Vec<u64> = (1..=of)
                .map(|number| Part::new(number, of).unwrap())
                .flat_map(|part| (0..part.deal(all)).map(move |own| part.place(own)))
                .collect();
            seen.sort_unstable();
            assert!(seen.into_iter().eq(0..all), "{all} to {of}");
        }
    }
}
