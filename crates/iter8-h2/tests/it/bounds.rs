//! Hostile peers: what they may make us do ends somewhere.

use iter8_h2::{
    Connection, ConnectionError, MAX_CONTINUATIONS, MAX_REPLIES, MAX_USELESS_FRAMES, OUTPUT_BOUND,
    Settings,
};

use crate::recorder::Recorder;
use crate::wire::*;

/// How many of these frames are taken before the connection fails, and why it does. Our frames
/// are sent if the peer reads.
fn endure(bytes: &[u8], most: u32, is_reading: bool) -> Option<(u32, ConnectionError)> {
    let (mut connection, _) = opened(&Settings::default(), &[]);
    connection.receive(&ok(0, 1, &[]), &mut ()).unwrap();
    for count in 0..most {
        if let Err(error) = connection.receive(bytes, &mut ()) {
            return Some((count, error));
        }
        assert!(connection.output().len() < OUTPUT_BOUND);
        if is_reading {
            connection.advance(connection.output().len());
        }
    }
    None
}

#[test]
fn replies_to_one_who_does_not_read() {
    for bytes in [frame(PING, 0, 0, &[0; 8]), settings(&[])] {
        let failed = Some((MAX_REPLIES, ConnectionError::TooManyReplies));
        assert_eq!(endure(&bytes, 5_000, false), failed);
        assert_eq!(endure(&bytes, 5_000, true), None);
    }
}

#[test]
fn frames_without_purpose() {
    for bytes in [
        frame(DATA, 0, 1, &[]),
        frame(DATA, PADDED, 1, &[0]),
        frame(PRIORITY, 0, 1, &[0; 5]),
        frame(77, 0, 1, &[]),
        frame(SETTINGS, ACK, 0, &[]),
        settings(&[]),
        window_update(3, 1),
        frame(GOAWAY, 0, 0, &[127; 8]),
    ] {
        let failed = Some((MAX_USELESS_FRAMES, ConnectionError::TooManyUselessFrames));
        assert_eq!(endure(&bytes, 20_000, true), failed, "{bytes:?}");
        // With some use in between they may come for ever.
        let useful = [bytes, frame(DATA, 0, 1, b"x")].concat();
        assert_eq!(endure(&useful, 20_000, true), None);
    }
}

#[test]
fn frames_for_a_stream_that_we_reset() {
    let (mut connection, [one, _]) = opened(&Settings::default(), &[]);
    connection.reset(one, iter8_h2::ErrorCode::CANCEL);
    let late = frame(DATA, 0, 1, b"x");
    for _ in 0..MAX_USELESS_FRAMES {
        connection.receive(&late, &mut ()).unwrap();
    }
    let result = connection.receive(&late, &mut ());
    assert_eq!(result, Err(ConnectionError::TooManyUselessFrames));
}

#[test]
fn blocks_without_end() {
    let (mut connection, _) = opened(&Settings::default(), &[]);
    connection.receive(&frame(HEADERS, 0, 1, &[0x88]), &mut ()).unwrap();
    let empty = frame(CONTINUATION, 0, 1, &[]);
    for _ in 0..MAX_CONTINUATIONS {
        connection.receive(&empty, &mut ()).unwrap();
    }
    assert_eq!(connection.receive(&empty, &mut ()), Err(ConnectionError::EndlessBlock));

    let (mut connection, _) = opened(&Settings::default(), &[]);
    connection.receive(&frame(HEADERS, 0, 1, &[0x88]), &mut ()).unwrap();
    let large = frame(CONTINUATION, 0, 1, &[0x88; 16_384]);
    let taken = (0..9).find(|_| connection.receive(&large, &mut ()).is_err());
    assert_eq!(taken, Some(3));
}

/// A small block may stand for a long list: one long entry, again and again.
#[test]
fn a_list_of_fields_that_is_too_long() {
    let (mut connection, _) = opened(&Settings::default(), &[]);
    let mut recorder = Recorder::default();
    let entry = [&[0x88, 0x40, 1, b'a', 0x7f, 0xa1, 30][..], &[b'v'; 4_000]].concat();
    let block = [entry, vec![0xbe; 10_000]].concat();
    connection.receive(&frame(HEADERS, END_HEADERS, 1, &block), &mut recorder).unwrap();
    let last = recorder.lines().pop().unwrap();
    assert_eq!(last, "10 reset ENHANCE_YOUR_CALM Fault(TooManyFields)");
    assert_eq!(recorder.events.len(), 1 + 16 + 1);
    // The table is still in step.
    connection.receive(&frame(HEADERS, WHOLE, 3, &[0x88, 0xbe]), &mut recorder).unwrap();
    assert_eq!(recorder.lines().pop().unwrap(), "30 end");
}

/// Numbers of streams can be guessed, so one who answers without reading could have requests
/// pile up.
#[test]
fn no_streams_for_one_who_does_not_read() {
    let mut connection = Connection::new(&Settings::default());
    connection.receive(&settings(&[(3, 1_000)]), &mut ()).unwrap();
    let mut opened = 0;
    while let Some(stream) = connection.open(0, &get(), true) {
        connection.receive(&ok(END_STREAM, stream.number(), &[]), &mut ()).unwrap();
        opened += 1;
        assert!(opened < 100_000);
    }
    assert!((OUTPUT_BOUND..OUTPUT_BOUND + 100).contains(&connection.output().len()));
    connection.advance(1_000);
    assert!(connection.free_streams() > 0);
}
