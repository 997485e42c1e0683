//! What a field of a response means for HTTP/2 itself.
//!
//! Fields of the tables are judged once, when they come in, so that a response made of indexes
//! costs no comparison of names.

/// Meaning of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `:status`, from 100 to 999.
    Status(u16),
    /// `content-length`.
    ContentLength(u64),
    /// Any other field.
    Plain,
    /// A field that makes a response malformed: an unknown pseudo-field, a name with upper-case
    /// letters, a field of one connection, a value with line breaks (RFC 9113, section 8.2).
    Malformed,
}

/// Names that belong to HTTP/1.1 connections (RFC 9113, section 8.2.2).
const OF_CONNECTIONS: [&[u8]; 5] =
    [b"connection", b"keep-alive", b"proxy-connection", b"transfer-encoding", b"upgrade"];

/// Judges a field.
#[inline]
pub(crate) fn classify(name: &[u8], value: &[u8]) -> Kind {
    match classify_name(name) {
        // Blanks around a value are against the rules, but servers send them and clients in wide
        // use accept them; a load test should not fail for that.
        Kind::Plain if has_breaks(value) => Kind::Malformed,
        Kind::ContentLength(_) => parse_length(value).map_or(Kind::Malformed, Kind::ContentLength),
        Kind::Status(_) => parse_status(value).map_or(Kind::Malformed, Kind::Status),
        kind => kind,
    }
}

/// Judges a name alone; status and length are 0.
#[inline]
pub(crate) fn classify_name(name: &[u8]) -> Kind {
    match name {
        b":status" => Kind::Status(0),
        b"content-length" => Kind::ContentLength(0),
        _ if !is_name(name) || OF_CONNECTIONS.contains(&name) => Kind::Malformed,
        _ => Kind::Plain,
    }
}

/// Whether this is a name in lower case (RFC 9110, section 5.1, and RFC 9113, section 8.2.1).
pub(crate) fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(|byte| NAME_BYTES[usize::from(*byte)])
}

const NAME_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_lowercase()
            || byte.is_ascii_digit()
            || matches!(byte, b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+')
            || matches!(byte, b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~');
        byte += 1;
    }
    table
};

/// Whether we may send this as a value: no line breaks, no zero, no blanks around it (RFC 9113,
/// section 8.2.1).
pub(crate) fn is_value(value: &[u8]) -> bool {
    let is_blank = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
    !is_blank(value.first()) && !is_blank(value.last()) && !has_breaks(value)
}

/// Whether there is a byte that could be taken for the end of a field elsewhere.
fn has_breaks(value: &[u8]) -> bool {
    value.iter().any(|byte| matches!(byte, 0 | b'\r' | b'\n'))
}

fn parse_status(value: &[u8]) -> Option<u16> {
    let &[hundreds @ b'1'..=b'9', tens @ b'0'..=b'9', ones @ b'0'..=b'9'] = value else {
        return None;
    };
    let digit = |byte: u8| u16::from(byte - b'0');
    Some(digit(hundreds) * 100 + digit(tens) * 10 + digit(ones))
}

fn parse_length(value: &[u8]) -> Option<u64> {
    if value.is_empty() {
        return None;
    }
    value.iter().try_fold(0_u64, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_judged() {
        for (name, value, kind) in [
            (":status", "200", Kind::Status(200)),
            (":status", "999", Kind::Status(999)),
            (":status", "099", Kind::Malformed),
            (":status", "20", Kind::Malformed),
            (":status", "2000", Kind::Malformed),
            (":status", "2x0", Kind::Malformed),
            (":path", "/", Kind::Malformed),
            (":", "", Kind::Malformed),
            ("", "", Kind::Malformed),
            ("content-length", "0", Kind::ContentLength(0)),
            ("content-length", "18446744073709551615", Kind::ContentLength(u64::MAX)),
            ("content-length", "18446744073709551616", Kind::Malformed),
            ("content-length", "", Kind::Malformed),
            ("content-length", "+1", Kind::Malformed),
            ("content-length", "1,1", Kind::Malformed),
            ("connection", "close", Kind::Malformed),
            ("transfer-encoding", "chunked", Kind::Malformed),
            ("upgrade", "h2c", Kind::Malformed),
            ("Server", "x", Kind::Malformed),
            ("ser ver", "x", Kind::Malformed),
            ("servér", "x", Kind::Malformed),
            ("server", "x", Kind::Plain),
            ("server", "", Kind::Plain),
            ("server", "é\t§", Kind::Plain),
            ("server", " x", Kind::Plain),
            ("server", "x\t", Kind::Plain),
            ("server", "a\nb", Kind::Malformed),
            ("server", "a\0b", Kind::Malformed),
            ("grpc-status", "0", Kind::Plain),
        ] {
            assert_eq!(classify(name.as_bytes(), value.as_bytes()), kind, "{name}: {value:?}");
        }
    }
}
