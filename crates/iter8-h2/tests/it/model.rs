//! Flow control against a model of the peer that counts every byte.

use std::collections::BTreeMap;

use iter8_h2::{Connection, ErrorCode, OUTPUT_BOUND, Settings, StreamId};
use proptest::prelude::*;

use crate::recorder::Recorder;
use crate::wire::*;

/// What happens to a connection that sends.
#[derive(Debug, Clone)]
enum Step {
    Open,
    /// So many bytes on one of the streams, perhaps the last ones, perhaps not to be copied.
    Send {
        stream: usize,
        length: usize,
        is_end: bool,
        is_shared: bool,
    },
    Reset(usize),
    /// The socket takes so many bytes.
    Take(usize),
    /// The peer allows more on a stream or, for `None`, on the connection.
    Allow(Option<usize>, u32),
    /// The peer's settings.
    Settings {
        initial: u32,
        max_frame: u32,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let send =
        (0_usize..6, prop_oneof![0_usize..50, 0_usize..90_000], any::<bool>(), any::<bool>());
    let allow = (prop::option::of(0_usize..6), prop_oneof![1_u32..20, 1_u32..100_000]);
    let settings = (prop_oneof![0_u32..100, 0_u32..100_000], 16_384_u32..40_000);
    prop_oneof![
        2 => Just(Step::Open),
        4 => send.prop_map(|(stream, length, is_end, is_shared)| {
            Step::Send { stream, length, is_end, is_shared }
        }),
        1 => (0_usize..6).prop_map(Step::Reset),
        4 => (0_usize..100_000).prop_map(Step::Take),
        3 => allow.prop_map(|(stream, more)| Step::Allow(stream, more)),
        1 => settings.prop_map(|(initial, max_frame)| Step::Settings { initial, max_frame }),
    ]
}

/// A stream as the peer sees it.
#[derive(Debug, Default)]
struct Seen {
    window: i64,
    content: Vec<u8>,
    is_ended: bool,
    is_reset: bool,
}

/// The peer's accounts.
#[derive(Debug)]
struct Peer {
    window: i64,
    /// Settings of which the confirmation is on its way; the first are in force.
    settings: Vec<(u32, u32)>,
    streams: BTreeMap<u32, Seen>,
    unread: Vec<u8>,
}

impl Peer {
    /// Reads what the socket took.
    fn read(&mut self, bytes: &[u8]) {
        self.unread.extend_from_slice(bytes);
        while let Some((head, rest)) = self.unread.split_first_chunk::<9>() {
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
            let Some((payload, rest)) = rest.split_at_checked(length) else { return };
            let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
            let (kind, flags, payload, rest) = (head[3], head[4], payload.to_vec(), rest.to_vec());
            self.take(kind, flags, stream, &payload);
            self.unread = rest;
        }
    }

    fn take(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let (initial, max_frame) = self.settings[0];
        assert!(payload.len() <= max_frame.max(self.settings.last().unwrap().1) as usize);
        match kind {
            HEADERS => {
                let seen = Seen { window: initial.into(), ..Seen::default() };
                assert!(self.streams.insert(stream, seen).is_none());
            }
            DATA => {
                let seen = self.streams.get_mut(&stream).unwrap();
                assert!(!seen.is_ended && !seen.is_reset);
                let length = i64::try_from(payload.len()).unwrap();
                self.window -= length;
                seen.window -= length;
                assert!(length == 0 || (self.window >= 0 && seen.window >= 0));
                seen.content.extend_from_slice(payload);
                seen.is_ended = flags & END_STREAM != 0;
            }
            RST_STREAM => self.streams.get_mut(&stream).unwrap().is_reset = true,
            SETTINGS => {
                self.settings.remove(0);
                let difference = i64::from(self.settings[0].0) - i64::from(initial);
                self.streams.values_mut().for_each(|seen| seen.window += difference);
            }
            _ => panic!("frame of type {kind}"),
        }
    }
}

/// Both sides, and what was handed in.
struct Pair {
    connection: Connection,
    peer: Peer,
    /// Streams with all that was handed in, and whether that was all.
    handed: Vec<(StreamId, Vec<u8>, bool)>,
}

impl Pair {
    fn new() -> Self {
        let mut connection = Connection::new(&Settings::default());
        connection.receive(&settings(&[]), &mut ()).unwrap();
        sent(&mut connection);
        let peer = Peer {
            window: 65_535,
            settings: vec![(65_535, 16_384)],
            streams: BTreeMap::new(),
            unread: Vec::new(),
        };
        Self { connection, peer, handed: Vec::new() }
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Open => {
                if let Some(stream) = self.connection.open(0, &request("POST"), false) {
                    self.handed.push((stream, Vec::new(), false));
                }
            }
            Step::Send { stream, length, is_end, is_shared } => {
                let Some((id, all, is_over)) = self.handed.get_mut(stream) else { return };
                let number = all.len() / 7 % 251;
                let data = vec![number.to_le_bytes()[0]; length];
                if is_shared {
                    self.connection.send_shared(*id, data.clone().into(), is_end);
                } else {
                    self.connection.send(*id, &data, is_end);
                }
                if !*is_over {
                    all.extend_from_slice(&data);
                    *is_over = is_end;
                }
            }
            Step::Reset(stream) => {
                if let Some((id, ..)) = self.handed.get(stream) {
                    self.connection.reset(*id, ErrorCode::CANCEL);
                    assert_eq!(self.connection.queued(*id), 0);
                }
            }
            Step::Take(count) => self.take(count),
            Step::Allow(stream, more) => self.allow(stream, more),
            Step::Settings { initial, max_frame } => {
                self.peer.settings.push((initial, max_frame));
                let frame = settings(&[(4, initial), (5, max_frame)]);
                self.connection.receive(&frame, &mut ()).unwrap();
            }
        }
        assert!(self.connection.output().len() < OUTPUT_BOUND + 100_000);
    }

