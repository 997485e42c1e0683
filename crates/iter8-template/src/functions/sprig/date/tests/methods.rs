//! What templates call on times and spans.

use super::super::time::Time;
use super::{date, method, result};
use crate::value::Value;

#[test]
fn times_have_the_methods_of_go() {
    let moment = date("2017-12-31 10:11:12.013000014 +02:00");
    for (name, expected) in [
        ("Year", "2017"),
        ("Month", "December"),
        ("Day", "31"),
        ("Hour", "10"),
        ("Minute", "11"),
        ("Second", "12"),
        ("Nanosecond", "13000014"),
        ("Weekday", "Sunday"),
        ("YearDay", "365"),
        ("Unix", "1514707872"),
        ("UnixMilli", "1514707872013"),
        ("UnixMicro", "1514707872013000"),
        ("UnixNano", "1514707872013000014"),
        ("IsZero", "false"),
        ("IsDST", "false"),
        ("UTC", "2017-12-31 08:11:12.013000014 +0000 UTC"),
        ("Local", "2017-12-31 08:11:12.013000014 +0000 UTC"),
        ("Location", ""),
        ("String", "2017-12-31 10:11:12.013000014 +0200 +0200"),
    ] {
        assert_eq!(method(&moment, name, &[]).as_deref(), Ok(expected), "{name}");
        let message = method(&moment, name, &[Value::Nil]).unwrap_err();
        assert_eq!(message, format!("wrong number of args for {name}: want 0 got 1"));
    }
    let before_epoch = date("1969-12-31 23:59:59.9999 Z");
    assert_eq!(method(&before_epoch, "UnixMilli", &[]).as_deref(), Ok("-1"));
    for (name, message) in [
        ("Date", "function Date has 3 return values; should be 1 or 2"),
        (
            "Zone",
            "invalid function signature for Zone: second return value should be error; is int",
        ),
        ("Format", "wrong number of args for Format: want 1 got 0"),
        ("AddDate", "wrong number of args for AddDate: want 3 got 0"),
        ("Before", "wrong number of args for Before: want 1 got 0"),
        ("Nothing", "no method"),
    ] {
        assert_eq!(method(&moment, name, &[]).unwrap_err(), message);
    }
}

#[test]
fn methods_calculate() {
    let moment = date("2017-12-31 10:11:12.5 Z");
    let other = date("2017-12-31 10:11:12.5 +01:00");
    let hour = Value::int(3_600_000_000_000);
    for (name, arguments, expected) in [
        ("Format", vec!["2006".into()], "2017"),
        ("Add", vec![Value::int(1_500_000_000)], "2017-12-31 10:11:14 +0000 UTC"),
        (
            "AddDate",
            vec![Value::int(0), Value::int(2), Value::int(1)],
            "2018-03-04 10:11:12.5 +0000 UTC",
        ),
        ("Round", vec![hour.clone()], "2017-12-31 10:00:00 +0000 UTC"),
        ("Round", vec![Value::int(1_000_000_000)], "2017-12-31 10:11:13 +0000 UTC"),
        ("Truncate", vec![hour], "2017-12-31 10:00:00 +0000 UTC"),
        ("Truncate", vec![Value::int(0)], "2017-12-31 10:11:12.5 +0000 UTC"),
        ("Sub", vec![other.clone()], "1h0m0s"),
        ("Before", vec![other.clone()], "false"),
        ("After", vec![other.clone()], "true"),
        ("Equal", vec![other.clone()], "false"),
        ("Compare", vec![other.clone()], "1"),
    ] {
        assert_eq!(method(&moment, name, &arguments).as_deref(), Ok(expected), "{name}");
    }
    for (name, expected) in [
        ("Format", "string"),
        ("Add", "time.Duration"),
        ("Sub", "time.Time"),
        ("Equal", "time.Time"),
        ("In", "*time.Location"),
    ] {
        let message = method(&moment, name, &[Value::Nil]).unwrap_err();
        assert_eq!(message, format!("wrong type for value; expected {expected}; got <nil>"));
    }
    let texts = [Value::int(0), Value::int(0), "1".into()];
    let message = method(&moment, "AddDate", &texts).unwrap_err();
    assert_eq!(message, "wrong type for value; expected int; got string");
    // The place of one time can be given to another.
    let Value::Object(object) = &moment else { panic!("a time") };
    let place = object.call("Location", &[]).unwrap().unwrap();
    assert_eq!(
        method(&other, "In", std::slice::from_ref(&place)).as_deref(),
        Ok("2017-12-31 09:11:12.5 +0000 UTC")
    );
    assert_eq!(method(&place, "String", &[]).as_deref(), Ok("UTC"));
    // The largest span stands for all larger ones.
    let far = [date("0001-07-31 00:00:00 Z"), date("9999-12-30 00:00:00 Z")];
    let span = method(&far[0], "Sub", &far[1..]);
    assert_eq!(span.as_deref(), Ok("-2562047h47m16.854775808s"));
}

