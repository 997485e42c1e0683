//! The experiments that reports are made of.

use iter8_model::experiment::{Experiment, ExperimentResult};
use iter8_model::history::{LoopEnd, LoopOutcome};
use iter8_model::insights::{Insights, Observation, QueryOutcome, QueryStatus, VersionName};
use iter8_model::metric::{Bucket, MetricKind, MetricMeta, Summary};
use iter8_model::slo::{Bound, Slo, Slos, SlosSatisfied};
use iter8_model::task::{TaskKind, TaskSpec};
use iter8_report::Context;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A context without a clock and with a fixed version.
pub(crate) fn context() -> Context {
    Context {
        group: "default".to_owned(),
        generated_at: Some("2026-01-02T03:04:05Z".parse().unwrap()),
        tool_version: "0.1.0".to_owned(),
        show_samples: false,
    }
}

pub(crate) fn slo(metric: &str, limit: f64) -> Slo {
    Slo { metric: metric.to_owned(), limit }
}

pub(crate) fn experiment(tasks: &[TaskKind], insights: Option<Insights>) -> Experiment {
    let start = "2026-01-02T03:00:00.965565332Z".parse::<Timestamp>().unwrap();
    Experiment {
        spec: tasks.iter().map(|kind| TaskSpec::new(*kind)).collect(),
        result: Some(ExperimentResult {
            start_time: Some(start.to_zoned(TimeZone::UTC)),
            num_loops: 1,
            num_completed_tasks: tasks.len() as u64,
            insights,
            ..ExperimentResult::default()
        }),
    }
}

fn number(insights: &mut Insights, version: usize, name: &str, meta: &MetricMeta, value: f64) {
    insights.record(version, name, meta, Observation::Number(value)).unwrap();
}

/// Compares values with limits as the `assess` task does.
pub(crate) fn assess(insights: &mut Insights, slos: Slos) {
    let row = |bound: Bound, slo: &Slo| -> Vec<bool> {
        let holds = |version| {
            let value = slo.metric.parse().ok().and_then(|name| insights.value(version, &name));
            value.is_some_and(|value| bound.holds(value, slo.limit))
        };
        (0..insights.versions.len()).map(holds).collect()
    };
    let rows = |bound: Bound| slos.of(bound).iter().map(|slo| row(bound, slo)).collect();
    let satisfied = SlosSatisfied { upper: rows(Bound::Upper), lower: rows(Bound::Lower) };
    insights.slos = Some(slos);
    insights.slos_satisfied = Some(satisfied);
}

/// The example with two versions of the specification of the text report.
pub(crate) fn two_versions() -> Experiment {
    let mut insights = Insights::default();
    insights.ensure_versions(2).unwrap();
    let name = |version: &str, track: &str| {
        Some(VersionName { version: version.to_owned(), track: track.to_owned() })
    };
    insights.versions[0].name = name("v1", "default");
    insights.versions[1].name = name("v2", "candidate");
    let summary = MetricMeta::new(MetricKind::Summary, "sums of <m>");
    let sums = [[2.0, 30.0, 10.0, 20.0, 500.0], [1.0, 5.0, 5.0, 5.0, 25.0]];
    for (version, [count, sum, min, max, sum_of_squares]) in sums.into_iter().enumerate() {
        let sums = Summary { count, sum, min, max, sum_of_squares };
        insights.record(version, "abn/m", &summary, Observation::Summary(sums)).unwrap();
    }
    let latency = MetricMeta::new(MetricKind::Sample, "gRPC latency").in_units("msec");
    let samples = [vec![1.0, 2.0, 3.0, 4.0], vec![2.0, 4.0]];
    for (version, values) in samples.into_iter().enumerate() {
        insights.record(version, "grpc/latency", &latency, Observation::Sample(values)).unwrap();
    }
    let counter = MetricMeta::new(MetricKind::Counter, "a counter");
    number(&mut insights, 0, "p/c", &counter, 1.0);
    number(&mut insights, 0, "p/c", &counter, 1_234_567.891);
    let upper = vec![slo("grpc/latency/p50", 3.0), slo("abn/m/mean", 1e6)];
    assess(&mut insights, Slos { upper, lower: vec![slo("p/c", 0.5)] });
    experiment(&[TaskKind::AbnMetrics, TaskKind::Assess], Some(insights))
}

