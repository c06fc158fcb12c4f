//! Whether settings speak of rules and values that there are.

use super::LensError;
use crate::{assess, catalog::Catalog, control, model::Settings, readiness, text::nearest};

/// Whether the settings speak of rules and values that there are.
///
/// # Errors
///
/// With the first that there is not.
pub fn settings_are_known(settings: &Settings, catalog: &Catalog) -> Result<(), LensError> {
    if let Some(name) = settings.levels.keys().find(|name| catalog.rule(name).is_none()) {
        let known: Vec<&str> = catalog.rules().iter().map(|rule| rule.id.as_str()).collect();
        return Err(unknown("the level of", name, &known));
    }
    let is_left = |name: &&String| catalog.rule(name).is_some_and(|rule| rule.left_to.is_some());
    if let Some(name) = settings.levels.keys().find(is_left) {
        return Err(LensError::NoLevel { rule: name.clone() });
    }
    own_values_are_known(settings, catalog)
}

/// Whether the settings have values that a rule, a deadline, an assessment or its readiness asks for.
///
/// # Errors
///
/// With the first that nothing asks for.
pub fn own_values_are_known(settings: &Settings, catalog: &Catalog) -> Result<(), LensError> {
    if settings.own.is_empty() {
        return Ok(());
    }
    let mut known = catalog.own_values();
    if settings.own.keys().all(|name| known.contains(&name.as_str())) {
        return Ok(());
    }
    known.extend(assess::own_values(catalog.standard()));
    known.extend(readiness::OWN_VALUES);
    known.extend(control::OWN_VALUES);
    match settings.own.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(unknown("the own value", name, &known)),
        None => Ok(()),
    }
}

fn unknown(what: &'static str, name: &str, known: &[&str]) -> LensError {
    LensError::SetForNothing {
        what,
        name: name.to_owned(),
        near: nearest(name, known.iter().copied()).map(str::to_owned),
    }
}
