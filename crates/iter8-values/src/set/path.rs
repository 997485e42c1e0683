//! Where a value goes: names and indices.

use std::fmt::{self, Write as _};

/// Longest key in a message, in characters: one line of a terminal.
const MAX_SHOWN: usize = 100;

/// A step into a map or into a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Key of a map.
    Name(String),
    /// Position in a list, from 0.
    Index(usize),
}

/// The path of a value, from the root map down. It begins with a name and no name is empty.
///
/// `Display` is what the user would type, with escapes.
///
/// Metric names end a path, because they may contain dots (`http/latency-p99.9`) that do not
/// separate. A name is a metric name, and its dots belong to it, if
///
/// - it comes right after `SLOs.upper` or `SLOs.lower`, in any case; or
/// - it has a `/` and does not come right after `endpoints`, whose keys are chosen by the user.
///
/// Escaped dots mean the same as plain ones there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValuePath {
    segments: Vec<Segment>,
}

/// Text of a value as it must be typed after `=` in `--set-string` to arrive unchanged.
pub fn escape_value(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    if text.starts_with('{') {
        escaped.push('\\');
    }
    push_escaped(&mut escaped, text, &['\\', ',']);
    escaped
}

/// Cuts a text for a message.
pub(super) fn shorten(text: &str) -> String {
    match text.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

impl ValuePath {
    pub(super) fn new() -> Self {
        Self { segments: Vec::new() }
    }

    pub(super) fn push(&mut self, segment: Segment) {
        self.segments.push(segment);
    }

    /// Its steps, outermost first.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Whether dots belong to the name that follows, of which the part up to its first unescaped
    /// dot is given.
    pub(super) fn continues_with_metric(&self, begin: &str) -> bool {
        match self.segments.as_slice() {
            [.., Segment::Name(slos), Segment::Name(bound)]
                if slos.eq_ignore_ascii_case("SLOs")
                    && (bound.eq_ignore_ascii_case("upper")
                        || bound.eq_ignore_ascii_case("lower")) =>
            {
                true
            }
            [.., Segment::Name(parent)] if parent.eq_ignore_ascii_case("endpoints") => false,
            _ => begin.contains('/'),
        }
    }

    /// The last name with its indices: the part that messages about a missing value show.
    pub(super) fn tail(&self) -> String {
        let is_name = |segment: &Segment| matches!(segment, Segment::Name(_));
        let start = self.segments.iter().rposition(is_name).unwrap_or_default();
        let mut text = String::new();
        for segment in &self.segments[start..] {
            match segment {
                Segment::Name(name) => text.push_str(name),
                Segment::Index(index) => {
                    // Writing to a string does not fail.
                    let _ = write!(text, "[{index}]");
                }
            }
        }
        shorten(&text)
    }

    /// The whole path for a message.
    pub(super) fn short(&self) -> String {
        shorten(&self.to_string())
    }

    /// The first steps of the path, for a message.
    pub(super) fn short_prefix(&self, steps: usize) -> String {
        Self { segments: self.segments[..steps].to_vec() }.short()
    }
}

impl fmt::Display for ValuePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for segment in &self.segments {
            match segment {
                Segment::Name(name) => {
                    if !text.is_empty() {
                        text.push('.');
                    }
                    push_escaped(&mut text, name, &['\\', '.', ',', '=', '[']);
                }
                Segment::Index(index) => write!(text, "[{index}]")?,
            }
        }
        formatter.write_str(&text)
    }
}

fn push_escaped(target: &mut String, text: &str, special: &[char]) {
    for character in text.chars() {
        if special.contains(&character) {
            target.push('\\');
        }
        target.push(character);
    }
}
