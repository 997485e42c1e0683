//! What can be told from the tokens of a file alone, inside macro calls too.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, LexError, LineColumn, Span, TokenStream, TokenTree};

/// Something that a rule may object to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    /// `.unwrap()`, or the name passed as a function.
    Unwrap,
    /// `.expect("…")`. A method of that name with another argument, or on `self`, is a parser's.
    Expect,
    /// A call of anything named `sleep`.
    Sleep,
    /// A macro that stands for work to be done.
    Unfinished(&'static str),
    /// A test that is switched off.
    Ignore,
}

/// A call and its line, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) line: usize,
    pub(crate) call: Call,
}

/// The macros that fail a build here, each as it is printed.
const UNFINISHED: [&str; 3] = ["dbg", "todo", "unimplemented"];

/// The tokens of one file, boiled down.
#[derive(Default)]
pub(super) struct Tokens {
    marks: Vec<Mark>,
    code_lines: BTreeSet<usize>,
    strings: Vec<(LineColumn, LineColumn)>,
}

impl Tokens {
    /// Scans a text. Comments are no tokens, and documentation is left out.
    pub(super) fn scan(text: &str) -> Result<Self, LexError> {
        let mut tokens = Self::default();
        tokens.add(text.parse::<TokenStream>()?);
        Ok(tokens)
    }

    /// The lines that hold code, as opposed to comments and nothing.
    pub(super) fn code_lines(&self) -> &BTreeSet<usize> {
        &self.code_lines
    }

    pub(super) fn into_marks(self) -> Vec<Mark> {
        self.marks
    }

    /// The text with every string literal blanked out.
    pub(super) fn without_strings(&self, text: &str) -> String {
        let mut lines: Vec<Vec<char>> = text.lines().map(|line| line.chars().collect()).collect();
        for (start, end) in &self.strings {
            for number in start.line..=end.line {
                let Some(line) = lines.get_mut(number - 1) else { continue };
                let from = if number == start.line { start.column } else { 0 };
                let to = if number == end.line { end.column } else { line.len() };
                let to = to.min(line.len());
                line[from.min(to)..to].fill(' ');
            }
        }
        lines.into_iter().flat_map(|line| line.into_iter().chain(['\n'])).collect()
    }

    fn add(&mut self, stream: TokenStream) {
        let trees: Vec<TokenTree> = stream.into_iter().collect();
        for (index, tree) in trees.iter().enumerate() {
            if is_documentation(tree) {
                continue;
            }
            self.mark(&trees, index);
            match tree {
                TokenTree::Group(group) => {
                    self.code_lines.insert(group.span_open().start().line);
                    self.code_lines.insert(group.span_close().end().line);
                    self.add(group.stream());
                }
                TokenTree::Literal(literal) => {
                    let span = literal.span();
                    self.code_lines.extend(span.start().line..=span.end().line);
                    if literal.to_string().contains(['"', '\'']) {
                        self.strings.push((span.start(), span.end()));
                    }
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) => {
                    self.code_lines.insert(tree.span().start().line);
                }
            }
        }
    }

    /// Looks at one token and its neighbours.
    fn mark(&mut self, trees: &[TokenTree], index: usize) {
        let before = |n: usize| index.checked_sub(n).and_then(|i| trees.get(i));
        let after = trees.get(index + 1);
        let call = match &trees[index] {
            TokenTree::Group(group)
                if group.delimiter() == Delimiter::Bracket && is_punct(before(1), '#') =>
            {
                switches_test_off(group.stream()).then_some(Call::Ignore)
            }
            TokenTree::Ident(ident) => {
                let is_method = is_punct(before(1), '.');
                match ident.to_string().as_str() {
                    "unwrap" if is_method || is_punct(before(1), ':') => Some(Call::Unwrap),
                    "expect" if is_method && !is_ident(before(2), "self") && has_text(after) => {
                        Some(Call::Expect)
                    }
                    "sleep" if is_arguments(after) && !is_ident(before(1), "fn") => {
                        Some(Call::Sleep)
                    }
                    name if is_punct(after, '!') => {
                        UNFINISHED.into_iter().find(|n| *n == name).map(Call::Unfinished)
                    }
                    _ => None,
                }
            }
            _ => None,
        };
        let line = line_of(trees[index].span());
        self.marks.extend(call.map(|call| Mark { line, call }));
    }
}

/// Documentation comments arrive as attributes whose tokens all span the comment.
fn is_documentation(tree: &TokenTree) -> bool {
    let possible = match tree {
        TokenTree::Punct(punct) => matches!(punct.as_char(), '#' | '!'),
        TokenTree::Group(group) => group.delimiter() == Delimiter::Bracket,
        TokenTree::Ident(_) | TokenTree::Literal(_) => false,
    };
    possible && tree.span().source_text().is_some_and(|text| text.starts_with('/'))
}

