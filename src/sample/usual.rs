//! What auditors usually add to a draw, as far as fields tell: the catalogue says what.

use std::collections::{BTreeMap, HashMap};

use super::record::UsualFound;
use crate::{
    check::Asked,
    corpus::Documents,
    model::{Judged, Usual},
    yaml::Node,
};

/// The records that are usually added of those of a population, each with the reason, and what was looked for.
/// `order` is that in which they are taken where there are more than usual.
pub(super) fn usual<'d>(
    documents: &'d Documents<'d>,
    judged: &'d Judged,
    record_type: &str,
    order: &[&'d str],
) -> (Vec<(&'d str, &'static str)>, Vec<UsualFound>) {
    let mut asked = Asked::new(documents, judged);
    let (mut added, mut looked_for) = (Vec::new(), Vec::new());
    let numbered: Vec<(&str, u32)> = order.iter().filter_map(|id| Some((*id, documents.find(id)?))).collect();
    for usual in documents.catalog.usual(record_type) {
        let (mut ids, mut untold) = (Vec::new(), 0);
        for (id, number) in &numbered {
            asked.about(*number);
            match usual.when.as_ref().map_or(Some(true), |when| asked.tells(when)) {
                Some(true) => ids.push((*id, *number)),
                Some(false) => {}
                None => untold += 1,
            }
        }
        if let Some(alike) = &usual.alike {
            ids = shared(documents, usual, alike, ids);
        }
        if let Some(oldest) = &usual.oldest {
            let mut dated: Vec<_> = ids
                .into_iter()
                .filter_map(|(id, number)| {
                    asked.about(number);
                    Some((asked.day(oldest)?, id, number))
                })
                .collect();
            dated.sort_unstable();
            ids = dated.into_iter().map(|(_, id, number)| (id, number)).collect();
        }
        let found = ids.len();
        ids.truncate(usual.most);
        looked_for.push(UsualFound {
            id: usual.id.clone(),
            because: usual.because.clone(),
            found,
            taken: ids.len(),
            untold,
        });
        added.extend(ids.into_iter().map(|(id, _)| (id, usual.because.as_str())));
    }
    (added, looked_for)
}

/// Those whose value of a field many of them have: of the value that most have first.
fn shared<'d>(
    documents: &'d Documents<'d>,
    usual: &Usual,
    alike: &str,
    ids: Vec<(&'d str, u32)>,
) -> Vec<(&'d str, u32)> {
    let mut by_value: HashMap<&str, Vec<(&str, u32)>> = HashMap::new();
    for (id, number) in ids {
        if let Some(value) =
            documents.at(number).get(alike).and_then(Node::text).filter(|text| !text.is_empty())
        {
            by_value.entry(value).or_default().push((id, number));
        }
    }
    let many = by_value.into_iter().filter(|(_, ids)| ids.len() >= usual.least.max(2));
    let many: BTreeMap<_, _> = many.map(|(value, ids)| ((usize::MAX - ids.len(), value), ids)).collect();
    many.into_values().flatten().collect()
}
