//! Where an import goes: the file of its records, the document of the extract, and what of it is there already.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    ops::Range,
};

use chrono::{Datelike as _, NaiveDate};

use super::{Arguments, CliError, Form, NotImported};
use crate::{
    corpus::{Documents, Shape},
    import::records::Record,
    model::{Period, RecordType, Target, sha256},
    text::{quoted, safe_line},
    yaml::Node,
};

/// So many records are told by id.
const TOLD: usize = 3;

/// Where an import goes.
#[derive(Debug)]
pub(super) struct Places {
    /// The id of the extract's document.
    pub(super) id: String,
    /// The file of the records, below the root.
    pub(super) rows: String,
    /// The file of the document, below the root.
    pub(super) document: String,
    /// The document that is there, with the numbers of its records.
    pub(super) number: Option<u32>,
    mine: Range<u32>,
    label: String,
    is_extract: bool,
}

impl Places {
    /// The document of an extract by its id, and the numbers of the records that follow it.
    pub(super) fn extract(documents: &Documents<'_>, id: &str) -> Option<(u32, Range<u32>)> {
        let number = documents.find(id)?;
        let all = documents.as_slice();
        let is_extract = all[number as usize].type_name.is_some_and(|(name, _)| name == "extract");
        let rows =
            all[number as usize + 1..].iter().take_while(|document| document.shape == Shape::Row).count();
        let rows = u32::try_from(rows).unwrap_or_default();
        is_extract.then(|| (number, number + 1..number + 1 + rows))
    }

    /// Where records of a type and a period go.
    pub(super) fn of(
        arguments: &Arguments,
        documents: &Documents<'_>,
        record_type: &RecordType,
        period: Option<Period>,
    ) -> Result<Self, CliError> {
        let label = period.map_or_else(|| "undated".to_owned(), label);
        let id = arguments.id.clone().unwrap_or_else(|| format!("EXT-{}-{label}", record_type.id));
        if !crate::check::fits(crate::model::Format::Id, &id) {
            return Err(NotImported::NoId { id }.into());
        }
        let output = arguments.output.as_deref().map(|path| match Target::of(path) {
            Target::Path(path) if !path.is_empty() => Ok(path),
            Target::Path(_) | Target::Address | Target::Elsewhere => {
                Err(NotImported::Outside { path: path.to_owned() })
            }
        });
        let output = output.transpose()?;
        let stem = format!("{}-{label}", record_type.id);
        let is_extract = arguments.form == Form::Extract;
        if !is_extract {
            let rows = output.unwrap_or_else(|| format!("records/{stem}.yaml"));
            return Ok(Self {
                id,
                document: rows.clone(),
                rows,
                number: None,
                mine: 0..0,
                label,
                is_extract,
            });
        }
        let known = documents.find(&id);
        let Some(number) = known else {
            let rows = output.unwrap_or_else(|| format!("extracts/{stem}.jsonl"));
            let name = rows.rsplit('/').next().unwrap_or(&rows);
            let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            let document = format!("records/extracts/{name}.yaml");
            return Ok(Self { id, rows, document, number: None, mine: 0..0, label, is_extract });
        };
        let found = documents.at(number);
        let of = found.get("of").and_then(Node::text);
        let Some((_, mine)) = Self::extract(documents, &id).filter(|_| of == Some(record_type.id.as_str()))
        else {
            return Err(NotImported::OtherDocument { id, record_type: record_type.id.clone() }.into());
        };
        let file = found.get("file").and_then(Node::text).map(Target::of);
        let rows = match (output, file) {
            (Some(output), _) => output,
            (None, Some(Target::Path(path))) => path,
            (None, _) => format!("extracts/{stem}.jsonl"),
        };
        let document = found.source.name().to_owned();
        Ok(Self { id, rows, document, number: Some(number), mine, label, is_extract })
    }

    /// What the document is called.
    pub(super) fn title(&self, record_type: &RecordType) -> String {
        format!("{}: sealed extract of {}", record_type.title, self.label)
    }

