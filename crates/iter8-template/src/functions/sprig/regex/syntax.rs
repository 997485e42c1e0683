//! From Go's syntax of regular expressions to that of the crate `regex`.
//!
//! The same text can mean different things. `\d`, `\s`, `\w` and `\b` know ASCII only in Go; in a
//! class `[`, `&&`, `--` and `~~` are ordinary characters; `\Q…\E` quotes; `{,5}` and `{x}` stand
//! for themselves; `\<`, `\u` and the flag `x` do not exist, nor do repeated repetitions. So the
//! pattern is parsed by Go's rules, with its errors, and written anew with every character as a
//! number that could mean something.

use std::collections::BTreeMap;

use super::class;
use super::expand::Wanted;

/// Longest pattern. Parsing takes a hundred times as much memory for a while.
const LONGEST: usize = 16 << 10;
/// How often something may be repeated with nothing but flags in between.
const MAX_REPEATED: u32 = 50;
/// Most repetitions, of all that are nested in each other.
const MAX_REPETITIONS: u64 = 1000;

/// An error in Go's words.
pub(super) fn error(problem: &str, part: &str) -> String {
    format!("error parsing regexp: {problem}: `{part}`")
}

/// A translated pattern.
pub(super) struct Pattern<'a> {
    pub(super) translated: String,
    /// The groups that were wanted, in the order of the translation.
    pub(super) groups: Vec<Group<'a>>,
    /// About how many characters and classes have to be compared, repetitions multiplied out.
    pub(super) weight: u64,
    /// Whether no match is longer than its weight.
    pub(super) is_bounded: bool,
}

/// A group that a match is asked for.
pub(super) struct Group<'a> {
    /// Its number in the pattern, from 1.
    pub(super) number: usize,
    pub(super) name: Option<&'a str>,
}

/// Translates a pattern. Groups that nobody wants only group in the translation, since remembering
/// them can take memory for each group and each part of the pattern.
pub(super) fn translate<'a>(pattern: &'a str, wanted: &Wanted<'_>) -> Result<Pattern<'a>, String> {
    if pattern.len() > LONGEST {
        return Err(error("expression too large", pattern));
    }
    let mut translator = Translator {
        pattern,
        rest: pattern,
        out: String::new(),
        open: Vec::new(),
        here: Level::default(),
        wanted,
        groups: Vec::new(),
        count: 0,
        is_bounded: true,
    };
    translator.run()?;
    Ok(Pattern {
        translated: translator.out,
        groups: translator.groups,
        weight: translator.here.weight.saturating_add(1),
        is_bounded: translator.is_bounded,
    })
}

struct Translator<'a, 'w> {
    pattern: &'a str,
    rest: &'a str,
    out: String,
    /// Groups around the one where the translator is.
    open: Vec<Level>,
    here: Level,
    wanted: &'w Wanted<'w>,
    groups: Vec<Group<'a>>,
    /// How many groups there are, wanted or not.
    count: usize,
    is_bounded: bool,
}

/// What is within one pair of parentheses, or the whole pattern.
#[derive(Default)]
struct Level {
    /// Where it begins in the translation.
    start: usize,
    /// Whether repetitions are lazy unless they say so (`(?U)`). The translation has no such flag.
    is_lazy: bool,
    weight: u64,
    repetitions: u64,
    /// What a repetition would repeat.
    last: Option<Atom>,
}

/// What flags say.
struct Flags {
    /// Whether repetitions are lazy unless they say so, if anything is said about that.
    is_lazy: Option<bool>,
    /// Whether they begin a group, rather than hold for the rest of the one they are in.
    begin_group: bool,
}

/// Something that can be repeated.
struct Atom {
    /// Where it begins in the translation.
    start: usize,
    /// Where it ends in the translation.
    end: usize,
    /// How often it is repeated already.
    repeated: u32,
    weight: u64,
    /// Product of the repetitions in it.
    repetitions: u64,
}

/// How often something is repeated.
struct Repetition<'a> {
    /// As it stands in the pattern, from here to its end.
    text: &'a str,
    length: usize,
    least: u64,
    most: Option<u64>,
    /// Whether a question mark makes it lazy, which counts in the length.
    has_mark: bool,
}

