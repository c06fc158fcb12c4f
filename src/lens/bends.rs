//! What bends a result, and is other at one point than at another: the gate, levels, patterns, own values, what is the
//! organization's own, waivers, and comments that ignore findings.

use std::collections::{BTreeMap, BTreeSet};

use chrono::DateTime;

use super::Assessed;
use crate::{
    check,
    config::{Flags, Written, settle},
    corpus::{self, Document, Documents, plain},
    model::{Content, HistoryUse, Level, NeededBy, Settings, Snapshot},
    yaml::{Limits, Node},
};

/// Something that bends a result and is other than it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bend {
    /// What it is: `gate.fail_on`, `rules.levels.CHG-04`, `waiver WAI-003`.
    pub name: String,
    /// As it was; none if it was not there.
    pub before: Option<String>,
    /// As it is; none if it is not there any more.
    pub after: Option<String>,
    /// Which way it bends.
    pub direction: Direction,
}

/// Which way something bends a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// Less fails than before.
    Loosened,
    /// More does.
    Tightened,
    /// It depends.
    Open,
}

impl Direction {
    /// In a word; none where there is nothing to say.
    pub fn told(self) -> Option<&'static str> {
        match self {
            Self::Loosened => Some("loosened"),
            Self::Tightened => Some("tightened"),
            Self::Open => None,
        }
    }

    /// By how much is asked for: less is looser.
    fn by<T: Ord>(before: &T, after: &T) -> Self {
        if after < before { Self::Loosened } else { Self::Tightened }
    }
}

/// A point, as far as what bends its result is concerned.
pub(super) struct Bending<'a> {
    pub(super) settings: &'a Settings,
    pub(super) documents: &'a Documents<'a>,
    pub(super) snapshot: &'a Snapshot,
}

impl<'a> From<&'a Assessed<'_>> for Bending<'a> {
    fn from(assessed: &'a Assessed<'_>) -> Self {
        let Assessed { settings, documents, corpus, .. } = assessed;
        Self { settings, documents, snapshot: corpus.snapshot }
    }
}

/// All that is other, what is loosened first.
pub(super) fn bends(before: &Bending<'_>, after: &Bending<'_>) -> Vec<Bend> {
    let mut bends = of_gate(before.settings, after.settings);
    bends.extend(of_levels(before, after));
    bends.extend(of_patterns(before.settings, after.settings));
    bends.extend(of_own_values(before.settings, after.settings));
    bends.extend(of_own_files(before.snapshot, after.snapshot));
    bends.extend(of_waivers(before.documents, after.documents));
    bends.extend(of_comments(before.snapshot, after.snapshot));
    bends.sort_by_key(|bend| bend.direction);
    bends
}

/// What bends the result of a point away from what the defaults would give, each as it is.
pub fn changed_from_defaults(assessed: &Assessed<'_>) -> Vec<Bend> {
    let flags = Flags { as_of: Some(assessed.settings.as_of.value), period: None };
    let settings = settle(Written::default(), flags, DateTime::default());
    let snapshot = Snapshot::default();
    let corpus = corpus::read(&snapshot, &Limits::default());
    let documents = Documents::of(&corpus, assessed.documents.catalog);
    let defaults = Bending { settings: &settings, documents: &documents, snapshot: &snapshot };
    bends(&defaults, &Bending::from(assessed))
}

fn bend(
    name: impl Into<String>,
    before: Option<String>,
    after: Option<String>,
    direction: Direction,
) -> Bend {
    Bend { name: name.into(), before, after, direction }
}

