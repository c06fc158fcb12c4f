//! What lacks, clause by clause, for a person and for programs.

use std::fmt::Write as _;

use super::{
    required::said,
    words::{counted, filled, hanging, listed},
};
use crate::{
    assess::{Colour, MISSING, Numbers, documented},
    gap::{Action, ClauseView, Described, Effort, Gap, PointView, Priority, WaveView},
    model::{Determination, Duration, Judgement, MachineState, Settings, Shown, Signal, Tested},
    report::terminal::{Detail, Look},
    text::{safe, safe_line},
};

/// Up to so many gaps are told in full unless all are asked for.
const IN_FULL: usize = 12;
/// So many lines of what is worth keeping, and of what cuts across.
const FEW: usize = 8;

/// What has to be known before any number is read.
pub(super) const LIMITS: &str = "A self-assessment aid, and no internal audit: only an accredited certification body decides on \
    certification, and nothing here predicts what it will decide. It rests on the files that were read, and what \
    was not given was not judged. Rules check form, consistency and timing; they do not show that work has its \
    effect or that records are true. The words are ours: the standard itself is not in here, and you need it.";

/// The whole analysis for a person.
pub fn as_text(gap: &Gap<'_>, settings: &Settings, look: &Look) -> String {
    let width = look.width;
    let mut text = head(gap, settings, width);
    text.push_str(&numbers(gap, width));
    text.push_str(&clauses(gap, width));
    if look.detail == Detail::Summary {
        return text;
    }
    text.push_str(&gaps(gap, look));
    text.push_str(&across(gap, width));
    text.push_str(&strengths(gap, width));
    text.push_str(&roadmap(gap, width));
    text
}

/// Some points, each in full with what its state follows from.
pub fn in_full(gap: &Gap<'_>, settings: &Settings, width: usize) -> String {
    let mut text = head(gap, settings, width);
    for clause in &gap.clauses {
        let _ = writeln!(text, "\n{}", heading(clause, width));
        if let Some(condition) = &clause.clause.condition {
            text.push_str(&hanging("  only if  ", condition, width));
        }
        for view in &clause.points {
            text.push_str(&point(gap, view, width));
        }
    }
    if gap.clauses.is_empty() {
        text.push_str("\nno point is so\n");
    }
    text
}

fn head(gap: &Gap<'_>, settings: &Settings, width: usize) -> String {
    let of = settings.organization.value.as_ref().map(|name| format!(" of {}", safe_line(name)));
    let title = format!("Gap analysis{} against {}", of.unwrap_or_default(), gap.standard.title);
    let mut text = format!("{}\n", filled(&title, width));
    let (as_of, period) = (&settings.as_of, &settings.period);
    let day =
        format!("judged on {} ({}); period {} ({})", as_of.value, as_of.origin, period.value, period.origin);
    let _ = writeln!(text, "{}\n\n{}", filled(&day, width), filled(LIMITS, width));
    text
}

/// The numbers side by side, each with what it is out of.
pub(super) fn numbers(gap: &Gap<'_>, width: usize) -> String {
    let numbers = &gap.numbers;
    let mut text = String::from("\n");
    let mut line = |name: &str, said: String| text.push_str(&hanging(&format!("{name:<12}"), &said, width));
    let Tested { files, untested_files, documents, untested_documents, untested_extracts, .. } = gap.tested;
    let mut read =
        format!("{} in {}", counted(documents, "document"), counted(files - untested_files, "file"));
    if untested_files + untested_documents + untested_extracts > 0 {
        read.push_str("; not all could be read: `probity check` tells what could not");
    }
    line("read", read);
    let points = format!("{} of this catalogue, split by ourselves", counted(numbers.points, "point"));
    line("judged", format!("{} of {points}{}", numbers.judged, confirm(numbers)));
    line(
        "of these",
        format!(
            "fulfilled {}, mostly {}, partly {}, not fulfilled {}",
            numbers.fulfilled, numbers.mostly, numbers.partly, numbers.not_fulfilled
        ),
    );
    line("strict", format!("fulfilled of those judged: {}", numbers.strict()));
    let (low, high) = numbers.range();
    line(
        "range",
        format!("{low} to {high} percent of all points, whatever the judgement of the rest will be"),
    );
    line(
        "not judged",
        format!(
            "material found {}, partly found {}, nothing found {}, no occurrence stated {}, not testable {}",
            numbers.material_found,
            numbers.partly_found,
            numbers.nothing_found,
            numbers.no_occurrence,
            numbers.not_testable
        ),
    );
    let (found, all) = documented(gap.standard, gap.assessment);
    line(
        "documents",
        format!(
            "{found} of the {all} that the standard itself asks for are found; whether they will do, people judge"
        ),
    );
    let blockers = gap.points().filter(|view| view.point.blocker).count();
    line("blockers", format!("{} of {blockers} are open", numbers.blockers));
    text
}