impl<'a> Translator<'a, '_> {
    fn run(&mut self) -> Result<(), String> {
        // Where the repetition began that ended just here.
        let mut repeated: Option<&str> = None;
        while let Some(c) = self.rest.chars().next() {
            let before = repeated.take();
            match c {
                '(' => self.open_group()?,
                ')' => self.close_group()?,
                '|' => {
                    self.out.push('|');
                    self.here.last = None;
                    self.rest = &self.rest[1..];
                }
                '^' | '$' | '.' => {
                    self.rest = &self.rest[1..];
                    let weight = if c == '.' { class::WIDE } else { 1 };
                    self.push_atom(c.encode_utf8(&mut [0; 4]), weight);
                }
                '[' => {
                    let class = class::bracketed(self.rest)?;
                    self.rest = class.rest;
                    self.push_atom(&class.translated, class.weight);
                }
                '\\' => self.escape()?,
                '*' | '+' | '?' | '{' => match repetition(self.rest)? {
                    Some(repetition) => {
                        repeated = Some(before.unwrap_or(self.rest));
                        self.repeat(&repetition, before)?;
                    }
                    None => self.push_literal(c),
                },
                _ => self.push_literal(c),
            }
        }
        if self.open.is_empty() { Ok(()) } else { Err(error("missing closing )", self.pattern)) }
    }

    fn push_atom(&mut self, translated: &str, weight: u64) {
        let start = self.out.len();
        self.out.push_str(translated);
        self.end_atom(start, weight, 1);
    }

    fn end_atom(&mut self, start: usize, weight: u64, repetitions: u64) {
        let end = self.out.len();
        self.here.weight = self.here.weight.saturating_add(weight);
        self.here.last = Some(Atom { start, end, repeated: 0, weight, repetitions });
    }

    /// Takes the character at this place as itself.
    fn push_literal(&mut self, c: char) {
        self.rest = &self.rest[c.len_utf8()..];
        self.push_atom(&literal(u32::from(c)), 1);
    }

    fn open_group(&mut self) -> Result<(), String> {
        let mut level =
            Level { start: self.out.len(), is_lazy: self.here.is_lazy, ..Level::default() };
        if let Some(flags) = self.rest.strip_prefix("(?") {
            let named = flags.strip_prefix("P<").or_else(|| flags.strip_prefix('<'));
            match named {
                Some(named) if !named.is_empty() => self.open_named(named)?,
                _ => {
                    let flags = self.flags(flags)?;
                    let is_lazy = flags.is_lazy.unwrap_or(level.is_lazy);
                    if !flags.begin_group {
                        self.here.is_lazy = is_lazy;
                        return Ok(());
                    }
                    level.is_lazy = is_lazy;
                }
            }
        } else {
            self.rest = &self.rest[1..];
            self.push_group(None);
        }
        self.open.push(std::mem::replace(&mut self.here, level));
        Ok(())
    }

    fn open_named(&mut self, named: &'a str) -> Result<(), String> {
        let invalid = |part| Err(error("invalid named capture", part));
        let Some((name, rest)) = named.split_once('>') else { return invalid(self.rest) };
        let is_valid = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(is_valid) {
            return invalid(&self.rest[..self.rest.len() - rest.len()]);
        }
        self.push_group(Some(name));
        self.rest = rest;
        Ok(())
    }

    /// Begins a group. Names of Go may begin with a digit, and occur twice, so that the translation
    /// has none.
    fn push_group(&mut self, name: Option<&'a str>) {
        self.count += 1;
        let group = Group { number: self.count, name };
        if self.wanted.has(&group) {
            self.groups.push(group);
            self.out.push('(');
        } else {
            self.out.push_str("(?:");
        }
    }

    /// Flags such as `(?i)` or `(?s-i:`.
    fn flags(&mut self, text: &'a str) -> Result<Flags, String> {
        let invalid = |part| Err(error("invalid or unsupported Perl syntax", part));
        // For each flag whether it is on or off; what is said last counts, where off comes last.
        let mut flags: BTreeMap<char, bool> = BTreeMap::new();
        let (mut is_on, mut is_complete) = (true, true);
        for (place, c) in text.char_indices() {
            let after = place + c.len_utf8();
            match c {
                'i' | 'm' | 's' | 'U' => {
                    flags.insert(c, is_on);
                    is_complete = true;
                }
                '-' if is_on => (is_on, is_complete) = (false, false),
                ':' | ')' if is_complete => {
                    self.rest = &text[after..];
                    let is_lazy = flags.remove(&'U');
                    self.push_flags(&flags, c == ':');
                    return Ok(Flags { is_lazy, begin_group: c == ':' });
                }
                _ => return invalid(&self.rest[..self.rest.len() - text.len() + after]),
            }
        }
        invalid(self.rest)
    }

    fn push_flags(&mut self, flags: &BTreeMap<char, bool>, begin_group: bool) {
        if flags.is_empty() && !begin_group {
            return;
        }
        self.out.push_str("(?");
        self.out.extend(flags.iter().filter(|(_, is_on)| **is_on).map(|(flag, _)| *flag));
        if flags.values().any(|is_on| !is_on) {
            self.out.push('-');
            self.out.extend(flags.iter().filter(|(_, is_on)| !**is_on).map(|(flag, _)| *flag));
        }
        self.out.push(if begin_group { ':' } else { ')' });
    }

    fn close_group(&mut self) -> Result<(), String> {
        let outer = self.open.pop().ok_or_else(|| error("unexpected )", self.pattern))?;
        let level = std::mem::replace(&mut self.here, outer);
        self.rest = &self.rest[1..];
        self.out.push(')');
        let repetitions = level.repetitions.max(1);
        self.end_atom(level.start, level.weight.max(1), repetitions);
        self.here.repetitions = self.here.repetitions.max(repetitions);
        Ok(())
    }

    fn repeat(&mut self, repetition: &Repetition<'a>, before: Option<&str>) -> Result<(), String> {
        let text = &repetition.text[..repetition.length];
        if let Some(before) = before {
            let both = &before[..before.len() - (repetition.text.len() - repetition.length)];
            return Err(error("invalid nested repetition operator", both));
        }
        let Some(atom) = &mut self.here.last else {
            return Err(error("missing argument to repetition operator", text));
        };
        // Flags may stand between what is repeated and the repetition, or between two of them.
        if atom.repeated > MAX_REPEATED {
            return Err(error("expression nests too deeply", self.pattern));
        }
        if atom.repeated > 0 {
            self.out.insert(atom.end, ')');
            self.out.insert_str(atom.start, "(?:");
            atom.end += "(?:)".len();
        }
        let counts = &text[..text.len() - usize::from(repetition.has_mark)];
        let mark = if repetition.has_mark == self.here.is_lazy { "" } else { "?" };
        self.out.insert_str(atom.end, mark);
        self.out.insert_str(atom.end, counts);
        atom.end += counts.len() + mark.len();
        atom.repeated += 1;
        let times = repetition.most.unwrap_or(repetition.least + 1).max(1);
        if repetition.least >= 2 || repetition.most.is_some_and(|most| most >= 2) {
            atom.repetitions *= repetition.most.unwrap_or(repetition.least).max(1);
            if atom.repetitions > MAX_REPETITIONS {
                return Err(error("invalid repeat count", text));
            }
            self.here.repetitions = self.here.repetitions.max(atom.repetitions);
        }
        let more = atom.weight.saturating_mul(times - 1);
        atom.weight = atom.weight.saturating_add(more);
        self.here.weight = self.here.weight.saturating_add(more);
        self.is_bounded &= repetition.most.is_some();
        self.rest = &repetition.text[repetition.length..];
        Ok(())
    }

    fn escape(&mut self) -> Result<(), String> {
        let after = &self.rest[1..];
        let assertion = match after.chars().next() {
            Some('A') => r"\A",
            Some('z') => r"\z",
            Some('b') => r"(?-u:\b)",
            Some('B') => r"(?-u:\B)",
            _ => "",
        };
        if !assertion.is_empty() {
            self.push_atom(assertion, 1);
            self.rest = &after[1..];
        } else if let Some(quoted) = after.strip_prefix('Q') {
            let (quoted, rest) = quoted.split_once(r"\E").unwrap_or((quoted, ""));
            for c in quoted.chars() {
                self.push_atom(&literal(u32::from(c)), 1);
            }
            self.rest = rest;
        } else if let Some(class) = class::escaped(self.rest)? {
            self.push_atom(&class.translated, class.weight);
            self.rest = class.rest;
        } else {
            let (code, rest) = class::character(self.rest)?;
            self.push_atom(&literal(code), 1);
            self.rest = rest;
        }
        Ok(())
    }
}

