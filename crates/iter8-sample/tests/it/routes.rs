//! What each path answers.

use iter8_sample::{Listen, Redirect, SampleConfig, Share};

use crate::client::{connect, connect_unix, start};

#[test]
fn ordinary_paths() {
    let running = start(SampleConfig { version: "2.1.0".to_owned(), ..SampleConfig::default() });
    let answer = connect(&running).get("/any/path?q=1");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(
        answer.text(),
        "{\"service\":\"iter8-sample\",\"version\":\"2.1.0\",\"path\":\"/any/path\"}\n"
    );
    assert!(running.url().starts_with("http://127.0.0.1:"));
}

#[test]
fn padded_bodies_stay_json() {
    for chunked in [false, true] {
        for body_size in [10, 1000, 300_000] {
            let running = start(SampleConfig { body_size, chunked, ..SampleConfig::default() });
            let answer = connect(&running).get("/p");
            let plain = "{\"service\":\"iter8-sample\",\"version\":\"1.0.0\",\"path\":\"/p\"}\n";
            assert_eq!(answer.body.len() as u64, body_size.max(plain.len() as u64));
            assert_eq!(answer.json()["path"], "/p");
            assert_eq!(answer.header("transfer-encoding").is_some(), chunked);
        }
    }
}

#[test]
fn statuses() {
    let running = start(SampleConfig::default());
    let mut client = connect(&running);
    for status in [200, 204, 304, 404, 418, 503, 599] {
        assert_eq!(client.get(&format!("/status/{status}")).status, status);
    }
    let invalid = client.get("/status/99");
    assert_eq!(invalid.status, 400);
    assert!(invalid.text().contains("not within 200 to 599"));
    assert_eq!(client.get("/").status, 200);
    let stats = running.stats();
    assert_eq!((stats.requests, stats.answers.errors()), (9, 5));
}

#[test]
fn bytes_of_any_size() {
    let running = start(SampleConfig::default());
    let mut client = connect(&running);
    for (path, size) in [("/bytes/0", 0), ("/bytes/5", 5), ("/bytes/3MiB", 3 << 20)] {
        let answer = client.get(path);
        assert_eq!((answer.status, answer.body.len()), (200, size));
    }
    assert_eq!(client.get("/bytes/30").text(), "abcdefghijklmnopqrstuvwxyzabcd");
    assert_eq!(client.get("/bytes/many").status, 400);
}

#[test]
fn huge_bodies_begin_at_once_and_end_with_the_client() {
    let running = start(SampleConfig::default());
    let mut client = connect(&running);
    client.send("GET /bytes/900GiB HTTP/1.1\r\nhost: a\r\n\r\n");
    assert_eq!(client.head().header("content-length"), Some("966367641600"));
    assert_eq!(client.exactly(1 << 20).len(), 1 << 20);
    drop(client);
    assert_eq!(running.stop().connections_open, 0);
}

#[test]
fn echoes() {
    let running = start(SampleConfig::default());
    let mut client = connect(&running);
    client.send(
        "POST /echo HTTP/1.1\r\nhost: a\r\ncontent-type: text/x\r\ncontent-length: 5\r\n\r\nhello",
    );
    let answer = client.answer();
    assert_eq!((answer.text(), answer.header("content-type")), ("hello", Some("text/x")));
    client.send("POST /echo HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n");
    let head = client.head();
    assert_eq!(head.header("transfer-encoding"), Some("chunked"));
    // The echo of a piece comes before the next piece was sent.
    assert_eq!(client.exactly(8), b"3\r\nabc\r\n");
    client.send("2\r\nde\r\n0\r\n\r\n");
    assert_eq!(client.exactly(12), b"2\r\nde\r\n0\r\n\r\n");
    assert_eq!(client.get("/echo").body, b"");
}

#[test]
fn large_echoes_stream() {
    let running = start(SampleConfig::default());
    let mut client = connect(&running);
    let piece = vec![b'y'; 100_000];
    client.send("POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 5000000\r\n\r\n");
    assert_eq!(client.head().header("content-length"), Some("5000000"));
    for _ in 0..50 {
        client.send(&piece);
        assert_eq!(client.exactly(piece.len()), piece);
    }
    assert_eq!(client.get("/").status, 200);
}

#[test]
fn redirections() {
    let running = start(SampleConfig::default());
    let mut client = connect(&running);
    let mut path = "/redirect/3".to_owned();
    let mut hops = 0;
    loop {
        let answer = client.get(&path);
        let Some(location) = answer.header("location") else {
            assert_eq!(answer.status, 200);
            break;
        };
        assert_eq!(answer.status, 302);
        path = location.to_owned();
        hops += 1;
    }
    assert_eq!((hops, path.as_str()), (3, "/redirect/0"));
    let redirect = Some(Redirect { status: 308, location: "https://example.org/".to_owned() });
    let running = start(SampleConfig { redirect, ..SampleConfig::default() });
    let answer = connect(&running).get("/");
    assert_eq!(answer.status, 308);
    assert_eq!(answer.header("location"), Some("https://example.org/"));
}

#[test]
fn health_and_stats_are_not_counted() {
    let running = start(SampleConfig { errors: Share::ALL, ..SampleConfig::default() });
    let mut client = connect(&running);
    assert_eq!(client.get("/healthz").text(), "{\"status\":\"ok\"}\n");
    let stats = client.get("/stats").json();
    assert_eq!(stats["requests"], 0);
    assert_eq!(stats["service_time_us"]["min"], serde_json::Value::Null);
    assert_eq!(client.get("/").status, 500);
    let stats = client.get("/stats").json();
    assert_eq!((&stats["requests"], &stats["errors"]), (&1.into(), &1.into()));
    assert_eq!(stats["service_time_us"]["count"], 1);
}

/// The numbers of the requests that failed, over several connections.
fn failed(config: &SampleConfig, total: usize) -> Vec<usize> {
    let running = start(config.clone());
    let mut clients = [connect(&running), connect(&running), connect(&running)];
    let failed: Vec<usize> =
        (0..total).filter(|n| clients[n % 3].get("/").status == config.error_status).collect();
    assert_eq!(running.stop().answers.errors(), failed.len() as u64);
    failed
}

#[test]
fn the_share_of_errors_is_exactly_repeatable() {
    let errors = "2%".parse().unwrap();
    let config = SampleConfig { errors, error_status: 503, seed: 7, ..SampleConfig::default() };
    let first = failed(&config, 2000);
    assert_eq!(first, failed(&config, 2000));
    assert_ne!(first, failed(&SampleConfig { seed: 8, ..config.clone() }, 2000));
    assert!((20..=60).contains(&first.len()), "{}", first.len());
    assert_eq!(failed(&SampleConfig { errors: Share::ALL, ..config.clone() }, 10).len(), 10);
    assert_eq!(failed(&SampleConfig { errors: Share::NONE, ..config }, 10).len(), 0);
}

#[test]
fn unix_sockets() {
    let path = std::env::temp_dir().join(format!("iter8-sample-{}.sock", std::process::id()));
    let listen = Listen::Unix(path.clone());
    let running = start(SampleConfig { listen, ..SampleConfig::default() });
    let mut client = connect_unix(&running);
    assert_eq!(client.get("/u").json()["path"], "/u");
    assert_eq!(running.stop().requests, 1);
    assert!(client.is_closed());
    assert!(!path.exists());
}
