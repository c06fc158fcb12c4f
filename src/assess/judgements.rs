//! What people judged: which of it still counts, and what speaks against relying on it.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap, HashSet},
};

use chrono::NaiveDate;
use serde::de::DeserializeOwned;

use super::artefacts::material;
use crate::{
    corpus::{Document, Documents},
    model::{Category, Confidence, Degree, Duration, Judged, Judgement, Signal, Standard, Status},
    yaml::{Kind, Node},
};

/// The type of documents that hold a judgement.
pub const ASSESSMENT: &str = "clause-assessment";
/// For how long a judgement may be relied on that does not say it.
pub(super) const VALID: (&str, &str) = ("judgement.valid", "P1Y");

/// What a judgement was given on, so that it shows when that has changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The standard with its edition and amendments.
    pub catalogue: String,
    /// The digests of the scope statements in force.
    pub scope: Vec<String>,
    /// Documents that were cited, each with its digest.
    pub evidence: Vec<(String, String)>,
    /// The fingerprints of findings that lowered a judgement then.
    pub signals: Vec<String>,
}

impl Seen {
    /// What a standard is called where a judgement names it.
    pub fn catalogue(standard: &Standard) -> String {
        format!("{} edition {} {}", standard.id, standard.edition, standard.amendments.join(" "))
            .trim_end()
            .to_owned()
    }
}

/// The digests of the scope statements that are in use, in the order of their ids.
pub fn scope_digests(documents: &Documents<'_>) -> Vec<String> {
    let scopes = documents.of_type("scope-statement").iter().filter(|number| !documents.has_ended(**number));
    let mut digests: Vec<String> =
        scopes.filter_map(|number| documents.digest(*number).ok()).map(|digest| digest.to_string()).collect();
    digests.sort_unstable();
    digests
}

/// The judgements that count, by point.
pub(super) struct Judgements<'d> {
    documents: &'d Documents<'d>,
    judged: &'d Judged,
    catalogue: String,
    scope: Vec<String>,
    by_point: HashMap<String, Vec<Written<'d>>>,
    /// Those that count for no point, and why.
    pub(super) unplaced: Vec<(String, String)>,
}

/// A judgement as it is written.
struct Written<'d> {
    number: u32,
    document: &'d Document<'d>,
    by: &'d str,
    on: NaiveDate,
    status: Status,
}

impl<'d> Judgements<'d> {
    pub(super) fn read(documents: &'d Documents<'_>, judged: &'d Judged, standard: &Standard) -> Self {
        let numbers = documents.of_type(ASSESSMENT);
        let mut all = Self {
            documents,
            judged,
            catalogue: Seen::catalogue(standard),
            scope: if numbers.is_empty() { Vec::new() } else { scope_digests(documents) },
            by_point: HashMap::new(),
            unplaced: Vec::new(),
        };
        // Only what was there on the day judged on can take the place of something.
        let given =
            |number: &&u32| documents.at(**number).day("assessed_on").is_none_or(|day| day <= judged.as_of);
        let superseded: HashSet<&str> = numbers
            .iter()
            .filter(given)
            .filter_map(|number| text(documents.at(*number), "supersedes"))
            .collect();
        for number in numbers.iter().filter(given) {
            let document = documents.at(*number);
            let id = document.id().map_or("-", |(id, _)| id);
            if superseded.contains(id) {
                continue;
            }
            match all.written(*number, document, standard) {
                Ok(Some((point, written))) => all.by_point.entry(point).or_default().push(written),
                Ok(None) => {}
                Err(why) => all.unplaced.push((id.to_owned(), why)),
            }
        }
        for list in all.by_point.values_mut() {
            // Of what one person wrote, the latest counts.
            list.sort_by_key(|written| Reverse((written.on, written.number)));
            let mut met: HashSet<&str> = HashSet::new();
            list.retain(|written| met.insert(written.by));
        }
        all
    }

