//! The insights of a document.

use std::collections::BTreeMap;

use super::{Field, Node, Read, Reader};
use crate::insights::{Insights, QueryStatus, VersionInsights, VersionName};
use crate::metric::{Bucket, MetricMeta, Summary, normalise};
use crate::slo::{Slo, Slos, SlosSatisfied};
use crate::task::InputError;

impl Reader {
    pub(super) fn insights(&mut self, node: &Node<'_>) -> Read<Insights> {
        const KNOWN: [&str; 10] = [
            "numVersions",
            "versionNames",
            "metricsInfo",
            "nonHistMetricValues",
            "histMetricValues",
            "SummaryMetricValues",
            "SLOs",
            "SLOsSatisfied",
            "queryStatus",
            "unreliable",
        ];
        self.warn_unknown(node, &KNOWN);
        let queries = node.read("queryStatus", Field::items)?.unwrap_or_default();
        let queries: Vec<_> =
            queries.into_iter().map(|field| self.queries(field)).collect::<Read<_>>()?;
        let metrics = node.read("metricsInfo", Field::entries)?.unwrap_or_default();
        Ok(Insights {
            metrics: metrics
                .into_iter()
                .map(|(name, field)| Ok((canonical(name, &field)?, metric_meta(field)?)))
                .collect::<Read<_>>()?,
            versions: versions(node, queries)?,
            slos: node.read("SLOs", Field::node)?.map(|node| slos(&node)).transpose()?,
            slos_satisfied: node
                .read("SLOsSatisfied", Field::node)?
                .map(|node| slos_satisfied(&node))
                .transpose()?,
            unreliable: node
                .read("unreliable", Field::entries)?
                .unwrap_or_default()
                .into_iter()
                .map(|(provider, field)| Ok((provider.to_owned(), field.list(Field::text)?)))
                .collect::<Read<_>>()?,
        })
    }

    /// Statuses of one version. One that only later versions know says nothing to this one.
    fn queries(&mut self, field: Field<'_>) -> Read<BTreeMap<String, QueryStatus>> {
        let mut queries = BTreeMap::new();
        if field.value.is_null() {
            return Ok(queries);
        }
        for (name, field) in field.entries()? {
            let (metric, node) = (canonical(name, &field)?, field.node()?);
            let status = node.read("status", Field::text)?.unwrap_or_default();
            match status.parse() {
                Ok(outcome) => {
                    let message = node.read("message", Field::text)?;
                    queries.insert(metric, QueryStatus { outcome, message });
                }
                Err(()) => self
                    .warnings
                    .push(format!("{}: unknown status {status:?} is ignored", node.path)),
            }
        }
        Ok(queries)
    }
}

fn canonical(name: &str, field: &Field<'_>) -> Read<String> {
    normalise(name).map_err(|error| InputError::new(field.path.clone(), error.to_string()))
}

fn metric_meta(field: Field<'_>) -> Read<MetricMeta> {
    let node = field.node()?;
    let Some(kind) = node.get("type") else {
        return Err(InputError::new(node.path, "a metric needs a type"));
    };
    let path = kind.path.clone();
    let kind = kind.text()?;
    Ok(MetricMeta {
        kind: kind.parse().map_err(|error| InputError::new(path, format!("{error}")))?,
        description: node.read("description", Field::text)?.unwrap_or_default(),
        units: node.read("units", Field::text)?.filter(|units| !units.is_empty()),
    })
}

/// Limit on the number of versions in a document, far beyond any experiment, so that a number
/// alone cannot claim memory.
const MOST_VERSIONS: u64 = 10_000;

fn versions(
    node: &Node<'_>,
    queries: Vec<BTreeMap<String, QueryStatus>>,
) -> Read<Vec<VersionInsights>> {
    let stated = node.read("numVersions", Field::count)?.unwrap_or(0);
    let names = node.read("versionNames", Field::items)?.unwrap_or_default();
    let numbers = node.read("nonHistMetricValues", Field::items)?.unwrap_or_default();
    let histograms = node.read("histMetricValues", Field::items)?.unwrap_or_default();
    let summaries = node.read("SummaryMetricValues", Field::items)?.unwrap_or_default();
    if stated > MOST_VERSIONS {
        return Err(InputError::new(
            node.path_of("numVersions"),
            format!("expected at most {MOST_VERSIONS}"),
        ));
    }
    let longest = [names.len(), numbers.len(), histograms.len(), summaries.len(), queries.len()];
    let count = longest.into_iter().max().unwrap_or(0).max(usize::try_from(stated).unwrap_or(0));
    let mut versions = vec![VersionInsights::default(); count];
    for (version, field) in versions.iter_mut().zip(names) {
        version.name = (!field.value.is_null()).then(|| version_name(field)).transpose()?;
    }
    for (version, field) in versions.iter_mut().zip(numbers) {
        version.numbers = by_metric(field, |field| field.list(Field::number))?;
    }
    for (version, field) in versions.iter_mut().zip(histograms) {
        version.histograms = by_metric(field, |field| field.list(bucket))?;
    }
    for (version, field) in versions.iter_mut().zip(summaries) {
        version.summaries = by_metric(field, summary)?;
    }
    for (version, queries) in versions.iter_mut().zip(queries) {
        version.queries = queries;
    }
    Ok(versions)
}

fn version_name(field: Field<'_>) -> Read<VersionName> {
    let node = field.node()?;
    Ok(VersionName {
        version: node.read("version", Field::text)?.unwrap_or_default(),
        track: node.read("track", Field::text)?.unwrap_or_default(),
    })
}

fn by_metric<'a, T>(
    field: Field<'a>,
    read: impl Fn(Field<'a>) -> Read<T>,
) -> Read<BTreeMap<String, T>> {
    if field.value.is_null() {
        return Ok(BTreeMap::new());
    }
    let entries = field.entries()?.into_iter();
    entries.map(|(name, field)| Ok((canonical(name, &field)?, read(field)?))).collect()
}

fn bucket(field: Field<'_>) -> Read<Bucket> {
    let node = field.node()?;
    Ok(Bucket {
        lower: node.read("lower", Field::number)?.unwrap_or(0.0),
        upper: node.read("upper", Field::number)?.unwrap_or(0.0),
        count: node.read("count", Field::count)?.unwrap_or(0),
    })
}

fn summary(field: Field<'_>) -> Read<Summary> {
    let path = field.path.clone();
    match field.list(Field::number)?.as_slice() {
        &[count, sum, min, max, sum_of_squares] => {
            Ok(Summary { count, sum, min, max, sum_of_squares })
        }
        _ => Err(InputError::new(path, "expected [count, sum, min, max, sum of squares]")),
    }
}

fn slos(node: &Node<'_>) -> Read<Slos> {
    Ok(Slos {
        upper: node.read("upper", |field| field.list(slo))?.unwrap_or_default(),
        lower: node.read("lower", |field| field.list(slo))?.unwrap_or_default(),
    })
}

fn slo(field: Field<'_>) -> Read<Slo> {
    let node = field.node()?;
    Ok(Slo {
        metric: node.read("metric", Field::text)?.unwrap_or_default(),
        limit: node.read("limit", Field::number)?.unwrap_or(0.0),
    })
}

fn slos_satisfied(node: &Node<'_>) -> Read<SlosSatisfied> {
    let rows = |field: Field<'_>| field.list(|row| row.list(Field::boolean));
    Ok(SlosSatisfied {
        upper: node.read("upper", rows)?.unwrap_or_default(),
        lower: node.read("lower", rows)?.unwrap_or_default(),
    })
}
