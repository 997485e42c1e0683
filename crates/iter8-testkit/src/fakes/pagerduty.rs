//! PagerDuty: Events API v2.

use serde_json::{Value, json};

use super::part::{Checked, Part};
use super::{Answer, Judgement, Refusal, check_post};
use crate::capture::Captured;

/// Path of alert events.
pub(super) const PATH: &str = "/v2/enqueue";

/// Bytes of an event.
const LARGEST: u64 = 512 * 1024;

pub(super) fn judge(routing_key: &str, request: &Captured, body: &Value) -> Judgement {
    let refuse = |reason: String| {
        let message = "Event object is invalid";
        let answer = json!({"status": "invalid event", "message": message, "errors": [reason]});
        Refusal { answer: Answer::json(400, &answer), reason }
    };
    check_post(request, PATH).map_err(refuse)?;
    if request.body_size > LARGEST {
        return Err(refuse(format!("{} bytes", request.body_size)));
    }
    let key = event(routing_key, &Part::whole(body)).map_err(refuse)?;
    let answer = json!({"status": "success", "message": "Event processed", "dedup_key": key});
    Ok(Answer::json(202, &answer))
}

/// Checks an event; its deduplication key.
fn event(routing_key: &str, body: &Part<'_>) -> Checked<String> {
    body.object(&[
        "routing_key",
        "event_action",
        "dedup_key",
        "payload",
        "client",
        "client_url",
        "links",
        "images",
    ])?;
    let key = body.field("routing_key")?;
    if key.text(32..=32)? != routing_key {
        return key.fault("not a valid routing key");
    }
    let action = body.field("event_action")?.one_of(&["trigger", "acknowledge", "resolve"])?;
    let dedup_key = match body.optional("dedup_key")? {
        Some(key) => Some(key.text(1..=255)?),
        None if action == "trigger" => None,
        None => return body.fault("no dedup_key"),
    };
    if let Some(url) = body.optional("client_url")? {
        url.url(2_048)?;
    }
    if let Some(links) = body.optional("links")? {
        for link in links.list(0..=100)? {
            link.object(&["href", "text"])?;
            link.field("href")?.url(2_048)?;
        }
    }
    match body.optional("payload")? {
        Some(payload) => self::payload(&payload)?,
        None if action == "trigger" => return body.fault("no payload"),
        None => {}
    }
    Ok(dedup_key.unwrap_or("made-by-the-service").to_owned())
}

fn payload(payload: &Part<'_>) -> Checked {
    payload.object(&[
        "summary",
        "source",
        "severity",
        "timestamp",
        "component",
        "group",
        "class",
        "custom_details",
    ])?;
    payload.field("summary")?.text(1..=1_024)?;
    payload.field("source")?.text(1..=1_024)?;
    payload.field("severity")?.one_of(&["critical", "error", "warning", "info"])?;
    if let Some(time) = payload.optional("timestamp")? {
        time.time()?;
    }
    for key in ["component", "group", "class"] {
        if let Some(part) = payload.optional(key)? {
            part.text(1..=1_024)?;
        }
    }
    payload.optional("custom_details")?.map_or(Ok(()), |details| details.any_object().map(|_| ()))
}
