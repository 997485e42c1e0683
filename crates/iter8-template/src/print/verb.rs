//! One value by one verb.

use super::Excess;
use super::float;
use super::pad::{Flags, Sink, truncate};
use super::quote::{Charset, fits_back_quotes, is_printable, quote_character, quote_with};
use crate::function::MAX_DEPTH;
use crate::value::{Element, IntKind, List, Map, Object, Value};

/// Whether hexadecimal digits are small or capital.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    Lower,
    Upper,
}

/// Prints values into a buffer.
pub(super) struct Printer<'a> {
    sink: Sink<'a>,
    pub(super) flags: Flags,
    depth: usize,
}

type Printed = Result<(), Excess>;

impl<'a> Printer<'a> {
    /// Appends at most `room` bytes.
    pub(super) fn new(out: &'a mut Vec<u8>, room: usize) -> Self {
        Self { sink: Sink::new(out, room), flags: Flags::default(), depth: 0 }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Printed {
        self.sink.write(bytes)
    }

    fn pad(&mut self, bytes: &[u8]) -> Printed {
        self.sink.pad(&self.flags, bytes)
    }

    /// A value by a verb, with the flags that are set.
    pub(super) fn value(&mut self, value: &Value, verb: char) -> Printed {
        match verb {
            'T' if self.depth == 0 && matches!(value, Value::Nil) => return self.pad(b"<nil>"),
            'T' if self.depth == 0 => return self.text(value.type_name().as_bytes(), 's'),
            'p' if self.depth == 0 => return self.pointer(value),
            // Only Go's `Errorf` knows it.
            'w' => return self.bad_verb(value, verb),
            _ => {}
        }
        match value {
            Value::Nil => self.nil(verb),
            Value::Bool(truth) if matches!(verb, 't' | 'v') => {
                self.pad(if *truth { b"true" } else { b"false" })
            }
            Value::Int(number, kind) => self.int(*number, *kind, verb),
            Value::Float(number) => self.float(*number, verb),
            Value::Complex(real, imaginary) => self.complex(*real, *imaginary, verb),
            Value::Str(text) if matches!(verb, 'v' | 's' | 'x' | 'X' | 'q') => {
                self.text(text.as_bytes(), verb)
            }
            Value::List(list) => self.list(list, verb),
            Value::Map(map) => self.map(map, verb),
            Value::Object(object) => self.object(&**object, verb),
            Value::Bool(_) | Value::Str(_) => self.bad_verb(value, verb),
        }
    }

    fn nil(&mut self, verb: char) -> Printed {
        match verb {
            _ if self.depth > 0 && self.flags.sharp_v => self.write(b"interface {}(nil)"),
            _ if self.depth > 0 => self.write(b"<nil>"),
            'v' => self.pad(b"<nil>"),
            _ => self.bad_verb(&Value::Nil, verb),
        }
    }

    /// `%!verb(type=value)`
    fn bad_verb(&mut self, value: &Value, verb: char) -> Printed {
        self.write(b"%!")?;
        self.write(verb.encode_utf8(&mut [0; 4]).as_bytes())?;
        self.write(b"(")?;
        if matches!(value, Value::Nil) {
            self.write(b"<nil>")?;
        } else {
            self.write(value.type_name().as_bytes())?;
            self.write(b"=")?;
            self.value(value, 'v')?;
        }
        self.write(b")")
    }

    /// An argument that is too many: `type=value`.
    pub(super) fn extra(&mut self, value: &Value) -> Printed {
        if matches!(value, Value::Nil) {
            return self.write(b"<nil>");
        }
        self.write(value.type_name().as_bytes())?;
        self.write(b"=")?;
        self.value(value, 'v')
    }

    fn text(&mut self, bytes: &[u8], verb: char) -> Printed {
        match verb {
            'x' => self.hex(bytes, Case::Lower),
            'X' => self.hex(bytes, Case::Upper),
            'q' => self.quoted(bytes),
            'v' if self.flags.sharp_v => self.quoted(bytes),
            _ => self.pad(self.truncated(bytes)),
        }
    }

    fn truncated<'t>(&self, bytes: &'t [u8]) -> &'t [u8] {
        self.flags.precision.map_or(bytes, |precision| truncate(bytes, precision))
    }

    fn quoted(&mut self, bytes: &[u8]) -> Printed {
        let bytes = self.truncated(bytes);
        if self.flags.sharp && fits_back_quotes(bytes) {
            return self.pad(&[b"`", bytes, b"`"].concat());
        }
        let charset = if self.flags.plus { Charset::Ascii } else { Charset::Unicode };
        self.pad(quote_with(bytes, '"', charset).as_bytes())
    }

    /// The bytes of a text, two digits each.
    fn hex(&mut self, bytes: &[u8], case: Case) -> Printed {
        let bytes = &bytes[..bytes.len().min(self.flags.precision.unwrap_or(usize::MAX))];
        let prefix = match (self.flags.sharp, case) {
            (false, _) => "",
            (true, Case::Lower) => "0x",
            (true, Case::Upper) => "0X",
        };
        let each = 2 + usize::from(self.flags.space) * (1 + prefix.len());
        self.sink.has_room(bytes.len().saturating_mul(each))?;
        let mut text = String::new();
        for (index, byte) in bytes.iter().enumerate() {
            if self.flags.space && index > 0 {
                text.push(' ');
            }
            if index == 0 || self.flags.space {
                text.push_str(prefix);
            }
            let digits = match case {
                Case::Lower => b"0123456789abcdef",
                Case::Upper => b"0123456789ABCDEF",
            };
            let digit = |index: u8| char::from(digits[usize::from(index)]);
            text.extend([digit(byte >> 4), digit(byte & 15)]);
        }
        self.pad(text.as_bytes())
    }

    fn int(&mut self, number: i64, kind: IntKind, verb: char) -> Printed {
        let magnitude = number.unsigned_abs();
        match verb {
            'v' if self.flags.sharp_v && kind.is_unsigned() => {
                let sharp = std::mem::replace(&mut self.flags.sharp, true);
                let printed = self.digits(number, 'x');
                self.flags.sharp = sharp;
                printed
            }
            'v' | 'd' | 'b' | 'o' | 'O' | 'x' | 'X' => self.digits(number, verb),
            'c' => {
                let c = character(number);
                self.pad(c.encode_utf8(&mut [0; 4]).as_bytes())
            }
            'q' => {
                let charset = if self.flags.plus { Charset::Ascii } else { Charset::Unicode };
                self.pad(quote_character(character(number), charset).as_bytes())
            }
            'U' => {
                let code = if number < 0 { number.cast_unsigned() } else { magnitude };
                let digits = self.flags.precision.unwrap_or(4).max(4);
                let mut text = format!("{code:X}");
                self.sink.has_room(digits)?;
                text.insert_str(0, &"0".repeat(digits.saturating_sub(text.len())));
                text.insert_str(0, "U+");
                if self.flags.sharp
                    && let Some(c) = u32::try_from(code).ok().and_then(char::from_u32)
                    && is_printable(c)
                {
                    text.extend([' ', '\'', c, '\'']);
                }
                self.sink.pad_with_spaces(&self.flags, text.as_bytes())
            }
            _ => self.bad_verb(&Value::Int(number, kind), verb),
        }
    }

    /// A whole number in the base that belongs to the verb.
    fn digits(&mut self, number: i64, verb: char) -> Printed {
        let flags = self.flags;
        let magnitude = number.unsigned_abs();
        let has_sign = number < 0 || flags.plus || flags.space;
        let least = match (flags.precision, flags.width) {
            (Some(0), _) if number == 0 => {
                return self
                    .sink
                    .padding(&Flags { zero: false, ..flags }, flags.width.unwrap_or(0));
            }
            (Some(precision), _) => precision,
            (None, Some(width)) if flags.zero && !flags.minus => {
                width.saturating_sub(usize::from(has_sign))
            }
            (None, _) => 0,
        };
        let digits = match verb {
            'b' => format!("{magnitude:b}"),
            'o' | 'O' => format!("{magnitude:o}"),
            'x' => format!("{magnitude:x}"),
            'X' => format!("{magnitude:X}"),
            _ => magnitude.to_string(),
        };
        if flags.width.is_none() && least <= digits.len() && !flags.sharp && verb != 'O' {
            if has_sign {
                self.write(sign(number, &flags).as_bytes())?;
            }
            return self.write(digits.as_bytes());
        }
        self.sink.has_room(least)?;
        let zeros = "0".repeat(least.saturating_sub(digits.len()));
        let prefix = match verb {
            'O' if flags.sharp && zeros.is_empty() && number != 0 => "0o0",
            'O' => "0o",
            'b' if flags.sharp => "0b",
            'o' if flags.sharp && zeros.is_empty() && number != 0 => "0",
            'x' if flags.sharp => "0x",
            'X' if flags.sharp => "0X",
            _ => "",
        };
        let sign = if has_sign { sign(number, &flags) } else { "" };
        let text = format!("{sign}{prefix}{zeros}{digits}");
        self.sink.pad_with_spaces(&flags, text.as_bytes())
    }

    fn float(&mut self, number: f64, verb: char) -> Printed {
        let precision = self.flags.precision;
        self.sink.has_room(precision.unwrap_or(0))?;
        match verb {
            // Most numbers are small and whole.
            'v' if number.fract() == 0.0
                && (1.0..1e6).contains(&number)
                && self.flags.is_none() =>
            {
                #[expect(clippy::cast_possible_truncation, reason = "less than a million")]
                self.digits(number as i64, 'd')
            }
            'v' => self.formatted_float(number, 'g', precision),
            'b' | 'g' | 'G' | 'x' | 'X' => self.formatted_float(number, verb, precision),
            'f' | 'e' | 'E' => self.formatted_float(number, verb, precision.or(Some(6))),
            'F' => self.formatted_float(number, 'f', precision.or(Some(6))),
            _ => self.bad_verb(&Value::Float(number), verb),
        }
    }

    fn formatted_float(&mut self, number: f64, verb: char, precision: Option<usize>) -> Printed {
        let mut text = float::format(number, verb, precision);
        if !text.starts_with(['+', '-']) {
            text.insert(0, '+');
        }
        let flags = self.flags;
        if flags.space && text.starts_with('+') && !flags.plus {
            text.replace_range(..1, " ");
        }
        if !number.is_finite() {
            let keeps_sign = flags.plus || flags.space || !number.is_nan();
            let shown = if keeps_sign { &text[..] } else { &text[1..] };
            return self.sink.pad_with_spaces(&flags, shown.as_bytes());
        }
        if flags.sharp && verb != 'b' {
            text = with_point(text, verb, precision);
        }
        if !flags.plus && text.starts_with('+') {
            return self.pad(&text.as_bytes()[1..]);
        }
        match flags.width {
            // The sign stands before the zeros.
            Some(width) if flags.zero && !flags.minus && width > text.len() => {
                self.write(&text.as_bytes()[..1])?;
                self.sink.padding(&flags, width - text.len())?;
                self.write(&text.as_bytes()[1..])
            }
            _ => self.pad(text.as_bytes()),
        }
    }

    fn complex(&mut self, real: f64, imaginary: f64, verb: char) -> Printed {
        if !matches!(verb, 'v' | 'b' | 'g' | 'G' | 'x' | 'X' | 'f' | 'F' | 'e' | 'E') {
            return self.bad_verb(&Value::Complex(real, imaginary), verb);
        }
        self.write(b"(")?;
        self.float(real, verb)?;
        let plus = std::mem::replace(&mut self.flags.plus, true);
        self.float(imaginary, verb)?;
        self.flags.plus = plus;
        self.write(b"i)")
    }

    /// Go prints an address. There is none that would be the same in every run, so that all are 0.
    fn pointer(&mut self, value: &Value) -> Printed {
        match value {
            Value::List(_) | Value::Map(_) => {
                let sharp = self.flags.sharp;
                self.flags.sharp = !sharp;
                let printed = self.digits(0, 'x');
                self.flags.sharp = sharp;
                printed
            }
            Value::Nil
            | Value::Bool(_)
            | Value::Int(..)
            | Value::Float(_)
            | Value::Complex(..)
            | Value::Str(_)
            | Value::Object(_) => self.bad_verb(value, 'p'),
        }
    }

    fn nested(&mut self, print: impl FnOnce(&mut Self) -> Printed) -> Printed {
        if self.depth == MAX_DEPTH {
            return Err(Excess::Depth);
        }
        self.depth += 1;
        let printed = print(self);
        self.depth -= 1;
        printed
    }

    fn list(&mut self, list: &List, verb: char) -> Printed {
        if list.element() == Element::Byte && matches!(verb, 's' | 'q' | 'x' | 'X') {
            let byte = |item: &Value| match item {
                Value::Int(number, _) => u8::try_from(*number).unwrap_or(0),
                _ => 0,
            };
            let bytes: Vec<u8> = list.items().iter().map(byte).collect();
            return self.text(&bytes, verb);
        }
        let (open, between, close) = if self.flags.sharp_v {
            self.write(list.type_name().as_bytes())?;
            ("{", ", ", "}")
        } else {
            ("[", " ", "]")
        };
        self.write(open.as_bytes())?;
        self.nested(|printer| {
            for (index, item) in list.items().iter().enumerate() {
                if index > 0 {
                    printer.write(between.as_bytes())?;
                }
                printer.value(item, verb)?;
            }
            Ok(())
        })?;
        self.write(close.as_bytes())
    }

    fn map(&mut self, map: &Map, verb: char) -> Printed {
        let (open, between, close) = if self.flags.sharp_v {
            self.write(map.kind().type_name().as_bytes())?;
            ("{", ", ", "}")
        } else {
            ("map[", " ", "]")
        };
        self.write(open.as_bytes())?;
        self.nested(|printer| {
            map.each(|index, key, value| {
                if index > 0 {
                    printer.write(between.as_bytes())?;
                }
                printer.value(&Value::Str(key.clone()), verb)?;
                printer.write(b":")?;
                printer.value(value, verb)
            })
        })?;
        self.write(close.as_bytes())
    }

    fn object(&mut self, object: &dyn Object, verb: char) -> Printed {
        let text = object.print();
        if matches!(verb, 'v' | 's' | 'x' | 'X' | 'q') {
            let sharp_v = std::mem::replace(&mut self.flags.sharp_v, false);
            let printed = self.text(text.as_bytes(), verb);
            self.flags.sharp_v = sharp_v;
            return printed;
        }
        if let (Some(number), 'b' | 'c' | 'd' | 'o' | 'O' | 'U') = (object.number(), verb) {
            return self.int(number, IntKind::Int64, verb);
        }
        let name = object.type_name();
        self.write(format!("%!{verb}({name}=").as_bytes())?;
        self.write(text.as_bytes())?;
        self.write(b")")
    }
}

