//! Why a judgement is not written.

use chrono::NaiveDate;

use super::FACTS;
use crate::{
    model::{Degree, Status},
    text::quoted,
};

/// Why a judgement is not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Nothing has the name.
    #[error("there is no {what} {}", quoted(name))]
    Unknown {
        /// What was looked for.
        what: &'static str,
        /// As it was given.
        name: String,
        /// What was perhaps meant.
        near: Option<String>,
    },
    /// Something else has the id.
    #[error("{} is no {what}: it is of the type {}", quoted(name), quoted(of))]
    OtherType {
        /// What was looked for.
        what: &'static str,
        /// The id.
        name: String,
        /// What it is.
        of: String,
    },
    /// A clause has no such point.
    #[error("clause {clause} has no point {}", quoted(name))]
    NoPoint {
        /// The clause.
        clause: String,
        /// As it was given.
        name: String,
        /// Its last point.
        last: String,
    },
    /// A heading, which asks for nothing itself.
    #[error("clause {clause} asks for nothing itself")]
    Heading {
        /// The clause.
        clause: String,
        /// The clauses below it that do.
        parts: Vec<String>,
    },
    /// Exceptions from a single point.
    #[error("a single point has no exceptions")]
    ExceptOfPoint,
    /// Every point is an exception.
    #[error("every point of {clause} is left out")]
    NothingLeft {
        /// The clause.
        clause: String,
    },
    /// A machine, which cannot judge.
    #[error("{} is a machine, and judging is for people", quoted(id))]
    Machine {
        /// Its id.
        id: String,
    },
    /// It does not say why.
    #[error("the judgement does not say why it is this and no other")]
    NoReason,
    /// What was seen is an empty text.
    #[error("a piece of evidence is empty")]
    EmptyEvidence,
    /// What was seen leads nowhere.
    #[error("{message}")]
    Evidence {
        /// What is the case.
        message: String,
        /// What mends it.
        help: String,
    },
    /// Too good for what is known.
    #[error("low confidence does not support fulfilled")]
    LowConfidence,
    /// One source alone.
    #[error("one source supports low confidence, and not fulfilled")]
    OneSource,
    /// Nothing was seen.
    #[error("{status} rests on evidence, and none is given")]
    NoEvidence {
        /// The judgement.
        status: Status,
    },
    /// Better than what follows from the facts.
    #[error("from the facts no more than {best} follows, and not {status}: {}", told(*facts))]
    Unsupported {
        /// The judgement.
        status: Status,
        /// The best that follows.
        best: Status,
        /// The facts.
        facts: [Option<Degree>; 4],
    },
    /// Nothing has happened, and nothing is there in case it does.
    #[error("nothing has happened yet, and {status} would need means to handle it")]
    NoMeans {
        /// The judgement.
        status: Status,
    },
    /// After the day judged on.
    #[error("a judgement of {on} lies after the day judged on, {as_of}")]
    Later {
        /// The day of the judgement.
        on: NaiveDate,
        /// The day judged on.
        as_of: NaiveDate,
    },
    /// It would be over before it begins.
    #[error("a judgement of {on} cannot be relied on until {until}")]
    OverBefore {
        /// The last day.
        until: NaiveDate,
        /// The day of the judgement.
        on: NaiveDate,
    },
    /// What it would take the place of is later.
    #[error("{} of {on} is later, and an earlier judgement does not take its place", quoted(id))]
    LaterOwn {
        /// That judgement.
        id: String,
        /// Its day.
        on: NaiveDate,
    },
    /// Two judgements on one point are to be superseded.
    #[error(
        "one judgement takes the place of one, and {} and {} are on the same point",
        quoted(first),
        quoted(second)
    )]
    TwoAtOnce {
        /// One.
        first: String,
        /// The other.
        second: String,
    },
    /// What is to be superseded does not count on these points.
    #[error("{} is no judgement that counts on what is judged here", quoted(id))]
    NotCurrent {
        /// As it was given.
        id: String,
        /// What was perhaps meant.
        near: Option<String>,
    },
    /// Somebody else has judged.
    #[error("{}", told_of(standing))]
    Others {
        /// Point, person and judgement.
        standing: Vec<(String, String, String)>,
    },
}

