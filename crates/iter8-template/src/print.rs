//! How Go's `fmt` prints values.

mod float;
mod format;
mod pad;
mod quote;
mod verb;

pub(crate) use float::{format as format_float, scientific};
pub(crate) use format::sprintf;
pub(crate) use quote::{fits_back_quotes, is_printable, quote};

use crate::function::Failure;
use crate::value::{Text, Value};
use verb::Printer;

/// Most bytes that are printed where nobody has said how much room there is.
const ROOM: usize = 16 << 20;

/// Why something was not printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Excess {
    /// It takes more bytes than there is room for.
    Bytes,
    /// It nests deeper than anything that is not endless.
    Depth,
}

impl From<Excess> for Failure {
    fn from(excess: Excess) -> Self {
        match excess {
            Excess::Bytes => Self::from("the text is too long"),
            Excess::Depth => Self::from("the value nests too deeply"),
        }
    }
}

/// What `fmt.Sprint` and the verb `%v` make of a value. Fails if it nests too deeply, or takes more
/// than 16 MiB.
pub(crate) fn display(value: &Value) -> Result<Text, Failure> {
    if let Value::Str(text) = value {
        return Ok(text.clone());
    }
    let mut out = Vec::new();
    append(&mut out, value, ROOM)?;
    Ok(Text::from(out))
}

/// Appends what `fmt.Sprint` makes of a value, at most `room` bytes.
pub(crate) fn append(out: &mut Vec<u8>, value: &Value, room: usize) -> Result<(), Excess> {
    let mut printer = Printer::new(out, room);
    printer.value(value, 'v')
}

/// Appends what `fmt.Sprint` makes of several values: spaces stand between two that are no texts.
pub(crate) fn sprint(out: &mut Vec<u8>, values: &[Value], room: usize) -> Result<(), Excess> {
    let mut printer = Printer::new(out, room);
    let mut after_text = true;
    for value in values {
        let is_text = matches!(value, Value::Str(_));
        if !is_text && !after_text {
            printer.write(b" ")?;
        }
        printer.value(value, 'v')?;
        after_text = is_text;
    }
    Ok(())
}

/// Appends what `fmt.Sprintln` makes of several values: spaces between all, and a new line.
pub(crate) fn sprintln(out: &mut Vec<u8>, values: &[Value], room: usize) -> Result<(), Excess> {
    let mut printer = Printer::new(out, room);
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            printer.write(b" ")?;
        }
        printer.value(value, 'v')?;
    }
    printer.write(b"\n")
}

#[cfg(test)]
mod tests;
