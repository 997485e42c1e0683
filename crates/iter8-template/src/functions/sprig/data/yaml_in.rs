//! YAML as Helm reads it: by the rules of YAML 1.1 as go-yaml 2 has them, then as JSON.
//!
//! Every number is a `float64` in the end, keys become strings, and `yes` or `on` are true. The
//! first document counts.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use granit_parser::{Event, Parser, ScalarStyle, Span, StrInput};

use super::sink::Fault;
use super::yaml_scalar::{Meaning, resolve};
use crate::function::{Host, MAX_DEPTH};
use crate::print::{format_float, sprintf};
use crate::value::{List, Map, MapKind, Text, Value};

/// What a value takes in memory beside its text, as in `json_in`.
const BYTES_PER_VALUE: usize = 96;

/// Steps that the parser takes for a value of a few bytes.
const STEPS_PER_EVENT: u64 = 8;

/// Most bytes of a value that are shown in an error.
const SHOWN: usize = 1 << 10;

/// The namespace of YAML's own tags.
const NAMESPACE: &str = "tag:yaml.org,2002:";

/// Reads a text.
pub(super) fn read(host: &mut dyn Host, text: &Text) -> Result<Value, Fault> {
    let tree = parse(host, text).map_err(prefixed)?;
    let Some(root) = tree else { return Ok(Value::Nil) };
    Builder { host }.value(&root, 0).map_err(prefixed)
}

/// The error about a document of the wrong type.
pub(super) fn mistyped(problem: &str) -> String {
    format!("error unmarshaling JSON: while decoding JSON: {problem}")
}

fn prefixed(fault: Fault) -> Fault {
    match fault {
        Fault::Value(message) => Fault::Value(format!("error converting YAML to JSON: {message}")),
        failure @ Fault::Failure(_) => failure,
    }
}

fn problem(message: impl std::fmt::Display) -> Fault {
    Fault::Value(format!("yaml: {message}"))
}

/// A document as it is written, before anchors and tags are looked at.
#[derive(Debug)]
enum Node {
    Scalar(Scalar),
    List(Vec<Rc<Node>>),
    Map(Vec<(Rc<Node>, Rc<Node>)>),
}

#[derive(Debug)]
struct Scalar {
    text: String,
    /// Whether it has neither quotes nor a tag, so that the text says what it means.
    is_plain: bool,
    tag: Option<String>,
}

