//! Cutting text into lists, and putting lists together to text.

use super::super::convert::{text_of, texts_of};
use super::super::{charges, runes, search};
use crate::function::{Call, Failure, Function, Param};
use crate::value::{Element, List, Map, MapKind, Text, Value};

/// Functions between texts and lists of texts.
pub(in super::super) const FUNCTIONS: &[Function] = &[
    Function::new("join", &[Param::Text, Param::Any], join),
    Function::new("sortAlpha", &[Param::Any], sort_alpha),
    Function::new("split", &[Param::Text, Param::Text], |call| {
        let parts = parts(call, 1, None)?;
        Ok(numbered(&parts).into())
    }),
    Function::new("splitList", &[Param::Text, Param::Text], |call| {
        let parts = parts(call, 1, None)?;
        Ok(List::of_texts(parts.into_iter().map(Text::from)).into())
    }),
    Function::new("splitn", &[Param::Text, Param::Int, Param::Text], |call| {
        let most = usize::try_from(call.int(1)).ok();
        let parts = parts(call, 2, most)?;
        Ok(numbered(&parts).into())
    }),
];

/// The parts of a text between separators, at most so many; nothing between all its characters is
/// a separator too. The last part takes the rest.
fn parts<'a>(
    call: &mut Call<'a>,
    text: usize,
    most: Option<usize>,
) -> Result<Vec<&'a [u8]>, Failure> {
    let (separator, text) = (call.text(0).as_bytes(), call.text(text).as_bytes());
    let cuts = || cuts(text, separator, most.unwrap_or(usize::MAX));
    let count = cuts().count() + 1;
    // Keys such as `_12` are texts of their own.
    charges::texts(call.host, count.saturating_mul(2), text.len())?;
    if most == Some(0) || (separator.is_empty() && text.is_empty()) {
        return Ok(Vec::new());
    }
    let mut parts = Vec::with_capacity(count);
    let mut start = 0;
    for cut in cuts() {
        parts.push(&text[start..cut]);
        start = cut + separator.len();
    }
    parts.push(&text[start..]);
    Ok(parts)
}

/// Where parts end, the last excepted.
fn cuts<'a>(
    text: &'a [u8],
    separator: &'a [u8],
    most: usize,
) -> Box<dyn Iterator<Item = usize> + 'a> {
    let cuts = most.saturating_sub(1);
    if !separator.is_empty() {
        return Box::new(search::positions(text, separator).take(cuts));
    }
    let length = |place: usize| runes::first(&text[place..]).map_or(0, |(_, length)| length);
    let ends = std::iter::successors(Some(length(0)), move |place| Some(place + length(*place)));
    Box::new(ends.take_while(|end| *end < text.len()).take(cuts))
}

fn numbered(parts: &[&[u8]]) -> Map {
    let entries = parts.iter().enumerate();
    let entry =
        |(number, part): (usize, &&[u8])| (Text::from(format!("_{number}")), Value::text(*part));
    Map::of(MapKind::Texts, entries.map(entry).collect())
}

fn join(call: &mut Call<'_>) -> Result<Value, Failure> {
    let separator = call.text(0).as_bytes();
    let texts = texts_of(call.host, &call.args[1])?;
    let length = texts.iter().map(Text::len).sum::<usize>();
    call.host.charge(separator.len().saturating_mul(texts.len()).saturating_add(length))?;
    let mut result = Vec::new();
    for (number, text) in texts.iter().enumerate() {
        if number > 0 {
            result.extend_from_slice(separator);
        }
        result.extend_from_slice(text.as_bytes());
    }
    Ok(Value::text(result))
}

