//! Stores that send more than anybody wants: the memory of the process stays small.

use iter8_fetch::Limits;
use iter8_testkit::Step;

use crate::{ask_one_that, json, patient};

/// What the whole process may take, with the store that it talks to.
const MOST: u64 = 64 * 1024 * 1024;

/// The most memory that this process ever had, as Linux counts it; without the program's own file,
/// of which a test program that is not optimised maps 18 MB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let bytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    };
    bytes("VmHWM:") - bytes("RssFile:")
}

/// Set in the process that is measured.
const ALONE: &str = "ITER8_TEST_ALONE";

/// In a process of its own, since all memory of the process is measured.
#[tokio::test]
async fn the_memory_stays_small() {
    if std::env::var_os(ALONE).is_none() {
        let own = std::env::current_exe().unwrap();
        let mut alone = std::process::Command::new(own);
        alone.args(["--exact", "memory::the_memory_stays_small"]).env(ALONE, "1");
        let output = alone.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
        return;
    }
    floods_are_not_held().await;
    assert!(peak() < MOST, "floods: {}", peak());
    many_small_parts_are_not_held().await;
    assert!(peak() < MOST, "parts: {}", peak());
    hostile_filters_are_not_served().await;
    assert!(peak() < MOST, "filters: {}", peak());
}

async fn floods_are_not_held() {
    let too_large = "the answer of SERVER/ has more than 4194304 bytes";
    for steps in [
        vec![Step::Sized { bytes: 1 << 30 }],
        vec![Step::ChunkedSized { bytes: 1 << 30 }],
        vec![Step::Endless],
    ] {
        let (answer, asked) = ask_one_that(steps, ".", &patient()).await;
        assert_eq!((answer.outcome.name(), asked), ("tooLarge", 1), "{answer:?}");
        assert_eq!(answer.note.as_deref(), Some(too_large));
    }
    // Of a failure the beginning is read.
    let head = "HTTP/1.1 500 No\r\nconnection: close\r\n\r\n";
    let flood = vec![Step::raw([head.as_bytes(), &[b'x'; 1 << 22]].concat()), Step::Close];
    let (answer, _) = ask_one_that(flood, ".", &Limits { retries: 0, ..patient() }).await;
    assert_eq!(answer.outcome.name(), "httpError");
}

/// Short to send, large to hold.
async fn many_small_parts_are_not_held() {
    let limits = Limits { largest: 8 * 1024 * 1024, ..patient() };
    for part in ["[],", "{},", "\"\",", "{\"\":0},"] {
        let body = format!("[{}0]", part.repeat(1_500_000 / part.len()));
        let (answer, _) = ask_one_that(json(200, &[], &body), "length", &limits).await;
        assert_eq!(answer.outcome.name(), "tooLarge", "{part}: {:?}", answer.note);
        let bytes = body.len();
        let reason =
            format!("the answer of {bytes} bytes takes more than 20971520 bytes of memory");
        assert_eq!(answer.note, Some(reason));
    }
    let deep = "[".repeat(1_000_000);
    let (answer, _) = ask_one_that(json(200, &[], &deep), "length", &limits).await;
    assert_eq!(answer.outcome.name(), "notJson");
}

async fn hostile_filters_are_not_served() {
    for filter in [
        "[range(1e12)]",
        "\"a\" * 1e9",
        "[repeat(1)]",
        "def f: [f]; f",
        "reduce range(1e9) as $i ([1]; . + .)",
        "last(foreach range(1e9) as $x (0; 1, 2))",
        "reduce range(60) as $i (1; [., .]) | tojson",
        "(\"a\" * 1e6) | explode | map([.])",
    ] {
        let (answer, _) = ask_one_that(json(200, &[], "0"), filter, &patient()).await;
        assert_eq!(answer.outcome.name(), "jqError", "{filter}: {:?}", answer.note);
    }
}
