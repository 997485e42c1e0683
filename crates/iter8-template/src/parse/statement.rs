//! Text, actions and control structures.

use std::sync::Arc;

use super::lexer::{Keyword, Kind, Token};
use super::{Parsed, Parser, literal, position};
use crate::ast::{Arm, Body, Branch, Loop, Node, Part, Pipeline, Template, TemplateCall};

/// What comes next in a body.
enum Item {
    Node(Node),
    /// What ends the body.
    Stop(Stop),
}

/// What ends a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    End,
    /// `else`, with the rest of the action still to be read if that is `if` or `with`.
    Else,
}

impl Stop {
    fn name(self) -> &'static str {
        match self {
            Self::End => "{{end}}",
            Self::Else => "{{else}}",
        }
    }
}

impl<'a> Parser<'a> {
    /// The whole text.
    pub(super) fn text(&mut self) -> Parsed<()> {
        let mut body = Vec::new();
        while self.tokens.peek().kind != Kind::End {
            let mark = self.tokens.mark();
            if self.tokens.peek().kind == Kind::LeftDelimiter {
                self.tokens.next();
                if self.tokens.next_word().kind == Kind::Keyword(Keyword::Define) {
                    self.definition()?;
                    continue;
                }
                self.tokens.reset(mark);
            }
            match self.item()? {
                Item::Node(node) => body.push(node),
                Item::Stop(stop) => return Err(format!("unexpected {}", stop.name())),
            }
        }
        let name = self.source.name.clone();
        self.add(name, body.into())
    }

    /// What follows `define`.
    fn definition(&mut self) -> Parsed<()> {
        const CONTEXT: &str = "define clause";
        let name = self.template_name(CONTEXT)?.0;
        let token = self.tokens.next_word();
        if token.kind != Kind::RightDelimiter {
            return self.unexpected(token, CONTEXT);
        }
        let (body, stop) = self.separately(Self::body)?;
        if stop != Stop::End {
            return Err(format!("unexpected {} in {CONTEXT}", stop.name()));
        }
        self.add(name, body)
    }

