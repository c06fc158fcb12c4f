//! The numbers of an assessment, side by side and never made into one.

use crate::model::{Assessment, Determination, MachineState, Point, Shown, Standard};

/// How many of some points are what. Whole numbers; what they are out of is told beside them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Numbers {
    /// Points in all.
    pub points: usize,
    /// Judged, so that the judgement stands.
    pub judged: usize,
    /// Judged to be fulfilled.
    pub fulfilled: usize,
    /// Judged to be mostly fulfilled.
    pub mostly: usize,
    /// Judged to be partly fulfilled.
    pub partly: usize,
    /// Judged not to be fulfilled.
    pub not_fulfilled: usize,
    /// Judged once, and to be confirmed. Not among those judged.
    pub to_be_confirmed: usize,
    /// Of those not judged, with material.
    pub material_found: usize,
    /// Of those not judged, with material of which something lacks.
    pub partly_found: usize,
    /// Of those not judged, without any material.
    pub nothing_found: usize,
    /// Of those not judged, without material because nothing happened, as somebody states.
    pub no_occurrence: usize,
    /// Of those not judged, of which the data do not tell.
    pub not_testable: usize,
    /// Blockers that are known not to be fulfilled, or of which something lacks and nobody judged.
    pub blockers: usize,
}

/// What a clause looks like from far away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Colour {
    /// A blocker is not fulfilled, or a quarter of the points is not.
    Red,
    /// Something is less than fulfilled, or too little is judged.
    Amber,
    /// All is judged and fulfilled.
    Green,
    /// Nobody has judged, and nothing is known to be wrong.
    Grey,
}

impl Numbers {
    /// Of these points.
    pub fn of<'p>(assessment: &Assessment, points: impl Iterator<Item = &'p Point>) -> Self {
        let mut numbers = Self::default();
        for (point, determination) in points.filter_map(|point| Some((point, assessment.of(&point.id)?))) {
            numbers.add(point, determination);
        }
        numbers
    }

    fn add(&mut self, point: &Point, determination: &Determination) {
        self.points += 1;
        self.judged += usize::from(determination.shown.is_judged());
        self.blockers += usize::from(point.blocker && determination.is_gap());
        let counter = match determination.shown {
            Shown::Fulfilled => &mut self.fulfilled,
            Shown::Mostly => &mut self.mostly,
            Shown::Partly => &mut self.partly,
            Shown::NotFulfilled => &mut self.not_fulfilled,
            Shown::ToBeConfirmed => &mut self.to_be_confirmed,
            Shown::NotJudged => match determination.machine {
                MachineState::MaterialFound => &mut self.material_found,
                MachineState::PartlyFound => &mut self.partly_found,
                MachineState::NothingFound => &mut self.nothing_found,
                MachineState::NoOccurrenceStated => &mut self.no_occurrence,
                MachineState::NotTestable => &mut self.not_testable,
            },
        };
        *counter += 1;
    }

    /// Fulfilled of those judged, in words: as a percentage only where at least four of five points are
    /// judged.
    pub fn strict(&self) -> String {
        let Self { fulfilled, judged, .. } = *self;
        match judged {
            0 => "nothing is judged".to_owned(),
            _ if judged * 5 >= self.points * 4 => format!("{} percent", percent(fulfilled, judged)),
            _ => format!("{fulfilled} of {judged}"),
        }
    }

    /// From what is fulfilled of all points to what would be if all that is not judged were, in percent.
    pub fn range(&self) -> (usize, usize) {
        let open = self.points - self.judged;
        (percent(self.fulfilled, self.points), percent(self.fulfilled + open, self.points))
    }

    /// The colour that these numbers have, by one rule for everybody.
    pub fn colour(&self) -> Colour {
        let open = self.points - self.judged;
        if self.points == 0 {
            Colour::Grey
        } else if self.blockers > 0 || self.not_fulfilled > 0 && self.not_fulfilled * 4 >= self.points {
            Colour::Red
        } else if self.judged == 0 && self.to_be_confirmed == 0 {
            Colour::Grey
        } else if self.fulfilled == self.points && open == 0 {
            Colour::Green
        } else {
            Colour::Amber
        }
    }
}

/// A share as a whole percentage, rounded to the nearest.
pub fn percent(part: usize, whole: usize) -> usize {
    (part * 200 + whole).checked_div(whole * 2).unwrap_or(0)
}

/// How many of the artefacts that the standard itself asks for as documented information are found in whole,
/// and how many there are.
pub fn documented(standard: &Standard, assessment: &Assessment) -> (usize, usize) {
    let explicit = standard.artefacts.iter().filter(|(_, artefact)| artefact.explicit);
    let is_found = |name: &String| {
        let state = assessment.artefacts.get(name).map(|found| found.state);
        matches!(state, Some(MachineState::MaterialFound | MachineState::NoOccurrenceStated))
    };
    explicit.fold((0, 0), |(found, all), (name, _)| (found + usize::from(is_found(name)), all + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 216 points of which 200 are judged: the average on a scale would be 87.5 percent.
    #[test]
    fn numbers_stand_side_by_side() {
        let numbers = Numbers {
            points: 216,
            judged: 200,
            fulfilled: 150,
            mostly: 30,
            partly: 15,
            not_fulfilled: 5,
            ..Numbers::default()
        };
        assert_eq!(numbers.strict(), "75 percent");
        assert_eq!(numbers.range(), (69, 77));
        assert_eq!(numbers.colour(), Colour::Amber);
        let blocked = Numbers { blockers: 2, ..numbers };
        assert_eq!(blocked.colour(), Colour::Red);
    }

    #[test]
    fn nothing_is_never_green_and_nothing_is_divided_by() {
        let empty = Numbers::default();
        assert_eq!(
            (empty.strict().as_str(), empty.range(), empty.colour()),
            ("nothing is judged", (0, 0), Colour::Grey)
        );
        let unjudged = Numbers { points: 10, material_found: 10, ..Numbers::default() };
        assert_eq!((unjudged.range(), unjudged.colour()), ((0, 100), Colour::Grey));
        let few = Numbers { points: 10, judged: 7, fulfilled: 7, ..Numbers::default() };
        assert_eq!((few.strict().as_str(), few.colour()), ("7 of 7", Colour::Amber));
        let whole = Numbers { points: 10, judged: 10, fulfilled: 10, ..Numbers::default() };
        assert_eq!((whole.strict().as_str(), whole.colour()), ("100 percent", Colour::Green));
    }
}
