//! What is not known, so that nobody takes silence for a good sign.

use crate::{
    gap::{Gap, PointView},
    model::{Findings, MachineState, Shown},
};

pub(super) fn sentences(gap: &Gap<'_>, findings: &Findings) -> Vec<String> {
    let mut sentences = Vec::new();
    let numbers = &gap.numbers;
    let open = numbers.points - numbers.judged;
    if open > 0 {
        sentences.push(format!(
            "{open} of {} points nobody has judged, or the judgement is to be confirmed",
            numbers.points
        ));
    }
    let unjudged = |view: &&PointView<'_>| {
        view.point.blocker && !view.determination.shown.is_judged() && !view.determination.is_gap()
    };
    let blockers: Vec<&str> = gap.points().filter(unjudged).map(|view| view.point.id.as_str()).collect();
    if !blockers.is_empty() {
        sentences.push(format!("of the blockers nobody has judged the material of {}", blockers.join(", ")));
    }
    let untold: Vec<&str> = gap
        .points()
        .filter(|view| view.determination.machine == MachineState::NotTestable)
        .map(|view| view.point.id.as_str())
        .collect();
    if !untold.is_empty() {
        sentences.push(format!("of {} the data do not tell", untold.join(", ")));
    }
    let confirm = gap.points().filter(|view| view.determination.shown == Shown::ToBeConfirmed).count();
    if confirm > 0 {
        sentences.push(format!(
            "judgements to be confirmed: {confirm}; `probity gap --state to-be-confirmed` tells why"
        ));
    }
    for (id, why) in &gap.assessment.unplaced {
        sentences.push(format!("the judgement {id} counts for nothing: {why}"));
    }
    let unread: usize = gap.assessment.artefacts.values().filter(|found| found.unread > 0).count();
    if unread > 0 {
        sentences.push(format!(
            "kinds of document of which some are kept elsewhere, found and not read: {unread}"
        ));
    }
    let tested = &findings.tested;
    let unread = tested.untested_files + tested.untested_documents;
    if unread > 0 {
        sentences.push(format!(
            "files or documents that could not be read: {unread}; `probity check` tells which"
        ));
    }
    let untestable = findings.rules.values().filter(|tally| tally.untestable > 0).count();
    if untestable > 0 {
        sentences
            .push(format!("rules that could not be tested on every document they are for: {untestable}"));
    }
    sentences.push("whether people work as the documents say, only looking at the work tells".to_owned());
    sentences
}
