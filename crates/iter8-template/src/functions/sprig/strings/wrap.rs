//! Breaking lines.

use crate::function::{Call, Failure, Function, Param};
use crate::value::Value;

/// Functions that break lines.
pub(in super::super) const FUNCTIONS: &[Function] = &[
    Function::new("wrap", &[Param::Int, Param::Text], |call| {
        wrapped(call.int(0), b"\n", call.text(1).as_bytes(), LongWords::Stay, call)
    }),
    Function::new("wrapWith", &[Param::Int, Param::Text, Param::Text], |call| {
        let newline: &[u8] = if call.text(1).is_empty() { b"\n" } else { call.text(1).as_bytes() };
        wrapped(call.int(0), newline, call.text(2).as_bytes(), LongWords::Break, call)
    }),
];

/// What becomes of words that are longer than a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LongWords {
    Stay,
    Break,
}

/// Breaks a text at spaces into lines of so many bytes, newlines in it being ordinary characters.
fn wrapped(
    width: i64,
    newline: &[u8],
    text: &[u8],
    long_words: LongWords,
    call: &mut Call<'_>,
) -> Result<Value, Failure> {
    let width = usize::try_from(width.max(1)).unwrap_or(usize::MAX);
    // Each line but the last takes a width of the text, or a space.
    let lines = text.len() / width.min(2);
    call.host.charge(lines.saturating_mul(newline.len()).saturating_add(text.len()))?;
    let mut result = Vec::with_capacity(text.len());
    let mut rest = text;
    while rest.len() > width {
        if rest[0] == b' ' {
            rest = &rest[1..];
            continue;
        }
        let (line, skipped) = match (last_space(&rest[..=width]), long_words) {
            (Some(space), _) => (space, 1),
            (None, LongWords::Break) => (width, 0),
            (None, LongWords::Stay) => match rest[width..].iter().position(|byte| *byte == b' ') {
                Some(space) => (width + space, 1),
                None => break,
            },
        };
        result.extend_from_slice(&rest[..line]);
        result.extend_from_slice(newline);
        rest = &rest[line + skipped..];
    }
    result.extend_from_slice(rest);
    Ok(Value::text(result))
}

fn last_space(text: &[u8]) -> Option<usize> {
    text.iter().rposition(|byte| *byte == b' ')
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{check, check_bounded};

    #[test]
    fn at_spaces() {
        check(&[
            (r#"wrap 5 "hello world""#, r#""hello\nworld""#),
            (r#"wrap 20 "hello world""#, r#""hello world""#),
            (r#"wrap 11 "hello world""#, r#""hello world""#),
            (r#"wrap 10 "hello world""#, r#""hello\nworld""#),
            (r#"wrap 3 "hello world""#, r#""hello\nworld""#),
            (r#"wrap 0 "a b c""#, r#""a\nb\nc""#),
            (r#"wrap -1 "a b c""#, r#""a\nb\nc""#),
            (r#"wrap 1 "ab c""#, r#""ab\nc""#),
            (r#"wrap 5 """#, r#""""#),
            (r#"wrap 5 "    a""#, r#""    a""#),
            (r#"wrap 5 "a       b""#, r#""a    \n  b""#),
            (r#"wrap 5 "a b c d e f""#, r#""a b c\nd e f""#),
            (r#"wrap 5 "longword""#, r#""longword""#),
            (r#"wrap 5 "longword again""#, r#""longword\nagain""#),
            (r#"wrap 5 "a longword again""#, r#""a\nlongword\nagain""#),
            (r#"wrap 5 "a\nb c d e""#, r#""a\nb c\nd e""#),
            (r#"wrap 3 "ää ää""#, r#""ää\nää""#),
            (r#"wrap 5 "abc   ""#, r#""abc  \n""#),
            (r#"wrap 5 "abcde   x""#, r#""abcde\n  x""#),
        ]);
    }

    #[test]
    fn with_something_else() {
        check(&[
            (r#"wrapWith 5 "|" "hello world""#, r#""hello|world""#),
            (r#"wrapWith 3 "|" "hello world""#, r#""hel|lo|wor|ld""#),
            (r#"wrapWith 1 "|" "abc""#, r#""a|b|c""#),
            (r#"wrapWith 1 "|" "a b c""#, r#""a|b|c""#),
            (r#"wrapWith 0 "|" "abc""#, r#""a|b|c""#),
            (r#"wrapWith 5 "" "hello world""#, r#""hello\nworld""#),
            (r#"wrapWith 5 "<br>" "aaaaaaaaaaaa bb""#, r#""aaaaa<br>aaaaa<br>aa bb""#),
            (r#"wrapWith 4 "|" "    abcdefgh""#, r#""abcd|efgh""#),
            (r#"wrapWith 1 "|" "ä""#, r#""\xc3|\xa4""#),
        ]);
    }

    #[test]
    fn many_long_newlines_are_refused() {
        check_bounded(&["wrapWith 1 (repeat 10000 \"-\") (repeat 10000 \"a\")"]);
    }
}
