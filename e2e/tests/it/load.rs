//! The quick form: a URL, a few options, an answer.

use iter8_e2e::service::{GrpcServer, Tinyproxy};
use iter8_e2e::{Finished, Workspace};
use iter8_testkit::certificates::CA;
use iter8_testkit::{Front, Script, ScriptedServer, Step, TlsFront};
use serde_json::Value;

use crate::{address, sample};

fn load(line: &str) -> Finished {
    Workspace::new().iter8(&format!("load {line}")).run()
}

#[test]
fn a_service_is_summed_up() {
    let service = sample();
    let url = service.url();
    let workspace = Workspace::new();
    let finished = workspace.iter8(&format!("load {url} -q 500 -n 50 -c 8")).run().expect(0);
    let lines: Vec<&str> = finished.stdout.lines().collect();
    let begins = |at: usize, text: &str| assert!(lines[at].starts_with(text), "{finished}");
    begins(1, "  requests   50 ");
    begins(2, "  errors     0            0.00 %");
    begins(4, "  msec        mean ");
    begins(5, "  latency     p50 ");
    begins(6, "  service     p50 ");
    let rows = lines.iter().filter(|line| line.contains('–'));
    let counts = rows.filter_map(|row| row.split_whitespace().nth(3));
    let sum: u64 = counts.map(|count| count.parse::<u64>().unwrap()).sum();
    assert_eq!(sum, 50, "{finished}");
    assert_eq!(finished.stderr, "", "{finished}");
    // Nothing is left behind.
    assert!(!workspace.has(".iter8"));
}

#[test]
fn objectives_decide_the_exit_code() {
    let service = sample();
    let test = format!("{} -q 500 -n 20 --slo error-rate=0", service.url());
    let good = load(&format!("{test} --slo latency-p99=5000 --slo request-count>=20")).expect(0);
    assert!(good.stdout.contains("  met      http/error-rate = 0.00, limit <= 0\n"), "{good}");
    let bad = load(&format!("{test} --slo request-count>=21")).expect(1);
    let told = "  NOT met  http/request-count = 20.00, limit >= 21\n";
    assert!(bad.stdout.contains(told), "{bad}");
    bad.error("SLOs are not satisfied");
}

#[test]
fn requests_are_what_was_typed() {
    let server = ScriptedServer::start(Script::always([Step::ok("x")]));
    let workspace = Workspace::new();
    workspace.write("body.json", "{\"id\": \"{uuid}\"}");
    let line = format!("load {} -n 2 -q max -m PUT -b @body.json", server.url());
    let command = workspace.iter8(&line).arg("-H").arg("X-One: 1: 2");
    command.arg("-H").arg("content-type:application/json").run().expect(0);
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert!(requests[0].body.starts_with(b"{\"id\": \"") && requests[0].body.len() == 46);
    assert_ne!(requests[0].body, requests[1].body);
    assert_eq!(requests[0].header("x-one"), Some("1: 2"));
    assert_eq!(requests[0].header("content-type"), Some("application/json"));
    assert_eq!(requests[0].method(), "PUT");
}

#[test]
fn requests_take_turns() {
    let server = ScriptedServer::start(Script::always([Step::ok("x")]));
    let workspace = Workspace::new();
    let targets = || {
        let seen = server.requests().into_iter();
        let mut seen: Vec<_> =
            seen.map(|seen| format!("{} {}", seen.method(), seen.target())).collect();
        seen.sort_unstable();
        seen.dedup_by(|one, other| one == other);
        seen
    };
    let url = server.url();
    let line = format!("load {url}first {url}second /third?{{uuid}} -n 3 -q max -c 2");
    workspace.iter8(&line).run().expect(0);
    let seen = targets();
    assert_eq!(seen[..2], ["GET /first", "GET /second"]);
    assert!(seen[2].starts_with("GET /third?") && seen.len() == 3, "{seen:?}");
    let of_file = "- {url: /cart, weight: 3}\n- {url: /order, method: PUT, payloadStr: '{}'}\n";
    workspace.write("requests.yaml", of_file);
    let line = format!("load {url} --requests-file requests.yaml -n 8 -q max -H X:y");
    workspace.iter8(&line).run().expect(0);
    let all = server.requests();
    let count = |target: &str| all.iter().filter(|seen| seen.target() == target).count();
    assert_eq!((count("/cart"), count("/order"), count("/")), (6, 2, 0));
    assert!(all[3..].iter().all(|seen| seen.header("x") == Some("y")));
}

#[test]
fn templates_are_evaluated_if_asked_for() {
    let server = ScriptedServer::start(Script::always([Step::ok("x")]));
    let workspace = Workspace::new();
    let url = format!("{}{{{{.RequestNumber}}}}", server.url());
    let command = || workspace.iter8(&format!("load {url} -n 2 -q max -c 1"));
    command().arg("--template").arg("-b").arg("{{upper \"a\"}}").run().expect(0);
    command().run().expect(0);
    let seen = server.requests();
    let seen: Vec<_> = seen.iter().map(|seen| (seen.target(), &*seen.body)).collect();
    let plain = ("/{{.RequestNumber}}", &b""[..]);
    assert_eq!(seen, [("/0", &b"A"[..]), ("/1", b"A"), plain, plain]);
}

