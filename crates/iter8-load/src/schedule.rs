//! When each request ought to start: a pure function of its number.
//!
//! All arrivals and profiles are one formula. Let Λ(t) be the integral of the rate from 0 to t.
//! Request k starts at Λ⁻¹(k) (constant spacing), at Λ⁻¹(k + uₖ) with uₖ uniform in its slot
//! (jittered), or at Λ⁻¹(Sₖ) where Sₖ is a sum of k + 1 exponential gaps of mean 1. The last is
//! a Poisson process of that rate, by the time change of Çinlar, *Introduction to Stochastic
//! Processes* (1975), chapter 4.

mod profile;

use std::num::NonZeroU64;
use std::time::Duration;

use crate::qps::Rate;
use crate::random::{exponential, uniform};
use profile::Profile;

/// How starts are spread around the rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Arrival {
    /// Evenly: request k at k/rate.
    #[default]
    Constant,
    /// Each request at a uniformly drawn moment of its own slot, (k + u)/rate. Breaks the
    /// lockstep with anything periodic in the service and keeps the exact count.
    Uniform,
    /// Independently of each other, as the requests of many users are: exponential gaps. The
    /// number of requests in a given time is then itself random.
    Poisson,
}

/// How a stage gets from the rate before it to its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Linearly over the whole stage.
    Ramp,
    /// At once; the target holds for the whole stage.
    Step,
}

/// A stretch of time in which the rate is constant or changes linearly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stage {
    /// How long it lasts. A ramp of no length is a jump.
    pub duration: Duration,
    /// The rate at its end. May be zero.
    pub target: Rate,
    /// How the rate gets there.
    pub change: Change,
}

/// When each request ought to start.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    profile: Profile,
    arrival: Arrival,
    seed: u64,
}

/// How much too early a request of an even schedule may be sent together with one that is due: a
/// wake-up costs as much as several requests, and what an even schedule promises is the rate. It
/// is a twentieth of the step in which h2load sends.
const EVEN_LEEWAY: Duration = Duration::from_micros(500);

/// The same of random arrivals, whose gaps are what they promise: as much as a wake-up is late by
/// itself.
const RANDOM_LEEWAY: Duration = Duration::from_micros(50);

impl Schedule {
    /// How much too early a request may be sent together with one that is due. Nothing wakes for
    /// it, and gaps that are larger are kept.
    pub fn leeway(&self) -> Duration {
        match self.arrival {
            Arrival::Constant => EVEN_LEEWAY,
            Arrival::Uniform | Arrival::Poisson => RANDOM_LEEWAY,
        }
    }

    /// One rate for ever, evenly spaced.
    pub fn constant(rate: Rate) -> Self {
        Self { profile: Profile::constant(rate), arrival: Arrival::Constant, seed: 0 }
    }

    /// A rate that begins at `start` and follows the stages, evenly spaced. The schedule ends
    /// with the last stage.
    pub fn stages(start: Rate, stages: &[Stage]) -> Self {
        Self { profile: Profile::stages(start, stages), arrival: Arrival::Constant, seed: 0 }
    }

    /// The same schedule with the rate of its end held for ever.
    #[must_use]
    pub fn held(self) -> Self {
        Self { profile: self.profile.held(), ..self }
    }

    /// The same rates with other arrivals. `seed` decides every random choice.
    #[must_use]
    pub fn with_arrival(self, arrival: Arrival, seed: u64) -> Self {
        Self { arrival, seed, ..self }
    }

    /// Where the schedule ends by itself: after the last stage; `None` for a constant rate.
    pub fn end(&self) -> Option<Duration> {
        self.profile.end()
    }

    /// Requests expected before `until`: the integral of the rate.
    pub fn expected(&self, until: Duration) -> f64 {
        self.profile.mass(until.as_secs_f64())
    }

    /// The exact number of requests before `until`: the integral of the rate, rounded down, but
    /// at least one if the rate is ever above zero, for a test without a request says nothing.
    /// `None` for Poisson arrivals, whose number is random.
    pub fn count(&self, until: Duration) -> Option<u64> {
        match self.arrival {
            Arrival::Constant | Arrival::Uniform => Some(whole_requests(self.expected(until))),
            Arrival::Poisson => None,
        }
    }

    /// The starts of requests `first`, `first + step`, … that lie before `until`, or before the
    /// end of the schedule if that comes first.
    pub fn starts(&self, first: u64, step: NonZeroU64, until: Option<Duration>) -> Starts<'_> {
        let mass = self.profile.mass(until.map_or(f64::INFINITY, |until| until.as_secs_f64()));
        Starts {
            schedule: self,
            number: first,
            step: step.get(),
            mass,
            count: whole_requests(mass),
            segment: 0,
            drawn: 0,
            sum: 0.0,
        }
    }
}

/// Rounds an expected number of requests down, to at least one unless there are none at all.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, ≥ 0")]
fn whole_requests(mass: f64) -> u64 {
    // 100/s for 0.29 s is 28.999999999999996 in floating point and 29 for everybody else.
    let nearest = mass.round();
    let whole = if (mass - nearest).abs() <= 1e-9 * nearest { nearest } else { mass.floor() };
    if mass > 0.0 { (whole as u64).max(1) } else { 0 }
}

/// The starts of every `step`-th request, ascending; pairs of the request's number and its
/// intended start in nanoseconds.
#[derive(Debug, Clone)]
pub struct Starts<'a> {
    schedule: &'a Schedule,
    number: u64,
    step: u64,
    /// Integral of the rate over the time that counts.
    mass: f64,
    /// Whole requests in it.
    count: u64,
    /// The segment of the profile in which the latest start lies.
    segment: usize,
    /// Poisson only: gaps drawn so far, and their sum.
    drawn: u64,
    sum: f64,
}

impl Starts<'_> {
    /// How far up the integral of the rate request k lies; `None` when it is beyond the end.
    fn position(&mut self, k: u64) -> Option<f64> {
        let Schedule { arrival, seed, .. } = *self.schedule;
        match arrival {
            Arrival::Constant => (k < self.count).then_some(k as f64),
            Arrival::Uniform => {
                // The only request of a schedule with less than one has a narrower slot.
                let slot = self.mass.min(1.0);
                (k < self.count).then(|| k as f64 + slot * uniform(seed, k))
            }
            Arrival::Poisson => {
                // Every worker draws all gaps and keeps its own starts: a few nanoseconds each,
                // in return for parts that are exactly the whole.
                while self.drawn <= k && self.sum < self.mass {
                    self.sum += exponential(seed, self.drawn);
                    self.drawn += 1;
                }
                (self.sum < self.mass).then_some(self.sum)
            }
        }
    }
}

impl Iterator for Starts<'_> {
    type Item = (u64, u64);

    fn next(&mut self) -> Option<(u64, u64)> {
        let k = self.number;
        let position = self.position(k)?;
        self.number = k.saturating_add(self.step);
        let seconds = self.schedule.profile.time_of(position, &mut self.segment);
        Some((k, whole_nanoseconds(seconds)))
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, ≥ 0")]
fn whole_nanoseconds(seconds: f64) -> u64 {
    (seconds * 1e9).round() as u64
}

#[cfg(test)]
mod tests;
