//! Two points side by side, one file per format, and the sentence that all of them begin with.

pub mod json;
pub mod markdown;
pub mod terminal;

use super::words::{counted, listed};
use crate::{
    lens::{ApprovalChange, Comparison, Direction, PointChange, Turn, Why},
    model::{Level, MachineState, Shown},
};

/// What a change does, in a sentence.
fn verdict(comparison: &Comparison) -> String {
    let approvals = |change: ApprovalChange| {
        comparison.approvals.iter().filter(|approval| approval.change == change).count()
    };
    let points = |turn: Turn| comparison.points.iter().filter(|change| change.turn == turn).count();
    let loosened = comparison.bends.iter().filter(|bend| bend.direction == Direction::Loosened).count();
    let mut worse = Vec::new();
    let mut say = |count: usize, told: String| {
        if count > 0 {
            worse.push(told);
        }
    };
    say(loosened, format!("loosens what is asked for in {}", counted(loosened, "way")));
    let voided = approvals(ApprovalChange::Voided);
    say(voided, format!("voids {}", counted(voided, "approval")));
    let dropped = approvals(ApprovalChange::Dropped);
    say(dropped, format!("drops {}", counted(dropped, "approval")));
    let new = comparison.new.iter().filter(|change| change.why != Why::Time);
    let levels: Vec<Level> = new.map(|change| change.finding.level).collect();
    let of = |level: Level| levels.iter().filter(|found| **found == level).count();
    let of_levels = [(of(Level::Error), "new error"), (of(Level::Warning), "new warning")];
    for (count, noun) in of_levels {
        say(count, format!("brings {}", counted(count, noun)));
    }
    let fell = points(Turn::Fell);
    say(fell, format!("lets {} fall", counted(fell, "requirement")));
    let mut better = Vec::new();
    let mut say = |count: usize, told: String| {
        if count > 0 {
            better.push(told);
        }
    };
    let gone = comparison.gone.iter().filter(|change| change.why != Why::Time).count();
    say(gone, format!("settles {}", counted(gone, "finding")));
    let rose = points(Turn::Rose);
    say(rose, format!("lets {} rise", counted(rose, "requirement")));
    let gained = approvals(ApprovalChange::Gained);
    say(gained, format!("brings {}", counted(gained, "approval")));
    let mut sentence = match (worse.is_empty(), better.is_empty()) {
        (true, true) if comparison.documents.is_empty() && comparison.bends.is_empty() => {
            "nothing changed that counts".to_owned()
        }
        (true, true) => "nothing got worse or better".to_owned(),
        (true, false) => format!("nothing got worse; the change {}", listed(&better)),
        (false, true) => format!("the change {}", listed(&worse)),
        (false, false) => format!("the change {}; it also {}", listed(&worse), listed(&better)),
    };
    let by_time = comparison.by_time();
    if by_time > 0 {
        let things = if by_time == 1 { "1 thing is".to_owned() } else { format!("{by_time} things are") };
        sentence = format!("{sentence}; {things} other because days have passed");
    }
    sentence
}

/// What is shown of a point, or what a machine found where nobody's word changed.
fn states(change: &PointChange) -> (String, String) {
    let is_shown = change.before.map(|(shown, _)| shown) != change.after.map(|(shown, _)| shown);
    let told = |state: Option<(Shown, MachineState)>| match state {
        None => "not in the catalogue".to_owned(),
        Some((shown, _)) if is_shown => shown.to_string(),
        Some((_, machine)) => machine.to_string(),
    };
    (told(change.before), told(change.after))
}

/// Who has to approve again: the person and the role that did.
fn again(by: Option<&str>, role: Option<&str>) -> String {
    match (by, role) {
        (Some(by), Some(role)) => format!("{by} as {role}"),
        (Some(by), None) => by.to_owned(),
        (None, Some(role)) => format!("whoever holds {role}"),
        (None, None) => "nobody is named".to_owned(),
    }
}
