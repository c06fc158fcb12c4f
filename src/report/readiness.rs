//! Whether one can go into an audit, for a person and for programs.

use std::fmt::Write as _;

use serde::Serialize;

use super::{
    gap::{LIMITS, in_brief, numbers, point},
    json,
    words::{counted, filled, hanging, listed},
};
use crate::{
    assess::Numbers,
    gap::PointView,
    model::{Cause, Findings, MachineState, NeededBy, Settings},
    readiness::{Blocker, Item, Link, Readiness, Rest, Standing, Target, Verdict},
    text::{safe, safe_line},
};

/// So many findings that are against something are told of it.
const FEW: usize = 3;

/// The answer for a person. `explain` shows what each blocker follows from; `ahead` says that the day judged on
/// lies in the future.
pub fn as_text(
    readiness: &Readiness<'_>,
    findings: &Findings,
    settings: &Settings,
    width: usize,
    explain: bool,
    ahead: bool,
) -> String {
    let gap = readiness.gap;
    let mut text = as_sentence(readiness, width);
    let (as_of, period) = (&settings.as_of, &settings.period);
    let day = format!(
        "{}; judged on {} ({}); period {} ({})",
        gap.standard.title, as_of.value, as_of.origin, period.value, period.origin
    );
    let _ = writeln!(text, "{}\n\n{}", filled(&day, width), filled(LIMITS, width));
    if ahead {
        text.push_str(&by_then(readiness, findings, settings, width));
    }
    text.push_str(&blockers(readiness, width, explain));
    text.push_str(&chain(readiness, width));
    text.push_str(&numbers(gap, width));
    let (recent, fulfilled) = readiness.evidence_in_period;
    let said = match fulfilled {
        0 => "nothing is judged to be fulfilled, so that no evidence has an age".to_owned(),
        _ => format!("{recent} of {fulfilled} fulfilled points have evidence from the audit period"),
    };
    text.push_str(&hanging("evidence    ", &said, width));
    text.push_str(&checklist(readiness, width));
    text.push_str("\nWhat is not known\n\n");
    for sentence in &readiness.unknown {
        text.push_str(&hanging("  - ", &safe(sentence), width));
    }
    text
}

/// The answer in a sentence, in so many columns.
pub fn as_sentence(readiness: &Readiness<'_>, width: usize) -> String {
    format!("{}\n", filled(&verdict(readiness), width))
}

fn verdict(readiness: &Readiness<'_>) -> String {
    let Numbers { points, judged, .. } = readiness.gap.numbers;
    let name = readiness.target.name();
    let all = readiness.gap.points().filter(|view| view.point.blocker).count();
    let known = match readiness.verdict {
        Verdict::NotReady => {
            format!("Not ready for {name}: {} of {all} blockers are open", readiness.blockers.len())
        }
        Verdict::NotKnown => format!(
            "Whether you can go into {name} is not known: no blocker is open as far as this can tell, but people have \
             judged only {judged} of {points} points"
        ),
        Verdict::NothingAgainst => format!(
            "Nothing that was read speaks against {name}, and people have judged {judged} of {points} points; whether to \
             go is yours to judge"
        ),
    };
    match readiness.chain.last() {
        Some(Link { day, because, .. }) => format!("{known}. Not before {day}, because {}.", safe(because)),
        None if readiness.verdict == Verdict::NotReady => {
            format!("{known}. How soon that can change depends on work that nobody has planned.")
        }
        None => format!("{known}. No day stands in the way."),
    }
}

