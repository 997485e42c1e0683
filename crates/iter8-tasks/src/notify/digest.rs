//! What payload templates know beside `.Report`: the verdict and the tables of a report, cut to
//! the room that there is.

use iter8_model::experiment::Experiment;
use iter8_model::number::shortest;
use iter8_model::slo::Bound;
use iter8_report::view::{Check, MetricRow, Outcome, SloRow, Verdict, View, cell};
use iter8_template::{List, Map, Text, Value};

/// Most characters of a name. Names are the user's; longer ones would fill a message.
const NAME: usize = 120;

/// Most characters of the name of a version.
const VERSION: usize = 60;

/// How many rows a payload shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Room {
    /// Objectives.
    pub(super) slos: usize,
    /// Metrics.
    pub(super) metrics: usize,
}

impl Room {
    /// The smaller of both.
    pub(super) fn min(self, other: Self) -> Self {
        Self { slos: self.slos.min(other.slos), metrics: self.metrics.min(other.metrics) }
    }

    /// Room for half of the metrics, or of the objectives if there is none for metrics; `None` if
    /// there is none at all.
    pub(super) fn less(self) -> Option<Self> {
        match self {
            Self { metrics: 1.., .. } => Some(Self { metrics: self.metrics / 2, ..self }),
            Self { slos: 1.., .. } => Some(Self { slos: self.slos / 2, ..self }),
            _ => None,
        }
    }
}

/// An experiment as far as payloads show it.
pub(super) struct Digest {
    view: View,
    /// Labels of the versions, cut.
    versions: Vec<String>,
}

impl Digest {
    pub(super) fn new(experiment: &Experiment) -> Self {
        let view = View::new(experiment);
        let versions = view.versions.iter().map(|version| shown(&version.label, VERSION)).collect();
        Self { view, versions }
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> Room {
        let slos = self.view.slos.as_ref().map_or(0, Vec::len);
        Room { slos, metrics: self.view.metrics.len() }
    }

    /// `pass` if every version satisfies every objective and no task has failed, `fail` if not,
    /// `inconclusive` if that rests on an unreliable measurement, `none` if there is nothing to
    /// judge by.
    pub(super) fn verdict(&self) -> &'static str {
        match (self.view.is_good(), self.view.verdict) {
            (Some(true), _) => "pass",
            (Some(false), _) => "fail",
            (None, Verdict::Inconclusive) => "inconclusive",
            (None, _) => "none",
        }
    }

    /// The fields of the template's data.
    pub(super) fn fields(&self, room: Room) -> Vec<(&'static str, Value)> {
        let rows = self.rows();
        let left_out = map([
            ("SLOs", count(rows.slos.saturating_sub(room.slos))),
            ("Metrics", count(rows.metrics.saturating_sub(room.metrics))),
        ]);
        let slos = self.slos(room.slos).into_iter().map(|row| self.slo(row));
        let metrics = self.view.metrics.iter().take(room.metrics).map(|row| self.metric(row));
        vec![
            ("Verdict", self.verdict().into()),
            ("Headline", self.view.headline().into()),
            ("Tally", self.view.tally().unwrap_or_default().into()),
            ("Versions", List::of_texts(self.versions.iter().map(String::as_str)).into()),
            ("SLOs", list(slos)),
            ("Metrics", list(metrics)),
            ("LeftOut", left_out),
        ]
    }

    /// Objectives in their order; where not all have room, first those that are not satisfied.
    fn slos(&self, room: usize) -> Vec<&SloRow> {
        let all = self.view.slos.as_deref().unwrap_or_default();
        let mut order: Vec<usize> = (0..all.len()).collect();
        if all.len() > room {
            order.sort_by_key(|at| is_satisfied(&all[*at]) == Some(true));
            order.truncate(room);
            order.sort_unstable();
        }
        order.into_iter().map(|at| &all[at]).collect()
    }

    fn slo(&self, row: &SloRow) -> Value {
        let checks = self.versions.iter().zip(&row.checks);
        let checks = checks.map(|(version, check)| {
            map([
                ("Version", version.as_str().into()),
                ("Satisfied", check.satisfied.map_or(Value::Nil, Value::from)),
                ("Outcome", outcome(check).into()),
                ("Value", number(check.value)),
                ("Text", row.cell(check).into()),
            ])
        });
        let name = shown(&row.label(), NAME);
        let limit = shortest(row.limit);
        let condition = match row.bound {
            Bound::Upper => format!("{name} ≤ {limit}"),
            Bound::Lower => format!("{name} ≥ {limit}"),
        };
        map([
            ("Name", name.into()),
            ("Metric", shown(&row.metric, NAME).into()),
            ("Units", shown(row.units().unwrap_or_default(), NAME).into()),
            ("Bound", row.bound.as_str().into()),
            ("Limit", row.limit.into()),
            ("Condition", condition.into()),
            ("Satisfied", is_satisfied(row).map_or(Value::Nil, Value::from)),
            ("Checks", list(checks)),
        ])
    }