    /// The judgement in a document, and its point; none if nothing was judged.
    fn written(
        &self,
        number: u32,
        document: &'d Document<'d>,
        standard: &Standard,
    ) -> Result<Option<(String, Written<'d>)>, String> {
        let requirement = text(document, "requirement_id").ok_or("it names no requirement")?;
        let point = requirement.strip_prefix(&format!("{}:", standard.id)).unwrap_or(requirement);
        if standard.point(point).is_none() {
            return Err(format!("`{requirement}` is no point of {}", standard.title));
        }
        let Some(status) = text(document, "status").and_then(Status::named) else { return Ok(None) };
        let by = text(document, "assessed_by").ok_or("nobody stands for it: `assessed_by` is not filled")?;
        let on = document.day("assessed_on").ok_or("it has no day: `assessed_on` is not filled")?;
        let person = self.documents.find(by).map(|person| self.documents.at(person));
        if person.and_then(|person| text(person, "kind")) == Some("machine") {
            return Err(format!("`{by}` is a machine, and judging is for people"));
        }
        Ok(Some((point.to_owned(), Written { number, document, by, on, status })))
    }

    /// The judgements of a point, the strictest first. Of equally strict ones, those without doubts and then
    /// the latest.
    pub(super) fn of(&mut self, point: &str, signals: &[Signal]) -> Vec<Judgement> {
        let list = self.by_point.remove(point).unwrap_or_default();
        let mut judgements: Vec<Judgement> =
            list.iter().map(|written| self.judgement(written, signals)).collect();
        judgements.sort_by_key(|judgement| {
            let doubtful = !judgement.doubts.is_empty();
            (Reverse(judgement.status), doubtful, Reverse(judgement.on))
        });
        judgements
    }

    fn judgement(&self, written: &Written<'_>, signals: &[Signal]) -> Judgement {
        let Written { number, document, by, on, status } = *written;
        let facts = ["documented", "implemented", "evidenced", "effective"].map(|name| named(document, name));
        let none_yet = text(document, "occurrence") == Some("none-yet");
        let confidence = named(document, "confidence");
        let own = |name: &str| self.judged.own.get(name).and_then(|text| Duration::parse(text));
        let valid_until = document
            .day("valid_until")
            .or_else(|| own(VALID.0).or_else(|| Duration::parse(VALID.1)).and_then(|valid| valid.after(on)));
        let about = material(self.documents, number, Some(on));
        let status = status.max(follows(facts, none_yet));
        let mut doubts = Vec::new();
        if let Some(until) = valid_until.filter(|until| *until < self.judged.as_of) {
            doubts.push(format!("it was to be relied on until {until}"));
        }
        if status == Status::Fulfilled {
            if confidence == Some(Confidence::Low) {
                doubts.push("low confidence does not support fulfilled".to_owned());
            } else if sources(self.documents, list(document, "evidence"), has_talks(document)) < ENOUGH {
                doubts.push(
                    "it rests on one source, which supports low confidence and not fulfilled".to_owned(),
                );
            }
        }
        doubts.extend(self.changed(document));
        doubts.extend(unanswered(document, signals));
        Judgement {
            id: about.id.unwrap_or_default(),
            place: about.place,
            by: by.to_owned(),
            on,
            written: written.status,
            status,
            facts,
            occurrence: named(document, "occurrence"),
            confidence,
            evidence: list(document, "evidence").map(str::to_owned).collect(),
            interviewees: list(document, "interviewees").map(str::to_owned).collect(),
            rationale: text(document, "rationale").map(str::to_owned),
            valid_until,
            doubts,
        }
    }

    /// What has changed of that on which a judgement was given.
    fn changed(&self, document: &Document<'_>) -> Vec<String> {
        let mut changed = Vec::new();
        let Some(basis) = document.get("basis").and_then(Node::mapping) else { return changed };
        let of = |name: &str| basis.get(name);
        if let Some(catalogue) = of("catalogue").and_then(Node::text)
            && catalogue != self.catalogue
        {
            changed.push(format!("it was given on {catalogue}"));
        }
        let scope: Vec<&str> = items(of("scope")).filter_map(Node::text).collect();
        if of("scope").is_some() && scope != self.scope {
            changed.push("the scope has changed since".to_owned());
        }
        for seen in items(of("evidence")).filter_map(Node::mapping) {
            let field = |name: &str| seen.get(name).and_then(Node::text);
            let (Some(id), Some(digest)) = (field("document"), field("digest")) else { continue };
            match self.documents.find(id).map(|number| self.documents.digest(number)) {
                Some(Ok(now)) if now.to_string() == digest => {}
                Some(Ok(_)) => changed.push(format!("{id} has changed since")),
                Some(Err(why)) => changed.push(format!("whether {id} has changed cannot be told: {why}")),
                None => changed.push(format!("{id} is no longer there")),
            }
        }
        changed
    }
}

