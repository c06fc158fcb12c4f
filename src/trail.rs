//! What is joined to a record: the records that it names and that name it, as a tree, along a trail that auditors follow
//! or whatever there is; with what is missing on the way, in its place.
//!
//! A record is told once, and only named where it comes again, so that there are no loops. How many are shown is bounded
//! by limits with names.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use crate::{
    check::{self, Asked},
    corpus::{Document, Documents, Reference},
    model::{Ask, DateRole, Judged, RecordType, Schema, Trail},
    yaml::Node,
};

/// The limit `records`: so many are shown of a trail.
pub const RECORDS: usize = 500;
/// The limit `step`: so many are shown of one step from one record.
pub const STEP: usize = 25;
/// How far a ready trail goes, if nothing else is asked for.
pub const DEPTH: usize = 6;

/// What is joined to a record.
#[derive(Debug)]
pub struct Followed<'d> {
    /// The trail; none if whatever there is was followed.
    pub trail: Option<&'d Trail>,
    /// How many steps it goes.
    pub depth: usize,
    /// The records, each behind the one that leads to it.
    pub records: Vec<Found<'d>>,
    /// Whether the limit `records` ended it.
    pub cut: bool,
}

/// A record on a trail.
#[derive(Debug)]
pub struct Found<'d> {
    /// How many steps lead to it.
    pub depth: usize,
    /// The number of its document; none if there is no such document.
    pub number: Option<u32>,
    /// Its id, or what is written instead of one.
    pub id: &'d str,
    /// How one comes to it; none of the first.
    pub edge: Option<Edge<'d>>,
    /// Whether it was shown before, so that nothing more is told here.
    pub again: bool,
    /// What happened when, in the order of days.
    pub dates: Vec<(&'d str, NaiveDate)>,
    /// What is missing here, with what that rests on.
    pub missing: Vec<String>,
    /// What cannot be told, and why.
    pub not_testable: Vec<String>,
    /// How many of the same step are not shown, of the last one that is: the limit `step`.
    pub more: usize,
}

/// A reference that leads from one record to the next.
#[derive(Clone, Debug)]
pub struct Edge<'d> {
    /// What the next is to the one before.
    pub says: &'d str,
    /// The id of the record before.
    pub from: &'d str,
    /// Whether the next names the one before, and not the other way round.
    pub incoming: bool,
    /// The field, as a person writes it: `targets[2].kpi`.
    pub field: String,
    /// The file in which it stands.
    pub path: &'d str,
    /// The line.
    pub line: u32,
}

/// Follows a trail, or whatever there is, for so many steps.
pub fn follow<'d>(
    documents: &'d Documents<'d>,
    judged: &'d Judged,
    first: u32,
    trail: Option<&'d Trail>,
    depth: usize,
) -> Followed<'d> {
    let mut walk = Walk {
        documents,
        asked: Asked::new(documents, judged),
        trail,
        depth,
        shown: HashMap::new(),
        records: Vec::new(),
        cut: false,
    };
    walk.at(first, 0, None, None);
    Followed { trail, depth, records: walk.records, cut: walk.cut }
}

/// The trail that is usual for a type.
pub fn usual(documents: &Documents<'_>, record_type: &str) -> Option<&'static Trail> {
    documents.catalog.trails().iter().find(|trail| trail.begins.iter().any(|name| name == record_type))
}

struct Walk<'d> {
    documents: &'d Documents<'d>,
    asked: Asked<'d>,
    trail: Option<&'d Trail>,
    depth: usize,
    /// The records that were told, and after how many steps.
    shown: HashMap<u32, usize>,
    records: Vec<Found<'d>>,
    cut: bool,
}

/// What a step leads to.
struct Next<'d> {
    says: &'d str,
    reference: &'d Reference<'d>,
    incoming: bool,
}

impl<'d> Walk<'d> {
    fn at(&mut self, number: u32, depth: usize, before: Option<u32>, edge: Option<Edge<'d>>) {
        if self.records.len() == RECORDS {
            self.cut = true;
            return;
        }
        let document = self.documents.at(number);
        // One that stood at the end of the way is told once more where there is a way on from it.
        let again = self.shown.get(&number).is_some_and(|told| *told < self.depth || *told <= depth);
        if !again {
            self.shown.insert(number, depth);
        }
        let mut found = Found {
            depth,
            number: Some(number),
            id: id_of(document),
            edge,
            again,
            dates: if again { Vec::new() } else { dates(document) },
            missing: Vec::new(),
            not_testable: Vec::new(),
            more: 0,
        };
        if again {
            self.records.push(found);
            return;
        }
        if let Some(lacks) = check::lacks(document) {
            found.missing.push(lacks);
        }
        let groups = self.next(number, &mut found);
        self.records.push(found);
        if depth == self.depth {
            return;
        }
        for group in groups {
            self.group(number, depth, before, &group);
        }
    }

