//! What either side allows the other (RFC 9113, section 6.5).

use crate::error::ConnectionError;
use crate::frame::{self, DEFAULT_FRAME_SIZE, MAX_FRAME_SIZE, MAX_WINDOW, Setting};
use crate::hpack::DEFAULT_TABLE_SIZE;

/// Largest limit of a list of fields: whatever is wanted, a peer must not fill the memory.
const MAX_LIST_SIZE: u32 = 16 << 20;

/// Whether anybody looks at the fields of responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fields {
    /// Every field is reported to [`Sink::field`](crate::Sink::field).
    Reported,
    /// None is, and values are decoded only where the protocol needs them. Their content is then
    /// not checked.
    Ignored,
}

/// What we allow the peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Bytes of a response that the peer may send before we allow more; up to 2^31 - 1.
    pub stream_window: u32,
    /// The same for all responses together; between 65,535, which cannot be undercut, and
    /// 2^31 - 1.
    pub connection_window: u32,
    /// Longest frame that we take, in bytes; between 16,384 and 2^24 - 1. Frames other than data
    /// are kept until they are whole, so this is memory of each connection.
    pub max_frame_size: u32,
    /// Size in bytes of the table in which the peer's fields are kept.
    pub header_table_size: u32,
    /// Longest list of fields that we take, counted as in RFC 9113, section 6.5.2; up to 16 MiB.
    pub max_header_list_size: u32,
    /// Whether anybody looks at the fields of responses.
    pub fields: Fields,
}

impl Default for Settings {
    /// Data is consumed as it comes, so windows protect nothing: these are so large that updates
    /// of a window come once in 2 MiB of a response and 512 MiB of a connection.
    fn default() -> Self {
        Self {
            stream_window: 4 << 20,
            connection_window: 1 << 30,
            max_frame_size: DEFAULT_FRAME_SIZE,
            header_table_size: DEFAULT_TABLE_SIZE,
            // As much as HTTP/1.1 responses may have here.
            max_header_list_size: 64 << 10,
            fields: Fields::Reported,
        }
    }
}

impl Settings {
    /// The same with every value moved into the range that the protocol allows.
    pub(crate) fn clamped(self) -> Self {
        Self {
            stream_window: self.stream_window.min(MAX_WINDOW),
            connection_window: self.connection_window.clamp(frame::DEFAULT_WINDOW, MAX_WINDOW),
            max_frame_size: self.max_frame_size.clamp(DEFAULT_FRAME_SIZE, MAX_FRAME_SIZE),
            max_header_list_size: self.max_header_list_size.min(MAX_LIST_SIZE),
            ..self
        }
    }

    /// The frame that tells the peer.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let settings = [
            (Setting::HEADER_TABLE_SIZE, self.header_table_size),
            (Setting::ENABLE_PUSH, 0),
            (Setting::INITIAL_WINDOW_SIZE, self.stream_window),
            (Setting::MAX_FRAME_SIZE, self.max_frame_size),
            (Setting::MAX_HEADER_LIST_SIZE, self.max_header_list_size),
        ];
        frame::write_head(out, 6 * settings.len(), frame::SETTINGS, 0, 0);
        for (setting, value) in settings {
            out.extend_from_slice(&setting.0.to_be_bytes());
            out.extend_from_slice(&value.to_be_bytes());
        }
    }
}

/// What the peer allows us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PeerSettings {
    pub(crate) header_table_size: u32,
    /// The smallest size since this was last looked at.
    pub(crate) least_table_size: u32,
    pub(crate) max_streams: u32,
    pub(crate) initial_window: u32,
    pub(crate) max_frame_size: u32,
}

/// Streams that a peer allows until it says otherwise. The standard sets no limit and recommends
/// at least 100; a server that allows fewer says so before the first answer.
const DEFAULT_MAX_STREAMS: u32 = 100;

impl Default for PeerSettings {
    fn default() -> Self {
        Self {
            header_table_size: DEFAULT_TABLE_SIZE,
            least_table_size: DEFAULT_TABLE_SIZE,
            max_streams: DEFAULT_MAX_STREAMS,
            initial_window: frame::DEFAULT_WINDOW,
            max_frame_size: DEFAULT_FRAME_SIZE,
        }
    }
}

impl PeerSettings {
    /// Takes the settings of a frame, whose length is a multiple of 6.
    pub(crate) fn read(&mut self, payload: &[u8]) -> Result<(), ConnectionError> {
        self.least_table_size = self.header_table_size;
        for &[id_high, id_low, ref value @ ..] in payload.as_chunks::<6>().0 {
            let id = u16::from_be_bytes([id_high, id_low]);
            let value = u32::from_be_bytes(*value);
            let invalid = Err(ConnectionError::Setting { id, value });
            match Setting(id) {
                Setting::HEADER_TABLE_SIZE => {
                    self.header_table_size = value;
                    self.least_table_size = self.least_table_size.min(value);
                }
                // A server has nothing to enable (RFC 9113, section 6.5.2).
                Setting::ENABLE_PUSH if value != 0 => return invalid,
                Setting::MAX_CONCURRENT_STREAMS => self.max_streams = value,
                Setting::INITIAL_WINDOW_SIZE if value > MAX_WINDOW => return invalid,
                Setting::INITIAL_WINDOW_SIZE => self.initial_window = value,
                Setting::MAX_FRAME_SIZE => match value {
                    DEFAULT_FRAME_SIZE..=MAX_FRAME_SIZE => self.max_frame_size = value,
                    _ => return invalid,
                },
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_out_of_range_are_moved_into_it() {
        let none = Settings {
            stream_window: 0,
            connection_window: 0,
            max_frame_size: 0,
            header_table_size: 0,
            max_header_list_size: 0,
            fields: Fields::Ignored,
        };
        let clamped = none.clamped();
        assert_eq!((clamped.stream_window, clamped.connection_window), (0, 65_535));
        assert_eq!(clamped.max_frame_size, 16_384);
        let most = Settings {
            stream_window: u32::MAX,
            connection_window: u32::MAX,
            max_frame_size: u32::MAX,
            ..none
        };
        let clamped = most.clamped();
        assert_eq!((clamped.stream_window, clamped.connection_window), (MAX_WINDOW, MAX_WINDOW));
        assert_eq!(clamped.max_frame_size, 16_777_215);
        assert_eq!(Settings::default().clamped(), Settings::default());
    }

    #[test]
    fn settings_of_a_peer_are_checked() {
        let read = |settings: &[(u16, u32)]| {
            let mut payload = Vec::new();
            for (id, value) in settings {
                payload.extend_from_slice(&id.to_be_bytes());
                payload.extend_from_slice(&value.to_be_bytes());
            }
            let mut peer = PeerSettings::default();
            peer.read(&payload).map(|()| peer)
        };
        let peer = read(&[(1, 7), (1, 9), (2, 0), (3, 1), (4, 2), (5, 16_385), (6, 0), (99, 1)]);
        let expected = PeerSettings {
            header_table_size: 9,
            least_table_size: 7,
            max_streams: 1,
            initial_window: 2,
            max_frame_size: 16_385,
        };
        assert_eq!(peer, Ok(expected));
        for (id, value) in [(2, 1), (2, 2), (4, 1 << 31), (5, 16_383), (5, 1 << 24)] {
            assert_eq!(read(&[(id, value)]), Err(ConnectionError::Setting { id, value }));
        }
    }
}
