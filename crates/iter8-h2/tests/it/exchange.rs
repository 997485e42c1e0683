//! Exchanges with the server of `h2`, which decodes and checks what we send.

use h2::server::Builder;
use iter8_h2::{ErrorCode, Fields, Head, RequestField, Reuse, Settings};
use proptest::prelude::*;

use crate::server::{head, with_server};

#[test]
fn one_request_after_the_other() {
    let settings = Settings { fields: Fields::Ignored, ..Settings::default() };
    with_server(&settings, &Builder::new(), async |client| {
        for number in 0..2_000 {
            client.get(number, &format!("/request/{number}"));
            client.run_until_ended(1).await;
            let lines = [format!("{number} head 200"), format!("{number} end")];
            assert_eq!(client.recorder.lines(), lines);
            client.recorder.events.clear();
        }
        assert_eq!(client.connection.active_streams(), 0);
    });
}

#[test]
fn trailers() {
    with_server(&Settings::default(), &Builder::new(), async |client| {
        let stream = client.connection.open(1, &head("POST", "/trailers"), false).unwrap();
        client.connection.send(stream, b"message", true);
        client.run_until_ended(1).await;
        let lines = [
            "1 head 200",
            "1 field x-path: /trailers",
            "1 data content",
            "1 trailers",
            "1 field grpc-status: 0",
            "1 end",
        ];
        assert_eq!(client.recorder.lines(), lines);
    });
}

#[test]
fn thirty_two_at_a_time() {
    let mut builder = Builder::new();
    builder.max_concurrent_streams(32);
    with_server(&Settings::default(), &builder, async |client| {
        client.run(|connection, _| connection.is_established()).await.unwrap();
        assert_eq!(client.connection.free_streams(), 32);
        let (mut opened, mut ended) = (0, 0);
        while ended < 1_000 {
            while opened < 1_000 && client.connection.free_streams() > 0 {
                client.get(opened, &format!("/zeros/{opened}"));
                opened += 1;
            }
            client.run(|_, recorder| recorder.ended() > ended).await.unwrap();
            ended = client.recorder.ended();
        }
        for token in 0..1_000 {
            let lines = client.recorder.of(token);
            assert_eq!(lines[0], format!("{token} head 200"));
            assert_eq!(client.recorder.content(token).len(), token as usize);
            assert_eq!(lines.last(), Some(&format!("{token} end")));
        }
    });
}

/// Several megabytes in both directions at once, whatever the windows.
fn check_echo(ours: &Settings, theirs: &Builder, length: usize) {
    with_server(ours, theirs, async |client| {
        let bodies: Vec<Vec<u8>> = (1..4_usize)
            .map(|number| (0..length).map(|at| (at / number % 251).to_le_bytes()[0]).collect())
            .collect();
        for (token, body) in (0..).zip(&bodies) {
            let stream = client.connection.open(token, &head("POST", "/echo"), false).unwrap();
            let (begin, rest) = body.split_at(length / 3);
            client.connection.send(stream, begin, false);
            if token == 1 {
                client.connection.send(stream, rest, true);
            } else {
                client.connection.send_shared(stream, rest.into(), true);
            }
        }
        client.run_until_ended(3).await;
        for (token, body) in (0..).zip(&bodies) {
            assert!(client.recorder.content(token) == *body, "content of {token}");
            assert_eq!(client.recorder.of(token).last(), Some(&format!("{token} end")));
        }
    });
}

#[test]
fn large_bodies() {
    check_echo(&Settings::default(), &Builder::new(), 1_000_000);
}

#[test]
fn small_windows() {
    let ours = Settings { stream_window: 1_000, connection_window: 0, ..Settings::default() };
    let mut theirs = Builder::new();
    theirs.initial_window_size(777).initial_connection_window_size(65_535);
    check_echo(&ours, &theirs, 100_000);
}

#[test]
fn large_frames() {
    let ours = Settings { max_frame_size: 1 << 20, ..Settings::default() };
    let mut theirs = Builder::new();
    theirs.max_frame_size(1 << 20).initial_window_size(1 << 22);
    theirs.initial_connection_window_size(1 << 24);
    check_echo(&ours, &theirs, 1_000_000);
}

#[test]
fn tables_of_other_sizes() {
    for (ours, theirs) in [(0, 0), (60, 100), (4_096, 200), (1 << 16, 1 << 16), (0, 4_096)] {
        let settings = Settings { header_table_size: ours, ..Settings::default() };
        let mut builder = Builder::new();
        builder.header_table_size(theirs);
        with_server(&settings, &builder, async |client| {
            for token in 0..50 {
                client.get(token, "/fields/5/3");
                client.run_until_ended(token as usize + 1).await;
                let lines = client.recorder.of(token);
                assert_eq!(lines.len(), 8, "{lines:?} with tables of {ours} and {theirs}");
                assert_eq!(lines[6], format!("{token} field x-4: 444"));
            }
        });
    }
}

