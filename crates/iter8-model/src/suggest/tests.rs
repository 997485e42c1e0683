//! Words that are near enough, and words that are not.

use super::*;

const KNOWN: &[&str] =
    &["url", "qps", "timeout", "duration", "numRequests", "SLOs", "headers", "endpoints", "warmup"];

#[test]
fn near_words_are_suggested() {
    let table = [
        ("tiemout", Some("timeout")),
        ("TIMEOUT", Some("timeout")),
        ("timeOut", Some("timeout")),
        ("slos", Some("SLOs")),
        ("SLO", Some("SLOs")),
        ("numrequest", Some("numRequests")),
        ("numReqeusts", Some("numRequests")),
        ("header", Some("headers")),
        ("endpoint", Some("endpoints")),
        ("ulr", Some("url")),
        ("qsp", Some("qps")),
        ("durations", Some("duration")),
        ("foo", None),
        ("connections", None),
        ("q", None),
        ("", None),
    ];
    for (word, expected) in table {
        assert_eq!(closest(word, KNOWN.iter().copied()), expected, "{word}");
    }
}

#[test]
fn the_nearest_wins_and_then_the_first() {
    assert_eq!(closest("lower", ["slower", "lower", "tower"]), Some("lower"));
    assert_eq!(closest("mower", ["lower", "tower"]), Some("lower"));
    assert_eq!(closest("mower", ["tower", "lower"]), Some("tower"));
}

#[test]
fn single_letters_match_only_but_for_case() {
    assert_eq!(closest("C", ["c", "n"]), Some("c"));
    assert_eq!(closest("x", ["c", "n"]), None);
}

#[test]
fn letters_beyond_ascii_count_as_one() {
    assert_eq!(closest("grüsse", ["größe", "grüße"]), Some("grüße"));
}

#[test]
fn long_words_are_not_compared() {
    let long = "a".repeat(MAX_WORD_BYTES + 1);
    assert_eq!(closest(&long, [long.as_str()]), None);
    assert_eq!(closest("a", [long.as_str()]), None);
    let allowed = "a".repeat(MAX_WORD_BYTES);
    assert_eq!(closest(&allowed, [allowed.as_str()]), Some(allowed.as_str()));
}
