//! Quoted texts and characters, as `strconv.Quote` writes them.

use std::fmt::Write as _;

/// What is escaped besides control characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    /// Everything printable stays.
    Unicode,
    /// Everything beyond ASCII is escaped.
    Ascii,
}

/// A text in double quotes.
pub(crate) fn quote(bytes: &[u8]) -> String {
    quote_with(bytes, '"', Charset::Unicode)
}

/// A text in quotes.
pub(super) fn quote_with(bytes: &[u8], quote: char, charset: Charset) -> String {
    let mut out = String::with_capacity(bytes.len() + 2);
    out.push(quote);
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            escape(&mut out, c, quote, charset);
        }
        for byte in chunk.invalid() {
            push_hex(&mut out, 'x', 2, u32::from(*byte));
        }
    }
    out.push(quote);
    out
}

/// A character in single quotes.
pub(super) fn quote_character(c: char, charset: Charset) -> String {
    let mut out = String::from('\'');
    escape(&mut out, c, '\'', charset);
    out.push('\'');
    out
}

fn escape(out: &mut String, c: char, quote: char, charset: Charset) {
    let code = u32::from(c);
    if c == quote || c == '\\' {
        out.push('\\');
        out.push(c);
        return;
    }
    if is_printable(c) && (charset == Charset::Unicode || c.is_ascii()) {
        out.push(c);
        return;
    }
    match c {
        '\u{7}' => out.push_str("\\a"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{b}' => out.push_str("\\v"),
        _ if c < ' ' || c == '\u{7f}' => push_hex(out, 'x', 2, code),
        _ if code < 0x1_0000 => push_hex(out, 'u', 4, code),
        _ => push_hex(out, 'U', 8, code),
    }
}

fn push_hex(out: &mut String, letter: char, digits: usize, code: u32) {
    write!(out, "\\{letter}{code:0digits$x}").expect("strings take any text");
}

/// Whether Go calls the character printable: letters, marks, numbers, punctuation, symbols and the
/// space of ASCII.
pub(crate) fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return (' '..='~').contains(&c);
    }
    // The standard library has the table for its own escapes. It also escapes marks, but only
    // those at the beginning of a text.
    let mut buffer = *b"a\0\0\0\0";
    let length = c.encode_utf8(&mut buffer[1..]).len();
    let text = std::str::from_utf8(&buffer[..=length]).expect("a letter and a character");
    text.escape_debug().nth(1) != Some('\\')
}

/// Whether a text can stand in back quotes.
pub(crate) fn fits_back_quotes(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    text.chars().all(|c| match c {
        '\u{feff}' | '`' | '\u{7f}' => false,
        '\t' => true,
        _ => c >= ' ',
    })
}
