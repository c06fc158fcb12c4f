//! What a change loosened, and what was there before it, around the findings that it brought.

use std::fmt::Write as _;

use super::words::counted;
use crate::{
    lens::{Bend, Since},
    text::safe_line,
};

/// One thing that bends a result, on a line.
pub(super) fn bend_line(bend: &Bend) -> String {
    let side = |value: &Option<String>| {
        value.as_deref().map_or("-".to_owned(), |value| safe_line(value).into_owned())
    };
    format!("{}: {} → {}", safe_line(&bend.name), side(&bend.before), side(&bend.after))
}

/// What comes before the findings: what was loosened.
pub fn before(since: &Since, is_allowed: bool) -> String {
    let mut text = String::new();
    if !since.loosened.is_empty() {
        let fails = if is_allowed { "allowed" } else { "fails the check; `--allow-loosened` lets it pass" };
        let _ = writeln!(text, "loosened in the same change, {fails}:");
        for bend in &since.loosened {
            let _ = writeln!(text, "  {}", bend_line(bend));
        }
        text.push('\n');
    }
    if let Some(why) = &since.uncompared {
        let _ = writeln!(text, "{}\n", uncompared(why));
    }
    text
}

/// Why nothing can be said of what was loosened.
pub(super) fn uncompared(why: &str) -> String {
    format!("whether anything was loosened is not known; {}", safe_line(why))
}

/// What comes after them: what was there already.
pub fn after(since: &Since) -> String {
    older(since) + "\n"
}

/// What was there already, on a line.
pub(super) fn older(since: &Since) -> String {
    let older = match since.older {
        0 => "no older finding".to_owned(),
        older => format!("{} not shown", counted(older, "older finding")),
    };
    let gone = if since.gone > 0 { format!(", {} gone", since.gone) } else { String::new() };
    format!("new since {}; {older}{gone}", since.base)
}
