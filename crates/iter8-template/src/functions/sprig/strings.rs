//! Text: what it contains, repeating, replacing, cutting.

pub(super) mod case;
pub(super) mod quote;
pub(super) mod split;
pub(super) mod trim;
pub(super) mod words;
pub(super) mod wrap;

use super::{panics, runes, search};
use crate::function::{Call, Failure, Function, Param};
use crate::value::{Text, Value};

/// Functions on text.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("abbrev", &[Param::Int, Param::Text], |call| {
        let (width, text) = (call.int(0), call.text(1));
        Ok(if width < 4 { text.clone() } else { abbreviate(text, 0, width) }.into())
    }),
    Function::new("abbrevboth", &[Param::Int, Param::Int, Param::Text], |call| {
        let (left, width, text) = (call.int(0), call.int(1), call.text(2));
        let too_narrow = width < 4 || (left > 0 && width < 7);
        Ok(if too_narrow { text.clone() } else { abbreviate(text, left, width) }.into())
    }),
    Function::new("contains", &[Param::Text, Param::Text], |call| {
        Ok(search::contains(call.text(1).as_bytes(), call.text(0).as_bytes()).into())
    }),
    Function::new("hasPrefix", &[Param::Text, Param::Text], |call| {
        Ok(call.text(1).as_bytes().starts_with(call.text(0).as_bytes()).into())
    }),
    Function::new("hasSuffix", &[Param::Text, Param::Text], |call| {
        Ok(call.text(1).as_bytes().ends_with(call.text(0).as_bytes()).into())
    }),
    Function::new("hello", &[], |_| Ok("Hello!".into())),
    Function::new("indent", &[Param::Int, Param::Text], |call| indented(call, b"")),
    Function::new("nindent", &[Param::Int, Param::Text], |call| indented(call, b"\n")),
    Function::new("plural", &[Param::Text, Param::Text, Param::Int], |call| {
        Ok(call.text(usize::from(call.int(2) != 1)).clone().into())
    }),
    Function::new("repeat", &[Param::Int, Param::Text], repeat),
    Function::new("replace", &[Param::Text, Param::Text, Param::Text], replace),
    Function::new("shuffle", &[Param::Text], shuffle),
    Function::new("substr", &[Param::Int, Param::Int, Param::Text], substr),
    Function::new("trunc", &[Param::Int, Param::Text], |call| Ok(trunc(call))),
];

/// At most `width` bytes of the text, so that the byte at `left` is among them; dots stand for
/// what is left out. `width` is at least 4, and at least 7 if something is left out at the start.
fn abbreviate(text: &Text, left: i64, width: i64) -> Text {
    const DOTS: &str = "...";
    let bytes = text.as_bytes();
    // Texts are far shorter than 2^62 bytes, and a larger width changes nothing.
    let width = usize::try_from(width).unwrap_or(usize::MAX);
    if bytes.len() <= width {
        return text.clone();
    }
    let kept = width - DOTS.len();
    let left = usize::try_from(left).unwrap_or(0).min(bytes.len() - kept);
    let mut short = Vec::with_capacity(width);
    if left <= 4 {
        short.extend_from_slice(&bytes[..kept]);
        short.extend_from_slice(DOTS.as_bytes());
    } else if left + kept < bytes.len() {
        short.extend_from_slice(DOTS.as_bytes());
        short.extend_from_slice(&bytes[left..left + kept - DOTS.len()]);
        short.extend_from_slice(DOTS.as_bytes());
    } else {
        short.extend_from_slice(DOTS.as_bytes());
        short.extend_from_slice(&bytes[bytes.len() - kept..]);
    }
    short.into()
}

/// The text with so many spaces at the start of each line.
fn indented(call: &mut Call<'_>, before: &[u8]) -> Result<Value, Failure> {
    let spaces = usize::try_from(call.int(0)).map_err(|_| panics::REPEAT)?;
    let text = call.text(1).as_bytes();
    let lines = text.split(|byte| *byte == b'\n').count();
    let length = spaces.saturating_mul(lines).saturating_add(before.len() + text.len());
    call.host.charge(length)?;
    let mut result = Vec::with_capacity(length);
    result.extend_from_slice(before);
    for (number, line) in text.split(|byte| *byte == b'\n').enumerate() {
        if number > 0 {
            result.push(b'\n');
        }
        result.resize(result.len() + spaces, b' ');
        result.extend_from_slice(line);
    }
    Ok(Value::text(result))
}

