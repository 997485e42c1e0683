//! Regular expressions.

use jaq_core::ValR;
use jaq_core::native::bome;
use regex::{Captures, Regex, RegexBuilder};

use super::{Table, values};
use crate::jq::meter::{self, Limit};
use crate::jq::value::{JqError, Json, collect, fail, metered};

/// Largest compiled expression in bytes. Matching takes time in proportion to it.
const LARGEST_PROGRAM: usize = 128 * 1024;

/// Longest text that is searched, in bytes.
const LONGEST_TEXT: usize = 256 * 1024;

/// Steps for each byte that is searched: an expression may have to look at a byte in many states.
const STEPS_A_BYTE: usize = 8;

/// The functions.
pub(super) fn table() -> Table {
    vec![("matches", values(2), |mut cv| {
        let (flags, expression) = (cv.0.pop_var(), cv.0.pop_var());
        bome(matches(&cv.1, &expression, &flags))
    })]
}

/// The letters after an expression: `g` all matches, `n` none that are empty, `i` in any case, `x`
/// with blanks and comments, `s` and `p` with a dot that takes line ends. `l`, the longest match,
/// has no effect.
fn flags(value: &Json) -> ValR<&str, Json> {
    let letters = if matches!(value, Json::Null) { "" } else { value.as_text()? };
    match letters.chars().find(|letter| !"gnixspl".contains(*letter)) {
        None => Ok(letters),
        Some(other) => fail(format!("{other:?} is no flag of regular expressions")),
    }
}

/// The matches of an expression, as a list of objects.
fn matches(value: &Json, expression: &Json, letters: &Json) -> ValR<Json> {
    let text = value.as_text()?;
    let flags = flags(letters)?;
    if text.len() > LONGEST_TEXT {
        return metered(Err(meter::exhaust(Limit::Text)));
    }
    metered::<_, JqError>(meter::pass(text.len().saturating_mul(64 * STEPS_A_BYTE)))?;
    let regex = RegexBuilder::new(expression.as_text()?)
        .case_insensitive(flags.contains('i'))
        .ignore_whitespace(flags.contains('x'))
        .dot_matches_new_line(flags.contains(['s', 'p']))
        .size_limit(LARGEST_PROGRAM)
        .dfa_size_limit(LARGEST_PROGRAM)
        .build();
    let regex = match regex {
        Ok(regex) => regex,
        Err(error) => return fail(format!("not a regular expression: {}", in_short(&error))),
    };
    let mut places = Places { text, byte: 0, character: 0 };
    let most = if flags.contains('g') { usize::MAX } else { 1 };
    let found = regex.captures_iter(text).take(most);
    let found = found.filter(|found| !(flags.contains('n') && found[0].is_empty()));
    let found = found.map(|found| describe(&regex, &found, &mut places));
    collect(found).map(Json::list)
}

/// A match with its groups: where it begins in characters, how long it is, and what it says.
fn describe(regex: &Regex, found: &Captures<'_>, places: &mut Places<'_>) -> ValR<Json> {
    let begin = places.of(found.get_match().start());
    let mut whole = None;
    let mut groups = Vec::new();
    for (group, name) in found.iter().zip(regex.capture_names()) {
        metered::<_, JqError>(meter::step())?;
        let text = group.map(|group| group.as_str());
        let place = group.map(|group| {
            // A group may stand before what was looked at last; it is counted from the match on.
            let before = &found[0][..group.start() - found.get_match().start()];
            begin + before.chars().count()
        });
        let mut fields = vec![
            ("length", Json::Number(text.map_or(0, |text| text.chars().count()) as f64)),
            ("offset", place.map_or(Json::Number(-1.0), |place| Json::Number(place as f64))),
            ("string", text.map_or(Json::Null, Json::text)),
        ];
        if whole.is_none() {
            whole = Some(fields);
        } else {
            fields.push(("name", name.map_or(Json::Null, Json::text)));
            groups.push(Json::object(fields));
        }
    }
    let mut fields = whole.unwrap_or_default();
    fields.push(("captures", Json::list(groups)));
    Ok(Json::object(fields))
}

/// Counts characters up to places that come in order.
struct Places<'t> {
    text: &'t str,
    byte: usize,
    character: usize,
}

impl Places<'_> {
    fn of(&mut self, byte: usize) -> usize {
        self.character += self.text[self.byte..byte].chars().count();
        self.byte = byte;
        self.character
    }
}

/// An error of the library as one line.
fn in_short(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
        other => {
            let text = other.to_string();
            let last = text.lines().last().unwrap_or_default();
            last.trim_start_matches("error: ").to_owned()
        }
    }
}
