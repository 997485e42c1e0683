//! When the next loop begins.

use std::str::FromStr;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// The rhythm of loops.
#[derive(Debug)]
pub(crate) enum Pace {
    /// One loop after the other.
    AtOnce,
    /// Starts are this far apart; a loop that takes longer is followed at once.
    Every(Duration),
    /// At the times of a cron expression; times that pass during a loop are skipped.
    Cron(Box<cronexpr::Crontab>),
}

impl Pace {
    /// When the loop after the one that began at `last` begins.
    pub(crate) fn next(&self, last: Timestamp, now: Timestamp) -> anyhow::Result<Timestamp> {
        match self {
            Self::AtOnce => Ok(now),
            Self::Every(interval) => Ok((last + SignedDuration::try_from(*interval)?).max(now)),
            Self::Cron(crontab) => {
                let next = crontab.find_next(now.to_string().as_str());
                Ok(next.map_err(|error| anyhow::anyhow!("{error}"))?.timestamp())
            }
        }
    }

    /// When the first loop begins: at once, except by cron.
    pub(crate) fn first(&self, now: Timestamp) -> anyhow::Result<Timestamp> {
        match self {
            Self::AtOnce | Self::Every(_) => Ok(now),
            Self::Cron(_) => self.next(now, now),
        }
    }
}

/// A cron expression of five fields, in the time zone of the machine unless it names one.
#[derive(Debug, Clone)]
pub(crate) struct Cron(pub(crate) Box<cronexpr::Crontab>);

impl FromStr for Cron {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let zone = jiff::tz::TimeZone::system();
        let zone = zone.iana_name().unwrap_or("UTC");
        let text = text.trim();
        let zoned = match text.split_whitespace().count() {
            5 => format!("{text} {zone}"),
            _ => text.to_owned(),
        };
        let parsed = cronexpr::parse_crontab(&zoned);
        let explained = |error| {
            // The parser draws the expression with a mark below it, and says why after the mark.
            let drawn = format!("{error}");
            let why = drawn.lines().last().unwrap_or_default();
            let why = why.trim_start_matches([' ', '^']);
            let why = why.split("; for a list").next().unwrap_or_default();
            format!(
                "{why}; expected five fields, for example \"*/5 * * * *\" for every five minutes"
            )
        };
        let crontab = parsed.map_err(explained)?;
        // A day such as 30 February parses; better told now than after the group was replaced.
        match crontab.find_next(Timestamp::now().to_string().as_str()) {
            Ok(_) => Ok(Self(Box::new(crontab))),
            Err(_) => Err("no time within the next four years matches".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn intervals_count_from_start_to_start() {
        let pace = Pace::Every(Duration::from_secs(30));
        let start = at("2026-01-01T00:00:00Z");
        let next = |now| pace.next(start, at(now)).unwrap();
        assert_eq!(next("2026-01-01T00:00:10Z"), at("2026-01-01T00:00:30Z"));
        assert_eq!(next("2026-01-01T00:01:10Z"), at("2026-01-01T00:01:10Z"));
        assert_eq!(pace.first(start).unwrap(), start);
    }

    #[test]
    fn cron_times_are_never_now() {
        let Cron(crontab) = "*/5 * * * * UTC".parse().unwrap();
        let pace = Pace::Cron(crontab);
        let next = |now| pace.next(at("2026-01-01T00:00:00Z"), at(now)).unwrap();
        assert_eq!(next("2026-01-01T00:00:00Z"), at("2026-01-01T00:05:00Z"));
        assert_eq!(next("2026-01-01T00:07:13Z"), at("2026-01-01T00:10:00Z"));
        assert_eq!(pace.first(at("2026-01-01T00:07:13Z")).unwrap(), at("2026-01-01T00:10:00Z"));
    }

    #[test]
    fn wrong_expressions_are_explained() {
        for text in ["", "* * *", "61 * * * *", "every minute"] {
            let error = text.parse::<Cron>().unwrap_err();
            assert!(error.contains("expected five fields") && !error.contains('\n'), "{error}");
        }
        assert!("*/1 * * * *".parse::<Cron>().is_ok());
        let error = "0 0 30 2 *".parse::<Cron>().unwrap_err();
        assert_eq!(error, "no time within the next four years matches");
    }
}
