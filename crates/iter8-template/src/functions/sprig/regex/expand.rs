//! Replacement templates, in which `$1` and `${name}` stand for groups.

use ::regex::Captures;

use super::super::runes::{self, is_digit, is_letter};
use super::program::Subject;
use super::syntax::Group;

/// A part of a template.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Literal(&'a [u8]),
    /// What a group matched, named by its number or its name.
    Group(&'a [u8]),
}

/// Cuts a template into pieces. A `$` without a name behind it stands for itself.
pub(super) fn parse(template: &[u8]) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some(dollar) = rest.iter().position(|byte| *byte == b'$') {
        pieces.push(Piece::Literal(&rest[..dollar]));
        let after = &rest[dollar + 1..];
        if after.first() == Some(&b'$') {
            pieces.push(Piece::Literal(&after[..1]));
            rest = &after[1..];
        } else if let Some((name, length)) = reference(after) {
            pieces.push(Piece::Group(name));
            rest = &after[length..];
        } else {
            pieces.push(Piece::Literal(&rest[dollar..=dollar]));
            rest = after;
        }
    }
    pieces.push(Piece::Literal(rest));
    pieces
}

/// The name at the start of a text, and how many bytes it takes with its braces.
fn reference(text: &[u8]) -> Option<(&[u8], usize)> {
    let braces = usize::from(text.first() == Some(&b'{'));
    let mut length = 0;
    while let Some((c, size)) = runes::first(&text[braces + length..])
        && (is_letter(c) || is_digit(c) || c == '_')
    {
        length += size;
    }
    let end = braces + length;
    let is_closed = braces == 0 || text.get(end) == Some(&b'}');
    (length > 0 && is_closed).then(|| (&text[braces..end], end + braces))
}

/// The number that a name is; a zero before other digits makes it none.
fn number(name: &[u8]) -> Option<usize> {
    let is_number = name.iter().all(u8::is_ascii_digit) && (name.len() == 1 || name[0] != b'0');
    if !is_number {
        return None;
    }
    std::str::from_utf8(name).ok()?.parse().ok()
}

/// The names of groups that a template asks for.
#[derive(Default)]
pub(super) struct Wanted<'a> {
    names: Vec<&'a [u8]>,
}

impl<'a> Wanted<'a> {
    pub(super) fn by(pieces: &[Piece<'a>]) -> Self {
        let name = |piece: &Piece<'a>| match piece {
            Piece::Group(name) => Some(*name),
            Piece::Literal(_) => None,
        };
        let mut names: Vec<&[u8]> = pieces.iter().filter_map(name).collect();
        names.sort_unstable();
        names.dedup();
        Self { names }
    }

    /// Whether it asks for a group.
    pub(super) fn has(&self, group: &Group<'_>) -> bool {
        let has = |name: &[u8]| self.names.binary_search(&name).is_ok();
        has(group.number.to_string().as_bytes())
            || group.name.is_some_and(|name| has(name.as_bytes()))
    }
}

/// What a match makes of a group: the first of that name that takes part in it. The groups are those
/// that were asked for.
pub(super) fn text_of<'s>(
    name: &[u8],
    groups: &[Group<'_>],
    found: &Captures<'_>,
    subject: &Subject<'s>,
) -> &'s [u8] {
    let number = number(name);
    let is_meant = |group: &Group<'_>| match number {
        Some(number) => group.number == number,
        None => group.name.is_some_and(|other| other.as_bytes() == name),
    };
    let place = if number == Some(0) {
        found.get(0)
    } else {
        let mut places = groups.iter().enumerate().filter(|(_, group)| is_meant(group));
        places.find_map(|(index, _)| found.get(index + 1))
    };
    place.map_or(&[], |place| subject.part(place.range()))
}