fn of_gate(before: &Settings, after: &Settings) -> Vec<Bend> {
    let told = |value: &dyn ToString| Some(value.to_string());
    let asked = |needed_by: NeededBy| match needed_by {
        NeededBy::Neither => 0,
        NeededBy::Stage1 => 1,
        NeededBy::Stage2 => 2,
    };
    let mut bends = Vec::new();
    let (then, now) = (before.fail_on.value, after.fail_on.value);
    if then != now {
        // From a higher level on, fewer findings fail it.
        bends.push(bend("gate.fail_on", told(&then), told(&now), Direction::by(&now, &then)));
    }
    let (then, now) = (before.needed_by.value, after.needed_by.value);
    if then != now {
        let direction = Direction::by(&asked(then), &asked(now));
        bends.push(bend("gate.needed_by", told(&then), told(&now), direction));
    }
    let seen = |history: HistoryUse| match history {
        HistoryUse::Off => 0,
        HistoryUse::IfThere => 1,
        HistoryUse::Required => 2,
    };
    let (then, now) = (before.history.value, after.history.value);
    if then != now {
        let direction = Direction::by(&seen(then), &seen(now));
        bends.push(bend("gate.history", told(&then), told(&now), direction));
    }
    let (then, now) = (&before.begins.value, &after.begins.value);
    if then != now {
        // What came before it is not looked at.
        let direction = if now.is_some() { Direction::Loosened } else { Direction::Tightened };
        bends.push(bend("history.begins", then.clone(), now.clone(), direction));
    }
    let (then, now) = (before.judged().proof, after.judged().proof);
    if then.usual != now.usual {
        let direction = Direction::by(&then.usual, &now.usual);
        bends.push(bend("approval.proof", told(&then.usual), told(&now.usual), direction));
    }
    for name in then.of_types.keys().chain(now.of_types.keys()).collect::<BTreeSet<_>>() {
        let (was, is) = (then.of(name), now.of(name));
        if was != is && then.of_types.get(name) != now.of_types.get(name) {
            let name = format!("approval.proof_of.{name}");
            bends.push(bend(name, told(&was), told(&is), Direction::by(&was, &is)));
        }
    }
    let (then, now) = (before.extended.value, after.extended.value);
    if then != now {
        bends.push(bend("rules.extended", told(&then), told(&now), Direction::by(&then, &now)));
    }
    bends
}

fn of_levels(before: &Bending<'_>, after: &Bending<'_>) -> Vec<Bend> {
    /// The level that a rule has, off below all of them, and its name; none if there is no such rule.
    fn level(at: &Bending<'_>, rule: &str) -> Option<(Option<Level>, String)> {
        let known = at.documents.catalog.rule(rule)?;
        let level = at.settings.levels.get(rule).map_or(Some(known.severity), |level| level.value);
        Some((level, level.map_or_else(|| "off".to_owned(), |level| level.to_string())))
    }
    let rules: BTreeSet<&String> =
        before.settings.levels.keys().chain(after.settings.levels.keys()).collect();
    let changed = rules.into_iter().filter_map(|rule| {
        // A rule that is new with its level bends nothing that was there.
        let ((then, was), (now, is)) = (level(before, rule)?, level(after, rule)?);
        let direction = Direction::by(&then, &now);
        (then != now).then(|| bend(format!("rules.levels.{rule}"), Some(was), Some(is), direction))
    });
    changed.collect()
}

fn of_patterns(before: &Settings, after: &Settings) -> Vec<Bend> {
    let is_exception = |pattern: &String| pattern.starts_with('!');
    let only_in = |list: &[String], other: &[String]| -> Vec<String> {
        list.iter().filter(|pattern| !other.contains(pattern)).cloned().collect()
    };
    let told = |list: &[String]| (!list.is_empty()).then(|| list.join(", "));
    let mut bends = Vec::new();
    let (then, now) = (&before.exclude.value, &after.exclude.value);
    if then != now {
        let (gone, new) = (only_in(then, now), only_in(now, then));
        let admits_more = gone.iter().all(|pattern| !is_exception(pattern)) && new.iter().all(is_exception);
        let is_order = gone.is_empty() && new.is_empty();
        let direction = if admits_more && !is_order { Direction::Tightened } else { Direction::Loosened };
        bends.push(bend("files.exclude", told(then), told(now), direction));
    }
    let (then, now) = (&before.include.value, &after.include.value);
    if then != now {
        let (gone, new) = (only_in(then, now), only_in(now, then));
        let is_wider = !then.is_empty() && gone.is_empty() && !new.iter().any(is_exception);
        let admits_more = now.is_empty() || is_wider && !new.is_empty();
        let direction = if admits_more { Direction::Tightened } else { Direction::Loosened };
        bends.push(bend("files.include", told(then), told(now), direction));
    }
    bends
}

