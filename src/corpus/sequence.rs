//! Documents that follow each other: the measurements of an indicator, the reports of one kind.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate};

use super::Document;
use crate::yaml::Node;

/// Documents by the value that they share, each list in the order of a date.
#[derive(Debug)]
pub struct Sequence {
    by_value: HashMap<String, Vec<(i64, u32)>>,
}

impl Sequence {
    /// Of these documents, by a field that they share and by a date, those that have both.
    pub(super) fn of<'d, 'c: 'd>(
        documents: impl Iterator<Item = (u32, &'d Document<'c>)>,
        shared: &str,
        date: &str,
    ) -> Self {
        let mut by_value: HashMap<String, Vec<(i64, u32)>> = HashMap::new();
        for (number, document) in documents {
            if let (Some(value), Some(when)) = (text(document, shared), instant(document, date)) {
                match by_value.get_mut(value) {
                    Some(list) => list.push((when, number)),
                    None => drop(by_value.insert(value.to_owned(), vec![(when, number)])),
                }
            }
        }
        for list in by_value.values_mut() {
            list.sort_unstable();
        }
        Self { by_value }
    }

    /// Those with the next later date than a document, all that have it.
    pub fn next(&self, document: &Document<'_>, shared: &str, date: &str) -> Vec<u32> {
        let Some((when, list)) = self.around(document, shared, date) else { return Vec::new() };
        let later = &list[list.partition_point(|(known, _)| *known <= when)..];
        later.iter().take_while(|(known, _)| *known == later[0].0).map(|(_, number)| *number).collect()
    }

    /// Those with the next earlier date than a document, all that have it.
    pub fn previous(&self, document: &Document<'_>, shared: &str, date: &str) -> Vec<u32> {
        let Some((when, list)) = self.around(document, shared, date) else { return Vec::new() };
        let earlier = &list[..list.partition_point(|(known, _)| *known < when)];
        let Some((nearest, _)) = earlier.last() else { return Vec::new() };
        let start = earlier.partition_point(|(known, _)| known < nearest);
        earlier[start..].iter().map(|(_, number)| *number).collect()
    }

    fn around(&self, document: &Document<'_>, shared: &str, date: &str) -> Option<(i64, &[(i64, u32)])> {
        let list = self.by_value.get(text(document, shared)?)?;
        Some((instant(document, date)?, list))
    }
}

fn text<'c>(document: &Document<'c>, field: &str) -> Option<&'c str> {
    document.get(field).and_then(Node::text)
}

/// A date as seconds; days and instants are never in one list, since one field tells all.
fn instant(document: &Document<'_>, field: &str) -> Option<i64> {
    let text = text(document, field)?;
    let day = || text.parse::<NaiveDate>().ok().and_then(|day| day.and_hms_opt(0, 0, 0));
    let instant = DateTime::parse_from_rfc3339(text).map(|instant| instant.timestamp());
    instant.ok().or_else(|| day().map(|midnight| midnight.and_utc().timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        catalog::Catalog,
        corpus::{self, Documents},
        model::{Content, File, Snapshot},
        text::Source,
        yaml::Limits,
    };

    #[test]
    fn what_follows_shares_the_value_and_has_the_nearest_date() {
        let text = "collection: measurement\nentries:\n\
             - {id: A1, kpi: K1, period_end: 2026-01-31}\n- {id: A3, kpi: K1, period_end: 2026-03-31}\n\
             - {id: A2, kpi: K1, period_end: 2026-02-28}\n- {id: A2b, kpi: K1, period_end: 2026-02-28}\n\
             - {id: B1, kpi: K2, period_end: 2026-02-01}\n- {id: C, kpi: K1}\n";
        let source = Source::new("a.yaml", text);
        let file = File { path: "a.yaml".to_owned(), content: Content::Text(source.into()) };
        let snapshot = Snapshot { files: vec![file], ..Snapshot::default() };
        let (corpus, catalog) = (corpus::read(&snapshot, &Limits::default()), Catalog::embedded());
        let documents = Documents::of(&corpus, &catalog);
        let told = |id: &str| {
            let document = documents.at(documents.find(id).unwrap());
            let sequence = documents.sequence(["measurement", "kpi", "period_end"]);
            let ids = |numbers: Vec<u32>| {
                let ids = numbers.into_iter().map(|number| documents.at(number).id().unwrap().0);
                ids.collect::<Vec<_>>().join(" ")
            };
            let [previous, next] = [Sequence::previous, Sequence::next]
                .map(|of| ids(of(&sequence, document, "kpi", "period_end")));
            format!("{previous} | {next}")
        };
        assert_eq!(told("A1"), " | A2 A2b");
        assert_eq!(told("A2"), "A1 | A3");
        assert_eq!(told("A3"), "A2 A2b | ");
        assert_eq!((told("B1"), told("C")), (" | ".to_owned(), " | ".to_owned()));
    }
}
