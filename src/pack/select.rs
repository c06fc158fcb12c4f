//! What goes into a pack: of documents the versions that were in force in the period, of registers what stands in them, of
//! records those that tell of the period. What stays out is told, with the reason.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use super::Order;
use crate::{
    assess,
    control::{self, Approved, Versions},
    corpus::{Document, Shape, texts},
    lens::Assessed,
    model::{Category, Condition, Expected, History, Period, is_within},
    report::document::is_person,
    yaml::Node,
};

/// A version of a document that goes into the pack.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    pub(super) number: u32,
    /// Where its bytes are, if not at the commit that is packed.
    pub(super) past: Option<Past>,
    /// The first and the last day on which it was in force, or of which it tells.
    pub(super) from: Option<NaiveDate>,
    pub(super) until: Option<NaiveDate>,
    /// Points of the standard that it would be evidence of.
    pub(super) points: Vec<String>,
    /// Clauses that it helps to evidence, those of the points among them.
    pub(super) clauses: Vec<String>,
    /// The commit that gave it its content, and who wrote that.
    pub(super) commit: Option<u32>,
    pub(super) by: Vec<String>,
}

/// An earlier version.
#[derive(Clone, Debug)]
pub(super) struct Past {
    pub(super) commit: u32,
    pub(super) path: String,
    pub(super) approval: Approved,
    pub(super) digest: Option<String>,
}

/// A document that stays out, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LeftOut {
    pub(super) id: String,
    pub(super) record_type: String,
    pub(super) reason: &'static str,
}

/// What goes in and what stays out.
#[derive(Debug, Default)]
pub(super) struct Selection {
    /// By folder, type, id and first day.
    pub(super) chosen: Vec<Chosen>,
    pub(super) left_out: Vec<LeftOut>,
    /// Why versions from before are not known.
    pub(super) untold: Vec<(String, String)>,
}

/// A version while it was in force.
struct Edition {
    approval: Approved,
    commit: Option<(u32, String)>,
    digest: Option<String>,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
}

/// Chooses.
pub(super) fn choose(
    assessed: &Assessed<'_>,
    history: Option<&History>,
    order: &Order,
    sampled: &BTreeSet<String>,
) -> Selection {
    let Assessed { documents, judged, .. } = assessed;
    let period = judged.period;
    let standard = documents.catalog.standard();
    let points = points(assessed);
    let place: HashMap<&str, usize> =
        standard.points().enumerate().map(|(place, point)| (point.id.as_str(), place)).collect();
    let mut selection = Selection::default();
    let numbers = candidates(assessed, order, sampled, &mut selection.left_out);
    let lives = history.map(|history| control::versions(documents, history, &numbers));
    let none = Versions::default();
    for (place_in, number) in numbers.iter().enumerate() {
        let document = documents.at(*number);
        let Some((id, _)) = document.id() else { continue };
        let life = lives.as_ref().map_or(&none, |lives| &lives[place_in]);
        if let Some(reason) = &life.untold {
            selection.untold.push((id.to_owned(), reason.clone()));
        }
        let mut own: Vec<&str> = points.get(number).cloned().unwrap_or_default();
        own.sort_by_key(|point| place.get(point));
        own.dedup();
        let clauses = clauses_of(assessed, document, &own);
        let wanted = |wanted: &String| {
            let own = own.iter().any(|point| is_within(point, wanted));
            own || clauses.iter().any(|clause| is_within(clause, wanted) || is_within(wanted, clause))
        };
        let id_is_sampled = sampled.contains(id);
        if !order.clauses.is_empty() && !id_is_sampled && !order.clauses.iter().any(wanted) {
            selection.left_out.push(left_out(
                document,
                id,
                "helps to evidence none of the clauses asked for",
            ));
            continue;
        }
        let chosen = |past, from, until, commit: Option<u32>| {
            let at = commit.and_then(|commit| life.list.iter().find(|version| version.commit == commit));
            let by = at.map(|version| version.by.clone()).unwrap_or_default();
            let points = own.iter().map(|point| (*point).to_owned()).collect();
            Chosen { number: *number, past, from, until, points, clauses: clauses.clone(), commit, by }
        };
        let written = life.list.iter().find(|version| version.is_new).map(|version| version.commit);
        let is_controlled = document.record_type.is_some_and(|found| found.category == Category::Document);
        if !is_controlled {
            let days = || document.event_days().collect::<BTreeSet<_>>();
            let is_record = document.record_type.is_some_and(|found| found.category == Category::Record);
            let (from, until) =
                if is_record { (days().first().copied(), days().last().copied()) } else { (None, None) };
            selection.chosen.push(chosen(None, from, until, written));
            continue;
        }
        let editions = editions(document, life, history);
        let mut is_in = false;
        let count = editions.len();
        for (position, edition) in editions.into_iter().enumerate() {
            let begins = edition.from.is_none_or(|from| from <= period.to);
            let ends = edition.until.is_some_and(|until| until < period.from);
            if !begins || ends {
                continue;
            }
            is_in = true;
            let is_present = position + 1 == count && is_approved(document);
            let commit = edition.commit.as_ref().map(|(commit, _)| *commit);
            let past = edition.commit.filter(|_| !is_present).map(|(commit, path)| Past {
                commit,
                path,
                approval: edition.approval,
                digest: edition.digest,
            });
            let commit = if is_present { written.or(commit) } else { commit };
            selection.chosen.push(chosen(past, edition.from, edition.until, commit));
        }
        if !is_in {
            selection.left_out.push(left_out(document, id, "was not in force in the period"));
        }
    }
    // What history has of them is no document of the commit, and cannot be shown with the others.
    let gone = assessed
        .removed
        .iter()
        .filter(|removed| history.is_some_and(|history| history.commit(removed.commit).day >= period.from));
    selection.left_out.extend(gone.map(|removed| LeftOut {
        id: removed.id().to_owned(),
        record_type: removed.record_type().to_owned(),
        reason: "was removed after the period had begun, and only history has it",
    }));
    let key = |chosen: &Chosen| {
        let document = documents.at(chosen.number);
        let id = document.id().map_or("", |(id, _)| id);
        (folder(&chosen.clauses), document.type_name.map_or("register", |(name, _)| name), id, chosen.from)
    };
    selection.chosen.sort_by(|a, b| key(a).cmp(&key(b)));
    selection.left_out.sort();
    selection
}

