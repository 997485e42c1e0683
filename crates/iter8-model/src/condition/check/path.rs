//! Fields, elements, slices and methods.

use super::{Checker, hinted};
use crate::condition::error::{CompileFault, Rejection, reject};
use crate::condition::hint;
use crate::condition::program::{NodeKind, Step, StepKind};
use crate::condition::schema::Method;
use crate::condition::syntax::{Expr, ExprKind, Link, LinkKind};
use crate::condition::types::Type;
use crate::condition::value::Value;

impl Checker {
    pub(super) fn path(
        &mut self,
        base: Expr,
        links: Vec<Link>,
    ) -> Result<(NodeKind, Type), Rejection> {
        let (base, mut found) = self.check(base)?;
        let mut steps = Vec::with_capacity(links.len());
        for link in links {
            let (offset, optional) = (link.offset, link.optional);
            let (kind, next) = match link.kind {
                LinkKind::Field(name) => {
                    let next = field(offset, &found, &name)?;
                    (StepKind::Field(name), next)
                }
                LinkKind::Method { name, arguments } => {
                    self.method(offset, &found, &name, arguments)?
                }
                LinkKind::Index(index) => self.index(offset, &found, index)?,
                LinkKind::Slice { from, to } => self.slice(offset, found, from, to)?,
            };
            steps.push(Step { offset, optional, kind });
            found = next;
        }
        Ok((NodeKind::Path { base: Box::new(base), steps }, found))
    }

    fn method(
        &mut self,
        offset: usize,
        on: &Type,
        name: &str,
        arguments: Vec<Expr>,
    ) -> Result<(StepKind, Type), Rejection> {
        let Some(method) = method_of(on, name) else {
            let hint = match on {
                Type::Object(object) if object.field(name).is_some() => {
                    Some(format!("`{name}` is a field: leave out the parentheses"))
                }
                Type::Object(object) => Some(hint::for_member(name, object)),
                _ => None,
            };
            let fault = CompileFault::UnknownMethod { on: on.to_string(), name: name.to_owned() };
            return Err(hinted(offset, fault, hint));
        };
        let takes = method.takes();
        if arguments.len() < takes.len() {
            return Err(reject(offset, CompileFault::TooFewArguments(name.to_owned())));
        }
        if arguments.len() > takes.len() {
            return Err(reject(offset, CompileFault::TooManyArguments(name.to_owned())));
        }
        let mut nodes = Vec::with_capacity(arguments.len());
        for (argument, wanted) in arguments.into_iter().zip(takes) {
            let at = argument.offset;
            let (node, found) = self.check(argument)?;
            if !found.may_be(wanted) {
                let fault = CompileFault::BadArgument {
                    function: method.name(),
                    expected: wanted.to_string(),
                    found: found.to_string(),
                };
                return Err(reject(at, fault));
            }
            nodes.push(node);
        }
        Ok((StepKind::Method { method, arguments: nodes }, method.gives()))
    }

    fn index(
        &mut self,
        offset: usize,
        on: &Type,
        index: Expr,
    ) -> Result<(StepKind, Type), Rejection> {
        let name = match &index.kind {
            ExprKind::Literal(Value::Str(name)) => Some(name.clone()),
            _ => None,
        };
        let (index, by) = self.check(index)?;
        if let (Type::Object(_), Some(name)) = (on, name) {
            let next = field(index.offset, on, &name)?;
            return Ok((StepKind::Index(index), next));
        }
        let next = match on {
            Type::Array(element) if by.may_be(&Type::Int) => Some((**element).clone()),
            Type::Map(value) if by.may_be(&Type::Str) => Some((**value).clone()),
            Type::Any if by.may_be(&Type::Int) || by.may_be(&Type::Str) => Some(Type::Any),
            _ => None,
        };
        let Some(next) = next else {
            let (on, index) = (on.to_string(), by.to_string());
            let fault = CompileFault::NotIndexable { on, index };
            return Err(hinted(offset, fault, whole(&by)));
        };
        Ok((StepKind::Index(index), next))
    }

    fn slice(
        &mut self,
        offset: usize,
        on: Type,
        from: Option<Expr>,
        to: Option<Expr>,
    ) -> Result<(StepKind, Type), Rejection> {
        if !matches!(on, Type::Array(_) | Type::Str | Type::Any) {
            return Err(reject(offset, CompileFault::NotSliceable(on.to_string())));
        }
        let mut bound = |bound: Option<Expr>| -> Result<_, Rejection> {
            let Some(bound) = bound else { return Ok(None) };
            let at = bound.offset;
            let (node, found) = self.check(bound)?;
            if found.may_be(&Type::Int) {
                return Ok(Some(node));
            }
            Err(hinted(at, CompileFault::BadSliceBound(found.to_string()), whole(&found)))
        };
        let kind = StepKind::Slice { from: bound(from)?, to: bound(to)? };
        Ok((kind, on))
    }
}

/// Advice for a fraction where a place in a list is wanted; every quotient is one.
fn whole(found: &Type) -> Option<String> {
    matches!(found, Type::Float).then(|| "cut the fraction off with `int(…)`".to_owned())
}

fn method_of(on: &Type, name: &str) -> Option<Method> {
    match on {
        Type::Object(object) => object.method(name),
        Type::Time => Method::TIME.into_iter().find(|method| method.name() == name),
        _ => None,
    }
}

fn field(offset: usize, on: &Type, name: &str) -> Result<Type, Rejection> {
    let unknown = || CompileFault::UnknownField { on: on.to_string(), name: name.to_owned() };
    match on {
        Type::Any => Ok(Type::Any),
        Type::Map(value) => Ok((**value).clone()),
        _ if method_of(on, name).is_some() => {
            Err(reject(offset, CompileFault::NotCalled(name.to_owned())))
        }
        Type::Object(object) => object
            .field(name)
            .ok_or_else(|| hinted(offset, unknown(), Some(hint::for_member(name, object)))),
        _ => Err(reject(offset, unknown())),
    }
}
