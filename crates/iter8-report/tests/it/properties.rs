//! What holds for any names, texts and numbers.

use iter8_model::experiment::Experiment;
use iter8_model::insights::{Insights, Observation, VersionName};
use iter8_model::metric::{MetricKind, MetricMeta};
use iter8_model::slo::Slos;
use iter8_model::task::TaskKind;
use iter8_report::{Context, Format, render};
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::experiments::{self, slo};

/// Texts with plenty of what formats treat specially.
fn text() -> impl Strategy<Value = String> {
    let special = prop::sample::select(vec![
        "<",
        ">",
        "</script>",
        "<!--",
        "-->",
        "]]>",
        "&",
        "&lt;",
        "\"",
        "'",
        "`",
        "|",
        "\\",
        "*",
        "_",
        "[x](y)",
        "![",
        "#",
        "~~",
        "\n",
        "\r",
        "\t",
        "\u{0}",
        "\u{1b}[31m",
        "\u{2028}",
        "{{",
        "%{x}",
        "=",
        " ",
        "é",
        "👍",
    ])
    .prop_map(str::to_owned);
    let piece = prop_oneof![special, "[a-z0-9]{1,4}", any::<char>().prop_map(String::from)];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// The texts that others choose.
#[derive(Debug, Clone)]
struct Texts {
    metric: String,
    units: String,
    description: String,
    version: String,
    group: String,
}

prop_compose! {
    fn texts()(
        metric in text(), units in text(), description in text(), version in text(),
        group in text(),
    ) -> Texts {
        // A slash would make another aggregation of it, and so another shape of the report.
        let metric = format!("p/m{}", metric.replace('/', ""));
        let (units, version) = (format!("u{units}"), format!("v{version}"));
        Texts { metric, units, description, version, group }
    }
}

fn plain() -> Texts {
    let [metric, units, description, version, group] =
        ["p/m", "u", "d", "v", "g"].map(str::to_owned);
    Texts { metric, units, description, version, group }
}

fn report(texts: &Texts, format: Format) -> String {
    let context = Context { group: texts.group.clone(), ..experiments::context() };
    render(&experiment(texts), &context, format).text
}

fn experiment(texts: &Texts) -> Experiment {
    let mut insights = Insights::default();
    insights.ensure_versions(2).unwrap();
    let (version, track) = (texts.version.clone(), String::new());
    insights.versions[0].name = Some(VersionName { version, track });
    let gauge = MetricMeta::new(MetricKind::Gauge, &*texts.description).in_units(&*texts.units);
    insights.record(0, &texts.metric, &gauge, Observation::Number(0.5)).unwrap();
    let sample = MetricMeta::new(MetricKind::Sample, &*texts.description).in_units(&*texts.units);
    let values = Observation::Sample(vec![1.0, 2.0, 4.0]);
    insights.record(0, &format!("q{}", texts.metric), &sample, values).unwrap();
    let upper = vec![slo(&texts.metric, 2.0), slo(&texts.description.replace('/', ""), 1.0)];
    experiments::assess(&mut insights, Slos { upper, lower: vec![] });
    experiments::experiment(&[TaskKind::Assess], Some(insights))
}

/// The names of all tags in order, up to the scripts, and attributes that could do something.
fn tags(page: &str) -> Vec<&str> {
    let page = &page[page.find("<body>").unwrap()..page.find("<script").unwrap()];
    let tag = |piece: &'_ str| -> usize {
        piece.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(piece.len())
    };
    page.split('<').skip(1).map(|piece| &piece[..tag(piece)]).collect()
}