fn parse(host: &mut dyn Host, text: &Text) -> Result<Option<Rc<Node>>, Fault> {
    let text = std::str::from_utf8(text.as_bytes()).map_err(|_| problem("invalid UTF-8"))?;
    let is_allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..);
    if !text.chars().all(is_allowed) {
        return Err(problem("control characters are not allowed"));
    }
    let mut options = granit_parser::options! {
        block_scalar_eof_without_line_feed: true,
        emit_unresolved_aliases: true,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    options.set_emit_comments(false);
    let events = Parser::new_from_str_with_options(text, options);
    let mut reader = Reader { text, events, anchors: HashMap::new(), host };
    loop {
        match reader.next()? {
            (Event::StreamEnd, _) => return Ok(None),
            (Event::StreamStart | Event::DocumentStart(..), _) => {}
            event => return reader.node(event, 0).map(Some),
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    events: Parser<'a, StrInput<'a>>,
    anchors: HashMap<usize, Rc<Node>>,
    host: &'a mut dyn Host,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), Fault> {
        match self.events.next() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => {
                let info = error.info();
                // What was being parsed is left out, as in Go.
                let info = match info.split_once(", ") {
                    Some((context, info)) if context.starts_with("while ") => info,
                    _ => info.as_str(),
                };
                Err(problem(format_args!("line {}: {info}", error.marker().line())))
            }
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    /// The node that an event begins.
    fn node(&mut self, (event, span): (Event<'a>, Span), depth: usize) -> Result<Rc<Node>, Fault> {
        if depth > MAX_DEPTH {
            return Err(problem("exceeded max depth"));
        }
        self.host.charge(BYTES_PER_VALUE)?;
        self.host.work(STEPS_PER_EVENT)?;
        let (node, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let tag = tag.map(|tag| format!("{}{}", tag.handle(), tag.suffix()));
                let is_plain = style == ScalarStyle::Plain && tag.is_none();
                (Node::Scalar(Scalar { text: text.into_owned(), is_plain, tag }), anchor)
            }
            Event::SequenceStart(_, anchor, _) => (self.list(depth)?, anchor),
            Event::MappingStart(_, anchor, _) => (self.map(depth)?, anchor),
            Event::Alias(id) => {
                let target = self.anchors.get(&id).cloned();
                // Anchors are known once their value has ended.
                return target.ok_or_else(|| {
                    let name = span.slice(self.text).unwrap_or_default().trim_start_matches('*');
                    problem(format_args!("anchor '{name}' value contains itself"))
                });
            }
            Event::UnresolvedAlias(name) => {
                return Err(problem(format_args!("unknown anchor '{name}' referenced")));
            }
            other => return Err(problem(format_args!("unexpected {other:?}"))),
        };
        let node = Rc::new(node);
        if anchor > 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        Ok(node)
    }

    fn list(&mut self, depth: usize) -> Result<Node, Fault> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Node::List(items)),
                event => items.push(self.node(event, depth + 1)?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Node, Fault> {
        let mut entries = Vec::new();
        loop {
            match self.next()? {
                (Event::MappingEnd, _) => return Ok(Node::Map(entries)),
                event => {
                    let key = self.node(event, depth + 1)?;
                    let event = self.next()?;
                    entries.push((key, self.node(event, depth + 1)?));
                }
            }
        }
    }
}

/// Turns nodes into values. What an anchor names is built anew for each alias, as in Go, where a
/// change to one copy does not show in another; the limits bear what that costs.
struct Builder<'a> {
    host: &'a mut dyn Host,
}

impl Builder<'_> {
    fn value(&mut self, node: &Node, depth: usize) -> Result<Value, Fault> {
        if depth > MAX_DEPTH {
            return Err(problem("exceeded max depth"));
        }
        self.host.charge(BYTES_PER_VALUE)?;
        self.host.work(2)?;
        match node {
            Node::Scalar(scalar) => scalar_value(scalar),
            Node::List(items) => {
                let items: Result<Vec<Value>, Fault> =
                    items.iter().map(|item| self.value(item, depth + 1)).collect();
                Ok(Value::List(List::new(items?)))
            }
            Node::Map(entries) => {
                let mut map = BTreeMap::new();
                self.fill(&mut map, entries, depth)?;
                Ok(Value::Map(Map::of(MapKind::Any, map)))
            }
        }
    }

    /// Adds the entries of a node to a map, later ones over earlier ones, merged ones included.
    fn fill(
        &mut self,
        map: &mut BTreeMap<Text, Value>,
        entries: &[(Rc<Node>, Rc<Node>)],
        depth: usize,
    ) -> Result<(), Fault> {
        for (key, value) in entries {
            if is_merge(key) {
                self.merge(map, value, depth + 1)?;
            } else {
                let key = match key_text(key)? {
                    Ok(key) => key,
                    Err(unfit) => return Err(self.unfit_key(&unfit, value, depth)),
                };
                map.insert(key, self.value(value, depth + 1)?);
            }
        }
        Ok(())
    }

    /// The error about a key that JSON cannot have, in Go's words, which show the value.
    fn unfit_key(&mut self, key: &str, value: &Node, depth: usize) -> Fault {
        let value = match self.value(value, depth + 1) {
            Ok(value) => value,
            Err(fault) => return fault,
        };
        let mut shown = Vec::new();
        // What is too long is cut off.
        let _ = sprintf(&mut shown, b"%+#v", &[value], SHOWN);
        let shown = String::from_utf8_lossy(&shown);
        Fault::Value(format!("Unsupported map key of type: {key}, value: {shown}"))
    }

    fn merge(
        &mut self,
        map: &mut BTreeMap<Text, Value>,
        source: &Node,
        depth: usize,
    ) -> Result<(), Fault> {
        let unfit = || problem("map merge requires map or sequence of maps as the value");
        let sources = match source {
            Node::Map(_) => std::slice::from_ref(source).iter().collect(),
            // Earlier maps take precedence.
            Node::List(items) => items.iter().rev().map(Rc::as_ref).collect(),
            Node::Scalar(_) => Vec::new(),
        };
        if matches!(source, Node::Scalar(_)) {
            return Err(unfit());
        }
        for source in sources {
            let Node::Map(entries) = source else { return Err(unfit()) };
            if depth > MAX_DEPTH {
                return Err(problem("exceeded max depth"));
            }
            self.host.work(2)?;
            self.fill(map, entries, depth)?;
        }
        Ok(())
    }
}

