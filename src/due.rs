//! What waits for somebody until a day: reviews, contracts, waivers, actions, audits, certificates.
//!
//! What there is to wait for is data: the deadlines of [`crate::catalog`]. Fields of the organization's own types
//! that hold a due date are told of without one. Nothing here asks for the time, and nothing is judged: a day
//! that is over may have good reasons, which `check` weighs.

mod unlisted;

use chrono::{Datelike as _, NaiveDate};

use crate::{
    catalog::Catalog,
    check::{self, Asked},
    corpus::{Document, Documents, Shape},
    model::{Category, Counting, Deadline, Duration, Judged, LimitBasis, RecordType, Side},
    text::Span,
    yaml::{Mapping, Node},
};

/// Something that waits for somebody.
#[derive(Clone, Debug, PartialEq)]
pub struct Item<'d> {
    /// The last day for it or, if it is of the other side, the first.
    pub on: NaiveDate,
    /// Days from the day judged on; below zero if the day is over.
    pub days: i64,
    /// Which side of the day is the right one.
    pub side: Side,
    /// What is done by then.
    pub what: String,
    /// The role or person who has to do it, by id.
    pub whose: Option<&'d str>,
    /// The document that it is about, by id.
    pub id: Option<&'d str>,
    /// The type of the document.
    pub record_type: &'d str,
    /// Its title, unless that is the name of a person.
    pub title: Option<&'d str>,
    /// The file that the document is in.
    pub path: &'d str,
    /// The line of the field that it comes from.
    pub line: u32,
    /// That field: `notifications[0].due_at`.
    pub field: String,
    /// The field with items of lists by what does not move when others are added.
    pub stable_field: String,
    /// What the day rests on.
    pub basis: LimitBasis,
    /// How the day was counted; none if somebody wrote it down.
    pub counted: Option<Counted>,
    /// The deadline that it is of: `L03`. None of a due date that no deadline speaks of.
    pub deadline: Option<&'static str>,
    /// The clause of the standard that it belongs to.
    pub clause: Option<&'static str>,
}

/// How a day was counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counted {
    /// From this day.
    pub from: NaiveDate,
    /// So long.
    pub time: Duration,
    /// In which way.
    pub how: Counting,
    /// The setting in `probity.toml` that gave the time, if one did.
    pub own: Option<&'static str>,
}

impl Item<'_> {
    /// Whether the last day for it is over. On the day itself it is not.
    pub fn is_overdue(&self) -> bool {
        self.days < 0 && self.side == Side::Latest
    }
}

/// Everything that waits for somebody, in the order of days.
pub fn items<'d>(documents: &'d Documents<'d>, judged: &'d Judged) -> Vec<Item<'d>> {
    let mut asked = Asked::new(documents, judged);
    let mut items = Vec::new();
    for deadline in documents.catalog.deadlines() {
        for (number, document) in (0u32..).zip(documents) {
            if is_about(deadline, document) {
                items.extend(of_document(&mut asked, deadline, judged, number, document));
            }
        }
    }
    items.extend(unlisted::items(documents, judged));
    items.sort_by(|a, b| order(a).cmp(&order(b)));
    items
}

fn order<'i>(
    item: &'i Item<'_>,
) -> (NaiveDate, Option<&'i str>, &'i str, u32, Option<&'static str>, &'i str) {
    (item.on, item.id, item.path, item.line, item.deadline, &item.field)
}

fn is_about(deadline: &Deadline, document: &Document<'_>) -> bool {
    let Some(found) = document.record_type else { return false };
    match deadline.record_type.as_str() {
        // The list of a register is a controlled document.
        "document" => found.category == Category::Document || document.shape == Shape::Register,
        name => found.id == name && document.shape != Shape::Register,
    }
}