fn embedded_data(page: &str) -> &str {
    let (_, rest) = page.split_once("<script type=\"application/json\" id=\"data\">").unwrap();
    rest.split_once("</script>").unwrap().0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn html_keeps_its_structure(texts in texts()) {
        let page = report(&texts, Format::Html);
        let plain = report(&plain(), Format::Html);
        prop_assert_eq!(tags(&page), tags(&plain));
        let data = embedded_data(&page);
        prop_assert!(!data.contains(['<', '>', '&']));
        let data: serde_json::Value = serde_json::from_str(data).unwrap();
        prop_assert_eq!(data["versions"][0].as_str(), Some(texts.version.as_str()));
        let scripts = |page: &str| page.matches("<script").count();
        prop_assert_eq!(scripts(&page), scripts(&plain));
    }

    #[test]
    fn json_reads_back(texts in texts()) {
        let json: serde_json::Value = serde_json::from_str(&report(&texts, Format::Json)).unwrap();
        prop_assert_eq!(json["group"].as_str(), Some(texts.group.as_str()));
        let metric = &json["metrics"][0];
        prop_assert_eq!(metric["name"].as_str(), Some(texts.metric.as_str()));
        prop_assert_eq!(metric["units"].as_str(), Some(texts.units.as_str()));
        prop_assert_eq!(metric["values"].as_array().map(Vec::len), Some(2));
    }

    #[test]
    fn xml_is_well_formed(texts in texts()) {
        let xml = report(&texts, Format::JUnit);
        let read = quick_junit::Report::deserialize_from_str(&xml).unwrap();
        prop_assert_eq!(read.test_suites.len(), 1);
        prop_assert_eq!(read.test_suites[0].test_cases.len(), 2 + 2 * 2);
    }

    #[test]
    fn markdown_tables_keep_their_columns(texts in texts()) {
        let markdown = report(&texts, Format::Markdown);
        let pipes = |line: &str| line.replace("\\\\", "").replace("\\|", "").matches('|').count();
        for table in markdown.split("\n\n").filter(|block| block.starts_with('|')) {
            let columns: Vec<usize> = table.lines().map(pipes).collect();
            prop_assert!(columns.iter().all(|count| *count == columns[0]), "{}", table);
        }
        let mut tables = 0;
        for event in Parser::new_ext(&markdown, Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::Table(_)) => tables += 1,
                Event::Html(html) => prop_assert!(
                    ["<details>", "</details>", "<summary>Latest"]
                        .iter().any(|own| html.starts_with(own)),
                    "{}", html
                ),
                Event::InlineHtml(html) => prop_assert!(false, "{}", html),
                Event::Code(code) => prop_assert!(false, "{}", code),
                Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::Emphasis) => {
                    prop_assert!(false, "{}", markdown);
                }
                Event::End(TagEnd::Heading(_)) if tables > 0 => {
                    prop_assert!(false, "{}", markdown);
                }
                _ => {}
            }
        }
        prop_assert_eq!(tables, 2);
    }

    #[test]
    fn text_keeps_its_lines(texts in texts()) {
        let lines = |texts| report(texts, Format::Text).split('\n').count();
        prop_assert_eq!(lines(&texts), lines(&plain()));
    }

    #[test]
    fn any_numbers_can_be_shown(
        values in prop::collection::vec(prop::num::f64::NORMAL | prop::num::f64::ZERO, 1..20),
        limit in prop::num::f64::ANY,
    ) {
        let mut insights = Insights::default();
        insights.ensure_versions(1).unwrap();
        let gauge = MetricMeta::new(MetricKind::Gauge, "");
        insights.record(0, "p/g", &gauge, Observation::Number(values[0])).unwrap();
        let sample = MetricMeta::new(MetricKind::Sample, "");
        insights.record(0, "p/s", &sample, Observation::Sample(values)).unwrap();
        let upper = vec![slo("p/g", limit), slo("p/s/stddev", limit)];
        experiments::assess(&mut insights, Slos { upper, lower: vec![] });
        let experiment = experiments::experiment(&[TaskKind::Assess], Some(insights));
        for format in Format::ALL {
            let once = render(&experiment, &experiments::context(), format);
            prop_assert!(!once.text.is_empty());
            prop_assert_eq!(&once, &render(&experiment, &experiments::context(), format));
        }
        let json = render(&experiment, &experiments::context(), Format::Json).text;
        prop_assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok());
    }
}
