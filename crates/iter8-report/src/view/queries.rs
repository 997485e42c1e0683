//! What came of asking metrics stores.

use std::collections::BTreeSet;

use iter8_model::insights::{Insights, QueryStatus};

/// The newest queries of one metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryRow {
    /// Full name, normalised.
    pub metric: String,
    /// What came of them, one per version; `None` where nobody asked.
    pub statuses: Vec<Option<QueryStatus>>,
}

impl QueryRow {
    /// Whether some version has no value because its query gave none.
    pub fn is_failed(&self) -> bool {
        self.statuses.iter().flatten().any(|status| !status.has_value())
    }

    /// The statuses as texts of table cells.
    pub fn cells(&self) -> impl Iterator<Item = String> {
        let text = |status: &QueryStatus| status.to_string();
        self.statuses.iter().map(move |status| status.as_ref().map_or("–".to_owned(), text))
    }
}

/// Every metric that a store was asked for, in byte order of names.
pub(super) fn rows(insights: &Insights) -> Vec<QueryRow> {
    let names: BTreeSet<&String> =
        insights.versions.iter().flat_map(|of| of.queries.keys()).collect();
    let row = |metric: &String| QueryRow {
        metric: metric.clone(),
        statuses: insights.versions.iter().map(|of| of.queries.get(metric).cloned()).collect(),
    };
    names.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use iter8_model::insights::QueryOutcome;

    use super::*;

    #[test]
    fn every_metric_is_a_row_with_a_cell_per_version() {
        let mut insights = Insights::default();
        insights.ensure_versions(2).unwrap();
        let failed = QueryStatus::failed(QueryOutcome::NoData, "an empty vector");
        insights.note_query(0, "p/b", QueryStatus::VALUE).unwrap();
        insights.note_query(1, "p/b", failed.clone()).unwrap();
        insights.note_query(1, "p/a", QueryStatus::VALUE).unwrap();
        let rows = rows(&insights);
        let shown: Vec<(&str, bool, Vec<String>)> =
            rows.iter().map(|row| (&*row.metric, row.is_failed(), row.cells().collect())).collect();
        let cells = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let expected = [
            ("p/a", false, cells(["–", "value"])),
            ("p/b", true, cells(["value", "noData: an empty vector"])),
        ];
        assert_eq!(shown, expected);
        assert_eq!(super::rows(&Insights::default()), []);
    }
}
