//! Texts of load tests that are evaluated anew for each call or request.

mod fields;

use std::fmt;
use std::rc::Rc;

use crate::environment::{Environment, Limits, Random};
use crate::error::{ParseError, RenderError};
use crate::functions::Dialect;
use crate::templates::Templates;
use crate::value::Value;

pub use fields::{Call, Fields};

/// What the data of a call may cost: its worker does nothing else meanwhile. A million steps take
/// a tenth of a second; data of users needs a few dozen.
const LIMITS: Limits = Limits { steps: 1_000_000, bytes: 16 << 20 };

/// What stands before each action of a template.
pub const ACTION: &str = "{{";

/// How texts with actions are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evaluation {
    /// Evaluated, with all functions.
    Functions,
    /// Evaluated, with Go's own functions only.
    NoFunctions,
    /// As they are.
    Off,
}

/// A parsed text.
#[derive(Debug, Clone)]
pub struct Template {
    name: Box<str>,
    templates: Templates,
}

impl Template {
    /// `None` for a text without actions, or if it is to stay as it is.
    pub fn parse(
        name: &str,
        text: &str,
        evaluation: Evaluation,
    ) -> Result<Option<Self>, ParseError> {
        let dialect = match evaluation {
            Evaluation::Functions => Dialect::Calls,
            Evaluation::NoFunctions => Dialect::Go,
            Evaluation::Off => return Ok(None),
        };
        if !text.contains(ACTION) {
            return Ok(None);
        }
        let mut templates = Templates::new(dialect);
        templates.parse(name, text)?;
        Ok(Some(Self { name: name.into(), templates }))
    }
}

/// Evaluates templates for one call after the other, on one thread.
pub struct Evaluator {
    fields: Rc<Fields>,
    data: Value,
    random: Box<dyn Random>,
}

impl fmt::Debug for Evaluator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Evaluator").field("fields", &self.fields).finish_non_exhaustive()
    }
}

impl Evaluator {
    /// An evaluator whose random choices follow from these numbers.
    pub fn new(fields: Fields, mut numbers: impl FnMut() -> u64 + 'static) -> Self {
        let fields = Rc::new(fields);
        let data = Value::Object(Rc::<Fields>::clone(&fields));
        let random = Box::new(move |buffer: &mut [u8]| {
            for chunk in buffer.chunks_mut(8) {
                chunk.copy_from_slice(&numbers().to_le_bytes()[..chunk.len()]);
            }
        });
        Self { fields, data, random }
    }

    /// A fresh number for a call.
    pub fn uuid(&mut self) -> [u8; 16] {
        let mut uuid = [0; 16];
        self.random.fill(&mut uuid);
        uuid
    }

    /// What follows is for this call.
    pub fn turn_to(&self, call: Call, uuid: [u8; 16]) {
        self.fields.begin(call, uuid);
    }

    /// Appends what a template prints.
    pub fn evaluate(
        &mut self,
        template: &Template,
        now: jiff::Timestamp,
        out: &mut Vec<u8>,
    ) -> Result<(), Box<RenderError>> {
        let mut environment = Environment {
            now,
            zone: self.fields.zone().clone(),
            random: &mut *self.random,
            interrupted: &|| false,
            limits: LIMITS,
        };
        let (name, data) = (&template.name, &self.data);
        template.templates.render_into(name, data, &mut environment, out).map_err(Box::new)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::Zone;

    fn evaluator(mut seed: u64) -> Evaluator {
        let fields = Fields::new(vec![("MethodName", Value::text("Check"))], Some("n"), Zone::UTC);
        Evaluator::new(fields, move || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            seed
        })
    }

    fn call(number: u64) -> Call {
        Call { number, worker: 3, connection: 2, now: Timestamp::UNIX_EPOCH }
    }

    fn printed(evaluator: &mut Evaluator, text: &str) -> Result<String, String> {
        let parsed = Template::parse("t", text, Evaluation::Functions);
        let Some(template) = parsed.map_err(|error| error.to_string())? else {
            return Ok(text.to_owned());
        };
        let mut out = b"> ".to_vec();
        let evaluated = evaluator.evaluate(&template, Timestamp::UNIX_EPOCH, &mut out);
        evaluated.map_err(|error| error.to_string())?;
        Ok(String::from_utf8(out).unwrap())
    }

    #[test]
    fn only_texts_with_actions_are_templates() {
        let parse =
            |text, evaluation| Template::parse("t", text, evaluation).map(|one| one.is_some());
        assert_eq!(parse("{}", Evaluation::Functions), Ok(false));
        assert_eq!(parse("{{.UUID}}", Evaluation::Functions), Ok(true));
        assert_eq!(parse("{{.UUID}}", Evaluation::NoFunctions), Ok(true));
        assert_eq!(parse("{{.UUID}", Evaluation::Off), Ok(false));
        assert!(parse("{{ upper \"a\" }}", Evaluation::NoFunctions).is_err());
        assert!(parse("{{.UUID}", Evaluation::Functions).is_err());
    }

    #[test]
    fn templates_see_the_call_they_are_turned_to() {
        let mut evaluator = evaluator(1);
        for number in [5, 9] {
            evaluator.turn_to(call(number), [0; 16]);
            let text = "{{.WorkerID}} {{.RequestNumber}} {{ now | date \"2006\" }}";
            assert_eq!(printed(&mut evaluator, text), Ok(format!("> n:g3c2 {number} 1970")));
        }
        let json =
            printed(&mut evaluator, "{{ (fromJson (toJson .)).MethodName }}{{ . | kindOf }}");
        assert_eq!(json, Ok("> Checkstruct".to_owned()));
        assert!(printed(&mut evaluator, "{{ . }}").unwrap().contains("number: 9"));
    }

    #[test]
    fn a_call_has_bounds() {
        let error = printed(&mut evaluator(1), "{{ range until 999999999 }}{{ end }}").unwrap_err();
        assert!(error.contains("the template takes more than"), "{error}");
        let error = printed(&mut evaluator(1), "{{ repeat 99999999 \"a\" }}").unwrap_err();
        assert!(error.contains("the template takes more than 16 MiB of memory"), "{error}");
    }

    proptest! {
        #[test]
        fn random_texts_follow_from_the_seed(seed: u64, length in 1_usize..40) {
            let text = format!("{{{{ randomString {length} }}}}");
            let first = printed(&mut evaluator(seed), &text).unwrap();
            prop_assert_eq!(first.len(), 2 + length);
            prop_assert_eq!(&first, &printed(&mut evaluator(seed), &text).unwrap());
            let mut one = evaluator(seed);
            prop_assert_ne!(one.uuid(), one.uuid());
        }
    }
}
