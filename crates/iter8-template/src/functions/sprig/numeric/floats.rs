//! Arithmetic with fractions. Sprig calculates with decimal numbers of any size, so that 0.1 and
//! 0.2 make 0.3, and returns the nearest float.

use super::super::cast::to_float;
use super::decimal::Decimal;
use crate::function::{Call, Failure, Function, Param};
use crate::value::Value;

/// Functions on fractions. They take values of any type, and what is no number as zero.
pub(in super::super) const FUNCTIONS: &[Function] = &[
    Function::new("add1f", &[Param::Any], |call| {
        let number = Decimal::from_float(to_float(&call.args[0]))?;
        Ok(Value::Float(number.plus(&Decimal::from_float(1.0)?).to_float()))
    }),
    Function::new("addf", &[], |call| calculated(call, |sum, next| Ok(sum.plus(next))))
        .variadic(Param::Any),
    Function::new("ceil", &[Param::Any], |call| Ok(to_float(&call.args[0]).ceil().into())),
    Function::new("divf", &[Param::Any], |call| calculated(call, Decimal::divided_by))
        .variadic(Param::Any),
    Function::new("floor", &[Param::Any], |call| Ok(to_float(&call.args[0]).floor().into())),
    Function::new("maxf", &[Param::Any], |call| Ok(folded(call, max))).variadic(Param::Any),
    Function::new("minf", &[Param::Any], |call| Ok(folded(call, |one, other| -max(-one, -other))))
        .variadic(Param::Any),
    Function::new("mulf", &[Param::Any], |call| {
        calculated(call, |product, next| Ok(product.times(next)))
    })
    .variadic(Param::Any),
    Function::new("round", &[Param::Any, Param::Int], |call| Ok(round(call)))
        .variadic(Param::Float),
    Function::new("subf", &[Param::Any], |call| {
        calculated(call, |difference, next| Ok(difference.minus(next)))
    })
    .variadic(Param::Any),
];

/// Combines the arguments from left to right; none are zero.
fn calculated(
    call: &mut Call<'_>,
    combine: impl Fn(&Decimal, &Decimal) -> Result<Decimal, Failure>,
) -> Result<Value, Failure> {
    let mut result: Option<Decimal> = None;
    for value in call.args {
        let next = Decimal::from_float(to_float(value))?;
        result = Some(match result {
            None => next,
            Some(result) => {
                // Products of many numbers grow without end.
                call.host.work(result.effort())?;
                combine(&result, &next)?
            }
        });
    }
    Ok(Value::Float(result.map_or(0.0, |result| result.to_float())))
}

fn folded(call: &Call<'_>, combine: fn(f64, f64) -> f64) -> Value {
    Value::Float(call.args.iter().map(to_float).reduce(combine).unwrap_or(0.0))
}

/// The larger number, as Go has it: infinity wins against everything, then what is no number.
fn max(one: f64, other: f64) -> f64 {
    if one == f64::INFINITY || other == f64::INFINITY {
        f64::INFINITY
    } else if one.is_nan() || other.is_nan() {
        f64::NAN
    } else if one == 0.0 && other == 0.0 {
        // Of the zeros the positive one is larger.
        if one.is_sign_negative() { other } else { one }
    } else {
        one.max(other)
    }
}

/// Rounds to so many places. What is left over counts up from one half, or from the third argument.
fn round(call: &Call<'_>) -> Value {
    let up_from = if call.args.len() > 2 { call.float(2) } else { 0.5 };
    let scale = power_of_ten(call.int(1));
    let scaled = scale * to_float(&call.args[0]);
    let rounded = if scaled.fract() >= up_from { scaled.ceil() } else { scaled.floor() };
    (rounded / scale).into()
}

