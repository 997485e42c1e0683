//! Windows in both directions.

use std::sync::Arc;

use iter8_h2::{ConnectionError, OUTPUT_BOUND, Settings};

use crate::recorder::Recorder;
use crate::wire::*;

#[test]
fn data_waits_for_windows() {
    let (mut connection, [_, three]) = opened(&Settings::default(), &[(4, 10)]);
    connection.send(three, b"", false);
    assert!(connection.output().is_empty());
    connection.send(three, b"0123456", false);
    connection.send(three, b"789ab", false);
    connection.send(three, b"cd", true);
    connection.send(three, b"too late", true);
    assert_eq!(sent(&mut connection), ["data 3: 7 bytes", "data 3: 3 bytes"]);
    assert_eq!(connection.queued(three), 4);
    connection.receive(&window_update(3, 3), &mut ()).unwrap();
    assert_eq!(sent(&mut connection), ["data 3: 3 bytes"]);
    connection.receive(&window_update(3, 100), &mut ()).unwrap();
    assert_eq!(sent(&mut connection), ["data 3 flags 1: 1 bytes"]);
    assert_eq!(connection.queued(three), 0);
}

#[test]
fn an_end_needs_no_window() {
    let (mut connection, [_, three]) = opened(&Settings::default(), &[(4, 0)]);
    connection.send(three, b"", true);
    assert_eq!(sent(&mut connection), ["data 3 flags 1: 0 bytes"]);
    let five = connection.open(50, &request("POST"), false).unwrap();
    sent(&mut connection);
    connection.send(five, b"x", false);
    connection.send(five, b"", true);
    assert!(sent(&mut connection).is_empty());
    connection.receive(&window_update(5, 1), &mut ()).unwrap();
    assert_eq!(sent(&mut connection), ["data 5 flags 1: 1 bytes"]);
}

#[test]
fn settings_move_windows_below_zero() {
    let (mut connection, [_, three]) = opened(&Settings::default(), &[(4, 10)]);
    connection.send(three, &[1; 20], true);
    assert_eq!(sent(&mut connection), ["data 3: 10 bytes"]);
    connection.receive(&settings(&[(4, 4)]), &mut ()).unwrap();
    connection.receive(&window_update(3, 6), &mut ()).unwrap();
    assert_eq!(sent(&mut connection), ["settings 0 flags 1: 0 bytes"]);
    connection.receive(&window_update(3, 1), &mut ()).unwrap();
    assert_eq!(sent(&mut connection), ["data 3: 1 bytes"]);
    connection.receive(&settings(&[(4, 100), (4, 6)]), &mut ()).unwrap();
    assert_eq!(sent(&mut connection), ["settings 0 flags 1: 0 bytes", "data 3: 2 bytes"]);
    connection.receive(&settings(&[(4, 100)]), &mut ()).unwrap();
    assert_eq!(sent(&mut connection)[1..], ["data 3 flags 1: 7 bytes"]);
}

#[test]
fn streams_share_the_window_of_the_connection() {
    let (mut connection, [_, three]) = opened(&Settings::default(), &[(4, 1 << 20)]);
    let five = connection.open(50, &request("POST"), false).unwrap();
    sent(&mut connection);
    connection.send(three, &vec![3; 100_000], true);
    connection.send_shared(five, vec![5; 100_000].into(), true);
    assert_eq!(connection.output().len(), 65_535 + 4 * 9);
    sent(&mut connection);
    assert_eq!((connection.queued(three), connection.queued(five)), (34_465, 100_000));
    connection.receive(&window_update(0, 40_000), &mut ()).unwrap();
    assert_eq!(
        sent(&mut connection),
        ["data 3: 16384 bytes", "data 5: 16384 bytes", "data 3: 7232 bytes"]
    );
    connection.receive(&window_update(0, 1 << 20), &mut ()).unwrap();
    let lines = sent(&mut connection);
    assert_eq!(lines.last().map(String::as_str), Some("data 5 flags 1: 1696 bytes"));
    assert!(lines.contains(&"data 3 flags 1: 10849 bytes".to_owned()), "{lines:?}");
}

#[test]
fn a_stream_that_waits_may_be_reset() {
    let (mut connection, [_, three]) = opened(&Settings::default(), &[(4, 1 << 20)]);
    connection.send(three, &vec![3; 100_000], true);
    sent(&mut connection);
    connection.reset(three, iter8_h2::ErrorCode::CANCEL);
    let five = connection.open(50, &request("POST"), false).unwrap();
    sent(&mut connection);
    connection.receive(&window_update(0, 100_000), &mut ()).unwrap();
    assert!(sent(&mut connection).is_empty());
    connection.send(five, b"x", true);
    assert_eq!(sent(&mut connection), ["data 5 flags 1: 1 bytes"]);
}

