//! What an execution has and may consume.

use crate::environment::{Environment, Limits, Random, Zone};
use crate::error::Cause;
use crate::function::ENTRY;
use crate::print::{self, Excess};
use crate::value::Value;

/// Deepest nesting while executing: templates and control structures count one each. Each takes
/// less than 2 KiB of stack, without optimisation too, so that 2 MiB are enough for all.
pub(super) const MAX_DEPTH: usize = 800;

/// What a pipeline in parentheses and a function that executes a template count: their arguments
/// go through several functions of ours.
pub(super) const CALL_DEPTH: usize = 4;

/// Steps between two questions whether to stop: about 0.2 ms.
const POLL_STEPS: u64 = 4096;

/// What all templates of one rendering share.
pub(super) struct Machine<'e> {
    pub(super) now: jiff::Timestamp,
    pub(super) zone: &'e Zone,
    pub(super) random: &'e mut dyn Random,
    interrupted: &'e dyn Fn() -> bool,
    limits: Limits,
    steps: u64,
    /// When to look at the limits again.
    next_check: u64,
    pub(super) bytes_left: usize,
    pub(super) depth: usize,
    /// The output.
    pub(super) out: Vec<u8>,
    /// Empty vectors for arguments, so that calls need not allocate.
    pub(super) spare: Vec<Vec<Value>>,
}

impl<'e> Machine<'e> {
    pub(super) fn new(environment: &'e mut Environment<'_>) -> Self {
        let limits = environment.limits;
        Self {
            now: environment.now,
            zone: &environment.zone,
            random: &mut *environment.random,
            interrupted: environment.interrupted,
            limits,
            steps: 0,
            next_check: limits.steps.min(POLL_STEPS),
            bytes_left: limits.bytes,
            depth: 0,
            out: Vec::new(),
            spare: Vec::new(),
        }
    }

    /// Counts steps.
    pub(super) fn step(&mut self, steps: u64) -> Result<(), Cause> {
        self.steps = self.steps.saturating_add(steps);
        if self.steps > self.next_check { self.check() } else { Ok(()) }
    }

    #[cold]
    fn check(&mut self) -> Result<(), Cause> {
        if self.steps > self.limits.steps {
            return Err(Cause::Steps(self.limits.steps));
        }
        if (self.interrupted)() {
            return Err(Cause::Interrupted);
        }
        self.next_check = self.limits.steps.min(self.steps.saturating_add(POLL_STEPS));
        Ok(())
    }

    /// Counts bytes that are or will be allocated.
    pub(super) fn charge(&mut self, bytes: usize) -> Result<(), Cause> {
        match self.bytes_left.checked_sub(bytes) {
            Some(left) => {
                self.bytes_left = left;
                Ok(())
            }
            None => Err(self.out_of_bytes()),
        }
    }

    pub(super) fn out_of_bytes(&self) -> Cause {
        Cause::Bytes(self.limits.bytes)
    }

    pub(super) fn enter(&mut self, levels: usize) -> Result<(), Cause> {
        if self.depth + levels > MAX_DEPTH {
            return Err(Cause::Message(format!("exceeded maximum template depth ({MAX_DEPTH})")));
        }
        self.depth += levels;
        Ok(())
    }

    pub(super) fn depth_left(&self) -> usize {
        MAX_DEPTH - self.depth
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Cause> {
        self.charge(bytes.len())?;
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    /// Prints a value as an action does.
    pub(super) fn print(&mut self, value: &Value) -> Result<(), Cause> {
        match value {
            Value::Nil => self.write(b"<no value>"),
            Value::Str(text) => self.write(text.as_bytes()),
            other => {
                let before = self.out.len();
                let printed = print::append(&mut self.out, other, self.bytes_left);
                printed.map_err(|excess| match excess {
                    Excess::Bytes => self.out_of_bytes(),
                    Excess::Depth => Cause::Message("the value nests too deeply".to_owned()),
                })?;
                self.charge(self.out.len() - before)
            }
        }
    }
}

/// The bytes of a value that nobody else holds: those that the function which returned it must
/// have allocated. Values that it only passed on count nothing.
pub(super) fn weigh(value: &Value) -> usize {
    weigh_to(value, crate::function::MAX_DEPTH)
}

fn weigh_to(value: &Value, depth: usize) -> usize {
    if depth == 0 {
        return 0;
    }
    match value {
        Value::Str(text) if !text.is_shared() => 16 + text.len(),
        Value::List(list) if !list.is_shared() => {
            let items = list.items().iter().map(|item| weigh_to(item, depth - 1)).sum::<usize>();
            16 + list.len() * size_of::<Value>() + items
        }
        Value::Map(map) if !map.is_shared() => {
            let mut bytes = ENTRY;
            let Ok(()) = map.each(|_, key, value| -> Result<(), std::convert::Infallible> {
                bytes += ENTRY + key.len() + weigh_to(value, depth - 1);
                Ok(())
            });
            bytes
        }
        Value::Object(_) => ENTRY,
        Value::Str(_)
        | Value::List(_)
        | Value::Map(_)
        | Value::Nil
        | Value::Bool(_)
        | Value::Int(..)
        | Value::Float(_)
        | Value::Complex(..) => 0,
    }
}
