//! Readiness over history for programs: JSON of version 1. Within a version, fields are only added.

use serde::Serialize;

use crate::{
    lens::{Counted, Every, Row, Trend},
    report::json,
};

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "Probity trend, version 1"))]
struct Report<'r> {
    format: &'static str,
    version: u32,
    /// What made it.
    tool: json::Tool,
    /// What makes a row: `month`, `tag` or `commit`.
    per: &'static str,
    /// The day that all rows are judged on; without it, each is judged on the day of its commit.
    as_of: Option<String>,
    /// Why history does not go back further, if that is not because it begins there.
    cut: Option<&'r str>,
    /// The oldest first.
    rows: Vec<RowReport<'r>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Row"))]
struct RowReport<'r> {
    /// The month or the tags that it stands for.
    name: Option<&'r str>,
    commit: &'r str,
    /// The day on which the commit was made, where it was made.
    day: String,
    /// What was counted; none if the point could not be looked at.
    counted: Option<CountedReport>,
    /// Why it could not.
    unread: Option<&'r str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Counted"))]
struct CountedReport {
    documents: usize,
    untested_files: usize,
    /// Findings, without those waived.
    errors: usize,
    warnings: usize,
    waived: usize,
    /// Of the documented information that the standard asks for, what is found, and how much that is.
    documents_found: usize,
    documents_asked_for: usize,
    /// Points of the catalogue.
    points: usize,
    /// Those of which a machine found material.
    material_found: usize,
    /// Those that people have judged.
    judged: usize,
    /// Those that people have judged to be fulfilled.
    fulfilled: usize,
}

/// With a line feed at the end.
pub fn render(trend: &Trend) -> String {
    json::text(&Report {
        format: "probity-trend",
        version: 1,
        tool: json::Tool::this(),
        per: match trend.wish.every {
            Every::Month => "month",
            Every::Tag => "tag",
            Every::Commit => "commit",
        },
        as_of: trend.wish.as_of.map(|day| day.to_string()),
        cut: trend.cut.as_deref(),
        rows: trend.rows.iter().map(row).collect(),
    })
}

fn row(row: &Row) -> RowReport<'_> {
    RowReport {
        name: row.name.as_deref(),
        commit: &row.commit,
        day: row.day.to_string(),
        counted: row.counted.as_ref().ok().map(counted),
        unread: row.counted.as_ref().err().map(String::as_str),
    }
}

fn counted(counted: &Counted) -> CountedReport {
    CountedReport {
        documents: counted.documents,
        untested_files: counted.untested_files,
        errors: counted.errors,
        warnings: counted.warnings,
        waived: counted.waived,
        documents_found: counted.found,
        documents_asked_for: counted.asked_for,
        points: counted.points,
        material_found: counted.material,
        judged: counted.judged,
        fulfilled: counted.fulfilled,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_schema_is_that_of_the_structs() {
        json::published("trend-1", &schemars::schema_for!(Report<'_>));
    }
}