/// So many sources of different kinds support more than low confidence.
pub const ENOUGH: usize = 2;

/// How many sources of different kinds a judgement names: documents, records, talks, and what is no document
/// here, which may be of any kind.
pub fn sources<'e>(documents: &Documents<'_>, evidence: impl Iterator<Item = &'e str>, talks: bool) -> usize {
    let (mut kinds, mut elsewhere) = (HashSet::new(), 0);
    for named in evidence {
        let found = documents.find(named).and_then(|number| documents.at(number).record_type);
        match found {
            Some(found) => {
                kinds.insert(found.category == Category::Record);
            }
            None => elsewhere += 1,
        }
    }
    kinds.len() + elsewhere + usize::from(talks)
}

fn has_talks(document: &Document<'_>) -> bool {
    list(document, "interviewees").next().is_some()
}

/// The best that follows from the four facts: what is written, done, shown, and what it brings about.
///
/// One weakness can be an isolated lapse, and then a person may say mostly; two cannot. Where nothing has
/// happened yet, nothing can be shown but that one is ready, so that nothing shown is a weakness and no more.
pub fn follows(
    [documented, implemented, evidenced, effective]: [Option<Degree>; 4],
    none_yet: bool,
) -> Status {
    let is = |fact: Option<Degree>, degree: Degree| fact == Some(degree);
    if is(implemented, Degree::None) || is(evidenced, Degree::None) && !none_yet {
        return Status::NotFulfilled;
    }
    if is(documented, Degree::None) {
        return Status::Partly;
    }
    let weaknesses = [
        is(documented, Degree::Partial),
        is(implemented, Degree::Partial),
        is(evidenced, Degree::Partial) || is(evidenced, Degree::None),
        is(effective, Degree::None),
    ];
    match weaknesses.iter().filter(|weak| **weak).count() {
        0 => Status::Fulfilled,
        1 => Status::Mostly,
        _ => Status::Partly,
    }
}

/// Findings that rest on the standard, or on data that contradict themselves, that a judgement neither
/// answers nor knew.
fn unanswered(document: &Document<'_>, signals: &[Signal]) -> Vec<String> {
    let answers = |name: &'static str| {
        items(document.get("tool_signals"))
            .filter_map(Node::mapping)
            .filter_map(move |answer| answer.get(name).and_then(Node::text))
    };
    let known = document.get("basis").and_then(Node::mapping).and_then(|basis| basis.get("signals"));
    let answered: HashSet<&str> = answers("fingerprint").chain(items(known).filter_map(Node::text)).collect();
    // An answer without a fingerprint is for all findings of its rule.
    let by_rule: HashSet<&str> = items(document.get("tool_signals"))
        .filter_map(Node::mapping)
        .filter(|answer| answer.get("fingerprint").is_none() && answer.get("treatment").is_some())
        .filter_map(|answer| answer.get("rule").and_then(Node::text))
        .collect();
    let mut open: BTreeMap<&str, usize> = BTreeMap::new();
    for signal in signals.iter().filter(|signal| !by_rule.contains(signal.rule.as_str())) {
        let new = signal.lowering.iter().filter(|print| !answered.contains(print.as_str())).count();
        if new > 0 {
            *open.entry(&signal.rule).or_default() += new;
        }
    }
    open.iter()
        .map(|(rule, count)| match count {
            1 => format!("a finding of {rule} is not answered"),
            count => format!("{count} findings of {rule} are not answered"),
        })
        .collect()
}

fn text<'d>(document: &Document<'d>, name: &str) -> Option<&'d str> {
    document.get(name).and_then(Node::text).filter(|text| !text.trim().is_empty())
}

/// A value by the name that files have for it.
fn named<T: DeserializeOwned>(document: &Document<'_>, name: &str) -> Option<T> {
    let text = text(document, name)?;
    serde_json::from_value(serde_json::Value::String(text.to_owned())).ok()
}