/// What waits for somebody by one deadline in one document. Items of a list with the same day are told together.
fn of_document<'d>(
    asked: &mut Asked<'d>,
    deadline: &'static Deadline,
    judged: &Judged,
    number: u32,
    document: &'d Document<'d>,
) -> Vec<Item<'d>> {
    asked.about(number);
    let Some(list) = &deadline.items else {
        return of_one(asked, deadline, judged, document, None).into_iter().collect();
    };
    let mut items: Vec<(Item<'d>, Vec<String>)> = Vec::new();
    for part in asked.items(list) {
        asked.with_item(&part);
        let Some(item) = of_one(asked, deadline, judged, document, Some(&part)) else { continue };
        let name = deadline.names.as_ref().and_then(|names| asked.text(names));
        match items.iter_mut().find(|(known, _)| known.on == item.on && name.is_some()) {
            Some((_, names)) => names.extend(name),
            None => items.push((item, name.into_iter().collect())),
        }
    }
    let told = |(item, names): (Item<'d>, Vec<String>)| match names.as_slice() {
        [] => item,
        names => Item { what: format!("{}: {}", item.what, names.join(", ")), ..item },
    };
    items.into_iter().map(told).collect()
}

fn of_one<'d>(
    asked: &mut Asked<'d>,
    deadline: &'static Deadline,
    judged: &Judged,
    document: &'d Document<'d>,
    part: Option<&check::Item<'d>>,
) -> Option<Item<'d>> {
    let (on, counted, basis) = day(asked, deadline, judged)?;
    asked.with_day("due", on);
    if !deadline.when.as_ref().is_none_or(|when| asked.holds(when)) {
        return None;
    }
    // What may begin from a day that is over waits for nobody.
    if deadline.side == Side::Earliest && on < judged.as_of {
        return None;
    }
    let part = part.and_then(|part| part.node);
    // A day that is written down is pointed at itself.
    let set_in = deadline.set_in().filter(|_| counted.is_none());
    let at = set_in.as_ref().unwrap_or(&deadline.at);
    let node = match part {
        Some(part) => within(Some(part), at).or(Some(part)),
        None => at.split_first().and_then(|(first, rest)| within(document.get(first), rest)),
    };
    let whose = |field: &String| {
        let in_part = part.and_then(Node::mapping).and_then(|fields| fields.get(field));
        text(in_part.or_else(|| document.get(field)))
    };
    Some(Item {
        basis,
        side: deadline.side,
        counted,
        whose: deadline.whose.iter().find_map(whose).or_else(|| owner(document)),
        deadline: Some(&deadline.id),
        clause: deadline.clause.as_deref(),
        ..item(document, judged, on, deadline.limits.clone(), node, &deadline.field())
    })
}

/// The day of a deadline, how it was counted, and what it rests on.
fn day(
    asked: &mut Asked<'_>,
    deadline: &'static Deadline,
    judged: &Judged,
) -> Option<(NaiveDate, Option<Counted>, LimitBasis)> {
    if let Some(set) = deadline.set.as_ref().and_then(|set| asked.day(set)) {
        return Some((set, None, LimitBasis::Set));
    }
    let from = asked.day(deadline.begins.as_ref()?)?;
    let own = deadline.own.as_deref().filter(|name| judged.own.contains_key(*name));
    let of_toml = own.and_then(|name| Some((name, Duration::parse(judged.own.get(name)?)?)));
    let of_document = deadline.interval.as_ref().and_then(|interval| asked.duration(interval));
    let (time, own, basis) = match (of_document, of_toml, deadline.limit) {
        (Some(time), _, _) => (time, None, LimitBasis::Own),
        // Nobody can give more time than those have who set the norm.
        (None, Some((_, time)), Some(norm)) if deadline.basis == LimitBasis::Norm && time >= norm => {
            (norm, None, LimitBasis::Norm)
        }
        (None, Some((name, time)), _) => (time, Some(name), LimitBasis::Own),
        (None, None, limit) => (limit?, None, deadline.basis),
    };
    let on = match deadline.counted {
        Counting::After => time.after(from)?,
        Counting::Before => time.negative().after(from)?,
        Counting::YearEnd => NaiveDate::from_ymd_opt(time.after(from)?.year(), 12, 31)?,
    };
    Some((on, Some(Counted { from, time, how: deadline.counted, own }), basis))
}

