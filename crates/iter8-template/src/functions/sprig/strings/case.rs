//! Upper and lower case, and what else works character by character.

use super::super::runes::{
    is_digit, is_letter, is_lower, is_title, is_upper, to_lower, to_title, to_upper,
};
use crate::function::{Call, Function, Param};
use crate::value::Value;

/// Functions on characters.
pub(in super::super) const FUNCTIONS: &[Function] = &[
    Function::new("initials", &[Param::Text], |call| Ok(initials(call))),
    Function::new("lower", &[Param::Text], |call| Ok(mapped(call, to_lower))),
    Function::new("nospace", &[Param::Text], |call| Ok(nospace(call))),
    Function::new("swapcase", &[Param::Text], |call| Ok(swapcase(call))),
    Function::new("title", &[Param::Text], |call| Ok(title(call))),
    Function::new("untitle", &[Param::Text], |call| Ok(untitle(call))),
    Function::new("upper", &[Param::Text], |call| Ok(mapped(call, to_upper))),
];

fn mapped(call: &Call<'_>, mapping: impl FnMut(char) -> char) -> Value {
    Value::text(call.text(0).as_str().chars().map(mapping).collect::<String>())
}

/// The first letter of each word. Like Sprig it takes bytes for characters.
fn initials(call: &Call<'_>) -> Value {
    let mut before = ' ';
    let mut letters = String::new();
    for c in call.text(0).as_bytes().iter().copied().map(char::from) {
        if before.is_whitespace() && !c.is_whitespace() {
            letters.push(c);
        }
        before = c;
    }
    Value::text(letters)
}

/// The text without spaces. Like Sprig it takes bytes for characters if there is a space, so that
/// it spoils everything beyond ASCII.
fn nospace(call: &Call<'_>) -> Value {
    let text = call.text(0);
    let characters = || text.as_bytes().iter().copied().map(char::from);
    if !characters().any(char::is_whitespace) {
        return text.clone().into();
    }
    Value::text(characters().filter(|c| !c.is_whitespace()).collect::<String>())
}

/// The other case for each letter; title case for lower-case letters that begin a word.
fn swapcase(call: &Call<'_>) -> Value {
    let mut starts_word = true;
    mapped(call, |c| {
        let is_small = is_lower(c);
        if is_small || is_upper(c) || is_title(c) {
            let begins = std::mem::replace(&mut starts_word, false);
            match (is_small, begins) {
                (true, true) => to_title(c),
                (true, false) => to_upper(c),
                (false, _) => to_lower(c),
            }
        } else {
            starts_word = c.is_whitespace();
            c
        }
    })
}

/// Words in title case, where anything but letters, digits and the underscore ends a word.
fn title(call: &Call<'_>) -> Value {
    let mut before = ' ';
    mapped(call, |c| {
        let begins = ends_word(before);
        before = c;
        if begins { to_title(c) } else { c }
    })
}

/// Beyond ASCII only spaces end a word.
fn ends_word(c: char) -> bool {
    if c.is_ascii() {
        !c.is_ascii_alphanumeric() && c != '_'
    } else {
        !is_letter(c) && !is_digit(c) && c.is_whitespace()
    }
}

/// Words, which spaces separate, with a small first letter.
fn untitle(call: &Call<'_>) -> Value {
    let mut starts_word = true;
    mapped(call, |c| {
        let begins = starts_word && !c.is_whitespace();
        starts_word = c.is_whitespace();
        if begins { to_lower(c) } else { c }
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::check;

    #[test]
    fn letters() {
        check(&[
            (r#"upper "abc ä ß ǆ ﬁ ı""#, r#""ABC Ä ß Ǆ ﬁ I""#),
            (r#"upper "ᾳ ᾀ ΐ ŉ ა""#, r#""ᾼ ᾈ ΐ ŉ Ა""#),
            (r#"upper (b64dec "Yf9j")"#, r#""A�C""#),
            (r#"lower "ABC Ä İ Σ Ǆ ẞ""#, r#""abc ä i σ ǆ ß""#),
            (r#"lower (b64dec "Qf9D")"#, r#""a�c""#),
            (r#"title "hello world""#, r#""Hello World""#),
            (
                r#"title "hello_world hello-world hello.world""#,
                r#""Hello_world Hello-World Hello.World""#,
            ),
            (r#"title "it's 3rd dža ǆ ვ""#, r#""It'S 3rd Dža ǅ ვ""#),
            (r#"title "ÄB äb\u00a0c\u2014d""#, "\"ÄB Äb\u{a0}C—d\""),
            (r#"title "a\u0301b c""#, "\"A\u{301}b C\""),
            (r#"title """#, r#""""#),
            (r#"untitle "Hello World""#, r#""hello world""#),
            (r#"untitle "HELLO  WORLD\tAGAIN""#, r#""hELLO  wORLD\taGAIN""#),
            (r#"untitle "ÄB Äb İx""#, r#""äB äb ix""#),
            (r#"untitle "1A _B""#, r#""1A _B""#),
            (r#"untitle """#, r#""""#),
            (r#"swapcase "This Is A.Test""#, r#""tHIS iS a.tEST""#),
            (r#"swapcase "hello WORLD""#, r#""HELLO world""#),
            (r#"swapcase "a1b 1a""#, r#""A1B 1A""#),
            (r#"swapcase "ǆa ǅ ß ä Ä""#, r#""ǅA ǆ ß Ä ä""#),
            (r#"swapcase "-a -A""#, r#""-A -a""#),
            (r#"swapcase """#, r#""""#),
        ]);
    }

    #[test]
    fn initials_and_spaces() {
        check(&[
            (r#"initials "First Try""#, r#""FT""#),
            (r#"initials "first  try\tnow""#, r#""ftn""#),
            (r#"initials " a b""#, r#""ab""#),
            (r#"initials "äb öc""#, r#""ÃÃ""#),
            (r#"initials "a\u00a0b""#, r#""ab""#),
            (r#"initials """#, r#""""#),
            (r#"nospace "a b\tc\nd""#, r#""abcd""#),
            (r#"nospace "abc""#, r#""abc""#),
            (r#"nospace "äb""#, r#""äb""#),
            (r#"nospace "ä b""#, r#""Ã¤b""#),
            (r#"nospace "à""#, r#""Ã""#),
            (r#"nospace " ""#, r#""""#),
            (r#"nospace """#, r#""""#),
        ]);
    }
}
