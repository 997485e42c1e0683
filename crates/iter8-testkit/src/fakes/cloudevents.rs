//! A receiver of CloudEvents 1.0 in structured JSON over HTTP.

use serde_json::{Value, json};

use super::part::{Checked, Part};
use super::{Answer, Judgement, Refusal, is_type};
use crate::capture::Captured;

/// The media type of a structured event.
const TYPE: &str = "application/cloudevents+json";

pub(super) fn judge(request: &Captured, body: &Value) -> Judgement {
    let refuse = |status, reason: String| Refusal {
        answer: Answer::json(status, &json!({"error": reason})),
        reason,
    };
    if request.method() != "POST" || request.target() != "/events" {
        let reason = format!("{} {}", request.method(), request.target());
        return Err(refuse(404, reason));
    }
    if !is_type(request, TYPE) {
        let reason = format!("content type is {:?}", request.header("content-type"));
        return Err(refuse(415, reason));
    }
    event(&Part::whole(body)).map_err(|reason| refuse(400, reason))?;
    Ok(Answer::new(202, "", ""))
}

fn event(body: &Part<'_>) -> Checked {
    for name in body.any_object()?.keys() {
        let is_name =
            |name: &str| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if name != "data_base64" && !is_name(name) {
            return body.fault(format_args!("{name:?} is no name of an attribute"));
        }
    }
    body.field("specversion")?.one_of(&["1.0"])?;
    for required in ["id", "type"] {
        body.field(required)?.text(1..=1_000)?;
    }
    let source = body.field("source")?;
    let is_reference =
        |text: &str| text.bytes().all(|b| b.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&b));
    if !is_reference(source.text(1..=1_000)?) {
        return source.fault("no URI reference");
    }
    for optional in ["subject", "dataschema", "datacontenttype"] {
        if let Some(part) = body.optional(optional)? {
            part.text(1..=1_000)?;
        }
    }
    if let Some(time) = body.optional("time")? {
        time.time()?;
    }
    if body.optional("data")?.is_some() && body.optional("data_base64")?.is_some() {
        return body.fault("data twice");
    }
    Ok(())
}