fn of_own_values(before: &Settings, after: &Settings) -> Vec<Bend> {
    let names: BTreeSet<&String> = before.own.keys().chain(after.own.keys()).collect();
    let value = |settings: &Settings, name: &String| settings.own.get(name).map(|own| own.value.clone());
    let values = names.into_iter().filter_map(|name| {
        let (then, now) = (value(before, name), value(after, name));
        // Whether a longer time or a lower limit is stricter, only the rule knows.
        (then != now).then(|| bend(format!("own.{name}"), then, now, Direction::Open))
    });
    values.collect()
}

/// The files of the organization's own by path; of one that is no text, nothing is compared.
fn own_files(snapshot: &Snapshot) -> BTreeMap<&str, &str> {
    let Snapshot { own_types, own_rules, own_standard, own_templates, .. } = snapshot;
    let files = own_types.iter().chain(own_rules).chain(own_standard).chain(own_templates);
    let texts = files.map(|file| match &file.content {
        Content::Text(source) => (file.path.as_str(), source.text()),
        Content::Undecodable(_) | Content::TooLarge { .. } | Content::Unreadable(_) => {
            (file.path.as_str(), "")
        }
    });
    texts.collect()
}

fn of_own_files(before: &Snapshot, after: &Snapshot) -> Vec<Bend> {
    let (then, now) = (own_files(before), own_files(after));
    let paths: BTreeSet<&str> = then.keys().chain(now.keys()).copied().collect();
    let files = paths.into_iter().filter_map(|path| {
        let told = |text: &str| Some(text.to_owned());
        match (then.get(path), now.get(path)) {
            (Some(old), Some(new)) if old == new => None,
            (Some(_), Some(_)) => Some(bend(path, told("there"), told("changed"), Direction::Open)),
            (Some(_), None) => Some(bend(path, told("there"), None, Direction::Loosened)),
            (None, Some(_)) => Some(bend(path, None, told("there"), Direction::Open)),
            (None, None) => None,
        }
    });
    files.collect()
}

/// The waivers by id.
fn waivers<'d>(documents: &'d Documents<'_>) -> BTreeMap<&'d str, &'d Document<'d>> {
    let list = documents.of_type("waiver").iter().map(|number| documents.at(*number));
    list.filter_map(|document| Some((document.id()?.0, document))).collect()
}

fn of_waivers(before: &Documents<'_>, after: &Documents<'_>) -> Vec<Bend> {
    let (then, now) = (waivers(before), waivers(after));
    let ids: BTreeSet<&str> = then.keys().chain(now.keys()).copied().collect();
    let until = |document: &Document<'_>| document.get("until").and_then(Node::text).map(str::to_owned);
    let told = |document: &Document<'_>| {
        let waives = document.get("waives").and_then(Node::mapping);
        let what = waives.into_iter().flat_map(|waives| waives.entries().collect::<Vec<_>>());
        let what: Vec<String> =
            what.filter_map(|(kind, value)| Some(format!("{} {}", kind.text()?, value.text()?))).collect();
        let until = until(document).map(|until| format!(" until {until}"));
        format!("{}{}", what.join(", "), until.unwrap_or_default())
    };
    let of = ids.into_iter().filter_map(|id| {
        let name = format!("waiver {id}");
        match (then.get(id), now.get(id)) {
            (None, Some(new)) => Some(bend(name, None, Some(told(new)), Direction::Loosened)),
            (Some(old), None) => Some(bend(name, Some(told(old)), None, Direction::Tightened)),
            (Some(old), Some(new)) => {
                let same = |field: &str| old.get(field).map(plain) == new.get(field).map(plain);
                let (ended, ends) = (until(old), until(new));
                let is_other = !same("waives") || !same("applies_to");
                let direction = if is_other || ends > ended {
                    Direction::Loosened
                } else if ends < ended {
                    Direction::Tightened
                } else {
                    return None;
                };
                Some(bend(name, Some(told(old)), Some(told(new)), direction))
            }
            (None, None) => None,
        }
    });
    of.collect()
}