fn blockers(readiness: &Readiness<'_>, width: usize, explain: bool) -> String {
    if readiness.blockers.is_empty() {
        return "\nBlockers: none is known to be open\n".to_owned();
    }
    let mut text = String::from("\nBlockers, each of which would stop the audit\n\n");
    let mut rest = readiness.blockers.as_slice();
    while let [first, ..] = rest {
        let clause = |blocker: &Blocker<'_>| blocker.view.point.id.split('/').next().map(str::to_owned);
        let same = |other: &&Blocker<'_>| clause(other) == clause(first) && other.owner == first.owner;
        let count = rest.iter().take_while(same).count();
        let (together, others) = rest.split_at(count);
        rest = others;
        let views: Vec<&PointView<'_>> = together.iter().map(|blocker| blocker.view).collect();
        let owner = match &first.owner {
            Some(owner) => format!("in the hands of {}", safe_line(owner)),
            None => "in nobody's hands".to_owned(),
        };
        text.push_str(&in_brief(readiness.gap, &views, width));
        text.push_str(&hanging("                       ", &owner, width));
        if explain {
            text.extend(views.iter().map(|view| point(readiness.gap, view, width)));
            text.push('\n');
        }
    }
    text
}

fn chain(readiness: &Readiness<'_>, width: usize) -> String {
    let Some(last) = readiness.chain.last() else {
        let said = match readiness.verdict {
            Verdict::NotReady => "no day can be told, since nobody has planned the work",
            Verdict::NotKnown | Verdict::NothingAgainst => "no day stands in the way",
        };
        return format!("\nNot before: {said}\n");
    };
    let mut text = format!("\nNot before {}\n\n", last.day);
    for Link { day, because, rests_on, change } in &readiness.chain {
        let rest = match rests_on {
            Rest::Requirement => "the standard asks for it",
            Rest::OwnPlan => "your own plan",
            Rest::Practice => "practice, no clause",
        };
        let said = format!("{} ({rest}; change: {})", safe(because), safe(change));
        text.push_str(&hanging(&format!("  {day}  "), &said, width));
    }
    text
}

fn checklist(readiness: &Readiness<'_>, width: usize) -> String {
    let mut text = String::new();
    for (list, items) in &readiness.checklist {
        let name = list.replace('-', " ");
        let _ = writeln!(text, "\nBefore {name}, as auditors commonly go about it\n");
        for Item { prerequisite, standing, lacks, against } in items {
            let sign = match standing {
                Standing::Found => "[x] found",
                Standing::Partly => "[~] partly",
                Standing::Nothing => "[ ] nothing",
                Standing::NotTestable => "[?] untold",
                Standing::Person => "[?] ask",
            };
            text.push_str(&hanging(&format!("  {sign:<12} "), &prerequisite.says, width));
            let mut below = |said: &str| text.push_str(&hanging("               ", said, width));
            if !lacks.is_empty() {
                below(&lacks.join(", "));
            }
            for finding in against.iter().take(FEW) {
                below(&format!("{}: {}", safe_line(&finding.rule), safe(&finding.message)));
            }
            if against.len() > FEW {
                below(&format!("and {} more", counted(against.len() - FEW, "finding")));
            }
            if let Some(person) = &prerequisite.person {
                below(&format!("only a person can tell {person}"));
            }
        }
    }
    text
}

/// What has to be there by a day that lies ahead, if nothing is added until then.
fn by_then(readiness: &Readiness<'_>, findings: &Findings, settings: &Settings, width: usize) -> String {
    let day = settings.as_of.value;
    let mut text = format!("\nBy {day}, if nothing is added until then\n\n");
    let late: Vec<_> = findings.iter().filter(|finding| finding.cause == Cause::Time).collect();
    let mut rules: Vec<(&str, usize, &str)> = Vec::new();
    for finding in &late {
        match rules.iter_mut().find(|(rule, ..)| *rule == finding.rule) {
            Some((_, count, _)) => *count += 1,
            None => rules.push((&finding.rule, 1, &finding.message)),
        }
    }
    for (rule, count, message) in rules {
        let more = if count > 1 { format!(", and {} more", count - 1) } else { String::new() };
        text.push_str(&hanging(&format!("  {rule:<9}"), &format!("{}{more}", safe(message)), width));
    }
    let needed_by = readiness.target.needed_by();
    let lacking: Vec<String> = readiness
        .gap
        .standard
        .artefacts
        .iter()
        .filter(|(_, artefact)| needed_by == NeededBy::Stage2 || artefact.needed_by == needed_by)
        .filter_map(|(name, artefact)| Some((artefact, readiness.gap.assessment.artefacts.get(name)?)))
        .filter(|(_, found)| matches!(found.state, MachineState::NothingFound | MachineState::PartlyFound))
        .map(|(artefact, _)| artefact.title.clone())
        .collect();
    if !lacking.is_empty() {
        let said = format!("{} of documents: {}", counted(lacking.len(), "kind"), listed(&lacking));
        text.push_str(&hanging("  wanted   ", &said, width));
    }
    if late.is_empty() && lacking.is_empty() {
        text.push_str("  nothing is known to be wanted\n");
    }
    text
}

