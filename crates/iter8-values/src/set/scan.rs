//! A cursor over an argument that knows the one escape character.

/// Reads an argument from left to right.
pub(super) struct Scanner<'a> {
    argument: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(argument: &'a str) -> Self {
        Self { argument, at: 0 }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest().is_empty()
    }

    /// What has not been read.
    pub(super) fn rest(&self) -> &'a str {
        &self.argument[self.at..]
    }

    /// Skips bytes of the rest, which must end on a character boundary.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.at += bytes;
    }

    pub(super) fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.skip(rest.len() - rest.trim_start().len());
    }

    /// Consumes the character if it comes next.
    pub(super) fn eat(&mut self, wanted: char) -> bool {
        let found = self.rest().starts_with(wanted);
        if found {
            self.skip(wanted.len_utf8());
        }
        found
    }

    /// Reads up to an unescaped stop character, which is consumed and returned beside the text;
    /// `None` at the end of the argument. A backslash that ends the argument is dropped.
    pub(super) fn until(&mut self, stops: &[char]) -> (String, Option<char>) {
        let mut text = String::new();
        let mut characters = self.rest().char_indices();
        while let Some((offset, character)) = characters.next() {
            if stops.contains(&character) {
                self.skip(offset + character.len_utf8());
                return (text, Some(character));
            }
            if character == '\\' {
                text.extend(characters.next().map(|(_, escaped)| escaped));
            } else {
                text.push(character);
            }
        }
        self.at = self.argument.len();
        (text, None)
    }

    /// Position in characters, from 1, of the byte that is `ahead` bytes into the rest.
    pub(super) fn position(&self, ahead: usize) -> usize {
        let end = self.argument.floor_char_boundary(self.at.saturating_add(ahead));
        self.argument[..end].chars().count() + 1
    }
}
