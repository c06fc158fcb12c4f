//! Durations as people state them: a month is a month, however many days it has.

use std::fmt;

use chrono::{DateTime, Datelike as _, Days, FixedOffset, Months, NaiveDate, TimeDelta};

/// A duration of ISO 8601: so many months, days and seconds, which do not turn into each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Duration {
    months: i64,
    days: i64,
    seconds: i64,
}

const DAY: i64 = 86_400;
/// The mean month of the Gregorian calendar, in seconds.
const MONTH: i64 = 2_629_746;

impl Duration {
    /// So many seconds.
    pub fn of_seconds(seconds: i64) -> Self {
        Self { seconds, ..Self::default() }
    }

    /// So many days.
    pub fn of_days(days: i64) -> Self {
        Self { days, ..Self::default() }
    }

    /// Reads `P1Y`, `P3M`, `P2W`, `P14D`, `PT4H` and what can be put together of these.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('P')?;
        let (date, time) = match rest.split_once('T') {
            Some((date, time)) => (date, Some(time)),
            None => (rest, None),
        };
        let mut duration = Self::default();
        let mut parts = 0;
        for (text, units) in [(date, "YMWD"), (time.unwrap_or_default(), "hms")] {
            let mut digits = String::new();
            for character in text.chars() {
                if character.is_ascii_digit() {
                    digits.push(character);
                    continue;
                }
                let unit = if units == "YMWD" { character } else { character.to_ascii_lowercase() };
                let count: i64 = digits.parse().ok().filter(|_| units.contains(unit))?;
                let (field, factor) = match unit {
                    'Y' => (&mut duration.months, 12),
                    'M' => (&mut duration.months, 1),
                    'W' => (&mut duration.days, 7),
                    'D' => (&mut duration.days, 1),
                    'h' => (&mut duration.seconds, 3_600),
                    'm' => (&mut duration.seconds, 60),
                    _ => (&mut duration.seconds, 1),
                };
                *field = field.checked_add(count.checked_mul(factor)?)?;
                digits.clear();
                parts += 1;
            }
            if !digits.is_empty() {
                return None;
            }
        }
        (parts > 0).then_some(duration)
    }

    /// Both together; none if that is too long to be counted.
    pub fn plus(self, other: Self) -> Option<Self> {
        Some(Self {
            months: self.months.checked_add(other.months)?,
            days: self.days.checked_add(other.days)?,
            seconds: self.seconds.checked_add(other.seconds)?,
        })
    }

    /// The day so much later; of a month that has no such day, its last.
    pub fn after(self, day: NaiveDate) -> Option<NaiveDate> {
        let day = shifted(day, self.months)?;
        let days = self.days.checked_add(self.seconds.div_euclid(DAY))?;
        moved(day, days)
    }

    /// The instant so much later, months and days by the calendar of its own offset.
    pub fn after_instant(self, instant: DateTime<FixedOffset>) -> Option<DateTime<FixedOffset>> {
        let local = instant.naive_local();
        let day = moved(shifted(local.date(), self.months)?, self.days)?;
        let local = day.and_time(local.time()).and_local_timezone(*instant.offset()).single()?;
        local.checked_add_signed(TimeDelta::try_seconds(self.seconds)?)
    }

    /// The same backwards.
    #[must_use]
    pub fn negative(self) -> Self {
        Self { months: -self.months, days: -self.days, seconds: -self.seconds }
    }

    /// As ISO 8601 writes it: `P1Y6M`, `P0D` if there is none.
    pub fn iso(self) -> String {
        let part = |count: i64, unit: &str| if count == 0 { String::new() } else { format!("{count}{unit}") };
        let date = part(self.months / 12, "Y") + &part(self.months % 12, "M") + &part(self.days, "D");
        let time = part(self.seconds, "S");
        match (date.as_str(), time.as_str()) {
            ("", "") => "P0D".to_owned(),
            (date, "") => format!("P{date}"),
            (date, time) => format!("P{date}T{time}"),
        }
    }

    /// In seconds, a month taken as the mean one: for comparing durations with each other.
    pub fn about_seconds(self) -> i64 {
        self.months
            .saturating_mul(MONTH)
            .saturating_add(self.days.saturating_mul(DAY))
            .saturating_add(self.seconds)
    }
}

