//! Classes of characters, and escape sequences.

use std::fmt::Write as _;

use ::regex::Regex;

use super::syntax::{error, literal};

/// A class that has no characters.
pub(super) const NOTHING: &str = r"[^\x{0}-\x{10ffff}]";

/// Comparisons that a class of characters beyond ASCII takes.
pub(super) const WIDE: u64 = 10;
/// Comparisons that a class of Unicode takes.
const UNICODE: u64 = 200;

/// A class at the start of a text.
pub(super) struct Class<'a> {
    /// In the syntax of the crate, for any place where a class may stand.
    pub(super) translated: String,
    /// About how many comparisons it takes.
    pub(super) weight: u64,
    /// What follows it.
    pub(super) rest: &'a str,
}

/// A class in brackets.
pub(super) fn bracketed(text: &str) -> Result<Class<'_>, String> {
    let mut rest = &text[1..];
    let mut translated = String::from("[");
    let mut weight = 1;
    if let Some(negated) = rest.strip_prefix('^') {
        translated.push('^');
        weight = WIDE;
        rest = negated;
    }
    let missing = || error("missing closing ]", text);
    let mut is_first = true;
    // A bracket that closes is an ordinary character in the first place.
    while is_first || !rest.starts_with(']') {
        is_first = false;
        let class = match named(rest)? {
            Some(class) => Some(class),
            None => escaped(rest)?,
        };
        if let Some(class) = class {
            translated.push_str(&class.translated);
            weight += class.weight;
            rest = class.rest;
            continue;
        }
        let range = rest;
        let (low, after) = member(rest)?.ok_or_else(missing)?;
        let mut high = low;
        rest = after;
        if let Some(end) =
            after.strip_prefix('-').filter(|end| !end.is_empty() && !end.starts_with(']'))
        {
            (high, rest) = member(end)?.ok_or_else(missing)?;
            if high < low {
                let part = &range[..range.len() - rest.len()];
                return Err(error("invalid character class range", part));
            }
        }
        push_range(&mut translated, low, high);
        weight += if high < 0x80 { 1 } else { WIDE };
    }
    translated.push(']');
    Ok(Class { translated, weight, rest: &rest[1..] })
}

/// Adds a range without what is no character.
fn push_range(translated: &mut String, low: u32, high: u32) {
    let low = if char::from_u32(low).is_some() { low } else { 0xe000 };
    let high = if char::from_u32(high).is_some() { high } else { 0xd7ff };
    if low <= high {
        let _ = write!(translated, "{}-{}", literal(low), literal(high));
    } else {
        translated.push_str(NOTHING);
    }
}

/// A character of a class, be it escaped or not; `None` at the end of the text.
fn member(text: &str) -> Result<Option<(u32, &str)>, String> {
    let Some(c) = text.chars().next() else { return Ok(None) };
    if c == '\\' {
        return character(text).map(Some);
    }
    Ok(Some((u32::from(c), &text[c.len_utf8()..])))
}

/// A class such as `[:alpha:]` or `[:^alpha:]` within brackets.
fn named(text: &str) -> Result<Option<Class<'_>>, String> {
    let Some((name, rest)) = text.strip_prefix("[:").and_then(|text| text.split_once(":]")) else {
        return Ok(None);
    };
    let (positive, is_negated) = match name.strip_prefix('^') {
        Some(name) => (name, true),
        None => (name, false),
    };
    let members = match positive {
        "alnum" => "0-9A-Za-z",
        "alpha" => "A-Za-z",
        "ascii" => r"\x{0}-\x{7f}",
        "blank" => r"\x{9}\x{20}",
        "cntrl" => r"\x{0}-\x{1f}\x{7f}",
        "digit" => DIGITS,
        "graph" => r"\x{21}-\x{7e}",
        "lower" => "a-z",
        "print" => r"\x{20}-\x{7e}",
        "punct" => r"\x{21}-\x{2f}\x{3a}-\x{40}\x{5b}-\x{60}\x{7b}-\x{7e}",
        "space" => r"\x{9}-\x{d}\x{20}",
        "upper" => "A-Z",
        "word" => WORD,
        "xdigit" => "0-9A-Fa-f",
        _ => {
            let part = &text[..text.len() - rest.len()];
            return Err(error("invalid character class range", part));
        }
    };
    Ok(Some(of(members, is_negated, rest)))
}