    /// Shows what one step leads to.
    fn group(&mut self, number: u32, depth: usize, before: Option<u32>, group: &[Next<'d>]) {
        let mut told = HashSet::new();
        let next = group.iter().filter_map(|next| {
            let to = if next.incoming { Some(next.reference.from) } else { next.reference.to };
            // Where one came from is no step on, and two fields may name the same record.
            let is_new = to.is_none_or(|to| Some(to) != before && to != number && told.insert(to));
            is_new.then_some((next, to))
        });
        let next: Vec<_> = next.collect();
        for (next, to) in next.iter().take(STEP) {
            if self.records.len() == RECORDS {
                self.cut = true;
                return;
            }
            let holder = self.documents.at(next.reference.from);
            let edge = Edge {
                says: next.says,
                from: id_of(self.documents.at(number)),
                incoming: next.incoming,
                field: self.documents.field_of(next.reference),
                path: holder.source.name(),
                line: holder.source.position(next.reference.node.span().start).line,
            };
            match to {
                Some(to) => self.at(*to, depth + 1, Some(number), Some(edge)),
                None => self.records.push(self.absent(next.reference, depth + 1, edge)),
            }
        }
        if let (Some(last), Some(more)) = (self.records.last_mut(), next.len().checked_sub(STEP)) {
            last.more += more;
        }
    }

    /// A record that is named and is not there.
    fn absent(&self, reference: &'d Reference<'d>, depth: usize, edge: Edge<'d>) -> Found<'d> {
        let named = &reference.schema.refers_to;
        let is_closed = |name: &String| match name.as_str() {
            "any" => self.documents.closed_extracts().next().is_some(),
            name => self.documents.is_partly_closed(name),
        };
        let mut found = Found {
            depth,
            number: None,
            id: reference.text(),
            edge: Some(edge),
            again: false,
            dates: Vec::new(),
            missing: Vec::new(),
            not_testable: Vec::new(),
            more: 0,
        };
        if named.iter().any(is_closed) {
            found.not_testable.push("it may lie in a sealed extract that is not at hand".to_owned());
        } else {
            found.missing.push("there is no document of this id".to_owned());
        }
        found
    }

    /// What leads on from a record, step by step; what is missing is told of the record itself.
    fn next(&mut self, number: u32, found: &mut Found<'d>) -> Vec<Vec<Next<'d>>> {
        let documents = self.documents;
        let Some(trail) = self.trail else { return self.all(number) };
        let Some(record_type) = documents.at(number).record_type else { return Vec::new() };
        self.asked.about(number);
        for ask in trail.asks.iter().filter(|ask| ask.record_type == record_type.id) {
            self.ask(ask, None, found);
        }
        let mut groups = Vec::new();
        for step in trail.steps.iter().filter(|step| step.from == record_type.id) {
            let mut group = Vec::new();
            for field in &step.outgoing {
                let Some(schema) = leaf(record_type, field) else { continue };
                let named = documents.outgoing(number).iter();
                let named = named.filter(|reference| std::ptr::eq(reference.schema, schema));
                // A field may name documents of several types, and evidence also what is no document.
                let named = named.filter(|reference| match reference.to {
                    Some(to) => type_of(documents.at(to)) == step.to,
                    None => reference.schema.refers_to.contains(&step.to),
                });
                group.extend(named.map(|reference| Next { says: &step.says, reference, incoming: false }));
            }
            for field in &step.incoming {
                let Some(schema) = documents.catalog.record_type(&step.to).and_then(|to| leaf(to, field))
                else {
                    continue;
                };
                for from in documents.referrers(number, schema) {
                    let names = documents.outgoing(from).iter();
                    let mut names = names.filter(|reference| {
                        reference.to == Some(number) && std::ptr::eq(reference.schema, schema)
                    });
                    // Of fields that many types share, only those of the type.
                    if type_of(documents.at(from)) == step.to
                        && let Some(reference) = names.next()
                    {
                        group.push(Next { says: &step.says, reference, incoming: true });
                    }
                }
            }
            if let Some(ask) = step.expected.as_ref().filter(|_| group.is_empty()) {
                self.ask(ask, Some(&step.to), found);
            }
            groups.push(group);
        }
        groups
    }

    /// Tells what is missing, or why that cannot be told.
    fn ask(&mut self, ask: &'d Ask, to: Option<&str>, found: &mut Found<'d>) {
        let told = format!("{} ({})", ask.missing, ask.basis);
        match self.asked.tells(&ask.when) {
            Some(false) => {}
            Some(true) if to.is_some_and(|to| self.documents.is_partly_closed(to)) => {
                let to = to.unwrap_or_default();
                found
                    .not_testable
                    .push(format!("{told}: records of `{to}` lie in an extract that is not at hand"));
            }
            Some(true) => found.missing.push(told),
            None => found.not_testable.push(format!("{told}: it does not tell enough")),
        }
    }

    /// Whatever a record names, and what names it.
    fn all(&self, number: u32) -> Vec<Vec<Next<'d>>> {
        let documents = self.documents;
        let outgoing = documents.outgoing(number).iter();
        let outgoing = outgoing.filter(|reference| reference.to.is_some() || !reference.is_evidence());
        let outgoing = outgoing.map(|reference| Next { says: "named here", reference, incoming: false });
        let incoming = documents.incoming(number);
        let incoming = incoming.map(|reference| Next { says: "names it", reference, incoming: true });
        vec![outgoing.collect(), incoming.collect()]
    }
}

fn id_of<'d>(document: &Document<'d>) -> &'d str {
    document.id().map_or("", |(id, _)| id)
}

