//! From an argument to a list of assignments, without looking at any values.

use serde_json::Value;

use super::path::shorten;
use super::scan::Scanner;
use super::{MAX_ARGUMENT_BYTES, MAX_INDEX, MAX_INDICES, MAX_LEVELS};
use super::{Segment, SetError, ValuePath, scalar};

/// A pair of an argument.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment<T> {
    /// Where the value goes.
    pub path: ValuePath,
    /// The value.
    pub value: T,
}

/// One item, or the items of a `{…}` list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OneOrMany<T> {
    /// Text without braces.
    One(T),
    /// The items between braces; `{}` has one, which is empty.
    Many(Vec<T>),
}

/// Parses a `--set` argument.
///
/// A scalar becomes a boolean (`true`, `false`, any case), null (`null`, any case), an integer
/// (`0`, or a signed 64-bit decimal that does not begin with `0`) or else a string. Numbers with a
/// fraction or an exponent are strings, as in 0.13; they are turned into numbers later, where the
/// type of the target is known.
pub fn parse_set(argument: &str) -> Result<Vec<Assignment<Value>>, SetError> {
    parse_pairs(argument, |scanner, path| Ok(one_or_many(scanner, path)?.into_value(scalar::typed)))
}

/// Parses a `--set-string` argument: as `--set`, but every scalar is a string.
pub fn parse_set_string(argument: &str) -> Result<Vec<Assignment<Value>>, SetError> {
    parse_pairs(argument, |scanner, path| Ok(one_or_many(scanner, path)?.into_value(Value::String)))
}

/// Parses a `--set-json` argument: after each `=` stands one JSON value, followed by a comma and
/// the next pair or by the end. An empty value is null; blanks around commas do not count.
///
/// Backslashes escape in the path only. A key that occurs twice in a JSON object keeps its last
/// value, and objects and lists nest at most 128 deep.
pub fn parse_set_json(argument: &str) -> Result<Vec<Assignment<Value>>, SetError> {
    parse_pairs(argument, json_value)
}

/// Parses a `--set-file` argument into paths and file names; `{a,b}` names several files.
pub fn parse_set_file(argument: &str) -> Result<Vec<Assignment<OneOrMany<String>>>, SetError> {
    parse_pairs(argument, |scanner, path| {
        let files = one_or_many(scanner, path)?;
        let is_empty = match &files {
            OneOrMany::One(file) => file.is_empty(),
            OneOrMany::Many(files) => files.iter().any(String::is_empty),
        };
        if is_empty { Err(SetError::NoFileName { key: path.short() }) } else { Ok(files) }
    })
}

impl OneOrMany<String> {
    fn into_value(self, scalar: fn(String) -> Value) -> Value {
        match self {
            Self::One(text) => scalar(text),
            Self::Many(texts) => Value::Array(texts.into_iter().map(scalar).collect()),
        }
    }
}

