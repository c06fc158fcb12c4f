//! From a folder to findings and what a person sees of them, on a fixed day.

#![allow(dead_code, reason = "each test uses a part")]

use std::{fs, path::Path};

use probity::{
    catalog::Catalog,
    check,
    config::{Flags, Written, find, load, settle},
    corpus::{self, Documents},
    model::{Findings, Settings, Snapshot},
    report::terminal::{self, Look},
    repository,
    yaml::Limits,
};
use tempfile::TempDir;

/// Columns of what is rendered.
pub const WIDTH: usize = 80;

/// A folder with one file.
pub fn folder_with(name: &str, bytes: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join(name), bytes).expect("a file in it");
    folder
}

/// Settings without a `probity.toml`.
pub fn settings() -> Settings {
    let as_of = "2026-06-30".parse().expect("a day");
    let flags =
        Flags { as_of: Some(as_of), period: Some("2025-07-01..2026-06-30".parse().expect("a period")) };
    let now = as_of.and_hms_opt(12, 0, 0).expect("noon").and_utc();
    settle(Written::default(), flags, now)
}

/// The settings of a folder that has a `probity.toml`.
pub fn settings_of(root: &Path) -> Settings {
    let found = find(root).expect("a probity.toml");
    settle(load(&found).expect("sound settings"), Flags::default(), chrono::DateTime::default())
}

/// The snapshot of a folder's work tree.
pub fn snapshot(root: &Path) -> Snapshot {
    repository::work_tree_snapshot(root, &settings().patterns, None).expect("the folder can be listed")
}

/// What a check finds in a snapshot.
pub fn findings(snapshot: &Snapshot) -> Findings {
    let catalog = Catalog::with_own(&snapshot.own_types, &snapshot.own_rules, &snapshot.own_standard)
        .expect("sound types and rules");
    let corpus = corpus::read(snapshot, &Limits::default());
    check::run(&corpus, &Documents::of(&corpus, &catalog), &settings().judged())
}

/// The rules and places of findings: `YAML-06 a.yaml:4:1`.
pub fn places(findings: &Findings) -> Vec<String> {
    let place = |finding: &probity::model::Finding| {
        let start = finding.place.range.map(|range| format!(":{}:{}", range.start.line, range.start.column));
        format!("{} {}{}", finding.rule, finding.place.path, start.unwrap_or_default())
    };
    findings.iter().map(place).collect()
}

/// What a person sees.
pub fn rendered(findings: &Findings, snapshot: &Snapshot) -> String {
    drawn(findings, snapshot, &Look { width: WIDTH, ..Look::OF_FILES })
}

/// What a person sees who wants it to look so.
pub fn drawn(findings: &Findings, snapshot: &Snapshot, look: &Look) -> String {
    terminal::check(findings, &corpus::read(snapshot, &Limits::default()), &settings(), look)
}