/// An item about a document, of which only the day is known.
fn item<'d>(
    document: &'d Document<'d>,
    judged: &Judged,
    on: NaiveDate,
    what: String,
    node: Option<Node<'d>>,
    field: &str,
) -> Item<'d> {
    let id = document.id();
    let span = node.map(Node::span).or(id.map(|(_, node)| node.span())).unwrap_or_else(|| document.head());
    let path = node.map(Node::path);
    let shown = |path: String| own_part(&path).to_owned();
    Item {
        on,
        days: (on - judged.as_of).num_days(),
        side: Side::Latest,
        what,
        whose: owner(document),
        id: id.map(|(id, _)| id),
        record_type: document.record_type.map_or("", |found| &found.id),
        title: title(document),
        path: document.source.name(),
        line: line(document, span),
        field: path.as_ref().map_or_else(|| field.to_owned(), |path| shown(path.to_string())),
        stable_field: path.as_ref().map_or_else(|| field.to_owned(), |path| shown(path.stable())),
        basis: LimitBasis::Set,
        counted: None,
        deadline: None,
        clause: None,
    }
}

/// A path within the document, and not within the collection around it.
fn own_part(path: &str) -> &str {
    let entry = path.strip_prefix("entries[").and_then(|rest| rest.split_once("]."));
    let own = entry.map_or(path, |(_, field)| field);
    ["defaults.", "register."].iter().find_map(|around| own.strip_prefix(around)).unwrap_or(own)
}

fn line(document: &Document<'_>, span: Span) -> u32 {
    document.source.position(span.start).line
}

fn within<'d>(node: Option<Node<'d>>, path: &[String]) -> Option<Node<'d>> {
    path.iter().try_fold(node?, |node, name| node.mapping()?.get(name))
}

fn text(node: Option<Node<'_>>) -> Option<&str> {
    node.and_then(Node::text).filter(|text| !text.is_empty())
}

