//! The Gregorian calendar for any second that fits 64 bits, as far as Go's `time` has it.

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// Days from 1 March of year 0 to 1 January 1970.
const EPOCH: i128 = 719_468;

/// Days of 400 years, after which the calendar repeats.
const CYCLE: i128 = 146_097;

/// A date and a time of day without a zone. Parts may be out of range until normalized.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Civil {
    pub(super) year: i64,
    /// From 1.
    pub(super) month: i64,
    /// From 1.
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
}

impl Civil {
    /// The date and time that begins so many seconds after 1970.
    pub(super) fn from_seconds(seconds: i64) -> Self {
        let days = i128::from(seconds.div_euclid(DAY)) + EPOCH;
        let of_day = seconds.rem_euclid(DAY);
        let cycle = days.div_euclid(CYCLE);
        let day = days.rem_euclid(CYCLE);
        // Years here begin in March, so that the leap day is the last.
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let of_year = day - (365 * year + year / 4 - year / 100);
        let from_march = (5 * of_year + 2) / 153;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year + 400 * cycle + i128::from(month <= 2);
        let narrow = |number: i128| i64::try_from(number).unwrap_or(i64::MAX);
        Self {
            year: narrow(year),
            month: narrow(month),
            day: narrow(of_year - (153 * from_march + 2) / 5 + 1),
            hour: of_day / 3600,
            minute: of_day / 60 % 60,
            second: of_day % 60,
        }
    }

    /// Seconds since 1970. Parts out of range carry over: 32 January is 1 February. Wraps around
    /// beyond 64 bits, as in Go.
    pub(super) fn seconds(self) -> i64 {
        let month = i128::from(self.month) - 1;
        let year = i128::from(self.year) + month.div_euclid(12);
        let month = month.rem_euclid(12) + 1;
        let year = if month <= 2 { year - 1 } else { year };
        let from_march = (month + 9) % 12;
        let of_cycle = year.rem_euclid(400);
        let of_year = (153 * from_march + 2) / 5 + i128::from(self.day) - 1;
        let day = 365 * of_cycle + of_cycle / 4 - of_cycle / 100 + of_year;
        let days = year.div_euclid(400) * CYCLE + day - EPOCH;
        let time =
            3600 * i128::from(self.hour) + 60 * i128::from(self.minute) + i128::from(self.second);
        #[expect(clippy::cast_possible_truncation, reason = "wraps around, as in Go")]
        {
            (days * i128::from(DAY) + time) as i64
        }
    }

    /// Day of the year, from 1.
    pub(super) fn day_of_year(self) -> i64 {
        days_before(self.month, self.year) + self.day
    }

    /// Day of the week; Sunday is 0.
    pub(super) fn weekday(self) -> i64 {
        (self.seconds().div_euclid(DAY) + 4).rem_euclid(7)
    }
}

/// Whether a year has 29 February.
pub(super) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of a year before a month.
fn days_before(month: i64, year: i64) -> i64 {
    (1..month).map(|month| days_in(month, year)).sum()
}

/// Days of a month.
pub(super) fn days_in(month: i64, year: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Month and day of a day of the year, which must exist.
pub(super) fn from_day_of_year(year: i64, day: i64) -> (i64, i64) {
    let mut rest = day;
    for month in 1..12 {
        let days = days_in(month, year);
        if rest <= days {
            return (month, rest);
        }
        rest -= days;
    }
    (12, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(seconds: i64, (year, month, day): (i64, i64, i64), weekday: i64, of_year: i64) {
        let civil = Civil::from_seconds(seconds);
        assert_eq!((civil.year, civil.month, civil.day), (year, month, day));
        assert_eq!(civil.seconds(), seconds);
        assert_eq!((civil.weekday(), civil.day_of_year()), (weekday, of_year));
        assert_eq!(from_day_of_year(year, of_year), (month, day));
    }

    #[test]
    fn seconds_become_dates_and_back() {
        check(0, (1970, 1, 1), 4, 1);
        check(-1, (1969, 12, 31), 3, 365);
        check(951_782_400, (2000, 2, 29), 2, 60);
        check(1_709_251_199, (2024, 2, 29), 4, 60);
        check(4_107_542_400, (2100, 3, 1), 1, 60);
        check(-62_135_596_800, (1, 1, 1), 1, 1);
        check(-62_167_219_200, (0, 1, 1), 6, 1);
        check(253_402_300_799, (9999, 12, 31), 5, 365);
        check(99_999_999_999_999, (3_170_843, 11, 7), 6, 311);
        check(-99_999_999_999_999, (-3_166_904, 2, 24), 1, 55);
    }

    #[test]
    fn parts_out_of_range_carry_over() {
        let date = |year, month, day| Civil { year, month, day, hour: 0, minute: 0, second: 0 };
        for (given, normal) in [
            ((2023, 1, 32), (2023, 2, 1)),
            ((2023, 14, 1), (2024, 2, 1)),
            ((2023, 0, 1), (2022, 12, 1)),
            ((2024, 3, 0), (2024, 2, 29)),
            ((2023, 1, -1), (2022, 12, 30)),
        ] {
            let (year, month, day) = given;
            let civil = Civil::from_seconds(date(year, month, day).seconds());
            assert_eq!((civil.year, civil.month, civil.day), normal);
        }
    }
}
