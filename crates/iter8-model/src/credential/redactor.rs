//! The mask over known credentials in whatever is printed, stored or sent on.

use std::borrow::Cow;
use std::fmt;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};

use crate::secret::REDACTED;

/// Shortest text that is masked, in bytes. Masking every `1` in a log would hide the log, and
/// whoever sees the mask could tell the secret.
const SHORTEST: usize = 4;

/// Shortest line of a text of several lines that is masked by itself: that of a key in PEM form is
/// longer, the closing bracket of a JSON file is not.
const SHORTEST_LINE: usize = 8;

/// Shortest part of a Base64 text that is masked. Six characters stand for four bytes.
const SHORTEST_BASE64: usize = 6;

/// Masks credentials in text. Copies share what they know.
///
/// A credential is also found percent-encoded, escaped as in JSON, and in Base64, alone or with
/// text around it. The more it is transformed otherwise, the less it is found: this is a net under
/// code that should print no credential in the first place.
#[derive(Clone, Default)]
pub struct Redactor(Arc<RwLock<Vec<String>>>);

impl Redactor {
    /// One that knows no credential.
    pub fn new() -> Self {
        Self::default()
    }

    /// Masks `secret` from now on, in all copies. Texts of less than four bytes are never masked.
    ///
    /// Of a URL, what follows the host is masked as well, and the password in it; of `Bearer …`
    /// and the like, the second word; of a text of several lines, each line of at least eight
    /// bytes.
    pub fn add(&self, secret: &str) {
        let mut forms = Vec::new();
        for part in parts(secret) {
            forms.extend(forms_of(part).into_iter().filter(|form| form.len() >= SHORTEST));
        }
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.extend(forms);
        known.sort_unstable();
        known.dedup();
    }

    /// The text with a mask in place of every known credential.
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut found: Vec<Range<usize>> =
            known.iter().flat_map(|secret| places(text, secret)).collect();
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        found.sort_unstable_by_key(|range| range.start);
        let mut out = String::with_capacity(text.len());
        let mut shown = 0;
        for range in found {
            // One that overlaps the last is hidden by the same mask.
            if range.start >= shown {
                out.push_str(&text[shown..range.start]);
                out.push_str(REDACTED);
            }
            shown = shown.max(range.end);
        }
        out.push_str(&text[shown..]);
        Cow::Owned(out)
    }
}

/// How many are known, not which.
impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        write!(f, "Redactor({})", known.len())
    }
}

/// Every place of `secret` in `text`, those that overlap each other included.
fn places<'a>(text: &'a str, secret: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    let step = secret.chars().next().map_or(1, char::len_utf8);
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text.get(from..)?.find(secret)?;
        from = start + step;
        Some(start..start + secret.len())
    })
}

/// The text and those parts of it that are credentials by themselves.
fn parts(secret: &str) -> Vec<&str> {
    let mut parts = vec![secret];
    // The first and last lines of PEM are the same for everybody.
    let lines = secret.lines().map(str::trim).filter(|line| line.len() < secret.len());
    parts.extend(lines.filter(|line| line.len() >= SHORTEST_LINE && !line.starts_with("-----")));
    let scheme = secret.split_once(' ').filter(|(scheme, _)| {
        ["basic", "bearer", "token"].iter().any(|known| known.eq_ignore_ascii_case(scheme))
    });
    parts.extend(scheme.map(|(_, credential)| credential.trim()));
    if let Some((_, rest)) = secret.split_once("://")
        && !secret.contains(char::is_whitespace)
    {
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        parts.push(path);
        // Errors name the path of a URL without its query.
        parts.extend(path.split_once('?').map(|(path, _)| path));
        let user = authority.rsplit_once('@').map(|(user, _)| user);
        parts.extend(user.map(|user| user.split_once(':').map_or(user, |(_, password)| password)));
    }
    parts
}

/// The ways in which a text may come to be written.
fn forms_of(secret: &str) -> Vec<String> {
    if secret.len() < SHORTEST {
        return Vec::new();
    }
    let mut forms = vec![secret.to_owned()];
    for upper in [true, false] {
        let encoded = percent_encoded(secret, upper);
        forms.push(encoded.replace("%20", "+"));
        forms.push(encoded);
    }
    let escaped = json_escaped(secret);
    // Go's encoder, and so `toJson` of templates, escapes what HTML gives a meaning to.
    let html = [('<', "\\u003c"), ('>', "\\u003e"), ('&', "\\u0026")];
    forms.push(html.iter().fold(escaped.clone(), |text, (c, code)| text.replace(*c, code)));
    forms.push(escaped);
    for alphabet in [STANDARD, URL_SAFE] {
        forms
            .extend((0..3).filter_map(|offset| inside_base64(secret.as_bytes(), offset, alphabet)));
    }
    forms
}

/// Everything but letters, digits and `-._~` as `%41`.
fn percent_encoded(text: &str, upper: bool) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        // Writing to a string cannot fail.
        let _ = match byte {
            b'-' | b'.' | b'_' | b'~' => write!(out, "{}", byte as char),
            _ if byte.is_ascii_alphanumeric() => write!(out, "{}", byte as char),
            _ if upper => write!(out, "%{byte:02X}"),
            _ => write!(out, "%{byte:02x}"),
        };
    }
    out
}

