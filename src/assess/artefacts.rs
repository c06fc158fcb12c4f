//! What there is of each artefact among the documents.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rayon::prelude::*;

use crate::{
    catalog::shared_fields,
    check::{Asked, is_filled},
    corpus::{Document, Documents, texts},
    expression::{Expression, Kind},
    model::{
        Artefact, Category, Covers, Duration, Expected, Found, Judged, MachineState, Material, Place, Within,
    },
    yaml::Node,
};

/// So many documents of an artefact are kept as material to look at.
const KEPT: usize = 5;
/// So many ids are told in a line.
const TOLD: usize = 3;

/// How late the last document of an artefact may be, unless the organization says otherwise.
pub(super) const GRACE: (&str, &str) = ("review.grace", "P1M");

/// What there is of each artefact of the standard.
pub fn look<'d>(documents: &'d Documents<'d>, judged: &'d Judged) -> BTreeMap<String, Found> {
    let standard = documents.catalog.standard();
    let found = standard.artefacts.par_iter().map(|(name, artefact)| {
        let mut search = Search { documents, judged, name, artefact, asked: Asked::new(documents, judged) };
        (name.clone(), search.found())
    });
    found.collect()
}

/// The documents that each artefact of the standard means: all that are in force, or kept as proof.
pub fn meant<'d>(documents: &'d Documents<'d>, judged: &'d Judged) -> BTreeMap<&'d str, Vec<u32>> {
    let standard = documents.catalog.standard();
    let meant = standard.artefacts.par_iter().map(|(name, artefact)| {
        let mut search = Search { documents, judged, name, artefact, asked: Asked::new(documents, judged) };
        (name.as_str(), search.candidates().meant)
    });
    meant.collect()
}

/// Looks for one artefact.
struct Search<'d> {
    documents: &'d Documents<'d>,
    judged: &'d Judged,
    name: &'d str,
    artefact: &'d Artefact,
    asked: Asked<'d>,
}

impl<'d> Search<'d> {
    fn found(&mut self) -> Found {
        let artefact = self.artefact;
        let Candidates { meant, drafts, blank, untold } = self.candidates();
        let closed = artefact.types.iter().any(|of| self.documents.is_partly_closed(of));
        if meant.is_empty() {
            return self.without_documents(&drafts, &blank, &untold, closed);
        }
        let mut lacks = Vec::new();
        let whole: Vec<u32> = meant.iter().copied().filter(|number| self.is_whole(*number)).collect();
        if whole.len() < artefact.count {
            lacks.extend(self.unfilled(&meant, whole.len()));
        }
        lacks.extend(artefact.within.as_ref().and_then(|within| self.too_old(within, &meant)));
        lacks.extend(artefact.covers.as_ref().and_then(|covers| self.uncovered(covers, &whole)));
        let state = match (lacks.is_empty(), closed) {
            (true, _) => MachineState::MaterialFound,
            // What is missed may stand in what is not at hand.
            (false, true) => MachineState::NotTestable,
            (false, false) => MachineState::PartlyFound,
        };
        self.with(state, &meant, lacks)
    }

