//! The provider templates that are part of the program.

/// A template that is part of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Builtin {
    /// The name by which it is asked for.
    pub name: &'static str,
    /// What it asks and what it measures, in a line.
    pub summary: &'static str,
    /// Its text, with the parts that it shares with others before it.
    pub text: &'static str,
}

/// The text of files of templates, one after the other.
macro_rules! text {
    ($($file:literal),+) => {
        concat!($(include_str!(concat!("../../../templates/metrics/", $file, ".tpl"))),+)
    };
}

/// An entry of a template that stands on its own.
macro_rules! store {
    ($name:literal, $summary:literal) => {
        Builtin { name: $name, summary: $summary, text: text!("_lib", $name) }
    };
}

/// An entry of a template that asks by PromQL.
macro_rules! prometheus {
    ($name:literal, $summary:literal) => {
        Builtin { name: $name, summary: $summary, text: text!("_lib", "_prometheus", $name) }
    };
}

/// All templates, sorted by name.
pub const TEMPLATES: &[Builtin] = &[
    store!("clickhouse", "ClickHouse: any SQL, over its HTTP interface"),
    store!("cloudwatch", "Amazon CloudWatch: a load balancer's target group, or any queries"),
    store!("datadog", "Datadog: a service that APM traces, or any metric queries"),
    store!("dynatrace", "Dynatrace: a service, or any metric selectors"),
    store!("elasticsearch", "Elasticsearch, OpenSearch: access logs, or any aggregations"),
    prometheus!("envoy-prom", "Envoy and Gateway API implementations on it, by Prometheus"),
    prometheus!("gcp-monitoring", "Google Cloud Monitoring: Cloud Run, or any PromQL"),
    store!("graphite", "Graphite: any targets"),
    prometheus!("haproxy-prom", "HAProxy: a backend or a server of it, by Prometheus"),
    store!("influxdb", "InfluxDB 1, or the same API of 2 and 3: any InfluxQL"),
    store!("influxdb-flux", "InfluxDB 2: any Flux"),
    prometheus!("istio-prom", "Istio: what its proxies count, by Prometheus"),
    prometheus!("knative-prom", "Knative: what its queue proxies count, by Prometheus"),
    prometheus!("kserve-prom", "KServe: an inference service and its model, by Prometheus"),
    prometheus!("linkerd-prom", "Linkerd: what its proxies count, by Prometheus"),
    store!("newrelic", "New Relic: an application that APM records, or any NRQL"),
    prometheus!("nginx-ingress-prom", "ingress-nginx: what it counts, by Prometheus"),
    prometheus!("prometheus", "Prometheus, Thanos, Mimir, VictoriaMetrics: any PromQL"),
    prometheus!("seldon-prom", "Seldon Core 1: a predictor, by Prometheus"),
];

/// A template by its name.
pub fn builtin(name: &str) -> Option<&'static str> {
    TEMPLATES.iter().find(|template| template.name == name).map(|template| template.text)
}

/// The names of all templates, sorted.
pub fn builtin_names() -> impl Iterator<Item = &'static str> {
    TEMPLATES.iter().map(|template| template.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_found_by_name() {
        let names: Vec<&str> = builtin_names().collect();
        assert!(names.is_sorted(), "{names:?}");
        for template in TEMPLATES {
            assert_eq!(builtin(template.name), Some(template.text));
            assert!(template.text.contains(&format!("{}: ", template.name)), "{}", template.name);
            assert!(!template.summary.is_empty() && template.summary.len() <= 72);
        }
        for name in ["nothing", "_lib", "_prometheus", ""] {
            assert_eq!(builtin(name), None);
        }
    }
}
