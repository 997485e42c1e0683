//! Making filters stoppable: the syntax tree gets checks between its parts.
//!
//! The interpreter evaluates lazily and has no limits of its own. Three things are added before a
//! filter is compiled, so that whatever it does, it soon comes past the meter:
//!
//! - a step before every term that is more than a name or a constant;
//! - a count before the body of each function that can call itself, since the interpreter keeps
//!   something for each such call and releases it by recursion;
//! - in `foreach`, a collection of what a round gives, since the interpreter keeps rounds that might
//!   give more.
//!
//! And two things are changed to what they are elsewhere: `a // b` drops the errors of `a`, and
//! `reduce` goes on with the last output of a round.

use jaq_core::load::lex::StrPart;
use jaq_core::load::parse::{BinaryOp, Def, Pattern, Term};
use jaq_core::path::{Part, Path};

/// A step. Users cannot write such names.
pub(super) const STEP: &str = "!step";

/// The last that a filter gives.
pub(super) const LAST: &str = "!last";

/// Collects what a filter gives.
pub(super) const WHOLE: &str = "!whole";

/// Calls of functions that call themselves, by how much is kept of each at most.
pub(super) const CALLS: [(&str, u64); 5] =
    [("!call1", 1), ("!call4", 4), ("!call16", 16), ("!call128", 128), ("!call", MANY)];

/// More than a filter can have of anything.
const MANY: u64 = 20_000;

type Tree<'s> = Term<&'s str>;

/// A function by name and number of arguments.
type Signature<'s> = (&'s str, usize);

/// Adds the checks to definitions.
pub(super) fn definitions<'s>(defs: impl IntoIterator<Item = Def<&'s str>>) -> Vec<Def<&'s str>> {
    let mut guard = Guard { around: Vec::new() };
    defs.into_iter().map(|def| guard.definition(def)).collect()
}

struct Guard<'s> {
    /// The functions whose bodies this stands in.
    around: Vec<Signature<'s>>,
}

