//! Several versions, and several loops over them.

use super::*;

fn two_versions() -> Value {
    json!({"versionValues": [
        {"labels": {"version": "v1", "only": "first"}},
        {"labels": {"version": "v2"}},
    ]})
}

/// Iter8 0.13 merged the variables of versions into those of all versions, and stored the result:
/// from the second loop on every version was asked about with the labels of the last one.
#[tokio::test]
async fn versions_are_asked_about_with_their_own_labels_in_every_loop_d2() {
    let template =
        Templates::with(&TEMPLATE.replace("p50{v=", "p50{only=\"{{ .labels.only }}\",v="));
    let server = server(&["1"]);
    let bench = Bench::new(json!([task(&server, &template, two_versions())]));
    let given = bench.with(0);
    for _ in 0..3 {
        bench.complete().await;
    }
    let of_loop = [
        "count{v=\"v1\"}[1s]",
        "p50{only=\"first\",v=\"v1\"}[1s]",
        "count{v=\"v2\"}[1s]",
        "p50{only=\"%3Cno%20value%3E\",v=\"v2\"}[1s]",
    ];
    let asked = queries(&server.requests());
    let plain = |query: &String| {
        query.replace("%2C", ",").replace('+', "%20").replace("<no%20value>", "%3Cno%20value%3E")
    };
    let asked: Vec<String> = asked.iter().map(plain).collect();
    assert_eq!(asked, [of_loop; 3].concat());
    assert_eq!(bench.with(0), given);
    for version in &bench.insights().versions {
        assert_eq!(version.numbers["store/request-count"], [1.0; 3]);
    }
}

#[tokio::test]
async fn empty_values_of_a_version_do_not_override() {
    let template = Templates::with(TEMPLATE);
    let server = server(&["1"]);
    let versions = json!({"versionValues": [{"labels": {"version": "", "app": 0}}, {}]});
    let bench = Bench::new(json!([task(&server, &template, versions)]));
    bench.complete().await;
    let requests = server.requests();
    assert_eq!(queries(&requests)[0], "count{v=\"v0\"}[1s]");
    assert_eq!(requests[0].header("x-app"), Some("web"));
    assert_eq!(bench.insights().versions.len(), 2);
}

/// In Iter8 0.13 the next task or loop failed for good with "inconsistent number for metrics".
#[tokio::test]
async fn versions_may_lack_metrics_d7() {
    let lists = [vec![Step::reply(404, "{}")], vec![Step::ok("5")]];
    let server = Arc::new(ScriptedServer::start(Script::in_turn(lists)));
    let template = Templates::with(TEMPLATE);
    let ask = task(&server, &template, two_versions());
    let bench = Bench::new(json!([ask, ask]));
    bench.complete().await;
    bench.complete().await;
    let versions = &bench.insights().versions;
    assert_eq!(versions[0].numbers["store/request-count"], [5.0; 3]);
    assert_eq!(versions[1].numbers["store/request-count"], [5.0; 4]);
}

#[tokio::test]
async fn the_number_of_versions_is_that_of_the_first_task() {
    let server = server(&["1"]);
    let template = Templates::with(TEMPLATE);
    let one = task(&server, &template, json!({}));
    let two = task(&server, &template, two_versions());
    let bench = Bench::new(json!([one, two]));
    let error = bench.run().await.unwrap_err();
    assert_eq!(
        error,
        "failed to run task 2 (custommetrics): failed to record metrics: inconsistent number for \
         app versions; old (1); new (2)"
    );
    // Nobody was asked in vain.
    assert_eq!(server.request_count(), 2);
}

#[tokio::test]
async fn objectives_decide_about_each_version() {
    let server = server(&["1", "10", "2", "40"]);
    let template = Templates::with(TEMPLATE);
    let slos = json!({"upper": [{"metric": "store/latency-p50", "limit": 20}]});
    let bench = Bench::new(json!([
        task(&server, &template, two_versions()),
        {"task": "assess", "with": {"SLOs": slos}},
    ]));
    bench.complete().await;
    assert_eq!(bench.insights().slos_satisfied.unwrap().upper, [[true, false]]);
}