#[test]
fn spans_have_the_methods_of_go() {
    let Value::Object(object) = date("2017-12-31 10:11:12.5 Z") else { panic!("a time") };
    let earlier = date("2017-12-31 08:41:12 Z");
    let span = object.call("Sub", &[earlier]).unwrap().unwrap();
    for (name, expected) in [
        ("String", "1h30m0.5s"),
        ("Hours", "1.500138888888889"),
        ("Minutes", "90.00833333333334"),
        ("Seconds", "5400.5"),
        ("Milliseconds", "5400500"),
        ("Microseconds", "5400500000"),
        ("Nanoseconds", "5400500000000"),
        ("Abs", "1h30m0.5s"),
    ] {
        assert_eq!(method(&span, name, &[]).as_deref(), Ok(expected), "{name}");
    }
    let minute = [Value::int(60_000_000_000)];
    assert_eq!(method(&span, "Round", &minute).as_deref(), Ok("1h30m0s"));
    assert_eq!(method(&span, "Truncate", &[Value::int(-1)]).as_deref(), Ok("1h30m0.5s"));
    assert_eq!(
        method(&span, "Round", &[Value::Nil]).unwrap_err(),
        "wrong type for value; expected time.Duration; got <nil>"
    );
    assert_eq!(method(&span, "Nothing", &[]).unwrap_err(), "no method");
}

#[test]
fn types_are_those_of_go() {
    let moment = date("2017-12-31 10:11:12.5 +01:00");
    let Value::Object(object) = &moment else { panic!("a time") };
    let get = |name: &str| match object.call(name, &[]).unwrap().unwrap() {
        Value::Object(object) => object,
        other => panic!("{other:?}"),
    };
    let span = match object.call("Sub", std::slice::from_ref(&moment)).unwrap().unwrap() {
        Value::Object(object) => object,
        other => panic!("{other:?}"),
    };
    for (object, type_name, kind, number, is_true, json) in [
        (object.clone(), "time.Time", "struct", None, true, "\"2017-12-31T10:11:12.5+01:00\""),
        (get("Month"), "time.Month", "int", Some(12), true, "12"),
        (get("Weekday"), "time.Weekday", "int", Some(0), false, "0"),
        (get("Location"), "*time.Location", "ptr", None, true, "{}"),
        (span, "time.Duration", "int64", Some(0), false, "0"),
    ] {
        assert_eq!((object.type_name(), object.kind_name()), (type_name, kind));
        assert_eq!((object.number(), object.is_true()), (number, is_true), "{type_name}");
        assert!(object.field("x").is_none());
        let written = result("toJson", &[Value::Object(object)]);
        assert_eq!(written.as_deref(), Ok(json), "{type_name}");
    }
    let month = Value::Object(get("Month"));
    assert_eq!(method(&month, "String", &[]).as_deref(), Ok("December"));
    assert!(Time::of(&month).is_none() && Time::of(&moment).is_some());
}