    /// What can be told where no document in force is meant.
    fn without_documents(&mut self, drafts: &[u32], blank: &[u32], untold: &[u32], closed: bool) -> Found {
        if !drafts.is_empty() {
            let are = if drafts.len() == 1 { "is" } else { "are" };
            let lack = format!("{} {are} not in force", self.ids(drafts));
            return self.with(MachineState::PartlyFound, drafts, vec![lack]);
        }
        if closed {
            let lack = format!("records of type {} are not at hand", self.types());
            return self.with(MachineState::NotTestable, &[], vec![lack]);
        }
        if !untold.is_empty() {
            let lack = format!("whether {} is one cannot be told: it is kept elsewhere", self.ids(untold));
            return self.with(MachineState::NotTestable, untold, vec![lack]);
        }
        if !blank.is_empty() {
            let (are, say) = if blank.len() == 1 { ("is a draft", "says") } else { ("are drafts", "say") };
            let lack = format!("{} {are} and {say} nothing yet", self.ids(blank));
            return self.with(MachineState::NothingFound, &[], vec![lack]);
        }
        // Where something needs one, it is no question of whether anything happened.
        if let Some(lack) = self.artefact.covers.as_ref().and_then(|covers| self.uncovered(covers, &[])) {
            return self.with(MachineState::NothingFound, &[], vec![format!("no {}; {lack}", self.types())]);
        }
        match self.no_occurrence() {
            Silence::Explained(stated) => {
                let lack = format!("{} states that there was none", self.ids(&stated));
                self.with(MachineState::NoOccurrenceStated, &stated, vec![lack])
            }
            Silence::InPart(stated) => {
                let lack =
                    format!("{} states for a part of the period only that there was none", self.ids(&stated));
                self.with(MachineState::NothingFound, &stated, vec![lack])
            }
            Silence::Unexplained => {
                let count: usize =
                    self.artefact.types.iter().map(|of| self.documents.of_type(of).len()).sum();
                let types = self.types();
                let mut lack = match count {
                    0 => format!("no {types}"),
                    1 => format!("the one document of type {types} is not one"),
                    count => format!("none of the {count} documents of type {types} is one"),
                };
                if self.artefact.expected == Expected::IfEvent {
                    lack.push_str(", and nobody states that none occurred");
                }
                self.with(MachineState::NothingFound, &[], vec![lack])
            }
        }
    }

    fn candidates(&mut self) -> Candidates {
        let mut candidates = Candidates::default();
        for of in &self.artefact.types {
            for number in self.documents.of_type(of) {
                let document = self.documents.at(*number);
                let category = document.record_type.map(|found| found.category);
                let is_record = category == Some(Category::Record);
                if !is_record && self.documents.has_ended(*number) {
                    continue;
                }
                match self.artefact.condition.as_ref().map(|asks| self.tells(*number, asks)) {
                    Some(None) if document.is_stub() => {
                        candidates.untold.push(*number);
                        continue;
                    }
                    Some(Some(false) | None) => continue,
                    Some(Some(true)) | None => {}
                }
                let is_draft =
                    document.is_in_draft() || category == Some(Category::Document) && !document.is_settled();
                let list = match is_draft {
                    true if category == Some(Category::Document) && self.is_blank(document) => {
                        &mut candidates.blank
                    }
                    true => &mut candidates.drafts,
                    false => &mut candidates.meant,
                };
                list.push(*number);
            }
        }
        candidates
    }

    /// Whether a draft says nothing beside what it is and what it is for. Somebody has only made room for it.
    fn is_blank(&self, document: &Document<'_>) -> bool {
        let Some(record_type) = document.record_type else { return false };
        let shared = shared_fields(record_type.category);
        let standard = self.documents.catalog.standard();
        let of_type = standard.artefacts.values().filter(|artefact| artefact.types.contains(&record_type.id));
        let mut known: Vec<&str> = Vec::new();
        for condition in of_type.filter_map(|artefact| artefact.condition.as_ref()) {
            condition.each(&mut |part| {
                if let Expression { kind: Kind::Field(_, name) | Kind::Has(_, name), .. } = part {
                    known.push(name);
                }
            });
        }
        let mut own = record_type.shape.fields.iter().map(|(name, _)| name.as_str());
        let says = |name: &str| {
            !shared.iter().any(|field| field == name) && !known.contains(&name) && is_filled(document, name)
        };
        !document.is_stub() && !document.has_text() && !own.any(says)
    }

    /// Whether a condition holds for a document; none if the data do not tell.
    fn tells(&mut self, number: u32, condition: &'d Expression) -> Option<bool> {
        self.asked.about(number);
        self.asked.tells(condition)
    }

    /// Whether a document fills what is asked of it. Of what is kept elsewhere, one takes it for granted.
    fn is_whole(&self, number: u32) -> bool {
        let document = self.documents.at(number);
        document.is_stub() || self.artefact.has.iter().all(|field| has(document, field))
    }

