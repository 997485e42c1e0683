//! URLs of notifications.

use std::fmt::Write as _;

/// Longest link, in bytes: what the strictest service takes.
const LONGEST_LINK: usize = 2_000;

/// Shortest part of a URL that may be its secret. Words in paths are shorter.
const SHORTEST_SECRET: usize = 16;

/// The parts of a URL that may be what makes it a password: long parts of its path, and the values
/// of its query.
pub(super) fn secrets(url: &str) -> impl Iterator<Item = &str> {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let path = rest.find(['/', '?']).map_or("", |at| &rest[at..]);
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let values = query.split('&').filter_map(|pair| pair.split_once('=').map(|(_, value)| value));
    path.split('/').chain(values).filter(|part| part.len() >= SHORTEST_SECRET)
}

/// Whether a text can be a link of any message.
pub(super) fn is_link(text: &str) -> bool {
    let rest = ["http://", "https://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    rest.is_some_and(|rest| !rest.is_empty())
        && text.len() <= LONGEST_LINK
        && text.chars().all(is_plain)
}

/// Whether a character may stand in a URI as it is.
pub(super) fn is_plain(c: char) -> bool {
    c.is_ascii_graphic() && !"\"<>\\^`{|}".contains(c)
}

/// A URL with more query parameters, in this order.
pub(super) fn with_params(url: &str, params: &[(String, String)]) -> String {
    if params.is_empty() {
        return url.to_owned();
    }
    let (url, fragment) = url.split_at(url.find('#').unwrap_or(url.len()));
    let mut out = url.to_owned();
    for (name, value) in params {
        match out.split_once('?') {
            None => out.push('?'),
            Some((_, "")) => {}
            Some(_) => out.push('&'),
        }
        encode(&mut out, name);
        out.push('=');
        encode(&mut out, value);
    }
    out + fragment
}

/// As forms are encoded.
fn encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            // Writing to a string cannot fail.
            _ => drop(write!(out, "%{byte:02X}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn params_join_the_query() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let params = [pair("a b", "c&d"), pair("e", "ü~")];
        let cases = [
            ("http://h", "http://h?a+b=c%26d&e=%C3%BC~"),
            ("http://h/p?", "http://h/p?a+b=c%26d&e=%C3%BC~"),
            ("http://h/p?x=1#f", "http://h/p?x=1&a+b=c%26d&e=%C3%BC~#f"),
        ];
        for (url, expected) in cases {
            assert_eq!(with_params(url, &params), expected);
            assert_eq!(with_params(url, &[]), url);
        }
    }

    #[test]
    fn secrets_are_long() {
        let url = "https://h:1/services/T0000/ASecretOfTheHook?api=1&sig=0123456789abcdef";
        assert_eq!(secrets(url).collect::<Vec<_>>(), ["ASecretOfTheHook", "0123456789abcdef"]);
        for url in ["https://a-host-with-a-long-name", "no-url-but-a-long-text", "http://h?a"] {
            assert_eq!(secrets(url).count(), 0, "{url}");
        }
    }

    #[test]
    fn links_are_whole_urls() {
        for link in ["https://ci/run/1?a=b&c=(d)#e", "http://h"] {
            assert!(is_link(link), "{link}");
        }
        let long = format!("https://h/{}", "x".repeat(LONGEST_LINK));
        for link in ["", "https://", "ftp://h", "https://h/a b", "https://h/\"", "https://ü", &long]
        {
            assert!(!is_link(link), "{link}");
        }
    }
}