/// Latencies around `center` milliseconds with a long tail, as a load test exports them.
fn latencies(center: f64, scale: f64) -> Vec<Bucket> {
    let bucket = |step: u32| {
        let lower = 2.0 * 1.125_f64.powi(i32::try_from(step).unwrap());
        let away = (lower / center).ln();
        let share = (-(away * away) / 0.09).exp() + 0.02 * (-(away - 1.1).powi(2) / 0.12).exp();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small counts")]
        let count = (share * scale) as u64;
        Bucket { lower, upper: lower * 1.125, count }
    };
    (0..40).map(bucket).filter(|bucket| bucket.count > 0).collect()
}

fn http(insights: &mut Insights, slowness: f64) {
    let counts = [
        ("http/request-count", MetricKind::Counter, "number of requests sent", 1_000.0),
        ("http/error-count", MetricKind::Counter, "number of responses that were errors", 2.0),
        ("http/error-rate", MetricKind::Gauge, "fraction of responses that were errors", 0.002),
    ];
    for (name, kind, description, value) in counts {
        number(insights, 0, name, &MetricMeta::new(kind, description), value);
    }
    let times = [
        ("http/latency-mean", "mean of observed latency values", 21.5),
        ("http/latency-stddev", "standard deviation of observed latency values", 9.25),
        ("http/latency-min", "minimum of observed latency values", 8.125),
        ("http/latency-max", "maximum of observed latency values", 97.0),
        ("http/latency-p50", "50-th percentile of observed latency values", 19.75),
        ("http/latency-p99", "99-th percentile of observed latency values", 61.2),
        ("http/latency-p99.9", "99.9-th percentile of observed latency values", 88.0),
    ];
    for (name, description, value) in times {
        let meta = MetricMeta::new(MetricKind::Gauge, description).in_units("msec");
        number(insights, 0, name, &meta, value * slowness);
    }
}

/// One version under HTTP load that misses one objective, with a name that nobody knows in
/// another.
pub(crate) fn one_version() -> Experiment {
    let mut insights = Insights::default();
    insights.ensure_versions(1).unwrap();
    http(&mut insights, 1.0);
    let meta = MetricMeta::new(MetricKind::Histogram, "observed latency values").in_units("msec");
    let buckets = Observation::Buckets(latencies(20.0, 150.0));
    insights.record(0, "http/latency", &meta, buckets).unwrap();
    let upper = vec![
        slo("http/latency-p50.0", 50.0),
        slo("http/latency-p99", 50.0),
        slo("http/error-rate", 0.01),
        slo("http/latency-p42", 50.0),
    ];
    assess(&mut insights, Slos { upper, lower: vec![slo("http/request-count", 100.0)] });
    experiment(&[TaskKind::Ready, TaskKind::Http, TaskKind::Assess], Some(insights))
}

