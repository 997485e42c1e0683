//! Semantic versions, as the library of Masterminds reads and compares them.

mod constraint;
mod version;

use std::rc::Rc;

use crate::function::{Call, Failure, Function, Param};
use crate::value::Value;

use constraint::Constraints;
use version::Version;

/// Functions on versions.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("semver", &[Param::Text], semver),
    Function::new("semverCompare", &[Param::Text, Param::Text], semver_compare),
];

/// Bytes looked at in the time of one step.
const BYTES_PER_STEP: u64 = 32;

fn semver(call: &mut Call<'_>) -> Result<Value, Failure> {
    Ok(Value::Object(Rc::new(Version::parse(&call.text(0).as_str())?)))
}

fn semver_compare(call: &mut Call<'_>) -> Result<Value, Failure> {
    // A range may begin anywhere and is looked for up to the end.
    let length = call.text(0).len() as u64;
    call.host.work(length.saturating_mul(length) / BYTES_PER_STEP)?;
    let constraints = Constraints::parse(&call.text(0).as_str())?;
    let version = Version::parse(&call.text(1).as_str())?;
    Ok(Value::Bool(constraints.allow(&version)))
}

#[cfg(test)]
mod tests {
    use crate::testing::call;
    use crate::value::Value;

    /// Checks which of the versions satisfy a constraint.
    fn check(constraint: &str, allowed: &[&str], refused: &[&str]) {
        for (versions, expected) in [(allowed, true), (refused, false)] {
            for version in versions {
                let result = call("semverCompare", &[constraint.into(), (*version).into()]);
                let result = result.map(|value| value.is_true());
                assert_eq!(result, Ok(expected), "{constraint} {version}");
            }
        }
    }

    #[test]
    fn operators_compare() {
        check("1.2.3", &["1.2.3", "v1.2.3", "1.2.3+build"], &["1.2.4", "1.2.3-rc.1"]);
        check("=1.2", &["1.2.0", "1.2.9"], &["1.3.0", "1.1.9"]);
        check("!=1.2.3", &["1.2.4", "1.2.4-rc.1", "1.2.3-rc.1"], &["1.2.3"]);
        check("!=1.2", &["1.3.0", "2.2.0"], &["1.2.9", "1.3.0-rc.1"]);
        check("!=1", &["2.0.0"], &["1.9.9"]);
        check("!=1.2.x-rc.1", &["1.2.0-rc.2", "1.2.1"], &["1.2.0-rc.1"]);
        check("!=*", &["0.0.1", "1.0.0"], &["0.0.0"]);
        check(">1.2.3", &["1.2.4", "2.0.0"], &["1.2.3", "1.2.4-rc.1"]);
        check(">1", &["2.0.0"], &["1.9.9", "0.1.0"]);
        check(">1.2", &["1.3.0"], &["1.2.9"]);
        check(">*", &["1.0.0"], &["0.0.0"]);
        check("<1.2.3", &["1.2.2"], &["1.2.3", "1.2.3-rc.1"]);
        check("<1.2.3-rc.2", &["1.2.3-rc.1", "1.2.2"], &["1.2.3-rc.2"]);
        check(">=1.2", &["1.2.0", "3.0.0"], &["1.1.9"]);
        check("=>1.2", &["1.2.0"], &["1.1.9"]);
        check("<=1.2", &["1.2.9", "0.9.0"], &["1.3.0", "2.0.0"]);
        check("=<1", &["1.9.9"], &["2.0.0"]);
        check("<=1.2.3", &["1.2.3"], &["1.2.4"]);
    }

    #[test]
    fn ranges_cover_releases() {
        check("*", &["0.0.0", "9.9.9"], &["1.0.0-rc.1"]);
        check("*-0", &["1.0.0-rc.1"], &[]);
        check("1.x", &["1.0.0", "1.9.9"], &["2.0.0", "0.9.9"]);
        check("1.2.X", &["1.2.5"], &["1.3.0"]);
        check("~1.2.3", &["1.2.3", "1.2.9"], &["1.3.0", "1.2.2", "2.2.3"]);
        check("~>1", &["1.9.9"], &["2.0.0"]);
        check("~0.0.0", &["5.0.0"], &[]);
        check("~1.2.3-beta.2", &["1.2.3-beta.2", "1.2.9"], &["1.2.3-beta.1"]);
        check("^1.2.3", &["1.2.3", "1.9.0"], &["2.0.0", "1.2.2", "1.9.0-rc.1"]);
        check("^1.2.3-0", &["1.9.0-rc.1"], &["2.0.0"]);
        check("^0.2.3", &["0.2.9"], &["0.3.0", "1.0.0"]);
        check("^0.0.3", &["0.0.3"], &["0.0.4", "0.1.0"]);
        check("^0.0", &["0.0.9"], &["0.1.0"]);
        check("^0", &["0.9.0"], &["1.0.0"]);
    }

    #[test]
    fn constraints_combine() {
        check(">=1.2, <2.0", &["1.5.0"], &["2.0.0", "1.1.0"]);
        check(">= 1.2 < 2.0", &["1.5.0"], &["2.0.0"]);
        check("1.2 - 1.4.5", &["1.2.0", "1.4.5"], &["1.4.6", "1.1.9"]);
        check("1.2 - 1.4 !=1.3.1", &["1.3.0"], &["1.3.1"]);
        check("<1 || >=3, <4 || 5.0.0", &["0.9.0", "3.1.0", "5.0.0"], &["2.0.0", "4.0.0"]);
    }