    fn take(&mut self, count: usize) {
        let count = count.min(self.connection.output().len());
        self.peer.read(&self.connection.output()[..count]);
        self.connection.advance(count);
    }

    fn allow(&mut self, stream: Option<usize>, more: u32) {
        let number = match stream {
            None => {
                self.peer.window += i64::from(more);
                0
            }
            Some(stream) => {
                let Some((id, ..)) = self.handed.get(stream) else { return };
                // The peer can only speak of streams that it has seen.
                let Some(seen) = self.peer.streams.get_mut(&id.number()) else { return };
                seen.window += i64::from(more);
                id.number()
            }
        };
        self.connection.receive(&window_update(number, more), &mut ()).unwrap();
    }

    /// Everything is allowed and taken: everything that was handed in has to arrive.
    fn finish(mut self) {
        self.step(&Step::Settings { initial: 1 << 20, max_frame: 16_384 });
        self.allow(None, 1 << 28);
        self.take(usize::MAX);
        for stream in 0..self.handed.len() {
            self.allow(Some(stream), 1 << 28);
        }
        while !self.connection.output().is_empty() {
            self.take(1 << 20);
        }
        for (id, all, is_over) in self.handed {
            let seen = &self.peer.streams[&id.number()];
            if seen.is_reset {
                assert!(all.starts_with(&seen.content));
            } else {
                assert!(seen.content == all, "content of stream {}", id.number());
                assert_eq!((seen.is_ended, self.connection.queued(id)), (is_over, 0));
            }
        }
    }
}

proptest! {
    /// Nothing is sent that was not allowed, nothing is lost, nothing is sent twice.
    #[test]
    fn what_is_sent_is_allowed_and_arrives(steps in prop::collection::vec(step(), 1..60)) {
        let mut pair = Pair::new();
        for step in &steps {
            pair.step(step);
        }
        pair.finish();
    }

    /// A peer that sends as much as it may never has to wait, and is never told that it was too
    /// much.
    #[test]
    fn what_is_received_is_allowed_again(
        window in prop_oneof![1_u32..100, 1_u32..100_000],
        shared in prop_oneof![Just(65_535_u32), 65_535_u32..200_000],
        pieces in prop::collection::vec((0_u32..3, 0_usize..20_000, 0_u8..20), 1..60),
    ) {
        let ours = Settings { stream_window: window, connection_window: shared, ..Settings::default() };
        let mut connection = Connection::new(&ours);
        let first = [settings(&[]), frame(SETTINGS, ACK, 0, &[])].concat();
        connection.receive(&first, &mut ()).unwrap();
        let mut recorder = Recorder::default();
        let mut left = BTreeMap::from([(0, i64::from(shared))]);
        for token in 0..3 {
            let stream = connection.open(token, &get(), true).unwrap().number();
            connection.receive(&ok(0, stream, &[]), &mut recorder).unwrap();
            left.insert(stream, i64::from(window));
        }
        sent(&mut connection);
        let mut lengths = [0; 3];
        for (token, length, padding) in pieces {
            let stream = token * 2 + 1;
            let most = left[&0].min(left[&stream]);
            prop_assert!(most > 0, "the peer has to wait: {left:?}");
            let most = usize::try_from(most).unwrap().min(16_384);
            let padding = if usize::from(padding) + 1 < most { padding } else { 0 };
            let padded = if padding > 0 { usize::from(padding) + 1 } else { 0 };
            let length = length.min(most - padded);
            let mut payload = vec![0; length + padded];
            if padding > 0 {
                payload[0] = padding;
            }
            let flags = if padding > 0 { PADDED } else { 0 };
            connection.receive(&frame(DATA, flags, stream, &payload), &mut recorder).unwrap();
            lengths[token as usize] += length;
            for number in [0, stream] {
                *left.get_mut(&number).unwrap() -= i64::try_from(payload.len()).unwrap();
            }
            for line in sent(&mut connection) {
                let (number, more) = line.strip_prefix("window ").unwrap().split_once(": ").unwrap();
                *left.get_mut(&number.parse().unwrap()).unwrap() += more.parse::<i64>().unwrap();
            }
            prop_assert!(left[&0] <= i64::from(shared) && left[&stream] <= i64::from(window));
        }
        for (token, length) in (0..).zip(lengths) {
            prop_assert_eq!(recorder.content(token).len(), length);
        }
    }
}
