//! A version and its methods.

use std::any::Any;
use std::cmp::Ordering;
use std::rc::Rc;

use crate::value::{IntKind, Object, Text, Value};

/// A semantic version, written in full or not.
#[derive(Debug, Clone)]
pub(super) struct Version {
    pub(super) major: u64,
    pub(super) minor: u64,
    pub(super) patch: u64,
    /// Empty for a release.
    pub(super) prerelease: String,
    metadata: String,
    original: String,
}

/// A text cut into the parts of a version.
pub(super) struct Parts<'a> {
    /// Major, minor and patch; those that are not there are empty.
    pub(super) numbers: [&'a str; 3],
    pub(super) prerelease: &'a str,
    metadata: &'a str,
    /// How much of the text they are.
    pub(super) length: usize,
}

impl<'a> Parts<'a> {
    /// The longest beginning of a text that has the form of a version, with digits as defined.
    pub(super) fn at_start(text: &'a str, is_digit: fn(u8) -> bool) -> Option<Self> {
        let mut at = usize::from(text.starts_with('v'));
        let mut numbers = [""; 3];
        for (index, number) in numbers.iter_mut().enumerate() {
            let Some(rest) =
                (if index == 0 { Some(&text[at..]) } else { text[at..].strip_prefix('.') })
            else {
                break;
            };
            *number = run(rest, is_digit);
            match (number.len(), index) {
                (0, 0) => return None,
                (0, _) => break,
                (length, _) => at += length + usize::from(index > 0),
            }
        }
        let prerelease = identifiers(&text[at..], '-');
        at += prerelease.len() + usize::from(!prerelease.is_empty());
        let metadata = identifiers(&text[at..], '+');
        at += metadata.len() + usize::from(!metadata.is_empty());
        Some(Self { numbers, prerelease, metadata, length: at })
    }
}

/// The beginning of a text that consists of certain bytes.
fn run(text: &str, is_part: impl Fn(u8) -> bool) -> &str {
    let end = text.bytes().position(|byte| !is_part(byte)).unwrap_or(text.len());
    &text[..end]
}

/// What stands behind a mark: words of letters, digits and hyphens, with points between them.
fn identifiers(text: &str, mark: char) -> &str {
    let Some(text) = text.strip_prefix(mark) else { return "" };
    let mut end = 0;
    loop {
        let at = if end == 0 { 0 } else { end + 1 };
        let word = run(&text[at..], |byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if word.is_empty() {
            return &text[..end];
        }
        end = at + word.len();
        if !text[end..].starts_with('.') {
            return &text[..end];
        }
    }
}

impl Version {
    /// Reads a text such as `v1.2` or `1.2.3-rc.1+build`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let parts = Parts::at_start(text, |byte| byte.is_ascii_digit());
        let parts = parts.filter(|parts| parts.length == text.len());
        let parts = parts.ok_or("Invalid Semantic Version")?;
        let [major, minor, patch] = parts.numbers.map(number);
        let version = Self {
            major: major?,
            minor: minor?,
            patch: patch?,
            prerelease: parts.prerelease.to_owned(),
            metadata: parts.metadata.to_owned(),
            original: text.to_owned(),
        };
        check_prerelease(&version.prerelease)?;
        Ok(version)
    }

    /// Compares by precedence: a release comes after its prereleases, and metadata does not count.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let numbers = |version: &Self| (version.major, version.minor, version.patch);
        numbers(self).cmp(&numbers(other)).then_with(|| {
            match (self.prerelease.is_empty(), other.prerelease.is_empty()) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => compare_prereleases(&self.prerelease, &other.prerelease),
            }
        })
    }

    /// Another version, written like this one with or without its `v`.
    fn changed(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut version = self.clone();
        change(&mut version);
        let prefix = if self.original.starts_with('v') { "v" } else { "" };
        version.original = format!("{prefix}{version}");
        version
    }

    /// The next version, of which a part was set: neither prerelease nor metadata.
    fn next(&self, change: impl FnOnce(&mut Self)) -> Self {
        self.changed(|version| {
            change(version);
            version.prerelease.clear();
            version.metadata.clear();
        })
    }

    fn property(&self, name: &str) -> Option<Value> {
        Some(match name {
            "Major" => unsigned(self.major),
            "Minor" => unsigned(self.minor),
            "Patch" => unsigned(self.patch),
            "Prerelease" => Value::text(self.prerelease.as_str()),
            "Metadata" => Value::text(self.metadata.as_str()),
            "Original" => Value::text(self.original.as_str()),
            "String" => Value::text(self.to_string()),
            "IncMajor" => object(self.next(|next| {
                (next.major, next.minor, next.patch) = (next.major.wrapping_add(1), 0, 0);
            })),
            "IncMinor" => object(self.next(|next| {
                (next.minor, next.patch) = (next.minor.wrapping_add(1), 0);
            })),
            // The next of a prerelease is its release.
            "IncPatch" => object(self.next(|next| {
                let step = u64::from(next.prerelease.is_empty());
                next.patch = next.patch.wrapping_add(step);
            })),
            _ => return None,
        })
    }

    fn compared(&self, name: &str, argument: &Value) -> Option<Result<Value, String>> {
        let is_fit: fn(Ordering) -> Value = match name {
            "Compare" => |order| Value::int(order as i64),
            "Equal" => |order| Value::Bool(order.is_eq()),
            "LessThan" => |order| Value::Bool(order.is_lt()),
            "LessThanEqual" => |order| Value::Bool(order.is_le()),
            "GreaterThan" => |order| Value::Bool(order.is_gt()),
            "GreaterThanEqual" => |order| Value::Bool(order.is_ge()),
            _ => return None,
        };
        let other = match argument {
            Value::Object(other) => other.as_any().downcast_ref::<Self>(),
            _ => None,
        };
        let found = argument.type_name();
        Some(
            other.map(|other| is_fit(self.compare(other))).ok_or_else(|| {
                format!("wrong type for value; expected *semver.Version; got {found}")
            }),
        )
    }

    fn set(&self, name: &str, argument: &Value) -> Option<Result<Value, String>> {
        let is_prerelease = match name {
            "SetPrerelease" => true,
            "SetMetadata" => false,
            _ => return None,
        };
        let Value::Str(text) = argument else {
            let found = argument.type_name();
            return Some(Err(format!("wrong type for value; expected string; got {found}")));
        };
        let text = text.as_str().into_owned();
        let checked = if is_prerelease { check_prerelease(&text) } else { check_metadata(&text) };
        let version = checked.map(|()| {
            self.changed(|version| {
                let part =
                    if is_prerelease { &mut version.prerelease } else { &mut version.metadata };
                *part = text;
            })
        });
        Some(version.map(object))
    }
}