/// The points of the standard that each document would be evidence of.
fn points<'a>(assessed: &Assessed<'a>) -> HashMap<u32, Vec<&'a str>> {
    let Assessed { documents, judged, .. } = assessed;
    let mut points: HashMap<u32, Vec<&str>> = HashMap::new();
    let standard = documents.catalog.standard();
    for (name, numbers) in assess::meant(documents, judged) {
        for number in numbers {
            let of = standard.artefacts[name].points.iter().map(String::as_str);
            points.entry(number).or_default().extend(of);
        }
    }
    points
}

/// The documents that could go in, by number.
fn candidates(
    assessed: &Assessed<'_>,
    order: &Order,
    sampled: &BTreeSet<String>,
    out: &mut Vec<LeftOut>,
) -> Vec<u32> {
    let Assessed { documents, judged, .. } = assessed;
    let period = judged.period;
    let mut numbers = Vec::new();
    for (number, document) in (0_u32..).zip(documents.as_slice()) {
        let Some((id, _)) = document.id().filter(|(id, _)| documents.find(id) == Some(number)) else {
            continue;
        };
        let Some(record_type) = document.record_type else { continue };
        let is_sampled = sampled.contains(id);
        if document.shape == Shape::Row && !is_sampled {
            continue;
        }
        let type_name = document.type_name.map_or("register", |(name, _)| name);
        let reason = if is_person(document) || holds_people(assessed, number) {
            (!order.names).then_some("people are named by id, and not packed")
        } else if record_type.expected == Expected::WorkingPaper
            && !is_taken_to_be_shown(document)
            && !order.with.iter().any(|of| of == type_name)
        {
            Some("a working paper or an opinion of those who assess")
        } else if record_type.category == Category::Record && !is_sampled {
            (!tells_of(document, period)).then_some("does not tell of the period")
        } else {
            None
        };
        match reason {
            Some(reason) => out.push(left_out(document, id, reason)),
            None => numbers.push(number),
        }
    }
    numbers
}

/// Whether somebody took it to show it to an auditor, other than what an assessor wrote of what people said and did.
fn is_taken_to_be_shown(document: &Document<'_>) -> bool {
    let kind = document.get("kind").and_then(Node::text);
    document.type_name.is_some_and(|(name, _)| name == "evidence-item")
        && !matches!(kind, Some("interview-note" | "observation"))
}

/// Whether a register is one of people.
fn holds_people(assessed: &Assessed<'_>, number: u32) -> bool {
    let documents = assessed.documents;
    documents.at(number).shape == Shape::Register
        && documents.entries_of(number).any(|(_, entry)| is_person(entry))
}