    /// What keeps these from being enough.
    fn unfilled(&self, meant: &[u32], whole: usize) -> Option<String> {
        let count = self.artefact.count;
        if count > 1 {
            return Some(format!("{whole} of {count} are there"));
        }
        let filled_nowhere: Vec<&str> = self
            .artefact
            .has
            .iter()
            .filter(|field| !meant.iter().any(|number| has(self.documents.at(*number), field)))
            .map(String::as_str)
            .collect();
        let names =
            |fields: &[&str]| fields.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(", ");
        match (meant, filled_nowhere.as_slice()) {
            ([], _) => None,
            ([only], fields) => Some(format!("{} says nothing in {}", self.ids(&[*only]), names(fields))),
            (_, []) => {
                let all: Vec<&str> = self.artefact.has.iter().map(String::as_str).collect();
                Some(format!(
                    "no single one of {} says something in all of {}",
                    self.counted(meant),
                    names(&all)
                ))
            }
            (_, fields) => {
                Some(format!("none of {} says anything in {}", self.counted(meant), names(fields)))
            }
        }
    }

    /// A duration of the organization's own.
    fn own(&self, name: &str) -> Option<Duration> {
        Duration::parse(self.judged.own.get(name)?)
    }

    /// How late something may be before it counts as absent.
    fn grace(&self) -> Option<Duration> {
        self.own(GRACE.0).or_else(|| Duration::parse(GRACE.1))
    }

    /// Whether the last of them is too long ago.
    fn too_old(&self, within: &Within, meant: &[u32]) -> Option<String> {
        let interval = self.own(&within.own).or_else(|| Duration::parse(&within.interval))?;
        let grace = self.grace()?;
        let days = meant.iter().filter_map(|number| self.documents.at(*number).day(&within.dated));
        let last = days.filter(|day| *day <= self.judged.as_of).max();
        let Some(last) = last else {
            // What is kept elsewhere tells no day.
            let read = meant.iter().any(|number| !self.documents.at(*number).is_stub());
            return read.then(|| format!("none tells its day in `{}`", within.dated));
        };
        let until = interval.after(last).and_then(|day| grace.after(day))?;
        (until < self.judged.as_of).then(|| format!("the last one is of {last}, longer ago than {interval}"))
    }

    /// The documents that need one of their own and have none.
    fn uncovered(&mut self, covers: &'d Covers, whole: &[u32]) -> Option<String> {
        let covered: BTreeSet<&str> =
            whole.iter().flat_map(|number| texts(self.documents.at(*number).get(&covers.by))).collect();
        let wanted = self.documents.of_type(&covers.record_type).iter().copied();
        let wanted: Vec<u32> = wanted
            .filter(|number| !self.documents.has_ended(*number))
            .filter(|number| {
                let asked = covers.condition.as_ref().map(|asks| self.tells(*number, asks));
                asked.is_none_or(|holds| holds == Some(true))
            })
            .collect();
        let without: Vec<u32> = wanted
            .iter()
            .copied()
            .filter(|number| self.documents.at(*number).id().is_some_and(|(id, _)| !covered.contains(id)))
            .collect();
        // Stubs do not tell what they are for.
        let unread = whole.iter().any(|number| self.documents.at(*number).is_stub());
        (!without.is_empty() && !unread)
            .then(|| format!("{} of {} without one: {}", without.len(), wanted.len(), self.ids(&without)))
    }