#[test]
fn a_large_body_does_not_fill_the_output() {
    let (mut connection, [_, three]) =
        opened(&Settings::default(), &[(4, 1 << 30), (5, (1 << 24) - 1)]);
    connection.receive(&window_update(0, 1 << 30), &mut ()).unwrap();
    sent(&mut connection);
    let body: Arc<[u8]> = (0..10_000_000_u32).map(|at| at.to_le_bytes()[1]).collect();
    connection.send_shared(three, Arc::clone(&body), true);
    let mut content = Vec::new();
    let mut rest = Vec::new();
    while !connection.output().is_empty() {
        assert!(connection.output().len() <= OUTPUT_BOUND + 65_536 + 18);
        let taken = connection.output().len().min(100_000);
        rest.extend_from_slice(&connection.output()[..taken]);
        connection.advance(taken);
        while let Some((head, behind)) = rest.split_first_chunk::<9>() {
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
            let Some((payload, behind)) = behind.split_at_checked(length) else { break };
            content.extend_from_slice(payload);
            rest = behind.to_vec();
        }
    }
    assert!(content == *body && connection.queued(three) == 0);
    assert_eq!(Arc::strong_count(&body), 1);
}

#[test]
fn windows_of_ours_are_refilled_rarely() {
    let ours =
        Settings { stream_window: 100_000, connection_window: 150_000, ..Settings::default() };
    let (mut connection, _) = opened(&ours, &[]);
    connection.receive(&frame(SETTINGS, ACK, 0, &[]), &mut ()).unwrap();
    connection.receive(&ok(0, 1, &[]), &mut ()).unwrap();
    let mut lines = Vec::new();
    for _ in 0..10 {
        connection.receive(&frame(DATA, 0, 1, &[0; 16_000]), &mut ()).unwrap();
        lines.extend(sent(&mut connection));
    }
    assert_eq!(lines, ["window 1: 64000", "window 0: 80000", "window 1: 64000", "window 0: 80000"]);
    // Padding counts, and nothing is to be allowed on a stream that ends.
    let padded = [&[255][..], &[0; 15_999]].concat();
    for flags in [PADDED, PADDED | END_STREAM] {
        connection.receive(&frame(DATA, flags, 1, &padded), &mut ()).unwrap();
    }
    assert!(sent(&mut connection).is_empty());
}

#[test]
fn a_peer_that_sends_too_much() {
    let ours = Settings { stream_window: 1_000, ..Settings::default() };
    let (mut connection, _) = opened(&ours, &[]);
    let mut recorder = Recorder::default();
    let confirm = frame(SETTINGS, ACK, 0, &[]);
    // Until the peer knows of the window, it goes by the usual one.
    let early = [ok(0, 1, &[]), frame(DATA, 0, 1, &[0; 1_500]), confirm];
    connection.receive(&early.concat(), &mut recorder).unwrap();
    assert_eq!(sent(&mut connection), ["window 1: 1500"]);
    connection.receive(&frame(DATA, 0, 1, &[0; 400]), &mut recorder).unwrap();
    connection.receive(&frame(DATA, 0, 1, &[0; 601]), &mut recorder).unwrap();
    let last = recorder.lines().pop().unwrap();
    assert_eq!(last, "10 reset FLOW_CONTROL_ERROR Fault(FlowControl)");
    assert_eq!(sent(&mut connection), ["reset 1: 3"]);

    // One that is opened later has the small window from the start.
    let five = connection.open(50, &get(), true).unwrap();
    sent(&mut connection);
    let much = [ok(0, five.number(), &[]), frame(DATA, 0, five.number(), &[0; 1_001])].concat();
    connection.receive(&much, &mut recorder).unwrap();
    let last = recorder.lines().pop().unwrap();
    assert_eq!(last, "50 reset FLOW_CONTROL_ERROR Fault(FlowControl)");

    let ours =
        Settings { connection_window: 65_535, stream_window: 1 << 20, ..Settings::default() };
    let (mut connection, [one, _]) = opened(&ours, &[]);
    // Data for a stream that is gone counts as well, and is replaced.
    connection.reset(one, iter8_h2::ErrorCode::CANCEL);
    sent(&mut connection);
    for _ in 0..4 {
        connection.receive(&frame(DATA, 0, 1, &[0; 10_000]), &mut ()).unwrap();
    }
    assert_eq!(sent(&mut connection), ["window 0: 40000"]);
    let small = Settings { max_frame_size: 1 << 20, ..ours };
    let (mut connection, _) = opened(&small, &[]);
    let huge = [ok(0, 1, &[]), frame(DATA, 0, 1, &vec![0; 65_536])].concat();
    assert_eq!(connection.receive(&huge, &mut ()), Err(ConnectionError::WindowExceeded));
}