    #[test]
    fn prereleases_are_ordered() {
        let ordered = ["alpha", "alpha.1", "alpha.beta", "beta", "beta.2", "beta.11", "rc.1"];
        for pair in ordered.windows(2) {
            let constraint = format!("<1.0.0-{}", pair[1]);
            check(&constraint, &[&format!("1.0.0-{}", pair[0])], &[&format!("1.0.0-{}", pair[1])]);
        }
    }

    #[test]
    fn long_constraints_take_steps() {
        for part in [" ", "1", "1 - "] {
            let constraint = part.repeat(100_000);
            let result = call("semverCompare", &[constraint.as_str().into(), "1".into()]);
            assert_eq!(result.unwrap_err(), "out of steps", "{part}");
        }
    }

    #[test]
    fn broken_input_is_told() {
        let cases = [
            ("", "1.0.0", "improper constraint: "),
            ("1.2.3,", "1.0.0", "improper constraint: 1.2.3,"),
            ("1,, 2", "1.0.0", "improper constraint: 1,, 2"),
            ("1 || >>2", "1.0.0", "improper constraint:  >>2"),
            ("1.2.3.4", "1.0.0", "improper constraint: 1.2.3.4"),
            (">1 - 2", "1.0.0", "improper constraint: >>= 1, <= 2 "),
            ("1x", "1.0.0", "constraint Parser Error"),
            ("1.0.0-01", "1.0.0", "constraint Parser Error"),
            ("1", "x", "Invalid Semantic Version"),
            ("1", "1.0.0.0", "Invalid Semantic Version"),
            ("1", "1.0.0-", "Invalid Semantic Version"),
            ("1", "1.0.0-a..b", "Invalid Semantic Version"),
            ("1", "1.0.0-01", "Version segment starts with 0"),
            (
                "1",
                "99999999999999999999",
                "Error parsing version segment: strconv.ParseUint: parsing \
                 \"99999999999999999999\": value out of range",
            ),
        ];
        for (constraint, version, message) in cases {
            let result = call("semverCompare", &[constraint.into(), version.into()]);
            assert_eq!(result.map(|_| ()), Err(message.to_owned()), "{constraint} {version}");
        }
    }

    /// Calls a method of a version and prints what it returns.
    fn method(version: &str, name: &str, arguments: &[Value]) -> Result<String, String> {
        let Value::Object(version) = call("semver", &[version.into()]).unwrap() else {
            panic!("a version is an object");
        };
        let result = version.call(name, arguments).unwrap_or_else(|| Err("no method".to_owned()));
        result.map(|value| match value {
            Value::Object(object) => object.print().to_string(),
            Value::Str(text) => text.to_string(),
            Value::Int(number, _) => number.to_string(),
            Value::Bool(value) => value.to_string(),
            other => format!("{other:?}"),
        })
    }

    #[test]
    fn methods_tell_the_parts() {
        for (name, expected) in [
            ("Major", "1"),
            ("Minor", "2"),
            ("Patch", "0"),
            ("Prerelease", "rc.1"),
            ("Metadata", "build-5"),
            ("Original", "v1.2-rc.1+build-5"),
            ("String", "1.2.0-rc.1+build-5"),
            ("IncMajor", "2.0.0"),
            ("IncMinor", "1.3.0"),
            ("IncPatch", "1.2.0"),
        ] {
            assert_eq!(method("v1.2-rc.1+build-5", name, &[]), Ok(expected.to_owned()), "{name}");
        }
        assert_eq!(method("1.2.3", "IncPatch", &[]), Ok("1.2.4".to_owned()));
        assert_eq!(
            method("1", "Major", &[1.0.into()]).unwrap_err(),
            "wrong number of args for Major: want 0 got 1"
        );
        assert_eq!(method("1", "Nothing", &[]).unwrap_err(), "no method");
    }

    #[test]
    fn methods_compare_and_change() {
        let other = call("semver", &["1.2.3".into()]).unwrap();
        for (name, version, expected) in [
            ("Compare", "1.2.4", "1"),
            ("Compare", "1.2.3+x", "0"),
            ("Compare", "1.2.3-a", "-1"),
            ("Equal", "1.2.3", "true"),
            ("LessThan", "1.2.3", "false"),
            ("LessThanEqual", "1.2.3", "true"),
            ("GreaterThan", "1.3.0", "true"),
            ("GreaterThanEqual", "1.0.0", "false"),
        ] {
            let result = method(version, name, std::slice::from_ref(&other));
            assert_eq!(result, Ok(expected.to_owned()), "{name} {version}");
        }
        for (name, argument, expected) in [
            ("SetPrerelease", "rc.2", Ok("1.2.3-rc.2")),
            ("SetPrerelease", "", Ok("1.2.3")),
            ("SetPrerelease", "01", Err("Version segment starts with 0")),
            ("SetPrerelease", "ä", Err("Invalid Prerelease string")),
            ("SetMetadata", "x", Ok("1.2.3+x")),
            ("SetMetadata", "a_b", Err("Invalid Metadata string")),
        ] {
            let result = method("1.2.3", name, &[argument.into()]);
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(result, expected, "{name} {argument}");
        }
        assert!(method("1", "Compare", &["1".into()]).unwrap_err().contains("*semver.Version"));
    }

    #[test]
    fn versions_print_in_full() {
        let Value::Object(version) = call("semver", &["v1.2".into()]).unwrap() else {
            panic!("a version is an object");
        };
        assert_eq!(version.print().to_string(), "1.2.0");
        assert_eq!(version.type_name(), "*semver.Version");
        let json = call("toJson", &[Value::Object(version)]).unwrap();
        assert!(matches!(json, Value::Str(text) if text.as_bytes() == b"\"1.2.0\""));
    }
}
