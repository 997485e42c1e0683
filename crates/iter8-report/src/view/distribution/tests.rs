//! Ranges and percentiles.

use iter8_model::insights::Observation;

use super::*;

fn bucket(lower: f64, upper: f64, count: u64) -> Bucket {
    Bucket { lower, upper, count }
}

fn of_sample(samples: &[&[f64]]) -> Vec<Series> {
    let mut insights = Insights::default();
    insights.ensure_versions(samples.len()).unwrap();
    let meta = MetricMeta::new(MetricKind::Sample, "");
    for (version, values) in samples.iter().enumerate() {
        insights.record(version, "a/b", &meta, Observation::Sample(values.to_vec())).unwrap();
    }
    of(&insights).remove(0).series
}

fn edges(series: &Series) -> Vec<(f64, f64, u64)> {
    series.bars.iter().map(|bar| (bar.lower, bar.upper, bar.count)).collect()
}

#[test]
fn buckets_are_sorted_and_useless_ones_dropped() {
    let series = Series::new(vec![
        bucket(2.0, 4.0, 3),
        bucket(0.0, 1.0, 1),
        bucket(1.0, 2.0, 0),
        bucket(4.0, f64::INFINITY, 9),
    ]);
    assert_eq!(series.count, 4);
    assert_eq!(edges(&series), [(0.0, 1.0, 1), (2.0, 4.0, 3)]);
    let percents: Vec<f64> = series.bars.iter().map(|bar| bar.percent).collect();
    assert_eq!(percents, [25.0, 75.0]);
}

#[test]
fn percentiles_of_a_histogram_are_interpolated() {
    let series = Series::new(vec![bucket(0.0, 10.0, 50), bucket(20.0, 30.0, 50)]);
    let cases = [(0.0, 0.0), (25.0, 5.0), (50.0, 10.0), (75.0, 25.0), (100.0, 30.0), (120.0, 30.0)];
    for (percent, expected) in cases {
        assert_eq!(series.interpolated(percent), Some(expected), "p{percent}");
    }
    assert_eq!(Series::default().interpolated(50.0), None);
    assert_eq!(Series::default().curve(), []);
}

#[test]
fn overlapping_buckets_still_make_a_monotone_curve() {
    let series =
        Series::new(vec![bucket(0.0, 10.0, 5), bucket(1.0, 3.0, 5), bucket(-8.0, -7.0, 1)]);
    let curve = series.curve();
    assert!(
        curve
            .windows(2)
            .all(|pair| { pair[0].percent <= pair[1].percent && pair[0].value <= pair[1].value })
    );
    assert_eq!(curve.last().map(|point| (point.percent, point.value)), Some((100.0, 10.0)));
}

#[test]
fn versions_of_a_sample_share_their_grid() {
    let series = of_sample(&[&[1.0, 2.0, 3.0, 5.0], &[4.0], &[]]);
    assert_eq!(edges(&series[0]), [(1.0, 3.0, 2), (3.0, 5.0, 2)]);
    assert_eq!(edges(&series[1]), [(3.0, 5.0, 1)]);
    assert_eq!(series[2], Series::default());
    assert_eq!(series[0].percentiles[0], Some(2.0), "exact, not interpolated");
}

#[test]
fn long_tails_are_cut_by_ratio() {
    let series = of_sample(&[&[1.0, 2.0, 4.0, 100.0]]);
    let [(first, middle, 3), (_, last, 1)] = edges(&series[0])[..] else { panic!("{series:?}") };
    assert_eq!((first, last), (1.0, 100.0));
    assert!((middle - 10.0).abs() < 1e-9, "{middle}");
}

#[test]
fn extreme_samples() {
    let same = of_sample(&[&[7.0, 7.0]]);
    assert_eq!(same[0].bars.iter().map(|bar| bar.count).sum::<u64>(), 2);
    assert_eq!((same[0].bars[0].lower, same[0].bars[0].upper), (7.0, 7.0));
    let wide = of_sample(&[&[f64::MIN, 0.0, f64::MAX]]);
    assert_eq!(wide[0].count, 3);
    assert!(wide[0].bars.iter().all(|bar| bar.lower.is_finite() && bar.upper.is_finite()));
    let many: Vec<f64> = (0..100_000).map(f64::from).collect();
    assert_eq!(of_sample(&[&many])[0].bars.len(), 60);
}
