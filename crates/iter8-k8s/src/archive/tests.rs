//! Documents that come back as they were put, and a Secret that stays small.

use iter8_model::experiment::ExperimentResult;
use iter8_model::insights::{Insights, Observation};
use iter8_model::metric::{Bucket, MetricMeta};

use super::*;

fn experiment(revision: u32) -> Experiment {
    let result = ExperimentResult { revision, ..ExperimentResult::default() };
    Experiment { spec: Vec::new(), result: Some(result) }
}

/// A distribution with so many buckets, whose numbers do not compress well.
fn measured(buckets: u32) -> Experiment {
    let mut insights = Insights::default();
    insights.ensure_versions(1).unwrap();
    let mut at = 0.0;
    let of = |number: u32| {
        let lower = at;
        at += 1.0 + f64::from(number.wrapping_mul(2_654_435_761)) / f64::from(u32::MAX);
        Bucket { lower, upper: at, count: u64::from(number.wrapping_mul(40_503) % 9_973) }
    };
    let buckets = (0..buckets).map(of).collect();
    let histogram = MetricMeta::new(MetricKind::Histogram, "");
    insights.record(0, "http/latency", &histogram, Observation::Buckets(buckets)).unwrap();
    let gauge = MetricMeta::new(MetricKind::Gauge, "");
    for value in [1.0, 2.0] {
        insights.record(0, "http/latency-mean", &gauge, Observation::Number(value)).unwrap();
    }
    let mut experiment = experiment(1);
    experiment.result.as_mut().unwrap().insights = Some(insights);
    experiment
}

#[test]
fn small_documents_lie_as_they_are() {
    let mut archive = Archive::default();
    assert_eq!(archive.document().unwrap(), None);
    archive.put(&experiment(3)).unwrap();
    let keys: Vec<&str> = archive.0.keys().map(String::as_str).collect();
    assert_eq!(keys, [DOCUMENT_KEY]);
    assert_eq!(archive.text(DOCUMENT_KEY).unwrap().unwrap(), wire::write(&experiment(3)));
    assert_eq!(archive.document().unwrap().unwrap().experiment, experiment(3));
}

#[test]
fn large_documents_are_compressed_beside_a_summary() {
    let (small, large) = (experiment(1), measured(10_000));
    assert!(wire::write(&large).len() > LARGEST_PLAIN);
    let mut archive = Archive::default();
    archive.put(&large).unwrap();
    assert_eq!(archive.document().unwrap().unwrap().experiment, large);
    let plain = archive.text(DOCUMENT_KEY).unwrap().unwrap();
    assert!(plain.len() < 2_000, "{}", plain.len());
    let summary = wire::read(&plain).unwrap().experiment;
    let version = &summary.insights().unwrap().versions[0];
    assert_eq!(version.newest("http/latency-mean"), Some(2.0));
    assert!(version.histograms.is_empty());
    // A document that is small again leaves nothing of the large one behind.
    archive.put(&small).unwrap();
    assert_eq!(archive.document().unwrap().unwrap().experiment, small);
    assert_eq!(archive.0.len(), 1);
}

#[test]
fn the_newest_launches_are_kept() {
    let mut archive = Archive::default();
    for revision in 1..=12 {
        archive.put_revision(revision, &experiment(revision)).unwrap();
    }
    assert_eq!(archive.revisions(), [12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
    assert_eq!(archive.revision(7).unwrap().unwrap().experiment, experiment(7));
    assert_eq!(archive.revision(2).unwrap(), None);
}

#[test]
fn what_a_launch_has_put_aside_itself_stays() {
    let mut archive = Archive::default();
    archive.put_revision(1, &measured(1)).unwrap();
    let older = Document { experiment: experiment(1), warnings: Vec::new() };
    archive.put_aside(1, &older).unwrap();
    assert_eq!(archive.revision(1).unwrap().unwrap().experiment, measured(1));
    archive.put_aside(2, &older).unwrap();
    assert_eq!(archive.revision(2).unwrap().unwrap().experiment, experiment(1));
}

#[test]
fn earlier_launches_make_room_for_the_current_document() {
    let mut archive = Archive::default();
    for revision in 1..=5 {
        archive.put_revision(revision, &measured(18_000)).unwrap();
    }
    let before = archive.revisions();
    assert!((2..5).contains(&before.len()), "{before:?}");
    assert_eq!(before[0], 5);
    archive.put(&measured(18_000)).unwrap();
    assert_eq!(archive.revisions().len(), before.len() - 1);
    let size: usize = archive.0.values().map(|value| value.0.len()).sum();
    assert!(size <= LARGEST_DATA, "{size}");
    archive.0.insert("values.yaml".to_owned(), ByteString(vec![b'x'; LARGEST_DATA]));
    assert!(matches!(archive.put(&experiment(1)), Err(ArchiveError::TooLarge { .. })));
}

#[test]
fn what_is_no_document_is_named() {
    let cases: [(&str, &[u8], &str); 4] = [
        (DOCUMENT_KEY, b"spec: {", "failed to read experiment.yaml"),
        (DOCUMENT_KEY, b"\xff", "failed to read experiment.yaml"),
        ("experiment.yaml.gz", b"spec: []", "failed to read experiment.yaml.gz"),
        ("experiment.yaml.gz", b"", "failed to read experiment.yaml.gz"),
    ];
    for (key, bytes, expected) in cases {
        let data = [(key.to_owned(), ByteString(bytes.to_vec()))];
        let error = Archive(data.into_iter().collect()).document().unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn a_bomb_is_not_expanded() {
    let bomb = compress(&" ".repeat(usize::try_from(LARGEST_DOCUMENT).unwrap() + 1));
    let error = expand(&bomb).unwrap_err();
    assert_eq!(error.to_string(), "more than 4194304 bytes");
}
