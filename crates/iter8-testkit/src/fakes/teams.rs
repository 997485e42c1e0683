//! Microsoft Teams: webhooks of workflows, which take Adaptive Cards.

use serde_json::{Value, json};

use super::part::{Checked, Part};
use super::{Answer, Judgement, Refusal, check_post};
use crate::capture::Captured;

/// Path of a workflow; its query signs it.
pub(super) const PATH: &str =
    "/workflows/0123456789abcdef/triggers/manual/paths/invoke?api-version=1&sig=SecretOfTheFlow";

/// Bytes of a message.
const LARGEST: u64 = 28 * 1024;

const COLOURS: [&str; 6] = ["default", "dark", "light", "accent", "good", "attention"];

pub(super) fn judge(request: &Captured, body: &Value) -> Judgement {
    let refuse = |status, code: &str, reason: String| {
        let answer = Answer::json(status, &json!({"error": {"code": code, "message": reason}}));
        Refusal { reason, answer }
    };
    check_post(request, PATH)
        .map_err(|reason| refuse(400, "TriggerInputSchemaMismatch", reason))?;
    if request.body_size > LARGEST {
        return Err(refuse(413, "RequestEntityTooLarge", format!("{} bytes", request.body_size)));
    }
    message(&Part::whole(body)).map_err(|reason| refuse(400, "BadRequest", reason))?;
    Ok(Answer::new(202, "", ""))
}

fn message(body: &Part<'_>) -> Checked {
    body.object(&["type", "attachments", "summary"])?;
    body.field("type")?.one_of(&["message"])?;
    for attachment in body.field("attachments")?.list(1..=10)? {
        attachment.object(&["contentType", "contentUrl", "content"])?;
        let card = "application/vnd.microsoft.card.adaptive";
        attachment.field("contentType")?.one_of(&[card])?;
        self::card(&attachment.field("content")?)?;
    }
    Ok(())
}

fn card(card: &Part<'_>) -> Checked {
    card.object(&["$schema", "type", "version", "body", "actions", "msteams", "fallbackText"])?;
    card.field("type")?.one_of(&["AdaptiveCard"])?;
    card.field("version")?.one_of(&["1.0", "1.1", "1.2", "1.3", "1.4", "1.5"])?;
    elements(&card.field("body")?)?;
    let Some(actions) = card.optional("actions")? else { return Ok(()) };
    for action in actions.list(1..=6)? {
        action.object(&["type", "title", "url"])?;
        action.field("type")?.one_of(&["Action.OpenUrl"])?;
        action.field("title")?.text(1..=100)?;
        action.field("url")?.url(2_048)?;
    }
    Ok(())
}

fn elements(list: &Part<'_>) -> Checked {
    list.list(1..=1_000)?.iter().try_for_each(element)
}

fn element(element: &Part<'_>) -> Checked {
    let spacings = ["default", "none", "small", "medium", "large", "extraLarge", "padding"];
    if let Some(spacing) = element.optional("spacing")? {
        spacing.one_of(&spacings)?;
    }
    match element.field("type")?.text(1..=50)? {
        "TextBlock" => text_block(element),
        "Container" => {
            element.object(&["type", "items", "style", "separator", "spacing", "bleed"])?;
            elements(&element.field("items")?)
        }
        "FactSet" => {
            element.object(&["type", "facts", "separator", "spacing"])?;
            for fact in element.field("facts")?.list(1..=1_000)? {
                fact.object(&["title", "value"])?;
                fact.field("title")?.text(0..=5_000)?;
                fact.field("value")?.text(0..=5_000)?;
            }
            Ok(())
        }
        other => element.fault(format_args!("unknown type {other:?}")),
    }
}

fn text_block(block: &Part<'_>) -> Checked {
    block.object(&[
        "type",
        "text",
        "wrap",
        "size",
        "weight",
        "color",
        "isSubtle",
        "separator",
        "spacing",
        "fontType",
        "maxLines",
        "style",
    ])?;
    block.field("text")?.text(1..=28_000)?;
    let checks: [(&str, &[&str]); 4] = [
        ("size", &["default", "small", "medium", "large", "extraLarge"]),
        ("weight", &["default", "lighter", "bolder"]),
        ("color", &COLOURS),
        ("fontType", &["default", "monospace"]),
    ];
    for (key, words) in checks {
        if let Some(part) = block.optional(key)? {
            part.one_of(words)?;
        }
    }
    for key in ["wrap", "isSubtle", "separator"] {
        if let Some(part) = block.optional(key)? {
            part.boolean()?;
        }
    }
    Ok(())
}
