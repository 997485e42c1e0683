//! Texts as YAML scalars: plain, quoted or as a block, by go-yaml's choice.

use std::fmt::Write;

use super::super::yaml_scalar::{Meaning, is_base_60, resolve};

/// Where a text is written.
#[derive(Clone, Copy)]
pub(super) struct Spot {
    /// Characters before it on its line.
    pub(super) column: usize,
    /// Spaces before its lines, the first one apart.
    pub(super) indent: usize,
    /// Whether long lines are broken at spaces. Keys stay on one line.
    pub(super) is_folded: bool,
}

/// Lines longer than this are broken at the next space.
const WIDTH: usize = 80;

/// Writes a text.
pub(super) fn write(text: &str, spot: Spot) -> String {
    let shape = Shape::of(text);
    let is_text = matches!(resolve(text), Meaning::Text) && !is_base_60(text);
    let mut page = Page { out: String::new(), column: spot.column, spot };
    if text.contains('\n') {
        if shape.block_allowed {
            return block(text, spot.indent);
        }
        page.double_quoted(text);
    } else if !is_text {
        page.double_quoted(text);
    } else if shape.plain_allowed {
        page.plain(text);
    } else if shape.single_quoted_allowed {
        page.single_quoted(text);
    } else {
        page.double_quoted(text);
    }
    page.out
}

/// Whether a character ends a line in YAML 1.1.
pub(super) fn is_break(character: char) -> bool {
    matches!(character, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether go-yaml writes a character as it is.
fn is_printable(character: char) -> bool {
    matches!(character, '\n' | ' '..='~' | '\u{a0}'..='\u{fffd}') && character != '\u{feff}'
}

/// Which styles can show a text.
struct Shape {
    plain_allowed: bool,
    single_quoted_allowed: bool,
    block_allowed: bool,
}

impl Shape {
    fn of(text: &str) -> Self {
        let is_blank = |c: char| matches!(c, ' ' | '\t');
        let mut indicators = text.starts_with("---") || text.starts_with("...");
        let mut special = false;
        let mut breaks = false;
        let mut break_space = false;
        let mut space_break = false;
        let mut previous = None;
        for (at, character) in text.char_indices() {
            let next = text[at + character.len_utf8()..].chars().next();
            let before_blank = next.is_none_or(is_blank);
            indicators |= match (previous, character) {
                (None, c) if "#,[]{}&*!|>'\"%@`".contains(c) => true,
                (None, '?' | ':' | '-') | (Some(_), ':') => before_blank,
                (Some(before), '#') => is_blank(before) || before == '\0' || is_break(before),
                _ => false,
            };
            special |= !is_printable(character);
            breaks |= is_break(character);
            break_space |= character == ' ' && previous.is_some_and(is_break);
            space_break |= is_break(character) && previous == Some(' ');
            previous = Some(character);
        }
        let is_edge = |c: char| c == ' ' || is_break(c);
        let at_edge = text.starts_with(is_edge) || text.ends_with(is_edge);
        let hard = space_break || special;
        Self {
            plain_allowed: !(indicators || breaks || at_edge || hard),
            single_quoted_allowed: !(break_space || hard),
            block_allowed: !(text.ends_with(' ') || hard),
        }
    }
}

/// A block that keeps its line breaks.
fn block(text: &str, indent: usize) -> String {
    let mut out = String::from("|");
    if text.starts_with(|c| c == ' ' || is_break(c)) {
        out.push('2');
    }
    let mut from_end = text.chars().rev();
    match (from_end.next().is_some_and(is_break), from_end.next()) {
        (false, _) => out.push('-'),
        (true, None) => out.push('+'),
        (true, Some(before)) if is_break(before) => out.push('+'),
        (true, Some(_)) => {}
    }
    out.push('\n');
    let mut at_start = true;
    for character in text.chars() {
        if at_start && !is_break(character) {
            out.extend(std::iter::repeat_n(' ', indent));
        }
        at_start = is_break(character);
        out.push(character);
    }
    out
}

/// A scalar being written.
struct Page {
    out: String,
    column: usize,
    spot: Spot,
}

impl Page {
    fn put(&mut self, character: char) {
        self.out.push(character);
        self.column += 1;
    }

    fn indent(&mut self) {
        while self.column < self.spot.indent {
            self.put(' ');
        }
    }

    /// Breaks the line instead of writing a space, if the line is too long.
    fn folds(&mut self, is_allowed: bool) -> bool {
        let folds = is_allowed && self.spot.is_folded && self.column > WIDTH;
        if folds {
            self.out.push('\n');
            self.column = 0;
            self.indent();
        }
        folds
    }

    fn plain(&mut self, text: &str) {
        let mut previous = None;
        for (at, character) in text.char_indices() {
            let may_fold =
                previous != Some(' ') && !text[at + character.len_utf8()..].starts_with(' ');
            if character != ' ' || !self.folds(may_fold) {
                self.put(character);
            }
            previous = Some(character);
        }
    }

    fn single_quoted(&mut self, text: &str) {
        let mut previous = None;
        // Line and paragraph separators end a line; the next one is indented.
        let mut begins_line = false;
        self.put('\'');
        for (at, character) in text.char_indices() {
            let rest = &text[at + character.len_utf8()..];
            if character == ' ' {
                let is_inside = at > 0 && !rest.is_empty();
                if !self.folds(is_inside && previous != Some(' ') && !rest.starts_with(' ')) {
                    self.put(' ');
                }
            } else if is_break(character) {
                self.out.push(character);
                self.column = 0;
                begins_line = true;
            } else {
                if begins_line {
                    self.indent();
                }
                begins_line = false;
                if character == '\'' {
                    self.put('\'');
                }
                self.put(character);
            }
            previous = Some(character);
        }
        self.put('\'');
    }

    fn double_quoted(&mut self, text: &str) {
        // Behind a byte order mark at the start, go-yaml takes every character for one.
        let all = text.starts_with('\u{feff}');
        let mut previous = None;
        self.put('"');
        for (at, character) in text.char_indices() {
            let rest = &text[at + character.len_utf8()..];
            let is_plain = is_printable(character) && !is_break(character);
            if all || !is_plain || matches!(character, '"' | '\\') {
                for character in escape(character).chars() {
                    self.put(character);
                }
                previous = None;
                continue;
            }
            let may_fold = at > 0 && !rest.is_empty() && previous != Some(' ');
            if character != ' ' || !self.folds(may_fold) {
                self.put(character);
            } else if rest.starts_with(' ') {
                self.put('\\');
            }
            previous = Some(character);
        }
        self.put('"');
    }
}

fn escape(character: char) -> String {
    let mut escape = String::from("\\");
    match short_escape(character) {
        Some(letter) => escape.push(letter),
        None => long_escape(&mut escape, u32::from(character)),
    }
    escape
}

fn short_escape(character: char) -> Option<char> {
    Some(match character {
        '\0' => '0',
        '\x07' => 'a',
        '\x08' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\x0b' => 'v',
        '\x0c' => 'f',
        '\r' => 'r',
        '\x1b' => 'e',
        '"' | '\\' => character,
        '\u{85}' => 'N',
        '\u{a0}' => '_',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        _ => return None,
    })
}

fn long_escape(out: &mut String, code: u32) {
    let _ = match code {
        0..=0xff => write!(out, "x{code:02X}"),
        0x100..=0xffff => write!(out, "u{code:04X}"),
        _ => write!(out, "U{code:08X}"),
    };
}
