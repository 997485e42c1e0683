//! `fmt.Sprintf`: a format with verbs.

use super::Excess;
use super::pad::Flags;
use super::verb::Printer;
use crate::value::Value;

/// Beyond this Go takes a width for a mistake.
const MOST_WIDTH: i64 = 1_000_000;

/// Appends what `fmt.Sprintf` makes of a format and its arguments, at most `room` bytes.
pub(crate) fn sprintf(
    out: &mut Vec<u8>,
    format: &[u8],
    arguments: &[Value],
    room: usize,
) -> Result<(), Excess> {
    let printer = Printer::new(out, room);
    let mut state = State {
        format,
        arguments,
        printer,
        at: 0,
        argument: 0,
        reordered: false,
        index_is_good: true,
        after_index: false,
        last_bracket: format.iter().rposition(|&c| c == b']').unwrap_or(0),
    };
    state.run()
}

struct State<'a, 'o> {
    format: &'a [u8],
    arguments: &'a [Value],
    printer: Printer<'o>,
    /// The next byte of the format.
    at: usize,
    /// The next argument.
    argument: usize,
    /// Whether an index such as `[2]` has been used.
    reordered: bool,
    /// Whether the indexes of the verb name arguments.
    index_is_good: bool,
    /// Whether an index has just been read.
    after_index: bool,
    /// Where the last bracket is that can close an index, so that none is looked for behind it.
    last_bracket: usize,
}

impl State<'_, '_> {
    fn run(&mut self) -> Result<(), Excess> {
        while self.at < self.format.len() {
            let rest = &self.format[self.at..];
            let length = rest.iter().position(|&c| c == b'%').unwrap_or(rest.len());
            self.printer.write(&rest[..length])?;
            self.at += length;
            if self.at == self.format.len() {
                break;
            }
            self.at += 1;
            self.directive()?;
        }
        self.extra()
    }

    fn peek(&self) -> Option<u8> {
        self.format.get(self.at).copied()
    }

    /// Takes a byte if it comes next.
    fn accept(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// What follows `%`.
    fn directive(&mut self) -> Result<(), Excess> {
        self.index_is_good = true;
        self.after_index = false;
        self.printer.flags = Flags::default();
        self.flags();
        // A plain verb needs none of the rest.
        if self.peek().is_some_and(|c| c.is_ascii_lowercase())
            && self.argument < self.arguments.len()
        {
            return self.verb();
        }
        self.index();
        self.width()?;
        // A point that ends the format is a verb.
        if self.at + 1 < self.format.len() && self.accept(b'.') {
            self.precision()?;
        }
        if !self.after_index {
            self.index();
        }
        self.verb()
    }

    fn flags(&mut self) {
        let flags = &mut self.printer.flags;
        while let Some(byte) = self.format.get(self.at) {
            match byte {
                b'#' => flags.sharp = true,
                b'0' => flags.zero = true,
                b'+' => flags.plus = true,
                b'-' => flags.minus = true,
                b' ' => flags.space = true,
                _ => return,
            }
            self.at += 1;
        }
    }

    fn width(&mut self) -> Result<(), Excess> {
        if self.accept(b'*') {
            match self.int_argument() {
                Some(width) => {
                    let flags = &mut self.printer.flags;
                    flags.width = usize::try_from(width.unsigned_abs()).ok();
                    if width < 0 {
                        flags.minus = true;
                        flags.zero = false;
                    }
                }
                None => self.printer.write(b"%!(BADWIDTH)")?,
            }
            self.after_index = false;
            return Ok(());
        }
        self.printer.flags.width = self.number();
        if self.after_index && self.printer.flags.width.is_some() {
            self.index_is_good = false;
        }
        Ok(())
    }

    /// What follows the point.
    fn precision(&mut self) -> Result<(), Excess> {
        if self.after_index {
            self.index_is_good = false;
        }
        self.index();
        if self.accept(b'*') {
            let given = self.int_argument();
            // A negative one counts as none, with a complaint.
            self.printer.flags.precision = given.and_then(|number| usize::try_from(number).ok());
            if self.printer.flags.precision.is_none() {
                self.printer.write(b"%!(BADPREC)")?;
            }
            self.after_index = false;
        } else {
            self.printer.flags.precision = Some(self.number().unwrap_or(0));
        }
        Ok(())
    }

    /// A number in the format; one that is far too long takes all that is left.
    fn number(&mut self) -> Option<usize> {
        let mut number = None;
        while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
            let so_far = number.unwrap_or(0);
            if so_far > MOST_WIDTH {
                self.at = self.format.len();
                return None;
            }
            number = Some(so_far * 10 + i64::from(digit - b'0'));
            self.at += 1;
        }
        number.and_then(|number| usize::try_from(number).ok())
    }

    /// The next argument, for `*`.
    fn int_argument(&mut self) -> Option<i64> {
        let argument = self.arguments.get(self.argument)?;
        self.argument += 1;
        match argument {
            Value::Int(number, _) if number.unsigned_abs() <= MOST_WIDTH.unsigned_abs() => {
                Some(*number)
            }
            _ => None,
        }
    }

    /// `[n]`, if it comes next: the argument that follows.
    fn index(&mut self) {
        self.after_index = false;
        if self.peek() != Some(b'[') {
            return;
        }
        self.reordered = true;
        let rest = &self.format[self.at..];
        let may_close = self.at < self.last_bracket && rest.len() >= 3;
        let close = if may_close { rest.iter().position(|&c| c == b']') } else { None };
        let Some(close) = close else {
            self.index_is_good = false;
            self.at += 1;
            return;
        };
        let digits = &rest[1..close];
        self.at += close + 1;
        let number = std::str::from_utf8(digits).ok().filter(|text| !text.starts_with('+'));
        let Some(number) = number.and_then(|text| text.parse::<usize>().ok()) else {
            self.index_is_good = false;
            return;
        };
        self.after_index = true;
        if (1..=self.arguments.len()).contains(&number) {
            self.argument = number - 1;
        } else {
            self.index_is_good = false;
        }
    }

    fn verb(&mut self) -> Result<(), Excess> {
        let rest = &self.format[self.at..];
        // No character is longer than four bytes.
        let Some(first) = rest[..rest.len().min(4)].utf8_chunks().next() else {
            return self.printer.write(b"%!(NOVERB)");
        };
        let verb = first.valid().chars().next();
        self.at += verb.map_or(1, char::len_utf8);
        let verb = verb.unwrap_or(char::REPLACEMENT_CHARACTER);
        if verb == '%' {
            return self.printer.write(b"%");
        }
        if !self.index_is_good {
            return self.printer.write(format!("%!{verb}(BADINDEX)").as_bytes());
        }
        let Some(argument) = self.arguments.get(self.argument) else {
            return self.printer.write(format!("%!{verb}(MISSING)").as_bytes());
        };
        if matches!(verb, 'v' | 'w') {
            let flags = &mut self.printer.flags;
            flags.sharp_v = std::mem::take(&mut flags.sharp);
            // With structs it would add the names of fields.
            flags.plus = false;
        }
        self.argument += 1;
        self.printer.value(argument, verb)
    }

    /// Arguments that no verb has used.
    fn extra(&mut self) -> Result<(), Excess> {
        if self.reordered || self.argument >= self.arguments.len() {
            return Ok(());
        }
        self.printer.flags = Flags::default();
        self.printer.write(b"%!(EXTRA ")?;
        for (index, argument) in self.arguments[self.argument..].iter().enumerate() {
            if index > 0 {
                self.printer.write(b", ")?;
            }
            self.printer.extra(argument)?;
        }
        self.printer.write(b")")
    }
}
