//! The words of identifiers: snake, kebab and camel case. Bytes that are no characters become U+FFFD
//! here, where Sprig keeps some of them.

use super::super::runes::{is_letter, is_punctuation, is_upper, to_lower, to_upper};
use crate::function::{Call, Failure, Function, Param};
use crate::value::Value;

/// Functions on the words of identifiers.
pub(in super::super) const FUNCTIONS: &[Function] = &[
    Function::new("camelcase", &[Param::Text], |call| {
        Ok(Value::text(camel(&call.text(0).as_str())))
    }),
    Function::new("kebabcase", &[Param::Text], |call| connected(call, '-')),
    Function::new("snakecase", &[Param::Text], |call| connected(call, '_')),
];

/// What a character is in an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// A space, `_` or `-`, which may separate words.
    Connector,
    Punctuation,
    Capital,
    /// A letter of a script with cases or without, but no ideograph.
    Letter,
    Number,
    Other,
    /// Bytes that are no character, with nothing else in the text.
    Broken,
}

fn is_connector(c: char) -> bool {
    c == '-' || c == '_' || c.is_whitespace()
}

fn class(c: char) -> Class {
    match c {
        char::REPLACEMENT_CHARACTER => Class::Broken,
        _ if is_connector(c) => Class::Connector,
        _ if is_punctuation(c) => Class::Punctuation,
        _ if is_upper(c) => Class::Capital,
        // Ideographs count as neither, as Sprig does; so do not quite all of their blocks.
        '\u{3400}'..='\u{4d85}' | '\u{4e00}'..='\u{9fcc}' | '\u{20000}'..='\u{2b81d}' => {
            Class::Other
        }
        _ if is_letter(c) => Class::Letter,
        _ if c.is_numeric() => Class::Number,
        _ => Class::Other,
    }
}

/// A part of an identifier whose characters belong together, by the class of its first.
struct Word<'a> {
    class: Class,
    text: &'a str,
}

/// Cuts an identifier into words: `HTTPServer2` into `HTTP`, `Server` and `2`.
fn words(text: &str) -> Vec<Word<'_>> {
    let characters = classified(text);
    let mut words = Vec::new();
    let mut start = 0;
    while start < characters.len() {
        let end = start + word_length(&characters[start..]);
        let place = |index: usize| characters.get(index).map_or(text.len(), |(place, ..)| *place);
        words.push(Word { class: characters[start].2, text: &text[place(start)..place(end)] });
        start = end;
    }
    words
}

/// Places, characters and classes. Broken bytes belong to what follows, at the end to what is
/// before.
fn classified(text: &str) -> Vec<(usize, char, Class)> {
    let mut characters: Vec<_> = text.char_indices().map(|(at, c)| (at, c, class(c))).collect();
    let mut near = Class::Broken;
    for (_, _, class) in characters.iter_mut().rev() {
        match class {
            Class::Broken => *class = near,
            valid => near = *valid,
        }
    }
    let mut near = Class::Broken;
    for (_, _, class) in &mut characters {
        match class {
            Class::Broken => *class = near,
            valid => near = *valid,
        }
    }
    characters
}

/// Number of characters of the word at the start.
fn word_length(characters: &[(usize, char, Class)]) -> usize {
    let class_of = |index: usize| characters.get(index).map(|(_, _, class)| *class);
    let run = |from: usize, belongs: &dyn Fn(char, Class) -> bool| {
        let others = characters[from..].iter().take_while(|(_, c, class)| belongs(*c, *class));
        from + others.count()
    };
    match characters[0].2 {
        // Connectors after punctuation are punctuation if they are some.
        Class::Punctuation => run(1, &|c, class| {
            class == Class::Punctuation || (class == Class::Connector && is_punctuation(c))
        }),
        Class::Capital if class_of(1) == Some(Class::Capital) => {
            let end = run(1, &|_, class| class == Class::Capital);
            // The last capital begins the next word, as `S` in `HTTPServer`.
            if class_of(end) == Some(Class::Letter) { end - 1 } else { end }
        }
        Class::Capital => run(1, &|_, class| class == Class::Letter),
        first => run(1, &|_, class| class == first),
    }
}