const DIGITS: &str = "0-9";
const WORD: &str = "0-9A-Za-z_";
/// Go leaves out the vertical tab.
const SPACES: &str = r"\x{9}\x{a}\x{c}\x{d}\x{20}";

fn of<'a>(members: &str, is_negated: bool, rest: &'a str) -> Class<'a> {
    let (not, weight) = if is_negated { ("^", WIDE) } else { ("", 1) };
    Class { translated: format!("[{not}{members}]"), weight, rest }
}

/// A class such as `\d` or `\p{Greek}`; `None` if there is something else.
pub(super) fn escaped(text: &str) -> Result<Option<Class<'_>>, String> {
    let Some(escape) = text.strip_prefix('\\') else { return Ok(None) };
    let Some(letter) = escape.chars().next() else { return Ok(None) };
    let rest = &escape[letter.len_utf8()..];
    Ok(Some(match letter {
        'd' | 'D' => of(DIGITS, letter == 'D', rest),
        's' | 'S' => of(SPACES, letter == 'S', rest),
        'w' | 'W' => of(WORD, letter == 'W', rest),
        'p' | 'P' => return unicode(text, letter == 'P', rest).map(Some),
        _ => return Ok(None),
    }))
}

fn unicode<'a>(text: &'a str, is_negated: bool, name: &'a str) -> Result<Class<'a>, String> {
    let invalid = |part| error("invalid character class range", part);
    let (name, rest) = match name.strip_prefix('{') {
        Some(name) => name.split_once('}').ok_or_else(|| invalid(text))?,
        None => name.split_at(name.chars().next().ok_or_else(|| invalid(text))?.len_utf8()),
    };
    let (plain, is_negated) = match name.strip_prefix('^') {
        Some(name) => (name, !is_negated),
        None => (name, is_negated),
    };
    let translated = format!(r"\{}{{{plain}}}", if is_negated { 'P' } else { 'p' });
    let is_word = plain.chars().all(|c| c.is_ascii_alphanumeric() || "_- ".contains(c));
    if !is_word || Regex::new(&translated).is_err() {
        return Err(invalid(&text[..text.len() - rest.len()]));
    }
    Ok(Class { translated, weight: UNICODE, rest })
}

/// The code of an escaped character at the start of a text, and what follows it.
pub(super) fn character(text: &str) -> Result<(u32, &str), String> {
    let mut rest = &text[1..];
    let Some(letter) = next(&mut rest) else {
        return Err(error("trailing backslash at end of expression", ""));
    };
    let is_octal = |c: char| ('0'..='7').contains(&c);
    let code = match letter {
        'a' => Some(7),
        'f' => Some(12),
        'n' => Some(10),
        'r' => Some(13),
        't' => Some(9),
        'v' => Some(11),
        // A single digit would refer to a group.
        '1'..='7' if !rest.starts_with(is_octal) => None,
        '0'..='7' => {
            let others = rest.chars().take(2).take_while(|c| is_octal(*c)).count();
            let digits = &text[1..2 + others];
            rest = &rest[others..];
            u32::from_str_radix(digits, 8).ok()
        }
        'x' => hexadecimal(&mut rest),
        c if c.is_ascii() && !c.is_ascii_alphanumeric() => Some(u32::from(c)),
        _ => None,
    };
    let code =
        code.ok_or_else(|| error("invalid escape sequence", &text[..text.len() - rest.len()]))?;
    Ok((code, rest))
}

fn next(rest: &mut &str) -> Option<char> {
    let c = rest.chars().next()?;
    *rest = &rest[c.len_utf8()..];
    Some(c)
}

/// Two digits, or any number of them in braces.
fn hexadecimal(rest: &mut &str) -> Option<u32> {
    let first = next(rest)?;
    if first != '{' {
        let second = next(rest)?;
        return Some(first.to_digit(16)? * 16 + second.to_digit(16)?);
    }
    let mut code = None;
    loop {
        let c = next(rest)?;
        if c == '}' {
            return code;
        }
        let sum = code.unwrap_or(0) * 16 + c.to_digit(16)?;
        if sum > u32::from(char::MAX) {
            return None;
        }
        code = Some(sum);
    }
}

#[cfg(test)]
mod tests;