impl<'s> Guard<'s> {
    fn definition(&mut self, def: Def<&'s str>) -> Def<&'s str> {
        self.around.push((def.name, def.args.len()));
        let (mut kept, mut calls_itself) = (1, false);
        survey(&def.body, &mut |term| {
            kept += kept_of(term);
            calls_itself |= matches!(term, Term::Call(name, arguments)
                if self.around.contains(&(*name, arguments.len())));
        });
        let mut body = self.term(def.body);
        self.around.pop();
        if calls_itself {
            let check = CALLS.iter().find(|(_, most)| kept <= *most);
            body = after(check.map_or("!call", |(name, _)| name), body);
        }
        Def { body, ..def }
    }

    fn term(&mut self, term: Tree<'s>) -> Tree<'s> {
        let guarded = self.parts(term);
        match guarded {
            Term::Id | Term::Num(_) | Term::Var(_) | Term::Break(_) | Term::Def(..) => guarded,
            Term::Str(None, ref parts) if !parts.iter().any(is_term) => guarded,
            _ => after(STEP, guarded),
        }
    }

    fn boxed(&mut self, term: Tree<'s>) -> Box<Tree<'s>> {
        Box::new(self.term(term))
    }

    fn all(&mut self, terms: Vec<Tree<'s>>) -> Vec<Tree<'s>> {
        terms.into_iter().map(|term| self.term(term)).collect()
    }

    /// Guards the parts of a term, but not itself.
    fn parts(&mut self, term: Tree<'s>) -> Tree<'s> {
        match term {
            Term::Id
            | Term::Recurse
            | Term::Num(_)
            | Term::Var(_)
            | Term::Break(_)
            | Term::Arr(None) => term,
            Term::Str(format, parts) => Term::Str(format, self.string(parts)),
            Term::Arr(Some(inner)) => Term::Arr(Some(self.boxed(*inner))),
            Term::Obj(entries) => {
                let guarded = entries.into_iter().map(|(key, value)| match value {
                    Some(value) => (self.term(key), Some(self.term(value))),
                    // A key alone is looked at as it is written.
                    None => (self.parts(key), None),
                });
                Term::Obj(guarded.collect())
            }
            Term::Neg(inner) => Term::Neg(self.boxed(*inner)),
            Term::BinOp(left, operator, right) => self.operation(*left, operator, *right),
            Term::Label(name, inner) => Term::Label(name, self.boxed(*inner)),
            Term::Fold(name, source, pattern, arguments) => {
                let source = self.boxed(*source);
                let pattern = self.pattern(pattern);
                let mut arguments = self.all(arguments);
                if let Some(update) = arguments.get_mut(1) {
                    let round = if name == "reduce" { LAST } else { WHOLE };
                    *update = Term::Call(round, vec![std::mem::take(update)]);
                }
                Term::Fold(name, source, pattern, arguments)
            }
            Term::TryCatch(body, handler) => {
                let handler = handler.map(|handler| self.boxed(*handler));
                Term::TryCatch(self.boxed(*body), handler)
            }
            Term::IfThenElse(branches, otherwise) => {
                let guarded = branches
                    .into_iter()
                    .map(|(condition, then)| (self.term(condition), self.term(then)));
                let guarded = guarded.collect();
                Term::IfThenElse(guarded, otherwise.map(|otherwise| self.boxed(*otherwise)))
            }
            Term::Def(defs, body) => {
                let defs = defs.into_iter().map(|def| self.definition(def)).collect();
                Term::Def(defs, self.boxed(*body))
            }
            Term::Call(name, arguments) => Term::Call(name, self.all(arguments)),
            Term::Path(inner, Path(parts)) => {
                let parts = parts.into_iter().map(|(part, opt)| (self.part(part), opt)).collect();
                Term::Path(self.boxed(*inner), Path(parts))
            }
        }
    }

    fn operation(
        &mut self,
        left: Tree<'s>,
        operator: BinaryOp<&'s str>,
        right: Tree<'s>,
    ) -> Tree<'s> {
        let mut left = self.boxed(left);
        let operator = match operator {
            BinaryOp::Pipe(Some(pattern)) => BinaryOp::Pipe(Some(self.pattern(pattern))),
            BinaryOp::Alt => {
                left = Box::new(Term::TryCatch(left, None));
                BinaryOp::Alt
            }
            other => other,
        };
        Term::BinOp(left, operator, self.boxed(right))
    }

    fn string(
        &mut self,
        parts: Vec<StrPart<&'s str, Tree<'s>>>,
    ) -> Vec<StrPart<&'s str, Tree<'s>>> {
        let guarded = parts.into_iter().map(|part| match part {
            StrPart::Term(term) => StrPart::Term(self.term(term)),
            other => other,
        });
        guarded.collect()
    }

    fn part(&mut self, part: Part<Tree<'s>>) -> Part<Tree<'s>> {
        match part {
            Part::Index(index) => Part::Index(self.term(index)),
            Part::Range(from, upto) => {
                let from = from.map(|term| self.term(term));
                Part::Range(from, upto.map(|term| self.term(term)))
            }
        }
    }

    fn pattern(&mut self, pattern: Pattern<&'s str>) -> Pattern<&'s str> {
        match pattern {
            Pattern::Var(name) => Pattern::Var(name),
            Pattern::Arr(inner) => {
                Pattern::Arr(inner.into_iter().map(|inner| self.pattern(inner)).collect())
            }
            Pattern::Obj(entries) => {
                let guarded =
                    entries.into_iter().map(|(key, inner)| (self.term(key), self.pattern(inner)));
                Pattern::Obj(guarded.collect())
            }
        }
    }
}

/// How many names a term binds, or steps of a path it takes, at most: the interpreter makes a list
/// of these.
fn kept_of(term: &Tree<'_>) -> u64 {
    let count = match term {
        Term::Call(_, arguments) => arguments.len(),
        Term::Path(_, Path(parts)) => parts.len(),
        Term::Label(..) | Term::Recurse => 1,
        Term::BinOp(_, BinaryOp::Pipe(Some(pattern)), _) | Term::Fold(_, _, pattern, _) => {
            names_in(pattern)
        }
        _ => 0,
    };
    count as u64
}

fn names_in(pattern: &Pattern<&str>) -> usize {
    match pattern {
        Pattern::Var(_) => 1,
        Pattern::Arr(inner) => inner.iter().map(names_in).sum(),
        Pattern::Obj(entries) => entries.iter().map(|(_, inner)| names_in(inner)).sum(),
    }
}

/// A term after a check. The term stays last, so that calls at its end stay calls at the end.
fn after<'s>(check: &'static str, term: Tree<'s>) -> Tree<'s> {
    Term::BinOp(Box::new(Term::Call(check, Vec::new())), BinaryOp::Pipe(None), Box::new(term))
}

fn is_term(part: &StrPart<&str, Tree<'_>>) -> bool {
    matches!(part, StrPart::Term(_))
}

/// Visits a term and everything in it, the bodies of its functions too.
fn survey<'t, 's>(term: &'t Tree<'s>, visit: &mut impl FnMut(&'t Tree<'s>)) {
    visit(term);
    for part in children(term) {
        survey(part, visit);
    }
}

/// The terms that a term consists of.
fn children<'t, 's>(term: &'t Tree<'s>) -> Vec<&'t Tree<'s>> {
    match term {
        Term::Id
        | Term::Recurse
        | Term::Num(_)
        | Term::Var(_)
        | Term::Break(_)
        | Term::Arr(None) => Vec::new(),
        Term::Str(_, parts) => {
            let terms = parts.iter().filter_map(|part| match part {
                StrPart::Term(term) => Some(term),
                StrPart::Str(_) | StrPart::Char(_) => None,
            });
            terms.collect()
        }
        Term::Arr(Some(inner)) | Term::Neg(inner) | Term::Label(_, inner) => vec![inner],
        Term::Obj(entries) => {
            entries.iter().flat_map(|(key, value)| [key].into_iter().chain(value)).collect()
        }
        Term::BinOp(left, BinaryOp::Pipe(Some(pattern)), right) => {
            [&**left, right].into_iter().chain(keys_in(pattern)).collect()
        }
        Term::BinOp(left, _, right) => vec![left, right],
        Term::Fold(_, source, pattern, arguments) => {
            [&**source].into_iter().chain(keys_in(pattern)).chain(arguments).collect()
        }
        Term::TryCatch(body, handler) => [body].into_iter().chain(handler).map(|b| &**b).collect(),
        Term::IfThenElse(branches, otherwise) => {
            let branches = branches.iter().flat_map(|(condition, then)| [condition, then]);
            branches.chain(otherwise.as_deref()).collect()
        }
        Term::Def(defs, body) => defs.iter().map(|def| &def.body).chain([&**body]).collect(),
        Term::Call(_, arguments) => arguments.iter().collect(),
        Term::Path(inner, Path(parts)) => {
            let ends = parts.iter().flat_map(|(part, _)| match part {
                Part::Index(index) => vec![index],
                Part::Range(from, upto) => from.iter().chain(upto).collect(),
            });
            [&**inner].into_iter().chain(ends).collect()
        }
    }
}

/// The keys that a pattern computes.
fn keys_in<'t, 's>(pattern: &'t Pattern<&'s str>) -> Vec<&'t Tree<'s>> {
    match pattern {
        Pattern::Var(_) => Vec::new(),
        Pattern::Arr(inner) => inner.iter().flat_map(keys_in).collect(),
        Pattern::Obj(entries) => {
            let keys = entries.iter();
            keys.flat_map(|(key, inner)| [key].into_iter().chain(keys_in(inner))).collect()
        }
    }
}
