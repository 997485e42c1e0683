//! Names are chosen by whoever writes templates of providers, and values by whoever answers them.

use iter8_model::experiment::Experiment;
use iter8_model::insights::{Observation, VersionName};
use iter8_model::metric::{MetricKind, MetricMeta};
use iter8_model::slo::{Slo, Slos};
use proptest::prelude::*;
use serde_json::Value;

use super::presets::{PAYLOADS, service};
use super::{Stage, experiment};

#[tokio::test]
async fn names_are_no_markup() {
    for payload in PAYLOADS {
        let (fake, with) = service(payload);
        let mut stage = Stage::new("hostile");
        stage.notify(&with).await;
        let body = fake.accepted_one();
        let text = body.to_string();
        match payload {
            "slack" => assert!(!text.contains("<!"), "{text}"),
            "discord" => assert_eq!(body["allowed_mentions"]["parse"], Value::Array(vec![])),
            "teams" => assert!(!text.contains("](evil"), "{text}"),
            "githubComment" => {
                let text = body["body"].as_str().unwrap();
                let rows: Vec<&str> = text.lines().filter(|line| line.starts_with('|')).collect();
                let bars = |row: &str| row.replace("\\|", "").matches('|').count();
                assert!(rows.len() == 6 && rows.iter().all(|row| bars(row) == 4), "{text}");
                // Between backticks: neither a mention nor a link.
                assert!(text.matches('`').count().is_multiple_of(2), "{text}");
            }
            _ => {}
        }
    }
}

/// An experiment of one metric whose texts are all this.
fn of(text: &str) -> Experiment {
    let mut experiment = experiment("no-slos");
    let result = experiment.result.as_mut().unwrap();
    let insights = result.insights.as_mut().unwrap();
    let name = format!("p/{}", text.replace('/', "|"));
    let meta = MetricMeta::new(MetricKind::Gauge, text).in_units(text);
    insights.record(0, &name, &meta, Observation::Number(1.0)).unwrap();
    insights.versions[0].name =
        Some(VersionName { version: text.to_owned(), track: text.to_owned() });
    let slos = Slos { upper: vec![Slo { metric: name, limit: 0.5 }], lower: vec![] };
    insights.slos_satisfied = Some(slos.assess(insights));
    insights.slos = Some(slos);
    experiment
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_text_leaves_payloads_whole(text in "(\\PC|[\"\\\\<>&`|\n\t\u{0}\u{7f}\u{2028}]){1,200}") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        for payload in PAYLOADS {
            let (fake, with) = service(payload);
            let mut stage = Stage::with(of(&text));
            runtime.block_on(stage.notify(&with));
            prop_assert!(fake.accepted_one().is_object());
        }
    }
}
