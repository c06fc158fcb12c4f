//! Days and times as tools write them. Where day and month could be swapped, or the zone is not said, nothing is guessed.

use std::fmt;

use chrono::{
    DateTime, Days, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _,
};
use chrono_tz::Tz;

/// Which of two numbers is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayOrder {
    /// 5/3 is the fifth of March.
    DayFirst,
    /// 5/3 is the third of May.
    MonthFirst,
}

impl fmt::Display for DayOrder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::DayFirst => "day-first",
            Self::MonthFirst => "month-first",
        })
    }
}

/// A day, and what else a cell says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Written {
    day: Day,
    time: Option<NaiveTime>,
    offset: Option<FixedOffset>,
    /// Whether it is written as a database has it, `2026-01-31 14:00:00`.
    is_stored: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Day {
    Known(NaiveDate),
    /// Two numbers of which one is the day, and the year.
    Either(u32, u32, i32),
}

/// Why a cell is no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoTime {
    /// It is none that can be read.
    Unreadable,
    /// The number of days that a spreadsheet counts.
    Serial,
    /// Which number is the day is not known.
    Ambiguous,
    /// There is no such day.
    NoSuchDay,
    /// The zone is not known.
    NoZone,
    /// There is no time of day.
    DayOnly,
    /// The clock was put forward over it.
    Skipped,
}

impl Written {
    /// Reads a text.
    pub(super) fn read(text: &str) -> Result<Self, NoTime> {
        let text = text.trim();
        let is_serial =
            text.len() >= 5 && text.parse::<f64>().is_ok_and(|number| (20_000.0..90_000.0).contains(&number));
        if is_serial {
            return Err(NoTime::Serial);
        }
        let (day, rest) = match text.find([' ', 'T', ',']) {
            Some(at) => (&text[..at], text[at + 1..].trim()),
            None => (text, ""),
        };
        let is_stored = day.len() == 10 && day.as_bytes()[4] == b'-';
        let day = read_day(day).ok_or(NoTime::Unreadable)??;
        let (time, offset) =
            if rest.is_empty() { (None, None) } else { read_time(rest).ok_or(NoTime::Unreadable)? };
        Ok(Self { day, time, offset, is_stored })
    }

    /// Of the number by which a workbook counts, to the second.
    pub(super) fn counted(number: f64, is_1904: bool) -> Result<Self, NoTime> {
        // Before it, programs disagree on which day is meant: some take 1900 for a leap year.
        let (epoch, first) = if is_1904 { ((1904, 1, 1), 0.0) } else { ((1899, 12, 30), 61.0) };
        let epoch = NaiveDate::from_ymd_opt(epoch.0, epoch.1, epoch.2).ok_or(NoTime::Unreadable)?;
        if !(first..=2_958_465.0).contains(&number) {
            return Err(NoTime::Unreadable);
        }
        let seconds = ((number - number.floor()) * 86_400.0).round();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was just looked at")]
        let (days, seconds) = (number.floor() as u64, seconds as i64);
        let day = epoch.checked_add_days(Days::new(days)).ok_or(NoTime::NoSuchDay)?;
        let at = day
            .and_time(NaiveTime::MIN)
            .checked_add_signed(TimeDelta::seconds(seconds))
            .ok_or(NoTime::NoSuchDay)?;
        Ok(Self { day: Day::Known(at.date()), time: Some(at.time()), offset: None, is_stored: false })
    }

    /// Which order it shows: one number is no month. None if both could be.
    pub(super) fn shows(&self) -> Option<DayOrder> {
        match self.day {
            Day::Either(first, _, _) if first > 12 => Some(DayOrder::DayFirst),
            Day::Either(_, second, _) if second > 12 => Some(DayOrder::MonthFirst),
            Day::Either(..) | Day::Known(_) => None,
        }
    }

    /// Whether day and month could be swapped, and it would be another day.
    pub(super) fn is_ambiguous(&self) -> bool {
        matches!(self.day, Day::Either(first, second, _) if first <= 12 && second <= 12 && first != second)
    }

    /// The day as it is written.
    pub(super) fn day(&self, order: Option<DayOrder>) -> Result<NaiveDate, NoTime> {
        match self.day {
            Day::Known(day) => Ok(day),
            Day::Either(first, second, year) => {
                let order = order.or(self.shows()).or((first == second).then_some(DayOrder::DayFirst));
                let (day, month) = match order.ok_or(NoTime::Ambiguous)? {
                    DayOrder::DayFirst => (first, second),
                    DayOrder::MonthFirst => (second, first),
                };
                NaiveDate::from_ymd_opt(year, month, day).ok_or(NoTime::NoSuchDay)
            }
        }
    }