fn repeat(call: &mut Call<'_>) -> Result<Value, Failure> {
    let count = usize::try_from(call.int(0)).map_err(|_| panics::REPEAT)?;
    let text = call.text(1).as_bytes();
    call.host.charge(count.saturating_mul(text.len()))?;
    Ok(Value::text(text.repeat(count)))
}

fn replace(call: &mut Call<'_>) -> Result<Value, Failure> {
    let (old, new, text) = (call.text(0), call.text(1).as_bytes(), call.text(2));
    let places = || places(text.as_bytes(), old.as_bytes());
    let grown = places().count().saturating_mul(new.len());
    call.host.charge(grown.saturating_add(text.len()))?;
    let mut result = Vec::new();
    let mut done = 0;
    for place in places() {
        result.extend_from_slice(&text.as_bytes()[done..place]);
        result.extend_from_slice(new);
        done = place + old.len();
    }
    result.extend_from_slice(&text.as_bytes()[done..]);
    Ok(Value::text(result))
}

/// Where a part begins. The empty part is before each character and at the end.
fn places<'a>(text: &'a [u8], part: &'a [u8]) -> Box<dyn Iterator<Item = usize> + 'a> {
    if !part.is_empty() {
        return search::positions(text, part);
    }
    let next = |place: &usize| runes::first(&text[*place..]).map(|(_, length)| place + length);
    Box::new(std::iter::successors(Some(0), next))
}

/// The characters in random order.
fn shuffle(call: &mut Call<'_>) -> Result<Value, Failure> {
    let mut characters: Vec<char> = call.text(0).as_str().chars().collect();
    call.host.charge(characters.len().saturating_mul(size_of::<char>()))?;
    for index in (1..characters.len()).rev() {
        let mut bytes = [0; 8];
        call.host.random().fill(&mut bytes);
        // The bias of the remainder is below 2^-40 for texts of any length that fits in memory.
        let other = u64::from_le_bytes(bytes) % (index as u64 + 1);
        characters.swap(index, usize::try_from(other).unwrap_or(index));
    }
    Ok(Value::text(characters.into_iter().collect::<String>()))
}

/// Bytes from a start to an end; a negative start is none, an end out of range the end of the text.
fn substr(call: &mut Call<'_>) -> Result<Value, Failure> {
    let (start, end, text) = (call.int(0), call.int(1), call.text(2).as_bytes());
    let beyond = end < 0 || usize::try_from(end).is_ok_and(|end| end > text.len());
    let part = match (start < 0, beyond) {
        (true, _) => panics::cut(text, None, Some(end))?,
        (false, true) => panics::cut(text, Some(start), None)?,
        (false, false) => panics::cut(text, Some(start), Some(end))?,
    };
    Ok(Value::text(part))
}