fn is_merge(key: &Node) -> bool {
    match key {
        Node::Scalar(scalar) => {
            let is_tagged = scalar.tag.as_deref().and_then(|tag| tag.strip_prefix(NAMESPACE));
            scalar.text == "<<" && (scalar.is_plain || is_tagged == Some("merge"))
        }
        Node::List(_) | Node::Map(_) => false,
    }
}

/// What a scalar means, its tag taken into account.
fn meaning(scalar: &Scalar) -> Result<Meaning, Fault> {
    let tag = match &scalar.tag {
        None if scalar.is_plain => return Ok(resolve(&scalar.text)),
        None => return Ok(Meaning::Text),
        Some(tag) => tag.strip_prefix(NAMESPACE),
    };
    let Some(wanted @ ("bool" | "int" | "float" | "null" | "timestamp")) = tag else {
        return Ok(Meaning::Text);
    };
    let meaning = resolve(&scalar.text);
    let found = match &meaning {
        Meaning::Null => "null",
        Meaning::Bool(_) => "bool",
        Meaning::Int(_) => "int",
        Meaning::Float(_) => "float",
        Meaning::Timestamp => "timestamp",
        Meaning::Text => "str",
    };
    if found == wanted || (found, wanted) == ("int", "float") {
        return Ok(meaning);
    }
    let text = &scalar.text;
    Err(problem(format_args!("cannot decode !!{found} `{text}` as a !!{wanted}")))
}

/// The text of a scalar that is text.
fn text(scalar: &Scalar) -> Result<Text, Fault> {
    if scalar.tag.as_deref().and_then(|tag| tag.strip_prefix(NAMESPACE)) == Some("binary") {
        let bytes = STANDARD.decode(scalar.text.replace(['\n', '\r'], ""));
        let bytes = bytes.map_err(|_| problem("!!binary value contains invalid base64 data"))?;
        // JSON, through which values pass in Go, holds no other bytes.
        return Ok(Text::from(Text::from(bytes).as_str()));
    }
    Ok(Text::from(scalar.text.as_str()))
}

fn scalar_value(scalar: &Scalar) -> Result<Value, Fault> {
    Ok(match meaning(scalar)? {
        Meaning::Null => Value::Nil,
        Meaning::Bool(value) => Value::Bool(value),
        #[expect(clippy::cast_precision_loss, reason = "what a float64 makes of it in Go too")]
        Meaning::Int(number) => Value::Float(number as f64),
        Meaning::Float(number) if number.is_finite() => Value::Float(number),
        Meaning::Float(number) => {
            let text = format_float(number, 'g', None);
            return Err(Fault::Value(format!("json: unsupported value: {text}")));
        }
        Meaning::Timestamp | Meaning::Text => Value::Str(text(scalar)?),
    })
}

/// A key as text, or the type and form of one that JSON cannot have. Numbers are written as go-yaml
/// writes them, floats with 32 bits.
fn key_text(node: &Node) -> Result<Result<Text, String>, Fault> {
    let Node::Scalar(scalar) = node else { return Err(problem("invalid map key")) };
    Ok(Ok(match meaning(scalar)? {
        Meaning::Null => return Ok(Err("%!s(<nil>), key: <nil>".to_owned())),
        Meaning::Bool(value) => Text::from(if value { "true" } else { "false" }),
        Meaning::Int(number) if number > i128::from(i64::MAX) => {
            return Ok(Err(format!("uint64, key: 0x{number:x}")));
        }
        Meaning::Int(number) => Text::from(number.to_string()),
        Meaning::Float(number) if number.is_nan() => Text::from(".nan"),
        Meaning::Float(number) => Text::from(float_key(number)),
        Meaning::Timestamp | Meaning::Text => text(scalar)?,
    }))
}

fn float_key(number: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "go-yaml's keys have 32 bits")]
    let short = number as f32;
    match (short.is_finite(), short > 0.0) {
        // The fewest digits of 32 bits are the fewest digits of what they read as.
        (true, _) => format_float(short.to_string().parse().unwrap_or_default(), 'g', None),
        (false, true) => ".inf".to_owned(),
        (false, false) => "-.inf".to_owned(),
    }
}