fn left_out(document: &Document<'_>, id: &str, reason: &'static str) -> LeftOut {
    let record_type = document.type_name.map_or("register", |(name, _)| name).to_owned();
    LeftOut { id: id.to_owned(), record_type, reason }
}

fn is_approved(document: &Document<'_>) -> bool {
    document.get("status").and_then(Node::text) == Some("approved")
}

/// Whether a record tells of a period: by a day in it, by days before and behind it, or since it began before its end and is
/// still open.
pub(super) fn tells_of(document: &Document<'_>, period: Period) -> bool {
    let days: BTreeSet<NaiveDate> = document.event_days().collect();
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return false };
    let spans = *first <= period.to && *last >= period.from;
    // A record that tells no state tells nothing of being open.
    let has_state = document.record_type.is_some_and(|found| {
        let tells = |condition: &Condition| document.get(&condition.field).is_some();
        !found.settled.is_empty() && found.settled.iter().all(tells)
    });
    let is_open = *first <= period.to && has_state && !document.is_settled() && document.ended().is_none();
    spans || is_open
}

/// The versions of a document that were in force at some time, the oldest first.
fn editions(document: &Document<'_>, life: &Versions, history: Option<&History>) -> Vec<Edition> {
    let day = |text: &str| text.parse::<NaiveDate>().ok();
    let mut editions: Vec<Edition> = Vec::new();
    for version in life.list.iter().rev() {
        let committed = history.map(|history| history.commit(version.commit).day);
        let is_in_force = version.status.as_deref() == Some("approved");
        let has_ended = matches!(version.status.as_deref(), Some("withdrawn" | "superseded"));
        if has_ended && let Some(last) = editions.last_mut() {
            last.until = last.until.or(committed);
        }
        if !is_in_force {
            continue;
        }
        let approval = version.approval.clone().unwrap_or_default();
        if editions.last().is_some_and(|last| last.until.is_none() && last.approval == approval) {
            continue;
        }
        let from = day(&approval.on).or(committed);
        if let Some(last) = editions.last_mut() {
            last.until = last.until.or(from);
        }
        let digest = version.digest.as_ref().map(ToString::to_string);
        let commit = Some((version.commit, version.path.clone()));
        editions.push(Edition { approval, commit, digest, from, until: None });
    }
    let text = |name: &str| document.get(name).and_then(Node::text);
    if editions.is_empty() {
        let is_known = matches!(text("status"), Some("approved" | "withdrawn" | "superseded"));
        let approval = document.get("approval").and_then(Node::mapping);
        let on = approval.and_then(|approval| approval.get("date")).and_then(Node::text);
        let from = on.and_then(day);
        if is_known {
            let approval = Approved::default();
            editions.push(Edition { approval, commit: None, digest: None, from, until: None });
        }
    }
    if let (Some(last), Some(until)) = (editions.last_mut(), text("withdrawn_on").and_then(day)) {
        last.until = Some(until);
    }
    editions
}

/// The clauses that a document helps to evidence: its own first, then those of its type and of the points.
fn clauses_of(assessed: &Assessed<'_>, document: &Document<'_>, points: &[&str]) -> Vec<String> {
    let standard = assessed.documents.catalog.standard();
    let of_type = document.record_type.map(|found| found.clauses.as_slice()).unwrap_or_default();
    let of_points = points.iter().filter_map(|point| Some(point.split_once('/')?.0));
    let mut own = texts(document.get("clauses"));
    own.retain(|clause| standard.clause(clause).is_some());
    let mut clauses: Vec<String> = Vec::new();
    for clause in own.into_iter().chain(of_type.iter().map(String::as_str)).chain(of_points) {
        if !clauses.iter().any(|known| known == clause) {
            clauses.push(clause.to_owned());
        }
    }
    clauses
}

/// The folder of an item: that of the main clause of the first clause that it serves.
pub(super) fn folder(clauses: &[String]) -> String {
    let main = clauses.first().and_then(|clause| clause.split('.').next()?.parse::<u8>().ok());
    match main {
        Some(clause @ 4..=10) => format!("{}-clause-{clause:02}", clause + 6),
        Some(_) | None => "17-no-clause".to_owned(),
    }
}

/// How many documents stay out for each reason.
pub(super) fn reasons(left_out: &[LeftOut]) -> BTreeMap<&'static str, usize> {
    let mut reasons = BTreeMap::new();
    for left in left_out {
        *reasons.entry(left.reason).or_default() += 1;
    }
    reasons
}
