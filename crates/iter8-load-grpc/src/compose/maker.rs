//! From templates to frames, with buffers that are used again.

use iter8_template::calls::{Call, Evaluator, Template};

use crate::data::{DataError, Encoder};
use crate::frame::Packer;

/// What making messages needs.
#[derive(Debug)]
pub(super) struct Maker {
    pub(super) evaluator: Evaluator,
    /// What a template printed.
    text: Vec<u8>,
    packer: Packer,
}

impl Maker {
    pub(super) fn new(evaluator: Evaluator) -> Self {
        Self { evaluator, text: Vec::new(), packer: Packer::default() }
    }

    /// Evaluates a template and appends the frame of the object that it prints.
    pub(super) fn object(
        &mut self,
        encoder: &Encoder,
        template: &Template,
        call: Call,
        out: &mut Vec<u8>,
    ) -> Result<(), DataError> {
        self.evaluate(template, call)?;
        encoder.object(&self.text, &mut self.packer, out)
    }

    /// Evaluates a template and appends the frames of the object or the objects that it prints, and
    /// where each ends.
    pub(super) fn objects(
        &mut self,
        encoder: &Encoder,
        template: &Template,
        call: Call,
        out: &mut Vec<u8>,
        ends: &mut Vec<usize>,
    ) -> Result<(), DataError> {
        self.evaluate(template, call)?;
        encoder.objects(&self.text, &mut self.packer, out, ends)
    }

    fn evaluate(&mut self, template: &Template, call: Call) -> Result<(), DataError> {
        self.text.clear();
        let evaluated = self.evaluator.evaluate(template, call.now, &mut self.text);
        evaluated.map_err(DataError::Render)
    }
}