    /// A template within this text, which knows none of the variables around it.
    fn separately<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let scope = std::mem::take(&mut self.scope);
        let action_start = self.action_start.take();
        let parsed = self.nested(parse)?;
        self.scope = scope;
        self.action_start = action_start;
        Ok(parsed)
    }

    /// Adds a template. Of two with one name, one must be blank.
    fn add(&mut self, name: String, body: Body) -> Parsed<()> {
        let template = Template { name, source: Arc::clone(&self.source), body };
        let same = self.templates.iter_mut().find(|other| other.name == template.name);
        match same {
            None => self.templates.push(template),
            Some(other) if other.is_blank() => *other = template,
            Some(_) if template.is_blank() => {}
            Some(_) => {
                let name = crate::print::quote(template.name.as_bytes());
                return Err(format!("template: multiple definition of template {name}"));
            }
        }
        Ok(())
    }

    /// The name of a template, and where it stands.
    fn template_name(&mut self, context: &str) -> Parsed<(String, Token<'a>)> {
        let token = self.tokens.next_word();
        let name = match token.kind {
            Kind::Quoted => literal::quoted(token.text)?,
            Kind::RawQuoted => literal::raw_quoted(token.text),
            _ => return self.unexpected(token, context),
        };
        Ok((name.as_str().into_owned(), token))
    }

    /// Text and actions up to `end` or `else`.
    fn body(&mut self) -> Parsed<(Body, Stop)> {
        let mut body = Vec::new();
        while self.tokens.peek_word().kind != Kind::End {
            match self.item()? {
                Item::Node(node) => body.push(node),
                Item::Stop(stop) => return Ok((body.into(), stop)),
            }
        }
        Err("unexpected EOF".to_owned())
    }

    fn item(&mut self) -> Parsed<Item> {
        let token = self.tokens.next_word();
        match token.kind {
            Kind::Text => {
                let start = position(token.start);
                let part = Part { start, end: position(token.start + token.text.len()) };
                Ok(Item::Node(Node::Text(part)))
            }
            Kind::LeftDelimiter => {
                self.action_start = Some(token.start);
                let item = self.action();
                // An error has yet to say where its action began.
                if item.is_ok() {
                    self.action_start = None;
                }
                item
            }
            _ => self.unexpected(token, "input"),
        }
    }

    fn action(&mut self) -> Parsed<Item> {
        let mark = {
            self.tokens.peek_word();
            self.tokens.mark()
        };
        let node = match self.tokens.next_word().kind {
            Kind::Keyword(Keyword::Block) => self.block()?,
            Kind::Keyword(Keyword::Break) => self.loop_control("break", Node::Break)?,
            Kind::Keyword(Keyword::Continue) => self.loop_control("continue", Node::Continue)?,
            Kind::Keyword(Keyword::Else) => return self.otherwise().map(Item::Stop),
            Kind::Keyword(Keyword::End) => {
                let token = self.tokens.next_word();
                if token.kind != Kind::RightDelimiter {
                    return self.unexpected(token, "end");
                }
                return Ok(Item::Stop(Stop::End));
            }
            Kind::Keyword(Keyword::If) => Node::If(self.branch("if", Keyword::If)?),
            Kind::Keyword(Keyword::With) => Node::With(self.branch("with", Keyword::With)?),
            Kind::Keyword(Keyword::Range) => self.range()?,
            Kind::Keyword(Keyword::Template) => self.call()?,
            _ => {
                self.tokens.reset(mark);
                Node::Action(self.pipeline("command", Kind::RightDelimiter)?)
            }
        };
        Ok(Item::Node(node))
    }

    fn loop_control(&mut self, name: &str, node: Node) -> Parsed<Node> {
        let token = self.tokens.next_word();
        if token.kind != Kind::RightDelimiter {
            return self.unexpected(token, &format!("{{{{{name}}}}}"));
        }
        if self.scope.loops == 0 {
            return Err(format!("{{{{{name}}}}} outside {{{{range}}}}"));
        }
        Ok(node)
    }

    fn otherwise(&mut self) -> Parsed<Stop> {
        let token = self.tokens.peek_word();
        let continues = [Kind::Keyword(Keyword::If), Kind::Keyword(Keyword::With)];
        if !continues.contains(&token.kind) {
            self.tokens.next();
            if token.kind != Kind::RightDelimiter {
                return self.unexpected(token, "else");
            }
        }
        Ok(Stop::Else)
    }

    /// `if` or `with`, which begin alike, with all their arms.
    fn branch(&mut self, context: &str, keyword: Keyword) -> Parsed<Branch> {
        self.scoped(|parser| {
            let mut arms = Vec::new();
            loop {
                let pipeline = parser.pipeline(context, Kind::RightDelimiter)?;
                let (body, stop) = parser.body()?;
                arms.push(Arm { pipeline, body });
                if stop == Stop::End {
                    return Ok(Branch { arms: arms.into(), otherwise: None });
                }
                if parser.tokens.peek().kind == Kind::Keyword(keyword) {
                    parser.tokens.next();
                    continue;
                }
                let otherwise = Some(parser.last_body()?);
                return Ok(Branch { arms: arms.into(), otherwise });
            }
        })
    }

    /// The body after `else`.
    fn last_body(&mut self) -> Parsed<Body> {
        let (body, stop) = self.body()?;
        if stop != Stop::End {
            return Err(format!("expected end; found {}", stop.name()));
        }
        Ok(body)
    }

    fn range(&mut self) -> Parsed<Node> {
        self.scoped(|parser| {
            let pipeline = parser.pipeline("range", Kind::RightDelimiter)?;
            parser.scope.loops += 1;
            let (body, stop) = parser.body()?;
            parser.scope.loops -= 1;
            let otherwise = match stop {
                Stop::End => None,
                Stop::Else => Some(parser.last_body()?),
            };
            Ok(Node::Range(Box::new(Loop { pipeline, body, otherwise })))
        })
    }

    /// A control structure, whose variables end with it.
    fn scoped<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let variables = self.scope.variables.len();
        let parsed = self.nested(parse);
        self.scope.variables.truncate(variables);
        parsed
    }

    /// What follows `template`.
    fn call(&mut self) -> Parsed<Node> {
        const CONTEXT: &str = "template clause";
        let (name, token) = self.template_name(CONTEXT)?;
        let data = if self.tokens.peek_word().kind == Kind::RightDelimiter {
            self.tokens.next();
            None
        } else {
            Some(self.pipeline(CONTEXT, Kind::RightDelimiter)?)
        };
        Ok(call_node(name, token, data))
    }

    /// What follows `block`: a template that is defined where it is called.
    fn block(&mut self) -> Parsed<Node> {
        const CONTEXT: &str = "block clause";
        let (name, token) = self.template_name(CONTEXT)?;
        let data = self.pipeline(CONTEXT, Kind::RightDelimiter)?;
        let mark = self.tokens.newest_mark();
        let (body, stop) = self.separately(Self::body)?;
        if stop != Stop::End {
            // Go has the body read by another parser, so that this one has not seen it.
            self.tokens.reset_newest(mark);
            return Err(format!("unexpected {} in {CONTEXT}", stop.name()));
        }
        self.add(name.clone(), body)?;
        Ok(call_node(name, token, Some(data)))
    }
}

fn call_node(name: String, token: Token<'_>, data: Option<Pipeline>) -> Node {
    Node::Call(Box::new(TemplateCall { position: position(token.start), name, data }))
}
