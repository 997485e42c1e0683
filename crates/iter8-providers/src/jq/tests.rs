//! Filters and what they make of answers.

mod errors;
mod hostile;
mod language;

use super::*;

/// All outputs of a filter, each as JSON, with commas between them; or what went wrong.
fn outputs(text: &str, input: &str) -> String {
    if let Err(error) = Filter::new(text) {
        return error.to_string();
    }
    // Within a list, so that they are one.
    let collecting = Filter(format!("[{text}\n] | tojson"));
    match collecting.evaluate(input.as_bytes(), 1_425_599_507.5).outcome {
        Ok(Found::Text(text)) => text[1..text.len() - 1].to_owned(),
        Err(Failure::Fails(problem)) => format!("error: {problem}"),
        other => format!("{other:?}"),
    }
}
