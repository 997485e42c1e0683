//! Command lines as one text, so that tables of them can be read.

/// Splits a text into words as a shell does: at white space, except within `'…'` and `"…"`.
/// Nothing is expanded and a backslash is an ordinary character. Panics at an open quote.
pub fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for letter in line.chars() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, _) if letter.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    assert!(quote.is_none(), "open quote in {line:?}");
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_separates_and_quotes_join() {
        assert_eq!(words("  run\t--set a=b\n"), ["run", "--set", "a=b"]);
        assert_eq!(words(r#"a='b c'd "it's" '' e\f"#), ["a=b cd", "it's", "", r"e\f"]);
        assert!(words(" \n").is_empty());
    }
}
