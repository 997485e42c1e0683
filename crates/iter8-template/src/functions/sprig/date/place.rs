//! Where a time is told: Go's `time.Location`.

use std::any::Any;

use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::calendar::DAY;
use crate::environment::Zone;
use crate::value::{Object, Text, Value};

/// Seconds of a quarter of a year.
const QUARTER: i64 = 91 * DAY;

/// When clocks began to show the time of zones, about 1845, in quarters from 1970.
const FIRST_QUARTER: i64 = -500;

/// When the rules of today apply everywhere, about 2037.
const LAST_QUARTER: i64 = 270;

/// Seconds of 400 years, after which dates fall on the same days of the week.
const CYCLE: i64 = 146_097 * DAY;

/// A rule for what the clocks show.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// Universal time.
    Utc,
    /// Where the caller is.
    Local(Zone),
    /// A zone of the IANA database.
    Named(Zone),
    /// A number of seconds east of Greenwich, and the zone's abbreviation, which may be empty.
    Fixed(i64, String),
}

/// What the clocks show at a moment.
pub(super) struct Offset {
    /// Seconds east of Greenwich.
    pub(super) seconds: i64,
    /// Such as `CEST`.
    pub(super) abbreviation: String,
    /// Whether it is daylight saving time.
    pub(super) is_summer: bool,
}

impl Place {
    /// The place of a name, as `time.LoadLocation` finds it; names are case-sensitive.
    pub(super) fn find(name: &str, local: &Zone) -> Option<Self> {
        match name {
            "" | "UTC" => return Some(Self::Utc),
            "Local" => return Some(Self::Local(local.clone())),
            _ => {}
        }
        let zone = TimeZoneDatabase::bundled().get(name).ok()?;
        (zone.iana_name() == Some(name)).then_some(Self::Named(zone))
    }

    /// What the clocks show at a number of seconds after 1970.
    pub(super) fn offset(&self, seconds: i64) -> Offset {
        let zone = match self {
            Self::Utc => {
                return Offset { seconds: 0, abbreviation: "UTC".to_owned(), is_summer: false };
            }
            Self::Fixed(seconds, abbreviation) => {
                let abbreviation = abbreviation.clone();
                return Offset { seconds: *seconds, abbreviation, is_summer: false };
            }
            Self::Local(zone) | Self::Named(zone) => zone,
        };
        zone_offset(zone, seconds)
    }

    /// The number of seconds after 1970 at which the clocks show what UTC shows at another. Where
    /// they skip or repeat an hour, Go takes one of the two answers.
    pub(super) fn resolve(&self, shown: i64) -> i64 {
        let guess = self.offset(shown).seconds;
        if guess == 0 {
            return shown;
        }
        shown.wrapping_sub(self.offset(shown.wrapping_sub(guess)).seconds)
    }

    /// The offset that an abbreviation means here, at the moment that UTC shows so; if it is not in
    /// use then, the first one that it ever meant. The database tells what is shown when, but lists
    /// no names, so moments are asked: those around it, then all quarters of the zones' history.
    pub(super) fn offset_of(&self, abbreviation: &str, shown: i64) -> Option<i64> {
        let near = [0, 1, -1, 2, -2].map(|quarters| shown.wrapping_add(quarters * QUARTER));
        let named = |moment: i64| {
            Some(self.offset(moment)).filter(|offset| offset.abbreviation == abbreviation)
        };
        let fits = |offset: &Offset| named(shown.wrapping_sub(offset.seconds)).is_some();
        let then = near.into_iter().filter_map(named).find(fits);
        let ever = || (FIRST_QUARTER..LAST_QUARTER).find_map(|quarter| named(quarter * QUARTER));
        then.or_else(ever).map(|offset| offset.seconds)
    }

    /// Go's name of the place.
    fn name(&self) -> String {
        match self {
            Self::Utc => "UTC".to_owned(),
            Self::Local(_) => "Local".to_owned(),
            Self::Named(zone) => zone.iana_name().unwrap_or_default().to_owned(),
            Self::Fixed(_, name) => name.clone(),
        }
    }
}

/// What a zone's clocks show. Years that jiff does not know are like those 400 years before.
fn zone_offset(zone: &TimeZone, seconds: i64) -> Offset {
    let (first, last) = (Timestamp::MIN.as_second() + 1, Timestamp::MAX.as_second() - 1);
    let beyond = seconds.saturating_sub(last);
    let seconds = if beyond > 0 {
        last - CYCLE + (beyond - 1).rem_euclid(CYCLE) + 1
    } else {
        seconds.max(first)
    };
    let moment = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    let info = zone.to_offset_info(moment);
    Offset {
        seconds: i64::from(info.offset().seconds()),
        abbreviation: info.abbreviation().to_owned(),
        is_summer: info.dst().is_dst(),
    }
}

impl Object for Place {
    fn type_name(&self) -> &'static str {
        "*time.Location"
    }

    fn kind_name(&self) -> &'static str {
        "ptr"
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Option<Result<Value, String>> {
        (name == "String").then(|| super::names::no_arguments(name, arguments, self.name()))
    }

    fn print(&self) -> Text {
        Text::from(self.name())
    }

    fn plain(&self) -> Value {
        Value::Map(crate::value::Map::new())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
