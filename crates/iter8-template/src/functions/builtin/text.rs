//! `print`, `printf` and `println`.

use crate::function::{Call, Failure};
use crate::print::{self, Excess};
use crate::value::Value;

pub(super) fn print(call: &mut Call<'_>) -> Result<Value, Failure> {
    printed(call, |out, call, room| print::sprint(out, call.args, room))
}

pub(super) fn println(call: &mut Call<'_>) -> Result<Value, Failure> {
    printed(call, |out, call, room| print::sprintln(out, call.args, room))
}

pub(super) fn printf(call: &mut Call<'_>) -> Result<Value, Failure> {
    printed(call, |out, call, room| {
        print::sprintf(out, call.text(0).as_bytes(), &call.args[1..], room)
    })
}

/// A text that is printed into a buffer, as long as there is room for.
pub(super) fn printed(
    call: &mut Call<'_>,
    print: impl FnOnce(&mut Vec<u8>, &Call<'_>, usize) -> Result<(), Excess>,
) -> Result<Value, Failure> {
    let mut out = Vec::new();
    let room = call.host.room();
    match print(&mut out, call, room) {
        Ok(()) => {}
        Err(Excess::Bytes) => call.host.charge(room.saturating_add(1))?,
        Err(excess @ Excess::Depth) => return Err(Failure::from(excess)),
    }
    // The buffer; the text itself is the result, which the executor charges.
    call.host.charge(out.len())?;
    Ok(Value::text(out))
}
