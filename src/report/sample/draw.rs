//! A draw, for a person at a terminal: what was drawn, what was added, what it proves and how to draw it again.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use super::population::statement;
use crate::{
    report::words::hanging,
    sample::{Changed, Chosen, Item, Sample, Says},
    text::safe_line,
};

/// Ids that are named before the rest is only counted.
const NAMED: usize = 8;

/// In so many columns.
pub fn render(sample: &Sample, width: usize) -> String {
    let mut text = statement(&sample.population, width);
    if let Some(changed) = &sample.changed_since {
        text.push_str(&hanging(
            "changed      ",
            &format!("since it was sealed: {}", changes(changed)),
            width,
        ));
    }
    text.push('\n');
    let mut line = |name: &str, told: &str| text.push_str(&hanging(&format!("{name:<13}"), told, width));
    let by = sample.by.as_ref().map(|by| format!(" by {}", safe_line(by))).unwrap_or_default();
    line("method", &format!("{}{by}", sample.method));
    if let Some(seed) = &sample.seed {
        line("seed", &format!("{}, {}", safe_line(&seed.value), safe_line(&seed.says)));
    }
    line("size", &format!("{}, {}", sample.size, sample.size_because));
    for stratum in &sample.strata {
        let value = if stratum.value.is_empty() { "(none)".into() } else { safe_line(&stratum.value) };
        line("stratum", &format!("{value}: {} of {}", stratum.drawn, stratum.count));
    }
    let (drawn, added): (Vec<&Item>, Vec<&Item>) =
        sample.items.iter().partition(|item| item.chosen == Chosen::Drawn);
    items(&mut text, "drawn", &drawn, width);
    items(&mut text, "added by judgement", &added, width);
    if !sample.usual.is_empty() {
        text.push_str("\nlooked for, as auditors usually add it\n");
        for usual in &sample.usual {
            let more = usual.found - usual.taken;
            let more = if more > 0 { format!(", {more} more not added") } else { String::new() };
            let untold =
                if usual.untold > 0 { format!(", {} do not tell", usual.untold) } else { String::new() };
            let told = format!("{}: {} found{more}{untold}", usual.because, usual.found);
            text.push_str(&hanging("  ", &told, width));
        }
    }
    text.push_str("\nif nothing that was drawn deviates\n");
    if sample.says.is_empty() {
        text.push_str("  nothing follows for the other records: they were not left to chance\n");
    }
    for says in &sample.says {
        for told in proof(says) {
            text.push_str(&hanging("  ", &told, width));
        }
    }
    if !sample.redraw.is_empty() {
        text.push_str("\ndraw again, with the files of the population and of the draw, and common tools\n");
        for command in &sample.redraw {
            let _ = writeln!(text, "  {}", safe_line(command));
        }
    }
    text
}

fn items(text: &mut String, title: &str, items: &[&Item], width: usize) {
    if items.is_empty() {
        return;
    }
    let widest =
        |cell: fn(&Item) -> String| items.iter().map(|item| cell(item).width()).max().unwrap_or_default();
    let (ids, days) = (widest(|item| safe_line(&item.id).into_owned()), widest(|item| day(item).to_owned()));
    let strata = widest(stratum);
    let _ = writeln!(text, "\n{title}");
    for item in items {
        let place = match (&item.path, item.line) {
            (Some(path), Some(line)) => format!("{}:{line}", safe_line(path)),
            _ => "gone since it was sealed".to_owned(),
        };
        let rank = item.rank.map_or(String::new(), |rank| format!("{rank:>4}"));
        let hash = item.hash.as_ref().map_or(String::new(), |hash| format!("  {}", &hash[..12]));
        let stratum = stratum(item);
        let id = safe_line(&item.id);
        let mut told = format!("{rank:<4}{hash}  {}", padded(&id, ids));
        if days > 0 {
            let _ = write!(told, "  {}", padded(day(item), days));
        }
        if strata > 0 {
            let _ = write!(told, "  {}", padded(&stratum, strata));
        }
        // A place is taken over with the mouse, so it is never cut.
        if told.width() + place.width() + 2 <= width {
            let _ = writeln!(text, "{told}  {place}");
        } else {
            let _ = writeln!(text, "{}\n      {place}", told.trim_end());
        }
        let outside = if item.in_population { "" } else { " (not in the population)" };
        for because in &item.because {
            text.push_str(&hanging("      ", &format!("{}{outside}", safe_line(because)), width));
        }
    }
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

fn day(item: &Item) -> &str {
    item.day.as_deref().unwrap_or_default()
}

fn stratum(item: &Item) -> String {
    match item.stratum.as_deref() {
        Some("") => "(none)".to_owned(),
        Some(value) => safe_line(value).into_owned(),
        None => String::new(),
    }
}

/// What follows for records of which so many were drawn, as sentences.
fn proof(says: &Says) -> Vec<String> {
    let of = match &says.stratum {
        None => String::new(),
        Some(value) if value.is_empty() => "(none): ".to_owned(),
        Some(value) => format!("{}: ", safe_line(value)),
    };
    if says.drawn == says.of {
        return vec![format!("{of}none of the {} deviates: all were read", says.of)];
    }
    let mut told = Vec::new();
    let ruled_out = says.without_deviation.iter().map(|bound| {
        if bound.fewer_than > says.of {
            format!("with {} percent confidence nothing", bound.confidence)
        } else {
            let (confidence, fewer) = (bound.confidence, bound.fewer_than);
            format!(
                "with {confidence} percent confidence fewer than {fewer} of {} deviate ({} percent)",
                says.of, bound.percent
            )
        }
    });
    told.push(format!("{of}{}", ruled_out.collect::<Vec<String>>().join(", ")));
    let chances = says.chances.iter().map(|chance| {
        let verb = if chance.deviating == 1 { "deviates" } else { "deviate" };
        format!("{} percent if {} {verb}", chance.percent, chance.deviating)
    });
    told.push(format!("{of}chance to find one at least: {}", chances.collect::<Vec<String>>().join(", ")));
    told
}

/// How a population has changed, in words.
pub fn changes(changed: &Changed) -> String {
    let told = |ids: &[String], what: &str| {
        let mut shown: Vec<String> = ids.iter().take(NAMED).map(|id| safe_line(id).into_owned()).collect();
        if ids.len() > NAMED {
            shown.push("..".to_owned());
        }
        (!ids.is_empty()).then(|| format!("{} {what} ({})", ids.len(), shown.join(", ")))
    };
    let parts = [told(&changed.joined, "joined"), told(&changed.gone, "went")];
    parts.into_iter().flatten().collect::<Vec<String>>().join(", ")
}