/// The small example of the reference: a little of everything.
pub(crate) fn reference() -> Experiment {
    let mut insights = Insights::default();
    insights.ensure_versions(1).unwrap();
    let p99 = MetricMeta::new(MetricKind::Gauge, "99-th percentile of observed latency values")
        .in_units("msec");
    number(&mut insights, 0, "http/latency-p99", &p99, 61.2);
    let latency =
        MetricMeta::new(MetricKind::Histogram, "observed latency values").in_units("msec");
    let buckets = [(10.0, 20.0, 90), (20.0, 75.0, 10)].map(|(lower, upper, count)| Bucket {
        lower,
        upper,
        count,
    });
    insights.record(0, "http/latency", &latency, Observation::Buckets(buckets.to_vec())).unwrap();
    let upper = vec![slo("http/latency-p99", 50.0), slo("http/latency-p42", 50.0)];
    assess(&mut insights, Slos { upper, lower: vec![] });
    let mut experiment = experiment(&[TaskKind::Http, TaskKind::Assess], Some(insights.clone()));
    let result = experiment.result.as_mut().unwrap();
    let start = result.start_time.as_ref().unwrap().timestamp();
    let end = start + jiff::SignedDuration::from_millis(12_500);
    let end = LoopEnd { number: 1, start, end, outcome: LoopOutcome::Completed };
    result.history.push(end, Some(&insights));
    experiment
}

/// Two versions with histograms, all objectives met.
pub(crate) fn two_histograms() -> Experiment {
    let mut insights = Insights::default();
    insights.ensure_versions(2).unwrap();
    let name = |version: &str, track: &str| {
        Some(VersionName { version: version.to_owned(), track: track.to_owned() })
    };
    insights.versions[0].name = name("v1", "stable");
    insights.versions[1].name = name("v2", "candidate");
    let meta = MetricMeta::new(MetricKind::Histogram, "request duration").in_units("msec");
    let rate = MetricMeta::new(MetricKind::Gauge, "share of failed requests");
    let p99 = MetricMeta::new(MetricKind::Gauge, "99-th percentile of durations").in_units("msec");
    for (version, center) in [(0, 24.0), (1, 17.0)] {
        let buckets = Observation::Buckets(latencies(center, 4_000.0));
        insights.record(version, "istio-prom/latency", &meta, buckets).unwrap();
        number(&mut insights, version, "istio-prom/error-rate", &rate, center / 10_000.0);
        number(&mut insights, version, "istio-prom/latency-p99", &p99, center * 2.9);
    }
    let sample = MetricMeta::new(MetricKind::Sample, "size of a reply").in_units("KiB");
    for version in 0..2 {
        let values = (1..=400_u32).map(|i| {
            let phase = f64::from(i * 7 % 400) / 400.0;
            0.5 + phase.powi(2 + version) * 40.0
        });
        let observation = Observation::Sample(values.collect());
        let version = usize::try_from(version).unwrap();
        insights.record(version, "grpc/size", &sample, observation).unwrap();
    }
    let upper = vec![slo("istio-prom/latency-p99", 100.0), slo("istio-prom/error-rate", 0.01)];
    assess(&mut insights, Slos { upper, lower: vec![slo("grpc/size/mean", 1.0)] });
    experiment(&[TaskKind::CustomMetrics, TaskKind::Assess], Some(insights))
}

/// Two versions whose store did not have everything.
pub(crate) fn queries() -> Experiment {
    let mut insights = Insights::default();
    insights.ensure_versions(2).unwrap();
    let rate = MetricMeta::new(MetricKind::Gauge, "share of failed requests");
    let count = MetricMeta::new(MetricKind::Counter, "number of requests");
    for version in 0..2 {
        number(&mut insights, version, "prom/error-rate", &rate, 0.01);
        number(&mut insights, version, "prom/request-count", &count, 40.0);
        insights.note_query(version, "prom/request-count", QueryStatus::VALUE).unwrap();
    }
    let failures = [
        (0, "prom/error-rate", QueryOutcome::HttpError, "503 Service Unavailable: try <later>"),
        (0, "prom/latency-p99", QueryOutcome::NoData, "the expression gives nothing"),
        (1, "prom/latency-p99", QueryOutcome::Timeout, "no answer within 10s (4 attempts)"),
    ];
    for (version, metric, outcome, message) in failures {
        insights.note_query(version, metric, QueryStatus::failed(outcome, message)).unwrap();
    }
    insights.note_query(1, "prom/error-rate", QueryStatus::VALUE).unwrap();
    let upper = vec![slo("prom/error-rate", 0.05), slo("prom/latency-p99", 100.0)];
    assess(&mut insights, Slos { upper, lower: vec![] });
    experiment(&[TaskKind::CustomMetrics, TaskKind::Assess], Some(insights))
}

