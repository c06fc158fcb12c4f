//! What waits for somebody as a calendar: iCalendar, RFC 5545, one event of a whole day for each.
//!
//! The time stamp of each event is the day judged on, since nothing here asks for the time. An event keeps its
//! identity as long as document and field stay the same, so that a calendar that is read again moves its events
//! and does not double them.

use std::{collections::BTreeMap, fmt::Write as _};

use chrono::{Datelike as _, NaiveDate};

use super::{Shown, basis};
use crate::{due::Item, model::Side, text::safe_line};

/// Octets that a line has at most, without its end (RFC 5545, 3.1).
const LINE: usize = 75;
/// The last year that the format can write.
const LAST_YEAR: i32 = 9999;

/// The calendar, with lines that end in CR LF.
pub fn render(shown: &Shown<'_>) -> String {
    let mut calendar = Calendar::default();
    calendar.line("BEGIN", "VCALENDAR");
    calendar.line("VERSION", "2.0");
    calendar.line("PRODID", "-//Probity//due//EN");
    calendar.line("CALSCALE", "GREGORIAN");
    let mut identities: BTreeMap<String, usize> = BTreeMap::new();
    for item in &shown.items {
        let Some(after) = item.on.succ_opt().filter(|after| after.year() <= LAST_YEAR) else { continue };
        let identity = identity(item);
        // Two documents with one id are a finding of `check`; their events are told apart all the same.
        let count = identities.entry(identity.clone()).or_default();
        *count += 1;
        let identity = if *count == 1 { identity } else { format!("{identity}/{count}") };
        calendar.line("BEGIN", "VEVENT");
        calendar.text("UID", &format!("{identity}@probity"));
        calendar.line("DTSTAMP", &format!("{}T000000Z", plain(shown.as_of.value)));
        calendar.line("DTSTART;VALUE=DATE", &plain(item.on));
        // The end is the first day that no longer belongs to it.
        calendar.line("DTEND;VALUE=DATE", &plain(after));
        calendar.text("SUMMARY", &summary(item));
        calendar.text("DESCRIPTION", &description(item));
        calendar.text("CATEGORIES", item.record_type);
        calendar.line("TRANSP", "TRANSPARENT");
        calendar.line("END", "VEVENT");
    }
    calendar.line("END", "VCALENDAR");
    calendar.bytes
}

fn plain(day: NaiveDate) -> String {
    day.format("%Y%m%d").to_string()
}

fn identity(item: &Item<'_>) -> String {
    let document = item.id.unwrap_or(item.path);
    let deadline = item.deadline.map(|id| format!("/{id}")).unwrap_or_default();
    format!("{document}/{}{deadline}", item.stable_field)
}

fn summary(item: &Item<'_>) -> String {
    match item.id {
        Some(id) => format!("{id}: {}", item.what),
        None => item.what.clone(),
    }
}

fn description(item: &Item<'_>) -> String {
    let mut lines = Vec::new();
    lines.extend(item.title.map(str::to_owned));
    lines.extend(item.whose.map(|whose| format!("for {whose}")));
    lines.push(match item.side {
        Side::Latest => basis(item),
        Side::Earliest => format!("not before this day; {}", basis(item)),
    });
    lines.push(format!("{}:{}", item.path, item.line));
    lines.join("\n")
}

/// A calendar while it is written.
#[derive(Default)]
struct Calendar {
    bytes: String,
}

impl Calendar {
    /// A property whose value holds nothing that has to be escaped.
    fn line(&mut self, name: &str, value: &str) {
        self.bytes.push_str(&folded(&format!("{name}:{value}")));
    }

    /// A property whose value is a text.
    fn text(&mut self, name: &str, value: &str) {
        self.line(name, &escaped(value));
    }
}

/// A text without what has a meaning in the format, and without control characters.
fn escaped(text: &str) -> String {
    let lines = text.split('\n').map(|line| {
        safe_line(line).chars().fold(String::new(), |mut escaped, character| {
            if matches!(character, '\\' | ';' | ',') {
                escaped.push('\\');
            }
            escaped.push(character);
            escaped
        })
    });
    lines.collect::<Vec<_>>().join("\\n")
}