fn shifted(day: NaiveDate, months: i64) -> Option<NaiveDate> {
    let count = Months::new(u32::try_from(months.unsigned_abs()).ok()?);
    if months < 0 { day.checked_sub_months(count) } else { day.checked_add_months(count) }
}

fn moved(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    let count = Days::new(days.unsigned_abs());
    if days < 0 { day.checked_sub_days(count) } else { day.checked_add_days(count) }
}

impl PartialOrd for Duration {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.about_seconds().cmp(&other.about_seconds()))
    }
}

/// In words: `3 days`, `1 month`.
impl fmt::Display for Duration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.seconds;
        let parts = [
            (self.months / 12, "year"),
            (self.months % 12, "month"),
            (self.days, "day"),
            (seconds / 3_600, "hour"),
            (seconds % 3_600 / 60, "minute"),
            (seconds % 60, "second"),
        ];
        let parts: Vec<String> = parts
            .into_iter()
            .filter(|(count, _)| *count != 0)
            .map(|(count, unit)| if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") })
            .collect();
        match parts.as_slice() {
            [] => formatter.pad("no time"),
            parts => formatter.pad(&parts.join(" ")),
        }
    }
}

/// The month of a day: `2026-03`.
pub fn month_of(day: NaiveDate) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(duration: &str, day: &str) -> String {
        Duration::parse(duration).unwrap().after(day.parse().unwrap()).unwrap().to_string()
    }

    #[test]
    fn a_month_ends_where_the_month_ends() {
        assert_eq!(after("P1M", "2026-01-31"), "2026-02-28");
        assert_eq!(after("P1Y", "2024-02-29"), "2025-02-28");
        assert_eq!(after("P1M", "2026-03-15"), "2026-04-15");
        assert_eq!(after("P2W", "2026-12-25"), "2027-01-08");
        assert_eq!(after("PT36H", "2026-12-31"), "2027-01-01");
        let both = Duration::parse("P1M").unwrap().plus(Duration::parse("P30D").unwrap()).unwrap();
        assert_eq!(both.negative().after("2026-08-31".parse().unwrap()).unwrap().to_string(), "2026-07-01");
        let back = Duration::parse("P1M").unwrap().negative().after("2026-03-31".parse().unwrap());
        assert_eq!(back.unwrap().to_string(), "2026-02-28");
    }

    #[test]
    fn an_instant_keeps_its_hour() {
        let instant = DateTime::parse_from_rfc3339("2026-01-31T23:30:00+01:00").unwrap();
        let after = |text: &str| Duration::parse(text).unwrap().after_instant(instant).unwrap().to_rfc3339();
        assert_eq!(after("P1M"), "2026-02-28T23:30:00+01:00");
        assert_eq!(after("PT1H"), "2026-02-01T00:30:00+01:00");
    }

    #[test]
    fn durations_are_read_told_and_compared() {
        let read = |text: &str| Duration::parse(text);
        assert_eq!(read("P1Y6M3DT4H").unwrap().to_string(), "1 year 6 months 3 days 4 hours");
        assert!(
            read("PT72H").unwrap() == read("PT4320M").unwrap()
                && read("P3D").unwrap() <= read("PT72H").unwrap()
        );
        assert!(read("P1M").unwrap() > read("P30D").unwrap() && read("P1M").unwrap() < read("P31D").unwrap());
        for written in ["P1Y6M", "P14D", "P3M30D", "P0D", "P1DT60S"] {
            assert_eq!(read(written).unwrap().iso(), written);
        }
        for wrong in ["", "P", "PT", "1D", "P1H", "PT1D", "P1", "P99999999999999999999D"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
