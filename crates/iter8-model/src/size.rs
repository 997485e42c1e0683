//! Numbers of bytes as people write them: `4MB`, `512 KiB`, `1000`.

/// Units by name, in lower case, with their number of bytes.
const UNITS: [(&str, f64); 14] = [
    ("", 1.0),
    ("b", 1.0),
    ("k", 1e3),
    ("kb", 1e3),
    ("ki", 1024.0),
    ("kib", 1024.0),
    ("m", 1e6),
    ("mb", 1e6),
    ("mi", 1_048_576.0),
    ("mib", 1_048_576.0),
    ("g", 1e9),
    ("gb", 1e9),
    ("gi", 1_073_741_824.0),
    ("gib", 1_073_741_824.0),
];

/// Why a text is not a size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SizeError {
    /// It does not begin with a number.
    #[error("invalid size {0:?}; expected for example 4MB or 4MiB")]
    Malformed(String),
    /// The number has a unit that is none.
    #[error("unknown unit {unit:?} in size {text:?}; expected B, kB, KiB, MB, MiB, GB or GiB")]
    UnknownUnit {
        /// The whole text.
        text: String,
        /// What stood in the place of a unit.
        unit: String,
    },
    /// It is more than a terabyte.
    #[error("size {0:?} is too large")]
    TooLarge(String),
}

/// Reads a number of bytes: a decimal, perhaps with commas between its digits, and a unit in any
/// case. kB, MB and GB are powers of 1000, KiB, MiB and GiB of 1024; fractions of a byte are
/// dropped.
///
/// ```
/// assert_eq!(iter8_model::size::parse("4MB"), Ok(4_000_000));
/// ```
pub fn parse(text: &str) -> Result<u64, SizeError> {
    const LARGEST: f64 = 1e12;
    let trimmed = text.trim();
    let is_unit = |c: char| !(c.is_ascii_digit() || c == '.' || c == ',');
    let (digits, unit) = trimmed.split_at(trimmed.find(is_unit).unwrap_or(trimmed.len()));
    let number: Option<f64> = digits.replace(',', "").parse().ok();
    let number = number.ok_or_else(|| SizeError::Malformed(text.to_owned()))?;
    let unit = unit.trim();
    let known = UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit));
    let Some((_, bytes)) = known else {
        return Err(SizeError::UnknownUnit { text: text.to_owned(), unit: unit.to_owned() });
    };
    let size = number * bytes;
    if size > LARGEST {
        return Err(SizeError::TooLarge(text.to_owned()));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1e12")]
    Ok(size as u64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sizes_have_units() {
        let cases = [
            ("0", 0),
            ("1000", 1000),
            ("4MB", 4_000_000),
            ("4 mb", 4_000_000),
            (" 4MiB ", 4_194_304),
            ("1.5kB", 1500),
            ("1K", 1000),
            ("2Ki", 2048),
            ("1,024B", 1024),
            ("2GiB", 2_147_483_648),
            ("0.5b", 0),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_size_is_told() {
        let cases = [
            ("", "invalid size \"\"; expected for example 4MB or 4MiB"),
            ("MB", "invalid size \"MB\"; expected for example 4MB or 4MiB"),
            ("-1", "invalid size \"-1\"; expected for example 4MB or 4MiB"),
            ("1.2.3", "invalid size \"1.2.3\"; expected for example 4MB or 4MiB"),
            ("4XB", "unknown unit \"XB\" in size \"4XB\"; expected B, kB, KiB, MB, MiB, GB or GiB"),
            ("5000GB", "size \"5000GB\" is too large"),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text).unwrap_err().to_string(), expected);
        }
    }

    proptest! {
        #[test]
        fn whole_bytes_read_back(bytes in 0_u64..1_000_000_000_000) {
            prop_assert_eq!(parse(&bytes.to_string()), Ok(bytes));
            prop_assert_eq!(parse(&format!("{bytes} B")), Ok(bytes));
        }

        #[test]
        fn any_text_has_an_answer(text in ".{0,12}") {
            let _ = parse(&text);
        }
    }
}
