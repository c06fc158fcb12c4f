//! What a person holds of points of the standard: whether it can be held, and what of it is written down.
//!
//! Nothing here judges. It keeps a judgement from saying more than it can stand for, from taking the place of
//! somebody else's unasked, and from forgetting what its author had before them.

mod campaign;
mod refused;

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;

use crate::{
    assess::{ENOUGH, Seen, follows, scope_digests, sources},
    check,
    corpus::{Document, Documents},
    model::{Assessment, Clause, Confidence, Degree, Judgement, Occurrence, Point, Shown, Standard, Status},
    text::nearest,
    yaml::Node,
};

pub use campaign::{Campaign, NoCampaign};
pub use refused::Refused;

/// The four facts, in the order in which they are told.
pub const FACTS: [&str; 4] = ["documented", "implemented", "evidenced", "effective"];

/// What each of these facts can be.
pub const DEGREES: [&[Degree]; 4] = [
    &[Degree::Full, Degree::Partial, Degree::None, Degree::NotNeeded],
    &[Degree::Full, Degree::Partial, Degree::None],
    &[Degree::Full, Degree::Partial, Degree::None],
    &[Degree::Full, Degree::Partial, Degree::None, Degree::Unknown],
];

/// What somebody holds, whatever the point.
#[derive(Clone, Debug, PartialEq)]
pub struct Opinion {
    /// The judgement as a whole.
    pub status: Status,
    /// Documented, implemented, evidenced, effective.
    pub facts: [Option<Degree>; 4],
    /// Whether what the point speaks of has happened in the period.
    pub occurrence: Option<Occurrence>,
    /// How sure they are.
    pub confidence: Confidence,
    /// What was seen: ids, paths, addresses or sentences.
    pub evidence: Vec<String>,
    /// The roles that were asked.
    pub interviewees: Vec<String>,
    /// Why the judgement is this and no other.
    pub rationale: String,
    /// On which day.
    pub on: NaiveDate,
    /// The last day on which it may be relied on.
    pub valid_until: Option<NaiveDate>,
    /// What becomes of judgements that other people gave.
    pub others: Others,
}

/// What becomes of judgements that other people gave on a point.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Others {
    /// There is none, and if there is one, nothing is written.
    #[default]
    None,
    /// They stand, and this one beside them.
    Stay,
    /// It takes the place of these.
    Superseded(Vec<String>),
}

/// A judgement on a point, as it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// The clause and its title.
    pub clause: (String, String),
    /// The point.
    pub point: String,
    /// Who judges.
    pub by: String,
    /// What they hold.
    pub opinion: Opinion,
    /// The day judged on.
    pub as_of: NaiveDate,
    /// What they had before them.
    pub seen: Seen,
    /// Evidence that has no digest, and why: that it changes will not show.
    pub unpinned: Vec<(String, String)>,
    /// The judgement that it takes the place of.
    pub supersedes: Option<String>,
}

/// Ids of documents, each with a text.
type Pairs = Vec<(String, String)>;

/// Somebody who judges, on a day.
pub struct Judge<'a> {
    documents: &'a Documents<'a>,
    assessment: &'a Assessment,
    standard: &'a Standard,
    as_of: NaiveDate,
    by: &'a str,
    scope: Vec<String>,
    /// In lower case, since no two ids may differ in case only.
    ids: HashSet<String>,
}

impl<'a> Judge<'a> {
    /// The person of an id.
    ///
    /// # Errors
    ///
    /// If there is no such person, or it is a machine.
    pub fn new(
        documents: &'a Documents<'a>,
        assessment: &'a Assessment,
        as_of: NaiveDate,
        by: &'a str,
    ) -> Result<Self, Refused> {
        let person = of_type(documents, "person", by)?;
        if person.get("kind").and_then(Node::text) == Some("machine") {
            return Err(Refused::Machine { id: by.to_owned() });
        }
        Ok(Self {
            documents,
            assessment,
            standard: documents.catalog.standard(),
            as_of,
            by,
            scope: scope_digests(documents),
            ids: documents.ids().map(|(id, _)| id.to_lowercase()).collect(),
        })
    }