/// The first bytes, or for a negative count the last ones.
fn trunc(call: &Call<'_>) -> Value {
    let (count, text) = (call.int(0), call.text(1).as_bytes());
    let size = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    Value::text(match text.len().checked_sub(size) {
        Some(dropped) if count < 0 && dropped > 0 => &text[dropped..],
        Some(_) if count >= 0 => &text[..size],
        _ => text,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, check_bounded, evaluate};
    use crate::Limits;

    #[test]
    fn contents() {
        check(&[
            (r#"contains "b" "abc""#, "true"),
            (r#"contains "" "abc""#, "true"),
            (r#"contains "x" "abc""#, "false"),
            (r#"contains "abc" "ab""#, "false"),
            (r#"contains "" """#, "true"),
            (r#""abc" | contains "bc""#, "true"),
            (r#"contains (b64dec "/w==") (b64dec "Yf9j")"#, "true"),
            (r#"hasPrefix "a" "abc""#, "true"),
            (r#"hasPrefix "" "abc""#, "true"),
            (r#"hasPrefix "b" "abc""#, "false"),
            (r#"hasPrefix "abcd" "abc""#, "false"),
            (r#"hasSuffix "c" "abc""#, "true"),
            (r#"hasSuffix "" """#, "true"),
            (r#"hasSuffix "b" "abc""#, "false"),
            (r#"contains 1 "abc""#, "error! expected string; found 1"),
        ]);
    }

    #[test]
    fn repeating() {
        check(&[
            (r#"repeat 3 "ab""#, r#""ababab""#),
            (r#"repeat 0 "ab""#, r#""""#),
            (r#"repeat 2 """#, r#""""#),
            (r#"repeat -1 "ab""#, "error: strings: negative Repeat count"),
            (r#"indent 2 "a\nb""#, r#""  a\n  b""#),
            (r#"indent 2 """#, r#""  ""#),
            (r#"indent 0 "a\nb""#, r#""a\nb""#),
            (r#"indent 2 "a\n""#, r#""  a\n  ""#),
            (r#"indent 2 "\n\n""#, r#""  \n  \n  ""#),
            (r#"indent -1 "a""#, "error: strings: negative Repeat count"),
            (r#"nindent 2 "a\nb""#, r#""\n  a\n  b""#),
            (r#"nindent 0 """#, r#""\n""#),
            (r#"nindent -1 """#, "error: strings: negative Repeat count"),
        ]);
    }

    #[test]
    fn replacing() {
        check(&[
            (r#"replace "a" "b" "banana""#, r#""bbnbnb""#),
            (r#"replace "a" "" "banana""#, r#""bnn""#),
            (r#"replace "" "-" "abä""#, r#""-a-b-ä-""#),
            (r#"replace "" "-" """#, r#""-""#),
            (r#"replace "aa" "b" "aaaaa""#, r#""bba""#),
            (r#"replace "x" "y" "abc""#, r#""abc""#),
            (r#"replace "abcd" "x" "abc""#, r#""abc""#),
            (r#"replace "ä" "a" "äöä""#, r#""aöa""#),
            (r#"replace (b64dec "/w==") "x" (b64dec "Yf9j")"#, r#""axc""#),
            (r#"replace "" "-" (b64dec "Yf9j")"#, r#""-a-\xff-c-""#),
        ]);
    }

    #[test]
    fn choosing() {
        check(&[
            (r#"plural "one" "many" 1"#, r#""one""#),
            (r#"plural "one" "many" 0"#, r#""many""#),
            (r#"plural "one" "many" 2"#, r#""many""#),
            (r#"plural "one" "many" -1"#, r#""many""#),
            (r#"plural "one" "many" (len (list 1))"#, r#""one""#),
            (r#"plural "one" "many" 1.0"#, r#""one""#),
            ("hello", r#""Hello!""#),
        ]);
    }

    #[test]
    fn cutting() {
        check(&[
            (r#"trunc 2 "abc""#, r#""ab""#),
            (r#"trunc 5 "abc""#, r#""abc""#),
            (r#"trunc 0 "abc""#, r#""""#),
            (r#"trunc 3 "abc""#, r#""abc""#),
            (r#"trunc -2 "abc""#, r#""bc""#),
            (r#"trunc -3 "abc""#, r#""abc""#),
            (r#"trunc -5 "abc""#, r#""abc""#),
            (r#"trunc 1 "ä""#, r#""\xc3""#),
            (r#"trunc -1 "ä""#, r#""\xa4""#),
            (r#"trunc 2 """#, r#""""#),
            (r#"trunc -9223372036854775808 "abc""#, r#""abc""#),
            (r#"substr 0 2 "abc""#, r#""ab""#),
            (r#"substr 1 2 "abc""#, r#""b""#),
            (r#"substr 1 -1 "abc""#, r#""bc""#),
            (r#"substr 1 9 "abc""#, r#""bc""#),
            (r#"substr -1 2 "abc""#, r#""ab""#),
            (r#"substr -5 0 "abc""#, r#""""#),
            (r#"substr 0 0 "abc""#, r#""""#),
            (r#"substr 3 3 "abc""#, r#""""#),
            (r#"substr -1 -1 "abc""#, "error: runtime error: slice bounds out of range [:-1]"),
            (
                r#"substr -1 9 "abc""#,
                "error: runtime error: slice bounds out of range [:9] with length 3",
            ),
            (r#"substr 5 9 "abc""#, "error: runtime error: slice bounds out of range [5:3]"),
            (r#"substr 2 1 "abc""#, "error: runtime error: slice bounds out of range [2:1]"),
            (r#"substr 0 1 "ä""#, r#""\xc3""#),
        ]);
    }

    #[test]
    fn abbreviating() {
        check(&[
            (r#"abbrev 5 "hello world""#, r#""he...""#),
            (r#"abbrev 3 "hello world""#, r#""hello world""#),
            (r#"abbrev 4 "hello world""#, r#""h...""#),
            (r#"abbrev 11 "hello world""#, r#""hello world""#),
            (r#"abbrev 12 "hello world""#, r#""hello world""#),
            (r#"abbrev 10 "hello world""#, r#""hello w...""#),
            (r#"abbrev 0 """#, r#""""#),
            (r#"abbrev -5 "hello""#, r#""hello""#),
            (r#"abbrev 5 "ääää""#, r#""ä...""#),
            (r#"abbrevboth 5 10 "1234 5678 9123""#, r#""...5678...""#),
            (r#"abbrevboth 4 10 "1234 5678 9123""#, r#""1234 56...""#),
            (r#"abbrevboth 0 10 "1234 5678 9123""#, r#""1234 56...""#),
            (r#"abbrevboth -1 10 "1234 5678 9123""#, r#""1234 56...""#),
            (r#"abbrevboth 9 10 "1234 5678 9123""#, r#""...78 9123""#),
            (r#"abbrevboth 99 10 "1234 5678 9123""#, r#""...78 9123""#),
            (r#"abbrevboth 5 6 "1234 5678 9123""#, r#""1234 5678 9123""#),
            (r#"abbrevboth 0 6 "1234 5678 9123""#, r#""123...""#),
            (r#"abbrevboth 0 3 "1234 5678 9123""#, r#""1234 5678 9123""#),
            (r#"abbrevboth 5 7 "1234 5678 9123""#, r#""...5...""#),
            (r#"abbrevboth 5 8 "1234 5678 9123 4567""#, r#""...56...""#),
            (r#"abbrevboth 5 20 "1234 5678 9123""#, r#""1234 5678 9123""#),
            (r#"abbrevboth 6 9 "abcdefghijklmnopqrstuvwxyz""#, r#""...ghi...""#),
            (r#"abbrevboth 20 9 "abcdefghijklmnopqrstuvwxyz""#, r#""...uvwxyz""#),
            (r#"abbrevboth 19 9 "abcdefghijklmnopqrstuvwxyz""#, r#""...tuv...""#),
        ]);
    }

    #[test]
    fn shuffling_keeps_the_letters() {
        check(&[
            (r#"shuffle """#, r#""""#),
            (r#"shuffle "a""#, r#""a""#),
            (r#"shuffle "aaaa""#, r#""aaaa""#),
            (r#"len (shuffle "abc")"#, "3"),
        ]);
    }

    #[test]
    fn shuffled_text_has_the_same_characters() {
        let shuffled = evaluate("shuffle \"abcdefgh äöü\"", Limits::default());
        let sorted = |text: &str| {
            let mut characters: Vec<char> = text.chars().collect();
            characters.sort_unstable();
            characters
        };
        assert_eq!(sorted(&shuffled), sorted("\"abcdefgh äöü\""));
        assert_ne!(shuffled, "\"abcdefgh äöü\"");
    }

    #[test]
    fn long_results_are_refused() {
        check_bounded(&[
            "repeat 1000000000 \"ab\"",
            "repeat 9223372036854775807 \"ab\"",
            "indent 1000000000 \"a\"",
            "nindent 9223372036854775807 \"a\\nb\"",
            "indent 1000000 (repeat 1000 \"\\n\")",
            "replace \"a\" (repeat 10000 \"b\") (repeat 10000 \"a\")",
            "replace \"\" (repeat 10000 \"b\") (repeat 10000 \"a\")",
            "shuffle (repeat 1000000 \"a\")",
        ]);
    }
}
