//! The numbers in ids: which are missing between the first and the last, as each missing one wants a reason.

use std::collections::{BTreeMap, HashSet};

use super::record::Series;

/// Of more gaps, only the number is told.
const SHOWN: usize = 50;

/// The series in which ids are that end in a number. `others` are ids of the type that are not among them.
pub(super) fn series(ids: &[&str], others: &[&str]) -> Vec<Series> {
    let mut known: BTreeMap<&str, Vec<(u64, usize)>> = BTreeMap::new();
    for id in ids {
        if let Some((prefix, number, digits)) = numbered(id) {
            known.entry(prefix).or_default().push((number, digits));
        }
    }
    let others: HashSet<(&str, u64)> =
        others.iter().filter_map(|id| numbered(id)).map(|(prefix, number, _)| (prefix, number)).collect();
    let mut outside: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for (prefix, number) in others {
        outside.entry(prefix).or_default().push(number);
    }
    known
        .into_iter()
        .map(|(prefix, mut numbers)| {
            numbers.sort_unstable();
            let outside = outside.remove(prefix).unwrap_or_default();
            of_one(prefix, &numbers, &outside)
        })
        .collect()
}

/// Of one prefix: `numbers` are sorted.
fn of_one(prefix: &str, numbers: &[(u64, usize)], outside: &[u64]) -> Series {
    let (from, digits) = numbers.first().copied().unwrap_or_default();
    let to = numbers.last().map_or(from, |(number, _)| *number);
    let mut taken: Vec<u64> = numbers.iter().map(|(number, _)| *number).collect();
    taken.dedup();
    let elsewhere: HashSet<u64> = outside
        .iter()
        .copied()
        .filter(|number| (from..=to).contains(number) && taken.binary_search(number).is_err())
        .collect();
    taken.extend(&elsewhere);
    taken.sort_unstable();
    let written = |number: u64| format!("{number:0digits$}");
    let (mut missing, mut gaps, mut more_gaps) = (0, Vec::new(), 0);
    for pair in taken.windows(2) {
        let (before, after) = (pair[0], pair[1]);
        let hole = after - before - 1;
        if hole == 0 {
            continue;
        }
        missing += hole;
        if gaps.len() == SHOWN {
            more_gaps += 1;
        } else if hole == 1 {
            gaps.push(written(before + 1));
        } else {
            gaps.push(format!("{}..{}", written(before + 1), written(after - 1)));
        }
    }
    Series {
        prefix: prefix.to_owned(),
        from: written(from),
        to: written(to),
        count: numbers.len(),
        elsewhere: elsewhere.len() as u64,
        missing,
        gaps,
        more_gaps,
    }
}

/// What stands before the number at the end of an id, the number, and with how many digits it is written.
fn numbered(id: &str) -> Option<(&str, u64, usize)> {
    let digits = id.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (prefix, number) = id.split_at(id.len() - digits);
    Some((prefix, number.parse().ok()?, digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_between_the_first_and_the_last_is_told() {
        let found = series(
            &["INC-0003", "INC-0004", "INC-0008", "INC-0012", "CHG-9", "CHG-11", "nothing"],
            &["INC-0005", "INC-0010", "INC-0099", "PRB-1"],
        );
        let told: Vec<String> = found
            .iter()
            .map(|of| {
                format!(
                    "{}{}..{} {} {} {} {:?}",
                    of.prefix, of.from, of.to, of.count, of.elsewhere, of.missing, of.gaps
                )
            })
            .collect();
        assert_eq!(
            told,
            ["CHG-9..11 2 0 1 [\"10\"]", "INC-0003..0012 4 2 4 [\"0006..0007\", \"0009\", \"0011\"]"]
        );
    }

    #[test]
    fn a_number_that_is_too_long_and_a_hole_without_end_take_no_time() {
        assert!(series(&["A-99999999999999999999999"], &[]).is_empty());
        let found = series(&["A-0", "A-18446744073709551615", "A-00"], &[]);
        assert_eq!(found[0].missing, u64::MAX - 1);
        let ids: Vec<String> = (0..200).map(|number| format!("A-{}", number * 2)).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let found = &series(&ids, &[])[0];
        assert_eq!((found.missing, found.gaps.len(), found.more_gaps), (199, 50, 149));
    }
}
