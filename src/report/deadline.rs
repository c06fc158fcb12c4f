//! A deadline as a page.

use std::fmt::Write as _;

use crate::model::{Counting, Deadline, Side};

/// Longer lines are hard to read.
const WIDEST: usize = 100;

/// All there is to know about a deadline, in so many columns.
pub fn page(deadline: &Deadline, width: usize) -> String {
    let mut text = format!("{}: {}\n", deadline.id, deadline.limits);
    let _ = write!(text, "rests on: {}; about: {}", deadline.basis.words(), deadline.record_type);
    if let Some(clause) = &deadline.clause {
        let _ = write!(text, "; clause: {clause}");
    }
    let mut parts = vec![day(deadline)];
    parts.extend(deadline.own.iter().map(|own| {
        format!(
            "A limit of your own, or of your certification body: `{own}` under `[own]` in `probity.toml`."
        )
    }));
    parts.extend(deadline.note.clone());
    text.push('\n');
    for part in parts {
        let _ = write!(text, "\n{}\n", textwrap::fill(&part, width.min(WIDEST)));
    }
    text
}

/// Which day it is.
fn day(deadline: &Deadline) -> String {
    let side = match deadline.side {
        Side::Latest => "By",
        Side::Earliest => "Not before",
    };
    let set = deadline.set.as_ref().map(|_| {
        let field = deadline.set_in().map_or_else(|| deadline.field(), |path| path.join("."));
        format!("the day in `{field}`")
    });
    let counted = deadline.from.as_ref().map(|from| {
        let time = match deadline.limit {
            Some(limit) => limit.to_string(),
            None => "the time that the document sets".to_owned(),
        };
        let unless = match (deadline.limit, &deadline.interval) {
            (Some(_), Some(_)) => ", unless the document sets another time",
            _ => "",
        };
        match deadline.counted {
            Counting::After => format!("{time} after {from}{unless}"),
            Counting::Before => format!("{time} before {from}{unless}"),
            Counting::YearEnd => format!("the end of the calendar year, {time} after {from}{unless}"),
        }
    });
    match (set, counted) {
        (Some(set), Some(counted)) => format!("{side} {set}; without one, by {counted}."),
        (Some(one), None) | (None, Some(one)) => format!("{side} {one}."),
        (None, None) => unreachable!("the catalog checked that there is a day"),
    }
}
