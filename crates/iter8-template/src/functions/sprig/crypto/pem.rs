//! PEM, the text form of DER (RFC 7468).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Characters of base64 on a line.
const WIDTH: usize = 64;

/// A block of a certain kind.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// What stands behind `BEGIN`.
    pub(super) label: String,
    pub(super) bytes: Vec<u8>,
}

/// Writes a block.
pub(super) fn write(label: &str, bytes: &[u8]) -> String {
    let encoded = STANDARD.encode(bytes);
    let mut out = format!("-----BEGIN {label}-----\n");
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(WIDTH));
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
    let end = format!("-----END {label}-----\n");
    out + &end
}

/// Most beginnings of a block that are looked at: for each, its end is looked for in all that
/// follows.
const MAX_BEGINNINGS: usize = 20;

/// Reads the first block of a text; what stands around it does not matter.
pub(super) fn read(text: &str) -> Option<Block> {
    let mut rest = text;
    for _ in 0..MAX_BEGINNINGS {
        let at = rest.find("-----BEGIN ")?;
        let begins_line = at == 0 || rest[..at].ends_with('\n');
        rest = &rest[at + "-----BEGIN ".len()..];
        if begins_line && let Some(block) = block(rest) {
            return Some(block);
        }
    }
    None
}

fn block(text: &str) -> Option<Block> {
    let (first, rest) = text.split_once('\n')?;
    let label = first.trim_end().strip_suffix("-----")?;
    let end = format!("-----END {label}-----");
    let (body, _) = rest.split_once(&end)?;
    // Headers, such as those of encrypted keys, have a colon and end at an empty line.
    let has_headers = body.lines().next().is_some_and(|line| line.contains(':'));
    let body = if has_headers { body.split_once("\n\n").map(|(_, body)| body)? } else { body };
    let encoded: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let bytes = STANDARD.decode(encoded).ok()?;
    Some(Block { label: label.to_owned(), bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_read_as_written() {
        for length in [0, 1, 47, 48, 49, 200] {
            let bytes: Vec<u8> = (0..length).collect();
            let written = write("A KEY", &bytes);
            assert!(written.lines().all(|line| line.len() <= WIDTH), "{written}");
            let expected = Some(Block { label: "A KEY".to_owned(), bytes });
            assert_eq!(read(&format!("junk\n{written}junk")), expected, "{length}");
        }
        assert_eq!(write("X", &[1]), "-----BEGIN X-----\nAQ==\n-----END X-----\n");
    }

    #[test]
    fn the_first_whole_block_counts() {
        for (text, expected) in [
            ("-----BEGIN A-----\nAQ==\n-----END A-----\n", Some("A")),
            ("-----BEGIN A-----\r\nAQ==\r\n-----END A-----\r\n", Some("A")),
            ("-----BEGIN A-----\nP: q\n\nAQ==\n-----END A-----", Some("A")),
            ("-----BEGIN A-----\n-----BEGIN B-----\nAQ==\n-----END B-----\n", Some("B")),
            ("x -----BEGIN A-----\nAQ==\n-----END A-----\n", None),
            ("-----BEGIN A-----\n!\n-----END A-----\n", None),
            ("-----BEGIN A-----\nAQ==\n-----END B-----\n", None),
            ("-----BEGIN A----\nAQ==\n-----END A-----\n", None),
            ("", None),
        ] {
            let label = read(text).map(|block| block.label);
            assert_eq!(label.as_deref(), expected, "{text}");
        }
    }
}
