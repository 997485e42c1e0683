//! What can be configured, as typed.

use super::*;

fn message<T: fmt::Debug>(result: Result<T, InvalidValue>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn durations() {
    let nanos = [
        ("0", 0),
        ("0s", 0),
        ("15ns", 15),
        ("250us", 250_000),
        ("250µs", 250_000),
        ("0.25ms", 250_000),
        ("1.5ms", 1_500_000),
        ("2s", 2_000_000_000),
        ("1m30s", 90_000_000_000),
        ("1h0m0.5s", 3_600_500_000_000),
        ("24h", 86_400_000_000_000),
    ];
    for (text, expected) in nanos {
        assert_eq!(parse_duration(text), Ok(Duration::from_nanos(expected)), "{text}");
    }
    for text in ["", "1", "ms", "1.2.3s", "-1s", "1d", "1s2", "25h", "1e9s", "99999999999999999h"] {
        assert!(parse_duration(text).is_err(), "{text}");
    }
    assert_eq!(
        message(parse_duration("5")),
        "invalid duration \"5\": a unit is missing: ns, us, ms, s, m or h"
    );
}

#[test]
fn sizes() {
    let bytes = [
        ("0", 0),
        ("17", 17),
        ("17B", 17),
        ("64KiB", 65_536),
        ("64 kib", 65_536),
        ("3kB", 3_000),
        ("1MiB", 1 << 20),
        ("2MB", 2_000_000),
        ("5GiB", 5 << 30),
        ("1gb", 1_000_000_000),
    ];
    for (text, expected) in bytes {
        assert_eq!(parse_size(text), Ok(expected), "{text}");
    }
    for text in ["", "KiB", "-1", "1.5MB", "1TB", "99999999999GiB", "99999999999999999999"] {
        assert!(parse_size(text).is_err(), "{text}");
    }
}

#[test]
fn shares() {
    for (text, expected) in [("1%", 0.01), ("0.01", 0.01), ("0", 0.0), ("100%", 1.0), ("1", 1.0)] {
        let share: Share = text.parse().unwrap();
        assert!((share.value() - expected).abs() < 1e-15, "{text}");
    }
    for text in ["", "%", "2", "101%", "-0.1", "NaN", "inf", "one"] {
        assert!(text.parse::<Share>().is_err(), "{text}");
    }
    assert_eq!(Share::new(0.5).map(Share::value), Some(0.5));
    assert_eq!(Share::new(1.5), None);
}

#[test]
fn distributions_and_freezes() {
    let ms = Duration::from_millis;
    let share = Share::new(0.02).unwrap();
    let cases = [
        ("fixed", Distribution::Fixed),
        ("exponential", Distribution::Exponential),
        ("uniform:3ms", Distribution::Uniform { jitter: ms(3) }),
        ("slow-tail:2%:100ms", Distribution::SlowTail { share, latency: ms(100) }),
    ];
    for (text, expected) in cases {
        assert_eq!(text.parse(), Ok(expected), "{text}");
    }
    for text in ["", "uniform", "fixed:1ms", "slow-tail:2%", "slow-tail:x:1ms", "normal"] {
        assert!(text.parse::<Distribution>().is_err(), "{text}");
    }
    assert_eq!("500ms@10s".parse(), Ok(Freeze { at: ms(10_000), lasting: ms(500) }));
    assert_eq!(
        message("500ms".parse::<Freeze>()),
        "invalid freeze \"500ms\": not of the form <lasting>@<at>"
    );
}

#[test]
fn addresses() {
    for (text, shown) in [
        ("127.0.0.1:8080", "127.0.0.1:8080"),
        (":80", "0.0.0.0:80"),
        ("[::1]:9", "[::1]:9"),
        ("unix:/run/sample", "unix:/run/sample"),
    ] {
        assert_eq!(text.parse::<Listen>().unwrap().to_string(), shown);
    }
    for text in ["", "localhost:80", "127.0.0.1", "unix:"] {
        assert!(text.parse::<Listen>().is_err(), "{text}");
    }
}

#[test]
fn checks_what_answers_could_not_carry() {
    let redirect =
        |status, location: &str| Some(Redirect { status, location: location.to_owned() });
    let base = SampleConfig::default;
    assert!(base().check().is_ok());
    assert!(SampleConfig { redirect: redirect(302, "/x?y=1"), ..base() }.check().is_ok());
    for refused in [
        SampleConfig { error_status: 199, ..base() },
        SampleConfig { error_status: 600, ..base() },
        SampleConfig { redirect: redirect(200, "/x"), ..base() },
        SampleConfig { redirect: redirect(302, ""), ..base() },
        SampleConfig { redirect: redirect(302, "/x\r\nset-cookie: a"), ..base() },
    ] {
        let error = refused.check().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    }
}
