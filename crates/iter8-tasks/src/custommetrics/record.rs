//! From answers to insights.

use iter8_model::credential::Redactor;
use iter8_model::insights::{Insights, Observation, QueryOutcome, QueryStatus, RecordError};
use iter8_model::metric::MetricMeta;
use iter8_providers::{Answer, MetricQuery, Outcome};

use super::ask::Query;
use super::settings::Provider;

/// Longest message of a status, in characters: the document holds one per metric and version.
const LONGEST_MESSAGE: usize = 300;

/// Records the values of answers, in their order, and the status of each. Returns what to say of
/// those without a value.
pub(super) fn record<'a>(
    insights: &mut Insights,
    asked: impl Iterator<Item = (&'a Query, Answer)>,
    providers: &[Provider],
    redactor: &Redactor,
) -> Result<Vec<String>, RecordError> {
    let mut failed = Vec::new();
    for (query, answer) in asked {
        let metric = &query.spec.metrics[query.metric];
        let name = format!("{}/{}", providers[query.provider].name, metric.name);
        let version = query.version;
        let status = status(&answer.outcome, redactor);
        tracing::debug!("{name} of version {version}: {status}");
        if let Some(note) = &answer.note {
            tracing::warn!("{name} of version {version}: {note}");
        }
        if let Outcome::Value(value) = answer.outcome {
            let meta = meta(metric, redactor);
            insights.record(version, &name, &meta, Observation::Number(value))?;
        } else {
            failed.push(format!("{name} of version {version}: {status}"));
        }
        insights.note_query(version, &name, status)?;
    }
    Ok(failed)
}

/// Templates may print any variable anywhere, credentials included.
fn meta(metric: &MetricQuery, redactor: &Redactor) -> MetricMeta {
    MetricMeta {
        description: redactor.redact(&metric.description).into_owned(),
        units: metric.units.as_deref().map(|units| redactor.redact(units).into_owned()),
        kind: metric.kind,
    }
}

/// The status of a query, with a message of one line.
pub(super) fn status(outcome: &Outcome, redactor: &Redactor) -> QueryStatus {
    match outcome.reason() {
        None => QueryStatus::VALUE,
        Some(reason) => QueryStatus::failed(kind(outcome), message(&redactor.redact(reason))),
    }
}

fn kind(outcome: &Outcome) -> QueryOutcome {
    match outcome {
        Outcome::Value(_) => QueryOutcome::Value,
        Outcome::NoData(_) => QueryOutcome::NoData,
        Outcome::HttpError { .. } => QueryOutcome::HttpError,
        Outcome::TransportError(_) => QueryOutcome::TransportError,
        Outcome::Timeout(_) => QueryOutcome::Timeout,
        Outcome::TooLarge(_) => QueryOutcome::TooLarge,
        Outcome::NotJson(_) => QueryOutcome::NotJson,
        Outcome::JqError(_) => QueryOutcome::JqError,
        Outcome::NotANumber(_) => QueryOutcome::NotANumber,
    }
}

/// One line of bounded length.
fn message(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST_MESSAGE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_have_the_names_of_statuses() {
        let why = || "why".to_owned();
        let outcomes = [
            Outcome::Value(1.0),
            Outcome::NoData(why()),
            Outcome::HttpError { status: 500, message: why() },
            Outcome::TransportError(why()),
            Outcome::Timeout(why()),
            Outcome::TooLarge(why()),
            Outcome::NotJson(why()),
            Outcome::JqError(why()),
            Outcome::NotANumber(why()),
        ];
        let redactor = Redactor::new();
        for (outcome, kind) in outcomes.iter().zip(QueryOutcome::ALL) {
            let status = status(outcome, &redactor);
            assert_eq!((status.outcome, outcome.name()), (kind, kind.as_str()));
            let message = (kind != QueryOutcome::Value).then_some("why");
            assert_eq!(status.message.as_deref(), message);
        }
    }

    #[test]
    fn messages_are_lines_of_bounded_length() {
        assert_eq!(message(" a\n\tb  c\n"), "a b c");
        let long = message(&"ä".repeat(LONGEST_MESSAGE + 1));
        assert_eq!(long, "ä".repeat(LONGEST_MESSAGE) + "…");
    }
}