/// By squaring, since the result has to be rounded at the same places as Go's.
fn power_of_ten(exponent: i64) -> f64 {
    let (mut power, mut square, mut bits) = (1.0, 10.0, exponent.unsigned_abs());
    while bits > 0 {
        if bits & 1 == 1 {
            power *= square;
        }
        square *= square;
        bits >>= 1;
    }
    if exponent < 0 { 1.0 / power } else { power }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{check, check_bounded};

    #[test]
    fn decimal_sums() {
        check(&[
            ("addf 0.1 0.2", "0.3"),
            ("addf 0.1 0.2 0.3", "0.6"),
            ("addf", "0.0"),
            ("addf 1", "1.0"),
            (r#"addf "1.5" 2 true nil"#, "4.5"),
            ("addf 1e308 1e308", "inf"),
            ("addf 1e-300 1e300", "1e300"),
            ("addf -0.0", "0.0"),
            ("addf 1e22 1", "1e22"),
            ("addf 123456789.123456789 0.000000001", "123456789.12345679"),
            ("addf -0.1 0.1", "0.0"),
            (r#"addf (float64 "nan") 1"#, "error: Cannot create a Decimal from NaN"),
            (r#"addf 1 (float64 "inf")"#, "error: Cannot create a Decimal from +Inf"),
            (r#"addf (float64 "-inf")"#, "error: Cannot create a Decimal from -Inf"),
            ("add1f 0.1", "1.1"),
            (r#"add1f "2.5""#, "3.5"),
            ("add1f nil", "1.0"),
            ("add1f -1", "0.0"),
            (r#"add1f (float64 "inf")"#, "error: Cannot create a Decimal from +Inf"),
            ("subf 0.3 0.1", "0.2"),
            ("subf 0.3 0.1 0.1", "0.1"),
            ("subf 0.3", "0.3"),
            (r#"subf 1 "x""#, "1.0"),
            ("subf 0 0.1", "-0.1"),
            ("subf 5e-324 5e-324", "0.0"),
        ]);
    }

    #[test]
    fn decimal_products() {
        check(&[
            ("mulf 0.1 0.2", "0.02"),
            ("mulf 1.1 1.1", "1.21"),
            ("mulf 3", "3.0"),
            ("mulf 1e200 1e200", "inf"),
            ("mulf -1e200 1e200", "-inf"),
            ("mulf 1e-200 1e-200", "0.0"),
            ("mulf -1e-200 1e-200", "-0.0"),
            ("mulf 0 -1", "0.0"),
            (r#"mulf "1.5" "4""#, "6.0"),
            ("mulf 0.1 3 0.7", "0.21"),
            ("divf 1 3", "0.3333333333333333"),
            ("divf 2 3", "0.6666666666666667"),
            ("divf -2 3", "-0.6666666666666667"),
            ("divf 10 4", "2.5"),
            ("divf 1 3 3", "0.1111111111111111"),
            ("divf 1", "1.0"),
            ("divf 1 0", "error: decimal division by 0"),
            (r#"divf 1 "x""#, "error: decimal division by 0"),
            ("divf 0 5", "0.0"),
            ("divf 1e-20 1", "0.0"),
            ("divf 5e-17 1", "1e-16"),
            ("divf 4e-17 1", "0.0"),
            ("divf -5e-17 1", "-1e-16"),
            ("divf 1e300 1e-300", "inf"),
            ("divf 1e-300 1e300", "0.0"),
            ("divf 7 -0.3", "-23.333333333333332"),
            ("divf 0.3 0.1", "3.0"),
            ("divf 22 7", "3.142857142857143"),
            ("divf 0.000001 3", "3.333333333e-7"),
        ]);
    }

    #[test]
    fn largest_and_smallest() {
        check(&[
            ("maxf 1 3.5 2", "3.5"),
            ("maxf 1", "1.0"),
            (r#"maxf "1.5" nil true"#, "1.5"),
            (r#"maxf (float64 "nan") 1"#, "NaN"),
            (r#"maxf 1 (float64 "nan")"#, "NaN"),
            (r#"maxf (float64 "inf") (float64 "nan")"#, "inf"),
            (r#"maxf (float64 "nan") (float64 "-inf")"#, "NaN"),
            ("maxf 0.0 -0.0", "0.0"),
            ("maxf -0.0 0.0", "0.0"),
            ("minf 1 3.5 2", "1.0"),
            ("minf 1", "1.0"),
            (r#"minf "1.5" 2"#, "1.5"),
            (r#"minf (float64 "nan") 1"#, "NaN"),
            (r#"minf (float64 "-inf") (float64 "nan")"#, "-inf"),
            ("minf 0.0 -0.0", "-0.0"),
            ("minf -0.0 0.0", "-0.0"),
        ]);
    }

    #[test]
    fn rounding() {
        check(&[
            ("floor 1.7", "1.0"),
            ("floor -1.2", "-2.0"),
            (r#"floor "3.9""#, "3.0"),
            ("floor nil", "0.0"),
            (r#"floor (float64 "inf")"#, "inf"),
            ("ceil 1.2", "2.0"),
            ("ceil -1.7", "-1.0"),
            (r#"ceil "3.1""#, "4.0"),
            ("ceil true", "1.0"),
            ("round 1.5 0", "2.0"),
            ("round 2.5 0", "3.0"),
            ("round -1.5 0", "-2.0"),
            ("round -1.7 0", "-2.0"),
            ("round 123.555555 2", "123.56"),
            ("round 123.555555 5", "123.55556"),
            ("round 1.005 2", "1.0"),
            ("round 2.675 2", "2.68"),
            ("round 1234.5 -2", "1200.0"),
            ("round 1250 -2", "1300.0"),
            ("round 1.4 0 0.3", "2.0"),
            ("round 1.9 0 0.95", "1.0"),
            ("round 123.5555 3 0.5", "123.556"),
            (r#"round "3.14159" 2"#, "3.14"),
            ("round nil 2", "0.0"),
            ("round 0 3", "0.0"),
            ("round 1e300 2", "1e300"),
            ("round 1e300 10", "inf"),
            ("round 0.1 400", "NaN"),
            ("round 5e-324 2", "0.0"),
            (r#"round (float64 "inf") 2"#, "inf"),
            (r#"round (float64 "nan") 2"#, "NaN"),
            ("round 0.000123456 7", "0.0001235"),
            ("round 3.2 30", "3.2"),
            ("round 1.5", "error! wrong number of args for round: want at least 2 got 1"),
            ("round 1.5 1.5", "error! expected integer; found 1.5"),
            ("round 1.5 1 1", "1.5"),
        ]);
    }

    #[test]
    fn halves_are_even() {
        check(&[
            ("addf 618158201497686.25 0.05", "618158201497686.2"),
            ("addf 618158201497686.25", "618158201497686.2"),
            ("mulf 618158201497686.25 10", "6181582014976862.0"),
            ("mulf 155220778665618.625 100", "1.5522077866561862e16"),
            ("subf 618158201497686.25 618158201497686", "0.2"),
        ]);
    }

    #[test]
    fn products_do_not_grow_without_end() {
        let many = " 1.2345678901234567".repeat(2000);
        check_bounded(&[&format!("mulf{many}")]);
    }
}
