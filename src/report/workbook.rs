//! The report as the workbook that consultants use: one sheet for each register, and one with a row for each point, on
//! which people fill in what they hold and which is read back from there.
//!
//! Made from the JSON of [`super::whole`]. Nothing in it is a formula: whatever a document says stands as a text.

mod actions;
mod clauses;
pub mod columns;
mod evidence;
mod findings;
mod origin;
mod page;
pub mod register;
mod requirements;
mod roadmap;
mod scales;
mod style;
mod summary;

use chrono::NaiveDate;
use rust_xlsxwriter::{DocProperties, Workbook, XlsxError};
use serde_json::Value;

use super::whole::is_report;
use crate::text::safe_line;
use page::Page;
use style::Style;

/// So many characters of a name stand at the edge of a printed page, where there is room for 255.
const NAME: usize = 80;
/// So many of a day, a commit and a version.
const MARK: usize = 12;

/// Makes a sheet of a report.
type Make = for<'s> fn(&Value, &'s Style) -> Result<Page<'s>, XlsxError>;

/// The sheets, in their order.
const PAGES: [Make; 9] = [
    summary::page,
    clauses::page,
    requirements::page,
    findings::page,
    evidence::page,
    actions::page,
    roadmap::page,
    scales::page,
    origin::page,
];

/// Why there is no workbook.
#[derive(Debug, thiserror::Error)]
pub enum WorkbookError {
    /// What it is to be made of is something else.
    #[error("this is no report of `probity report --format json` that this version can read")]
    NoReport,
    /// It is more than a workbook can hold.
    #[error("the workbook cannot be made")]
    Unmade(#[from] XlsxError),
}

impl WorkbookError {
    /// What a person can do.
    pub fn help(&self) -> String {
        match self {
            Self::NoReport => "make it anew with `probity report --format json`".to_owned(),
            Self::Unmade(error) => format!("{error}; `--format json` has it all"),
        }
    }
}

/// The workbook of a report, as JSON has it.
///
/// # Errors
///
/// If the JSON is something else, or more than a workbook can hold.
pub fn render(report: &Value) -> Result<Vec<u8>, WorkbookError> {
    if !is_report(report) {
        return Err(WorkbookError::NoReport);
    }
    let (style, edges) = (Style::new(), Edges::of(report));
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(report, &edges)?);
    for page in PAGES {
        let Page { mut sheet, .. } = page(report, &style)?;
        sheet.set_header(&edges.above).set_footer(&edges.below);
        workbook.push_worksheet(sheet);
    }
    Ok(workbook.save_to_buffer()?)
}

/// What stands at the edges of each printed page.
struct Edges {
    title: String,
    author: String,
    above: String,
    below: String,
}

impl Edges {
    fn of(report: &Value) -> Self {
        let organization = report["organization"].as_str().unwrap_or("Service management system");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (day, version) = (text(&report["as_of"]["value"]), text(&report["tool"]["version"]));
        Self::named(organization, "gap analysis", report["commit"].as_str(), &day, &version)
    }

    fn named(organization: &str, what: &str, commit: Option<&str>, day: &str, version: &str) -> Self {
        let organization = short(organization, NAME);
        let commit = commit.and_then(|id| id.get(..10)).unwrap_or("files on disk");
        let (commit, day) = (short(commit, NAME), short(day, MARK));
        let author = format!("Probity {}", short(version, MARK));
        let title = format!("{organization} · {what}, judged on {day}");
        // An ampersand begins a command here.
        let plain = |text: &str| text.replace('&', "&&");
        Self {
            above: format!("&L{}&R&A", plain(&title)),
            below: format!("&L{} · {}&RPage &P of &N", plain(&commit), plain(&author)),
            title,
            author,
        }
    }
}

fn short(text: &str, room: usize) -> String {
    let shown = safe_line(text);
    let mut short: String = shown.chars().take(room).collect();
    if short.len() < shown.len() {
        short.push('…');
    }
    short
}

/// Made on the day judged on, so that the same report gives the same bytes.
fn properties(report: &Value, edges: &Edges) -> Result<DocProperties, XlsxError> {
    let day = report["as_of"]["value"].as_str().and_then(|day| day.parse::<NaiveDate>().ok());
    let made = page::excel(day.unwrap_or_default())?;
    Ok(DocProperties::new().set_title(&edges.title).set_author(&edges.author).set_creation_datetime(&made))
}

/// The points of a report, each with its clause.
fn points(report: &Value) -> impl Iterator<Item = (&Value, &Value)> {
    let clauses = page::items(&report["gap"]["clauses"]);
    clauses.flat_map(|clause| page::items(&clause["points"]).map(move |point| (clause, point)))
}

/// What a machine found where nobody judged, and what is shown otherwise.
const FOUND: [&str; 5] =
    ["material found", "partly found", "nothing found", "no occurrence stated", "not testable"];
/// What is shown of a point.
const SHOWN: [&str; 6] = ["fulfilled", "mostly", "partly", "not fulfilled", "to be confirmed", "not judged"];
/// What a clause looks like from far away.
const COLOURS: [&str; 4] = ["red", "amber", "green", "grey"];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_report_that_lacks_everything_is_a_workbook_still() {
        let bare = json!({"format": "probity-report", "version": 1});
        assert!(render(&bare).unwrap().starts_with(b"PK"));
        let other = json!({
            "format": "probity-report", "version": 1, "organization": [], "commit": "é".repeat(9), "as_of": 7,
            "gap": {"clauses": {"a": 1}, "waves": [[]], "work": [1], "artefacts": {"x": null}}, "check": {"findings": "x"},
        });
        assert!(render(&other).is_ok());
        assert!(matches!(render(&json!([1])), Err(WorkbookError::NoReport)));
    }

    #[test]
    fn what_stands_at_the_edges_is_no_command_and_has_room() {
        let report = json!({
            "organization": "&D".repeat(200), "as_of": {"value": "&P".repeat(200)}, "commit": "&".repeat(40),
            "tool": {"version": "&".repeat(99)},
        });
        let Edges { above, below, .. } = Edges::of(&report);
        for edge in [above, below] {
            assert!(edge.chars().count() <= 255, "{}", edge.chars().count());
        }
    }
}
