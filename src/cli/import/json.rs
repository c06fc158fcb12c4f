//! What an import found, and what was made of it, for programs: JSON of version 1, whose JSON Schema is
//! `schemas/reports/import-1.json`.

use serde::Serialize;

use super::{
    made::{Made, State},
    told::Shown,
};
use crate::{
    import::records::{ColumnTold, ColumnUse, Indicator, Refused, Seen},
    report::json::{self, Tool},
};

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "Probity import, version 1"))]
struct Report<'r> {
    /// Always `probity-import`.
    #[cfg_attr(test, schemars(extend("const" = "probity-import")))]
    format: &'static str,
    /// Version of the format.
    #[cfg_attr(test, schemars(extend("const" = 1)))]
    version: u32,
    /// What made it.
    tool: Tool,
    /// The source, as it was named.
    source: &'r str,
    /// What that source is called.
    system: &'r str,
    /// The profile of the organization's own that was read with it.
    own_profile: Option<&'r str>,
    /// What the records are.
    #[serde(rename = "type")]
    record_type: &'r str,
    exports: Vec<ExportRow<'r>>,
    counts: Counts,
    columns: Vec<ColumnRow<'r>>,
    /// The days that the records cover, both ends included, as `FROM..TO`.
    period: Option<String>,
    /// Totals of the records.
    indicators: Vec<IndicatorRow<'r>>,
    /// What the records cannot prove: rules that rest on what is not in the export, days that it leaves out.
    cannot_prove: &'r [String],
    /// Fields that nothing is known of.
    without: &'r [String],
    /// What else there is to know of the records.
    notes: &'r [String],
    /// What cannot be taken; nothing is made of an export in which there is any.
    refused: Vec<RefusedRow<'r>>,
    /// What was made of it; none if something cannot be taken.
    made: Option<MadeRow<'r>>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Export"))]
struct ExportRow<'r> {
    file: &'r str,
    sha256: &'r str,
    /// The table that it is, if it tells more of the records of another file.
    table: Option<&'r str>,
    /// Below the header.
    rows: u64,
    /// The line, or row, of the header.
    header: u64,
    /// How it was read, and what is odd about it.
    notes: &'r [String],
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Counts {
    records: usize,
    columns: usize,
    /// Columns that are a field of the records.
    fields: usize,
    /// Columns that are carried as the source says it.
    says: usize,
    /// Columns that are left out by the profile.
    left_out: usize,
    /// Columns that the profile does not speak of, and that are left out.
    unmapped: usize,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Column"))]
struct ColumnRow<'r> {
    file: &'r str,
    /// Which column, from one.
    position: usize,
    header: &'r str,
    /// What became of it: `field`, `says`, `left-out` or `unmapped`.
    to: &'static str,
    /// The field, or the name under which the source says it.
    name: Option<&'r str>,
    /// Why it is left out, if the profile says so.
    because: Option<&'r str>,
    /// In so many rows something stands in it.
    filled: u64,
    notes: &'r [String],
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Indicator"))]
struct IndicatorRow<'r> {
    name: &'r str,
    value: f64,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Refused"))]
struct RefusedRow<'r> {
    /// Its header; none if a row as a whole is meant.
    column: Option<&'r str>,
    message: &'r str,
    help: &'r str,
    /// So many cells.
    count: usize,
    /// The first of them.
    places: Vec<PlaceRow<'r>>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "CellPlace"))]
struct PlaceRow<'r> {
    /// File and row.
    at: &'r str,
    /// What stands there, in backticks, and shortened if it is long.
    value: &'r str,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Made"))]
struct MadeRow<'r> {
    /// What became of the files: `unchanged`, `planned` (`--dry-run`) or `written`.
    state: &'static str,
    /// Relative to the folder of the management system.
    files: &'r [String],
    /// The SHA-256 of the records; none if they are not sealed.
    sha256: Option<&'r str>,
}

/// As an object with a line feed at the end.
pub(super) fn as_json(shown: &Shown<'_>, source: &str, made: Option<&Made>) -> String {
    let Shown { import, profile, record_type, .. } = shown;
    let columns: Vec<ColumnRow<'_>> = import.columns.iter().map(column).collect();
    let of = |to: &str| columns.iter().filter(|column| column.to == to).count();
    json::text(&Report {
        format: "probity-import",
        version: 1,
        tool: Tool::this(),
        source,
        system: &profile.title,
        own_profile: profile.own.as_deref(),
        record_type: &record_type.id,
        exports: import.seen.iter().map(export).collect(),
        counts: Counts {
            records: import.records.len(),
            columns: columns.len(),
            fields: of("field"),
            says: of("says"),
            left_out: of("left-out"),
            unmapped: of("unmapped"),
        },
        columns,
        period: import.period.map(|period| period.to_string()),
        indicators: import
            .indicators
            .iter()
            .map(|Indicator { name, value }| IndicatorRow { name, value: *value })
            .collect(),
        cannot_prove: &import.cannot,
        without: &import.without,
        notes: &import.told,
        refused: import.refused.iter().map(refused).collect(),
        made: made.map(|made| MadeRow {
            state: match made.state {
                State::Unchanged => "unchanged",
                State::Planned => "planned",
                State::Written => "written",
            },
            files: &made.files,
            sha256: made.sha256.as_deref(),
        }),
    })
}

fn export(seen: &Seen) -> ExportRow<'_> {
    let Seen { file, sha256, table, rows, header, told } = seen;
    ExportRow { file, sha256, table: table.as_deref(), rows: *rows, header: *header, notes: told }
}

fn column(told: &ColumnTold) -> ColumnRow<'_> {
    let ColumnTold { file, position, header, to, filled, notes } = told;
    let (to, name, because) = match to {
        ColumnUse::Field(name) => ("field", Some(name.as_str()), None),
        ColumnUse::Says(name) => ("says", Some(name.as_str()), None),
        ColumnUse::Left(why) => ("left-out", None, Some(why.as_str())),
        ColumnUse::Unmapped => ("unmapped", None, None),
    };
    ColumnRow { file, position: *position, header, to, name, because, filled: *filled, notes }
}

fn refused(group: &Refused) -> RefusedRow<'_> {
    let Refused { column, message, help, count, places } = group;
    RefusedRow {
        column: Some(column.as_str()).filter(|column| !column.is_empty()),
        message,
        help,
        count: *count,
        places: places.iter().map(|(at, value)| PlaceRow { at, value }).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_schema_is_that_of_the_structs() {
        json::published("import-1", &schemars::schema_for!(Report<'_>));
    }
}
