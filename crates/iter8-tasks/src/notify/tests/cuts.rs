//! Payloads that would be too large.

use iter8_model::experiment::Experiment;
use iter8_model::insights::{Insights, Observation};
use iter8_model::metric::{MetricKind, MetricMeta};
use iter8_model::slo::{Slo, Slos};
use serde_json::json;

use super::presets::{PAYLOADS, service};
use super::{Stage, experiment};

/// An experiment of so many metrics, half of them with an objective, most of which are met.
fn large(metrics: usize) -> Experiment {
    let mut experiment = experiment("no-slos");
    let (mut insights, mut slos) = (Insights::default(), Slos::default());
    insights.ensure_versions(1).unwrap();
    let meta = MetricMeta::new(MetricKind::Gauge, "d").in_units("msec");
    for at in 0..metrics {
        let metric = format!("store/<metric> \"number\" {at:05} & 😀");
        insights.record(0, &metric, &meta, Observation::Number(at as f64)).unwrap();
        if at % 2 == 0 {
            slos.upper.push(Slo { metric, limit: 9_000.0 });
        }
    }
    insights.slos_satisfied = Some(slos.assess(&insights));
    insights.slos = Some(slos);
    experiment.result.as_mut().unwrap().insights = Some(insights);
    experiment
}

#[tokio::test]
async fn ten_thousand_metrics_are_cut_to_what_services_take() {
    let experiment = large(10_000);
    for payload in PAYLOADS {
        let (fake, with) = service(payload);
        let mut stage = Stage::with(experiment.clone());
        stage.notify(&with).await;
        let body = fake.accepted_one().to_string();
        assert_eq!(stage.logs.warnings(), Vec::<String>::new());
        let says_so = match payload {
            // Nothing is listed, so nothing is left out.
            "githubStatus" => "4501 of 5000 checks are satisfied",
            "slack" | "teams" | "discord" => " more SLOs",
            "githubComment" => "more metrics",
            _ => "\"leftOut\":{",
        };
        assert!(body.contains(says_so), "{payload}: {body}");
        // What is wrong is shown first.
        let shows_fault = body.contains("09002");
        assert!(shows_fault || payload == "githubStatus", "{payload}: {body}");
        assert!(!body.contains("number\\\" 00000") || payload != "slack", "{payload}: {body}");
    }
}

#[tokio::test]
async fn small_limits_leave_the_verdict() {
    for payload in ["report", "slack", "teams"] {
        let (fake, mut with) = service(payload);
        with["maxPayloadSize"] = json!(1_000);
        let mut stage = Stage::with(large(100));
        stage.notify(&with).await;
        let body = fake.accepted_one().to_string();
        assert!(body.contains("SLOs are satisfied") && body.len() <= 1_000, "{payload}: {body}");
    }
}

#[tokio::test]
async fn payloads_that_cannot_be_cut_are_errors() {
    let (fake, mut with) = service("slack");
    with["maxPayloadSize"] = json!(100);
    with["softFailure"] = json!(true);
    let error = Stage::new("pass").fail(&with).await;
    let start = "failed to make the payload: the payload has ";
    assert!(error.starts_with(start), "{error}");
    assert!(error.ends_with(" bytes, which is more than the 100 that are allowed"), "{error}");
    assert!(fake.judged().is_empty());
}