/// The repetition at the start of a text; `None` if a brace there is an ordinary character.
fn repetition(text: &str) -> Result<Option<Repetition<'_>>, String> {
    let (least, most, length) = match text.as_bytes()[0] {
        b'*' => (0, None, 1),
        b'+' => (1, None, 1),
        b'?' => (0, Some(1), 1),
        _ => {
            let Some((inner, rest)) = text[1..].split_once('}') else { return Ok(None) };
            let Some((least, most)) = counts(inner) else { return Ok(None) };
            let length = text.len() - rest.len();
            let is_valid = least <= MAX_REPETITIONS
                && most.is_none_or(|most| least <= most && most <= MAX_REPETITIONS);
            if !is_valid {
                return Err(error("invalid repeat count", &text[..length]));
            }
            (least, most, length)
        }
    };
    let has_mark = text[length..].starts_with('?');
    Ok(Some(Repetition { text, length: length + usize::from(has_mark), least, most, has_mark }))
}

/// The counts of `3`, `3,5` or `3,`; `None` if the text is something else.
fn counts(text: &str) -> Option<(u64, Option<u64>)> {
    let (least, most) = text.split_once(',').unwrap_or((text, text));
    let most = if most.is_empty() { None } else { Some(count(most)?) };
    Some((count(least)?, most))
}

/// A number without zeros before it; one that is far too large counts as large.
fn count(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || (digits.len() > 1 && digits.starts_with('0')) {
        return None;
    }
    Some(digits.parse().unwrap_or(u64::MAX))
}

/// A character that stands for itself wherever it is.
pub(super) fn literal(code: u32) -> String {
    match char::from_u32(code) {
        Some(c) if c.is_ascii_alphanumeric() => c.to_string(),
        Some(_) => format!(r"\x{{{code:x}}}"),
        // Half of a pair of UTF-16, which no text contains.
        None => class::NOTHING.to_owned(),
    }
}

#[cfg(test)]
mod tests;
