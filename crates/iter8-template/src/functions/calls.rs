//! What load tests make the data of their calls with, beside Sprig.

use super::sprig::random;
use crate::function::{Call, Failure, Function, Param};
use crate::value::Value;

/// Functions of data and metadata of gRPC calls.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("newUUID", &[], random::uuid),
    Function::new("randomInt", &[Param::Int, Param::Int], random_int),
    Function::new("randomString", &[Param::Int], random_string),
];

/// Lengths of a random string for which none is asked.
const SHORTEST: u64 = 2;
const LONGEST: u64 = 16;

/// A whole number from the first argument up to, but not including, the second. A negative first
/// one counts as 0, a second one that is not positive as 1.
fn random_int(call: &mut Call<'_>) -> Result<Value, Failure> {
    let least = call.int(0).max(0);
    let end = if call.int(1) <= 0 { 1 } else { call.int(1) };
    let range = u64::try_from(end - least).ok().filter(|range| *range > 0);
    let range = range.ok_or("invalid argument to Intn")?;
    let number = random::below(call.host.random(), range);
    Ok(Value::int(least.wrapping_add_unsigned(number)))
}

/// Letters and digits: as many as the argument says, or 2 to 16 if it is not positive.
fn random_string(call: &mut Call<'_>) -> Result<Value, Failure> {
    let count = usize::try_from(call.int(0)).unwrap_or(0);
    let count = if count > 0 {
        count
    } else {
        let more = random::below(call.host.random(), LONGEST - SHORTEST + 1);
        usize::try_from(SHORTEST + more).unwrap_or(usize::MAX)
    };
    random::text(call, count, u8::is_ascii_alphanumeric)
}

#[cfg(test)]
mod tests {
    use crate::functions::Dialect;
    use crate::templates::Templates;
    use crate::testing::{DATA, json, outcome};

    fn check(text: &str, expected: &str) {
        assert_eq!(outcome(&Templates::new(Dialect::Calls), text, &json(DATA)), expected, "{text}");
    }

    #[test]
    fn results_are_as_described() {
        check("{{ newUUID }}", "00010203-0405-4607-8809-0a0b0c0d0e0f");
        check("{{ len (randomString 5) }}", "5");
        check("{{ $n := len (randomString 0) }}{{ and (ge $n 2) (le $n 16) }}", "true");
        check("{{ $n := len (randomString -1) }}{{ and (ge $n 2) (le $n 16) }}", "true");
        check(r#"{{ regexMatch "^[0-9A-Za-z]{300}$" (randomString 300) }}"#, "true");
        check("{{ randomInt 3 4 }} {{ randomInt -5 1 }} {{ randomInt 0 -2 }}", "3 0 0");
        check("{{ range until 300 }}{{ if ge (randomInt 2 5) 5 }}!{{ end }}{{ end }}", "");
        check("{{ upper \"a\" | printf \"%s%d\" \"b\" }}", "b%!d(string=A)");
    }

    #[test]
    fn an_empty_range_is_an_error() {
        let error = "! x:1:3: executing \"x\" at <randomInt 7 7>: error calling randomInt: invalid argument to Intn";
        check("{{ randomInt 7 7 }}", error);
    }
}
