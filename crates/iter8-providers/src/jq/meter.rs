//! What an evaluation may use: steps, memory, stack, recursion. One per thread, as the operators of
//! values have no other way to reach it.
//!
//! Reaching a limit is final: from then on every step fails, so that whatever a filter does about
//! errors, it ends.

use std::cell::Cell;
use std::fmt;

/// Most steps: each term that is evaluated, each element that is passed on, each 64 bytes that are
/// copied. A step takes from 50 to 400 nanoseconds, so that this is two seconds at most.
pub(super) const MOST_STEPS: u64 = 5_000_000;

/// Most bytes that values and what belongs to them may take at a time.
pub(super) const MOST_BYTES: usize = 20 * 1024 * 1024;

/// Largest text in bytes. What is made of one text may be six times as long before it is counted.
pub(super) const LARGEST_TEXT: usize = 1024 * 1024;

/// Most recursion, counted in names that the functions bind which call themselves, and at least one
/// for each call. What they leave behind is released by a recursion of the interpreter, for which
/// the stack must suffice.
const MOST_RECURSION: u64 = 20_000;

/// The stack of an evaluation: room for what nests most. Only what is used takes memory.
pub(super) const STACK: usize = 64 * 1024 * 1024;

/// How much of the stack evaluation may use; the rest is for releasing what was built, and for
/// calls between two looks at the meter.
const MOST_STACK: usize = 4 * 1024 * 1024;

/// Bytes that are copied in one step.
const BYTES_A_STEP: usize = 64;

/// A limit that an evaluation has reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    /// Time.
    Steps,
    /// Memory.
    Bytes,
    /// One text.
    Text,
    /// Functions that call themselves.
    Recursion,
    /// Nesting, of terms or of values.
    Depth,
}

impl fmt::Display for Limit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Steps => write!(formatter, "takes more than {MOST_STEPS} steps"),
            Self::Bytes => write!(formatter, "takes more than {MOST_BYTES} bytes of memory"),
            Self::Text => write!(formatter, "makes a text of more than {LARGEST_TEXT} bytes"),
            Self::Recursion => formatter.write_str("calls itself too often"),
            Self::Depth => formatter.write_str("is nested too deeply"),
        }
    }
}

/// The sign that a limit is reached; which one, the meter knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exhausted;

struct Meter {
    steps: Cell<u64>,
    most_steps: Cell<u64>,
    bytes: Cell<usize>,
    recursion: Cell<u64>,
    stack_begin: Cell<usize>,
    reached: Cell<Option<Limit>>,
}

thread_local! {
    static METER: Meter = const {
        Meter {
            steps: Cell::new(0),
            most_steps: Cell::new(MOST_STEPS),
            bytes: Cell::new(0),
            recursion: Cell::new(0),
            stack_begin: Cell::new(0),
            reached: Cell::new(None),
        }
    };
}

/// Begins an evaluation of at most so many steps on this thread.
pub(super) fn begin(most_steps: u64) {
    METER.with(|meter| {
        meter.most_steps.set(most_steps);
        meter.steps.set(0);
        meter.recursion.set(0);
        meter.reached.set(None);
        meter.stack_begin.set(stack_address());
    });
}

/// The limit that was reached, if any.
pub(super) fn reached() -> Option<Limit> {
    METER.with(|meter| meter.reached.get())
}

/// Ends the evaluation because of a limit.
pub(super) fn exhaust(limit: Limit) -> Exhausted {
    METER.with(|meter| {
        // The first one is the reason; the others follow from it.
        if meter.reached.get().is_none() {
            meter.reached.set(Some(limit));
        }
    });
    Exhausted
}

