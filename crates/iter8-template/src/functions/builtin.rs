//! Go's own functions.

mod compare;
mod container;
mod escape;
mod text;

use crate::function::{Call, Evaluation, Failure, Function, Param};
use crate::value::Value;

/// `and`, `or`, comparison, `index`, `printf` and so on.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("and", &[Param::Any], lazy).variadic(Param::Any).lazy(Evaluation::UntilFalse),
    Function::new("call", &[Param::Any], call).variadic(Param::Any).lazy(Evaluation::AllWithCallee),
    Function::new("eq", &[Param::Any], compare::eq).variadic(Param::Any),
    Function::new("ge", &[Param::Any, Param::Any], compare::ge),
    Function::new("gt", &[Param::Any, Param::Any], compare::gt),
    Function::new("html", &[], escape::html).variadic(Param::Any),
    Function::new("index", &[Param::Any], container::index).variadic(Param::Any),
    Function::new("js", &[], escape::js).variadic(Param::Any),
    Function::new("le", &[Param::Any, Param::Any], compare::le),
    Function::new("len", &[Param::Any], container::len),
    Function::new("lt", &[Param::Any, Param::Any], compare::lt),
    Function::new("ne", &[Param::Any, Param::Any], compare::ne),
    Function::new("not", &[Param::Any], |call| Ok(Value::Bool(!call.args[0].is_true()))),
    Function::new("or", &[Param::Any], lazy).variadic(Param::Any).lazy(Evaluation::UntilTrue),
    Function::new("print", &[], text::print).variadic(Param::Any),
    Function::new("printf", &[Param::Text], text::printf).variadic(Param::Any),
    Function::new("println", &[], text::println).variadic(Param::Any),
    Function::new("slice", &[Param::Any], container::slice).variadic(Param::Any),
    Function::new("urlquery", &[], escape::urlquery).variadic(Param::Any),
];

/// `and` and `or` are decided where their arguments are evaluated.
fn lazy(_: &mut Call<'_>) -> Result<Value, Failure> {
    Err(Failure::from("arguments are evaluated one by one"))
}

/// No value of a template is a function, so that nothing can be called.
fn call(call: &mut Call<'_>) -> Result<Value, Failure> {
    match &call.args[1] {
        Value::Nil => Err(Failure::from("call of nil")),
        other => {
            let (name, kind) = (call.text(0), other.type_name());
            Err(Failure::from(format!("non-function {name} of type {kind}")))
        }
    }
}

#[cfg(test)]
mod tests;