    /// The points that a name means, all of a clause but some, or one.
    ///
    /// # Errors
    ///
    /// If there is no such clause or point, or nothing is left.
    pub fn points(&self, name: &str, except: &[String]) -> Result<Vec<&'a Point>, Refused> {
        let name = self.plain(name);
        if let Some((_, point)) = self.standard.point(name) {
            return if except.is_empty() { Ok(vec![point]) } else { Err(Refused::ExceptOfPoint) };
        }
        let clause = self.clause(name)?;
        if clause.points.is_empty() {
            return Err(Refused::Heading { clause: clause.id.clone(), parts: self.parts(&clause.id) });
        }
        let mut left_out = HashSet::new();
        for written in except {
            let number = written.rsplit('/').next().unwrap_or_default();
            let padded = if number.len() == 1 { format!("0{number}") } else { number.to_owned() };
            let id = format!("{}/{padded}", clause.id);
            let of_clause = written.rsplit_once('/').is_none_or(|(of, _)| self.plain(of) == clause.id);
            if !of_clause || self.standard.point(&id).is_none() {
                return Err(Refused::NoPoint {
                    clause: clause.id.clone(),
                    name: written.clone(),
                    last: clause.points.last().map(|point| point.id.clone()).unwrap_or_default(),
                });
            }
            left_out.insert(id);
        }
        let points: Vec<&Point> =
            clause.points.iter().filter(|point| !left_out.contains(&point.id)).collect();
        if points.is_empty() {
            return Err(Refused::NothingLeft { clause: clause.id.clone() });
        }
        Ok(points)
    }

    /// The point of an id.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn point(&self, id: &str) -> Result<&'a Point, Refused> {
        self.standard.point(self.plain(id)).map(|(_, point)| point).ok_or_else(|| {
            let near = nearest(id, self.standard.points().map(|point| point.id.as_str()));
            Refused::Unknown { what: "point", name: id.to_owned(), near: near.map(str::to_owned) }
        })
    }

    /// The points of a clause and its parts, or of the whole standard, that nobody has judged, or that are to
    /// be confirmed and not by somebody who has just done so.
    ///
    /// # Errors
    ///
    /// If there is no such clause.
    pub fn open(&self, within: Option<&str>) -> Result<Vec<&'a Point>, Refused> {
        let within = within.map(|name| self.plain(name));
        if let Some(name) = within.filter(|name| self.standard.point(name).is_none()) {
            self.clause(name)?;
        }
        let is_within = |point: &Point| within.is_none_or(|name| point.is_within(name));
        Ok(self.standard.points().filter(|point| is_within(point) && self.is_open(point)).collect())
    }

    fn is_open(&self, point: &Point) -> bool {
        let Some(determination) = self.assessment.of(&point.id) else { return true };
        match determination.shown {
            Shown::NotJudged => true,
            Shown::ToBeConfirmed => {
                let own = determination.judgements.iter().find(|judgement| judgement.by == self.by);
                own.is_none_or(|judgement| !judgement.doubts.is_empty())
            }
            Shown::Fulfilled | Shown::Mostly | Shown::Partly | Shown::NotFulfilled => false,
        }
    }

    /// The judgements that other people gave on a point and that count.
    pub fn others(&self, point: &Point) -> Vec<&'a Judgement> {
        self.current(point).filter(|judgement| judgement.by != self.by).collect()
    }

    /// Whether one of the judgements on a point that count is theirs.
    pub fn is_reader(&self, point: &Point) -> bool {
        self.current(point).any(|judgement| judgement.by == self.by)
    }

    /// The judgements on points, as they are to be written.
    ///
    /// # Errors
    ///
    /// If the opinion says more than it can stand for, names what is not there, or would take the place of
    /// somebody else's unasked. Nothing is to be written then, not on any of the points.
    pub fn entries(
        &self,
        points: &[&Point],
        opinion: &Opinion,
        campaign: &Campaign,
    ) -> Result<Vec<Entry>, Refused> {
        if let Some(refused) = self.objections(points, opinion).into_iter().next() {
            return Err(refused);
        }
        let superseded = self.superseded(points, opinion)?;
        let (evidence, unpinned) = self.pinned(&opinion.evidence);
        let mut entries = Vec::new();
        for point in points {
            let Some((clause, _)) = self.standard.point(&point.id) else { continue };
            let signals = self.assessment.of(&point.id).into_iter().flat_map(|found| &found.signals);
            let mut signals: Vec<String> = signals.flat_map(|signal| signal.lowering.clone()).collect();
            signals.sort_unstable();
            signals.dedup();
            entries.push(Entry {
                id: self.id(point, campaign),
                clause: (clause.id.clone(), clause.title.clone()),
                point: point.id.clone(),
                by: self.by.to_owned(),
                opinion: opinion.clone(),
                as_of: self.as_of,
                seen: Seen {
                    catalogue: Seen::catalogue(self.standard),
                    scope: self.scope.clone(),
                    evidence: evidence.clone(),
                    signals,
                },
                unpinned: unpinned.clone(),
                supersedes: superseded.get(point.id.as_str()).map(|id| (*id).to_owned()),
            });
        }
        Ok(entries)
    }

    /// All that speaks against writing an opinion down; nothing if it can be.
    pub fn objections(&self, points: &[&Point], opinion: &Opinion) -> Vec<Refused> {
        let mut objections = self.unheld(opinion);
        let roles = opinion.interviewees.iter();
        objections.extend(roles.filter_map(|role| of_type(self.documents, "role", role).err()));
        let leads = opinion.evidence.iter().filter_map(|seen| check::leads_nowhere(self.documents, seen));
        objections.extend(leads.map(|(message, help)| Refused::Evidence { message, help }));
        objections.extend(self.superseded(points, opinion).err());
        objections
    }

    /// What an opinion says beyond what it can stand for.
    fn unheld(&self, opinion: &Opinion) -> Vec<Refused> {
        let Opinion { status, facts, on, .. } = *opinion;
        let mut unheld = Vec::new();
        if opinion.rationale.trim().is_empty() {
            unheld.push(Refused::NoReason);
        }
        if opinion.evidence.iter().any(|seen| seen.trim().is_empty()) {
            unheld.push(Refused::EmptyEvidence);
        }
        if on > self.as_of {
            unheld.push(Refused::Later { on, as_of: self.as_of });
        }
        if let Some(until) = opinion.valid_until.filter(|until| *until < on) {
            unheld.push(Refused::OverBefore { until, on });
        }
        if status == Status::Fulfilled && opinion.confidence == Confidence::Low {
            unheld.push(Refused::LowConfidence);
        }
        unheld.extend(supported(status, facts, opinion.occurrence).err());
        let seen = opinion.evidence.iter().map(String::as_str);
        let talks = !opinion.interviewees.is_empty();
        if status <= Status::Mostly && opinion.evidence.is_empty() {
            unheld.push(Refused::NoEvidence { status });
        } else if status == Status::Fulfilled && sources(self.documents, seen, talks) < ENOUGH {
            unheld.push(Refused::OneSource);
        }
        unheld
    }

    /// What each new judgement takes the place of, by point: what the same person wrote before, or what
    /// somebody else did and is named.
    fn superseded(
        &self,
        points: &[&'a Point],
        opinion: &Opinion,
    ) -> Result<BTreeMap<&'a str, &'a str>, Refused> {
        let named: &[String] = match &opinion.others {
            Others::Superseded(ids) => ids,
            Others::None | Others::Stay => &[],
        };
        let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
        let (mut used, mut standing) = (HashSet::new(), Vec::new());
        for point in points {
            let own = self.current(point).find(|judgement| judgement.by == self.by);
            if let Some(own) = own.filter(|own| own.on > opinion.on) {
                return Err(Refused::LaterOwn { id: own.id.clone(), on: own.on });
            }
            let is_named = |judgement: &&Judgement| named.contains(&judgement.id);
            let replaced: Vec<&Judgement> = self.current(point).filter(is_named).collect();
            used.extend(replaced.iter().map(|judgement| judgement.id.as_str()));
            if let [first, second, ..] = replaced.as_slice() {
                return Err(Refused::TwoAtOnce { first: first.id.clone(), second: second.id.clone() });
            }
            if let Some(later) = replaced.first().filter(|judgement| judgement.on > opinion.on) {
                return Err(Refused::LaterOwn { id: later.id.clone(), on: later.on });
            }
            // A later judgement of the same person counts anyhow; of those of one day, only one names the other.
            if let Some((own, other)) = own.zip(replaced.first()).filter(|(own, _)| own.on == opinion.on)
                && own.id != other.id
            {
                return Err(Refused::TwoAtOnce { first: own.id.clone(), second: other.id.clone() });
            }
            if let Some(judgement) = replaced.first().copied().or(own) {
                taken.insert(&point.id, &judgement.id);
            }
            // Who is a reader already writes their own view anew; that of the others is not touched.
            if own.is_none() && opinion.others != Others::Stay {
                let left = self.others(point).into_iter().filter(|judgement| !is_named(judgement));
                standing.extend(
                    left.map(|judgement| (point.id.clone(), judgement.by.clone(), judgement.id.clone())),
                );
            }
        }
        if let Some(name) = named.iter().find(|id| !used.contains(id.as_str())) {
            let known =
                points.iter().flat_map(|point| self.current(point)).map(|judgement| judgement.id.as_str());
            let near = nearest(name, known).map(str::to_owned);
            return Err(Refused::NotCurrent { id: name.clone(), near });
        }
        if standing.is_empty() { Ok(taken) } else { Err(Refused::Others { standing }) }
    }

    fn current(&self, point: &Point) -> impl Iterator<Item = &'a Judgement> {
        self.assessment.of(&point.id).into_iter().flat_map(|found| &found.judgements)
    }

    /// The digests of the documents among what was seen, and what has none.
    fn pinned(&self, evidence: &[String]) -> (Pairs, Pairs) {
        let (mut pinned, mut unpinned) = (Vec::new(), Vec::new());
        for id in evidence {
            let Some(number) = self.documents.find(id) else { continue };
            match self.documents.digest(number) {
                Ok(digest) => pinned.push((id.clone(), digest.to_string())),
                Err(why) => unpinned.push((id.clone(), why.to_string())),
            }
        }
        (pinned, unpinned)
    }

    fn id(&self, point: &Point, campaign: &Campaign) -> String {
        let first = format!("CLA-{campaign}-{}", point.id.replace('/', "-"));
        let mut id = first.clone();
        let mut number = 1;
        while self.ids.contains(&id.to_lowercase()) {
            number += 1;
            id = format!("{first}-{number}");
        }
        id
    }

    /// A name without that of the standard before it.
    fn plain<'n>(&self, name: &'n str) -> &'n str {
        name.strip_prefix(self.standard.id.as_str()).and_then(|rest| rest.strip_prefix(':')).unwrap_or(name)
    }

    fn clause(&self, name: &str) -> Result<&'a Clause, Refused> {
        self.standard.clause(name).ok_or_else(|| {
            let points = self.standard.points().map(|point| point.id.as_str());
            let clauses = self.standard.clauses.iter().map(|clause| clause.id.as_str());
            let near = nearest(name, clauses.chain(points)).map(str::to_owned);
            Refused::Unknown { what: "clause or point", name: name.to_owned(), near }
        })
    }

    /// The clauses below a heading that ask for something.
    fn parts(&self, heading: &str) -> Vec<String> {
        let below = |clause: &&Clause| {
            clause.id.strip_prefix(heading).is_some_and(|rest| rest.starts_with('.'))
                && !clause.points.is_empty()
        };
        self.standard.clauses.iter().filter(below).map(|clause| clause.id.clone()).collect()
    }
}

