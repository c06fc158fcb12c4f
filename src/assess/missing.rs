//! Documents that the standard asks for and that are not there: one finding each, under the first point that
//! asks for it.

use std::collections::BTreeMap;

use crate::{
    corpus::Documents,
    model::{
        Artefact, Basis, Cause, Draft, Expected, Finding, Found, Level, MachineState, NeededBy, Place, Rule,
        Tier,
    },
};

/// What the rule of a missing document begins with; the point that asks for it follows: `REQ-8.6.1/07`.
pub const MISSING: &str = "REQ-";

pub(super) fn rule_id(point: &str) -> String {
    format!("{MISSING}{point}")
}

/// The artefacts that have to be there whatever happens, with what was found of each: in the order of the
/// points that ask for them. By the first stage of a certification audit, or by the second and so all.
pub fn required<'d>(
    documents: &'d Documents<'_>,
    found: &'d BTreeMap<String, Found>,
    needed_by: NeededBy,
) -> Vec<(&'d str, &'d Artefact, &'d Found)> {
    let standard = documents.catalog.standard();
    let order = |artefact: &Artefact| {
        let first = artefact.points.first();
        standard.points().position(|point| Some(&point.id) == first)
    };
    let wanted = |artefact: &Artefact| match needed_by {
        NeededBy::Stage1 => artefact.needed_by == NeededBy::Stage1,
        NeededBy::Stage2 => true,
        NeededBy::Neither => false,
    };
    let mut list: Vec<(&str, &Artefact, &Found)> = standard
        .artefacts
        .iter()
        .filter(|(_, artefact)| artefact.expected == Expected::Always && wanted(artefact))
        .filter_map(|(name, artefact)| Some((name.as_str(), artefact, found.get(name)?)))
        .collect();
    list.sort_by_cached_key(|(name, artefact, _)| (order(artefact), *name));
    list
}

/// One finding for each missing document; where a type has no document at all, one for all that it would
/// hold. They point at the place that asks for them.
pub fn findings(
    documents: &Documents<'_>,
    found: &BTreeMap<String, Found>,
    needed_by: NeededBy,
    place: &Place,
) -> Vec<Finding> {
    let missing = required(documents, found, needed_by);
    let missing = missing.into_iter().filter(|(_, _, found)| found.state == MachineState::NothingFound);
    let mut groups: Vec<Vec<(&str, &Artefact)>> = Vec::new();
    for (name, artefact, _) in missing {
        let none = artefact.types.iter().all(|of| documents.of_type(of).is_empty());
        let same = groups
            .iter_mut()
            .find(|group| none && group.first().is_some_and(|(_, other)| other.types == artefact.types));
        match same {
            Some(group) => group.push((name, artefact)),
            None => groups.push(vec![(name, artefact)]),
        }
    }
    groups.iter().filter_map(|group| finding(documents, group, place)).collect()
}

fn finding(documents: &Documents<'_>, group: &[(&str, &Artefact)], place: &Place) -> Option<Finding> {
    let (_, first) = group.first()?;
    let explicit = group.iter().any(|(_, artefact)| artefact.explicit);
    let rule = Rule {
        id: rule_id(first.points.first()?),
        severity: if explicit { Level::Error } else { Level::Warning },
        basis: if explicit { Basis::Requirement } else { Basis::Practice },
        cause: Cause::Content,
        says: format!("there is a document that is the {}", first.title),
        explain: String::new(),
        tier: Tier::Core,
        about: None,
        computed: None,
        left_to: None,
        own: None,
    };
    let titles: Vec<&str> = group.iter().map(|(_, artefact)| artefact.title.as_str()).collect();
    let types: Vec<String> = first.types.iter().map(|of| format!("`{of}`")).collect();
    let types = types.join(" or ");
    let some = first.types.iter().any(|of| !documents.of_type(of).is_empty());
    let message = if some {
        format!("missing: {}; no {types} is one", titles.join(", "))
    } else {
        format!("missing: {}; there is no {types}", titles.join(", "))
    };
    let mut points: Vec<&str> =
        group.iter().flat_map(|(_, artefact)| &artefact.points).map(String::as_str).collect();
    points.dedup();
    let asked = match points.as_slice() {
        [only] => (*only).to_owned(),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
        [] => String::new(),
    };
    let what = match &first.asks {
        Some(asks) if some => format!("one counts where `{}`", asks.trim()),
        _ => format!("`probity explain {}` tells what to write", first.types[0]),
    };
    let help =
        format!("asked for by {asked}; {what}; where it is kept elsewhere, a stub with `held_in` will do");
    let draft = Draft::new(&rule, place.clone(), message).help(help);
    Some(group.iter().fold(draft, |draft, (name, _)| draft.fact("artefact", *name)).finish())
}
