//! The time, and its texts.

use jaq_core::ValR;
use jaq_core::native::bome;
use jiff::Timestamp;

use super::{Table, simple, values};
use crate::jq::value::{Json, fail};

/// The functions.
pub(super) fn table() -> Table {
    vec![
        ("now", values(0), |cv| bome(Ok(Json::Number(cv.0.data().now)))),
        simple!("fromdateiso8601", from_date),
        simple!("todateiso8601", to_date),
    ]
}

/// Seconds since 1970 of a text such as `2015-03-05T23:51:47Z`.
fn from_date(value: &Json) -> ValR<Json> {
    match value.as_text()?.parse::<Timestamp>() {
        Ok(time) => Ok(Json::Number(time.as_millisecond() as f64 / 1000.0)),
        Err(_) => fail(format!("{value} is no date and time such as 2015-03-05T23:51:47Z")),
    }
}

/// The reverse, to the second.
fn to_date(value: &Json) -> ValR<Json> {
    let seconds = value.as_number()?;
    #[expect(clippy::cast_possible_truncation, reason = "`as` saturates, and far off is refused")]
    match Timestamp::from_second(seconds.floor() as i64) {
        Ok(time) if !seconds.is_nan() => Ok(Json::text(time.to_string())),
        _ => fail(format!("{value} is no time since 1970 in seconds")),
    }
}
