//! From parts to a whole: what was found of several artefacts, and what is shown of a point.

use std::collections::BTreeMap;

use crate::model::{Expected, Found, Judgement, MachineState, Shown, Standard, Status};

/// What was found of the evidence of a point, as a whole. What is optional counts only where it is there.
pub(super) fn machine(
    standard: &Standard,
    found: &BTreeMap<String, Found>,
    evidence: &[String],
) -> MachineState {
    let counts = |name: &&String| {
        let expected = standard.artefacts.get(*name).map(|artefact| artefact.expected);
        let state = found.get(*name).map(|found| found.state);
        expected != Some(Expected::Optional) || state != Some(MachineState::NothingFound)
    };
    let states: Vec<MachineState> =
        evidence.iter().filter(counts).filter_map(|name| Some(found.get(name)?.state)).collect();
    whole(&states)
}

/// What several states come to.
pub fn whole(states: &[MachineState]) -> MachineState {
    use MachineState::{MaterialFound, NoOccurrenceStated, NotTestable, NothingFound, PartlyFound};
    if states.is_empty() {
        return NotTestable;
    }
    // That nothing happened takes nothing away from the rest.
    let rest: Vec<MachineState> =
        states.iter().copied().filter(|state| *state != NoOccurrenceStated).collect();
    let has = |wanted: MachineState| rest.contains(&wanted);
    match rest.as_slice() {
        [] => NoOccurrenceStated,
        [first, others @ ..] if others.iter().all(|other| other == first) => *first,
        _ if has(MaterialFound) || has(PartlyFound) => PartlyFound,
        // Of what can be told there is nothing.
        _ if has(NothingFound) => NothingFound,
        _ => NotTestable,
    }
}

/// What is shown of a point on which the strictest judgement is this.
///
/// | judgement | without doubts | with doubts |
/// | --- | --- | --- |
/// | none | not judged | |
/// | fulfilled, mostly | the same | to be confirmed |
/// | partly, not fulfilled | the same | the same |
///
/// A doubt makes nothing better: what was not fulfilled a year ago is not fulfilled until somebody has
/// looked again.
pub(super) fn shown(judgement: Option<&Judgement>) -> Shown {
    match judgement {
        None => Shown::NotJudged,
        Some(Judgement { status: Status::Fulfilled | Status::Mostly, doubts, .. }) if !doubts.is_empty() => {
            Shown::ToBeConfirmed
        }
        Some(judgement) => judgement.status.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_come_to_a_whole() {
        use MachineState::{MaterialFound, NoOccurrenceStated, NotTestable, NothingFound, PartlyFound};
        assert_eq!(whole(&[]), NotTestable);
        assert_eq!(whole(&[MaterialFound, NoOccurrenceStated]), MaterialFound);
        assert_eq!(whole(&[NoOccurrenceStated]), NoOccurrenceStated);
        assert_eq!(whole(&[MaterialFound, NothingFound]), PartlyFound);
        assert_eq!(whole(&[MaterialFound, NotTestable]), PartlyFound);
        assert_eq!(whole(&[NothingFound, NotTestable]), NothingFound);
        assert_eq!(whole(&[NothingFound, NothingFound, NoOccurrenceStated]), NothingFound);
    }
}
