//! Functions of numbers.

use jaq_core::native::bome;

use super::{Table, simple, values};
use crate::jq::value::Json;

/// A function of one number.
macro_rules! of_number {
    ($name:literal, $function:expr) => {
        ($name, values(0), |cv| {
            bome(cv.1.as_number().map(|number| Json::Number($function(number))))
        })
    };
}

/// A function of two numbers, both arguments.
macro_rules! of_two {
    ($name:literal, $function:expr) => {
        ($name, values(2), |mut cv| {
            let (second, first) = (cv.0.pop_var(), cv.0.pop_var());
            let numbers = first.as_number().and_then(|one| Ok((one, second.as_number()?)));
            bome(numbers.map(|(one, other)| Json::Number($function(one, other))))
        })
    };
}

/// The functions.
pub(super) fn table() -> Table {
    vec![
        ("infinite", values(0), |_| bome(Ok(Json::Number(f64::INFINITY)))),
        ("nan", values(0), |_| bome(Ok(Json::Number(f64::NAN)))),
        simple!("isinfinite", |value: &Json| value.as_number().map(|n| n.is_infinite().into())),
        simple!("isnan", |value: &Json| value.as_number().map(|n| n.is_nan().into())),
        simple!("isnormal", |value: &Json| value.as_number().map(|n| n.is_normal().into())),
        of_number!("abs", f64::abs),
        of_number!("acos", f64::acos),
        of_number!("asin", f64::asin),
        of_number!("atan", f64::atan),
        of_number!("cbrt", f64::cbrt),
        of_number!("ceil", f64::ceil),
        of_number!("cos", f64::cos),
        of_number!("cosh", f64::cosh),
        of_number!("exp", f64::exp),
        of_number!("exp10", |number: f64| 10_f64.powf(number)),
        of_number!("exp2", f64::exp2),
        of_number!("fabs", f64::abs),
        of_number!("floor", f64::floor),
        of_number!("log", f64::ln),
        of_number!("log10", f64::log10),
        of_number!("log2", f64::log2),
        of_number!("round", f64::round),
        of_number!("sin", f64::sin),
        of_number!("sinh", f64::sinh),
        of_number!("sqrt", f64::sqrt),
        of_number!("tan", f64::tan),
        of_number!("tanh", f64::tanh),
        of_number!("trunc", f64::trunc),
        of_two!("atan2", f64::atan2),
        of_two!("fmax", f64::max),
        of_two!("fmin", f64::min),
        of_two!("fmod", |one: f64, other: f64| one % other),
        of_two!("hypot", f64::hypot),
        of_two!("pow", f64::powf),
    ]
}
