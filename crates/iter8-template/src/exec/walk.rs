//! Text, actions and control structures.

use super::evaluate::find_variable;
use super::held::Held;
use super::{Fault, Run};
use crate::ast::{Branch, Loop, Node, Pipeline, Shown, TemplateCall, Term};
use crate::error::Cause;
use crate::print::{self, quote};
use crate::value::{Element, MapKind, Value};

/// What comes after a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// The next one.
    Next,
    /// The end of the loop.
    Break,
    /// The next pass of the loop.
    Continue,
}

/// What the body of a branch sees as `.`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dot {
    /// The same as before.
    Same,
    /// The value of the condition.
    Condition,
}

impl<'r> Run<'r, '_> {
    /// Executes a body.
    pub(super) fn walk(&mut self, dot: &Held, body: &'r [Node]) -> Result<Flow, Fault> {
        self.enter(1)?;
        let flow = self.nodes(dot, body);
        self.leave(1);
        flow
    }

    fn nodes(&mut self, dot: &Held, body: &'r [Node]) -> Result<Flow, Fault> {
        let template = self.template;
        for node in body {
            self.step(1)?;
            let flow = match node {
                Node::Text(part) => {
                    self.write(part.of(&template.source).as_bytes())?;
                    Flow::Next
                }
                Node::Action(pipeline) => {
                    self.action(dot, pipeline)?;
                    Flow::Next
                }
                Node::If(branch) => self.branch(dot, branch, Dot::Same)?,
                Node::With(branch) => self.branch(dot, branch, Dot::Condition)?,
                Node::Range(node) => self.range(dot, node)?,
                Node::Call(call) => {
                    self.template(dot, call)?;
                    Flow::Next
                }
                Node::Break => Flow::Break,
                Node::Continue => Flow::Continue,
            };
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    fn action(&mut self, dot: &Held, pipeline: &'r Pipeline) -> Result<(), Fault> {
        let printed = if let Some(printed) = self.print_in_place(dot, pipeline) {
            printed
        } else {
            let value = self.pipeline(dot, pipeline)?;
            if !pipeline.variables.is_empty() {
                return Ok(());
            }
            self.machine.print(&value)
        };
        if printed.is_err() {
            self.at(Shown::Pipeline(pipeline));
        }
        self.limited(printed)
    }

    /// Prints a variable or the value of a key without making a copy, which is what most actions
    /// do. `None` if it is something else, or nothing can be found.
    fn print_in_place(&mut self, dot: &Held, pipeline: &Pipeline) -> Option<Result<(), Cause>> {
        let [command] = &pipeline.commands[..] else { return None };
        let [word] = &command.words[..] else { return None };
        let (start, path) = match &word.term {
            _ if !pipeline.variables.is_empty() => return None,
            Term::Dot => (dot, &[][..]),
            Term::Variable(name, path) => {
                (find_variable(&self.variables, &self.root, name)?, &path[..])
            }
            Term::Field(path) => (dot, &path[..]),
            Term::Nil
            | Term::Bool(_)
            | Term::Number(..)
            | Term::Text(..)
            | Term::Function(_)
            | Term::Pipeline(_)
            | Term::Chain(..) => return None,
        };
        match (&start.value, path) {
            (value, []) => Some(self.machine.print(value)),
            (Value::Map(map), [name]) => {
                map.visit(name.as_bytes(), |value| self.machine.print(value))
            }
            _ => None,
        }
    }

    fn branch(&mut self, dot: &Held, branch: &'r Branch, inner: Dot) -> Result<Flow, Fault> {
        let mark = self.variables.len();
        let flow = self.arms(dot, branch, inner);
        self.variables.truncate(mark);
        flow
    }

    fn arms(&mut self, dot: &Held, branch: &'r Branch, inner: Dot) -> Result<Flow, Fault> {
        for arm in &branch.arms {
            let value = self.pipeline(dot, &arm.pipeline)?;
            if value.is_true() {
                return match inner {
                    Dot::Same => self.walk(dot, &arm.body),
                    Dot::Condition => self.walk(&Held::plain(value), &arm.body),
                };
            }
        }
        match &branch.otherwise {
            Some(body) => self.walk(dot, body),
            None => Ok(Flow::Next),
        }
    }

    fn range(&mut self, dot: &Held, node: &'r Loop) -> Result<Flow, Fault> {
        let mark = self.variables.len();
        let flow = self.passes(dot, node);
        self.variables.truncate(mark);
        flow
    }

    fn passes(&mut self, dot: &Held, node: &'r Loop) -> Result<Flow, Fault> {
        let value = self.pipeline(dot, &node.pipeline)?;
        let has_passes = match &value {
            Value::List(list) => {
                let is_boxed = list.element() == Element::Any;
                for (index, item) in (0..).zip(list.items()) {
                    let item = Held { value: item.clone(), is_boxed };
                    if self.pass(node, || Value::int(index), &item)? == Flow::Break {
                        break;
                    }
                }
                !list.is_empty()
            }
            Value::Map(map) => {
                let is_boxed = map.kind() == MapKind::Any;
                // The body may change the map, but not what is gone through.
                let entries = map.entries();
                let bytes = entries.len() * size_of_val(&entries[..1.min(entries.len())]);
                let charged = self.machine.charge(bytes);
                self.limited(charged)?;
                let has_passes = !entries.is_empty();
                for (key, value) in entries {
                    let item = Held { value, is_boxed };
                    if self.pass(node, || Value::Str(key), &item)? == Flow::Break {
                        break;
                    }
                }
                has_passes
            }
            Value::Int(count, kind) => {
                if node.pipeline.variables.len() > 1 {
                    let message =
                        format!("can't use {count} to iterate over more than one variable");
                    return self.error(message);
                }
                for number in 0..*count {
                    let item = Held::plain(Value::Int(number, *kind));
                    if self.pass(node, || Value::Nil, &item)? == Flow::Break {
                        break;
                    }
                }
                *count > 0
            }
            Value::Nil => false,
            Value::Bool(_)
            | Value::Float(_)
            | Value::Complex(..)
            | Value::Str(_)
            | Value::Object(_) => {
                let shown = print::display(&value).unwrap_or_else(|_| "...".into());
                return self.error(format!("range can't iterate over {shown}"));
            }
        };
        match &node.otherwise {
            // A `break` there belongs to the loop around this one by the rules of the parser, but
            // Go ends only this one.
            Some(body) if !has_passes => Ok(match self.walk(dot, body)? {
                Flow::Continue => Flow::Continue,
                Flow::Next | Flow::Break => Flow::Next,
            }),
            _ => Ok(Flow::Next),
        }
    }

    /// One pass of a loop.
    fn pass(
        &mut self,
        node: &'r Loop,
        index: impl FnOnce() -> Value,
        item: &Held,
    ) -> Result<Flow, Fault> {
        self.step(1)?;
        let pipeline = &node.pipeline;
        let mark = self.variables.len();
        match &pipeline.variables[..] {
            [] => {}
            [name] if pipeline.assigns => self.assign(name, item.clone())?,
            [first, second, ..] if pipeline.assigns => {
                self.assign(first, Held::plain(index()))?;
                self.assign(second, item.clone())?;
            }
            [_] => self.variables[mark - 1].1 = item.clone(),
            [_, _, ..] => {
                self.variables[mark - 1].1 = item.clone();
                self.variables[mark - 2].1 = Held::plain(index());
            }
        }
        let flow = self.walk(item, &node.body);
        self.variables.truncate(mark);
        flow
    }

    fn template(&mut self, dot: &Held, call: &'r TemplateCall) -> Result<(), Fault> {
        self.at(Shown::Call(call));
        let Some(template) = self.scope.find(&call.name) else {
            let name = quote(call.name.as_bytes());
            return self.error(format!("template {name} not defined"));
        };
        // Depth is counted where the body begins, but an error is about the call.
        self.enter(1)?;
        self.leave(1);
        let data = match &call.data {
            Some(pipeline) => Held::plain(self.pipeline(dot, pipeline)?),
            None => Held::MISSING,
        };
        Run::new(self.machine, self.scope, template, data).execute()
    }
}
