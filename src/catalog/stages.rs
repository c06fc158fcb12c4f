//! `stages.yaml` of a standard: what has to be there before each stage of a certification audit.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_spanned::Spanned;

use super::{
    file::{Loaded, Ordered, unknown},
    rules,
};
use crate::model::{Artefact, Mistake, Prerequisite};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PrerequisiteFile {
    says: String,
    #[serde(default)]
    artefacts: Vec<Spanned<String>>,
    #[serde(default)]
    rules: Vec<Spanned<String>>,
    person: Option<String>,
}

/// What has to be there before each stage of a certification audit.
pub(super) fn stages(
    file: &Loaded<Ordered<Vec<PrerequisiteFile>>>,
    artefacts: &BTreeMap<String, Artefact>,
) -> Result<BTreeMap<String, Vec<Prerequisite>>, Mistake> {
    let mut stages = BTreeMap::new();
    for (stage, written) in &file.content.0 {
        let mut list = Vec::new();
        for of in written {
            if let Some(name) = of.artefacts.iter().find(|name| !artefacts.contains_key(name.as_ref())) {
                return Err(unknown(file, name, "artefact", artefacts.keys().map(String::as_str)));
            }
            if let Some(name) = of.rules.iter().find(|name| !rules::has_findings(name.as_ref())) {
                return Err(unknown(file, name, "rule with findings", rules::rules().map(|rule| &*rule.id)));
            }
            let plain = |names: &[Spanned<String>]| names.iter().map(|name| name.as_ref().clone()).collect();
            list.push(Prerequisite {
                says: of.says.clone(),
                artefacts: plain(&of.artefacts),
                rules: plain(&of.rules),
                person: of.person.clone(),
            });
        }
        stages.insert(stage.as_ref().clone(), list);
    }
    Ok(stages)
}