/// How many comments ignore the findings of each rule.
fn comments(snapshot: &Snapshot) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for file in &snapshot.files {
        if let Content::Text(source) = &file.content {
            for rule in check::ignored_rules(source.text()) {
                *counts.entry(rule.to_owned()).or_default() += 1;
            }
        }
    }
    counts
}

fn of_comments(before: &Snapshot, after: &Snapshot) -> Vec<Bend> {
    let (then, now) = (comments(before), comments(after));
    let rules: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    let count =
        |counts: &BTreeMap<String, usize>, rule: &String| counts.get(rule).copied().unwrap_or_default();
    let told = |count: usize| (count > 0).then(|| count.to_string());
    let of = rules.into_iter().filter_map(|rule| {
        let (then, now) = (count(&then, rule), count(&now, rule));
        let direction = if now > then { Direction::Loosened } else { Direction::Tightened };
        (then != now).then(|| bend(format!("comments that ignore {rule}"), told(then), told(now), direction))
    });
    of.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(include: &[&str], exclude: &[&str]) -> Settings {
        let owned = |list: &[&str]| list.iter().map(ToString::to_string).collect();
        let now = "2026-06-30T12:00:00Z".parse().unwrap();
        let mut settings = settle(Written::default(), Flags::default(), now);
        settings.include.value = owned(include);
        settings.exclude.value = owned(exclude);
        settings
    }

    #[test]
    fn patterns_are_loosened_unless_they_can_only_admit_more() {
        let direction = |before: &Settings, after: &Settings| -> Vec<Direction> {
            of_patterns(before, after).into_iter().map(|bend| bend.direction).collect()
        };
        let exclude = |list: &[&str]| with(&[], list);
        assert_eq!(direction(&exclude(&[]), &exclude(&["a/"])), [Direction::Loosened]);
        assert_eq!(direction(&exclude(&["a/"]), &exclude(&[])), [Direction::Tightened]);
        assert_eq!(direction(&exclude(&["a/"]), &exclude(&["a/", "!a/b"])), [Direction::Tightened]);
        assert_eq!(direction(&exclude(&["a/", "!a/b"]), &exclude(&["a/"])), [Direction::Loosened]);
        assert_eq!(direction(&exclude(&["a/", "!a/b"]), &exclude(&["!a/b", "a/"])), [Direction::Loosened]);
        let include = |list: &[&str]| with(list, &[]);
        assert_eq!(direction(&include(&[]), &include(&["a/"])), [Direction::Loosened]);
        assert_eq!(direction(&include(&["a/"]), &include(&[])), [Direction::Tightened]);
        assert_eq!(direction(&include(&["a/"]), &include(&["a/", "b/"])), [Direction::Tightened]);
        assert_eq!(direction(&include(&["a/", "b/"]), &include(&["a/"])), [Direction::Loosened]);
        assert!(direction(&include(&["a/"]), &include(&["a/"])).is_empty());
    }

    #[test]
    fn a_gate_that_lets_more_pass_is_loosened() {
        let mut strict = with(&[], &[]);
        let mut loose = strict.clone();
        strict.fail_on.value = Level::Info;
        strict.needed_by.value = NeededBy::Stage2;
        strict.extended.value = true;
        loose.fail_on.value = Level::Error;
        loose.needed_by.value = NeededBy::Stage1;
        let directions = |bends: Vec<Bend>| bends.into_iter().map(|bend| bend.direction).collect::<Vec<_>>();
        assert_eq!(directions(of_gate(&strict, &loose)), [Direction::Loosened; 3]);
        assert_eq!(directions(of_gate(&loose, &strict)), [Direction::Tightened; 3]);
    }
}