/// A task list that ran 24 times; one loop failed and one was interrupted.
pub(crate) fn loops() -> Experiment {
    let mut experiment = one_version();
    let result = experiment.result.as_mut().unwrap();
    result.revision = 3;
    result.num_loops = 24;
    result.failure = true;
    let mut insights = result.insights.take().unwrap();
    for number in 1..=24_u32 {
        let wave = (f64::from(number) * 0.7).sin() * 0.12 + f64::from(number) * 0.01;
        http(&mut insights, 0.85 + wave);
        let start = result.start_time.as_ref().unwrap().timestamp();
        let start = start + jiff::SignedDuration::from_mins(10 * i64::from(number));
        let outcome = match number {
            9 => LoopOutcome::Failed,
            17 => LoopOutcome::Interrupted,
            _ => LoopOutcome::Completed,
        };
        let seconds = 60 + i64::from(number % 5);
        let end = start + jiff::SignedDuration::from_secs(seconds);
        let end = LoopEnd { number: u64::from(number), start, end, outcome };
        result.history.push(end, Some(&insights));
    }
    let slos = insights.slos.take().unwrap();
    assess(&mut insights, slos);
    result.insights = Some(insights);
    experiment
}

/// Nothing has been measured yet.
/// A measurement that cannot be relied on.
pub(crate) fn unreliable() -> Experiment {
    let mut experiment = one_version();
    let insights = experiment.result.as_mut().and_then(|result| result.insights.as_mut());
    let doubts = ["schedule lag p99 25.3 ms is above 10 ms", "CPU was throttled <12 %>"];
    insights.unwrap().set_doubts("http", doubts.map(str::to_owned).to_vec());
    experiment
}

pub(crate) fn no_insights() -> Experiment {
    let mut experiment = experiment(&[TaskKind::Ready, TaskKind::Http, TaskKind::Assess], None);
    experiment.result.as_mut().unwrap().num_completed_tasks = 1;
    experiment
}

/// Metrics, but nothing to compare them with.
pub(crate) fn no_slos() -> Experiment {
    let mut experiment = one_version();
    let insights = experiment.result.as_mut().unwrap().insights.as_mut().unwrap();
    insights.slos = None;
    insights.slos_satisfied = None;
    experiment
}

/// Every name that a user or a server can choose is hostile.
pub(crate) fn hostile() -> Experiment {
    let mut insights = Insights::default();
    insights.ensure_versions(2).unwrap();
    insights.versions[0].name = Some(VersionName {
        version: "</script><script>alert(1)</script>".to_owned(),
        track: "\"'|`*".to_owned(),
    });
    let meta =
        MetricMeta::new(MetricKind::Gauge, "\"><img src=x onerror=alert(2)>").in_units("<b>|\n`");
    number(&mut insights, 0, "<script>alert(3)</script>/a|b`c", &meta, 1.0);
    number(&mut insights, 0, "p/<script>", &meta, 1.0);
    let sample = MetricMeta::new(MetricKind::Sample, "<!--");
    let values = Observation::Sample(vec![1.0, 2.0, 3.0]);
    insights.record(0, "p/]]>&amp;<!--<script>", &sample, values).unwrap();
    let status = QueryStatus::failed(QueryOutcome::NotJson, "<script>alert(4)</script>|`x`\n]]>");
    insights.note_query(1, "p/<img src=x>", status).unwrap();
    let upper = vec![slo("p/<script>", 2.0), slo("<script>", 2.0)];
    assess(&mut insights, Slos { upper, lower: vec![] });
    experiment(&[TaskKind::Assess], Some(insights))
}