/// An identifier in small letters, its words connected. A number belongs to the word before, unless
/// small letters follow it, as in `http_2xx`.
fn connected(call: &mut Call<'_>, connector: char) -> Result<Value, Failure> {
    let text = &call.text(0).as_str();
    // Every character is looked up once.
    call.host.charge(text.len().saturating_mul(size_of::<(usize, char, Class)>()))?;
    let words = words(text);
    let mut result = String::with_capacity(text.len() + 8);
    let mut push = |word: &Word<'_>| match word.class {
        Class::Connector => result.extend(word.text.chars().map(|_| connector)),
        Class::Capital => result.extend(word.text.chars().map(to_lower)),
        _ => result.push_str(word.text),
    };
    let connection = Word { class: Class::Connector, text: "_" };
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        push(word);
        let next = |at: usize| words.get(at).map(|word| word.class);
        let takes_all = match word.class {
            Class::Connector | Class::Punctuation => continue,
            Class::Number => true,
            _ if next(at) == Some(Class::Number) => match next(at + 1) {
                None => continue,
                follower => {
                    let is_first = follower == Some(Class::Letter);
                    if is_first {
                        push(&connection);
                    }
                    push(&words[at]);
                    at += 1;
                    is_first
                }
            },
            _ => false,
        };
        while takes_all && matches!(next(at), Some(Class::Letter | Class::Number)) {
            push(&words[at]);
            at += 1;
        }
        if !matches!(next(at), None | Some(Class::Connector | Class::Punctuation)) {
            push(&connection);
        }
    }
    Ok(Value::text(result))
}

