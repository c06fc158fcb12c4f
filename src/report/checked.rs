//! What came of a check, as the formats of forges and test runners need it: the findings in the order in which they
//! matter, and what has to be told beside them.

use std::cmp::Reverse;

use super::{
    since::{bend_line, older, uncompared},
    totals,
    words::counted,
};
use crate::{
    catalog::Catalog,
    lens::{self, Since},
    model::{Finding, Findings, Level, Place, Rule, RuleTally, Seen, Settings},
    text::safe_line,
};

/// Characters of one text. A message has at most a few hundred; a value in it may be of any length.
const LONGEST: usize = 1_000;

/// A check that is to be reported.
#[derive(Clone, Copy, Debug)]
pub struct Checked<'c> {
    /// What was found; of a change, only what it brought.
    pub findings: &'c Findings,
    /// What it was judged by.
    pub settings: &'c Settings,
    /// The rules, with those of the organization's own.
    pub catalog: &'c Catalog,
    /// What was there before, if only new findings are asked for.
    pub since: Option<&'c Since>,
    /// Whether a change may loosen what bends the result.
    pub allow_loosened: bool,
    /// Whether the gate lets it pass.
    pub passed: bool,
    /// Where the folder is in its git repository, with a slash at the end; empty if it is its root or in none.
    pub prefix: &'c str,
}

/// What is told beside the findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Topic {
    Loosened,
    NotCompared,
    NotTested,
    History,
    NotTestable,
    Older,
    Ignored,
    Cut,
}

impl Topic {
    pub(super) const ALL: [Self; 8] = [
        Self::Loosened,
        Self::NotCompared,
        Self::NotTested,
        Self::History,
        Self::NotTestable,
        Self::Older,
        Self::Ignored,
        Self::Cut,
    ];

    /// As programs know it.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Loosened => "loosened",
            Self::NotCompared => "not-compared",
            Self::NotTested => "not-tested",
            Self::History => "history-not-seen",
            Self::NotTestable => "not-testable",
            Self::Older => "older-findings",
            Self::Ignored => "ignored-by-comment",
            Self::Cut => "left-out",
        }
    }

    /// What it is about, in a sentence.
    pub(super) fn says(self) -> &'static str {
        match self {
            Self::Loosened => "The change loosens something that bends the result.",
            Self::NotCompared => "Nothing can be said of what the change loosens.",
            Self::NotTested => "Files, documents or records could not be tested.",
            Self::History => "The history was not seen, or not to its end.",
            Self::NotTestable => "The data do not tell whether a rule is kept.",
            Self::Older => "Findings that were there before are not among the results.",
            Self::Ignored => "A comment in a document says to ignore a finding.",
            Self::Cut => "There are more findings than this format takes.",
        }
    }
}

/// Something that is no finding, and has to be known of a result.
#[derive(Debug)]
pub(super) struct Remark<'c> {
    pub(super) topic: Topic,
    /// What it is about, so that two of a topic can be told apart.
    pub(super) about: &'c str,
    /// An error fails the check.
    pub(super) level: Level,
    pub(super) says: String,
}

