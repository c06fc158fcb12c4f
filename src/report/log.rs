//! The life of documents, commit by commit: for a person, and for programs as JSON of version 1, whose JSON Schema is
//! `schemas/reports/log-1.json`. Within a version, fields are only added.

use std::fmt::Write as _;

use serde::Serialize;

use super::{
    json,
    words::{counted, hanging},
};
use crate::{
    control::{Event, Happened, Log},
    corpus::Documents,
    model::{Blind, History},
    text::{safe, safe_line},
};

/// The lives that are shown.
#[derive(Debug)]
pub struct Shown<'s> {
    /// What was asked for: an id or a clause.
    pub of: &'s str,
    /// Each document, with its life.
    pub lives: Vec<(u32, Log)>,
    /// The documents.
    pub documents: &'s Documents<'s>,
    /// The history that led to them.
    pub history: &'s History,
}

impl<'s> Shown<'s> {
    fn id(&self, number: u32) -> &'s str {
        self.documents.at(number).id().map_or("", |(id, _)| id)
    }

    /// What happened to any of them, the newest first.
    fn events(&self) -> Vec<(u32, &Event)> {
        let mut events: Vec<(u32, &Event)> = self
            .lives
            .iter()
            .flat_map(|(number, log)| log.events.iter().map(|event| (*number, event)))
            .collect();
        events.sort_by_key(|(number, event)| (event.commit, self.id(*number)));
        events
    }
}

/// For a person, in so many columns.
pub fn as_text(shown: &Shown<'_>, width: usize) -> String {
    let mut text = String::new();
    for (number, _) in shown.lives.iter().filter(|(_, log)| log.uncommitted) {
        text.push_str(&hanging(
            "not committed            ",
            &format!("{} differs", safe_line(shown.id(*number))),
            width,
        ));
    }
    for (number, event) in shown.events() {
        let commit = shown.history.commit(event.commit);
        let by: Vec<String> = event.by.iter().map(|by| safe_line(by).into_owned()).collect();
        let of =
            if shown.lives.len() == 1 { String::new() } else { format!("{} ", safe_line(shown.id(number))) };
        let happened: Vec<String> =
            event.happened.iter().map(|happened| told(happened, &event.path)).collect();
        let head = format!("{}  {}  ", commit.day, commit.short());
        let line = format!("{}: {of}{}", by.join(" and "), happened.join("; "));
        text.push_str(&hanging(&head, &line, width));
    }
    for (number, log) in &shown.lives {
        if let Some(reason) = &log.untold {
            let _ = writeln!(
                text,
                "{}: some of it cannot be told: {}",
                safe_line(shown.id(*number)),
                safe(reason)
            );
        }
    }
    if !text.is_empty() {
        text.push('\n');
    }
    let _ = writeln!(
        text,
        "{}: {} in {}",
        safe_line(shown.of),
        counted(shown.events().len(), "event"),
        counted(shown.history.commits.len(), "commit")
    );
    if shown.history.is_cut() {
        let Blind { reason, help, .. } = Blind::shallow();
        let _ = writeln!(text, "{reason}\n  help: {}", help.unwrap_or_default());
    }
    text.push_str("Days and names are those that the writers of commits gave.\n");
    text
}

fn told(happened: &Happened, path: &str) -> String {
    match happened {
        Happened::Came => format!("came in {}", safe_line(path)),
        Happened::Changed => "content changed".to_owned(),
        Happened::Moved(from) => format!("moved from {} to {}", safe_line(from), safe_line(path)),
        Happened::Approved { by, on, version } => {
            let version =
                if version.is_empty() { String::new() } else { format!("version {} ", safe_line(version)) };
            format!("{version}approved by {} on {}", safe_line(by), safe_line(on))
        }
        Happened::Status(was, is) => format!("status {} became {}", named(was), named(is)),
        Happened::Corrected => "correction added".to_owned(),
        Happened::Sealed => "sealed".to_owned(),
    }
}

fn named(status: &str) -> String {
    if status.is_empty() { "none".to_owned() } else { safe_line(status).into_owned() }
}

/// The life of documents, for programs.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "Probity log, version 1"))]
struct LogReport<'s> {
    /// Always `probity-log`.
    #[cfg_attr(test, schemars(extend("const" = "probity-log")))]
    format: &'static str,
    /// Version of the format.
    #[cfg_attr(test, schemars(extend("const" = 1)))]
    version: u32,
    /// The id or the clause that was asked for.
    of: &'s str,
    /// How many commits led to what is looked at.
    commits: usize,
    /// Whether the clone is shallow, so that older events are not told.
    shallow: bool,
    /// Documents that differ from the newest commit.
    uncommitted: Vec<&'s str>,
    /// The newest first.
    events: Vec<EventReport<'s>>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct EventReport<'s> {
    document: &'s str,
    commit: &'s str,
    /// Where it was made, as its writer claims.
    day: String,
    /// Who wrote it, by id, or else by the name that git has.
    by: &'s [String],
    /// The file in which the document stood then.
    path: &'s str,
    happened: Vec<HappenedReport<'s>>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
enum What {
    Came,
    Changed,
    Moved,
    Approved,
    Status,
    Corrected,
    Sealed,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct HappenedReport<'s> {
    what: What,
    /// Who approved.
    by: Option<&'s str>,
    /// The day of the approval, as the document tells.
    on: Option<&'s str>,
    /// The version that was approved.
    version: Option<&'s str>,
    /// The file, or the status, before.
    from: Option<&'s str>,
    /// The status after.
    to: Option<&'s str>,
}

/// As an object with a line feed at the end.
pub fn as_json(shown: &Shown<'_>) -> String {
    let events = shown.events();
    let events = events.iter().map(|(number, event)| {
        let commit = shown.history.commit(event.commit);
        EventReport {
            document: shown.id(*number),
            commit: &commit.id,
            day: commit.day.to_string(),
            by: &event.by,
            path: &event.path,
            happened: event.happened.iter().map(report).collect(),
        }
    });
    let differing = shown.lives.iter().filter(|(_, log)| log.uncommitted);
    json::text(&LogReport {
        format: "probity-log",
        version: 1,
        of: shown.of,
        commits: shown.history.commits.len(),
        shallow: shown.history.is_cut(),
        uncommitted: differing.map(|(number, _)| shown.id(*number)).collect(),
        events: events.collect(),
    })
}

fn report(happened: &Happened) -> HappenedReport<'_> {
    let plain = |what| HappenedReport { what, by: None, on: None, version: None, from: None, to: None };
    match happened {
        Happened::Came => plain(What::Came),
        Happened::Changed => plain(What::Changed),
        Happened::Moved(from) => HappenedReport { from: Some(from), ..plain(What::Moved) },
        Happened::Approved { by, on, version } => {
            HappenedReport { by: Some(by), on: Some(on), version: Some(version), ..plain(What::Approved) }
        }
        Happened::Status(was, is) => HappenedReport { from: Some(was), to: Some(is), ..plain(What::Status) },
        Happened::Corrected => plain(What::Corrected),
        Happened::Sealed => plain(What::Sealed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_schema_is_that_of_the_structs() {
        json::published("log-1", &schemars::schema_for!(LogReport<'_>));
    }
}
