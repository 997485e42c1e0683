//! The static table (RFC 7541, appendix A).

/// Names and values by index; the first entry has index 1.
pub(crate) const STATICS: [(&[u8], &[u8]); 61] = [
    (b":authority", b""),
    (b":method", b"GET"),
    (b":method", b"POST"),
    (b":path", b"/"),
    (b":path", b"/index.html"),
    (b":scheme", b"http"),
    (b":scheme", b"https"),
    (b":status", b"200"),
    (b":status", b"204"),
    (b":status", b"206"),
    (b":status", b"304"),
    (b":status", b"400"),
    (b":status", b"404"),
    (b":status", b"500"),
    (b"accept-charset", b""),
    (b"accept-encoding", b"gzip, deflate"),
    (b"accept-language", b""),
    (b"accept-ranges", b""),
    (b"accept", b""),
    (b"access-control-allow-origin", b""),
    (b"age", b""),
    (b"allow", b""),
    (b"authorization", b""),
    (b"cache-control", b""),
    (b"content-disposition", b""),
    (b"content-encoding", b""),
    (b"content-language", b""),
    (b"content-length", b""),
    (b"content-location", b""),
    (b"content-range", b""),
    (b"content-type", b""),
    (b"cookie", b""),
    (b"date", b""),
    (b"etag", b""),
    (b"expect", b""),
    (b"expires", b""),
    (b"from", b""),
    (b"host", b""),
    (b"if-match", b""),
    (b"if-modified-since", b""),
    (b"if-none-match", b""),
    (b"if-range", b""),
    (b"if-unmodified-since", b""),
    (b"last-modified", b""),
    (b"link", b""),
    (b"location", b""),
    (b"max-forwards", b""),
    (b"proxy-authenticate", b""),
    (b"proxy-authorization", b""),
    (b"range", b""),
    (b"referer", b""),
    (b"refresh", b""),
    (b"retry-after", b""),
    (b"server", b""),
    (b"set-cookie", b""),
    (b"strict-transport-security", b""),
    (b"transfer-encoding", b""),
    (b"user-agent", b""),
    (b"vary", b""),
    (b"via", b""),
    (b"www-authenticate", b""),
];

/// What the static table has of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StaticMatch {
    /// Name and value, at this index.
    Field(usize),
    /// The name, at this index.
    Name(usize),
    /// Nothing.
    Nothing,
}

/// Looks for a field. Slow: for preparation only.
pub(crate) fn find(name: &[u8], value: &[u8]) -> StaticMatch {
    let mut found = StaticMatch::Nothing;
    for (index, entry) in (1..).zip(STATICS) {
        if entry == (name, value) {
            return StaticMatch::Field(index);
        }
        if entry.0 == name && found == StaticMatch::Nothing {
            found = StaticMatch::Name(index);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_whole_or_by_name() {
        for (name, value, found) in [
            (":method", "GET", StaticMatch::Field(2)),
            (":method", "HEAD", StaticMatch::Name(2)),
            (":status", "500", StaticMatch::Field(14)),
            ("accept-encoding", "gzip, deflate", StaticMatch::Field(16)),
            ("accept-encoding", "gzip", StaticMatch::Name(16)),
            ("www-authenticate", "", StaticMatch::Field(61)),
            ("user-agent", "iter8", StaticMatch::Name(58)),
            ("grpc-status", "0", StaticMatch::Nothing),
        ] {
            assert_eq!(find(name.as_bytes(), value.as_bytes()), found, "{name}: {value}");
        }
    }
}
