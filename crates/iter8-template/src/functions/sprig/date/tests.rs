//! Dates as Go prints and reads them. All expectations are answers of Go and Sprig.

mod methods;

use super::place::Place;
use crate::environment::Zone;
use crate::testing::{TestHost, call, call_in};
use crate::value::{IntKind, Value};

/// What a value prints as.
fn shown(value: Value) -> String {
    match value {
        Value::Str(text) => text.as_str().into_owned(),
        Value::Object(object) => object.print().as_str().into_owned(),
        Value::Int(number, _) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        other => panic!("{other:?}"),
    }
}

fn result(function: &str, arguments: &[Value]) -> Result<String, String> {
    call(function, arguments).map(shown)
}

/// Calls a function where another time zone is local.
fn in_zone(zone: &str, function: &str, arguments: &[Value]) -> String {
    let zone = Place::find(zone, &Zone::UTC);
    let Some(Place::Named(zone)) = zone else { panic!("{zone:?}") };
    let mut host = TestHost { zone, ..TestHost::default() };
    shown(call_in(&mut host, function, arguments).unwrap())
}

fn date(text: &str) -> Value {
    call("mustToDate", &["2006-01-02 15:04:05.999999999 Z07:00".into(), text.into()]).unwrap()
}

fn method(receiver: &Value, name: &str, arguments: &[Value]) -> Result<String, String> {
    let Value::Object(object) = receiver else { panic!("{receiver:?}") };
    object.call(name, arguments).unwrap_or_else(|| Err("no method".to_owned())).map(shown)
}

/// Checks how a moment prints by a layout in universal time.
fn check_layout(layout: &str, expected: &str) {
    let moment = date("2009-02-04 21:05:07.012345600 Z");
    assert_eq!(result("date", &[layout.into(), moment]).as_deref(), Ok(expected), "{layout}");
}

#[test]
fn every_element_of_a_layout_is_known() {
    for (layout, expected) in [
        ("2006 06 _2006", "2009 09 _2009"),
        ("January Jan 1 01 Janet", "February Feb 2 02 Janet"),
        ("Monday Mon Monk", "Wednesday Wed Monk"),
        ("2 _2 02 002 __2", "4  4 04 035  35"),
        ("15 3 03 PM pm", "21 9 09 PM pm"),
        ("4 04 5 05", "5 05 7 07"),
        ("MST Z0700 Z07:00 Z07 Z070000 Z07:00:00", "UTC Z Z Z Z Z"),
        ("-0700 -07:00 -07 -070000 -07:00:00", "+0000 +00:00 +00 +000000 +00:00:00"),
        ("05.000 05.999 05,000 .00 .9", "07.012 07.012 07,012 .01 "),
        (".000000000 .999999999 .0000000000", ".012345600 .0123456 .012345600"),
        (".01 .0a 0 9 ja mo p P", ".02 .0a 0 9 ja mo p P"),
        ("", ""),
        ("20060102T150405Z0700", "20090204T210507Z"),
        ("Mon, 02 Jan 2006 15:04:05 MST", "Wed, 04 Feb 2009 21:05:07 UTC"),
        ("\u{e4} 2006", "\u{e4} 2009"),
    ] {
        check_layout(layout, expected);
    }
}

#[test]
fn zones_have_their_offsets_and_names() {
    let check = |zone: &str, second: i64, expected: &str| {
        let arguments = ["15:04 MST -0700".into(), Value::int64(second), zone.into()];
        assert_eq!(result("dateInZone", &arguments).as_deref(), Ok(expected), "{zone}");
        assert_eq!(result("date_in_zone", &arguments).as_deref(), Ok(expected), "{zone}");
    };
    check("America/New_York", 1_501_459_200, "20:00 EDT -0400");
    check("America/New_York", 1_485_820_800, "19:00 EST -0500");
    check("America/Sao_Paulo", 1_501_459_200, "21:00 -03 -0300");
    check("Asia/Kathmandu", 1_501_459_200, "05:45 +0545 +0545");
    check("Europe/Berlin", 375_926_024_450, "17:40 CEST +0200");
    // Names are case-sensitive, and unknown ones are UTC.
    for zone in ["UTC", "", "Local", "america/new_york", "Nowhere/X", "../etc/passwd"] {
        check(zone, 1_501_459_200, "00:00 UTC +0000");
    }
}