fn confirm(numbers: &Numbers) -> String {
    match numbers.to_be_confirmed {
        0 => String::new(),
        count => format!("; {count} more to be confirmed"),
    }
}

/// One line for each clause.
fn clauses(gap: &Gap<'_>, width: usize) -> String {
    let mut text = format!(
        "\n{:<9}{:<8}{:>4} {:>6} {:>6} {:>6} {:>5}  {}\n",
        "clause", "colour", "asks", "judged", "found", "partly", "none", "title"
    );
    for ClauseView { clause, numbers, colour, .. } in &gap.clauses {
        let colour = format!("{}{}", name_of(*colour), if numbers.blockers > 0 { " !" } else { "" });
        let count = |count: usize| if count == 0 { "-".to_owned() } else { count.to_string() };
        let line = format!(
            "{:<9}{colour:<8}{:>4} {:>6} {:>6} {:>6} {:>5}  {}",
            clause.id,
            numbers.points,
            count(numbers.judged),
            count(numbers.material_found + numbers.no_occurrence),
            count(numbers.partly_found),
            count(numbers.nothing_found),
            clause.title,
        );
        let _ = writeln!(text, "{}", super::listing::cut(&line, width));
    }
    let legend = "found, partly and none: what a machine found of those that nobody has judged. Red: a blocker is open \
        (!), or a quarter is not fulfilled; amber: something is less than fulfilled, or not all is judged; green: all \
        judged and fulfilled; grey: nobody has judged.";
    let _ = writeln!(text, "{}", filled(legend, width));
    text
}

pub(super) fn name_of(colour: Colour) -> &'static str {
    match colour {
        Colour::Red => "red",
        Colour::Amber => "amber",
        Colour::Green => "green",
        Colour::Grey => "grey",
    }
}

fn heading(view: &ClauseView<'_>, width: usize) -> String {
    filled(&format!("{} {} ({})", view.clause.id, view.clause.title, name_of(view.colour)), width)
}

/// The gaps: the first in full, the rest in a line each.
fn gaps(gap: &Gap<'_>, look: &Look) -> String {
    let count = gap.open().count();
    if count == 0 {
        return "\nNo gap is known. What nobody has judged may still be one.\n".to_owned();
    }
    let mut by_priority: Vec<String> = Vec::new();
    for priority in [Priority::P1, Priority::P2, Priority::P3, Priority::P4] {
        let count = gap.open().filter(|view| view.priority == Some(priority)).count();
        if count > 0 {
            by_priority.push(format!("{count} {}", priority.name()));
        }
    }
    let mut text = format!("\nGaps, by clause: {}\n\n", listed(&by_priority));
    let how = "p1: a blocker (!), or much stands on it and nothing is there, or its records take months; p2: an \
        auditor would hardly overlook it; p3: a detail; p4: worth improving. One rule for everybody, unless who \
        described a gap set another; likely grades and efforts are opinions of those who wrote them.";
    let _ = writeln!(text, "{}", filled(how, look.width));
    let all_in_full = look.detail == Detail::All || count <= IN_FULL;
    for clause in &gap.clauses {
        let open: Vec<&PointView<'_>> = clause.points.iter().filter(|view| view.priority.is_some()).collect();
        if open.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\n{}", heading(clause, look.width));
        if all_in_full {
            text.extend(open.into_iter().map(|view| point(gap, view, look.width)));
        } else {
            text.push_str(&in_brief(gap, &open, look.width));
        }
    }
    if !all_in_full {
        text.push_str("\nin full, with what closes each: probity gap -v, or probity gap --clause 8.6.1\n");
    }
    text
}