/// Parses pair after pair. `value` starts behind `=` and consumes the comma that ends the value.
fn parse_pairs<T>(
    argument: &str,
    value: impl Fn(&mut Scanner<'_>, &ValuePath) -> Result<T, SetError>,
) -> Result<Vec<Assignment<T>>, SetError> {
    if argument.len() > MAX_ARGUMENT_BYTES {
        return Err(SetError::ArgumentTooLong { bytes: argument.len() });
    }
    let mut scanner = Scanner::new(argument);
    let mut pairs = Vec::new();
    while !scanner.is_at_end() {
        let path = parse_path(&mut scanner)?;
        let value = value(&mut scanner, &path)?;
        pairs.push(Assignment { path, value });
    }
    Ok(pairs)
}

/// Parses a path and consumes the `=` behind it.
fn parse_path(scanner: &mut Scanner<'_>) -> Result<ValuePath, SetError> {
    let mut path = ValuePath::new();
    let mut levels = 0;
    loop {
        let (name, stop) = parse_name(scanner, &path);
        let key = || shorten(&name);
        let stop = match stop {
            None if name.is_empty() && !path.segments().is_empty() => {
                return Err(SetError::EmptyMap { key: path.tail() });
            }
            None => return Err(SetError::NoValue { key: key() }),
            Some(',') => return Err(SetError::NoValueBeforeComma { key: key() }),
            Some(stop) if name.is_empty() && path.segments().is_empty() => {
                return Err(SetError::NameMissing { before: stop });
            }
            Some(_) if name.is_empty() => return Err(SetError::EmptyMap { key: path.tail() }),
            Some(stop) => stop,
        };
        path.push(Segment::Name(name));
        if stop == '=' || (stop == '[' && !parse_indices(scanner, &mut path)?) {
            return Ok(path);
        }
        if stop == '.' {
            levels += 1;
            if levels > MAX_LEVELS {
                return Err(SetError::TooManyLevels);
            }
        }
    }
}

/// Reads a name and the character that ends it.
fn parse_name(scanner: &mut Scanner<'_>, path: &ValuePath) -> (String, Option<char>) {
    const STOPS: &[char] = &['=', '[', ',', '.'];
    let (mut name, mut stop) = scanner.until(STOPS);
    if stop == Some('.') && path.continues_with_metric(&name) {
        let (rest, end) = scanner.until(&['=', '[', ',']);
        name.push('.');
        name.push_str(&rest);
        stop = end;
    }
    (name, stop)
}

/// Parses `0][1]…` up to `=` or `.`; returns whether a name follows.
fn parse_indices(scanner: &mut Scanner<'_>, path: &mut ValuePath) -> Result<bool, SetError> {
    loop {
        let indices = path.segments().iter().filter(|s| matches!(s, Segment::Index(_))).count();
        if indices == MAX_INDICES {
            return Err(SetError::TooManyIndices);
        }
        path.push(Segment::Index(parse_index(scanner)?));
        let (text, stop) = scanner.until(&['[', '.', '=', ',']);
        if !text.is_empty() {
            return Err(SetError::TextAfterIndex { text: shorten(&text) });
        }
        match stop {
            Some('[') => {}
            Some(',') => return Err(SetError::NoValueBeforeComma { key: path.tail() }),
            Some(stop) => return Ok(stop == '.'),
            None => return Err(SetError::NoValue { key: path.tail() }),
        }
    }
}

/// Parses an index and consumes the `]` behind it.
fn parse_index(scanner: &mut Scanner<'_>) -> Result<usize, SetError> {
    let (text, Some(_)) = scanner.until(&[']']) else {
        return Err(SetError::InvalidIndex { problem: "missing ']'".to_owned() });
    };
    let Ok(index) = text.parse::<i64>() else {
        let problem = format!("{:?} is not a whole number", shorten(&text));
        return Err(SetError::InvalidIndex { problem });
    };
    match usize::try_from(index) {
        Ok(position) if position <= MAX_INDEX => Ok(position),
        _ if index < 0 => Err(SetError::NegativeIndex { index }),
        _ => Err(SetError::IndexTooLarge { index }),
    }
}

/// Reads a text or a list, and the comma behind it.
fn one_or_many(scanner: &mut Scanner<'_>, path: &ValuePath) -> Result<OneOrMany<String>, SetError> {
    if !scanner.eat('{') {
        return Ok(OneOrMany::One(scanner.until(&[',']).0));
    }
    let mut items = Vec::new();
    loop {
        let (item, stop) = scanner.until(&[',', '}']);
        items.push(item);
        match stop {
            None => return Err(SetError::UnterminatedList),
            Some(',') => {}
            Some(_) if scanner.eat(',') || scanner.is_at_end() => {
                return Ok(OneOrMany::Many(items));
            }
            Some(_) => return Err(SetError::TextAfterList { key: path.short() }),
        }
    }
}

/// Reads a JSON value, and the comma behind it with the blanks around.
fn json_value(scanner: &mut Scanner<'_>, path: &ValuePath) -> Result<Value, SetError> {
    scanner.skip_blanks();
    let value = if scanner.is_at_end() || scanner.rest().starts_with(',') {
        Value::Null
    } else {
        let mut stream = serde_json::Deserializer::from_str(scanner.rest()).into_iter::<Value>();
        match stream.next() {
            Some(Ok(value)) => {
                scanner.skip(stream.byte_offset());
                value
            }
            Some(Err(error)) => return Err(invalid_json(scanner, path, &error)),
            // Not reached: a stream ends without an item only where nothing but blanks is left.
            None => Value::Null,
        }
    };
    scanner.skip_blanks();
    if scanner.eat(',') {
        scanner.skip_blanks();
    } else if !scanner.is_at_end() {
        return Err(SetError::TextAfterJson { key: path.short(), at: scanner.position(0) });
    }
    Ok(value)
}

/// Names the place in the argument instead of the place in the value that the parser saw.
fn invalid_json(scanner: &Scanner<'_>, path: &ValuePath, error: &serde_json::Error) -> SetError {
    let lines_before = error.line().saturating_sub(1);
    let line_start: usize =
        scanner.rest().split_inclusive('\n').take(lines_before).map(str::len).sum();
    let ahead = line_start + error.column().saturating_sub(1);
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let problem = message.strip_suffix(place.as_str()).unwrap_or(&message).to_owned();
    SetError::InvalidJson { key: path.short(), at: scanner.position(ahead), problem }
}
