//! From the text of a filter to something that the interpreter runs.

use jaq_core::compile::Undefined;
use jaq_core::load::lex::{self, Lexer, StrPart, Tok, Token};
use jaq_core::load::parse::{Def, Parser, Term};
use jaq_core::load::{self, Arena, File, Loader};
use jaq_core::{Compiler, Filter};

use super::guard;
use super::natives::{self, Run};

/// Longest filter in bytes.
pub(super) const LONGEST: usize = 8 * 1024;

/// Most names, constants, operators and brackets in a filter. It may be nested as deeply as it has
/// signs, and the parser and the compiler recurse: up to 17 KiB for each in an unoptimised build.
pub(super) const MOST_TOKENS: usize = 1000;

/// The name under which the user's filter is compiled.
const MAIN: &str = "the_filter_itself";

/// Functions that jq has and a query has not, since it sees nothing but its answer.
const REFUSED: [&str; 20] = [
    "builtins",
    "debug",
    "env",
    "get_search_list",
    "getpath_by_name",
    "gmtime",
    "halt",
    "halt_error",
    "input",
    "input_filename",
    "input_line_number",
    "inputs",
    "localtime",
    "mktime",
    "modulemeta",
    "stderr",
    "strflocaltime",
    "strftime",
    "strptime",
    "$ENV",
];

/// What is wrong with a filter, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct FilterError {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong there.
    pub problem: String,
}

impl FilterError {
    /// At a place in bytes.
    fn at(text: &str, offset: usize, problem: String) -> Self {
        let before = text.get(..offset).unwrap_or_default();
        let line_begin = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before[line_begin..].chars().count() + 1,
            problem,
        }
    }

    /// At a part of the text.
    fn on(text: &str, part: &str, problem: String) -> Self {
        let offset = part.as_ptr().addr().checked_sub(text.as_ptr().addr());
        Self::at(text, offset.filter(|offset| *offset <= text.len()).unwrap_or(0), problem)
    }
}

/// Compiles a filter, with the functions that it may use and the checks that stop it.
///
/// Recurses as deeply as the filter is nested.
pub(super) fn compile(text: &str) -> Result<Filter<Run>, FilterError> {
    if text.len() > LONGEST {
        let problem = format!("the filter has more than {LONGEST} bytes");
        return Err(FilterError { line: 1, column: 1, problem });
    }
    let body = parse(text)?;
    let own = load::parse(include_str!("defs.jq"), |parser| parser.defs());
    // Its `join` copies all that is there for each piece; ours is no definition.
    let brought = jaq_core::defs().filter(|def| def.name != "join");
    let mut definitions: Vec<Def<&str>> = brought.collect();
    definitions.extend(own.expect("the definitions that come along are well-formed"));
    definitions.push(Def { name: MAIN, args: Vec::new(), body });
    let arena = Arena::default();
    let modules = Loader::new(guard::definitions(definitions))
        .load(&arena, File { code: MAIN, path: () })
        .map_err(|_| FilterError::at(text, 0, "the filter cannot be loaded".to_owned()))?;
    Compiler::default().with_funs(natives::all()).compile(modules).map_err(|errors| {
        let first = errors.into_iter().flat_map(|(_, errors)| errors).next();
        let Some((name, what)) = first else {
            return FilterError::at(text, 0, "the filter cannot be compiled".to_owned());
        };
        FilterError::on(text, name, undefined(name, &what))
    })
}

fn undefined(name: &str, what: &Undefined) -> String {
    if REFUSED.contains(&name) {
        return format!("{name} is not there: a query sees nothing but its answer");
    }
    match what {
        Undefined::Filter(arguments) => format!("there is no function {name}/{arguments}"),
        other => format!("there is no {} {name}", other.as_str()),
    }
}

fn parse(text: &str) -> Result<Term<&str>, FilterError> {
    let tokens = Lexer::new(text).lex().map_err(|errors| {
        let (expected, rest) = &errors[0];
        let place = if let lex::Expect::Delim(open) = expected { open } else { rest };
        FilterError::on(text, place, not_a_token(expected))
    })?;
    if count(&tokens) > MOST_TOKENS {
        let problem = format!("the filter has more than {MOST_TOKENS} signs");
        return Err(FilterError::at(text, 0, problem));
    }
    Parser::new(&tokens).parse(Parser::term).map_err(|errors| {
        let (expected, found) = &errors[0];
        let expected = expected.as_str();
        let Some(token) = found else {
            let problem = format!("expected {expected}, found the end");
            return FilterError::at(text, text.len(), problem);
        };
        let shown: String = token.0.chars().take(20).collect();
        FilterError::on(text, token.0, format!("expected {expected}, found {shown:?}"))
    })
}

/// The number of tokens, with those in brackets and texts.
fn count(tokens: &[Token<&str>]) -> usize {
    let inner = tokens.iter().map(|token| match &token.1 {
        Tok::Block(inner) => count(inner),
        Tok::Str(parts) => parts
            .iter()
            .map(|part| match part {
                StrPart::Term(token) => count(std::slice::from_ref(token)),
                StrPart::Str(_) | StrPart::Char(_) => 1,
            })
            .sum(),
        Tok::Word | Tok::Var | Tok::Fmt | Tok::Num | Tok::Sym => 0,
    });
    tokens.len() + inner.sum::<usize>()
}

fn not_a_token(expected: &lex::Expect<&str>) -> String {
    let what = match expected {
        lex::Expect::Digit => "a digit",
        lex::Expect::Ident => "a name",
        lex::Expect::Delim(open) => return format!("{open:?} is not closed"),
        lex::Expect::Escape => "an escape sequence such as \\n",
        lex::Expect::Unicode => "four hexadecimal digits of a character",
        _ => "something else",
    };
    format!("expected {what}")
}