/// Counts a step, and looks at the stack.
pub(super) fn step() -> Result<(), Exhausted> {
    METER.with(|meter| {
        let steps = meter.steps.get() + 1;
        meter.steps.set(steps);
        if meter.reached.get().is_some() {
            return Err(Exhausted);
        }
        if steps > meter.most_steps.get() {
            return Err(exhaust(Limit::Steps));
        }
        // The stack grows downwards on everything that this runs on, but need not.
        if meter.stack_begin.get().abs_diff(stack_address()) > MOST_STACK {
            return Err(exhaust(Limit::Depth));
        }
        Ok(())
    })
}

/// Counts the steps that it takes to pass over so many bytes.
pub(super) fn pass(bytes: usize) -> Result<(), Exhausted> {
    METER.with(|meter| meter.steps.set(meter.steps.get() + (bytes / BYTES_A_STEP) as u64));
    step()
}

/// Counts the call of a function that calls itself, and keeps so much.
pub(super) fn recurse(kept: u64) -> Result<(), Exhausted> {
    METER.with(|meter| {
        let recursion = meter.recursion.get() + kept;
        meter.recursion.set(recursion);
        if recursion > MOST_RECURSION { Err(exhaust(Limit::Recursion)) } else { step() }
    })
}

/// Whether so many bytes more may be taken; if not, the evaluation ends.
pub(super) fn room(bytes: usize) -> Result<(), Exhausted> {
    METER.with(|meter| {
        let total = meter.bytes.get().saturating_add(bytes);
        if total > MOST_BYTES { Err(exhaust(Limit::Bytes)) } else { Ok(()) }
    })
}

/// Bytes in use, given back when this is dropped.
#[derive(Debug)]
pub(super) struct Charge(usize);

impl Charge {
    /// Takes bytes. It always succeeds, as what needs them is there already; if they are too
    /// many, the evaluation ends.
    pub(super) fn new(bytes: usize) -> Self {
        let charge = Self(bytes);
        METER.with(|meter| meter.bytes.set(meter.bytes.get().saturating_add(bytes)));
        // The failure is remembered by the meter.
        let _ = room(0);
        charge
    }

    /// Takes other bytes instead.
    pub(super) fn change(&mut self, bytes: usize) {
        *self = Self::new(bytes);
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        METER.with(|meter| meter.bytes.set(meter.bytes.get().saturating_sub(self.0)));
    }
}

/// About where the stack ends now.
#[inline(never)]
fn stack_address() -> usize {
    let here = 0_u8;
    std::ptr::from_ref(&here).addr()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_final() {
        begin(MOST_STEPS);
        assert!(step().is_ok() && pass(1000).is_ok());
        assert!(pass(MOST_BYTES * 100).is_err());
        assert!(step().is_err());
        exhaust(Limit::Depth);
        assert_eq!(reached(), Some(Limit::Steps));
        begin(MOST_STEPS);
        assert_eq!(reached(), None);
        assert!(step().is_ok());
        assert!(recurse(MOST_RECURSION).is_ok());
        assert!(recurse(1).is_err());
        assert_eq!(reached(), Some(Limit::Recursion));
    }

    #[test]
    fn bytes_are_given_back() {
        begin(MOST_STEPS);
        let mut charge = Charge::new(MOST_BYTES);
        assert!(room(0).is_ok());
        charge.change(10);
        assert!(room(MOST_BYTES - 10).is_ok());
        drop(charge);
        assert!(room(MOST_BYTES).is_ok());
        assert!(room(MOST_BYTES + 1).is_err());
        assert_eq!(reached(), Some(Limit::Bytes));
    }

    #[test]
    fn the_stack_is_watched() {
        fn deep(levels: u32) -> u32 {
            if levels == 0 || step().is_err() {
                0
            } else {
                std::hint::black_box(deep(levels - 1)) + 1
            }
        }
        let reached = std::thread::Builder::new()
            .stack_size(STACK)
            .spawn(|| {
                begin(MOST_STEPS);
                let levels = deep(u32::MAX);
                (levels, reached())
            })
            .unwrap()
            .join()
            .unwrap();
        assert!(reached.0 > 1000);
        assert_eq!(reached.1, Some(Limit::Depth));
    }
}