#[test]
fn encrypted_services_are_reached() {
    let service = sample();
    let front = TlsFront::start(&Front::default(), address(&service));
    let workspace = Workspace::new();
    workspace.write("ca.pem", std::str::from_utf8(CA).unwrap());
    let test = format!("load {} -q max -n 50", front.url());
    workspace.iter8(&format!("{test} --cacert ca.pem --slo error-count=0")).run().expect(0);
    workspace.iter8(&format!("{test} -k --slo error-count=0")).run().expect(0);
    let refused = workspace.iter8(&format!("{test} --slo error-count=0")).run().expect(1);
    refused.logs("50 of 50 requests were errors: 50 × TLS failed");
}

#[test]
fn a_proxy_leads_to_services() {
    let service = sample();
    let front = TlsFront::start(&Front::default(), address(&service));
    let proxy = Tinyproxy::start();
    let workspace = Workspace::new();
    let through = |url: &str, proxy: &str, more: &str| {
        workspace.iter8(&format!("load {url} -n 50 -q max -x {proxy} {more}")).run()
    };
    let fine = "--slo error-count=0";
    through(&service.url(), &proxy.url(), fine).expect(0);
    let told = through(&front.url(), &proxy.url(), &format!("-k {fine}")).expect(0);
    assert!(!told.stdout.contains("l0velace") && !told.stderr.contains("l0velace"), "{told}");
    // Without its password it leads nowhere.
    let strange = format!("http://{}", proxy.address());
    through(&service.url(), &strange, "")
        .expect(0)
        .logs("50 of 50 requests were errors: 50 × status 407");
    through(&front.url(), &strange, "-k").expect(0).logs("50 × connect failed");
    let line = format!("load {} -d 1s -x {strange} -k", front.url());
    let refused = workspace.iter8(&line).run().expect(2);
    refused.logs("the proxy answers CONNECT with status 407");
}

#[test]
fn methods_are_called_by_their_url() {
    let server = GrpcServer::start(&[]);
    let workspace = Workspace::new();
    let url = format!("grpc://{}/grpc.testing.TestService/UnaryCall", server.host());
    let line = format!("load {url} -n 20 -c 4 -q max --slo error-count=0");
    let command = workspace.iter8(&line).arg("-H").arg("who: me");
    let data = r#"{"responseStatus": {"message": "{{.RequestNumber}}"}}"#;
    let finished = command.arg("-b").arg(data).run().expect(0);
    assert!(finished.stdout.contains("  met      grpc/error-count = 0.00"), "{finished}");
    let calls = server.calls();
    let called: Vec<&Value> =
        calls.iter().filter(|call| call["metadata"]["who"][0] == "me").collect();
    assert_eq!(called.len(), 20);
    let line = format!("load {url} -n 2 --proto no.proto");
    workspace.iter8(&line).run().expect(2).logs("no.proto");
    let line = format!("load grpc://{} -n 2", server.host());
    let hint = "a method is grpc://HOST:PORT/PACKAGE.SERVICE/METHOD";
    workspace.iter8(&line).run().expect(2).hint(hint);
}

#[test]
fn other_forms_are_those_of_reports() {
    let service = sample();
    let finished = load(&format!("{} -q max -n 10 -o json", service.url())).expect(0);
    let report: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(report["versions"].as_array().map(Vec::len), Some(1), "{report:#}");
    load(&format!("{} -q max -n 10 -o html", service.url())).expect(0).prints("<!DOCTYPE html>");
    let nothing = load(&format!("{} -q max -n 10 -o none", service.url())).expect(0);
    assert_eq!(nothing.stdout, "");
}

#[test]
fn what_cannot_be_is_told_before_anything_is_sent() {
    for (line, error) in [
        (
            "ftp://x",
            "http.url: invalid URL \"ftp://x\": URL has scheme \"ftp\": only http and https are supported",
        ),
        (
            "x -q fast",
            "http.qps: expected a number of requests per second or \"max\", got \"fast\"",
        ),
        ("x --slo latncy-p99=5", "assess.SLOs.upper: http/latncy-p99: no such metric is measured"),
        (
            "https://x --cacert nothing.pem",
            "http.tls.caFile: cannot read nothing.pem: No such file or directory (os error 2)",
        ),
        (
            "x -x https://ada:secret@p:1",
            "http.proxy: a proxy with scheme \"https\" is not supported: expected http://HOST:PORT",
        ),
        ("grpc://h/a.B/C -x http://p:1", "--proxy is for http:// and https:// only"),
        ("x --proto a.proto", "--proto is for grpc:// and grpcs:// only"),
        ("grpc://h/a.B/C grpc://h/a.B/D", "a second URL is for http:// and https:// only"),
        (
            "x http://y/z",
            "http.requests[1].url: http://y does not lead to http://x, as all requests of one test do",
        ),
        (
            "x/{{nope}} --template",
            "http.url: the URL cannot be read as a template: template: url:1:3: function \"nope\" not defined",
        ),
        (
            "x --requests-file nothing.yaml",
            "http.requestsFile: cannot read nothing.yaml: No such file or directory (os error 2)",
        ),
        (
            "x --arrival never",
            "http.arrival: expected one of constant, uniform, poisson, got \"never\"",
        ),
    ] {
        load(line).expect(2).error(error);
    }
}