/// Whether a status is no better than what follows from the facts.
///
/// # Errors
///
/// If it is better.
pub fn supported(
    status: Status,
    facts: [Option<Degree>; 4],
    occurrence: Option<Occurrence>,
) -> Result<(), Refused> {
    let none_yet = occurrence == Some(Occurrence::NoneYet);
    let best = follows(facts, none_yet);
    if status < best {
        return Err(Refused::Unsupported { status, best, facts });
    }
    let [documented, implemented, ..] = facts;
    let ready =
        [documented, implemented].iter().any(|fact| matches!(fact, Some(Degree::Full | Degree::Partial)));
    if none_yet && status <= Status::Mostly && !ready {
        return Err(Refused::NoMeans { status });
    }
    Ok(())
}

/// The document of an id, if it is of a type.
fn of_type<'d>(
    documents: &'d Documents<'_>,
    what: &'static str,
    id: &str,
) -> Result<&'d Document<'d>, Refused> {
    let found = documents.find(id).map(|number| documents.at(number));
    if let Some(document) = found
        && document.record_type.is_some_and(|of| of.id == what)
    {
        return Ok(document);
    }
    let name = id.to_owned();
    Err(match found.and_then(|document| document.record_type) {
        Some(of) => Refused::OtherType { what, name, of: of.title.to_lowercase() },
        None => {
            let known = documents.of_type(what).iter().filter_map(|number| documents.at(*number).id());
            let near = nearest(id, known.map(|(known, _)| known)).map(str::to_owned);
            Refused::Unknown { what, name, near }
        }
    })
}