    fn metric(&self, row: &MetricRow) -> Value {
        let values = self.versions.iter().zip(&row.values).map(|(version, value)| {
            map([
                ("Version", version.as_str().into()),
                ("Value", number(*value)),
                ("Text", cell(*value).into()),
            ])
        });
        map([
            ("Name", shown(&row.label(), NAME).into()),
            ("Metric", shown(&row.name, NAME).into()),
            ("Units", shown(row.meta.units.as_deref().unwrap_or_default(), NAME).into()),
            ("Type", row.meta.kind.as_str().into()),
            ("Values", list(values)),
        ])
    }
}

/// Whether every version satisfies an objective; `None` if that has not been assessed.
fn is_satisfied(row: &SloRow) -> Option<bool> {
    let all: Option<Vec<bool>> = row.checks.iter().map(|check| check.satisfied).collect();
    all.filter(|all| !all.is_empty()).map(|all| all.into_iter().all(|satisfied| satisfied))
}

fn outcome(check: &Check) -> &'static str {
    match check.outcome() {
        Outcome::Satisfied => "satisfied",
        Outcome::Violated => "violated",
        Outcome::Unavailable => "unavailable",
        Outcome::NotAssessed => "notAssessed",
    }
}

/// A number as JSON knows it.
fn number(value: Option<f64>) -> Value {
    value.filter(|value| value.is_finite()).map_or(Value::Nil, Value::from)
}

fn count(count: usize) -> Value {
    Value::int(i64::try_from(count).unwrap_or(i64::MAX))
}

fn list(items: impl IntoIterator<Item = Value>) -> Value {
    Value::List(List::new(items.into_iter().collect::<Vec<_>>()))
}

/// A map of templates.
pub(super) fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Map(entries.into_iter().map(|(key, value)| (Text::from(key), value)).collect::<Map>())
}

/// A text on one line and of so many characters at most, as messages show it.
pub(super) fn shown(text: &str, longest: usize) -> String {
    let line = |text: &str| -> String {
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
    };
    if text.chars().count() <= longest {
        return line(text);
    }
    let cut: String = text.chars().take(longest - 1).collect();
    line(&cut) + "…"
}

#[cfg(test)]
mod tests {
    use iter8_model::insights::{Insights, Observation};
    use iter8_model::metric::{MetricKind, MetricMeta};
    use iter8_model::slo::{Slo, Slos};

    use super::*;

    #[test]
    fn texts_are_one_line_of_so_many_characters() {
        let cases = [("short", "short"), ("12345678", "12345678"), ("123456789", "1234567…")];
        for (text, expected) in cases {
            assert_eq!(shown(text, 8), expected);
        }
        assert_eq!(shown("a\nb\tc\u{0}", 8), "a b c ");
        assert_eq!(shown("ääääääääää", 8), "äääääää…");
    }

    #[test]
    fn room_goes_from_metrics_first() {
        let mut room = Room { slos: 3, metrics: 5 };
        let mut steps = Vec::new();
        while let Some(less) = room.less() {
            room = less;
            steps.push((room.slos, room.metrics));
        }
        assert_eq!(steps, [(3, 2), (3, 1), (3, 0), (1, 0), (0, 0)]);
        let smaller = Room { slos: 1, metrics: 9 }.min(Room { slos: 2, metrics: 4 });
        assert_eq!(smaller, Room { slos: 1, metrics: 4 });
    }

    /// Which of five objectives are shown; the third and the fifth are not met.
    fn shown_slos(room: usize) -> Vec<String> {
        let mut insights = Insights::default();
        insights.ensure_versions(1).unwrap();
        let meta = MetricMeta::new(MetricKind::Gauge, "");
        let mut slos = Slos::default();
        for (at, value) in [1.0, 1.0, 9.0, 1.0, 9.0].into_iter().enumerate() {
            let metric = format!("p/m{at}");
            insights.record(0, &metric, &meta, Observation::Number(value)).unwrap();
            slos.upper.push(Slo { metric, limit: 5.0 });
        }
        insights.slos_satisfied = Some(slos.assess(&insights));
        insights.slos = Some(slos);
        let mut experiment = Experiment::default();
        experiment.result.get_or_insert_default().insights = Some(insights);
        let digest = Digest::new(&experiment);
        digest.slos(room).into_iter().map(|row| row.metric.clone()).collect()
    }

    #[test]
    fn objectives_that_are_not_met_stay_longest() {
        assert_eq!(shown_slos(9), ["p/m0", "p/m1", "p/m2", "p/m3", "p/m4"]);
        assert_eq!(shown_slos(3), ["p/m0", "p/m2", "p/m4"]);
        assert_eq!(shown_slos(1), ["p/m2"]);
        assert_eq!(shown_slos(0), Vec::<String>::new());
    }
}