/// A line and its end, broken into lines of 75 octets at most that go on behind a space; never within a character.
fn folded(line: &str) -> String {
    let (mut folded, mut octets) = (String::new(), 0);
    for character in line.chars() {
        if octets + character.len_utf8() > LINE {
            folded.push_str("\r\n ");
            octets = 1;
        }
        let _ = write!(folded, "{character}");
        octets += character.len_utf8();
    }
    folded + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{LimitBasis, Sourced};

    fn item(what: &str, id: Option<&'static str>) -> Item<'static> {
        Item {
            on: "2028-02-29".parse().unwrap(),
            days: 30,
            side: Side::Latest,
            what: what.to_owned(),
            whose: Some("ROL-001"),
            id,
            record_type: "waiver",
            title: Some("Käse, Wurst; Brot \\ Salz"),
            path: "a.yaml",
            line: 3,
            field: "until".to_owned(),
            stable_field: "until".to_owned(),
            basis: LimitBasis::Set,
            counted: None,
            deadline: Some("D10"),
            clause: None,
        }
    }

    fn calendar(items: Vec<Item<'static>>) -> String {
        let as_of = Sourced::default("2028-01-30".parse().unwrap(), "for a test");
        render(&Shown { as_of: &as_of, until: None, items, later: 0, unread: 0 })
    }

    #[test]
    fn an_event_lasts_a_day_and_says_whose_it_is() {
        let expected = "\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Probity//due//EN
CALSCALE:GREGORIAN
BEGIN:VEVENT
UID:WAI-1/until/D10@probity
DTSTAMP:20280130T000000Z
DTSTART;VALUE=DATE:20280229
DTEND;VALUE=DATE:20280301
SUMMARY:WAI-1: waiver ends
DESCRIPTION:Käse\\, Wurst\\; Brot \\\\ Salz\\nfor ROL-001\\nD10\\, day set\\na.yam
 l:3
CATEGORIES:waiver
TRANSP:TRANSPARENT
END:VEVENT
END:VCALENDAR
";
        assert_eq!(calendar(vec![item("waiver ends", Some("WAI-1"))]).replace("\r\n", "\n"), expected);
    }

    #[test]
    fn no_line_is_longer_than_75_octets_and_no_character_is_broken() {
        for text in [
            "a".repeat(200),
            "ü".repeat(100),
            "名前".repeat(60),
            "🙂".repeat(60),
            format!("x{}", "🙂".repeat(60)),
        ] {
            let folded = folded(&text);
            let lines: Vec<&str> = folded.strip_suffix("\r\n").unwrap().split("\r\n").collect();
            assert!(lines.iter().all(|line| line.len() <= LINE), "{lines:?}");
            assert!(lines[1..].iter().all(|line| line.starts_with(' ')), "{lines:?}");
            assert!(lines.len() > 1 && lines[0].len() > LINE - 4, "{lines:?}");
            assert_eq!(folded.replace("\r\n ", ""), format!("{text}\r\n"));
        }
        assert_eq!(folded(&"a".repeat(LINE)), "a".repeat(LINE) + "\r\n");
    }

    #[test]
    fn what_comes_from_outside_cannot_end_a_line_or_a_value() {
        assert_eq!(escaped("a\r\nBEGIN:VEVENT\u{7}"), "a\\\\u{d}\\nBEGIN:VEVENT\\\\u{7}");
        let text = calendar(vec![item("x\r\nEND:VEVENT", Some("WAI-1"))]);
        assert_eq!(text.matches("\r\nEND:VEVENT\r\n").count(), 1);
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    }

    #[test]
    fn each_event_has_an_identity_of_its_own() {
        let text = calendar(vec![item("a", Some("WAI-1")), item("b", Some("WAI-1")), item("c", None)]);
        let identities: Vec<&str> = text.lines().filter(|line| line.starts_with("UID:")).collect();
        assert_eq!(
            identities,
            ["UID:WAI-1/until/D10@probity", "UID:WAI-1/until/D10/2@probity", "UID:a.yaml/until/D10@probity"]
        );
    }

    #[test]
    fn a_day_beyond_what_can_be_written_is_left_out() {
        let beyond = Item { on: "+10000-01-01".parse().unwrap(), ..item("a", None) };
        let last = Item { on: "9999-12-31".parse().unwrap(), ..item("a", None) };
        assert!(!calendar(vec![beyond, last]).contains("VEVENT"));
    }
}
