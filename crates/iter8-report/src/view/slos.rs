//! Objectives and how each version does by them.

use iter8_model::insights::Insights;
use iter8_model::metric::{MetricMeta, MetricName, normalise};
use iter8_model::number::{shortest, two_decimals};
use iter8_model::slo::{Bound, Slo};

use super::{cell, label};

/// Below this two decimals leave less than two digits of a number.
const SMALL: f64 = 0.1;

/// One objective.
#[derive(Debug, Clone, PartialEq)]
pub struct SloRow {
    /// Name of the metric, normalised; as the user wrote it if it is not a name.
    pub metric: String,
    /// What is known of the metric; `None` for an unknown one.
    pub meta: Option<MetricMeta>,
    /// Which side of the limit is good.
    pub bound: Bound,
    /// The limit, in the units of the metric.
    pub limit: f64,
    /// One check per version.
    pub checks: Vec<Check>,
}

/// One objective for one version.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Check {
    /// Whether the version satisfies it; `None` if that has not been assessed.
    pub satisfied: Option<bool>,
    /// The metric's value now; may be NaN.
    pub value: Option<f64>,
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The value keeps to the limit.
    Satisfied,
    /// The value does not keep to the limit.
    Violated,
    /// There is no value, so the objective is not satisfied either.
    Unavailable,
    /// Nobody has compared the value with the limit.
    NotAssessed,
}

impl SloRow {
    /// Units of the metric.
    pub fn units(&self) -> Option<&str> {
        self.meta.as_ref()?.units.as_deref()
    }

    /// The metric's name with its units.
    pub fn label(&self) -> String {
        label(&self.metric, self.units())
    }

    /// The objective as an inequality, with `sign` for "at most".
    pub fn condition(&self, sign: &str) -> String {
        let (label, limit) = (self.label(), shortest(self.limit));
        match self.bound {
            Bound::Upper => format!("{label} {sign} {limit}"),
            Bound::Lower => format!("{limit} {sign} {label}"),
        }
    }

    /// The value of a check as the text of a table cell: two decimals, or more where a small
    /// number, or one close to the limit, would look like another.
    pub fn cell(&self, check: &Check) -> String {
        let Some(value) = check.value.filter(|value| value.is_finite()) else {
            return cell(check.value);
        };
        let is_small = value != 0.0 && value.abs() < SMALL;
        let rounded = if is_small { significant(value) } else { two_decimals(value) };
        let limit = shortest(self.limit);
        let looks_like_limit = rounded.parse().is_ok_and(|read: f64| shortest(read) == limit)
            && shortest(value) != limit;
        if looks_like_limit { shortest(value) } else { rounded }
    }

    /// The value of a check beside the limit: `http/latency-p99 (msec) = 61.20, limit <= 50`.
    pub fn comparison(&self, check: &Check) -> String {
        let sign = match self.bound {
            Bound::Upper => "<=",
            Bound::Lower => ">=",
        };
        let limit = shortest(self.limit);
        match check.outcome() {
            Outcome::Unavailable => {
                format!("{} is {}, limit {sign} {limit}", self.label(), cell(None))
            }
            _ => format!("{} = {}, limit {sign} {limit}", self.label(), self.cell(check)),
        }
    }
}

impl Check {
    /// How the check came out.
    pub fn outcome(&self) -> Outcome {
        match (self.satisfied, self.value) {
            (None, _) => Outcome::NotAssessed,
            (Some(true), _) => Outcome::Satisfied,
            (Some(false), Some(value)) if value.is_finite() => Outcome::Violated,
            (Some(false), _) => Outcome::Unavailable,
        }
    }
}

/// A small number with three significant digits: `0.00123`.
fn significant(value: f64) -> String {
    let rounded: f64 = format!("{value:.2e}").parse().unwrap_or(value);
    shortest(rounded)
}

/// All objectives, upper before lower; `None` if there are none. Names that cannot be resolved
/// are told to `warnings`.
pub(super) fn rows(insights: &Insights, warnings: &mut Vec<String>) -> Option<Vec<SloRow>> {
    let slos = insights.slos.as_ref()?;
    let mut rows = Vec::new();
    for bound in Bound::ALL {
        for (at, slo) in slos.of(bound).iter().enumerate() {
            rows.push(row(insights, bound, at, slo, warnings));
        }
    }
    Some(rows)
}

fn row(
    insights: &Insights,
    bound: Bound,
    at: usize,
    slo: &Slo,
    warnings: &mut Vec<String>,
) -> SloRow {
    let name: Option<MetricName> = match slo.metric.parse() {
        Ok(name) => Some(name),
        Err(error) => {
            warnings.push(error.to_string());
            None
        }
    };
    let meta = name.as_ref().and_then(|name| insights.meta(name));
    if let (Some(name), None) = (&name, &meta) {
        warnings.push(format!("metric {name} of an objective is unknown"));
    }
    let satisfied = insights.slos_satisfied.as_ref().and_then(|all| all.of(bound).get(at));
    let checks = (0..insights.versions.len())
        .map(|version| Check {
            satisfied: satisfied.and_then(|row| row.get(version)).copied(),
            value: name.as_ref().and_then(|name| insights.value(version, name)),
        })
        .collect();
    let metric = normalise(&slo.metric).unwrap_or_else(|_| slo.metric.clone());
    SloRow { metric, meta, bound, limit: slo.limit, checks }
}