/// The elements as texts in the order of their bytes; of any other value a list of itself. Unlike
/// Sprig's it leaves a list of texts as it was.
fn sort_alpha(call: &mut Call<'_>) -> Result<Value, Failure> {
    Ok(match &call.args[0] {
        Value::List(list) if list.is_nil() && list.element() == Element::Text => list.clone(),
        list @ Value::List(_) => {
            let mut texts = texts_of(call.host, list)?;
            texts.sort_unstable();
            List::of_texts(texts)
        }
        other => List::of_texts([text_of(call.host, other)?]),
    }
    .into())
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{check, check_bounded};

    #[test]
    fn maps_of_parts() {
        check(&[
            (r#"split "," "a,b,c""#, r#"map[string]string{"_0": "a", "_1": "b", "_2": "c"}"#),
            (r#"split "," """#, r#"map[string]string{"_0": ""}"#),
            (r#"split "," "a""#, r#"map[string]string{"_0": "a"}"#),
            (r#"split "" "aä""#, r#"map[string]string{"_0": "a", "_1": "ä"}"#),
            (r#"split "" """#, "map[string]string{}"),
            (r#"split "," ",a,""#, r#"map[string]string{"_0": "", "_1": "a", "_2": ""}"#),
            (r#"split "ab" "cabd""#, r#"map[string]string{"_0": "c", "_1": "d"}"#),
            (r#"splitn "," 2 "a,b,c""#, r#"map[string]string{"_0": "a", "_1": "b,c"}"#),
            (r#"splitn "," 1 "a,b,c""#, r#"map[string]string{"_0": "a,b,c"}"#),
            (r#"splitn "," 0 "a,b,c""#, "map[string]string{}"),
            (r#"splitn "," -1 "a,b,c""#, r#"map[string]string{"_0": "a", "_1": "b", "_2": "c"}"#),
            (r#"splitn "," 9 "a,b,c""#, r#"map[string]string{"_0": "a", "_1": "b", "_2": "c"}"#),
            (r#"splitn "" 2 "aäb""#, r#"map[string]string{"_0": "a", "_1": "äb"}"#),
            (r#"splitn "" 1 "aäb""#, r#"map[string]string{"_0": "aäb"}"#),
            (r#"splitn "" 9 "aäb""#, r#"map[string]string{"_0": "a", "_1": "ä", "_2": "b"}"#),
            (r#"splitn "" 2 """#, "map[string]string{}"),
        ]);
    }

    #[test]
    fn lists_of_parts() {
        check(&[
            (r#"splitList "," "a,b,c""#, r#"[]string["a", "b", "c"]"#),
            (r#"splitList "," """#, r#"[]string[""]"#),
            (r#"splitList "" "aä""#, r#"[]string["a", "ä"]"#),
            (r#"splitList "" """#, "[]string[]"),
            (r#"splitList ", " "a, b,c""#, r#"[]string["a", "b,c"]"#),
            (r#"splitList "aa" "aaaaa""#, r#"[]string["", "", "a"]"#),
            (
                r#"splitList "" (b64dec "Yf/ipWI=")"#,
                r#"[]string["a", "\xff", "\xe2", "\xa5", "b"]"#,
            ),
            (r#"splitList (b64dec "/w==") (b64dec "Yf9j")"#, r#"[]string["a", "c"]"#),
        ]);
    }

    #[test]
    fn joining() {
        check(&[
            (r#"join "," (list 1 "a" nil 2.5)"#, r#""1,a,2.5""#),
            (r#"join "," (splitList " " "a b")"#, r#""a,b""#),
            (r#"join "" (until 3)"#, r#""012""#),
            (r#"join "," (list)"#, r#""""#),
            (r#"join "," nil"#, r#""""#),
            (r#"join "," "a""#, r#""a""#),
            (r#"join "," 5"#, r#""5""#),
            (r#"join "," (dict "a" 1)"#, r#""map[a:1]""#),
            (r#"join "," (list "a")"#, r#""a""#),
            (r#"join "," (bytes "ab")"#, r#""97,98""#),
            (r#"join ", " (list (list 1 2) (dict "a" 1))"#, r#""[1 2], map[a:1]""#),
        ]);
    }

    #[test]
    fn sorting() {
        check(&[
            (
                r#"sortAlpha (list "b" "a" "C" "ä" "10" "9")"#,
                r#"[]string["10", "9", "C", "a", "b", "ä"]"#,
            ),
            ("sortAlpha (list 2 1 nil 1.5 true)", r#"[]string["1", "1.5", "2", "true"]"#),
            (r#"sortAlpha (splitList "," "b,a")"#, r#"[]string["a", "b"]"#),
            ("sortAlpha (list)", "[]string[]"),
            ("sortAlpha (rest list)", "[]string[]"),
            (r#"sortAlpha (regexFindAll "x" "" -1)"#, "[]string(nil)"),
            (r#"sortAlpha "b""#, r#"[]string["b"]"#),
            ("sortAlpha nil", r#"[]string["<nil>"]"#),
            ("sortAlpha 5", r#"[]string["5"]"#),
        ]);
    }

    #[test]
    fn many_parts_are_refused() {
        check_bounded(&[
            "splitList \"\" (repeat 1000000 \"a\")",
            "split \",\" (repeat 1000000 \",\")",
            "splitn \"\" 2000000 (repeat 1000000 \"a\")",
            "join (repeat 10000 \",\") (until 10000)",
        ]);
    }
}
