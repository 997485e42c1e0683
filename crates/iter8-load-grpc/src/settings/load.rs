//! How often calls are made, and how many at once.

use std::num::{NonZeroU64, NonZeroUsize};
use std::time::Duration;

use iter8_load::{
    Budget, Change, ErrorRange, ErrorRanges, MAX_CONNECTIONS, MAX_RATE, Pace, Plan, Rate, Schedule,
    Stage,
};
use iter8_model::task::InputError;
use serde_json::Value;

use super::inputs::Inputs;
use super::ramp::{Concurrency, Level, Ramp, Words};
use super::{DEFAULT_CALLS, DEFAULT_CONCURRENCY};

/// How often calls are made.
#[derive(Debug, Clone, PartialEq)]
pub struct Load {
    /// When calls begin and where the test ends. Its connections are calls under way at once, and
    /// its errors all codes but OK.
    pub plan: Plan,
    /// How many of those may be under way at a time.
    pub concurrency: Concurrency,
    /// Connections; calls use them in turn. At least as many as threads, at most as many as calls
    /// under way.
    pub connections: NonZeroUsize,
    /// Whether calls begin however many are under way.
    pub is_async: bool,
    /// Results that are left out, from the first on.
    pub skip_first: u64,
    /// What becomes of calls under way when the time is over.
    pub at_end: AtEnd,
}

/// What becomes of calls under way when the time is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtEnd {
    /// They are awaited, within their time limit.
    Await,
    /// They are cancelled and not counted.
    // Differs from Iter8 0.13, where `close` counts them as errors.
    Cancel,
}

const LOAD: Words = Words {
    prefix: "load",
    equal: "load start cannot equal load end",
    step: "invalid load step",
    every: "invalid load step duration",
};

const CONCURRENCY: Words = Words {
    prefix: "concurrency",
    equal: "concurrency start start cannot equal concurrency end",
    step: "invalid concurrency step",
    every: "invalid concurrency step duration",
};

pub(super) fn read(inputs: &Inputs<'_>, timeout: Duration) -> Result<Load, InputError> {
    let budget = budget(inputs);
    let concurrency = concurrency(inputs, budget)?;
    let connections = connections(inputs)?;
    let skip_first = inputs.whole("skipFirst").unwrap_or(0);
    if budget.max_requests().is_some_and(|total| skip_first > total) {
        return Err(inputs.error("skipFirst", "you cannot skip more requests than those run"));
    }
    let at_end = match inputs.text("duration-stop") {
        Some("close" | "ignore") => AtEnd::Cancel,
        _ => AtEnd::Await,
    };
    let is_async = inputs.flag("async");
    let most = if is_async { MAX_CONNECTIONS } else { concurrency.most() };
    let most = NonZeroUsize::new(most).unwrap_or(NonZeroUsize::MIN);
    let drain = if at_end == AtEnd::Await { timeout } else { Duration::ZERO };
    let errors = ErrorRange::new(Some(1), None).into_iter().collect::<ErrorRanges>();
    let plan = Plan::new(pace(inputs, budget)?, budget, most, drain)
        .map_err(|error| InputError::new(inputs.path, error.to_string()))?
        .with_errors(errors);
    let slots = NonZeroUsize::new(plan.connections()).unwrap_or(NonZeroUsize::MIN);
    let connections = connections.min(slots);
    // Each thread has connections of its own.
    let threads = inputs.whole("cpus").and_then(|cpus| usize::try_from(cpus).ok());
    let threads = NonZeroUsize::new(threads.unwrap_or(plan.threads()));
    let plan = plan.with_threads(threads.unwrap_or(NonZeroUsize::MIN).min(connections));
    Ok(Load { plan, concurrency, connections, is_async, skip_first, at_end })
}

/// A duration replaces the number of calls; `max-duration` bounds either.
// Differs from Iter8 0.13, where `max-duration` replaces the number of calls, too.
fn budget(inputs: &Inputs<'_>) -> Budget {
    let cap = inputs.bound("max-duration");
    if let Some(duration) = inputs.bound("duration") {
        return Budget::duration(cap.map_or(duration, |cap| cap.min(duration)));
    }
    let total = NonZeroU64::new(inputs.whole("total").unwrap_or(DEFAULT_CALLS));
    let total = total.unwrap_or(NonZeroU64::MIN);
    cap.map_or(Budget::requests(total), |cap| Budget::either(total, cap))
}

