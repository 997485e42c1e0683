//! Slack: incoming webhooks with Block Kit.

use std::collections::BTreeSet;

use serde_json::Value;

use super::part::{Checked, Part};
use super::{Answer, Judgement, Refusal, check_post};
use crate::capture::Captured;

/// Path of a webhook; its last part is the secret.
pub(super) const PATH: &str = "/services/T0000TEAM/B0000HOOK/SecretOfTheHook00000000";

/// Units of the text that notifications on a screen show.
const TEXT: usize = 40_000;

pub(super) fn judge(request: &Captured, body: &Value) -> Judgement {
    let refuse = |status, word: &str, reason| {
        let answer = Answer::new(status, "text/html", word);
        Refusal { reason, answer }
    };
    if request.target() != PATH {
        return Err(refuse(404, "no_service", format!("path is {}", request.target())));
    }
    check_post(request, PATH).map_err(|reason| refuse(400, "invalid_payload", reason))?;
    let whole = Part::whole(body);
    let known = ["text", "blocks", "response_type", "thread_ts", "unfurl_links", "unfurl_media"];
    whole.object(&known).map_err(|reason| refuse(400, "invalid_payload", reason))?;
    let text = whole.optional("text").map_err(|reason| refuse(400, "invalid_payload", reason))?;
    let Some(text) = text else {
        // Slack takes blocks alone, but then a phone shows nothing.
        return Err(refuse(400, "no_text", "no text for notifications".to_owned()));
    };
    text.text(1..=TEXT).map_err(|reason| refuse(400, "no_text", reason))?;
    blocks(&whole).map_err(|reason| refuse(400, "invalid_blocks", reason))?;
    Ok(Answer::new(200, "text/html", "ok"))
}

fn blocks(whole: &Part<'_>) -> Checked {
    let Some(blocks) = whole.optional("blocks")? else { return Ok(()) };
    let mut ids = BTreeSet::new();
    for block in blocks.list(1..=50)? {
        self::block(&block)?;
        if let Some(id) = block.optional("block_id")?
            && !ids.insert(id.text(1..=255)?)
        {
            return id.fault("used twice");
        }
    }
    Ok(())
}

fn block(block: &Part<'_>) -> Checked {
    match block.field("type")?.text(1..=255)? {
        "header" => {
            block.object(&["type", "block_id", "text"])?;
            plain(&block.field("text")?, 150)
        }
        "section" => section(block),
        "divider" => block.object(&["type", "block_id"]).map(|_| ()),
        "context" => {
            block.object(&["type", "block_id", "elements"])?;
            let elements = block.field("elements")?.list(1..=10)?;
            elements.iter().try_for_each(|element| text(element, 3_000))
        }
        "actions" => {
            block.object(&["type", "block_id", "elements"])?;
            block.field("elements")?.list(1..=25)?.iter().try_for_each(button)
        }
        other => block.fault(format_args!("unknown type {other:?}")),
    }
}

fn section(block: &Part<'_>) -> Checked {
    block.object(&["type", "block_id", "text", "fields", "accessory", "expand"])?;
    let (words, fields) = (block.optional("text")?, block.optional("fields")?);
    if words.is_none() && fields.is_none() {
        return block.fault("neither text nor fields");
    }
    if let Some(words) = words {
        text(&words, 3_000)?;
    }
    if let Some(fields) = fields {
        fields.list(1..=10)?.iter().try_for_each(|field| text(field, 2_000))?;
    }
    block.optional("accessory")?.map_or(Ok(()), |accessory| button(&accessory))
}

fn text(part: &Part<'_>, longest: usize) -> Checked {
    if part.field("type")?.one_of(&["plain_text", "mrkdwn"])? == "plain_text" {
        return plain(part, longest);
    }
    part.object(&["type", "text", "verbatim"])?;
    let words = part.field("text")?;
    escaped(&words, words.text(1..=longest)?)
}

fn plain(part: &Part<'_>, longest: usize) -> Checked {
    part.object(&["type", "text", "emoji"])?;
    part.field("type")?.one_of(&["plain_text"])?;
    part.field("text")?.text(1..=longest)?;
    part.optional("emoji")?.map_or(Ok(()), |emoji| emoji.boolean().map(|_| ()))
}

/// `&`, `<` and `>` that are no entity and no link must be escaped.
fn escaped(part: &Part<'_>, text: &str) -> Checked {
    for (at, _) in text.match_indices('&') {
        let rest = &text[at..];
        if !["&amp;", "&lt;", "&gt;"].iter().any(|entity| rest.starts_with(entity)) {
            return part.fault("an & that is not escaped");
        }
    }
    for piece in text.split('<').skip(1) {
        let link = piece.split_once('>').map(|(link, _)| link);
        if !link.is_some_and(|link| link.starts_with("http")) {
            return part.fault("a < that begins no link");
        }
    }
    Ok(())
}

fn button(part: &Part<'_>) -> Checked {
    part.object(&["type", "text", "url", "action_id", "value", "style"])?;
    part.field("type")?.one_of(&["button"])?;
    plain(&part.field("text")?, 75)?;
    if let Some(url) = part.optional("url")? {
        url.url(3_000)?;
    }
    if let Some(id) = part.optional("action_id")? {
        id.text(1..=255)?;
    }
    if let Some(value) = part.optional("value")? {
        value.text(1..=2_000)?;
    }
    part.optional("style")?.map_or(Ok(()), |style| style.one_of(&["primary", "danger"]).map(|_| ()))
}
