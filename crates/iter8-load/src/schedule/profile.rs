//! The rate over time, its integral, and the inverse of that.

use std::time::Duration;

use super::{Change, Stage};
use crate::qps::Rate;

/// A rate that is linear in pieces.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Profile {
    /// In order of time, without gaps; never empty.
    segments: Vec<Segment>,
    /// The rate at its end.
    reached: f64,
}

/// A stretch in which the rate is `rate + slope × t`. Times in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Segment {
    start: f64,
    length: f64,
    rate: f64,
    slope: f64,
    /// Integral of the rate before this segment.
    before: f64,
    /// Integral of the rate over this segment.
    mass: f64,
}

impl Profile {
    pub(super) fn constant(rate: Rate) -> Self {
        let rate = rate.get();
        let mass = if rate > 0.0 { f64::INFINITY } else { 0.0 };
        let length = f64::INFINITY;
        let whole = Segment { start: 0.0, length, rate, slope: 0.0, before: 0.0, mass };
        Self { segments: vec![whole], reached: rate }
    }

    pub(super) fn stages(start: Rate, stages: &[Stage]) -> Self {
        let mut segments = vec![Segment {
            start: 0.0,
            length: 0.0,
            rate: start.get(),
            slope: 0.0,
            before: 0.0,
            mass: 0.0,
        }];
        let mut reached = start.get();
        let (mut now, mut before) = (0.0, 0.0);
        for stage in stages {
            let length = stage.duration.as_secs_f64();
            let target = stage.target.get();
            let rate = match stage.change {
                Change::Ramp => reached,
                Change::Step => target,
            };
            reached = target;
            if length > 0.0 {
                let slope = (target - rate) / length;
                let mass = f64::midpoint(rate, target) * length;
                segments.push(Segment { start: now, length, rate, slope, before, mass });
                now += length;
                before += mass;
            }
        }
        Self { segments, reached }
    }

    /// The same with the rate of its end held for ever.
    pub(super) fn held(mut self) -> Self {
        let rate = self.reached;
        if let Some(last) = self.segments.last().copied().filter(|last| last.length.is_finite()) {
            let (start, before) = (last.start + last.length, last.before + last.mass);
            let mass = if rate > 0.0 { f64::INFINITY } else { 0.0 };
            let length = f64::INFINITY;
            self.segments.push(Segment { start, length, rate, slope: 0.0, before, mass });
        }
        self
    }

    pub(super) fn end(&self) -> Option<Duration> {
        let last = self.segments.last()?;
        Duration::try_from_secs_f64(last.start + last.length).ok()
    }

    /// Integral of the rate from 0 to `until` seconds.
    pub(super) fn mass(&self, until: f64) -> f64 {
        self.segments.iter().map(|segment| segment.mass_until(until - segment.start)).sum()
    }

    /// The moment in seconds from which the integral of the rate exceeds `position`, which must
    /// not decrease from call to call; `hint` keeps the place.
    ///
    /// A request that falls on a stretch without any rate belongs to its end: the inverse is the
    /// right-continuous one.
    pub(super) fn time_of(&self, position: f64, hint: &mut usize) -> f64 {
        let last = self.segments.len() - 1;
        while *hint < last && position >= self.segments[*hint].before + self.segments[*hint].mass {
            *hint += 1;
        }
        let segment = &self.segments[*hint];
        segment.start + segment.time_of(position - segment.before)
    }
}

impl Segment {
    /// Integral of the rate over the first `time` seconds of the segment.
    fn mass_until(&self, time: f64) -> f64 {
        if time >= self.length {
            self.mass
        } else if time <= 0.0 {
            0.0
        } else {
            (self.rate + 0.5 * self.slope * time) * time
        }
    }

    /// The root t of ½·slope·t² + rate·t = mass that lies in the segment.
    ///
    /// In the form 2m / (r + √(r² + 2am)), where no two numbers of the same size are subtracted
    /// and a slope of zero needs no case of its own (Press et al., *Numerical Recipes*, 3rd
    /// edition, section 5.6).
    fn time_of(&self, mass: f64) -> f64 {
        if mass <= 0.0 {
            return 0.0;
        }
        // Rounding can push the discriminant of a ramp to zero a hair below it.
        let root = (self.rate * self.rate + 2.0 * self.slope * mass).max(0.0).sqrt();
        (2.0 * mass / (self.rate + root)).min(self.length)
    }
}
