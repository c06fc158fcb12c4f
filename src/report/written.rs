//! What was written of a person's view, and what is shown of these points now.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{
    gap::why,
    words::{counted, hanging},
};
use crate::{
    judge::{Entry, FACTS},
    model::Assessment,
    text::{safe, safe_line},
};

/// Judgements and the files that they were written to, or would be.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// Each with its file.
    pub entries: Vec<(String, Entry)>,
    /// Of files that were not written, what would stand in them.
    pub drafts: BTreeMap<String, String>,
}

impl Written {
    /// For a person.
    pub fn as_text(&self, assessment: &Assessment, width: usize) -> String {
        let mut text = String::new();
        let mut files: Vec<&str> = self.entries.iter().map(|(path, _)| path.as_str()).collect();
        files.dedup();
        for file in files {
            let of_file = || self.entries.iter().filter(|(path, _)| path == file).map(|(_, entry)| entry);
            let judgements = counted(of_file().count(), "judgement");
            let written = if self.drafts.contains_key(file) { "would be written" } else { "written" };
            let _ = writeln!(text, "{}: {judgements} {written}", safe_line(file));
            for entry in of_file() {
                text.push_str(&hanging(&format!("  {:<11}", entry.point), &named(entry), width));
            }
        }
        text.push_str(&self.unsaid(width));
        text.push_str(&self.shown(assessment, width));
        text
    }

    /// What is shown of the points, those of which the same is shown together.
    fn shown(&self, assessment: &Assessment, width: usize) -> String {
        let determinations = self.entries.iter().filter_map(|(_, entry)| assessment.of(&entry.point));
        let groups = together(determinations.map(|found| (why(found), found.point.as_str())));
        let text = if groups.is_empty() { String::new() } else { "shown now\n".to_owned() };
        groups.into_iter().fold(text, |text, (why, points)| {
            text + &hanging("  ", &format!("{}: {why}", numbers(&points)), width)
        })
    }

    /// What the judgements leave open, and what will not be noticed.
    fn unsaid(&self, width: usize) -> String {
        let open = self.entries.iter().map(|(_, entry)| (left_open(entry), entry.point.as_str()));
        let groups = together(open.filter(|(open, _)| !open.is_empty()));
        let mut lines: Vec<String> = groups
            .into_iter()
            .map(|(open, points)| {
                format!("not said of {}: {open}; `probity check` will ask for it", numbers(&points))
            })
            .collect();
        for (id, why) in self.entries.iter().flat_map(|(_, entry)| &entry.unpinned) {
            let line = format!("that {} changes will not be noticed: {}", safe_line(id), safe(why));
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines.into_iter().fold(String::new(), |text, line| text + &hanging("", &line, width))
    }
}

/// Points of which the same is said, together, in the order in which it is first said.
fn together<'p>(said: impl Iterator<Item = (String, &'p str)>) -> Vec<(String, Vec<&'p str>)> {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for (said, point) in said {
        match groups.iter_mut().find(|(known, _)| *known == said) {
            Some((_, points)) => points.push(point),
            None => groups.push((said, vec![point])),
        }
    }
    groups
}

/// What makes a judgement complete, and is not said.
fn left_open(entry: &Entry) -> String {
    let facts = FACTS.iter().zip(entry.opinion.facts);
    // Whether it has its effect may be said later.
    let facts = facts.filter(|(name, fact)| fact.is_none() && **name != "effective").map(|(name, _)| *name);
    let occurrence = entry.opinion.occurrence.is_none().then_some("occurrence");
    facts.chain(occurrence).collect::<Vec<_>>().join(", ")
}

fn named(entry: &Entry) -> String {
    let place = entry.supersedes.as_deref().map(|id| format!(", in the place of {}", safe_line(id)));
    let known = match entry.seen.signals.len() {
        0 => String::new(),
        1 => "; 1 finding against it was known".to_owned(),
        count => format!("; {count} findings against it were known"),
    };
    format!("{}{}{known}", safe_line(&entry.id), place.unwrap_or_default())
}

/// Points by their numbers, those of one clause together: `8.6.1/01, 02, 8.6.2/01`.
fn numbers(points: &[&str]) -> String {
    let mut clause = "";
    let mut names = Vec::new();
    for point in points {
        let (of, number) = point.split_once('/').unwrap_or((point, ""));
        names.push(if of == clause { number } else { point });
        clause = of;
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_of_a_clause_are_told_together() {
        assert_eq!(numbers(&["8.6.1/01", "8.6.1/02", "8.6.2/01"]), "8.6.1/01, 02, 8.6.2/01");
    }
}