fn type_of<'d>(document: &Document<'d>) -> &'d str {
    document.record_type.map_or("", |found| found.id.as_str())
}

/// The schema of the values of a field, as references have it.
fn leaf<'d>(record_type: &'d RecordType, field: &str) -> Option<&'d Schema> {
    let schema = record_type.shape.at(field)?;
    Some(schema.items.as_deref().unwrap_or(schema))
}

/// What happened when: the days of events among the fields of a document.
fn dates<'d>(document: &Document<'d>) -> Vec<(&'d str, NaiveDate)> {
    let fields = document.record_type.into_iter().flat_map(|found| &found.shape.fields);
    let events = fields.filter(|(_, field)| field.date == Some(DateRole::Event));
    let mut dates: Vec<(&str, NaiveDate)> =
        events.filter_map(|(name, _)| Some((name.as_str(), document.day(name)?))).collect();
    dates.sort_by_key(|(_, day)| *day);
    dates
}

/// Where a record stands: the value of `status`, `state` or `stage`.
pub fn state<'d>(document: &Document<'d>) -> Option<&'d str> {
    let field = |name: &str| document.get(name).and_then(Node::text).filter(|text| !text.is_empty());
    field("status").or_else(|| field("state")).or_else(|| field("stage"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{
        catalog::Catalog,
        corpus,
        model::{Content, File, Snapshot, sha256},
        text::Source,
        yaml::Limits,
    };

    /// A trail through a text, a line for each record: its id, set in by its depth, and what is told of it.
    fn told(text: &str, id: &str, name: Option<&str>, depth: usize) -> Vec<String> {
        through(text, id, name, depth, |found| {
            let edge = found.edge.as_ref();
            let edge =
                edge.map(|edge| format!(" {} {}:{}", edge.says, edge.field, edge.line)).unwrap_or_default();
            let again = if found.again { " (see above)" } else { "" };
            let more = if found.more > 0 { format!(" +{}", found.more) } else { String::new() };
            let missing: String = found.missing.iter().map(|told| format!(" - {told}")).collect();
            let untold: String = found.not_testable.iter().map(|told| format!(" ? {told}")).collect();
            format!("{}{}{edge}{again}{more}{missing}{untold}", "  ".repeat(found.depth), found.id)
        })
    }

    fn through(
        text: &str,
        id: &str,
        name: Option<&str>,
        depth: usize,
        line: impl Fn(&Found<'_>) -> String,
    ) -> Vec<String> {
        let content = Content::Text(Source::new("a.yaml", text).into());
        let files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        let snapshot = Snapshot {
            files: vec![File { path: "a.yaml".to_owned(), content }],
            attachments: Box::new(files),
            ..Snapshot::default()
        };
        let catalog = Catalog::embedded();
        let corpus = corpus::read(&snapshot, &Limits::default());
        let documents = Documents::of(&corpus, &catalog);
        let judged = Judged::on("2026-06-30");
        let trail = name.map(|name| catalog.trails().iter().find(|trail| trail.id == name).unwrap());
        let followed = follow(&documents, &judged, documents.find(id).unwrap(), trail, depth);
        assert!(followed.records.len() <= RECORDS);
        followed.records.iter().map(line).collect()
    }

    const MAJOR: &str = "\
type: incident
id: INC-1
title: a
major: true
resolved_at: 2026-01-01T10:00:00Z
problem: PRB-1
---
type: problem
id: PRB-1
title: b
incidents: [INC-1, INC-2]
state: new
---
type: incident
id: INC-2
title: c
major: true
problem: PRB-1
---
type: major-incident-report
id: MIR-1
title: d
incident: INC-2
problem: PRB-9
review_on: 2026-01-01
";

    #[test]
    fn a_record_is_told_once_and_what_is_missing_stands_where_it_is_missing() {
        assert_eq!(
            told(MAJOR, "INC-1", Some("incident"), 6),
            [
                "INC-1 - no report of the major incident (requirement)",
                "  PRB-1 problem behind it problem:6",
                "    INC-2 incident of it incidents[1]:11",
                "      MIR-1 report of the major incident incident:23 - `MIR-1` lacks 11 of 13: manager, declared_at, \
                 criteria_met, top_management_informed_at, timeline, customer_impact, communications, resolved_at, \
                 cause, participants, improvements (practice)",
                "        PRB-9 problem behind it problem:24 - there is no document of this id",
            ]
        );
        // Back to where one came from is no step, and other ways to it are named without what is behind them.
        let all = told(MAJOR, "PRB-1", Some("incident"), 6);
        assert_eq!(all.iter().filter(|line| line.contains("INC-2")).count(), 1, "{all:?}");
    }

    #[test]
    fn no_more_steps_are_gone_than_asked_for() {
        assert_eq!(told(MAJOR, "INC-1", Some("incident"), 0).len(), 1);
        assert_eq!(told(MAJOR, "INC-1", Some("incident"), 1).len(), 2);
        assert_eq!(
            told(MAJOR, "PRB-1", None, 1),
            [
                "PRB-1",
                "  INC-1 named here incidents[0]:11",
                "  INC-2 named here incidents[1]:11",
                "  INC-1 names it problem:6 (see above)",
                "  INC-2 names it problem:18 (see above)",
            ]
        );
    }

    #[test]
    fn a_record_that_ended_a_way_is_told_again_where_there_is_a_way_on() {
        let text = "\
type: incident
id: INC-1
title: a
problem: PRB-1
---
type: major-incident-report
id: MIR-1
title: b
incident: INC-1
problem: PRB-1
---
type: problem
id: PRB-1
title: c
change: CHG-1
---
type: change-request
id: CHG-1
title: d
";
        let lines =
            through(text, "INC-1", Some("incident"), 2, |found| format!("{}{}", found.depth, found.id));
        assert_eq!(lines, ["0INC-1", "1MIR-1", "2PRB-1", "1PRB-1", "2CHG-1"]);
    }

    #[test]
    fn what_lies_in_an_extract_that_is_not_at_hand_is_not_said_to_be_missing() {
        let extract = |of: &str| {
            let digest = sha256(b"");
            format!("type: extract\nid: EXT-{of}\nof: {of}\nfile: x.jsonl\nsha256: {digest}\n---\n")
        };
        let text = format!("{}{}{MAJOR}", extract("problem"), extract("major-incident-report"));
        let lines = told(&text, "INC-1", Some("incident"), 6);
        assert_eq!(
            lines[0],
            "INC-1 ? no report of the major incident (requirement): records of `major-incident-report` lie in an \
             extract that is not at hand"
        );
        assert!(
            lines[4].ends_with(
                "PRB-9 problem behind it problem:36 ? it may lie in a sealed extract that is not at hand"
            ),
            "{lines:?}"
        );
    }

    #[test]
    fn what_is_joined_to_very_many_records_is_bounded() {
        let mut text =
            "type: problem\nid: PRB-1\ntitle: a\nstate: new\n---\ncollection: incident\nentries:\n"
                .to_owned();
        text.extend((0..2_000).map(|number| {
            let change = number % 40;
            format!("  - {{id: I-{number}, title: t, problem: PRB-1, caused_by_change: C-{change}}}\n")
        }));
        text.push_str("---\ncollection: change-request\nentries:\n");
        text.extend((0..40).map(|number| format!("  - {{id: C-{number}, title: t}}\n")));
        let lines = told(&text, "PRB-1", Some("incident"), 6);
        let last = lines.iter().find(|line| line.contains('+')).unwrap();
        assert!(last.ends_with(" +1975"), "{last}");
        let lines = told(&text, "PRB-1", None, 20);
        assert_eq!(lines.len(), RECORDS);
    }

    #[test]
    fn a_type_has_one_usual_trail_or_none() {
        let catalog = Catalog::embedded();
        let snapshot = Snapshot::default();
        let corpus = corpus::read(&snapshot, &Limits::default());
        let documents = Documents::of(&corpus, &catalog);
        assert_eq!(usual(&documents, "release").map(|trail| trail.id.as_str()), Some("change"));
        assert_eq!(usual(&documents, "waiver"), None);
    }
}
