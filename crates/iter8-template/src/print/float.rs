//! Floating-point numbers, as `strconv.FormatFloat` writes them.

/// The digits of the magnitude of a finite number: `0.DIGITS × 10^point`.
struct Decimal {
    digits: Vec<u8>,
    point: i32,
}

/// No double has more significant digits, so that those beyond are zeros.
const MOST_DIGITS: usize = 800;

/// No double has more digits after the point.
const MOST_DECIMALS: usize = 1100;

/// A number with its sign if negative; `+Inf`, `-Inf`, `NaN`. A precision of `None` is the shortest
/// text that reads as the same number. The verb is one of `efgxb` or `EGX`.
pub(crate) fn format(value: f64, verb: char, precision: Option<usize>) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let magnitude = value.abs();
    let text = match verb {
        'f' => fixed(magnitude, precision),
        'e' | 'E' => {
            let decimal = match precision {
                None => shortest(magnitude),
                Some(precision) => rounded(magnitude, precision.saturating_add(1)),
            };
            exponential(&decimal, precision.unwrap_or(decimal.digits.len().saturating_sub(1)))
        }
        'x' | 'X' => hexadecimal(magnitude, precision),
        'b' => binary(magnitude),
        _ => general(magnitude, precision),
    };
    let text = format!("{sign}{text}");
    if verb.is_ascii_uppercase() { text.to_ascii_uppercase() } else { text }
}

/// The shorter of fixed and exponential form, by Go's rule.
fn general(magnitude: f64, precision: Option<usize>) -> String {
    let (decimal, most) = match precision {
        None => (shortest(magnitude), 6),
        Some(precision) => {
            let precision = precision.max(1);
            let decimal = rounded(magnitude, precision);
            let length = decimal.digits.len();
            let whole = usize::try_from(decimal.point).unwrap_or(0);
            let most = if precision > length && length >= whole { length } else { precision };
            (decimal, most)
        }
    };
    let exponent = decimal.point - 1;
    let length = decimal.digits.len();
    if exponent < -4 || i64::from(exponent) >= i64::try_from(most).unwrap_or(i64::MAX) {
        return exponential(&decimal, length.saturating_sub(1));
    }
    let decimals = i64::try_from(length).unwrap_or(i64::MAX) - i64::from(decimal.point);
    plain(&decimal, usize::try_from(decimals).unwrap_or(0))
}

fn from_scientific(text: &str) -> Decimal {
    let (mantissa, exponent) = text.split_once('e').expect("scientific notation has an e");
    let mut digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).collect();
    while digits.last() == Some(&b'0') {
        digits.pop();
    }
    let exponent: i32 = exponent.parse().expect("exponents are small whole numbers");
    // Zero has no digits, and its exponent is 0 in the notation but -1 here.
    let point = if digits.is_empty() { 0 } else { exponent + 1 };
    Decimal { digits, point }
}

/// The fewest digits that read as the same number, such as `1.5e-7`. Where two such texts are
/// equally close to it, Rust takes the upper one; with a given number of digits it takes the even
/// one, as Go does. Below a power of two other numbers are closer, so that the digits closest to it
/// can read as one of them; then there is no even text.
pub(crate) fn scientific(number: f64) -> String {
    let upper = format!("{number:e}");
    let digits = upper.bytes().take_while(|byte| *byte != b'e').filter(u8::is_ascii_digit).count();
    let even = format!("{number:.*e}", digits.saturating_sub(1));
    if even.parse() == Ok(number) { even } else { upper }
}

fn shortest(magnitude: f64) -> Decimal {
    from_scientific(&scientific(magnitude))
}

fn rounded(magnitude: f64, digits: usize) -> Decimal {
    let decimals = digits.clamp(1, MOST_DIGITS) - 1;
    from_scientific(&format!("{magnitude:.decimals$e}"))
}

fn fixed(magnitude: f64, precision: Option<usize>) -> String {
    let Some(precision) = precision else {
        let decimal = shortest(magnitude);
        let length = i64::try_from(decimal.digits.len()).unwrap_or(i64::MAX);
        let decimals = usize::try_from(length - i64::from(decimal.point)).unwrap_or(0);
        return plain(&decimal, decimals);
    };
    let decimals = precision.min(MOST_DECIMALS);
    let mut text = format!("{magnitude:.decimals$}");
    text.extend(std::iter::repeat_n('0', precision - decimals));
    text
}

/// `d.ddde±dd` with so many decimals.
fn exponential(decimal: &Decimal, decimals: usize) -> String {
    let digit = |index: usize| char::from(*decimal.digits.get(index).unwrap_or(&b'0'));
    let mut text = String::from(digit(0));
    if decimals > 0 {
        text.push('.');
        text.extend((1..=decimals).map(digit));
    }
    let exponent = if decimal.digits.is_empty() { 0 } else { decimal.point - 1 };
    let sign = if exponent < 0 { '-' } else { '+' };
    text + &format!("e{sign}{:02}", exponent.unsigned_abs())
}

/// `ddd.ddd` with so many decimals.
fn plain(decimal: &Decimal, decimals: usize) -> String {
    let digit = |index: i64| {
        let digit = usize::try_from(index).ok().and_then(|index| decimal.digits.get(index));
        char::from(*digit.unwrap_or(&b'0'))
    };
    let whole = i64::from(decimal.point.max(0));
    let mut text: String = (0..whole).map(digit).collect();
    if text.is_empty() {
        text.push('0');
    }
    if decimals > 0 {
        text.push('.');
        let first = i64::from(decimal.point);
        let last = first + i64::try_from(decimals).unwrap_or(0);
        text.extend((first..last).map(digit));
    }
    text
}

/// Mantissa and exponent: the number is `mantissa × 2^exponent`.
fn parts(magnitude: f64) -> (u64, i32) {
    let bits = magnitude.to_bits();
    let mantissa = bits & ((1 << 52) - 1);
    let exponent = i32::try_from(bits >> 52).expect("eleven bits");
    if exponent == 0 { (mantissa, -1074) } else { (mantissa | 1 << 52, exponent - 1075) }
}

fn binary(magnitude: f64) -> String {
    let (mantissa, exponent) = parts(magnitude);
    format!("{mantissa}p{exponent:+}")
}

/// `0x1.hhhp±dd`.
fn hexadecimal(magnitude: f64, precision: Option<usize>) -> String {
    let (mut mantissa, mut exponent) = parts(magnitude);
    if mantissa == 0 {
        exponent = 0;
    } else {
        // One digit before the point: bit 60 is the lowest of it.
        let shift = mantissa.leading_zeros() - 3;
        mantissa <<= shift;
        exponent += 60 - i32::try_from(shift).expect("at most 63");
    }
    if let Some(digits) = precision.filter(|&digits| digits < 15) {
        let dropped = 60 - 4 * u32::try_from(digits).expect("less than 15");
        let half = 1_u64 << (dropped - 1);
        let rest = mantissa & ((half << 1) - 1);
        mantissa >>= dropped;
        if rest > half || (rest == half && mantissa & 1 == 1) {
            mantissa += 1;
        }
        mantissa <<= dropped;
        if mantissa >> 61 != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let digits = format!("{:015x}", mantissa & ((1 << 60) - 1));
    let digits = match precision {
        None => digits.trim_end_matches('0').to_owned(),
        Some(precision) if precision < 15 => digits[..precision].to_owned(),
        Some(precision) => digits + &"0".repeat(precision - 15),
    };
    let point = if digits.is_empty() { "" } else { "." };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("0x{}{point}{digits}p{sign}{:02}", mantissa >> 60, exponent.unsigned_abs())
}
