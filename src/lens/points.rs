//! Which points of the standard are other than they were.

use super::outcome::Why;
use crate::model::{Assessment, Determination, MachineState, Shown};

/// A point of which something else is shown, or found, than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PointChange {
    /// The point: `8.6.1/07`.
    pub point: String,
    /// What was shown of it, and what a machine found; none if there was no such point.
    pub before: Option<(Shown, MachineState)>,
    /// The same afterwards.
    pub after: Option<(Shown, MachineState)>,
    /// Why.
    pub why: Why,
    /// Which way.
    pub turn: Turn,
}

/// Which way a point went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// Less is shown of it, or found.
    Fell,
    /// More is.
    Rose,
    /// Neither can be said.
    Turned,
}

impl Turn {
    /// In a word.
    pub fn told(self) -> &'static str {
        match self {
            Self::Fell => "fell",
            Self::Rose => "rose",
            Self::Turned => "turned",
        }
    }

    fn of(before: (Shown, MachineState), after: (Shown, MachineState)) -> Self {
        let ((shown, machine), (shown_now, machine_now)) = (before, after);
        if shown != shown_now {
            return match (shown.is_judged(), shown_now.is_judged()) {
                // From best to worst.
                (true, true) if shown < shown_now => Self::Fell,
                (true, true) => Self::Rose,
                (true, false) => Self::Fell,
                (false, true) if matches!(shown_now, Shown::Fulfilled | Shown::Mostly) => Self::Rose,
                (false, true | false) => Self::Turned,
            };
        }
        match (found(machine), found(machine_now)) {
            (Some(before), Some(after)) if after < before => Self::Fell,
            (Some(before), Some(after)) if after > before => Self::Rose,
            // What there was can no longer be seen.
            (Some(1..), None) => Self::Fell,
            (Some(_) | None, Some(_) | None) => Self::Turned,
        }
    }
}

/// How much there is; none if the data do not tell.
fn found(machine: MachineState) -> Option<u8> {
    match machine {
        MachineState::NothingFound => Some(0),
        MachineState::PartlyFound => Some(1),
        MachineState::MaterialFound | MachineState::NoOccurrenceStated => Some(2),
        MachineState::NotTestable => None,
    }
}

/// Those that are other, in the order of the standard.
pub(super) fn changes(
    before: &Assessment,
    later: Option<&Assessment>,
    after: &Assessment,
) -> Vec<PointChange> {
    let state = |assessment: &Assessment, point: &str| {
        assessment.of(point).map(|found: &Determination| (found.shown, found.machine))
    };
    let gone = before.determinations.iter().filter(|found| after.of(&found.point).is_none());
    let points = after.determinations.iter().chain(gone).map(|found| found.point.as_str());
    let change = |point: &str| {
        let (then, now) = (state(before, point), state(after, point));
        let later = later.map(|later| state(later, point));
        (then != now).then(|| PointChange {
            point: point.to_owned(),
            before: then,
            after: now,
            why: Why::of(&then, later.as_ref(), &now),
            turn: then.zip(now).map_or(Turn::Turned, |(then, now)| Turn::of(then, now)),
        })
    };
    points.filter_map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_judgement_counts_before_what_a_machine_found() {
        use MachineState::{MaterialFound, NotTestable, NothingFound, PartlyFound};
        let turn = |before, after| Turn::of(before, after);
        assert_eq!(turn((Shown::Fulfilled, MaterialFound), (Shown::Partly, MaterialFound)), Turn::Fell);
        assert_eq!(turn((Shown::Partly, MaterialFound), (Shown::Mostly, NothingFound)), Turn::Rose);
        assert_eq!(turn((Shown::Mostly, MaterialFound), (Shown::ToBeConfirmed, MaterialFound)), Turn::Fell);
        assert_eq!(
            turn((Shown::NotJudged, MaterialFound), (Shown::NotFulfilled, MaterialFound)),
            Turn::Turned
        );
        assert_eq!(turn((Shown::NotJudged, NothingFound), (Shown::NotJudged, PartlyFound)), Turn::Rose);
        assert_eq!(turn((Shown::NotJudged, PartlyFound), (Shown::NotJudged, NotTestable)), Turn::Fell);
        assert_eq!(turn((Shown::NotJudged, NothingFound), (Shown::NotJudged, NotTestable)), Turn::Turned);
    }
}
