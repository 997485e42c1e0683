//! Fenced code blocks of Markdown.

/// A fenced block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The word after the fence, such as `console`; empty if there is none.
    pub language: String,
    /// The text of the HTML comment on the line before the fence, or before one empty line.
    pub note: Option<String>,
    /// The line of its fence, from 1.
    pub line: usize,
    /// What stands in it, less the indentation of the fence.
    pub text: String,
}

/// The fenced blocks of a Markdown text, in their order. A block that is not closed ends with
/// the text. Fences are three or more backticks or tildes.
pub fn blocks(markdown: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<(String, usize, Block)> = None;
    let mut note = None;
    for (index, line) in markdown.lines().enumerate() {
        let trimmed = line.trim();
        if let Some((fence, indent, block)) = &mut open {
            let closes = trimmed.starts_with(fence.as_str())
                && trimmed.trim_start_matches(['`', '~']).is_empty();
            if closes {
                found.extend(open.take().map(|(_, _, block)| block));
                continue;
            }
            let blank = line.len() - line.trim_start().len();
            block.text.push_str(&line[blank.min(*indent)..]);
            block.text.push('\n');
        } else if let Some((fence, language)) = fence(trimmed) {
            let indent = line.len() - line.trim_start().len();
            let block = Block { language, note: note.take(), line: index + 1, text: String::new() };
            open = Some((fence, indent, block));
        } else if let Some(comment) = comment(trimmed) {
            note = Some(comment);
        } else if !trimmed.is_empty() {
            note = None;
        }
    }
    found.extend(open.map(|(_, _, block)| block));
    found
}

/// The fence and the language that follows it.
fn fence(line: &str) -> Option<(String, String)> {
    let mark = line.chars().next().filter(|mark| ['`', '~'].contains(mark))?;
    let rest = line.trim_start_matches(mark);
    let length = line.len() - rest.len();
    let language = rest.split_whitespace().next().unwrap_or_default();
    (length >= 3 && !rest.contains('`')).then(|| (line[..length].to_owned(), language.to_owned()))
}

fn comment(line: &str) -> Option<String> {
    Some(line.strip_prefix("<!--")?.strip_suffix("-->")?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(markdown: &str) -> Vec<(String, Option<String>, usize, String)> {
        blocks(markdown).into_iter().map(|b| (b.language, b.note, b.line, b.text)).collect()
    }

    #[test]
    fn blocks_have_language_note_and_text() {
        let markdown = "Text\n\n<!-- exit 1 -->\n\n```console\n$ iter8\n\n```\n\
                        <!-- values -->\nnot before the block\n```yaml\na: 1\n```\n";
        let note = Some("exit 1".to_owned());
        assert_eq!(
            summary(markdown),
            [
                ("console".to_owned(), note, 5, "$ iter8\n\n".to_owned()),
                ("yaml".to_owned(), None, 11, "a: 1\n".to_owned()),
            ]
        );
    }

    #[test]
    fn fences_may_be_longer_indented_or_open() {
        let markdown = "- item\n  ````text more\n  ```\n    x\n  ````\n~~~\nopen\n";
        assert_eq!(
            summary(markdown),
            [
                ("text".to_owned(), None, 2, "```\n  x\n".to_owned()),
                (String::new(), None, 6, "open\n".to_owned()),
            ]
        );
        assert!(summary("``` not `a fence\n``x\n").is_empty());
    }
}
