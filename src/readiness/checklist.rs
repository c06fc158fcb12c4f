//! What has to be there before an audit, point by point, as auditors go about it.

use crate::{
    assess::whole,
    gap::Gap,
    model::{Finding, Findings, Level, MachineState, Prerequisite},
};

/// Something that has to be there, and how it stands.
#[derive(Debug)]
pub struct Item<'a> {
    /// What.
    pub prerequisite: &'a Prerequisite,
    /// How it stands.
    pub standing: Standing,
    /// What of it lacks: an artefact with its state each.
    pub lacks: Vec<String>,
    /// Findings that speak against it.
    pub against: Vec<&'a Finding>,
}

/// How something stands, as far as a machine can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Standing {
    /// All of it is found.
    Found,
    /// Something of it lacks, or findings speak against it.
    Partly,
    /// Nothing of it is found.
    Nothing,
    /// The data do not tell.
    NotTestable,
    /// Only a person knows.
    Person,
}

pub(super) fn items<'a>(gap: &'a Gap<'_>, findings: &'a Findings, list: &str) -> Vec<Item<'a>> {
    let all = gap.standard.stages.get(list).map(Vec::as_slice).unwrap_or_default();
    all.iter().map(|prerequisite| item(gap, findings, prerequisite)).collect()
}

fn item<'a>(gap: &'a Gap<'_>, findings: &'a Findings, prerequisite: &'a Prerequisite) -> Item<'a> {
    let found = |name: &String| gap.assessment.artefacts.get(name).map(|found| found.state);
    let states: Vec<MachineState> = prerequisite.artefacts.iter().filter_map(found).collect();
    let counts = |finding: &&Finding| {
        prerequisite.rules.contains(&finding.rule) && finding.level > Level::Info && finding.waived.is_none()
    };
    let against: Vec<&Finding> = findings.iter().filter(counts).collect();
    let lacks = prerequisite
        .artefacts
        .iter()
        .filter_map(|name| {
            let state = found(name)?;
            let fine = matches!(state, MachineState::MaterialFound | MachineState::NoOccurrenceStated);
            (!fine).then(|| format!("{}: {state}", gap.standard.artefacts[name].title))
        })
        .collect();
    let standing = match (states.as_slice(), whole(&states)) {
        ([], _) if against.is_empty() => Standing::Person,
        ([], _) | (_, MachineState::PartlyFound) => Standing::Partly,
        (_, MachineState::NothingFound) => Standing::Nothing,
        (_, MachineState::NotTestable) => Standing::NotTestable,
        (_, MachineState::MaterialFound | MachineState::NoOccurrenceStated) if against.is_empty() => {
            Standing::Found
        }
        (_, MachineState::MaterialFound | MachineState::NoOccurrenceStated) => Standing::Partly,
    };
    Item { prerequisite, standing, lacks, against }
}
