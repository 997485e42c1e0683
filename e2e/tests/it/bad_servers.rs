//! Servers that lie, leave and babble: counted errors with their reason, never a hang.

use std::time::Duration;

use iter8_e2e::{Finished, Workspace};
use iter8_testkit::{Script, ScriptedServer, Step};

/// Rows at once: they mostly wait for time limits.
const AT_ONCE: usize = 6;

/// What a server does, and the reasons that its errors may have; without any, there are none.
struct Row(&'static str, Vec<Step>, &'static [&'static str]);

const TIMEOUT: &[&str] = &["timeout"];
const PROTOCOL: &[&str] = &["protocol error"];
const EARLY: &[&str] = &["connection closed early"];
/// Whether a close is seen as an end or as a reset depends on what was on its way.
const GONE: &[&str] = &["connection closed early", "connection reset", "connect failed"];

const TEN_GIGABYTES: u64 = 10_000_000_000;

/// These bytes, then a close.
fn raw(head: &str) -> Vec<Step> {
    vec![Step::raw(head), Step::Close]
}

/// An answer of which everything but this part is right.
fn odd(part: &str) -> Vec<Step> {
    raw(&format!("HTTP/1.1 200 OK\r\n{part}"))
}

fn redirect(to: &str) -> Vec<Step> {
    let headers = vec![("location".to_owned(), to.to_owned())];
    vec![Step::Reply { status: 302, headers, body: Vec::new() }]
}

/// Servers that do not do what was asked, or not in time.
fn absent() -> Vec<Row> {
    let gap = Duration::from_millis(50);
    let slow =
        Step::SlowBytes { bytes: b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".into(), gap };
    vec![
        Row("never answers", vec![Step::NeverAnswer], TIMEOUT),
        Row(
            "answers too late",
            vec![Step::Wait(Duration::from_millis(700)), Step::ok("")],
            TIMEOUT,
        ),
        Row("answers byte by byte", vec![slow], TIMEOUT),
        Row("resets", vec![Step::Reset], &["connection reset"]),
        Row("closes", vec![Step::Close], EARLY),
        Row("closes at once", vec![Step::CloseAfterAccept], GONE),
        Row("resets at once", vec![Step::ResetAfterAccept], GONE),
        Row("ends in the head", odd("content-le"), EARLY),
        Row("ends in the body", vec![Step::LyingLength { said: 500, sent: 5 }], EARLY),
        Row(
            "ends before the last chunk",
            odd("transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n"),
            EARLY,
        ),
        Row("says continue and goes", vec![Step::Interim100, Step::Close], EARLY),
        Row("closes kept connections", vec![Step::KeepAliveThenClose { after: 1 }], &[]),
    ]
}

/// Servers that send more than anybody wants.
fn excessive() -> Vec<Row> {
    let hundreds = [vec![Step::Interim100; 100], vec![Step::ok("")]].concat();
    vec![
        Row("never ends", vec![Step::Endless], TIMEOUT),
        Row("sends 10 GB", vec![Step::Sized { bytes: TEN_GIGABYTES }], TIMEOUT),
        Row("sends 10 GB in chunks", vec![Step::ChunkedSized { bytes: TEN_GIGABYTES }], TIMEOUT),
        Row("sends 10 MB", vec![Step::Sized { bytes: 10_000_000 }], &[]),
        Row("sends a head of 10 MB", vec![Step::HeadOfBytes(10_000_000)], PROTOCOL),
        Row("sends a head of 16 KB", vec![Step::HeadOfBytes(16_000)], &[]),
        Row("says continue a hundred times", hundreds, PROTOCOL),
        Row("sends more than it says", vec![Step::LyingLength { said: 5, sent: 500 }], PROTOCOL),
        Row("answers twice", vec![Step::TwoResponses], PROTOCOL),
        Row("babbles", vec![Step::Garbage { seed: 7, bytes: 1_000 }], PROTOCOL),
        Row("babbles for long", vec![Step::Garbage { seed: 8, bytes: 200_000 }], PROTOCOL),
    ]
}

/// Servers that speak another language.
fn strange() -> Vec<Row> {
    let empty = "content-length: 0\r\n\r\n";
    let status = |line: &str| raw(&format!("{line}\r\n{empty}"));
    vec![
        Row("HTTP/0.9", raw("<html>hello</html>"), PROTOCOL),
        Row("HTTP/2", raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), PROTOCOL),
        Row("an empty line", raw("\r\n\r\n"), EARLY),
        Row("status 999", status("HTTP/1.1 999 Odd"), &["status 999"]),
        Row("status 000", status("HTTP/1.1 000 Odd"), PROTOCOL),
        Row("status 2000", status("HTTP/1.1 2000 Odd"), PROTOCOL),
        Row("status abc", status("HTTP/1.1 abc"), PROTOCOL),
        Row("no status", status("HTTP/1.1 "), PROTOCOL),
        Row("no reason", status("HTTP/1.1 200"), &[]),
        Row("a negative length", odd("content-length: -5\r\n\r\n"), PROTOCOL),
        Row("an endless length", odd("content-length: 99999999999999999999\r\n\r\n"), PROTOCOL),
        Row("two lengths", odd("content-length: 1\r\ncontent-length: 2\r\n\r\nab"), PROTOCOL),
        Row("a chunk of size zz", odd("transfer-encoding: chunked\r\n\r\nzz\r\n"), PROTOCOL),
        Row(
            "an endless chunk",
            odd("transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n"),
            PROTOCOL,
        ),
        Row("a field without colon", odd(&format!("odd line\r\n{empty}")), PROTOCOL),
        Row("a field with NUL", odd(&format!("x: a\0b\r\n{empty}")), PROTOCOL),
        Row(
            "no content with content",
            raw("HTTP/1.1 204 None\r\ncontent-length: 5\r\n\r\nhello"),
            PROTOCOL,
        ),
        Row("an error", vec![Step::reply(500, "no")], &["status 500"]),
        Row("redirects in circles", redirect("/"), &["redirect failed"]),
        Row("redirects to nowhere", redirect("http://127.0.0.1:1/"), &["connection refused"]),
        Row("redirects to nonsense", redirect("ht!tp://["), &["redirect failed"]),
    ]
}

/// Four requests over two connections, each of which may take half a second.
fn load(workspace: &Workspace, server: &ScriptedServer, more: &str) -> Finished {
    let line = format!(
        "run -o none --set tasks={{http}} --set http.url={} --set http.numRequests=4 \
         --set http.connections=2 --set http.qps=100 --set http.timeout=500ms {more}",
        server.url()
    );
    workspace.iter8(&line).run()
}

fn check(Row(name, steps, reasons): &Row) {
    let workspace = Workspace::new();
    let server = ScriptedServer::start(Script::always(steps.clone()));
    let finished = load(&workspace, &server, "--set http.followRedirects=true");
    assert!(finished.code == 0 && !finished.stderr.contains("panicked"), "{name}\n{finished}");
    let expected = if reasons.is_empty() { 0.0 } else { 4.0 };
    for (metric, expected) in [("request-count", 4.0), ("error-count", expected)] {
        let found = workspace.metric("default", &format!("http/{metric}"));
        assert!((found - expected).abs() < 0.5, "{name}: {found} {metric}\n{finished}");
    }
    let told = finished.messages().into_iter().find_map(|message| message.split_once("errors: "));
    let told = told.map(|(_, told)| told).unwrap_or_default();
    let kinds = told.split(", ").filter_map(|kind| kind.split_once(" × ").map(|(_, kind)| kind));
    let kinds: Vec<&str> = kinds.collect();
    let is_explained = kinds.iter().all(|kind| reasons.contains(kind));
    assert!(is_explained && kinds.is_empty() == reasons.is_empty(), "{name}: {told}\n{finished}");
    workspace.iter8("report").run().expect(0);
}

fn check_all(rows: &[Row]) {
    for rows in rows.chunks(AT_ONCE) {
        std::thread::scope(|scope| rows.iter().for_each(|row| drop(scope.spawn(|| check(row)))));
    }
}

#[test]
fn absent_servers_are_counted() {
    check_all(&absent());
}

#[test]
fn excessive_servers_are_counted() {
    check_all(&excessive());
}

#[test]
fn strange_servers_are_counted() {
    check_all(&strange());
}

#[test]
fn a_server_that_is_not_there_is_counted() {
    let workspace = Workspace::new();
    let server = ScriptedServer::start(Script::always([Step::Close]));
    let url = server.url();
    drop(server);
    let line = format!("run --set tasks={{http}} --set http.url={url} --set http.qps=max");
    workspace
        .iter8(&line)
        .run()
        .expect(0)
        .logs("100 of 100 requests were errors: 100 × connection refused");
}

#[test]
fn errors_count_against_objectives() {
    let workspace = Workspace::new();
    let lists = [vec![Step::ok("")], vec![Step::ok("")], vec![Step::Reset]];
    let server = ScriptedServer::start(Script::in_turn(lists));
    let slos = "--set tasks={http,assess} --set assess.SLOs.upper.http/error-rate=";
    let finished = load(&workspace, &server, &format!("{slos}0.49"));
    finished.expect(1).logs("2 × connection reset").error("SLOs are not satisfied");
    let rate = workspace.metric("default", "http/error-rate");
    assert!((rate - 0.5).abs() < 1e-9, "{rate}");
    load(&workspace, &server, &format!("{slos}1")).expect(0);
}

#[test]
fn a_timed_test_does_not_begin_with_an_error() {
    let cases = [
        (Step::reply(503, "later"), "error 503 for SERVER (75 bytes)"),
        (Step::NeverAnswer, "error -1 for SERVER (0 bytes): no response within the time limit"),
        (
            Step::Close,
            "error -1 for SERVER (0 bytes): connection closed before the response was complete",
        ),
    ];
    for (step, error) in cases {
        let workspace = Workspace::new();
        let server = ScriptedServer::start(Script::always([step]));
        let duration = "--set http.numRequests=null --set http.duration=1s";
        let finished = load(&workspace, &server, duration).expect(2);
        let error = error.replace("SERVER", &server.url());
        finished.error(&format!(
            "failed to run task 1 (http): failed to load-test {}: {error}",
            server.url()
        ));
        assert!(workspace.document("default").result.unwrap().failure);
        let tolerant = format!("{duration} --set http.allowInitialErrors=true");
        load(&workspace, &server, &tolerant).expect(0);
        assert!((workspace.metric("default", "http/error-rate") - 1.0).abs() < 1e-9);
    }
}

#[test]
fn a_name_that_nobody_has_is_a_failed_task() {
    let workspace = Workspace::new();
    let line = "run -o none --set tasks={http} --set http.url=http://host.invalid/";
    let finished = workspace.iter8(line).run().expect(2);
    let error = "Error: failed to run task 1 (http): failed to load-test http://host.invalid/: \
                 failed to resolve host \"host.invalid\": ";
    let last = finished.stderr.lines().next_back().unwrap_or_default();
    assert!(last.starts_with(error), "{finished}");
}

#[test]
fn one_bad_endpoint_does_not_hide_the_others() {
    let workspace = Workspace::new();
    let server = ScriptedServer::start(Script::always([Step::ok("")]));
    let values = format!(
        "tasks: [http]\nhttp:\n  numRequests: 4\n  qps: 500\n  endpoints:\n    \
         bad: {{url: \"http://host.invalid/\"}}\n    good: {{url: \"{}\"}}\n",
        server.url()
    );
    let finished = workspace.iter8("run -f -").stdin(values.as_str()).run().expect(2);
    finished.prints("http-good/request-count").logs("endpoint bad (http://host.invalid/)");
    let skip = workspace.iter8("run -f - --set http.onError=skip").stdin(values).run().expect(0);
    skip.prints("http-good/request-count").logs("endpoint bad (http://host.invalid/)");
}

#[test]
fn downloads_are_checked() {
    let cases = [
        (Step::reply(404, "gone"), "the server answered 404 Not Found"),
        (Step::Reset, ""),
        (Step::Garbage { seed: 7, bytes: 100 }, ""),
        (Step::LyingLength { said: 500, sent: 5 }, ""),
        (Step::HeadOfBytes(10_000_000), ""),
    ];
    for (step, reason) in cases {
        let workspace = Workspace::new();
        let server = ScriptedServer::start(Script::always([step]));
        let url = format!("{}file", server.url());
        for (line, place) in [
            (format!("run -f {url}"), format!("failed to read values {url}: ")),
            (
                format!(
                    "run -o none --set tasks={{http}} --set http.url=http://127.0.0.1:1/ \
                     --set http.payloadURL={url}"
                ),
                "failed to run task 1 (http): failed to load-test http://127.0.0.1:1/: ".to_owned(),
            ),
        ] {
            let finished = workspace.iter8(&line).run().expect(2);
            let last = finished.stderr.lines().next_back().unwrap_or_default();
            let expected = format!("Error: {place}failed to download {url}: {reason}");
            let is_cause_told = last.len() > expected.len() || !reason.is_empty();
            assert!(last.starts_with(&expected) && is_cause_told, "{finished}");
        }
    }
}

#[test]
fn missing_payload_files_are_named() {
    let workspace = Workspace::new();
    let line = "run -o none --set tasks={http} --set http.url=http://127.0.0.1:1/ \
                --set http.payloadFile=nope.json";
    workspace.iter8(line).run().expect(2).error(
        "failed to run task 1 (http): failed to load-test http://127.0.0.1:1/: \
         failed to read payload file nope.json: No such file or directory (os error 2)",
    );
}
