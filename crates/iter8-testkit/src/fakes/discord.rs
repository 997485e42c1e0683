//! Discord: webhooks with embeds.

use serde_json::{Value, json};

use super::part::{Checked, Part};
use super::{Answer, Judgement, Refusal, check_post};
use crate::capture::Captured;

/// Path of a webhook; its last part is the secret.
pub(super) const PATH: &str = "/api/webhooks/123456789012345678/SecretOfTheDiscordWebhook";

/// Units of all texts of all embeds together.
const EMBEDS: usize = 6_000;

pub(super) fn judge(request: &Captured, body: &Value) -> Judgement {
    let refuse = |status, code: u32, message: &str, reason: String| {
        let answer = json!({"message": message, "code": code, "errors": {"_": reason}});
        Refusal { answer: Answer::json(status, &answer), reason }
    };
    if request.target() != PATH {
        let reason = format!("path is {}", request.target());
        return Err(refuse(401, 50_027, "Invalid Webhook Token", reason));
    }
    check_post(request, PATH)
        .and_then(|()| message(&Part::whole(body)))
        .map_err(|reason| refuse(400, 50_035, "Invalid Form Body", reason))?;
    Ok(Answer::new(204, "", ""))
}

fn message(body: &Part<'_>) -> Checked {
    body.object(&["content", "username", "avatar_url", "embeds", "allowed_mentions", "flags"])?;
    let content = body.optional("content")?;
    if let Some(content) = &content {
        content.text(1..=2_000)?;
    }
    if let Some(mentions) = body.optional("allowed_mentions")? {
        mentions.object(&["parse", "roles", "users", "replied_user"])?;
        for kind in mentions.field("parse")?.list(0..=3)? {
            kind.one_of(&["roles", "users", "everyone"])?;
        }
    }
    if let Some(name) = body.optional("username")? {
        name.text(1..=80)?;
    }
    let Some(embeds) = body.optional("embeds")? else {
        return if content.is_some() { Ok(()) } else { body.fault("an empty message") };
    };
    let mut units = 0;
    for embed in embeds.list(1..=10)? {
        units += self::embed(&embed)?;
    }
    if units > EMBEDS { embeds.fault(format_args!("{units} units")) } else { Ok(()) }
}

/// Checks an embed; the units of its texts.
fn embed(embed: &Part<'_>) -> Checked<usize> {
    embed.object(&[
        "title",
        "type",
        "description",
        "url",
        "timestamp",
        "color",
        "footer",
        "fields",
        "author",
    ])?;
    let mut units = 0;
    for (key, longest) in [("title", 256), ("description", 4_096)] {
        if let Some(part) = embed.optional(key)? {
            units += length(part.text(1..=longest)?);
        }
    }
    if let Some(url) = embed.optional("url")? {
        url.url(2_048)?;
    }
    if let Some(time) = embed.optional("timestamp")? {
        time.time()?;
    }
    if let Some(color) = embed.optional("color")? {
        color.integer(0..=0xff_ffff)?;
    }
    if let Some(footer) = embed.optional("footer")? {
        footer.object(&["text", "icon_url"])?;
        units += length(footer.field("text")?.text(1..=2_048)?);
    }
    let Some(fields) = embed.optional("fields")? else { return Ok(units) };
    for field in fields.list(0..=25)? {
        field.object(&["name", "value", "inline"])?;
        units += length(field.field("name")?.text(1..=256)?);
        units += length(field.field("value")?.text(1..=1_024)?);
    }
    Ok(units)
}

fn length(text: &str) -> usize {
    text.encode_utf16().count()
}
