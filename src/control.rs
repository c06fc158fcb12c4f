//! Document control as the history of the repository shows it: whether what is in force is what was approved, by whom,
//! and how well that is proved; what was sealed and changed; what was deleted without being withdrawn.
//!
//! What the documents say of themselves, `check` judges. Here they are compared with their past. What that cannot tell
//! is not testable, with the reason.

mod approval;
mod authority;
mod earlier;
mod events;
mod identities;
mod life;
mod past;
mod proof;
mod removed;
mod retention;
mod sealed;
mod told;
mod versions;
mod withdrawn;

use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
};

use rayon::prelude::*;

use crate::{
    corpus::Documents,
    model::{Blind, Duration, Finding, History, Judged, Patterns, RuleTally, Seen},
    yaml::Node,
};

pub use approval::{Approval, Content, Writers};
pub use authority::{holds, is_machine, person, roles};
pub use earlier::Earlier;
pub use events::{Event, Happened, Log, log};
pub use past::digest_at;
pub use proof::{Doubt, Proof};
pub use removed::Removed;
pub use versions::{Approved, Version, Versions, versions};

use identities::People;
use past::Reader;

/// How long after the day of an approval its text may be committed: it was read on paper, and is filed later.
pub const FILED_WITHIN: (&str, &str) = ("documents.filed_within", "P30D");
/// So many approvals that were written down on one day make one ask whether anybody read them.
pub const BURST: (&str, &str) = ("documents.approvals_on_one_day", "12");
/// The same of reviews that changed nothing.
pub const REVIEWS: (&str, &str) = ("documents.reviews_on_one_day", "12");

/// The organization's own values that are asked for here.
pub const OWN_VALUES: [&str; 3] = [FILED_WITHIN.0, BURST.0, REVIEWS.0];

/// What the history shows.
#[derive(Debug, Default)]
pub struct Control<'c> {
    /// Of each document that is approved, in the order of the documents.
    pub approvals: Vec<Approval<'c>>,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// How often each rule was kept, broken and not testable.
    pub rules: BTreeMap<String, RuleTally>,
    /// Documents that were in force, or that are kept for a time, and are gone.
    pub removed: Vec<Removed>,
    /// How much of the history was seen.
    pub seen: Seen,
}

/// The documents, and their past to see them through.
struct Sight<'h, 'c> {
    documents: &'h Documents<'c>,
    judged: &'h Judged,
    people: People<'c>,
    reader: Result<Reader<'h>, &'h Blind>,
    /// Of each commit, whether it came before the history began that is looked at.
    early: Vec<bool>,
    is_of_one_account: bool,
    grace: Duration,
    patterns: &'h Patterns,
}

impl<'h, 'c> Sight<'h, 'c> {
    /// Documents through the history that led to them: the versions of those that are wanted, by id, and what is kept
    /// for a time, by type.
    fn of(
        documents: &'h Documents<'c>,
        judged: &'h Judged,
        patterns: &'h Patterns,
        history: Result<&'h History, &'h Blind>,
        wanted: HashSet<&'h str>,
        kept: HashSet<&'h str>,
    ) -> Self {
        let own = |(name, usual): (&str, &str)| judged.own.get(name).map_or(usual, String::as_str).to_owned();
        let grace = Duration::parse(&own(FILED_WITHIN)).unwrap_or_default();
        let people = People::of(documents);
        let early =
            history.ok().and_then(|history| Some(history.led_to(history.begins?))).unwrap_or_default();
        let is_of_one_account = history.is_ok_and(|history| {
            let looked_at = history.commits.iter().enumerate();
            let looked_at = looked_at.filter(|(number, _)| !early.get(*number).copied().unwrap_or(false));
            let writers =
                looked_at.flat_map(|(_, commit)| commit.writers().map(|writer| (writer, commit.day)));
            let one = |(writer, day)| people.person(writer, day).unwrap_or(&writer.email);
            writers.map(one).collect::<HashSet<_>>().len() < 2
        });
        let reader = history.map(|history| Reader::new(history, documents.catalog, wanted).keeping(kept));
        Self { documents, judged, people, reader, early, is_of_one_account, grace, patterns }
    }
}

impl Sight<'_, '_> {
    /// Whether a file of the past would be read today.
    fn admits(&self, path: &str) -> bool {
        let is_hidden = path.split('/').any(|name| name.starts_with('.'));
        !is_hidden && !path.starts_with("probity/") && self.patterns.admit(Path::new(path))
    }

    fn history(&self) -> Option<&History> {
        self.reader.as_ref().ok().map(|reader| reader.history)
    }

    /// Why what lies behind the end of a shallow clone cannot be told.
    fn cut(&self) -> String {
        Blind::shallow().reason
    }

    /// Whether a commit came before the history began that is looked at.
    fn is_early(&self, commit: u32) -> bool {
        self.early.get(commit as usize).copied().unwrap_or(false)
    }

    /// Why a commit that is named by its whole id proves nothing; none if it led to what is looked at.
    fn doubt_of_commit(&self, id: &str) -> Option<Doubt> {
        match self.history() {
            None => Some(Doubt::Untestable("there is no history".to_owned())),
            Some(history) if history.find(id).is_some() => None,
            Some(history) if history.is_cut() => Some(Doubt::Untestable(self.cut())),
            Some(_) => Some(Doubt::OffHistory),
        }
    }
}

/// Looks at documents through the history that led to them, or tells what it can without.
pub fn run<'c>(
    documents: &Documents<'c>,
    judged: &Judged,
    patterns: &Patterns,
    history: Result<&History, &Blind>,
) -> Control<'c> {
    let approved: Vec<u32> = numbers(documents, |status, document| {
        status == Some("approved") && document.get("approval").is_some()
    });
    let sealed: Vec<u32> = numbers(documents, |_, document| document.get("sealed_on").is_some());
    let id = |number: &u32| documents.at(*number).id().map(|(id, _)| id);
    let wanted: HashSet<&str> = approved.iter().chain(&sealed).filter_map(id).collect();
    let kept: HashSet<&str> = retention::types(documents).into_iter().collect();
    let sight = Sight::of(documents, judged, patterns, history, wanted, kept);
    let approvals: Vec<Approval<'c>> =
        approved.par_iter().filter_map(|number| Approval::of(&sight, *number)).collect();
    let mut told = told::Told::new(&sight);
    for approval in &approvals {
        told.of_approval(approval);
    }
    told.of_bursts(&approvals);
    told.of_tags();
    sealed::look(&sight, &sealed, &mut told);
    let removed =
        sight.reader.as_ref().map_or_else(|_| Vec::new(), |reader| removed::removed(&sight, reader));
    withdrawn::look(&sight, &removed, &mut told);
    retention::look(&sight, &removed, &mut told);
    let (findings, rules) = told.finish();
    let seen = Seen {
        commits: history.map_or(0, |history| history.commits.len()),
        approvals: approvals.len(),
        before: approvals.iter().filter(|approval| approval.writers == Writers::BeforeHistory).count(),
        blind: match history {
            Ok(history) => history.is_cut().then(Blind::shallow),
            Err(blind) => Some(blind.clone()),
        },
    };
    Control { approvals, findings, rules, removed, seen }
}

fn numbers<'c>(
    documents: &Documents<'c>,
    wanted: impl Fn(Option<&str>, &crate::corpus::Document<'c>) -> bool,
) -> Vec<u32> {
    let all = documents.as_slice().iter().zip(0_u32..);
    all.filter(|(document, _)| wanted(document.get("status").and_then(Node::text), document))
        .map(|(_, number)| number)
        .collect()
}