fn connections(inputs: &Inputs<'_>) -> Result<NonZeroUsize, InputError> {
    let connections = inputs.whole("connections").unwrap_or(1);
    if connections > inputs.whole("concurrency").unwrap_or(DEFAULT_CONCURRENCY) {
        let message = "number of connections cannot be greater than concurrency";
        return Err(inputs.error("connections", message));
    }
    let connections = usize::try_from(connections).ok().and_then(NonZeroUsize::new);
    connections.ok_or_else(|| inputs.error("connections", "expected a whole number from 1"))
}

fn concurrency(inputs: &Inputs<'_>, budget: Budget) -> Result<Concurrency, InputError> {
    let schedule = inputs.text("concurrency-schedule").unwrap_or("const");
    if schedule == "const" {
        let calls = inputs.whole("concurrency").unwrap_or(DEFAULT_CONCURRENCY);
        return Ok(Concurrency::constant(calls));
    }
    let ramp = Ramp::read(inputs, schedule == "line", 1, &CONCURRENCY)?;
    let until = budget.max_duration();
    let is_enough = |level: Level| until.is_some_and(|until| level.from >= until);
    let levels = ramp.levels(MAX_CONNECTIONS as u64, is_enough);
    let levels = levels.ok_or_else(|| too_many(inputs, "concurrency-step-duration"))?;
    let concurrency = Concurrency::of_levels(levels);
    if concurrency.most() == 0 {
        return Err(inputs.error("concurrency-start", "expected more than 0"));
    }
    Ok(concurrency)
}

fn too_many(inputs: &Inputs<'_>, name: &str) -> InputError {
    inputs.error(name, "too many steps before the end of the test: make them longer or larger")
}

fn pace(inputs: &Inputs<'_>, budget: Budget) -> Result<Pace, InputError> {
    let is_line = match inputs.text("load-schedule").unwrap_or("const") {
        "const" => return constant(inputs),
        "step" => false,
        "line" => true,
        _ => {
            let message = "schedule much be \"const\", \"step\", or \"line\"";
            return Err(inputs.error("load-schedule", message));
        }
    };
    let ramp = Ramp::read(inputs, is_line, 0, &LOAD)?;
    let (until, total) = (budget.max_duration(), budget.max_requests());
    // What lies behind the last call does not matter.
    let (mut calls, mut before) = (0.0, None::<Level>);
    let is_enough = |level: Level| {
        if let Some(before) = before {
            let seconds = level.from.saturating_sub(before.from).as_secs_f64();
            calls += before.value as f64 * seconds;
        }
        before = Some(level);
        until.is_some_and(|until| level.from >= until)
            || total.is_some_and(|total| calls >= total as f64)
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1e9")]
    let levels = ramp.levels(MAX_RATE as u64, is_enough);
    let levels = levels.ok_or_else(|| too_many(inputs, "load-step-duration"))?;
    let is_silent = levels.last().is_none_or(|last| last.value == 0);
    if is_silent && until.is_none() && total.is_some_and(|total| calls < total as f64) {
        let message = "the rate falls to 0 before all calls are made";
        return Err(inputs.error("load-step", message).with_hint("set load-end or a duration"));
    }
    schedule(&levels).map(Pace::Open).map_err(|message| inputs.error("load-step", message))
}

/// Nothing said, 0 and `max` mean no rate at all.
fn constant(inputs: &Inputs<'_>) -> Result<Pace, InputError> {
    let rate = inputs.get("rps").and_then(Value::as_f64).unwrap_or(0.0);
    if rate == 0.0 {
        return Ok(Pace::Closed);
    }
    let rate = Rate::per_second(rate).map_err(|error| inputs.error("rps", error.to_string()))?;
    Ok(Pace::Open(Schedule::constant(rate)))
}

fn schedule(levels: &[Level]) -> Result<Schedule, String> {
    let rate = |value: u64| Rate::per_second(value as f64).map_err(|error| error.to_string());
    let stage = |pair: &[Level]| {
        let (level, next) = (pair[0], pair[1]);
        let duration = next.from.saturating_sub(level.from);
        Ok(Stage { duration, target: rate(level.value)?, change: Change::Step })
    };
    let mut stages = levels.windows(2).map(stage).collect::<Result<Vec<_>, String>>()?;
    let last = levels.last().map_or(0, |level| level.value);
    stages.push(Stage { duration: Duration::ZERO, target: rate(last)?, change: Change::Step });
    Ok(Schedule::stages(Rate::ZERO, &stages).held())
}
