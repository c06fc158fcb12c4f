//! What waits for somebody, for a person at a terminal: what is overdue, then month by month.

use std::fmt::Write as _;

use chrono::Datelike as _;
use unicode_width::UnicodeWidthStr as _;

use super::{Shown, basis};
use crate::{due::Item, report::listing::cut, text::safe_line};

/// The columns of a day.
const DAY: usize = 10;
/// In fewer columns, an item takes three lines instead of two.
const WIDE: usize = 110;
/// Columns that a text has however narrow the terminal.
const NARROWEST: usize = 16;

/// In so many columns.
pub fn render(shown: &Shown<'_>, width: usize) -> String {
    let mut text = format!("as of {} ({})\n", shown.as_of.value, safe_line(&shown.as_of.origin.to_string()));
    let cells: Vec<Cells> = shown.items.iter().map(Cells::of).collect();
    let widest = |cell: fn(&Cells) -> &str| cells.iter().map(|cells| cell(cells).width()).max();
    let columns = Columns {
        width,
        left: widest(|cells| &cells.distance).unwrap_or_default().max(DAY),
        whose: widest(|cells| &cells.whose).unwrap_or_default(),
        what: widest(|cells| &cells.what).unwrap_or_default(),
        id: widest(|cells| &cells.id).unwrap_or_default().min(width / 4),
    };
    let mut section = String::new();
    for (item, cells) in shown.items.iter().zip(&cells) {
        let of = section_of(item);
        if of != section {
            let _ = writeln!(text, "\n{of}");
            section = of;
        }
        columns.draw(cells, &mut text);
    }
    let _ = writeln!(text, "\n{}", counts(shown));
    if shown.unread > 0 {
        let files = if shown.unread == 1 { "1 file" } else { &format!("{} files", shown.unread) };
        let _ = writeln!(
            text,
            "{files} could not be read, or not as a whole; `probity check` tells why
"
        );
    }
    text
}

fn counts(shown: &Shown<'_>) -> String {
    let overdue = match shown.overdue() {
        0 => "nothing is overdue".to_owned(),
        count => format!("{count} overdue"),
    };
    let Some(until) = shown.until else { return overdue };
    let coming = match shown.items.len() - shown.overdue() {
        0 => format!("nothing due until {until}"),
        count => format!("{count} due until {until}"),
    };
    match shown.later {
        0 => format!("{overdue}, {coming}"),
        later => format!("{overdue}, {coming}, {later} later"),
    }
}

fn section_of(item: &Item<'_>) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    match (item.is_overdue(), MONTHS.get(item.on.month0() as usize)) {
        (false, Some(month)) => format!("{month} {}", item.on.year()),
        _ => "overdue".to_owned(),
    }
}

/// What is written of an item, safe for a terminal.
struct Cells {
    on: String,
    distance: String,
    what: String,
    whose: String,
    id: String,
    title: String,
    basis: String,
    place: String,
}

impl Cells {
    fn of(item: &Item<'_>) -> Self {
        let safe = |text: &str| safe_line(text).into_owned();
        Self {
            on: item.on.to_string(),
            distance: distance(item),
            what: safe(&item.what),
            whose: safe(item.whose.unwrap_or("-")),
            id: safe(item.id.unwrap_or("-")),
            title: safe(item.title.unwrap_or_default()),
            basis: basis(item),
            place: safe(&format!("{}:{}", item.path, item.line)),
        }
    }
}

/// How wide the parts of items are.
struct Columns {
    width: usize,
    /// Of the day, and of how far away it is.
    left: usize,
    whose: usize,
    what: usize,
    id: usize,
}

impl Columns {
    fn draw(&self, cells: &Cells, text: &mut String) {
        let Self { width, left, whose, what, id } = *self;
        let rest = width.saturating_sub(left + whose + 6).max(NARROWEST);
        let document = format!("{}  {}", padded(&cells.id, id), cells.title);
        let mut lines = Vec::new();
        if width < WIDE {
            lines.push(format!("{}  {}", padded(&cells.what, rest), cells.whose));
            lines.push(cut(document.trim_end(), width.saturating_sub(left + 4).max(NARROWEST)));
        } else {
            let what = what.min(rest / 2);
            let document = padded(&document, rest.saturating_sub(what + 2));
            lines.push(format!("{}  {document}  {}", padded(&cells.what, what), cells.whose));
        }
        // A place is taken over with the mouse, so it is never cut.
        let below = format!("{}; {}", cells.basis, cells.place);
        if below.width() + left + 4 <= width {
            lines.push(below);
        } else {
            lines.extend([cells.basis.clone(), cells.place.clone()]);
        }
        let first = [cells.on.as_str(), cells.distance.as_str()];
        for (number, line) in lines.iter().enumerate() {
            let first = first.get(number).copied().unwrap_or_default();
            let _ = writeln!(text, "{}", format!("  {first:<left$}  {line}").trim_end());
        }
    }
}