    /// Whether somebody states that nothing happened.
    fn no_occurrence(&self) -> Silence {
        if self.artefact.expected != Expected::IfEvent {
            return Silence::Unexplained;
        }
        let period = &self.judged.period;
        // What happened lately is stated a little later.
        let last = period.to.min(self.judged.as_of);
        let last = self.grace().and_then(|grace| grace.negative().after(last)).unwrap_or(last);
        let mut spans: Vec<(NaiveDate, NaiveDate, u32)> = Vec::new();
        for kind in ["nil-return", "extract"] {
            for number in self.documents.of_type(kind) {
                let document = self.documents.at(*number);
                let text = |field: &str| document.get(field).and_then(Node::text);
                let of_type =
                    text("of").is_some_and(|of| self.artefact.types.iter().any(|known| known == of));
                let of_kind = text("artefact").is_none_or(|kind| kind == self.name);
                let none = kind == "nil-return" || text("rows") == Some("0");
                if !of_type || !of_kind || !none {
                    continue;
                }
                let ends = ["period.from", "period.to"].map(|field| document.day(field));
                if let [Some(from), Some(to)] = ends {
                    spans.push((from, to, *number));
                }
            }
        }
        spans.retain(|(from, to, _)| *to >= period.from && *from <= last);
        spans.sort_unstable();
        let stated: Vec<u32> = spans.iter().map(|(_, _, number)| *number).collect();
        // The first day for which nobody has said anything.
        let open = spans.iter().fold(period.from, |open, (from, to, _)| {
            if *from <= open { open.max(to.succ_opt().unwrap_or(*to)) } else { open }
        });
        match stated.as_slice() {
            [] => Silence::Unexplained,
            _ if open > last => Silence::Explained(stated),
            _ => Silence::InPart(stated),
        }
    }

    fn with(&self, state: MachineState, numbers: &[u32], lacks: Vec<String>) -> Found {
        let unread = numbers.iter().filter(|number| self.documents.at(**number).is_stub()).count();
        let dated = self.artefact.within.as_ref().map(|within| within.dated.as_str());
        let day = |number: u32| dated.and_then(|field| self.documents.at(number).day(field));
        let mut kept: Vec<(std::cmp::Reverse<Option<NaiveDate>>, u32)> =
            numbers.iter().map(|number| (std::cmp::Reverse(day(*number)), *number)).collect();
        if dated.is_some() {
            kept.sort_unstable();
        }
        kept.truncate(KEPT);
        let material =
            kept.into_iter().map(|(day, number)| material(self.documents, number, day.0)).collect();
        Found { state, count: numbers.len(), unread, material, lacks }
    }

    fn types(&self) -> String {
        self.artefact.types.iter().map(|of| format!("`{of}`")).collect::<Vec<_>>().join(" or ")
    }

    fn counted(&self, numbers: &[u32]) -> String {
        if numbers.len() <= TOLD { self.ids(numbers) } else { format!("{} documents", numbers.len()) }
    }

    /// The ids of documents, the first of them.
    fn ids(&self, numbers: &[u32]) -> String {
        let id =
            |number: &u32| self.documents.at(*number).id().map_or("one without id", |(id, _)| id).to_owned();
        let mut told: Vec<String> = numbers.iter().take(TOLD).map(id).collect();
        if numbers.len() > TOLD {
            told.push(format!("{} more", numbers.len() - TOLD));
        }
        match told.as_slice() {
            [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
            other => other.concat(),
        }
    }
}

/// What is known where there are no records.
enum Silence {
    /// Nobody says why.
    Unexplained,
    /// These say that nothing happened in the period.
    Explained(Vec<u32>),
    /// These say so of a part of it.
    InPart(Vec<u32>),
}

/// The documents that may be an artefact.
#[derive(Default)]
struct Candidates {
    /// In force, or kept as proof.
    meant: Vec<u32>,
    /// Not in force yet.
    drafts: Vec<u32>,
    /// Not in force yet, and without a word.
    blank: Vec<u32>,
    /// Stubs of which it cannot be told.
    untold: Vec<u32>,
}

/// Whether a document fills a field, or may say the same in its text.
fn has(document: &Document<'_>, field: &str) -> bool {
    let in_text = || {
        let groups = document.record_type.map(|found| found.complete.as_slice()).unwrap_or_default();
        let named = |group: &crate::model::Complete| {
            group.or_in_text && group.fields.iter().any(|known| known == field)
        };
        groups.iter().any(named) && document.has_text()
    };
    is_filled(document, field) || in_text()
}

pub(super) fn material(documents: &Documents<'_>, number: u32, day: Option<NaiveDate>) -> Material {
    let document = documents.at(number);
    let id = document.id();
    let span = id.map_or(document.head(), |(_, node)| node.span());
    Material {
        number,
        id: id.map(|(id, _)| id.to_owned()),
        place: Place::within(document.source, span),
        stub: document.is_stub(),
        day,
    }
}