impl Refused {
    /// What would help.
    pub fn help(&self) -> String {
        match self {
            Self::Unknown { near: Some(near), .. }
            | Self::NotCurrent { near: Some(near), .. } => format!("did you mean `{near}`?"),
            Self::Unknown { what: "clause or point" | "point", .. } => "`probity list clauses` lists the clauses".to_owned(),
            Self::Unknown { what, .. } | Self::OtherType { what, .. } => {
                format!("`probity list documents --type {what}` lists those that there are, `probity new {what}` writes one")
            }
            Self::NoPoint { last, .. } => format!("its last point is `{last}`"),
            Self::Heading { parts, .. } => format!("judge one of its parts: {}", parts.join(", ")),
            Self::ExceptOfPoint => "name the clause, or leave out `--except`".to_owned(),
            Self::NothingLeft { .. } => "leave out fewer of them".to_owned(),
            Self::Machine { .. } => "let a person look at what was found, judge, and put their name to it".to_owned(),
            Self::NoReason => "say in a sentence what was seen and what it means".to_owned(),
            Self::EmptyEvidence | Self::NoEvidence { .. } => {
                "name what was seen: an id, a path, an address, or a sentence".to_owned()
            }
            Self::Evidence { help, .. } => help.clone(),
            Self::OneSource => {
                "name a second one of another kind: a document, a record, or who was asked; or say no more than mostly"
                    .to_owned()
            }
            Self::LowConfidence => {
                "look at records and people until the confidence is at least medium, or say no more than mostly"
                    .to_owned()
            }
            Self::Unsupported { best, .. } => format!("say {best}, or look again at the facts"),
            Self::NoMeans { .. } => {
                "say in `documented` and `implemented` whether people could handle it if it came".to_owned()
            }
            Self::Later { on, .. } => format!("judge with `--as-of {on}`, or on an earlier day"),
            Self::OverBefore { on, .. } => format!("name a day from {on} on"),
            Self::LaterOwn { .. } => "give the judgement on that day or a later one".to_owned(),
            Self::TwoAtOnce { .. } => "write it beside them with `--second-reader`".to_owned(),
            Self::NotCurrent { .. } => "`probity gap --clause CLAUSE` tells which count".to_owned(),
            Self::Others { standing } => in_spite_of(standing),
        }
    }
}

/// What one can do about judgements of others.
fn in_spite_of(standing: &[(String, String, String)]) -> String {
    let mut points: Vec<&str> = standing.iter().map(|(point, ..)| point.as_str()).collect();
    points.dedup();
    let alone = |point: &str| standing.iter().filter(|(of, ..)| of == point).count() == 1;
    let replaced: Vec<String> = standing
        .iter()
        .filter(|(point, ..)| alone(point))
        .map(|(_, _, id)| format!("--supersede {id}"))
        .collect();
    let (that, its) = if standing.len() == 1 { ("that", "its") } else { ("those", "their") };
    let mut ways = vec![format!("write it beside {that} with `--second-reader`")];
    if !replaced.is_empty() {
        ways.push(format!("in {its} place with `{}`", replaced.join(" ")));
    }
    if points.len() > 1 {
        let numbers: Vec<&str> = points.iter().filter_map(|point| point.rsplit('/').next()).collect();
        ways.push(format!("leave points out with `--except {}`", numbers.join(",")));
    }
    ways.join(", or ")
}

fn told(facts: [Option<Degree>; 4]) -> String {
    let said: Vec<String> =
        FACTS.iter().zip(facts).filter_map(|(name, degree)| Some(format!("{name} {}", degree?))).collect();
    said.join(", ")
}

fn told_of(standing: &[(String, String, String)]) -> String {
    let said: Vec<String> =
        standing.iter().map(|(point, by, id)| format!("{by} has judged {point} ({})", quoted(id))).collect();
    said.join("; ")
}
