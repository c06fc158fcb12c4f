//! What was removed, and how long it had to be kept: nothing goes before its time, and what tells of people does not
//! stay in the history beyond it.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};

use super::{
    Sight,
    past::Kept,
    removed::Removed,
    told::{Told, draft, rule},
};
use crate::{
    corpus::{Document, Documents, texts},
    model::{Draft, Duration, Place},
    text::quoted,
    yaml::Node,
};

const TOO_EARLY: &str = "RET-02";
const STILL_THERE: &str = "REC-04";
/// How long the disposal itself may take.
const GRACE: (&str, &str) = ("retention.disposal_grace", "P90D");

/// A rule of the organization on how long something is kept.
struct Rule<'d, 'c> {
    id: &'c str,
    document: &'d Document<'c>,
    types: Vec<&'c str>,
    period: Duration,
    starts_from: &'c str,
}

impl<'d, 'c> Rule<'d, 'c> {
    fn of(document: &'d Document<'c>) -> Option<Self> {
        let text = |name: &str| document.get(name).and_then(Node::text);
        let (id, _) = document.id().filter(|_| document.is_settled() && document.ended().is_none())?;
        Some(Self {
            id,
            document,
            types: texts(document.get("applies_to")),
            period: Duration::parse(text("period")?)?,
            starts_from: text("starts_from")?,
        })
    }

    /// All of them.
    fn all(documents: &'d Documents<'c>) -> Vec<Self> {
        let numbers = documents.of_type("retention-rule").iter();
        numbers.filter_map(|number| Self::of(documents.at(*number))).collect()
    }

    /// The last day on which something has to be there, or one before: the day from which its time counts is the
    /// earliest that it can be.
    fn ends(&self, was: &Kept) -> Option<NaiveDate> {
        let start = was.sealed_on.or(was.began)?;
        let start = match self.starts_from {
            "end-of-year" => NaiveDate::from_ymd_opt(start.year(), 12, 31)?,
            _ => start,
        };
        self.period.after(start)
    }

    /// The same, or a day behind it; none if the day from which its time counts stands elsewhere.
    fn ends_at_last(&self, was: &Kept, grace: Duration) -> Option<NaiveDate> {
        let counts = matches!(self.starts_from, "creation" | "closure");
        grace.after(self.period.after(was.sealed_on.filter(|_| counts)?)?)
    }
}

/// The types that are kept for a time.
pub(super) fn types<'c>(documents: &Documents<'c>) -> Vec<&'c str> {
    Rule::all(documents).into_iter().flat_map(|rule| rule.types).collect()
}

pub(super) fn look(sight: &Sight<'_, '_>, removed: &[Removed], told: &mut Told<'_, '_, '_>) {
    let rules = Rule::all(sight.documents);
    if rules.is_empty() {
        return;
    }
    match &sight.reader {
        Err(blind) => return told.untestable(TOO_EARLY, &blind.reason),
        Ok(reader) if reader.history.is_cut() => told.untestable(TOO_EARLY, &sight.cut()),
        Ok(_) => {}
    }
    let own = sight.judged.own.get(GRACE.0).map_or(GRACE.1, String::as_str);
    let grace = Duration::parse(own).unwrap_or_default();
    let mut early: BTreeMap<(u32, &str, &str), (&Rule<'_, '_>, Vec<&Removed>)> = BTreeMap::new();
    let mut late: BTreeMap<&str, (&Rule<'_, '_>, Vec<&Removed>)> = BTreeMap::new();
    for gone in removed.iter().filter(|removed| !removed.was.is_in_force) {
        let Some(rule) = rule_of(&rules, &gone.was) else { continue };
        let Some(ends) = rule.ends(&gone.was) else {
            told.untestable(TOO_EARLY, "what was removed tells of no day from which its time counts");
            continue;
        };
        let day = sight.history().map(|history| history.commit(gone.commit).day);
        if day.is_some_and(|day| day < ends) {
            let key = (gone.commit, gone.path.as_str(), rule.id);
            early.entry(key).or_insert((rule, Vec::new())).1.push(gone);
        } else {
            told.kept(TOO_EARLY);
        }
        let is_over = rule.ends_at_last(&gone.was, grace).is_some_and(|last| last < sight.judged.as_of);
        if gone.was.is_personal && is_over {
            late.entry(rule.id).or_insert((rule, Vec::new())).1.push(gone);
        }
    }
    for ((_, path, _), (rule, gone)) in early {
        told.broken(too_early(sight, path, rule, &gone));
    }
    for (rule, gone) in late.into_values() {
        told.broken(still_there(sight, rule, &gone));
    }
}

/// The rule by which something was kept: the one that it names, or else the one for its type. Of several for one type,
/// which is a mistake of its own, the shortest.
fn rule_of<'r, 'd, 'c>(rules: &'r [Rule<'d, 'c>], was: &Kept) -> Option<&'r Rule<'d, 'c>> {
    match &was.retention {
        Some(named) => rules.iter().find(|rule| rule.id == named),
        None => {
            let of_type = rules.iter().filter(|rule| rule.types.contains(&was.record_type.as_str()));
            of_type.min_by_key(|rule| rule.period.about_seconds())
        }
    }
}

fn too_early(sight: &Sight<'_, '_>, path: &str, kept: &Rule<'_, '_>, gone: &[&Removed]) -> Draft {
    let (first, commit) = (&gone[0].was, gone[0].commit);
    let commit = sight.history().expect("there is one where something was removed").commit(commit);
    let message = format!(
        "{} removed before {} time was over, {} by {}: by {}",
        named(gone),
        if gone.len() == 1 { "its" } else { "their" },
        kept.period.iso(),
        quoted(kept.id),
        sight.people.told(commit)
    );
    let help = format!(
        "bring back what has to be kept: `git show {}^:{path}` has it; or let the rule say what may go earlier",
        commit.short()
    );
    let ids: Vec<&str> = gone.iter().map(|gone| gone.was.id.as_str()).collect();
    Draft::new(rule(TOO_EARLY), Place::file(path), message)
        .subject(&first.id)
        .fact("removed", ids.join(", "))
        .help(help)
}

fn still_there(sight: &Sight<'_, '_>, kept: &Rule<'_, '_>, gone: &[&Removed]) -> Draft {
    let history = sight.history().expect("there is one where something was removed");
    let newest = gone.iter().map(|gone| gone.commit).min().expect("a group has a member");
    let message = format!(
        "{} removed, last by {}, and git still has what {} told of people, though the time of {} is over",
        named(gone),
        sight.people.told(history.commit(newest)),
        if gone.len() == 1 { "it" } else { "they" },
        quoted(kept.id)
    );
    let help = "keep such records outside of the repository, or encrypt them and destroy the key when their time is \
                over; say in `disposal` what happens to the copies that version control keeps";
    draft(STILL_THERE, kept.document, "period", message).help(help.to_owned())
}

/// The first, and how many others: `` `INC-0042` and 3 others were ``.
fn named(gone: &[&Removed]) -> String {
    let first = quoted(&gone[0].was.id);
    match gone.len() - 1 {
        0 => format!("{first} was"),
        1 => format!("{first} and another were"),
        others => format!("{first} and {others} others were"),
    }
}