#[test]
fn a_response_with_many_fields() {
    with_server(&Settings::default(), &Builder::new(), async |client| {
        // More than a frame holds, and less than the limit.
        client.get(1, "/fields/300/40");
        client.run_until_ended(1).await;
        let lines = client.recorder.lines();
        assert_eq!(lines.len(), 303);
        assert_eq!(lines[301], format!("1 field x-299: {}", "299".repeat(40)));
        client.get(2, "/");
        client.run_until_ended(2).await;
    });
}

#[test]
fn resets() {
    with_server(&Settings::default(), &Builder::new(), async |client| {
        client.get(1, "/reset/11");
        client.get(2, "/reset/7");
        let stream = client.connection.open(3, &head("GET", "/until-reset"), true).unwrap();
        client.run(|_, recorder| recorder.events.len() == 4).await.unwrap();
        let lines = client.recorder.of(1);
        assert_eq!(lines, ["1 reset ENHANCE_YOUR_CALM Peer"]);
        assert_eq!(client.recorder.of(2), ["2 reset REFUSED_STREAM Unprocessed"]);
        client.connection.reset(stream, ErrorCode::CANCEL);
        client.get(4, "/");
        client.run_until_ended(3).await;
        assert_eq!(client.recorder.of(3).len(), 2);
    });
}

#[test]
fn goaway() {
    with_server(&Settings::default(), &Builder::new(), async |client| {
        client.get(1, "/zeros/100000");
        client.get(2, "/shutdown");
        client.run(|connection, _| connection.is_closing()).await.unwrap();
        assert_eq!(client.connection.goaway(), Some(ErrorCode::NO_ERROR));
        client.run_until_ended(2).await;
        assert_eq!(client.recorder.content(1).len(), 100_000);
        assert_eq!(client.connection.free_streams(), 0);
    });
    with_server(&Settings::default(), &Builder::new(), async |client| {
        client.get(1, "/abrupt");
        client.run(|connection, _| connection.is_closing()).await.unwrap();
        assert_eq!(client.connection.goaway(), Some(ErrorCode::ENHANCE_YOUR_CALM));
    });
}

#[test]
fn settings_in_the_midst() {
    with_server(&Settings::default(), &Builder::new(), async |client| {
        let stream = client.connection.open(1, &head("POST", "/echo"), false).unwrap();
        client.connection.send(stream, &vec![1; 80_000], false);
        client.get(2, "/window/0");
        client.run(|_, recorder| recorder.ended() == 1).await.unwrap();
        client.get(3, "/window/70000");
        client.run(|_, recorder| recorder.ended() == 2).await.unwrap();
        client.connection.send(stream, &vec![2; 80_000], true);
        client.run_until_ended(3).await;
        assert_eq!(client.recorder.content(1).len(), 160_000);
    });
}

fn field() -> impl Strategy<Value = (Reuse, String)> {
    let reuse = prop_oneof![Just(Reuse::Stable), Just(Reuse::Varying), Just(Reuse::Secret)];
    (reuse, "([!-~]([ -~]{0,60}[!-~])?)?")
}

/// Heads of these fields, numbered so that no name is there twice.
fn heads(lists: &[Vec<(Reuse, String)>]) -> Vec<Head> {
    let pseudo = [(":method", "GET"), (":scheme", "http"), (":path", "/mirror")];
    let pseudo = pseudo.map(|(name, value)| RequestField::stable(name, value));
    let heads = lists.iter().map(|list| {
        let names: Vec<String> = (0..list.len()).map(|number| format!("m-{number}")).collect();
        let fields = names.iter().zip(list).map(|(name, (reuse, value))| RequestField {
            name,
            value: value.as_bytes(),
            reuse: *reuse,
        });
        Head::new(pseudo.into_iter().chain(fields)).unwrap()
    });
    heads.collect()
}

proptest! {
    /// Whatever fields we send in whatever way, again and again: the server of `h2` reads them,
    /// and what it sends back is read as it was sent.
    #[test]
    fn fields_there_and_back(
        lists in prop::collection::vec(prop::collection::vec(field(), 0..6), 1..5),
        order in prop::collection::vec(any::<prop::sample::Index>(), 1..20),
        size in prop_oneof![Just(4_096_u32), 0_u32..300],
    ) {
        let heads = heads(&lists);
        let mut builder = Builder::new();
        builder.header_table_size(size);
        with_server(&Settings::default(), &builder, async |client| {
            for (token, chosen) in (0..).zip(&order) {
                let chosen = chosen.index(heads.len());
                client.connection.open(token, &heads[chosen], true).unwrap();
                client.run_until_ended(token as usize + 1).await;
                let mut seen = client.recorder.of(token);
                seen.retain(|line| line.contains(" field m-"));
                seen.sort();
                let fields = lists[chosen].iter().enumerate();
                let expected: Vec<String> = fields
                    .map(|(number, (_, value))| format!("{token} field m-{number}: {value}"))
                    .collect();
                assert_eq!(seen, expected);
            }
        });
    }
}