/// Who answers for a document: its owner, or that of the register it stands in.
fn owner<'d>(document: &'d Document<'d>) -> Option<&'d str> {
    text(document.get("owner"))
        .or_else(|| text(document.register.and_then(|register: Mapping<'d>| register.get("owner"))))
}

/// Its title; that of a person is a name, and left out.
fn title<'d>(document: &'d Document<'d>) -> Option<&'d str> {
    let personal = |found: &RecordType| found.shape.at("title").is_some_and(|title| title.personal);
    text(document.get("title")).filter(|_| !document.record_type.is_some_and(personal))
}

/// The due dates that some deadline speaks of, as `type` and `field.within.field`.
fn listed(catalog: &Catalog) -> impl Fn(&str, &str) -> bool {
    let known: Vec<(&'static str, String)> = catalog
        .deadlines()
        .iter()
        .map(|deadline| (deadline.record_type.as_str(), deadline.field()))
        .collect();
    move |of, field| known.iter().any(|(known, at)| *known == of && at == field)
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::{
        corpus,
        model::{Content, File, Snapshot},
        text::Source,
        yaml::Limits,
    };

    fn judged(as_of: &str) -> Judged {
        Judged { time_zone: chrono_tz::Tz::Europe__Dublin, ..Judged::on(as_of) }
    }

    fn snapshot(text: &str) -> Snapshot {
        let content = Content::Text(Source::new("a.yaml", text).into());
        Snapshot { files: vec![File { path: "a.yaml".to_owned(), content }], ..Snapshot::default() }
    }

    /// What waits by a text, as `DAY DEADLINE ID LINE` and what a test wants to see beside it.
    fn told(text: &str, judged: &Judged, beside: impl Fn(&Item<'_>) -> String) -> Vec<String> {
        let (snapshot, catalog) = (snapshot(text), Catalog::embedded());
        let corpus = corpus::read(&snapshot, &Limits::default());
        let documents = Documents::of(&corpus, &catalog);
        let shown = |item: &Item<'_>| {
            let deadline = item.deadline.unwrap_or("-");
            let text =
                format!("{} {deadline} {}:{} {}", item.on, item.id.unwrap_or("-"), item.line, beside(item));
            text.trim_end().to_owned()
        };
        items(&documents, judged).iter().map(shown).collect()
    }

    fn days(text: &str, as_of: &str) -> Vec<String> {
        told(text, &judged(as_of), |_| String::new())
    }

    const ACTIONS: &str = "\
collection: action-item
defaults: {owner: ROL-001}
entries:
  - {id: A-1, title: open, due_on: 2026-06-29, responsible: PER-001, state: open}
  - {id: A-2, title: today, due_on: 2026-06-30, state: in-progress}
  - {id: A-3, title: done, due_on: 2026-05-29, state: done, done_on: 2026-06-15}
  - {id: A-4, title: no day, state: open}
  - {id: A-5, title: no such day, due_on: 2026-02-30, state: open}
";

    #[test]
    fn an_action_waits_until_it_is_done_and_is_overdue_after_its_last_day() {
        let beside = |item: &Item<'_>| {
            format!(
                "{} {} {}",
                item.days,
                item.whose.unwrap_or("-"),
                if item.is_overdue() { "late" } else { "" }
            )
        };
        let told = |as_of: &str| told(ACTIONS, &judged(as_of), beside);
        assert_eq!(
            told("2026-06-30"),
            ["2026-06-29 D01 A-1:4 -1 PER-001 late", "2026-06-30 D01 A-2:5 0 ROL-001"]
        );
        // On a day before it was done, it was still waited for.
        assert_eq!(told("2026-06-01")[0], "2026-05-29 D01 A-3:6 -3 ROL-001 late");
    }

    #[test]
    fn a_review_is_counted_from_the_last_one_by_the_interval_of_the_document() {
        let policy = "\
type: service-management-policy
id: POL-001
title: Policy
status: approved
approval: {by: PER-001, date: 2024-02-29}
review_interval: P1Y
";
        let beside = |item: &Item<'_>| {
            format!(
                "{} {}",
                item.basis,
                item.counted.map(|counted| counted.from.to_string()).unwrap_or_default()
            )
        };
        let told = |more: &str, as_of: &str| told(&format!("{policy}{more}"), &judged(as_of), beside);
        // A year after the leap day is the last day of February.
        assert_eq!(told("", "2024-06-30"), ["2025-02-28 L12 POL-001:6 own 2024-02-29"]);
        let reviewed = "reviewed_on: 2024-12-31\n";
        assert_eq!(told(reviewed, "2025-06-30"), ["2025-12-31 L12 POL-001:6 own 2024-12-31"]);
        // As of a day before that review, it had not taken place.
        assert_eq!(told(reviewed, "2024-06-30"), ["2025-02-28 L12 POL-001:6 own 2024-02-29"]);
        let ended = policy.replace("status: approved", "status: withdrawn");
        assert_eq!(days(&ended, "2024-06-30"), [""; 0]);
        let never = policy.replace("P1Y", "P99999999Y");
        assert_eq!(days(&never, "2024-06-30"), [""; 0]);
    }

    #[test]
    fn the_list_of_a_register_is_reviewed_as_a_document_is() {
        let text = "\
collection: risk
register:
  id: REG-001
  title: Risks
  owner: ROL-002
  status: approved
  approval: {by: PER-001, date: 2026-01-31}
  review_interval: P1M
entries:
  - {id: RSK-001, title: Fire, score: 4, treatment: accept, reviewed_on: 2026-01-31}
";
        assert_eq!(days(text, "2026-02-01")[0], "2026-02-28 L12 REG-001:8");
    }

    #[test]
    fn a_norm_can_be_shortened_and_not_lengthened() {
        let text = "\
type: external-audit
id: EXA-1
title: Stage 2
audit_kind: stage-2
held_from: 2026-03-02
held_to: 2026-03-04
findings: [FND-1, FND-2, FND-3]
---
collection: audit-finding
entries:
  - {id: FND-1, title: a, grade: major}
  - {id: FND-2, title: b, grade: minor}
  - {id: FND-3, title: c, grade: major}
";
        let beside = |item: &Item<'_>| format!("{} {}", item.basis, item.what);
        let by = |own: Option<&str>| {
            let own = own.map(|time| ("certification.major_limit".to_owned(), time.to_owned()));
            told(text, &Judged { own: own.into_iter().collect(), ..judged("2026-06-30") }, beside)
        };
        let what = "major findings of stage 2 are verified: FND-1, FND-3";
        assert_eq!(by(None), [format!("2026-09-04 L03 EXA-1:7 norm {what}")]);
        assert_eq!(by(Some("P1Y")), [format!("2026-09-04 L03 EXA-1:7 norm {what}")]);
        assert_eq!(by(Some("P90D")), [format!("2026-06-02 L03 EXA-1:7 own {what}")]);
    }

    const CERTIFICATE: &str = "\
type: certificate
id: CRT-1
title: Certificate
state: valid
initial_decision_on: 2024-06-14
cycle_decision_on: 2024-06-14
expires_on: 2027-06-13
";

    #[test]
    fn the_dates_of_a_certificate_follow_from_its_decision() {
        assert_eq!(
            days(CERTIFICATE, "2024-12-31"),
            ["2025-06-14 L04 CRT-1:5", "2027-04-14 L07 CRT-1:7", "2027-06-13 L06 CRT-1:7"]
        );
        let held = format!(
            "{CERTIFICATE}---\n{{type: external-audit, id: EXA-1, title: First, certificate: CRT-1, \
             audit_kind: surveillance, held_from: 2025-05-05, held_to: 2025-05-06}}\n"
        );
        // Planned, it is waited for itself; held, the next one comes in the next calendar year.
        assert_eq!(days(&held, "2024-12-31")[0], "2025-05-05 D21 EXA-1:9");
        assert_eq!(days(&held, "2025-12-31")[0], "2026-12-31 L05 CRT-1:6");
        let next = held.replace("held_to", "next_audit_by: 2026-05-29, held_to");
        assert_eq!(days(&next, "2025-12-31")[0], "2026-05-29 D20 EXA-1:9");
        // The year in which the certificate ends is that of recertification.
        let last = held.replace("2025-05-0", "2026-05-0").replace("id: EXA-1", "id: EXA-2");
        assert_eq!(days(&last, "2026-12-31"), ["2027-04-14 L07 CRT-1:7", "2027-06-13 L06 CRT-1:7"]);
    }

    #[test]
    fn a_suspended_and_an_expired_certificate_wait_for_what_ends_that() {
        let suspended = CERTIFICATE.replace("state: valid", "state: suspended\nsuspended_on: 2025-08-31");
        assert_eq!(days(&suspended, "2025-09-30")[0], "2026-02-28 L09 CRT-1:5");
        let expired = CERTIFICATE.replace("state: valid", "state: expired");
        assert_eq!(days(&expired, "2027-07-01"), ["2027-12-13 L08 CRT-1:7"]);
        assert_eq!(days(&expired, "2028-01-01"), [""; 0]);
    }

    #[test]
    fn stage_2_comes_neither_too_early_nor_too_late() {
        let text = "\
type: external-audit
id: EXA-1
title: Stage 1
audit_kind: stage-1
held_from: 2026-03-30
held_to: 2026-03-31
---
type: service-management-plan
id: PLN-1
title: Plan
status: approved
effective_on: 2026-02-01
approval: {by: PER-001, date: 2026-01-31}
";
        assert_eq!(
            days(text, "2026-04-01"),
            ["2026-04-14 L02 EXA-1:6", "2026-05-01 L14 PLN-1:12", "2026-09-30 L01 EXA-1:6"]
        );
        // What may begin from a day that is over waits for nobody.
        assert_eq!(days(text, "2026-05-02"), ["2026-09-30 L01 EXA-1:6"]);
        let planned = format!(
            "{text}---\n{{type: external-audit, id: EXA-2, title: Stage 2, audit_kind: stage-2, \
             held_from: 2026-05-18, held_to: 2026-05-20}}\n"
        );
        assert_eq!(days(&planned, "2026-05-02"), ["2026-05-18 D21 EXA-2:15"]);
    }

    #[test]
    fn clauses_that_no_audit_looked_at_since_are_told_together() {
        let text = "\
collection: internal-audit-report
entries:
  - id: AUR-1
    title: January
    held_to: 2026-01-23
    coverage:
      - {clause: \"4\", covered: full}
      - {clause: \"8.5.1\", covered: full}
      - {clause: \"9\", covered: none}
      - {clause: \"10.1\"}
  - id: AUR-2
    title: May
    held_to: 2026-05-22
    coverage:
      - {clause: \"8.5\", covered: partial}
";
        let told = |text: &str| told(text, &judged("2026-06-30"), |item| item.what.clone());
        let what = "next internal audit looks at these clauses";
        assert_eq!(
            told(text),
            [
                format!("2027-01-23 L10 AUR-1:7 {what}: 4, 10.1"),
                format!("2027-05-22 L10 AUR-2:15 {what}: 8.5")
            ]
        );
        let planned = format!(
            "{text}---\ntype: internal-audit-programme\nid: AUP-1\ntitle: Programme\nstatus: approved\naudits:\n  \
             - {{planned_month: 2026-12, clauses: [\"4\", \"8\", \"10\"]}}\n"
        );
        assert_eq!(told(&planned), ["2026-12-31 D23 AUP-1:22 internal audit of the programme is held"]);
    }

    #[test]
    fn notice_can_be_given_before_a_contract_ends() {
        let text = "\
type: supplier-contract
id: CON-1
title: Hosting
status: approved
contract_manager: ROL-006
ends_on: 2026-12-31
notice_period: P3M
";
        assert_eq!(days(text, "2026-06-30"), ["2026-08-31 L13 CON-1:7", "2026-12-31 D09 CON-1:6"]);
        let replaced = format!(
            "{text}---\n{{type: supplier-contract, id: CON-2, title: Hosting, status: draft, supersedes: CON-1}}\n"
        );
        assert_eq!(days(&replaced, "2026-06-30"), [""; 0]);
    }

    #[test]
    fn an_instant_is_a_day_where_the_organization_is() {
        let text =
            "{type: incident, id: INC-1, title: Slow, state: new, sla_due_at: \"2026-06-30T23:30:00Z\"}\n";
        assert_eq!(days(text, "2026-06-30"), ["2026-07-01 D18 INC-1:1"]);
    }

    #[test]
    fn due_dates_of_own_types_are_told_until_they_are_finished() {
        let own = "\
title: Site visit
category: record
describes: A look at a site
clauses: []
home: repo
needed_by: none
expected: optional
properties:
  state: {title: State, description: Where it stands, type: string, enum: [planned, held]}
  steps:
    title: Steps
    description: What follows
    type: array
    items:
      type: object
      properties:
        report_by: {title: Report, description: Latest day, type: string, format: date, x-date: due}
settled: {state: [held]}
complete: []
auditor_test: Go there
examples: {smallest: \"{type: site-visit, id: V, title: V}\", full: \"{type: site-visit, id: V, title: V, state: held, steps: [{report_by: 2026-01-01}], source: {system: a}, owner: ROL-1}\"}
";
        let path = "probity/types/site-visit.yaml";
        let content = Content::Text(Source::new(path, own).into());
        let types = [File { path: path.to_owned(), content }];
        let catalog =
            Catalog::with_own(&types, &[], &[]).unwrap_or_else(|mistakes| panic!("{}", mistakes[0]));
        let snapshot = snapshot(
            "collection: site-visit\nentries:\n\
             - {id: V-1, title: a, state: planned, steps: [{report_by: 2026-07-01}]}\n\
             - {id: V-2, title: b, state: held, steps: [{report_by: 2026-07-01}]}\n",
        );
        let corpus = corpus::read(&snapshot, &Limits::default());
        let documents = Documents::of(&corpus, &catalog);
        let judged = judged("2026-06-30");
        let found = items(&documents, &judged);
        let [item] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(
            (item.id, item.what.as_str(), item.field.as_str(), item.line, item.deadline),
            (Some("V-1"), "report", "steps[0].report_by", 3, None)
        );
    }
}
