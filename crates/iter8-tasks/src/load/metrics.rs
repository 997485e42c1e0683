//! A measurement as metrics of the experiment.

use iter8_load::Measurement;
use iter8_model::insights::{Insights, Observation, RecordError};
use iter8_model::metric::{Bucket, MetricMeta};
use iter8_model::number::shortest;
use iter8_model::task::catalogue::TaskEntry;
use iter8_stats::Histogram;

/// Steps per power of two of exported latency buckets, as a power of two: 32 steps, so that a
/// bucket is at most 3.1 % wide and a distribution from 0.1 ms to 10 s has at most 544 of them.
// Differs from Iter8 0.13: the edges never depend on what was observed, so that buckets of loops
// add up; and each endpoint has a distribution of its own.
const BUCKET_STEP_BITS: u32 = 5;

/// What is recorded of a load test, and under which names.
#[derive(Debug)]
pub(crate) struct Measured {
    /// What every load test measures.
    pub(crate) measurement: Measurement,
    /// What is known of the messages of streams.
    pub(crate) messages: Option<Messages>,
}

/// Messages that came back.
#[derive(Debug)]
pub(crate) struct Messages {
    pub(crate) count: u64,
    /// Nanoseconds from one to the next.
    pub(crate) gaps: Histogram,
}

/// Records what a load test measured as those metrics of `provider` that the catalogue has, version
/// 0.
pub(crate) fn record(
    insights: &mut Insights,
    entry: &TaskEntry,
    provider: &str,
    measured: &Measured,
    percentiles: &[f64],
) -> Result<(), RecordError> {
    insights.ensure_versions(1)?;
    let mut metrics = Metrics { insights, entry, provider };
    let measurement = &measured.measurement;
    if let Some(Messages { count, gaps }) = &measured.messages {
        metrics.count("message-count", *count)?;
        metrics.distribution("message-latency", gaps, percentiles)?;
    }
    let recorder = &measurement.recorder;
    let requests = measurement.requests();
    metrics.count("request-count", requests)?;
    metrics.count("error-count", measurement.error_count())?;
    metrics.number("error-rate", measurement.error_rate())?;
    metrics.distribution("latency", recorder.latency(), percentiles)?;
    metrics.distribution("service-time", recorder.service(), percentiles)?;
    metrics.buckets("latency", recorder.latency())?;
    metrics.count("connect-count", recorder.connect().count())?;
    metrics.number("connect-time-mean", recorder.connect().mean().map(milliseconds))?;
    metrics.number("connect-time-max", recorder.connect().max().map(whole_milliseconds))?;
    metrics.number("throughput", measurement.throughput())?;
    metrics.count("bytes", recorder.counts().bytes_in)?;
    metrics.count("late-count", recorder.counts().late)?;
    metrics.count("unsent-count", recorder.counts().unsent)?;
    metrics.number("schedule-lag-p99", recorder.lag().quantile(0.99).map(whole_milliseconds))
}

struct Metrics<'a> {
    insights: &'a mut Insights,
    entry: &'a TaskEntry,
    provider: &'a str,
}

impl Metrics<'_> {
    fn count(&mut self, name: &str, count: u64) -> Result<(), RecordError> {
        self.number(name, Some(count as f64))
    }

    /// Records a number under a name of the catalogue, if there is one.
    fn number(&mut self, name: &str, value: Option<f64>) -> Result<(), RecordError> {
        match (value, self.entry.metric(name)) {
            (Some(value), Some(entry)) => self.record(name, &entry.meta(), value),
            _ => Ok(()),
        }
    }

    /// Those of mean, standard deviation, extremes and percentiles that the catalogue has.
    fn distribution(
        &mut self,
        name: &str,
        histogram: &Histogram,
        percentiles: &[f64],
    ) -> Result<(), RecordError> {
        let stddev = histogram.moments().population_stddev();
        self.number(&format!("{name}-mean"), histogram.mean().map(milliseconds))?;
        self.number(&format!("{name}-stddev"), stddev.map(milliseconds))?;
        self.number(&format!("{name}-min"), histogram.min().map(whole_milliseconds))?;
        self.number(&format!("{name}-max"), histogram.max().map(whole_milliseconds))?;
        let Some(entry) = self.entry.metric(&format!("{name}-pX")) else { return Ok(()) };
        for percent in percentiles {
            let Some(value) = histogram.quantile(percent / 100.0) else { continue };
            let text = shortest(*percent);
            let description = entry.description.replacen('X', &text, 1);
            let meta = MetricMeta { description, ..entry.meta() };
            self.record(&format!("{name}-p{text}"), &meta, whole_milliseconds(value))?;
        }
        Ok(())
    }

    fn buckets(&mut self, name: &str, histogram: &Histogram) -> Result<(), RecordError> {
        let Some(entry) = self.entry.metric(name) else { return Ok(()) };
        let buckets = histogram.buckets(BUCKET_STEP_BITS).into_iter().map(|bucket| Bucket {
            lower: whole_milliseconds(bucket.lower),
            upper: whole_milliseconds(bucket.upper),
            count: bucket.count,
        });
        let observation = Observation::Buckets(buckets.collect());
        let name = format!("{}/{name}", self.provider);
        self.insights.record(0, &name, &entry.meta(), observation)
    }

    fn record(&mut self, name: &str, meta: &MetricMeta, value: f64) -> Result<(), RecordError> {
        let name = format!("{}/{name}", self.provider);
        self.insights.record(0, &name, meta, Observation::Number(value))
    }
}

/// Nanoseconds to milliseconds, to the nanosecond: further digits of a mean mean nothing.
fn milliseconds(nanoseconds: f64) -> f64 {
    nanoseconds.round() / 1e6
}

fn whole_milliseconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1e6
}

#[cfg(test)]
mod tests;
