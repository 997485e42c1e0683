//! The built-in payloads: templates in the binary, and what their services take.

use super::digest::Room;

/// What the payloads have in common.
const COMMON: (&str, &str) = ("common", include_str!("../../../../templates/notify/common.tpl"));

/// Bytes of a payload where nobody sets a limit. A larger message has no reader.
const LARGE: usize = 64 * 1024 - 1;

/// No other limit of a text than that of the payload.
const ANY: usize = usize::MAX;

/// Rows of a payload for programs.
const DATA: Room = Room { slos: 200, metrics: 1_000 };

/// Rows of a message for people who chat.
const CHAT: Room = Room { slos: 40, metrics: 12 };

/// A built-in payload and its service.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Preset {
    /// The name that users write.
    pub(super) name: &'static str,
    template: &'static str,
    pub(super) content_type: &'static str,
    pub(super) headers: &'static [(&'static str, &'static str)],
    pub(super) place: Place,
    /// Most bytes that the service takes.
    pub(super) largest: usize,
    /// Most UTF-16 units that it takes of one text.
    pub(super) longest: usize,
    /// Rows that are shown at most.
    pub(super) rows: Room,
}

/// Where a payload goes unless a URL is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Nowhere.
    Given,
    /// Nowhere, and the path of the URL is a password.
    Hook,
    /// One URL for everybody.
    Fixed(&'static str),
    /// This below a repository in GitHub's API; `{…}` stands for a setting.
    GitHub(&'static str),
}

const JSON: &str = "application/json";

const GITHUB: &[(&str, &str)] =
    &[("Accept", "application/vnd.github+json"), ("X-GitHub-Api-Version", "2022-11-28")];

macro_rules! template {
    ($name:literal) => {
        include_str!(concat!("../../../../templates/notify/", $name, ".tpl"))
    };
}

/// A payload for programs.
const fn data(name: &'static str, template: &'static str) -> Preset {
    Preset {
        name,
        template,
        content_type: JSON,
        headers: &[],
        place: Place::Given,
        largest: LARGE,
        longest: ANY,
        rows: DATA,
    }
}

/// All of them. The limits are those that the services publish.
const PRESETS: &[Preset] = &[
    data("report", template!("report")),
    Preset {
        place: Place::Hook,
        // A section of Block Kit.
        longest: 3_000,
        rows: CHAT,
        ..data("slack", template!("slack"))
    },
    // Less than 64 KiB of client payload.
    Preset {
        headers: GITHUB,
        place: Place::GitHub("dispatches"),
        ..data("github", template!("github"))
    },
    Preset {
        place: Place::Hook,
        largest: 28 * 1024,
        rows: CHAT,
        ..data("teams", template!("teams"))
    },
    Preset {
        place: Place::Hook,
        // All texts of all embeds together; the rest of the payload is counted too.
        largest: 6_000,
        // The description of an embed.
        longest: 4_096,
        rows: CHAT,
        ..data("discord", template!("discord"))
    },
    Preset {
        place: Place::Fixed("https://events.pagerduty.com/v2/enqueue"),
        ..data("pagerduty", template!("pagerduty"))
    },
    Preset {
        content_type: "application/cloudevents+json; charset=utf-8",
        ..data("cloudevents", template!("cloudevents"))
    },
    Preset {
        headers: GITHUB,
        place: Place::GitHub("statuses/{sha}"),
        rows: Room { slos: 1, metrics: 0 },
        ..data("githubStatus", template!("githubStatus"))
    },
    Preset {
        headers: GITHUB,
        place: Place::GitHub("issues/{pullRequest}/comments"),
        largest: 256 * 1024,
        longest: 65_536,
        rows: Room { slos: 200, metrics: 400 },
        ..data("githubComment", template!("githubComment"))
    },
];

impl Preset {
    /// The payload of this name.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        PRESETS.iter().find(|preset| preset.name == name)
    }

    /// The payload that a template of Iter8 0.13 is replaced by: its default templates lie on the
    /// web, at a tag of their repository that the chart knows.
    // Differs from Iter8 0.13: these are not downloaded.
    pub(super) fn in_place_of(url: &str) -> Option<&'static Self> {
        let path = url.strip_prefix("https://raw.githubusercontent.com/iter8-tools/hub/")?;
        let (_, file) = path.split_once("/templates/")?;
        match file {
            "_payload-slack.tpl" => Self::named("slack"),
            "_payload-github.tpl" => Self::named("github"),
            _ => None,
        }
    }

    /// Names and texts of all templates, those that others call first.
    pub(super) fn templates() -> impl Iterator<Item = (&'static str, &'static str)> {
        let all = PRESETS.iter().map(|preset| (preset.name, preset.template));
        std::iter::once(COMMON).chain(all)
    }
}