/// A text in so many columns.
fn padded(text: &str, width: usize) -> String {
    let text = cut(text, width);
    let gap = width.saturating_sub(text.width());
    text + &" ".repeat(gap)
}

/// How far away the day is.
fn distance(item: &Item<'_>) -> String {
    let days = |count: i64| if count == 1 { "1 day".to_owned() } else { format!("{count} days") };
    match item.days {
        0 => "today".to_owned(),
        ..0 => format!("{} late", days(-item.days)),
        _ => format!("in {}", days(item.days)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        due::Counted,
        model::{Counting, Duration, LimitBasis, Side, Sourced},
    };

    fn item(on: &str, days: i64, what: &str) -> Item<'static> {
        Item {
            on: on.parse().unwrap(),
            days,
            side: Side::Latest,
            what: what.to_owned(),
            whose: Some("ROL-001"),
            id: Some("SLA-001"),
            record_type: "sla",
            title: Some("Service level agreement with De Linde Logistics about everything that there is"),
            path: "plans/agreements/slas.yaml",
            line: 38,
            field: "service_review_interval".to_owned(),
            stable_field: "service_review_interval".to_owned(),
            basis: LimitBasis::Own,
            counted: Some(Counted {
                from: "2026-04-14".parse().unwrap(),
                time: Duration::parse("P3M").unwrap(),
                how: Counting::After,
                own: None,
            }),
            deadline: Some("I01"),
            clause: Some("8.3.3"),
        }
    }

    fn lines(width: usize) -> String {
        let norm = Item {
            basis: LimitBasis::Norm,
            deadline: Some("L05"),
            whose: None,
            title: None,
            counted: Some(Counted {
                from: "2025-07-08".parse().unwrap(),
                time: Duration::parse("P1Y").unwrap(),
                how: Counting::YearEnd,
                own: None,
            }),
            ..item("2026-12-31", 184, "surveillance audit of the calendar year is held")
        };
        let items = vec![
            item("2026-06-29", -1, "results of the agreement are reviewed with the customer"),
            Item { title: Some("a\u{1b}[31m\nb"), ..item("2026-06-30", 0, "名前 is \u{202e} due") },
            norm,
        ];
        let as_of = Sourced::default("2026-06-30".parse().unwrap(), "for a test");
        let until = Some("2026-12-31".parse().unwrap());
        render(&Shown { as_of: &as_of, until, items, later: 4, unread: 1 }, width)
    }

    #[test]
    fn it_can_be_read_in_eighty_columns() {
        let text = lines(80);
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'));
        insta::assert_snapshot!(text, @r"
as of 2026-06-30 (default: for a test)

overdue
  2026-06-29   results of the agreement are reviewed with the customer   ROL-001
  1 day late   SLA-001  Service level agreement with De Linde Logistics about e…
               I01, own rule: 3 months after 2026-04-14
               plans/agreements/slas.yaml:38

June 2026
  2026-06-30   名前 is \u{202e} due                                      ROL-001
  today        SLA-001  a\u{1b}[31m\nb
               I01, own rule: 3 months after 2026-04-14
               plans/agreements/slas.yaml:38

December 2026
  2026-12-31   surveillance audit of the calendar year is held           -
  in 184 days  SLA-001
               L05, rule for certification bodies: 1 year after 2025-07-08, to year's end
               plans/agreements/slas.yaml:38

1 overdue, 2 due until 2026-12-31, 4 later
1 file could not be read, or not as a whole; `probity check` tells why
");
    }

    #[test]
    fn it_can_be_read_in_a_wide_terminal() {
        let text = lines(160);
        assert!(text.lines().all(|line| line.width() <= 160), "{text}");
        insta::assert_snapshot!(text, @r"
as of 2026-06-30 (default: for a test)

overdue
  2026-06-29   results of the agreement are reviewed with the customer  SLA-001  Service level agreement with De Linde Logistics about everything that…  ROL-001
  1 day late   I01, own rule: 3 months after 2026-04-14; plans/agreements/slas.yaml:38

June 2026
  2026-06-30   名前 is \u{202e} due                                     SLA-001  a\u{1b}[31m\nb                                                          ROL-001
  today        I01, own rule: 3 months after 2026-04-14; plans/agreements/slas.yaml:38

December 2026
  2026-12-31   surveillance audit of the calendar year is held          SLA-001                                                                          -
  in 184 days  L05, rule for certification bodies: 1 year after 2025-07-08, to year's end; plans/agreements/slas.yaml:38

1 overdue, 2 due until 2026-12-31, 4 later
1 file could not be read, or not as a whole; `probity check` tells why
");
    }
}