/// An identifier in camel case with a capital first.
fn camel(text: &str) -> String {
    let start = text.find(|c| !is_connector(c)).unwrap_or(text.len());
    let mut result = text[..start].to_owned();
    let mut rest = text[start..].chars();
    let Some(first) = rest.next() else {
        // Sprig repeats the last of nothing but connectors.
        result.extend(text.chars().next_back());
        return result;
    };
    let mut before = to_upper(first);
    let mut in_capitals = is_upper(first);
    for c in rest {
        let mut next = c;
        if !is_connector(before) {
            if in_capitals && is_upper(c) {
                next = to_lower(c);
            } else {
                in_capitals = false;
            }
            result.push(before);
        } else if is_connector(c) {
            result.push(before);
        } else {
            in_capitals = is_upper(c);
            next = to_upper(c);
        }
        before = next;
    }
    result.push(before);
    result
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{check, check_bounded};

    #[test]
    fn snakes() {
        check(&[
            (r#"snakecase "FirstName""#, r#""first_name""#),
            (r#"snakecase "HTTPServer""#, r#""http_server""#),
            (r#"snakecase "NoHTTPS""#, r#""no_https""#),
            (r#"snakecase "GO_PATH""#, r#""go_path""#),
            (r#"snakecase "GO PATH""#, r#""go_path""#),
            (r#"snakecase "GO-PATH""#, r#""go_path""#),
            (r#"snakecase "http2xx""#, r#""http_2xx""#),
            (r#"snakecase "HTTP20xOK""#, r#""http_20x_ok""#),
            (r#"snakecase "Duration2m3s""#, r#""duration_2m3s""#),
            (r#"snakecase "Bld4Floor3rd""#, r#""bld4_floor_3rd""#),
            (r#"snakecase "firstName""#, r#""first_name""#),
            (r#"snakecase "already_snake_case""#, r#""already_snake_case""#),
            (r#"snakecase "__a__b__""#, r#""__a__b__""#),
            (r#"snakecase "a.b-c""#, r#""a.b_c""#),
            (r#"snakecase "a1""#, r#""a1""#),
            (r#"snakecase "A1""#, r#""a1""#),
            (r#"snakecase "1a""#, r#""1a""#),
            (r#"snakecase "12""#, r#""12""#),
            (r#"snakecase "1A""#, r#""1_a""#),
            (r#"snakecase "a1B""#, r#""a1_b""#),
            (r#"snakecase "a1b""#, r#""a_1b""#),
            (r#"snakecase "aB1.c""#, r#""a_b1.c""#),
            (r#"snakecase "A""#, r#""a""#),
            (r#"snakecase "AB""#, r#""ab""#),
            (r#"snakecase "ABc""#, r#""a_bc""#),
            (r#"snakecase "a b  c""#, r#""a_b__c""#),
            (r#"snakecase "äÖÜ""#, r#""ä_öü""#),
            (r#"snakecase "語Ab語""#, r#""語_ab_語""#),
            (r#"snakecase "a語""#, r#""a_語""#),
            (r#"snakecase "½a""#, r#""½a""#),
            (r#"snakecase "a\tB""#, r#""a_b""#),
            (r#"snakecase "HELLO WORLD""#, r#""hello_world""#),
            (r#"snakecase ".-.""#, r#"".-.""#),
            (r#"snakecase """#, r#""""#),
            (r#"snakecase (b64dec "Qf9D")"#, r#""a�c""#),
            (r#"snakecase (b64dec "/0FC")"#, r#""�ab""#),
        ]);
    }

    #[test]
    fn kebabs() {
        check(&[
            (r#"kebabcase "FirstName""#, r#""first-name""#),
            (r#"kebabcase "HTTPServer""#, r#""http-server""#),
            (r#"kebabcase "GO_PATH""#, r#""go-path""#),
            (r#"kebabcase "http2xx""#, r#""http-2xx""#),
            (r#"kebabcase "HTTP20xOK""#, r#""http-20x-ok""#),
            (r#"kebabcase "some words here""#, r#""some-words-here""#),
            (r#"kebabcase """#, r#""""#),
        ]);
    }

    #[test]
    fn camels() {
        check(&[
            (r#"camelcase "http_server""#, r#""HttpServer""#),
            (r#"camelcase "some_words""#, r#""SomeWords""#),
            (r#"camelcase "no_https""#, r#""NoHttps""#),
            (r#"camelcase "_complex__case_""#, r#""_Complex_Case_""#),
            (r#"camelcase "some words""#, r#""SomeWords""#),
            (r#"camelcase "GOLANG_IS_GREAT""#, r#""GolangIsGreat""#),
            (r#"camelcase "alreadyCamel""#, r#""AlreadyCamel""#),
            (r#"camelcase "HTTPServer""#, r#""Httpserver""#),
            (r#"camelcase "_""#, r#""__""#),
            (r#"camelcase "__""#, r#""___""#),
            (r#"camelcase "_a""#, r#""_A""#),
            (r#"camelcase "a_""#, r#""A_""#),
            (r#"camelcase "a__""#, r#""A__""#),
            (r#"camelcase "a-b c""#, r#""ABC""#),
            (r#"camelcase "A""#, r#""A""#),
            (r#"camelcase "a""#, r#""A""#),
            (r#"camelcase "aB""#, r#""AB""#),
            (r#"camelcase "AB""#, r#""Ab""#),
            (r#"camelcase "ABc""#, r#""Abc""#),
            (r#"camelcase "ABcDE""#, r#""AbcDE""#),
            (r#"camelcase "ä_ö""#, r#""ÄÖ""#),
            (r#"camelcase "ǆ_ǆ""#, r#""ǄǄ""#),
            (r#"camelcase "1_a""#, r#""1A""#),
            (r#"camelcase "a._b""#, r#""A.B""#),
            (r#"camelcase """#, r#""""#),
            (r#"camelcase (b64dec "Yf9fYg==")"#, r#""A�B""#),
        ]);
    }

    #[test]
    fn long_identifiers_are_refused() {
        check_bounded(&["snakecase (repeat 100000 `a`)", "kebabcase (repeat 100000 `a_`)"]);
    }
}