/// Whether an attribute is `ignore`, or `cfg_attr` with it.
fn switches_test_off(attribute: TokenStream) -> bool {
    let mut trees = attribute.into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Ident(name)), _) if name == "ignore" => true,
        (Some(TokenTree::Ident(name)), Some(TokenTree::Group(group))) if name == "cfg_attr" => {
            group.stream().into_iter().any(|tree| is_ident(Some(&tree), "ignore"))
        }
        _ => false,
    }
}

fn is_punct(tree: Option<&TokenTree>, c: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == c)
}

fn is_ident(tree: Option<&TokenTree>, name: &str) -> bool {
    matches!(tree, Some(TokenTree::Ident(ident)) if ident == name)
}

fn is_arguments(tree: Option<&TokenTree>) -> bool {
    matches!(tree, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis)
}

/// Whether the arguments begin with a string literal.
fn has_text(tree: Option<&TokenTree>) -> bool {
    let Some(TokenTree::Group(group)) = tree else { return false };
    let first = group.stream().into_iter().next();
    matches!(first, Some(TokenTree::Literal(literal)) if literal.to_string().ends_with(['"', '#']))
}

fn line_of(span: Span) -> usize {
    span.start().line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(text: &str) -> Vec<(usize, Call)> {
        let tokens = Tokens::scan(text).unwrap();
        tokens.into_marks().iter().map(|mark| (mark.line, mark.call)).collect()
    }

    #[test]
    fn calls_are_told_from_names() {
        let cases: [(&str, &[Call]); 22] = [
            ("x.unwrap()", &[Call::Unwrap]),
            ("x.map(Option::unwrap)", &[Call::Unwrap]),
            ("assert!(x.unwrap() == 1)", &[Call::Unwrap]),
            ("x.unwrap_or(1)", &[]),
            ("fn unwrap() {}", &[]),
            ("// x.unwrap()\n\"x.unwrap()\"", &[]),
            ("/// x.unwrap()\nfn f() {}", &[]),
            ("x.expect(\"always there\")", &[Call::Expect]),
            ("x.expect(r#\"always there\"#)", &[Call::Expect]),
            ("self.expect(\"}\")", &[]),
            ("parser.expect(Token::Brace)", &[]),
            ("#[expect(lint, reason = \"x\")] fn f() {}", &[]),
            ("tokio::time::sleep(d).await", &[Call::Sleep]),
            ("fn sleep(d: u8) {}", &[]),
            ("use std::thread::sleep;", &[]),
            ("todo!()", &[Call::Unfinished("todo")]),
            ("dbg!(x)", &[Call::Unfinished("dbg")]),
            ("todo(1)", &[]),
            ("#[ignore = \"slow\"] fn f() {}", &[Call::Ignore]),
            ("#[cfg_attr(windows, ignore)] fn f() {}", &[Call::Ignore]),
            ("#[clap(ignore_case)] fn f() {}", &[]),
            ("m! { unimplemented!() }", &[Call::Unfinished("unimplemented")]),
        ];
        for (text, expected) in cases {
            let calls: Vec<Call> = marks(text).into_iter().map(|(_, call)| call).collect();
            assert_eq!(calls, expected, "{text}");
        }
    }

    #[test]
    fn a_mark_has_the_line_of_the_call() {
        assert_eq!(marks("a\n    .b()\n    .unwrap()\n"), [(3, Call::Unwrap)]);
    }

    #[test]
    fn code_lines_leave_comments_and_blank_lines_out() {
        let text = "//! Doc.\n\n/// Doc.\nfn f(\n    // Why.\n) {\n\n    \"a\n    b\";\n}\n";
        let tokens = Tokens::scan(text).unwrap();
        let lines: Vec<usize> = tokens.code_lines().iter().copied().collect();
        assert_eq!(lines, [4, 6, 8, 9, 10]);
    }

    #[test]
    fn strings_are_blanked_and_comments_stay() {
        let text =
            "let a = \"XX\n\u{e9}XX\"; // XX \"XX\"\nlet b = 'X'; /* X */ let c = r#\"X\"#;\n";
        assert_eq!(
            Tokens::scan(text).unwrap().without_strings(text),
            "let a =    \n    ; // XX \"XX\"\nlet b =    ; /* X */ let c =       ;\n"
        );
    }

    #[test]
    fn what_cannot_be_read_is_an_error() {
        assert!(Tokens::scan("fn f() {").is_err());
    }
}
