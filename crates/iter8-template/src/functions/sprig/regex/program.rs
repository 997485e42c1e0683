//! A compiled pattern, and searching with it within limits.

use std::borrow::Cow;
use std::ops::Range;

use ::regex::{Captures, Regex, RegexBuilder};

use super::expand::Wanted;
use super::syntax::{self, Group, Pattern};
use crate::function::{Call, Failure};
use crate::value::Text;

/// Most bytes that a compiled pattern takes. Patterns of users take a few thousand, classes of
/// letters a few ten thousand each time they are repeated.
const PROGRAM_SIZE: usize = 1 << 20;
/// Most bytes for what a search remembers, in each of two directions.
const SEARCH_SIZE: usize = 1 << 20;
/// Most groups times parts: a search remembers each group for each part in the worst case.
const MAX_GROUPS_TIMES_PARTS: u64 = 100_000;
/// Deepest nesting of groups, repetitions and alternatives. Go allows a thousand; compiling takes
/// stack for each.
const NESTING: u32 = 100;
/// Steps that compiling a pattern takes besides those for its parts.
const COMPILE_STEPS: u64 = 500;
/// Steps that compiling takes for each part.
const COMPILE_STEPS_PER_PART: u64 = 4;
/// Bytes of text that are searched in one step for each part of the pattern, in the worst case; in
/// most cases it is many more.
const BYTES_PER_STEP_AND_PART: u64 = 64;
/// Bytes of text that are searched in one step before a match turns out to be longest.
const BYTES_PER_STEP_AHEAD: u64 = 256;

/// A compiled pattern.
pub(super) struct Program<'a> {
    regex: Regex,
    pattern: Pattern<'a>,
}

impl<'a> Program<'a> {
    /// Compiles the pattern that is the first argument of a call, with the groups that are wanted.
    pub(super) fn new(call: &mut Call<'a>, wanted: &Wanted<'_>) -> Result<Self, Failure> {
        let pattern = Self::parse(call.text(0), wanted)?;
        let parts = pattern.weight.saturating_mul(COMPILE_STEPS_PER_PART);
        call.host.work(parts.saturating_add(COMPILE_STEPS))?;
        let too_large = || syntax::error("expression too large", &call.text(0).as_str());
        let groups = (pattern.groups.len() as u64).saturating_mul(pattern.weight);
        if groups > MAX_GROUPS_TIMES_PARTS {
            return Err(too_large().into());
        }
        let regex = RegexBuilder::new(&pattern.translated)
            .size_limit(PROGRAM_SIZE)
            .dfa_size_limit(SEARCH_SIZE)
            .nest_limit(NESTING)
            .build();
        match regex {
            Ok(regex) => Ok(Self { regex, pattern }),
            // Nothing else is left that the crate could not parse.
            Err(::regex::Error::Syntax(_)) => {
                let pattern = call.text(0).as_str();
                Err(syntax::error("expression nests too deeply", &pattern).into())
            }
            Err(_) => Err(too_large().into()),
        }
    }

    /// Checks a pattern without compiling it.
    pub(super) fn parse(pattern: &'a Text, wanted: &Wanted<'_>) -> Result<Pattern<'a>, String> {
        match std::str::from_utf8(pattern.as_bytes()) {
            Ok(pattern) => syntax::translate(pattern, wanted),
            Err(error) => {
                let rest = Text::from(&pattern.as_bytes()[error.valid_up_to()..]);
                Err(syntax::error("invalid UTF-8", &rest.as_str()))
            }
        }
    }

    /// The groups that were wanted and are there.
    pub(super) fn groups(&self) -> &[Group<'a>] {
        &self.pattern.groups
    }

    /// Where the first match is.
    pub(super) fn first(
        &self,
        call: &mut Call<'_>,
        subject: &Subject<'_>,
    ) -> Result<Option<Range<usize>>, Failure> {
        call.host.work(self.search_steps(subject))?;
        Ok(self.regex.find(&subject.text).map(|found| found.range()))
    }

    /// Calls a function with each match, at most with so many.
    pub(super) fn each<'s>(
        &self,
        call: &mut Call<'_>,
        subject: &'s Subject<'_>,
        most: usize,
        mut found: impl FnMut(&mut Call<'_>, &Captures<'s>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        call.host.work(self.search_steps(subject))?;
        for groups in self.regex.captures_iter(&subject.text).take(most) {
            // To see that a match is the longest can take the rest of the text, each time again.
            let end = groups.get(0).map_or(0, |whole| whole.end());
            let ahead = (subject.len() - end) as u64;
            let ahead =
                if self.pattern.is_bounded { self.pattern.weight.min(ahead) } else { ahead };
            call.host.work(1 + ahead / BYTES_PER_STEP_AHEAD)?;
            found(call, &groups)?;
        }
        Ok(())
    }

    fn search_steps(&self, subject: &Subject<'_>) -> u64 {
        let length = subject.len() as u64;
        self.pattern.weight.saturating_mul(length) / BYTES_PER_STEP_AND_PART
    }
}

/// The text that is searched. Bytes that are no character match as U+FFFD, as in Go.
pub(super) struct Subject<'a> {
    bytes: &'a [u8],
    text: Cow<'a, str>,
    /// Where replaced bytes are in the text.
    replaced: Vec<usize>,
}

/// How much longer U+FFFD is than the byte it stands for.
const EXCESS: usize = char::REPLACEMENT_CHARACTER.len_utf8() - 1;

impl<'a> Subject<'a> {
    /// The text that is the second argument of a call.
    pub(super) fn new(call: &mut Call<'a>) -> Result<Self, Failure> {
        let text = call.text(1);
        let bytes = text.as_bytes();
        let mut replaced = Vec::new();
        if let Err(error) = std::str::from_utf8(bytes) {
            let rest = bytes.len() - error.valid_up_to();
            call.host.charge(bytes.len().saturating_add(rest.saturating_mul(EXCESS + 8)))?;
        }
        let mut place = 0;
        for chunk in bytes.utf8_chunks() {
            place += chunk.valid().len();
            for _ in chunk.invalid() {
                replaced.push(place);
                place += 1 + EXCESS;
            }
        }
        Ok(Self { bytes, text: text.as_str(), replaced })
    }

    /// Length of the text, for ranges.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// The original bytes of a range of the text.
    pub(super) fn part(&self, range: Range<usize>) -> &'a [u8] {
        let original = |place: usize| {
            place - EXCESS * self.replaced.partition_point(|replaced| *replaced < place)
        };
        &self.bytes[original(range.start)..original(range.end)]
    }
}
