//! Advice on names that are nearly right.

use super::schema::{Builtin, Flag, Object, RESULT, Root};
use super::syntax::Fold;
use super::token::WORDS;
use super::types::Type;
use crate::suggest::closest;

/// What may have been meant by the unknown free-standing `name`.
pub(super) fn for_name(name: &str) -> String {
    let mut known = Vec::new();
    known.extend(Root::ALL.map(|root| Candidate::field("", root.name())));
    known.extend(Flag::ALL.map(|flag| Candidate::new(flag.name(), format!("{}()", flag.name()))));
    known.extend(Builtin::ALL.map(|builtin| Candidate::method("", builtin.name())));
    known.extend(Fold::ALL.map(|fold| Candidate::method("", fold.as_str())));
    known.extend(["true", "false", "nil"].map(|constant| Candidate::field("", constant)));
    known.extend(WORDS.map(|(word, _)| Candidate::field("", word)));
    known.extend(members("Result.", &RESULT));
    known.extend(insights("Result.Insights."));
    nearest(name, &known).unwrap_or_else(|| {
        "an experiment has Result, Spec, SLOs(), Completed() and NoFailure()".to_owned()
    })
}

/// What may have been meant by the unknown field or method `name` of `object`.
pub(super) fn for_member(name: &str, object: &Object) -> String {
    let own = members("", object);
    let listed: Vec<&str> = own.iter().map(|candidate| candidate.shown.as_str()).collect();
    let listed = format!("{} has {}", object.name, listed.join(", "));
    let mut known = own;
    if object.name == RESULT.name {
        known.extend(insights("Insights."));
    }
    nearest(name, &known).unwrap_or(listed)
}

/// A name, and how it is written where it is wanted.
struct Candidate {
    name: &'static str,
    shown: String,
}

impl Candidate {
    fn new(name: &'static str, shown: String) -> Self {
        Self { name, shown }
    }

    fn field(prefix: &str, name: &'static str) -> Self {
        Self::new(name, format!("{prefix}{name}"))
    }

    fn method(prefix: &str, name: &'static str) -> Self {
        Self::new(name, format!("{prefix}{name}(…)"))
    }
}

fn members(prefix: &str, object: &Object) -> Vec<Candidate> {
    let fields = object.fields.iter().map(|(name, _)| Candidate::field(prefix, name));
    let methods = object.methods.iter().map(|method| Candidate::method(prefix, method.name()));
    fields.chain(methods).collect()
}

fn insights(prefix: &str) -> Vec<Candidate> {
    match RESULT.field("Insights") {
        Some(Type::Object(insights)) => members(prefix, insights),
        _ => Vec::new(),
    }
}

/// The candidate most like `name`, as a question.
fn nearest(name: &str, known: &[Candidate]) -> Option<String> {
    let near = closest(name, known.iter().map(|candidate| candidate.name))?;
    let candidate = known.iter().find(|candidate| candidate.name == near)?;
    let reason = if near != name && near.eq_ignore_ascii_case(name) {
        "names are case-sensitive: "
    } else {
        ""
    };
    Some(format!("{reason}did you mean `{}`?", candidate.shown))
}