impl<'c> Checked<'c> {
    /// Those that matter most first; what somebody has accepted last.
    pub(super) fn worst_first(&self) -> Vec<&'c Finding> {
        let mut ordered: Vec<&Finding> = self.findings.iter().collect();
        ordered.sort_by_key(|finding| {
            (finding.waived.is_some(), Reverse(finding.level), finding.untested.is_none())
        });
        ordered
    }

    /// Whether a finding fails the check.
    pub(super) fn fails(&self, finding: &Finding) -> bool {
        let gate = self.settings.fail_on.value;
        match self.since {
            Some(_) => lens::fails(finding, gate),
            None => finding.level >= gate && finding.waived.is_none(),
        }
    }

    /// Why a finding does not fail the check, if it does not.
    pub(super) fn passes_because(&self, finding: &Finding) -> Option<String> {
        if self.fails(finding) {
            return None;
        }
        let gate = self.settings.fail_on.value;
        Some(match &finding.waived {
            Some(_) => waiver(finding).unwrap_or_default(),
            None if finding.level < gate => format!("{}, and the gate is {gate}", finding.level),
            None => format!("{}, and only time brought it", finding.level),
        })
    }

    /// A path as the git repository has it.
    pub(super) fn path(&self, place: &Place) -> String {
        format!("{}{}", self.prefix, place.path)
    }

    /// The rule of a finding or a tally; a missing document has none of its own.
    pub(super) fn rule(&self, id: &str) -> Option<&'c Rule> {
        self.catalog.rule(id)
    }

    /// How much of the history was seen, if there is anything to compare with it and somebody wants that.
    pub(super) fn history(&self) -> Option<&'c Seen> {
        self.findings.history.as_ref().filter(|seen| seen.approvals > 0 && !seen.is_off())
    }

    /// What has to be known of the result beside the findings, what matters most first.
    pub(super) fn remarks(&self) -> Vec<Remark<'c>> {
        let mut remarks = Vec::new();
        let mut add = |topic, about, level, says| remarks.push(Remark { topic, about, level, says });
        if let Some(since) = self.since {
            let (level, told) = if self.allow_loosened {
                (Level::Info, "loosened in the same change, which is allowed")
            } else {
                (Level::Error, "loosened in the same change")
            };
            for bend in &since.loosened {
                let says = format!("{told}: {}", told_line(&bend_line(bend)));
                add(Topic::Loosened, bend.name.as_str(), level, says);
            }
            if let Some(why) = &since.uncompared {
                add(Topic::NotCompared, "", Level::Warning, uncompared(why));
            }
        }
        let tested = &self.findings.tested;
        if let Some(untested) = totals::not_tested(tested) {
            add(Topic::NotTested, "", Level::Warning, format!("not tested: {untested}"));
        }
        if let Some(seen) = self.history()
            && let Some(blind) = &seen.blind
        {
            let approvals = counted(seen.approvals, "approval");
            let help = blind.help.as_ref().map(|help| format!(". Help: {}", told_line(help)));
            let says = format!(
                "{approvals} not compared with the history, or not wholly: {}{}",
                told_line(&blind.reason),
                help.unwrap_or_default()
            );
            add(Topic::History, "", Level::Warning, says);
        }
        for (rule, tally) in &self.findings.rules {
            if let Some(says) = not_testable(tally) {
                add(Topic::NotTestable, rule.as_str(), Level::Info, says);
            }
        }
        if tested.ignored > 0 {
            let says = format!("{} ignored by a comment", counted(tested.ignored, "finding"));
            add(Topic::Ignored, "", Level::Info, says);
        }
        if let Some(since) = self.since {
            add(Topic::Older, "", Level::Info, older(since));
        }
        remarks
    }
}

/// How often the data did not tell whether a rule is kept, and why, if they ever did not.
pub(super) fn not_testable(tally: &RuleTally) -> Option<String> {
    let reason = tally.reason.as_deref().map(|reason| format!(": {}", told_line(reason)));
    let told = || format!("not testable {}{}", times(tally.untestable), reason.unwrap_or_default());
    (tally.untestable > 0).then(told)
}

/// So many times.
pub(super) fn times(count: usize) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

/// Who has accepted a finding, and how long that holds.
pub(super) fn waiver(finding: &Finding) -> Option<String> {
    let waived = finding.waived.as_ref()?;
    Some(format!("waived until {} by {}", told_line(&waived.until), told_line(&waived.waiver)))
}

/// What a finding says, in sentences: what is the case, what can be done, who has accepted it.
pub(super) fn sentences(finding: &Finding) -> String {
    let help = finding.help.as_deref().map(|help| format!("Help: {}", told_line(help)));
    let waived = waiver(finding).map(|waived| waived.replacen('w', "W", 1));
    let parts = [Some(told_line(&finding.message)), help, waived];
    parts
        .into_iter()
        .flatten()
        .map(|part| if ends(&part) { part } else { part + "." })
        .collect::<Vec<_>>()
        .join(" ")
}

fn ends(sentence: &str) -> bool {
    sentence.ends_with(['.', '?', '!', '…'])
}

/// A text that may come from outside: harmless, on one line, and cut where it is very long.
pub(super) fn told_line(text: &str) -> String {
    let line = safe_line(text);
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.into_owned(),
    }
}

/// Where a place begins, behind the path: `:3:7`.
pub(super) fn start(place: &Place) -> String {
    place.range.map(|range| format!(":{}:{}", range.start.line, range.start.column)).unwrap_or_default()
}