fn sign(number: i64, flags: &Flags) -> &'static str {
    match number {
        ..0 => "-",
        _ if flags.plus => "+",
        _ => " ",
    }
}

fn character(number: i64) -> char {
    u32::try_from(number).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// What `#` does: a decimal point always, and for `%g` the trailing zeros. The text has a sign.
fn with_point(mut text: String, verb: char, precision: Option<usize>) -> String {
    let mut missing = match verb {
        'g' | 'G' | 'x' => i64::try_from(precision.unwrap_or(6)).unwrap_or(i64::MAX),
        _ => 0,
    };
    let is_hex = matches!(verb, 'x' | 'X');
    let is_tail = |c: char| matches!(c, 'p' | 'P') || (!is_hex && matches!(c, 'e' | 'E'));
    let tail = text.find(is_tail).map_or_else(String::new, |index| text.split_off(index));
    let digits = text[1..].bytes().filter(|&c| c != b'.');
    let significant = digits.skip_while(|&c| c == b'0').count();
    missing = missing.saturating_sub(i64::try_from(significant).unwrap_or(i64::MAX));
    if !text.contains('.') {
        // A lone zero counts as a digit.
        if text.len() == 2 && text.ends_with('0') {
            missing -= 1;
        }
        text.push('.');
    }
    text.extend(std::iter::repeat_n('0', usize::try_from(missing).unwrap_or(0)));
    text + &tail
}