#[test]
fn dates_take_times_and_numbers() {
    for (value, expected) in [
        (Value::int(0), "1970-01-01"),
        (Value::int64(1_684_152_000), "2023-05-15"),
        (Value::Int(-1, IntKind::Int32), "1969-12-31"),
        (date("2017-07-31 00:00:00 Z"), "2017-07-31"),
        // What is no time is now.
        (Value::Float(0.0), "2023-05-15"),
        ("0".into(), "2023-05-15"),
        (Value::Nil, "2023-05-15"),
        (Value::int64(99_999_999_999_999), "3170843-11-07"),
        (Value::int64(-99_999_999_999_999), "-3166904-02-24"),
    ] {
        assert_eq!(result("htmlDate", std::slice::from_ref(&value)).as_deref(), Ok(expected));
        let layout = "2006-01-02";
        assert_eq!(result("date", &[layout.into(), value.clone()]).as_deref(), Ok(expected));
        let zone = "Etc/UTC";
        assert_eq!(result("htmlDateInZone", &[value, zone.into()]).as_deref(), Ok(expected));
    }
    assert_eq!(result("now", &[]).as_deref(), Ok("2023-05-15 12:00:00.5 +0000 UTC"));
}

#[test]
fn texts_are_read_by_layouts() {
    for (layout, text, expected) in [
        ("2006-01-02", "2017-12-31", "2017-12-31 00:00:00 +0000 UTC"),
        ("2006-01-02 15:04:05", "2017-12-31 10:11:12.5", "2017-12-31 10:11:12.5 +0000 UTC"),
        ("2006-01-02 -0700", "2017-12-31 +0200", "2017-12-31 00:00:00 +0200 +0200"),
        ("2006-01-02Z07:00", "2017-12-31Z", "2017-12-31 00:00:00 +0000 UTC"),
        ("2006-01-02 MST", "2017-12-31 CET", "2017-12-31 00:00:00 +0000 CET"),
        ("2006-01-02 MST", "2017-12-31 GMT+3", "2017-12-31 03:00:00 +0300 GMT+3"),
        ("2006-01-02 MST", "2017-12-31 UTC", "2017-12-31 00:00:00 +0000 UTC"),
        ("Mon Jan _2 15:04:05 2006", "fri JUL  7 01:02:03 2017", "2017-07-07 01:02:03 +0000 UTC"),
        ("Monday, January 2 06", "Sunday, march 5 68", "2068-03-05 00:00:00 +0000 UTC"),
        ("2.1.06", "5.3.69", "1969-03-05 00:00:00 +0000 UTC"),
        ("3:04PM", "12:30AM", "0000-01-01 00:30:00 +0000 UTC"),
        ("3:04 pm", "1:30 pm", "0000-01-01 13:30:00 +0000 UTC"),
        ("2006-002", "2016-060", "2016-02-29 00:00:00 +0000 UTC"),
        ("2006 __2", "2017   7", "2017-01-07 00:00:00 +0000 UTC"),
        ("15h .000", "07h ,125", "0000-01-01 07:00:00.125 +0000 UTC"),
        ("2006 -07:00:00 .999", "2017 -01:02:03 ", "2017-01-01 00:00:00 -0102 -0102"),
    ] {
        let arguments = [layout.into(), text.into()];
        assert_eq!(result("mustToDate", &arguments).as_deref(), Ok(expected), "{layout} {text}");
        assert_eq!(result("toDate", &arguments).as_deref(), Ok(expected), "{layout} {text}");
    }
}

#[test]
fn unreadable_texts_are_told() {
    for (layout, text, message) in [
        ("2006", "x", "parsing time \"x\" as \"2006\": cannot parse \"x\" as \"2006\""),
        (
            "2006-01",
            "2017/01",
            "parsing time \"2017/01\" as \"2006-01\": cannot parse \"/01\" as \"-\"",
        ),
        ("2006", "2017 ", "parsing time \"2017 \": extra text: \" \""),
        ("2006-01", "2017-13", "parsing time \"2017-13\": month out of range"),
        ("2006-01-02", "2017-02-29", "parsing time \"2017-02-29\": day out of range"),
        ("15", "24", "parsing time \"24\": hour out of range"),
        ("3", "13", "parsing time \"13\": hour out of range"),
        ("15:04", "10:60", "parsing time \"10:60\": minute out of range"),
        ("05", "60", "parsing time \"60\": second out of range"),
        ("2006 002", "2017 366", "parsing time \"2017 366\": day-of-year out of range"),
        (
            "2006 1 002",
            "2017 2 001",
            "parsing time \"2017 2 001\": day-of-year does not match month",
        ),
        ("2006 2 002", "2017 2 001", "parsing time \"2017 2 001\": day-of-year does not match day"),
        ("-0700", "+2500", "parsing time \"+2500\": time zone offset hour out of range"),
        ("-07:00", "+01:61", "parsing time \"+01:61\": time zone offset minute out of range"),
        (
            "-07:00:00",
            "+01:00:61",
            "parsing time \"+01:00:61\": time zone offset second out of range",
        ),
        (
            "-07:00",
            "+01-00",
            "parsing time \"+01-00\" as \"-07:00\": cannot parse \"+01-00\" as \"-07:00\"",
        ),
        ("-07", "*01", "parsing time \"*01\" as \"-07\": cannot parse \"*01\" as \"-07\""),
        ("PM", "XM", "parsing time \"XM\" as \"PM\": cannot parse \"XM\" as \"PM\""),
        ("MST", "Mst", "parsing time \"Mst\" as \"MST\": cannot parse \"Mst\" as \"MST\""),
        ("MST", "ABCDEF", "parsing time \"ABCDEF\" as \"MST\": cannot parse \"ABCDEF\" as \"MST\""),
        ("Jan", "Foo", "parsing time \"Foo\" as \"Jan\": cannot parse \"Foo\" as \"Jan\""),
        ("01", "1", "parsing time \"1\" as \"01\": cannot parse \"1\" as \"01\""),
        (".000", ".12", "parsing time \".12\" as \".000\": cannot parse \".12\" as \".000\""),
        (
            "2006 x",
            "2017 \u{e4}\"",
            "parsing time \"2017 \\xc3\\xa4\\\"\" as \"2006 x\": cannot parse \"\\xc3\\xa4\\\"\" as \" x\"",
        ),
    ] {
        let arguments = [layout.into(), text.into()];
        assert_eq!(result("mustToDate", &arguments).unwrap_err(), message, "{layout} {text}");
        let zero = result("toDate", &arguments);
        assert_eq!(zero.as_deref(), Ok("0001-01-01 00:00:00 +0000 UTC"), "{layout} {text}");
    }
}

