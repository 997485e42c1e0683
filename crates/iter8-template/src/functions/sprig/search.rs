//! Finding bytes within bytes, in time that grows with the sum of the lengths.

/// Where a part that is not empty begins, without overlaps.
pub(super) fn positions<'a>(
    text: &'a [u8],
    part: &'a [u8],
) -> Box<dyn Iterator<Item = usize> + 'a> {
    if let (Ok(text), Ok(part)) = (std::str::from_utf8(text), std::str::from_utf8(part)) {
        return Box::new(text.match_indices(part).map(|(index, _)| index));
    }
    // As characters up to U+00FF, bytes of any kind can be searched by the standard library, which
    // takes linear time; comparing at each place would take the product of the lengths.
    let (text, part) = (widen(text), widen(part));
    let length = part.chars().count();
    let (mut rest, mut index) = (0, 0);
    Box::new(std::iter::from_fn(move || {
        let before = text[rest..].find(&part)?;
        let found = index + text[rest..rest + before].chars().count();
        rest += before + part.len();
        index = found + length;
        Some(found)
    }))
}

/// Whether the part occurs. The empty part always does.
pub(super) fn contains(text: &[u8], part: &[u8]) -> bool {
    part.is_empty() || positions(text, part).next().is_some()
}

fn widen(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_are_found() {
        let cases: &[(&[u8], &[u8], &[usize])] = &[
            (b"aaaa", b"aa", &[0, 2]),
            (b"abc", b"x", &[]),
            (b"", b"x", &[]),
            ("äöä".as_bytes(), "ä".as_bytes(), &[0, 4]),
            ("ä".as_bytes(), b"\xa4", &[1]),
            (b"\xff\xfe\xff", b"\xff", &[0, 2]),
            (b"a\xffa\xc3\xa4", "ä".as_bytes(), &[3]),
        ];
        for (text, part, expected) in cases {
            assert_eq!(positions(text, part).collect::<Vec<_>>(), *expected, "{text:?}");
            assert_eq!(contains(text, part), !expected.is_empty());
        }
        assert!(contains(b"", b"") && contains(b"a", b""));
    }
}
