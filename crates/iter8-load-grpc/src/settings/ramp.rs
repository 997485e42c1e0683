//! What changes in steps: the rate, and the number of calls under way at once.

use std::time::Duration;

use iter8_model::task::InputError;

use super::inputs::Inputs;

/// Most steps of a schedule: one a second for a day and more, and a table of 2 MiB.
const MOST_STEPS: usize = 100_000;

/// A number that changes by a step at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ramp {
    start: u64,
    end: u64,
    step: i64,
    every: Duration,
    /// The number stops changing here.
    limit: Option<Duration>,
}

/// What holds from a moment on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Level {
    pub(super) from: Duration,
    pub(super) value: u64,
}

/// The words of Iter8 0.13 for what is wrong.
pub(super) struct Words {
    /// What the names of parameters begin with.
    pub(super) prefix: &'static str,
    /// When start and end are the same.
    pub(super) equal: &'static str,
    /// When nothing is added, or it leads away from the end.
    pub(super) step: &'static str,
    /// When steps have no length.
    pub(super) every: &'static str,
}

/// How many calls may be under way at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concurrency {
    /// From the start of each on; the first starts at zero.
    levels: Vec<Level>,
}

impl Ramp {
    /// Reads `step` and, with steps of one second, `line`.
    pub(super) fn read(
        inputs: &Inputs<'_>,
        is_line: bool,
        default_start: u64,
        words: &Words,
    ) -> Result<Self, InputError> {
        let name = |name: &str| format!("{}-{name}", words.prefix);
        let start = inputs.whole(&name("start")).unwrap_or(default_start);
        let end = inputs.whole(&name("end")).unwrap_or(0);
        let step = inputs.signed(&name("step"));
        let limit = inputs.bound(&name("max-duration"));
        let every = inputs.bound(&name("step-duration"));
        if start == end {
            return Err(inputs.error(&name("start"), words.equal));
        }
        // Without an end a falling number ends at zero.
        let leads_away = if step > 0 { end > 0 && end < start } else { end > start };
        if step == 0 || leads_away {
            return Err(inputs.error(&name("step"), words.step));
        }
        let every = if is_line { Some(Duration::from_secs(1)) } else { every };
        let every = every.ok_or_else(|| inputs.error(&name("step-duration"), words.every))?;
        Ok(Self { start, end, step, every, limit })
    }

    /// The numbers over time, the last of which holds for ever. `is_enough` tells whether what
    /// follows a level cannot matter, and `most` bounds all numbers.
    pub(super) fn levels(
        &self,
        most: u64,
        mut is_enough: impl FnMut(Level) -> bool,
    ) -> Option<Vec<Level>> {
        let mut levels = Vec::new();
        for index in 0..MOST_STEPS {
            let steps = u32::try_from(index).ok()?;
            let from = self.every.checked_mul(steps)?;
            if let Some(limit) = self.limit.filter(|limit| from >= *limit) {
                levels.push(Level { from: limit, value: self.last(limit).min(most) });
                return Some(levels);
            }
            let value = self.after(u64::from(steps));
            let level = Level { from, value: value.min(most) };
            levels.push(level);
            if self.is_end(value) || value >= most || is_enough(level) {
                return Some(levels);
            }
        }
        None
    }

    /// The number after so many steps, the end not yet passed.
    fn after(&self, steps: u64) -> u64 {
        let steps = i64::try_from(steps).unwrap_or(i64::MAX);
        let value = self.start.saturating_add_signed(self.step.saturating_mul(steps));
        match (self.step > 0, self.end) {
            (true, 0) => value,
            (true, end) => value.min(end),
            (false, end) => value.max(end),
        }
    }

    fn is_end(&self, value: u64) -> bool {
        value == self.end && (self.end > 0 || self.step < 0)
    }

    /// The number that holds once the time for changes is over.
    fn last(&self, limit: Duration) -> u64 {
        let steps = limit.as_nanos() / self.every.as_nanos().max(1);
        if self.end > 0 { self.end } else { self.after(u64::try_from(steps).unwrap_or(u64::MAX)) }
    }
}

impl Concurrency {
    /// Always the same.
    pub(super) fn constant(calls: u64) -> Self {
        Self { levels: vec![Level { from: Duration::ZERO, value: calls }] }
    }

    pub(super) fn of_levels(levels: Vec<Level>) -> Self {
        Self { levels }
    }

    /// How many at this time after the start.
    pub fn at(&self, elapsed: Duration) -> usize {
        let index = self.levels.partition_point(|level| level.from <= elapsed);
        let level = self.levels.get(index.saturating_sub(1));
        level.map_or(0, |level| usize::try_from(level.value).unwrap_or(usize::MAX))
    }

    /// How many at most.
    pub fn most(&self) -> usize {
        let most = self.levels.iter().map(|level| level.value).max().unwrap_or(0);
        usize::try_from(most).unwrap_or(usize::MAX)
    }

    /// When the number changes, and to what, in order; the first entry is that of the start.
    pub fn changes(&self) -> impl Iterator<Item = (Duration, usize)> {
        self.levels
            .iter()
            .map(|level| (level.from, usize::try_from(level.value).unwrap_or(usize::MAX)))
    }
}

#[cfg(test)]
mod tests;