    /// The instant, by its own offset, or by a zone; and whether the clock showed it twice, of which the first is taken.
    pub(super) fn instant(
        &self,
        order: Option<DayOrder>,
        zone: Option<Tz>,
        stored: Option<Tz>,
    ) -> Result<(DateTime<FixedOffset>, bool), NoTime> {
        let day = self.day(order)?;
        let local: NaiveDateTime = day.and_time(self.time.ok_or(NoTime::DayOnly)?);
        if let Some(offset) = self.offset {
            let instant = offset.from_local_datetime(&local).single().ok_or(NoTime::NoSuchDay)?;
            return Ok((instant, false));
        }
        let zone = zone.or(stored.filter(|_| self.is_stored)).ok_or(NoTime::NoZone)?;
        match zone.from_local_datetime(&local) {
            LocalResult::Single(instant) => Ok((instant.fixed_offset(), false)),
            LocalResult::Ambiguous(first, _) => Ok((first.fixed_offset(), true)),
            LocalResult::None => Err(NoTime::Skipped),
        }
    }
}

/// None if it is no day at all; an error if there is none of that number.
fn read_day(text: &str) -> Option<Result<Day, NoTime>> {
    let sign = text.chars().find(|c| !c.is_alphanumeric()).filter(|c| ['-', '/', '.'].contains(c))?;
    let parts: Vec<&str> = text.split(sign).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let number = |text: &str, most: usize| {
        let plain = (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if plain { text.parse::<u32>().ok() } else { None }
    };
    let year = |text: &str| if text.len() == 4 { number(text, 4)?.try_into().ok() } else { None };
    let known = |year: i32, month: u32, day: u32| {
        Some(NaiveDate::from_ymd_opt(year, month, day).map(Day::Known).ok_or(NoTime::NoSuchDay))
    };
    if let Some(year) = year(first) {
        return known(year, number(second, 2)?, number(third, 2)?);
    }
    if let Some(month) = month(second) {
        let year = match third.len() {
            2 => 2000 + i32::try_from(number(third, 2)?).ok()?,
            _ => year(third)?,
        };
        return known(year, month, number(first, 2)?);
    }
    let (first, second, year) = (number(first, 2)?, number(second, 2)?, year(third)?);
    let fits = (1..=31).contains(&first) && (1..=31).contains(&second) && (first <= 12 || second <= 12);
    Some(if fits { Ok(Day::Either(first, second, year)) } else { Err(NoTime::NoSuchDay) })
}

/// English, German and French short names of months, by their first letters.
fn month(text: &str) -> Option<u32> {
    const NAMES: [&[&str]; 12] = [
        &["jan"],
        &["feb", "fév", "fev"],
        &["mar", "mär", "mrz"],
        &["apr", "avr"],
        &["may", "mai"],
        &["jun", "juin"],
        &["jul", "juil"],
        &["aug", "aoû", "aou"],
        &["sep"],
        &["oct", "okt"],
        &["nov"],
        &["dec", "dez", "déc"],
    ];
    let text = text.trim_end_matches('.').to_lowercase();
    if text.chars().any(|c| !c.is_alphabetic()) || text.chars().count() > 5 {
        return None;
    }
    let found = NAMES.iter().position(|names| names.iter().any(|name| text.starts_with(name)))?;
    u32::try_from(found + 1).ok()
}

fn read_time(text: &str) -> Option<(Option<NaiveTime>, Option<FixedOffset>)> {
    let (clock, rest) = match text.find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.')) {
        Some(at) => (&text[..at], text[at..].trim()),
        None => (text, ""),
    };
    let (half, rest) = match rest.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("am") => (Some(0), rest[2..].trim()),
        Some("pm") => (Some(12), rest[2..].trim()),
        _ => (None, rest),
    };
    let parts: Vec<&str> = clock.split(':').collect();
    let number = |text: &str| {
        let plain = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if plain { text.parse::<u32>().ok() } else { None }
    };
    let (hour, minute, second) = match parts.as_slice() {
        [hour, minute] => (number(hour)?, number(minute)?, 0),
        // Parts of a second tell nobody anything.
        [hour, minute, second] => (number(hour)?, number(minute)?, number(second.split('.').next()?)?),
        _ => return None,
    };
    let hour = match half {
        None => hour,
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
    };
    let time = NaiveTime::from_hms_opt(hour, minute, second)?;
    let offset = match rest {
        "" => None,
        "Z" | "z" | "UTC" | "GMT" => FixedOffset::east_opt(0),
        _ => {
            let sign = match rest.as_bytes()[0] {
                b'+' => 1,
                b'-' => -1,
                _ => return None,
            };
            let digits: String = rest[1..].chars().filter(|c| *c != ':').collect();
            let (hours, minutes) = match digits.len() {
                2 => (number(&digits)?, 0),
                4 => (number(&digits[..2])?, number(&digits[2..])?),
                _ => return None,
            };
            if minutes > 59 {
                return None;
            }
            Some(FixedOffset::east_opt(sign * i32::try_from(hours * 3_600 + minutes * 60).ok()?)?)
        }
    };
    Some((Some(time), offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, order: Option<DayOrder>, zone: Option<Tz>) -> String {
        match Written::read(text).and_then(|written| written.instant(order, zone, Some(Tz::UTC))) {
            Ok((instant, twice)) => format!("{}{}", instant.to_rfc3339(), if twice { " twice" } else { "" }),
            Err(why) => format!("{why:?}"),
        }
    }

    #[test]
    fn times_are_read_as_tools_write_them() {
        let berlin = Some(Tz::Europe__Berlin);
        for (text, expected) in [
            ("2026-01-31T14:00:00Z", "2026-01-31T14:00:00+00:00"),
            ("2026-01-31T14:00:00.123+0100", "2026-01-31T14:00:00+01:00"),
            ("2026-01-31 14:00:00", "2026-01-31T14:00:00+01:00"),
            ("31/1/2026 9:05", "2026-01-31T09:05:00+01:00"),
            (" 31.01.2026 09:05:01 ", "2026-01-31T09:05:01+01:00"),
            ("31.01.2026, 09:05", "2026-01-31T09:05:00+01:00"),
            ("01/31/2026 02:05 PM", "2026-01-31T14:05:00+01:00"),
            ("25/Feb/26 10:17 PM", "2026-02-25T22:17:00+01:00"),
            ("25-Dez-2026 12:17 AM", "2026-12-25T00:17:00+01:00"),
            ("4/4/2026 10:00", "2026-04-04T10:00:00+02:00"),
            ("5/3/2026 10:00", "Ambiguous"),
            ("31/31/2026 10:00", "NoSuchDay"),
            ("2026-02-30 10:00:00", "NoSuchDay"),
            ("2026-03-29 02:30:00", "Skipped"),
            ("2026-10-25 02:30:00", "2026-10-25T02:30:00+02:00 twice"),
            ("2026-01-31", "DayOnly"),
            ("46053.58", "Serial"),
            ("yesterday", "Unreadable"),
            ("31/1/26 10:00", "Unreadable"),
            ("2026-01-31 25:00", "Unreadable"),
            ("2026-01-31 10:00 CET", "Unreadable"),
            ("", "Unreadable"),
            ("1é/1/2026", "Unreadable"),
            ("é026-01-3 é", "Unreadable"),
        ] {
            assert_eq!(told(text, None, berlin), expected, "{text}");
        }
    }

    #[test]
    fn a_zone_is_known_or_said_and_never_guessed() {
        assert_eq!(told("2026-01-31 14:00:00", None, None), "2026-01-31T14:00:00+00:00");
        assert_eq!(told("31/1/2026 14:00", None, None), "NoZone");
        assert_eq!(
            told("5/3/2026 14:00", Some(DayOrder::MonthFirst), Some(Tz::UTC)),
            "2026-05-03T14:00:00+00:00"
        );
        assert_eq!(told("31/3/2026 14:00", Some(DayOrder::MonthFirst), Some(Tz::UTC)), "NoSuchDay");
    }

    #[test]
    fn a_workbook_counts_days_from_either_epoch() {
        let told = |number: f64, is_1904| match Written::counted(number, is_1904)
            .and_then(|written| written.instant(None, Some(Tz::UTC), None))
        {
            Ok((instant, _)) => instant.to_rfc3339(),
            Err(why) => format!("{why:?}"),
        };
        assert_eq!(told(46_203.25, false), "2026-06-30T06:00:00+00:00");
        assert_eq!(told(44_741.5, true), "2026-06-30T12:00:00+00:00");
        assert_eq!(told(46_203.999_999_9, false), "2026-07-01T00:00:00+00:00");
        assert_eq!(told(60.0, false), "Unreadable");
        assert_eq!(told(f64::NAN, false), "Unreadable");
    }
}
