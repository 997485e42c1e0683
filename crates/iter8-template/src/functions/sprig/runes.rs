//! Characters as Go's package `unicode` sees them: general categories, and case mappings from one
//! character to one, where the standard library of Rust has derived properties and full mappings.
//!
//! Go 1.2x knows Unicode 15, so letters that came later change their case here and not there.

use std::sync::LazyLock;

use regex::Regex;

/// A general category, for characters beyond ASCII.
struct Category(LazyLock<Regex>);

impl Category {
    fn contains(&self, c: char) -> bool {
        self.0.is_match(c.encode_utf8(&mut [0; 4]))
    }
}

macro_rules! category {
    ($pattern:literal) => {
        Category(LazyLock::new(|| Regex::new($pattern).expect("the pattern is valid")))
    };
}

static UPPER: Category = category!(r"\p{Lu}");
static LOWER: Category = category!(r"\p{Ll}");
static TITLE: Category = category!(r"\p{Lt}");
static LETTER: Category = category!(r"\p{L}");
static DIGIT: Category = category!(r"\p{Nd}");
static PUNCTUATION: Category = category!(r"\p{P}");

/// An upper-case letter.
pub(super) fn is_upper(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_uppercase() } else { UPPER.contains(c) }
}

/// A lower-case letter.
pub(super) fn is_lower(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_lowercase() } else { LOWER.contains(c) }
}

/// A title-case letter such as `ǅ`.
pub(super) fn is_title(c: char) -> bool {
    !c.is_ascii() && TITLE.contains(c)
}

/// A letter of any case or none.
pub(super) fn is_letter(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphabetic() } else { LETTER.contains(c) }
}

/// A decimal digit.
pub(super) fn is_digit(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_digit() } else { DIGIT.contains(c) }
}

/// Punctuation; ASCII symbols such as `$` and `+` are none.
pub(super) fn is_punctuation(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_punctuation() && !"$+<=>^`|~".contains(c)
    } else {
        PUNCTUATION.contains(c)
    }
}

/// The upper-case character of one, or itself.
pub(super) fn to_upper(c: char) -> char {
    match c {
        // The full mapping of these is two letters; the simple one is the title case.
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => shift(c, 8),
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => shift(c, 9),
        _ => single(c.to_uppercase(), c),
    }
}

/// The lower-case character of one, or itself.
pub(super) fn to_lower(c: char) -> char {
    match c {
        '\u{130}' => 'i',
        _ => single(c.to_lowercase(), c),
    }
}

/// The title-case character of one, or itself.
pub(super) fn to_title(c: char) -> char {
    match c {
        '\u{1c4}'..='\u{1c6}' => '\u{1c5}',
        '\u{1c7}'..='\u{1c9}' => '\u{1c8}',
        '\u{1ca}'..='\u{1cc}' => '\u{1cb}',
        '\u{1f1}'..='\u{1f3}' => '\u{1f2}',
        // Georgian letters begin no word in capitals.
        '\u{10d0}'..='\u{10fa}' | '\u{10fd}'..='\u{10ff}' => c,
        _ => to_upper(c),
    }
}

fn shift(c: char, by: u32) -> char {
    char::from_u32(u32::from(c) + by).unwrap_or(c)
}

/// The only character of a mapping, or the character itself if the mapping has several.
fn single(mut mapping: impl ExactSizeIterator<Item = char>, c: char) -> char {
    if mapping.len() == 1 { mapping.next().unwrap_or(c) } else { c }
}

/// The first character and its length. A byte that belongs to none counts as U+FFFD.
pub(super) fn first(bytes: &[u8]) -> Option<(char, usize)> {
    let head = &bytes[..bytes.len().min(4)];
    let chunk = head.utf8_chunks().next()?;
    Some(match chunk.valid().chars().next() {
        Some(c) => (c, c.len_utf8()),
        None => (char::REPLACEMENT_CHARACTER, 1),
    })
}

/// The last character and its length. A byte that belongs to none counts as U+FFFD.
pub(super) fn last(bytes: &[u8]) -> Option<(char, usize)> {
    let tail = &bytes[bytes.len().saturating_sub(4)..];
    let start = tail.iter().rposition(|byte| byte & 0xc0 != 0x80).unwrap_or(0);
    match std::str::from_utf8(tail.get(start..)?) {
        Ok(text) => text.chars().next().map(|c| (c, c.len_utf8())),
        Err(_) => Some((char::REPLACEMENT_CHARACTER, 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_character_becomes_one() {
        for (c, upper, lower, title) in [
            ('a', 'A', 'a', 'A'),
            ('ß', 'ß', 'ß', 'ß'),
            ('İ', 'İ', 'i', 'İ'),
            ('ǆ', 'Ǆ', 'ǆ', 'ǅ'),
            ('ა', 'Ა', 'ა', 'ა'),
            ('ᾀ', 'ᾈ', 'ᾀ', 'ᾈ'),
            ('ῳ', 'ῼ', 'ῳ', 'ῼ'),
            ('ﬁ', 'ﬁ', 'ﬁ', 'ﬁ'),
            ('Σ', 'Σ', 'σ', 'Σ'),
        ] {
            assert_eq!((to_upper(c), to_lower(c), to_title(c)), (upper, lower, title), "{c}");
        }
    }

    #[test]
    fn categories_are_those_of_go() {
        assert!(is_upper('Ä') && !is_upper('Ⅰ') && !is_upper('ǅ'), "numbers are no letters");
        assert!(is_lower('ß') && !is_lower('ª') && !is_lower('ⓐ'));
        assert!(is_title('ǅ') && !is_title('Ǆ'));
        assert!(is_letter('語') && is_letter('ª') && !is_letter('²') && !is_letter('\u{301}'));
        assert!(is_digit('٣') && !is_digit('²'));
        assert!(is_punctuation('_') && is_punctuation('«') && !is_punctuation('$'));
    }

    #[test]
    fn bytes_outside_characters_are_replacements() {
        let cases: &[(&[u8], _, _)] = &[
            (b"", None, None),
            (b"ab", Some(('a', 1)), Some(('b', 1))),
            ("ä€😀".as_bytes(), Some(('ä', 2)), Some(('😀', 4))),
            ("x€".as_bytes(), Some(('x', 1)), Some(('€', 3))),
            (b"\xff\xe2\x82", Some(('\u{fffd}', 1)), Some(('\u{fffd}', 1))),
            (b"\xe2\x82a\x82", Some(('\u{fffd}', 1)), Some(('\u{fffd}', 1))),
            (b"\x82\x82\x82\x82", Some(('\u{fffd}', 1)), Some(('\u{fffd}', 1))),
        ];
        for (bytes, head, tail) in cases {
            assert_eq!((first(bytes), last(bytes)), (*head, *tail), "{bytes:?}");
        }
    }
}
