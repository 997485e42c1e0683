//! Decimal numbers of any size, as far as Sprig's floating-point functions need them.

use num_bigint::{BigInt, Sign};

use crate::function::Failure;
use crate::print;

/// Digits after the point that a quotient is rounded to.
const QUOTIENT_PLACES: i32 = 16;

/// A number `digits * 10^exponent`.
#[derive(Debug, Clone)]
pub(super) struct Decimal {
    digits: BigInt,
    exponent: i32,
}

impl Decimal {
    /// The shortest decimal number that is nearest to a float.
    pub(super) fn from_float(number: f64) -> Result<Self, Failure> {
        if !number.is_finite() {
            let name = if number.is_nan() {
                "NaN"
            } else if number > 0.0 {
                "+Inf"
            } else {
                "-Inf"
            };
            return Err(format!("Cannot create a Decimal from {name}").into());
        }
        let text = print::scientific(number);
        let (mantissa, exponent) = text.split_once('e').expect("the format writes an exponent");
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}").parse::<i64>().expect("at most 17 digits");
        let exponent = exponent.parse::<i32>().expect("the format writes a number");
        let places = i32::try_from(fraction.len()).expect("at most 17 digits");
        Ok(Self { digits: digits.into(), exponent: exponent - places })
    }

    /// The nearest float, infinite if the number is beyond them.
    pub(super) fn to_float(&self) -> f64 {
        if self.digits.sign() == Sign::NoSign {
            return 0.0;
        }
        format!("{}e{}", self.digits, self.exponent).parse().expect("it is a number")
    }

    /// Steps that combining the number with a float takes at most.
    pub(super) fn effort(&self) -> u64 {
        // Steps of 50 ns; some are for allocations and for powers of ten.
        20 + self.digits.bits() / 16
    }

    pub(super) fn plus(&self, other: &Self) -> Self {
        let exponent = self.exponent.min(other.exponent);
        Self { digits: self.scaled_to(exponent) + other.scaled_to(exponent), exponent }
    }

    pub(super) fn minus(&self, other: &Self) -> Self {
        self.plus(&Self { digits: -&other.digits, exponent: other.exponent })
    }

    pub(super) fn times(&self, other: &Self) -> Self {
        Self {
            digits: &self.digits * &other.digits,
            // Exponents are below 400 each, and no template has so many numbers.
            exponent: self.exponent.saturating_add(other.exponent),
        }
    }

    /// The quotient, rounded half away from zero.
    pub(super) fn divided_by(&self, other: &Self) -> Result<Self, Failure> {
        if other.digits.sign() == Sign::NoSign {
            return Err("decimal division by 0".into());
        }
        let shift = self.exponent - other.exponent + QUOTIENT_PLACES;
        let (number, divisor) = (self.shifted(shift.max(0)), other.shifted((-shift).max(0)));
        let is_negative = number.sign() != divisor.sign();
        // Half of the divisor is added twice over, so that it need not be even.
        let (number, divisor) = (number.magnitude(), divisor.magnitude());
        let magnitude = (number * 2_u32 + divisor) / (divisor * 2_u32);
        let sign = if is_negative { Sign::Minus } else { Sign::Plus };
        let digits = BigInt::from_biguint(sign, magnitude);
        Ok(Self { digits, exponent: -QUOTIENT_PLACES })
    }

    /// The digits for an exponent that is not larger.
    fn scaled_to(&self, exponent: i32) -> BigInt {
        self.shifted(self.exponent - exponent)
    }

    /// The digits with so many zeros behind them.
    fn shifted(&self, zeros: i32) -> BigInt {
        &self.digits * BigInt::from(10).pow(zeros.unsigned_abs())
    }
}
