//! Arithmetic with whole numbers, in 64 bits that wrap around.

mod decimal;
pub(super) mod floats;

use super::cast::to_int;
use super::panics;
use crate::function::{Call, Failure, Function, Param};
use crate::value::Value;

/// Functions on whole numbers. They take values of any type, and what is no number as zero.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("add", &[], |call| Ok(folded(call, Some(0), i64::wrapping_add)))
        .variadic(Param::Any),
    Function::new("add1", &[Param::Any], |call| {
        Ok(Value::int64(to_int(&call.args[0]).wrapping_add(1)))
    }),
    Function::new("biggest", &[Param::Any], |call| Ok(max(call))).variadic(Param::Any),
    Function::new("div", &[Param::Any, Param::Any], |call| divided(call, i64::wrapping_div)),
    Function::new("max", &[Param::Any], |call| Ok(max(call))).variadic(Param::Any),
    Function::new("min", &[Param::Any], |call| Ok(folded(call, None, i64::min)))
        .variadic(Param::Any),
    Function::new("mod", &[Param::Any, Param::Any], |call| divided(call, i64::wrapping_rem)),
    Function::new("mul", &[Param::Any], |call| Ok(folded(call, None, i64::wrapping_mul)))
        .variadic(Param::Any),
    Function::new("sub", &[Param::Any, Param::Any], |call| {
        Ok(Value::int64(to_int(&call.args[0]).wrapping_sub(to_int(&call.args[1]))))
    }),
];

fn max(call: &Call<'_>) -> Value {
    folded(call, None, i64::max)
}

/// Combines the arguments from left to right, with or without a number to start from.
fn folded(call: &Call<'_>, start: Option<i64>, combine: fn(i64, i64) -> i64) -> Value {
    let numbers = start.into_iter().chain(call.args.iter().map(to_int));
    Value::int64(numbers.reduce(combine).unwrap_or(0))
}

fn divided(call: &Call<'_>, divide: fn(i64, i64) -> i64) -> Result<Value, Failure> {
    let (number, divisor) = (to_int(&call.args[0]), to_int(&call.args[1]));
    if divisor == 0 {
        return Err(panics::DIVIDE.into());
    }
    Ok(Value::int64(divide(number, divisor)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;

    #[test]
    fn whole_numbers() {
        check(&[
            ("add", "0i64"),
            ("add 1", "1i64"),
            ("add 1 2 3", "6i64"),
            (r#"add "1" 2.9 true nil "x""#, "4i64"),
            (r#"add "010" "0x10""#, "24i64"),
            ("add 9223372036854775807 1", "-9223372036854775808i64"),
            ("add1 1", "2i64"),
            (r#"add1 "7""#, "8i64"),
            ("add1 nil", "1i64"),
            ("add1 9223372036854775807", "-9223372036854775808i64"),
            ("sub 3 5", "-2i64"),
            (r#"sub "3" 1.9"#, "2i64"),
            ("sub -9223372036854775808 1", "9223372036854775807i64"),
            ("mul 3", "3i64"),
            ("mul 3 4 5", "60i64"),
            (r#"mul "3" "4""#, "12i64"),
            ("mul 9223372036854775807 2", "-2i64"),
            ("div 7 2", "3i64"),
            ("div -7 2", "-3i64"),
            ("div 7 -2", "-3i64"),
            (r#"div 7.9 "2""#, "3i64"),
            ("div 7 0", "error: runtime error: integer divide by zero"),
            (r#"div 7 "x""#, "error: runtime error: integer divide by zero"),
            ("div -9223372036854775808 -1", "-9223372036854775808i64"),
            ("mod 7 3", "1i64"),
            ("mod -7 3", "-1i64"),
            ("mod 7 -3", "1i64"),
            ("mod 7 0", "error: runtime error: integer divide by zero"),
            ("mod -9223372036854775808 -1", "0i64"),
            ("max 1 3 2", "3i64"),
            ("max 1", "1i64"),
            ("max -1 nil", "0i64"),
            (r#"max "9" 8.9"#, "9i64"),
            ("biggest 1 3 2", "3i64"),
            (r#"biggest "a""#, "0i64"),
            ("min 1 3 2", "1i64"),
            ("min 1", "1i64"),
            (r#"min "9" 8.9"#, "8i64"),
            ("min 1 nil", "0i64"),
            ("add 1.5 1.5", "2i64"),
            ("mul nil 3", "0i64"),
        ]);
    }

    #[test]
    fn arguments_have_to_be_there() {
        check(&[
            ("sub 1", "error! wrong number of args for sub: want 2 got 1"),
            ("div 1", "error! wrong number of args for div: want 2 got 1"),
            ("mod 1", "error! wrong number of args for mod: want 2 got 1"),
            ("max", "error! wrong number of args for max: want at least 1 got 0"),
            ("min", "error! wrong number of args for min: want at least 1 got 0"),
            ("mul", "error! wrong number of args for mul: want at least 1 got 0"),
            ("add1", "error! wrong number of args for add1: want 1 got 0"),
        ]);
    }
}
