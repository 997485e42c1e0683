//! The numbers of the charts, as JSON inside the page.

use serde::Serialize;

use crate::view::{Distribution, Loop, Series, SloRow, View};

#[derive(Serialize)]
struct Charts<'a> {
    versions: Vec<&'a str>,
    distributions: Vec<Histogram<'a>>,
    loops: Option<Trend<'a>>,
}

#[derive(Serialize)]
struct Histogram<'a> {
    name: &'a str,
    units: &'a str,
    series: Vec<Bars>,
}

/// Columns instead of rows: a third of the size.
#[derive(Serialize)]
struct Bars {
    lower: Vec<f64>,
    upper: Vec<f64>,
    count: Vec<u64>,
    percent: Vec<f64>,
    curve: Curve,
}

#[derive(Serialize)]
struct Curve {
    percent: Vec<f64>,
    value: Vec<f64>,
}

#[derive(Serialize)]
struct Trend<'a> {
    number: Vec<u64>,
    end: Vec<String>,
    outcome: Vec<&'a str>,
    metrics: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    units: &'a str,
    /// `values[version][loop]`.
    values: Vec<Vec<Option<f64>>>,
    limits: Vec<Limit<'a>>,
}

#[derive(Serialize)]
struct Limit<'a> {
    bound: &'a str,
    #[serde(rename = "limit")]
    at: f64,
    missed: bool,
}

/// The data of all charts, fit to stand inside a `script` element.
pub(super) fn data(view: &View, with_loops: bool) -> String {
    let charts = Charts {
        versions: view.versions.iter().map(|version| version.label.as_str()).collect(),
        distributions: view.distributions.iter().map(histogram).collect(),
        loops: with_loops.then(|| trend(view)),
    };
    let json = serde_json::to_string(&charts).expect("the data is made of structs and lists");
    inert(&json)
}

/// JSON in which no browser can find the end of the script or the start of a comment.
fn inert(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

fn histogram(of: &Distribution) -> Histogram<'_> {
    Histogram {
        name: &of.metric,
        units: of.meta.units.as_deref().unwrap_or_default(),
        series: of.series.iter().map(bars).collect(),
    }
}

fn bars(series: &Series) -> Bars {
    let curve = series.curve();
    Bars {
        lower: series.bars.iter().map(|bar| bar.lower).collect(),
        upper: series.bars.iter().map(|bar| bar.upper).collect(),
        count: series.bars.iter().map(|bar| bar.count).collect(),
        percent: series.bars.iter().map(|bar| bar.percent).collect(),
        curve: Curve {
            percent: curve.iter().map(|point| point.percent).collect(),
            value: curve.iter().map(|point| point.value).collect(),
        },
    }
}

fn trend(view: &View) -> Trend<'_> {
    let loops = &view.loops;
    Trend {
        number: loops.newest.iter().map(|record| record.number).collect(),
        end: loops.newest.iter().map(|record| record.end.to_string()).collect(),
        outcome: loops.newest.iter().map(|record| record.outcome.as_str()).collect(),
        metrics: (0..loops.metrics.len()).map(|at| line(view, at)).collect(),
    }
}

fn line(view: &View, at: usize) -> Line<'_> {
    let loops = &view.loops;
    let (name, units) = &loops.metrics[at];
    let of_version = |version: usize| {
        let value = |record: &Loop| *record.values.get(at)?.get(version)?;
        loops.newest.iter().map(value).collect()
    };
    let is_drawn = |row: &&SloRow| row.metric == *name && row.limit.is_finite();
    Line {
        name,
        units: units.as_deref().unwrap_or_default(),
        values: (0..view.versions.len()).map(of_version).collect(),
        limits: view.slos.iter().flatten().filter(is_drawn).map(limit).collect(),
    }
}

fn limit(row: &SloRow) -> Limit<'_> {
    let missed = row.checks.iter().any(|check| check.satisfied == Some(false));
    Limit { bound: row.bound.as_str(), at: row.limit, missed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_cannot_leave_its_script() {
        let json = serde_json::to_string("</script><!--&amp;").unwrap();
        let inert = inert(&json);
        assert!(!inert.contains(['<', '>', '&']));
        assert_eq!(serde_json::from_str::<String>(&inert).unwrap(), "</script><!--&amp;");
    }
}
