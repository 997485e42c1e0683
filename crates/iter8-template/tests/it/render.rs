//! One case rendered through the public interface.

use iter8_template::{Dialect, Environment, Limits, MissingKey, Templates, Value, Zone};

use crate::cases::{Case, Outcome};

/// Where the clock stands, in seconds: here as in the program that records.
const NOW: i64 = 1_257_894_000;

/// Renders the template `t` after the template `lib`.
pub(crate) fn render(case: &Case) -> Outcome {
    match try_render(case) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Outcome::Text(text),
            Err(error) => Outcome::Base64(base64(error.as_bytes())),
        },
        Err(outcome) => outcome,
    }
}

fn try_render(case: &Case) -> Result<Vec<u8>, Outcome> {
    let dialect = if case.dialect == "go" { Dialect::Go } else { Dialect::Sprig };
    let missing_key = match case.missingkey.as_str() {
        "zero" => MissingKey::Zero,
        "error" => MissingKey::Error,
        _ => MissingKey::Default,
    };
    let mut templates = Templates::new(dialect).missing_key(missing_key);
    for (name, text) in [("lib", &case.lib), ("t", &case.text)] {
        if name == "t" || !text.is_empty() {
            let parsed = templates.parse(name, text);
            parsed.map_err(|error| Outcome::ParseError(error.to_string()))?;
        }
    }
    let data = match case.data.as_str() {
        "" => Value::Nil,
        text => Value::from(&serde_json::from_str::<serde_json::Value>(text).unwrap()),
    };
    let zone = match case.zone.as_str() {
        "" => Zone::UTC,
        name => Zone::get(name).unwrap(),
    };
    let mut state = 0_u64;
    let mut environment = Environment {
        now: jiff::Timestamp::from_second(NOW).unwrap(),
        zone,
        random: &mut |buffer: &mut [u8]| buffer.fill_with(|| splitmix(&mut state)),
        interrupted: &|| false,
        limits: Limits::default(),
    };
    let rendered = templates.render("t", &data, &mut environment);
    rendered.map_err(|error| Outcome::RenderError(error.to_string()))
}

/// One byte of the generator SplitMix64 (Steele, Lea, Flood 2014).
fn splitmix(state: &mut u64) -> u8 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut bits = *state;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((bits ^ (bits >> 31)) & 0xff) as u8
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let index = (bits >> (18 - 6 * digit)) & 63;
            text.push(if digit > chunk.len() { '=' } else { DIGITS[index as usize] as char });
        }
    }
    text
}

#[test]
fn base64_of_each_length() {
    for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v")] {
        assert_eq!(base64(bytes.as_bytes()), text);
    }
}
