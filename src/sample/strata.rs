//! Strata: records that have the same value of a field, and how many are drawn of each.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BinaryHeap},
};

use super::error::SampleError;
use crate::{
    corpus::{Document, texts},
    model::{Format, Schema},
    yaml::{Kind, Node},
};

/// The stratum of a document by a field: its value; of a day the month, of a list all values.
pub(super) fn stratum_of(document: &Document<'_>, field: &str, schema: &Schema) -> String {
    let mut names = field.split('.');
    let first = names.next().and_then(|name| document.get(name));
    let node = names.try_fold(first, |holder, name| holder.map(|holder| holder.mapping()?.get(name)));
    let Some(node) = node.flatten() else { return String::new() };
    match node.kind() {
        Kind::Sequence(_) => texts(Some(node)).join("; "),
        Kind::Mapping(_) => String::new(),
        Kind::Scalar(_) => {
            let text = Node::text(node).unwrap_or_default();
            let is_day = matches!(schema.format, Some(Format::Date | Format::DateTime));
            if is_day { text.get(..7).unwrap_or(text).to_owned() } else { text.trim().to_owned() }
        }
    }
}

/// A stratum that waits for its next record: the one with the most records for each half record more than it has.
#[derive(PartialEq, Eq)]
struct Waiting {
    count: usize,
    given: usize,
    /// Of equal ones, the first is served.
    place: usize,
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        let weight = |of: &Self, beside: &Self| of.count as u128 * (2 * beside.given as u128 + 1);
        weight(self, other).cmp(&weight(other, self)).then(other.place.cmp(&self.place))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// How many are drawn of each stratum: one of each, and the others by how many records they have (the method of
/// Sainte-Laguë, which favours neither large nor small ones).
pub(super) fn shares(
    field: &str,
    counts: &BTreeMap<String, usize>,
    size: usize,
) -> Result<Vec<usize>, SampleError> {
    if counts.len() > size {
        return Err(SampleError::TooManyStrata { size, strata: counts.len(), field: field.to_owned() });
    }
    let mut given = vec![1; counts.len()];
    let mut waiting: BinaryHeap<Waiting> = counts
        .values()
        .enumerate()
        .filter(|(_, count)| **count > 1)
        .map(|(place, count)| Waiting { count: *count, given: 1, place })
        .collect();
    for _ in counts.len()..size {
        let Some(next) = waiting.pop() else { break };
        given[next.place] += 1;
        if next.given + 1 < next.count {
            waiting.push(Waiting { given: next.given + 1, ..next });
        }
    }
    Ok(given)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(counts: &[usize], size: usize) -> Vec<usize> {
        let counts = counts.iter().enumerate().map(|(place, count)| (format!("{place:03}"), *count));
        shares("priority", &counts.collect(), size).unwrap()
    }

    #[test]
    fn every_stratum_has_one_and_the_rest_follows_their_sizes() {
        assert_eq!(of(&[100, 100, 100], 15), [5, 5, 5]);
        assert_eq!(of(&[700, 200, 90, 10], 20), [13, 4, 2, 1]);
        assert_eq!(of(&[1, 1, 98], 10), [1, 1, 8]);
        assert_eq!(of(&[2, 3], 10), [2, 3]);
        assert_eq!(of(&[], 3), Vec::<usize>::new());
    }

    #[test]
    fn fewer_than_there_are_strata_is_refused() {
        let counts = [("a".to_owned(), 1), ("b".to_owned(), 1)].into();
        let error = shares("category", &counts, 1).unwrap_err();
        assert_eq!(error.to_string(), "1 records cannot be drawn from 2 strata of `category`");
    }
}