/// As between the quotes of a JSON string.
fn json_escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The characters that the bytes have in Base64 whatever stands around them, if `offset` bytes
/// (modulo 3) stand before. `None` if these are too few to be told from chance.
///
/// Bytes become characters in groups of three to four; a character is left out if a bit of it
/// belongs to a neighbour.
fn inside_base64(bytes: &[u8], offset: usize, alphabet: &[u8; 64]) -> Option<String> {
    let (first, bits) = (offset * 8, bytes.len() * 8);
    let own = first.div_ceil(6)..(first + bits) / 6;
    let bit = |at: usize| u8::from(bytes[(at - first) / 8] & (0x80 >> ((at - first) % 8)) != 0);
    let character = |index: usize| {
        let value = (index * 6..index * 6 + 6).fold(0, |value, at| value << 1 | bit(at));
        char::from(alphabet[usize::from(value)])
    };
    (own.len() >= SHORTEST_BASE64).then(|| own.map(character).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(secret: &str, text: &str, expected: &str) {
        let redactor = Redactor::new();
        redactor.add(secret);
        assert_eq!(redactor.redact(text), expected, "{secret:?} in {text:?}");
    }

    #[test]
    fn credentials_are_masked_in_every_form() {
        let cases = [
            ("hunter2", "password hunter2.", "password [redacted]."),
            ("hunter2", "hunter2hunter2", "[redacted][redacted]"),
            ("hunter2", "Hunter2", "Hunter2"),
            ("a b/c", "?q=a%20b%2Fc&", "?q=[redacted]&"),
            ("a b/c", "?q=a+b%2fc", "?q=[redacted]"),
            ("say \"hi\"\n", "{\"p\":\"say \\\"hi\\\"\\n\"}", "{\"p\":\"[redacted]\"}"),
            ("a<b>&c", "a\\u003cb\\u003e\\u0026c", "[redacted]"),
            ("a<b>&c", "a<b>&c", "[redacted]"),
            // user:hunter2 and x:hunter2 and hunter2 alone.
            ("hunter2", "Basic dXNlcjpodW50ZXIy", "Basic dXNlcjp[redacted]"),
            ("hunter2", "Basic eDpodW50ZXIy.", "Basic eDp[redacted]."),
            ("hunter2", "aHVudGVyMg==", "[redacted]g=="),
            ("käse", "käse k%C3%A4se", "[redacted] [redacted]"),
            // Too short to be masked, in any form.
            ("abc", "abc YWJj", "abc YWJj"),
            ("", "nothing", "nothing"),
            ("aaaa", "aaaaaaXaaa", "[redacted]Xaaa"),
        ];
        for (secret, text, expected) in cases {
            check(secret, text, expected);
        }
    }

    #[test]
    fn parts_of_urls_and_lines_of_keys_are_masked() {
        let url = "https://hooks.example/services/T0/B0/xyz?sig=a1b2";
        let cases = [
            (url, "POST https://hooks.example/services/T0/B0/xyz?sig=a1b2", "POST [redacted]"),
            (url, "hooks.example/services/T0/B0/xyz: refused", "hooks.example[redacted]: refused"),
            (url, "https://hooks.example is up", "https://hooks.example is up"),
            ("http://me:pass@h/", "pass and me", "[redacted] and me"),
            ("http://token@h", "the token", "the [redacted]"),
            ("Bearer abcdef", "it is abcdef", "it is [redacted]"),
            ("token abcdef", "Token abcdef", "Token [redacted]"),
            ("other abcdef", "abcdef", "abcdef"),
            ("not a://url/with spaces", "/with spaces", "/with spaces"),
            (
                "-----BEGIN KEY-----\nMIIEvQIBADAN\nshort\n-----END KEY-----",
                "-----BEGIN KEY-----\n  MIIEvQIBADAN\n  short",
                "-----BEGIN KEY-----\n  [redacted]\n  short",
            ),
        ];
        for (secret, text, expected) in cases {
            check(secret, text, expected);
        }
    }

    #[test]
    fn masks_that_overlap_become_one() {
        let redactor = Redactor::new();
        let copy = redactor.clone();
        for secret in ["abcdef", "defghi", "cd-e", "redacted"] {
            copy.add(secret);
        }
        assert_eq!(redactor.redact("xabcdefghiy"), "x[redacted]y");
        assert_eq!(redactor.redact("plain"), "plain");
        assert!(matches!(redactor.redact("plain"), Cow::Borrowed(_)));
        let shown = format!("{redactor:?}");
        assert!(!shown.contains("abcdef") && shown.starts_with("Redactor("), "{shown}");
    }

    proptest! {
        #[test]
        fn nothing_of_a_credential_is_left(
            secret in "[a-zA-Z0-9/+<&\" ]{6,20}", before in ".{0,6}", after in ".{0,6}",
        ) {
            let redactor = Redactor::new();
            redactor.add(&secret);
            let plain = format!("{before}{secret}{after}");
            prop_assert!(!redactor.redact(&plain).contains(&secret));
            let json = json_escaped(&plain);
            prop_assert!(!redactor.redact(&json).contains(&json_escaped(&secret)));
            let encoded = percent_encoded(&plain, true);
            prop_assert!(!redactor.redact(&encoded).contains(&percent_encoded(&secret, true)));
        }

        #[test]
        fn credentials_in_base64_are_masked(
            secret in "[ -~]{6,20}", before in "[ -~]{0,7}", after in "[ -~]{0,7}",
        ) {
            let redactor = Redactor::new();
            redactor.add(&secret);
            let whole = format!("{before}{secret}{after}");
            // All its characters but those that bits of neighbours belong to.
            let encoded = inside_base64(whole.as_bytes(), 0, STANDARD);
            if let Some(encoded) = encoded {
                prop_assert!(redactor.redact(&encoded).contains(REDACTED), "{encoded}");
            }
        }
    }
}