/// The gaps of a clause in a line or two each: what lacks, and which points it keeps open.
pub(super) fn in_brief(gap: &Gap<'_>, open: &[&PointView<'_>], width: usize) -> String {
    let mut groups: Vec<(String, String, Vec<&PointView<'_>>)> = Vec::new();
    for view in open {
        let lacks = lacks(gap, view);
        let said = if lacks.is_empty() {
            view.point.says.trim_end_matches('.').to_owned()
        } else {
            lacks.join("; ")
        };
        let state = state(view.determination);
        match groups.iter_mut().find(|(known, other, _)| *known == state && *other == said) {
            Some((_, _, views)) => views.push(view),
            None => groups.push((state, said, vec![view])),
        }
    }
    groups.into_iter().fold(String::new(), |text, (state, said, views)| {
        let priority =
            views.iter().filter_map(|view| view.priority).min().map(Priority::name).unwrap_or_default();
        let head = format!("  {priority}  {state:<15}  ");
        text + &hanging(&head, &format!("{}: {said}", numbers_of(&views)), width)
    })
}

/// The points of a clause by their numbers, blockers marked: `8.6.1/01!, 02, 07`.
fn numbers_of(views: &[&PointView<'_>]) -> String {
    let mut text = String::new();
    for (position, view) in views.iter().enumerate() {
        let number = view.point.id.rsplit('/').next().unwrap_or_default();
        text.push_str(if position == 0 { &view.point.id } else { number });
        text.push_str(if view.point.blocker { "!" } else { "" });
        text.push_str(if position + 1 < views.len() { ", " } else { "" });
    }
    text
}

/// What is shown of a point, or what a machine found if nobody has judged.
pub(super) fn state(determination: &Determination) -> String {
    match determination.shown {
        Shown::NotJudged => determination.machine.to_string(),
        shown => shown.to_string(),
    }
}

/// What lacks at a point, by artefact; where a person judged, why.
pub(super) fn lacks(gap: &Gap<'_>, view: &PointView<'_>) -> Vec<String> {
    let determination = view.determination;
    if let Some(judgement) = determination.judgements.first().filter(|_| determination.shown.is_judged()) {
        let why = judgement.rationale.as_deref().unwrap_or("no reason is given");
        return vec![format!("{}: {}", safe_line(&judgement.id), safe(why.trim()))];
    }
    let artefacts = view.point.evidence.iter().filter_map(|name| {
        let (artefact, found) = (gap.standard.artefacts.get(name)?, gap.assessment.artefacts.get(name)?);
        let open = matches!(found.state, MachineState::NothingFound | MachineState::PartlyFound);
        (open && !found.lacks.is_empty())
            .then(|| format!("{}: {}", artefact.title, safe(&found.lacks.join("; "))))
    });
    artefacts.collect()
}

/// A point in full: what is asked, what there is, what people say, what closes it.
pub(super) fn point(gap: &Gap<'_>, view: &PointView<'_>, width: usize) -> String {
    let PointView { point, determination, priority, after } = view;
    let blocker = if point.blocker { ", a blocker" } else { "" };
    let priority = priority.map(|priority| format!(" ({})", priority.name())).unwrap_or_default();
    let mut text = format!("\n  {}  {}{priority}{blocker}\n", point.id, state(determination));
    let mut line = |name: &str, said: &str| text.push_str(&hanging(&format!("    {name:<9}"), said, width));
    line("asks", &point.says);
    for name in &point.evidence {
        if let (Some(artefact), Some(found)) =
            (gap.standard.artefacts.get(name), gap.assessment.artefacts.get(name))
        {
            let said = said(found);
            let said = if said.is_empty() { String::new() } else { format!(": {said}") };
            let instead = artefact.looked_for.as_ref().map(|where_to| format!(", looked for in {where_to}"));
            line(
                "found",
                &format!("{}, {}{}{said}", artefact.title, found.state, instead.unwrap_or_default()),
            );
        }
    }
    for signal in &determination.signals {
        line("signal", &told(signal));
    }
    for judgement in &determination.judgements {
        line("judged", &opinion(judgement));
        if let Some(rationale) = &judgement.rationale {
            line("because", &safe(rationale.trim()));
        }
        if !judgement.evidence.is_empty() {
            line("seen", &safe(&judgement.evidence.join(", ")));
        }
    }
    for described in gap.gaps.described(determination) {
        line("gap", &gap_of(described));
        if let Some(effect) = described.effect {
            line("effect", &safe(effect.trim()));
        }
    }
    line("shown", &why(determination));
    if priority.is_empty() {
        return text;
    }
    for step in &point.remedy.steps {
        line("do", step);
    }
    if let Some(wait) = &point.remedy.wait {
        let wait = Duration::parse(wait).map_or(wait.clone(), |wait| wait.to_string());
        line("wait", &format!("{wait}, until records show it"));
    }
    line("done when", &format!(" {}", point.remedy.done));
    if !after.is_empty() {
        line("after", &format!("the gaps of {}", after.join(" and ")));
    }
    let actions = gap.gaps.actions_of(&point.id);
    for action in &actions {
        line("work", &work(action));
    }
    if actions.is_empty() {
        line("work", "nobody has planned it: effort is to be estimated");
    }
    text
}

/// A gap as somebody described it, with what they expect an auditor to make of it.
fn gap_of(described: &Described<'_>) -> String {
    let mut text = safe_line(described.id).into_owned();
    if let Some(statement) = described.statement {
        let _ = write!(text, ": {}", safe(statement.trim()));
    }
    if let Some(grade) = described.grade {
        let _ = write!(text, " (likely {}, an opinion; grading is an auditor's)", safe_line(grade));
    }
    text
}

pub(super) fn told(signal: &Signal) -> String {
    let line = signal.place.range.map(|range| format!(":{}", range.start.line)).unwrap_or_default();
    let more = if signal.count > 1 { format!(" and {} more", signal.count - 1) } else { String::new() };
    let waived = if signal.waived > 0 { format!(", {} waived", signal.waived) } else { String::new() };
    let place = if signal.rule.starts_with(MISSING) {
        String::new()
    } else {
        format!(" ({}{line})", safe_line(&signal.place.path))
    };
    format!("{} {}: {}{place}{more}{waived}", signal.level, signal.rule, safe(&signal.message))
}

/// What somebody holds of a point: what they wrote, and what of it counts.
pub(super) fn opinion(judgement: &Judgement) -> String {
    let Judgement { id, by, on, written, status, confidence, facts, .. } = judgement;
    let mut text = format!("{written} by {} on {on} ({})", safe_line(by), safe_line(id));
    if let Some(confidence) = confidence {
        let _ = write!(text, ", confidence {confidence}");
    }
    if status != written {
        let _ = write!(text, "; from the four facts no more than {status} follows");
    }
    let names = ["documented", "implemented", "evidenced", "effective"];
    let facts: Vec<String> =
        names.iter().zip(facts).filter_map(|(name, degree)| Some(format!("{name} {}", (*degree)?))).collect();
    if !facts.is_empty() {
        let _ = write!(text, ": {}", facts.join(", "));
    }
    text
}

/// Why the state of a point is what it is.
pub(super) fn why(determination: &Determination) -> String {
    let shown = determination.shown;
    match determination.judgements.as_slice() {
        [] => format!("{shown}: {}, and no person has judged", determination.machine),
        [first, rest @ ..] => {
            let mut text = shown.to_string();
            if !rest.is_empty() {
                text.push_str(", the strictest of several readers");
            }
            match first.doubts.as_slice() {
                [] => text.push_str(": the judgement stands"),
                doubts if shown == Shown::ToBeConfirmed => {
                    let _ = write!(text, ": {}", safe(&listed(doubts)));
                }
                doubts => {
                    let _ = write!(text, ": the judgement stands, though {}", safe(&listed(doubts)));
                }
            }
            text
        }
    }
}

fn work(action: &Action) -> String {
    let mut parts = vec![format!("{} {}", safe_line(&action.id), safe(&action.title))];
    parts.extend(action.state.as_deref().map(|state| safe(state).into_owned()));
    parts.extend(action.responsible.as_deref().map(|role| format!("by {}", safe_line(role))));
    parts.extend(action.due.map(|due| format!("due {due}")));
    parts.push(match action.effort {
        Some(effort) => days(effort),
        None => "to be estimated".to_owned(),
    });
    if !action.depends_on.is_empty() {
        parts.push(format!("after {}", safe(&action.depends_on.join(", "))));
    }
    parts.join(", ")
}

fn days(Effort { low, likely, high }: Effort) -> String {
    if (high - low).abs() < f64::EPSILON {
        format!("{likely} person-days")
    } else {
        format!("{likely} ({low} to {high}) person-days")
    }
}

/// What cuts across clauses.
fn across(gap: &Gap<'_>, width: usize) -> String {
    if gap.across.is_empty() {
        return String::new();
    }
    let mut text = String::from("\nAcross clauses: findings that bear on several of them\n\n");
    for across in gap.across.iter().take(FEW) {
        let more = if across.count > 1 { format!(" and {} more", across.count - 1) } else { String::new() };
        let said = format!("{}{more}; bears on {}", safe(&across.message), across.clauses.join(", "));
        text.push_str(&hanging(&format!("  {:<9}", across.rule), &said, width));
    }
    if gap.across.len() > FEW {
        let _ = writeln!(text, "  and {} rules more", gap.across.len() - FEW);
    }
    text
}

/// What is good and must be kept: what people judged to be fulfilled and, where nobody has judged yet, clauses
/// of which nothing lacks and nothing is found fault with.
fn strengths(gap: &Gap<'_>, width: usize) -> String {
    let fulfilled: Vec<&PointView<'_>> =
        gap.points().filter(|view| view.determination.shown == Shown::Fulfilled).collect();
    let mut text = String::new();
    if !fulfilled.is_empty() {
        text.push_str("\nTo be kept: judged to be fulfilled\n\n");
    }
    for view in fulfilled.iter().take(FEW) {
        let seen = view.determination.judgements.first().map(|judgement| judgement.evidence.join(", "));
        let seen = seen.filter(|seen| !seen.is_empty()).map(|seen| format!(" Seen: {}.", safe(&seen)));
        let said = format!("{}{}", view.point.says, seen.unwrap_or_default());
        text.push_str(&hanging(&format!("  {:<11}", view.point.id), &said, width));
    }
    if fulfilled.len() > FEW {
        let _ = writeln!(text, "  and {} more", fulfilled.len() - FEW);
    }
    let sound: Vec<&str> = gap.sound().map(|view| view.clause.id.as_str()).collect();
    if !sound.is_empty() {
        let which = match sound.as_slice() {
            few if few.len() <= FEW => few.join(", "),
            many => format!("{} of {} clauses", many.len(), gap.clauses.len()),
        };
        let said = format!(
            "There is material for every point of {which}, and no finding speaks against it. Whether it will do, \
             people judge."
        );
        let _ = writeln!(text, "\n{}", filled(&said, width));
    }
    text
}

/// The gaps in the waves in which projects close them.
fn roadmap(gap: &Gap<'_>, width: usize) -> String {
    let mut text = String::from("\nRoadmap, in waves\n\n");
    for (number, WaveView { wave, open, urgent, wait }) in gap.waves().enumerate() {
        let mut said = match open.len() {
            0 => format!("no gap is known ({})", wave.says),
            count => format!("{} ({urgent} p1): {}", counted(count, "gap"), wave.says),
        };
        if let Some(wait) = wait {
            let _ = write!(said, "; records build up for {wait}");
        }
        let mut clauses: Vec<&str> = open.iter().filter_map(|view| view.point.id.split('/').next()).collect();
        clauses.dedup();
        if !clauses.is_empty() {
            let _ = write!(said, "; clauses {}", clauses.join(", "));
        }
        text.push_str(&hanging(&format!("  {} {:<11} ", number + 1, wave.title), &said, width));
    }
    let (effort, unknown) = gap.gaps.effort();
    let planned = gap.gaps.actions.iter().filter(|action| action.is_open()).count();
    let without = gap.open().filter(|view| gap.gaps.actions_of(&view.point.id).is_empty()).count();
    let mut said = match planned {
        0 => "no work is planned".to_owned(),
        count => format!("{} planned", counted(count, "work package")),
    };
    if effort.likely > 0.0 {
        let _ = write!(said, ", together {}, as people estimated", days(effort));
    }
    if unknown > 0 {
        let _ = write!(said, "; {} to be estimated", counted(unknown, "package"));
    }
    if without > 0 {
        let _ = write!(said, "; {} without planned work: to be estimated", counted(without, "gap"));
    }
    let _ = writeln!(text, "\n{}", filled(&said, width));
    for action in gap.gaps.actions.iter().filter(|action| action.is_open()) {
        text.push_str(&hanging("  ", &work(action), width));
    }
    text
}