fn list<'d>(document: &Document<'d>, name: &str) -> impl Iterator<Item = &'d str> {
    items(document.get(name)).filter_map(Node::text)
}

fn items(node: Option<Node<'_>>) -> impl Iterator<Item = Node<'_>> {
    let list = node.and_then(|node| match node.kind() {
        Kind::Sequence(list) => Some(list.items()),
        Kind::Scalar(_) | Kind::Mapping(_) => None,
    });
    list.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        assess,
        catalog::Catalog,
        corpus,
        model::{Content, File, Findings, NeededBy, Place, Shown, Snapshot, Tested},
        text::Source,
        yaml::Limits,
    };

    fn best(documented: Degree, implemented: Degree, evidenced: Degree, effective: Degree) -> Status {
        follows([documented, implemented, evidenced, effective].map(Some), false)
    }

    #[test]
    fn what_can_be_said_follows_from_four_facts() {
        use Degree::{Full, None, NotNeeded, Partial, Unknown};
        assert_eq!(best(Full, Full, Full, Unknown), Status::Fulfilled);
        assert_eq!(best(NotNeeded, Full, Full, Partial), Status::Fulfilled);
        assert_eq!(best(Full, Full, Full, None), Status::Mostly);
        assert_eq!(best(Partial, Full, Full, Full), Status::Mostly);
        assert_eq!(best(Full, Partial, Partial, Full), Status::Partly);
        assert_eq!(best(None, Full, Full, Full), Status::Partly);
        assert_eq!(best(Full, None, Full, Full), Status::NotFulfilled);
        assert_eq!(best(Full, Full, None, Full), Status::NotFulfilled);
        // Nothing has happened yet, so that nothing can be shown but readiness.
        assert_eq!(follows([Some(Full), Some(Full), Some(None), Option::None], true), Status::Mostly);
        assert_eq!(follows([Option::None; 4], false), Status::Fulfilled);
    }

    fn shown(text: &str, as_of: &str) -> (Shown, Vec<String>) {
        held(&format!("{PEOPLE}{text}"), as_of)
    }

    /// What is shown of 8.6.1/08 by what is written, and why it is to be confirmed.
    fn held(text: &str, as_of: &str) -> (Shown, Vec<String>) {
        let content = Content::Text(Source::new("a.yaml", text).into());
        let snapshot =
            Snapshot { files: vec![File { path: "a.yaml".to_owned(), content }], ..Snapshot::default() };
        let catalog = Catalog::embedded();
        let corpus = corpus::read(&snapshot, &Limits::default());
        let documents = Documents::of(&corpus, &catalog);
        let judged = Judged::on(as_of);
        let found = assess::look(&documents, &judged);
        let missing = assess::missing(&documents, &found, NeededBy::Stage2, &Place::file("probity.toml"));
        let findings = Findings::new(missing, Tested::default());
        let assessment = assess::assess(&documents, &judged, found, &findings);
        let held = assessment.of("8.6.1/08").unwrap();
        let doubts = held.judgements.first().map(|judgement| judgement.doubts.clone());
        (held.shown, doubts.unwrap_or_default())
    }

    /// Two people and a machine, a scope, a procedure and an incident: nothing that 8.6.1/08 asks for lacks.
    const PEOPLE: &str = "\
{type: person, id: PER-1, title: A, kind: human}
---
{type: person, id: PER-2, title: B, kind: human}
---
{type: person, id: PER-3, title: C, kind: machine}
---
{type: scope-statement, id: SCO-1, title: Scope, status: approved, statement: All}
---
{type: procedure, id: PRO-1, title: Major incidents, status: approved, covers: major-incident, steps: [Call]}
---
{type: incident, id: INC-1, title: Down, state: closed, opened_at: \"2026-01-01T08:00:00Z\"}
---
";

    /// A judgement by somebody, with more fields.
    fn judgement(id: &str, by: &str, status: &str, more: &str) -> String {
        format!(
            "type: clause-assessment\nid: {id}\ntitle: T\nrequirement_id: 8.6.1/08\nstatus: {status}\n\
             assessed_by: {by}\nassessed_on: 2026-01-10\nrationale: Seen\nevidence: [PRO-1, INC-1]\n{more}---\n"
        )
    }

    #[test]
    fn a_judgement_stands_until_there_is_reason_to_doubt_it() {
        let text = judgement("C-1", "PER-1", "fulfilled", "");
        assert_eq!(shown(&text, "2026-06-30"), (Shown::Fulfilled, vec![]));
        // On a day before it was given, there was none.
        assert_eq!(shown(&text, "2026-01-09").0, Shown::NotJudged);
        let told = |more: &str| shown(&judgement("C-1", "PER-1", "fulfilled", more), "2026-06-30");
        let (confirm, why) = shown(&text, "2027-01-11");
        assert_eq!(
            (confirm, why[0].as_str()),
            (Shown::ToBeConfirmed, "it was to be relied on until 2027-01-10")
        );
        assert_eq!(told("valid_until: 2026-03-31\n").1, ["it was to be relied on until 2026-03-31"]);
        assert_eq!(told("confidence: low\n").1, ["low confidence does not support fulfilled"]);
        let one = text.replace("[PRO-1, INC-1]", "[PRO-1]");
        assert!(shown(&one, "2026-06-30").1[0].starts_with("it rests on one source"));
        assert_eq!(
            told("basis: {catalogue: iso-20000-1 edition 2, scope: [x], evidence: [{document: PRO-9, digest: x}]}\n").1,
            ["it was given on iso-20000-1 edition 2", "the scope has changed since", "PRO-9 is no longer there"]
        );
        assert_eq!(
            told("basis: {evidence: [{document: PRO-1, digest: x}]}\n").1,
            ["PRO-1 has changed since"]
        );
    }

    #[test]
    fn a_doubt_makes_nothing_better() {
        let worse = judgement("C-1", "PER-1", "not-fulfilled", "valid_until: 2026-02-01\n");
        assert_eq!(shown(&worse, "2026-06-30").0, Shown::NotFulfilled);
        // From the four facts no more follows than this.
        let better = judgement("C-1", "PER-1", "fulfilled", "implemented: partial\nevidenced: partial\n");
        assert_eq!(shown(&better, "2026-06-30").0, Shown::Partly);
    }

    #[test]
    fn the_last_word_of_each_counts_and_of_several_people_the_stricter() {
        let first = judgement("C-1", "PER-1", "not-fulfilled", "");
        let later = judgement("C-2", "PER-1", "fulfilled", "supersedes: C-1\n");
        assert_eq!(shown(&(first.clone() + &later), "2026-06-30").0, Shown::Fulfilled);
        let second = judgement("C-3", "PER-2", "partly", "");
        assert_eq!(shown(&(first + &later + &second), "2026-06-30").0, Shown::Partly);
        // What somebody has looked at anew, another's old view of the same does not put in doubt.
        let old = judgement("C-4", "PER-1", "fulfilled", "valid_until: 2026-02-01\n");
        let new = judgement("C-5", "PER-2", "fulfilled", "");
        assert_eq!(shown(&(old + &new), "2026-06-30").0, Shown::Fulfilled);
        assert_eq!(shown(&judgement("C-1", "PER-3", "fulfilled", ""), "2026-06-30").0, Shown::NotJudged);
    }

    #[test]
    fn an_error_that_rests_on_the_standard_lowers_until_it_is_answered() {
        let people = PEOPLE.replace("covers: major-incident", "covers: other");
        let told = |more: &str| {
            held(&format!("{people}{}", judgement("C-1", "PER-1", "fulfilled", more)), "2026-06-30")
        };
        assert_eq!(
            told(""),
            (Shown::ToBeConfirmed, vec!["a finding of REQ-8.6.1/07 is not answered".to_owned()])
        );
        let answered =
            "tool_signals: [{rule: REQ-8.6.1/07, treatment: overruled, because: It is on paper}]\n";
        assert_eq!(told(answered).0, Shown::Fulfilled);
        // An answer to one finding is none to another.
        let other =
            "tool_signals: [{rule: REQ-8.6.1/07, fingerprint: x, treatment: overruled, because: Y}]\n";
        assert_eq!(told(other).0, Shown::ToBeConfirmed);
    }
}