    /// Refuses records whose ids other documents have.
    pub(super) fn refuse_taken(
        &self,
        documents: &Documents<'_>,
        record_type: &RecordType,
        records: &[Record],
    ) -> Result<(), CliError> {
        let taken: Vec<(&str, u32)> = records
            .iter()
            .filter_map(|record| Some((record.id.as_str(), documents.find(&record.id)?)))
            .filter(|(_, number)| !self.mine.contains(number))
            .filter(|(_, number)| self.is_extract || documents.at(*number).source.name() != self.rows)
            .collect();
        let Some((_, first)) = taken.first() else { return Ok(()) };
        let document = documents.at(*first);
        let extract = document.extract.and_then(|extract| extract.get("id")?.text()).map(str::to_owned);
        Err(NotImported::Taken {
            count: taken.len(),
            ids: taken.iter().take(TOLD).map(|(id, _)| (*id).to_owned()).collect(),
            path: document.source.name().to_owned(),
            extract: extract.filter(|_| document.record_type.is_some_and(|of| of.id == record_type.id)),
        }
        .into())
    }

    /// Whether the records are there, with a digest.
    pub(super) fn has_rows(&self, documents: &Documents<'_>, digest: &str) -> bool {
        documents.attachments.extract(&self.rows).is_ok_and(|bytes| sha256(&bytes) == digest)
    }

    /// What is other than in the records that are there.
    pub(super) fn changes(
        &self,
        documents: &Documents<'_>,
        records: &[Record],
        sealed: Option<&str>,
    ) -> String {
        if self.number.is_none() {
            return String::new();
        }
        let before = documents.attachments.extract(&self.rows).ok();
        let Some(before) = before.filter(|bytes| sealed == Some(sha256(bytes).as_str())) else {
            return "the records that were sealed before are not at hand, so that changes are not told\n"
                .to_owned();
        };
        let before = String::from_utf8_lossy(&before);
        let mut old: BTreeMap<String, &str> = BTreeMap::new();
        for line in before.lines() {
            let parsed: Option<serde_json::Value> = serde_json::from_str(line).ok();
            let id = parsed.as_ref().and_then(|record| record["id"].as_str());
            old.extend(id.map(|id| (id.to_owned(), line)));
        }
        let new: BTreeSet<&str> = records.iter().map(|record| record.id.as_str()).collect();
        let come: Vec<&str> =
            records.iter().map(|record| record.id.as_str()).filter(|id| !old.contains_key(*id)).collect();
        let gone: Vec<&str> = old.keys().map(String::as_str).filter(|id| !new.contains(id)).collect();
        let other =
            records.iter().filter(|record| old.get(&record.id).is_some_and(|line| *line != record.line));
        let other: Vec<&str> = other.map(|record| record.id.as_str()).collect();
        let mut told = String::new();
        for (what, ids) in [("new", come), ("changed", other), ("no longer there", gone)] {
            if !ids.is_empty() {
                let some: Vec<String> = ids.iter().take(TOLD).map(|id| quoted(id)).collect();
                let more = if ids.len() > TOLD { ", .." } else { "" };
                let _ = writeln!(told, "{} {what}: {}{more}", ids.len(), some.join(", "));
            }
        }
        told
    }

    /// What one would do next.
    pub(super) fn next(&self, is_extract: bool) -> String {
        if is_extract {
            format!(
                "keep {} out of git, by a line in `.gitignore`, and commit {}; then `probity check`",
                safe_line(&self.rows),
                safe_line(&self.document)
            )
        } else {
            "probity check".to_owned()
        }
    }
}

/// A period as one calls it: a month, a quarter or a year by name, and else by its days.
fn label(period: Period) -> String {
    let Period { from, to } = period;
    let is_last = to.succ_opt().is_some_and(|next| next.day() == 1);
    let ends = |month: u32| from.day() == 1 && is_last && from.year() == to.year() && to.month() == month;
    let month = from.month();
    if ends(month) {
        return format!("{:04}-{month:02}", from.year());
    }
    if month % 3 == 1 && ends(month + 2) {
        return format!("{:04}-q{}", from.year(), month / 3 + 1);
    }
    if month == 1 && ends(12) {
        return format!("{:04}", from.year());
    }
    let day = |day: NaiveDate| day.to_string();
    if from == to { day(from) } else { format!("{}_{}", day(from), day(to)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_called_what_people_call_it() {
        for (period, expected) in [
            ("2026-02-01..2026-02-28", "2026-02"),
            ("2026-12-01..2026-12-31", "2026-12"),
            ("2026-04-01..2026-06-30", "2026-q2"),
            ("2026-10-01..2026-12-31", "2026-q4"),
            ("2026-01-01..2026-12-31", "2026"),
            ("2026-02-01..2026-04-30", "2026-02-01_2026-04-30"),
            ("2025-12-01..2026-12-31", "2025-12-01_2026-12-31"),
            ("2016-02-29..2016-02-29", "2016-02-29"),
        ] {
            assert_eq!(label(period.parse().unwrap()), expected);
        }
    }
}