/// The answer for a program.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "Probity ready, version 1"))]
pub(super) struct Report<'r> {
    format: &'static str,
    version: u32,
    /// What made it.
    tool: json::Tool,
    limits: &'static str,
    #[serde(rename = "for")]
    target: Target,
    as_of: String,
    period: String,
    verdict: Verdict,
    says: String,
    passed: bool,
    not_before: Option<String>,
    chain: Vec<LinkRow<'r>>,
    blockers: Vec<BlockerRow<'r>>,
    numbers: Numbers,
    range_percent: (usize, usize),
    evidence_in_period: EvidenceRow,
    checklist: Vec<ListRow<'r>>,
    unknown: &'r [String],
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Link"))]
struct LinkRow<'r> {
    day: String,
    because: &'r str,
    rests_on: Rest,
    change: &'r str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Blocker"))]
struct BlockerRow<'r> {
    point: &'r str,
    says: &'r str,
    state: String,
    owner: Option<&'r str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Evidence"))]
struct EvidenceRow {
    recent: usize,
    fulfilled: usize,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "List"))]
struct ListRow<'r> {
    before: &'r str,
    items: Vec<ItemRow<'r>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Item"))]
struct ItemRow<'r> {
    says: &'r str,
    standing: Standing,
    artefacts: &'r [String],
    lacks: &'r [String],
    against: Vec<&'r str>,
    person: Option<&'r str>,
}

/// The answer as JSON with a line feed at the end.
pub fn as_json(readiness: &Readiness<'_>, settings: &Settings) -> String {
    json::text(&report(readiness, settings))
}

pub(super) fn report<'r>(readiness: &'r Readiness<'_>, settings: &Settings) -> Report<'r> {
    let Readiness { target, gap, verdict: word, blockers, checklist, chain, evidence_in_period, unknown } =
        readiness;
    Report {
        format: "probity-ready",
        version: 1,
        tool: json::Tool::this(),
        limits: LIMITS,
        target: *target,
        as_of: settings.as_of.value.to_string(),
        period: settings.period.value.to_string(),
        verdict: *word,
        says: verdict(readiness),
        passed: !readiness.fails(),
        not_before: chain.last().map(|link| link.day.to_string()),
        chain: chain
            .iter()
            .map(|link| LinkRow {
                day: link.day.to_string(),
                because: &link.because,
                rests_on: link.rests_on,
                change: &link.change,
            })
            .collect(),
        blockers: blockers
            .iter()
            .map(|blocker| BlockerRow {
                point: &blocker.view.point.id,
                says: &blocker.view.point.says,
                state: super::gap::state(blocker.view.determination),
                owner: blocker.owner.as_deref(),
            })
            .collect(),
        numbers: gap.numbers,
        range_percent: gap.numbers.range(),
        evidence_in_period: EvidenceRow { recent: evidence_in_period.0, fulfilled: evidence_in_period.1 },
        checklist: checklist
            .iter()
            .map(|(before, items)| ListRow {
                before,
                items: items
                    .iter()
                    .map(|item| ItemRow {
                        says: &item.prerequisite.says,
                        standing: item.standing,
                        artefacts: &item.prerequisite.artefacts,
                        lacks: &item.lacks,
                        against: item.against.iter().map(|finding| finding.fingerprint.as_str()).collect(),
                        person: item.prerequisite.person.as_deref(),
                    })
                    .collect(),
            })
            .collect(),
        unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_schema_is_that_of_the_structs() {
        json::published("ready-1", &schemars::schema_for!(Report<'_>));
    }
}