fn object(version: Version) -> Value {
    Value::Object(Rc::new(version))
}

/// Numbers above 2^63 do not occur among a template's values.
fn unsigned(number: u64) -> Value {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX), IntKind::Uint64)
}

fn number(digits: &str) -> Result<u64, String> {
    if digits.is_empty() {
        return Ok(0);
    }
    digits.parse().map_err(|_| {
        let reason = format!("strconv.ParseUint: parsing \"{digits}\": value out of range");
        format!("Error parsing version segment: {reason}")
    })
}

fn is_identifier(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn check_prerelease(text: &str) -> Result<(), String> {
    for word in text.split('.') {
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            if word.len() > 1 && word.starts_with('0') {
                return Err("Version segment starts with 0".to_owned());
            }
        } else if !is_identifier(word) {
            return Err("Invalid Prerelease string".to_owned());
        }
    }
    Ok(())
}

fn check_metadata(text: &str) -> Result<(), String> {
    let is_fit = text.split('.').all(is_identifier);
    if is_fit { Ok(()) } else { Err("Invalid Metadata string".to_owned()) }
}

/// Compares word by word: numbers by size and before words, a missing word before any.
pub(super) fn compare_prereleases(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (a, b) => compare_words(a.unwrap_or_default(), b.unwrap_or_default()),
        };
        if order.is_ne() {
            return order;
        }
    }
}

fn compare_words(a: &str, b: &str) -> Ordering {
    if a.is_empty() || b.is_empty() {
        return a.len().cmp(&b.len());
    }
    match (a.parse::<u64>(), b.parse::<u64>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.prerelease.is_empty() {
            write!(f, "-{}", self.prerelease)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

impl Object for Version {
    fn type_name(&self) -> &'static str {
        "*semver.Version"
    }

    fn kind_name(&self) -> &'static str {
        "ptr"
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Option<Result<Value, String>> {
        let wrong = |wanted: usize| {
            let found = arguments.len();
            Some(Err(format!("wrong number of args for {name}: want {wanted} got {found}")))
        };
        if let Some(property) = self.property(name) {
            return if arguments.is_empty() { Some(Ok(property)) } else { wrong(0) };
        }
        let [argument] = arguments else {
            let is_method =
                self.compared(name, &Value::Nil).or_else(|| self.set(name, &Value::Nil));
            return is_method.and_then(|_| wrong(1));
        };
        self.compared(name, argument).or_else(|| self.set(name, argument))
    }

    fn print(&self) -> Text {
        Text::from(self.to_string())
    }

    fn plain(&self) -> Value {
        Value::text(self.to_string())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