#[test]
fn abbreviations_of_zones_are_found_locally() {
    let read = |text: &str| {
        in_zone("Europe/Berlin", "mustToDate", &["2006-01-02 15:04 MST".into(), text.into()])
    };
    for (text, expected) in [
        ("2017-07-01 12:00 CEST", "2017-07-01 12:00:00 +0200 CEST"),
        ("2017-01-01 12:00 CET", "2017-01-01 12:00:00 +0100 CET"),
        // Summer time in winter is the same moment, told as it is told then.
        ("2017-01-01 12:00 CEST", "2017-01-01 11:00:00 +0100 CET"),
        ("2017-01-01 12:00 LMT", "2017-01-01 12:06:32 +0100 CET"),
        ("2017-01-01 12:00 PST", "2017-01-01 12:00:00 +0000 PST"),
        ("2017-01-01 12:00 WITA", "2017-01-01 12:00:00 +0000 WITA"),
        ("2017-01-01 12:00 ChST", "2017-01-01 12:00:00 +0000 ChST"),
        ("2017-01-01 12:00 ABCDT", "2017-01-01 12:00:00 +0000 ABCDT"),
        ("2017-01-01 12:00 +03", "2017-01-01 12:00:00 +0000 +03"),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
    let mut host = TestHost { steps_left: 10, ..TestHost::default() };
    assert!(call_in(&mut host, "toDate", &["MST".into(), "CET".into()]).is_err());
}

#[test]
fn local_is_where_the_caller_is() {
    let check = |function: &str, arguments: &[Value], expected: &str| {
        assert_eq!(in_zone("Europe/Berlin", function, arguments), expected, "{function}");
    };
    let moment = Value::int(1_501_459_200);
    check("date", &["15:04 MST".into(), moment], "02:00 CEST");
    check("now", &[], "2023-05-15 14:00:00.5 +0200 CEST");
    check("toDate", &["2006-01-02".into(), "2017-01-02".into()], "2017-01-02 00:00:00 +0100 CET");
    let with_offset = ["2006-01-02 -0700".into(), "2017-01-02 +0100".into()];
    check("toDate", &with_offset, "2017-01-02 00:00:00 +0100 CET");
    // These hours do not exist, or exist twice.
    let read = |text: &str| ["2006-01-02 15:04".into(), text.into()];
    check("toDate", &read("2017-03-26 02:30"), "2017-03-26 03:30:00 +0200 CEST");
    check("toDate", &read("2017-10-29 02:30"), "2017-10-29 02:30:00 +0100 CET");
}

#[test]
fn spans_are_read_and_added() {
    let moment = date("2017-12-31 00:00:00 Z");
    for (span, expected) in [
        ("1h30m", "2017-12-31 01:30:00 +0000 UTC"),
        ("-1.5s", "2017-12-30 23:59:58.5 +0000 UTC"),
        ("+1us", "2017-12-31 00:00:00.000001 +0000 UTC"),
        ("2\u{b5}s3\u{3bc}s", "2017-12-31 00:00:00.000005 +0000 UTC"),
        (".5ms", "2017-12-31 00:00:00.0005 +0000 UTC"),
        ("1.h", "2017-12-31 01:00:00 +0000 UTC"),
        ("0", "2017-12-31 00:00:00 +0000 UTC"),
        ("0.3333333333333333333h", "2017-12-31 00:20:00 +0000 UTC"),
        ("-9223372036854775808ns", "1725-09-21 00:12:43.145224192 +0000 UTC"),
    ] {
        for function in ["dateModify", "date_modify", "mustDateModify", "must_date_modify"] {
            let arguments = [span.into(), moment.clone()];
            assert_eq!(result(function, &arguments).as_deref(), Ok(expected), "{function} {span}");
        }
    }
    for (span, message) in [
        ("", "time: invalid duration \"\""),
        ("-", "time: invalid duration \"-\""),
        ("1", "time: missing unit in duration \"1\""),
        ("1d", "time: unknown unit \"d\" in duration \"1d\""),
        ("1h 2m", "time: unknown unit \"h \" in duration \"1h 2m\""),
        (".s", "time: invalid duration \".s\""),
        ("x", "time: invalid duration \"x\""),
        ("9223372036854775808ns", "time: invalid duration \"9223372036854775808ns\""),
        ("99999999999999999999ns", "time: invalid duration \"99999999999999999999ns\""),
        ("2562048h", "time: invalid duration \"2562048h\""),
        ("1\u{e9}", "time: unknown unit \"\\xc3\\xa9\" in duration \"1\\xc3\\xa9\""),
    ] {
        let arguments = [span.into(), moment.clone()];
        assert_eq!(result("mustDateModify", &arguments).unwrap_err(), message);
        let unchanged = result("dateModify", &arguments);
        assert_eq!(unchanged.as_deref(), Ok("2017-12-31 00:00:00 +0000 UTC"), "{span}");
    }
}

#[test]
fn spans_are_printed() {
    for (value, expected) in [
        ("95".into(), "1m35s"),
        (Value::int64(3600), "1h0m0s"),
        (Value::int64(-61), "-1m1s"),
        ("x".into(), "0s"),
        ("".into(), "0s"),
        ("1.5".into(), "0s"),
        ("99999999999999999999".into(), "-1s"),
        // For Sprig a literal is no number of seconds.
        (Value::int(95), "0s"),
        (Value::Float(95.0), "0s"),
    ] {
        assert_eq!(
            result("duration", std::slice::from_ref(&value)).as_deref(),
            Ok(expected),
            "{value:?}"
        );
    }
    for (value, expected) in [
        ("2400h".into(), "3mo"),
        ("8760h".into(), "12mo"),
        ("8760h1s".into(), "1y"),
        ("-48h1s".into(), "2d"),
        ("24h".into(), "24h"),
        ("1h".into(), "60m"),
        ("61s".into(), "1m"),
        ("1s".into(), "0s"),
        ("1500ms".into(), "1s"),
        ("x".into(), "0s"),
        (Value::int64(3_600_000_000_001), "1h"),
        (Value::int(3_600_000_000_001), "0s"),
        (date("2023-05-13 12:00:00 Z"), "2d"),
        (Value::Nil, "0s"),
    ] {
        assert_eq!(
            result("durationRound", std::slice::from_ref(&value)).as_deref(),
            Ok(expected),
            "{value:?}"
        );
    }
    for (value, expected) in [
        (date("2023-05-15 11:58:59.2 Z"), "1m1s"),
        (date("2023-05-15 13:00:00 Z"), "-1h0m0s"),
        (Value::int64(1_684_152_000), "1s"),
        ("x".into(), "0s"),
        (Value::Int(0, IntKind::Int32), "0s"),
    ] {
        assert_eq!(
            result("ago", std::slice::from_ref(&value)).as_deref(),
            Ok(expected),
            "{value:?}"
        );
    }
    assert_eq!(result("unixEpoch", &[date("2017-07-31 00:00:00 Z")]).as_deref(), Ok("1501459200"));
    let mistyped = "wrong type for value; expected time.Time; got string";
    assert_eq!(result("unixEpoch", &["x".into()]).unwrap_err(), mistyped);
}

#[test]
fn times_of_callers_keep_their_offset() {
    for (text, expected) in [
        ("2023-05-15T12:00:00.25+02:00[+02:00]", "2023-05-15 12:00:00.25 +0200 +0200"),
        ("2023-05-15T12:00:00Z[UTC]", "2023-05-15 12:00:00 +0000 UTC"),
        ("1969-12-31T23:59:59.75Z[UTC]", "1969-12-31 23:59:59.75 +0000 UTC"),
    ] {
        let at: jiff::Zoned = text.parse().unwrap();
        assert_eq!(shown(Value::from(&at)), expected, "{text}");
    }
}
