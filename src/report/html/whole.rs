//! The report of [`super::super::whole`] as a page.

use serde_json::{Value, json};

use super::{HtmlError, Set, Template, make_safe, met, plan, template};
use crate::{
    model::File,
    report::whole::{DISCLAIMERS, is_report},
};

/// So many findings are shown one by one.
const FINDINGS: usize = 1000;
/// So many overdue decisions stand on the first page.
const DECISIONS: usize = 5;

/// What is the same in every report, and what can be replaced.
static REPORT: Set = Set {
    folder: "report",
    script: include_str!("../../../templates/report/script.js"),
    templates: &[
        template!("report", "page.html", true),
        template!("shared", "head.html", true),
        template!("report", "states.html", true),
        template!("report", "states.css", true),
        template!("report", "changed.html", true),
        template!("report", "limits.html", true),
        template!("report", "sponsor.html", false),
        template!("report", "basis.html", false),
        template!("report", "result.html", false),
        template!("report", "strengths.html", false),
        template!("report", "findings.html", false),
        template!("report", "across.html", false),
        template!("report", "plan.html", false),
        template!("report", "annexes.html", false),
        template!("report", "style.css", false),
    ],
};

/// The page of a report, as JSON has it, with templates of the organization's own in the place of some.
///
/// # Errors
///
/// If a template cannot be used, or the JSON is something else.
pub fn render(report: &Value, own: &[File]) -> Result<String, HtmlError> {
    REPORT.ready(own)?.page("page.html", &context(report, own)?)
}

/// All that a template can use: the report, and under `view` what is worked out for the page.
///
/// # Errors
///
/// If the JSON is something else, or a style cannot be used.
pub fn context(report: &Value, own: &[File]) -> Result<Value, HtmlError> {
    if !is_report(report) {
        return Err(HtmlError::NoReport);
    }
    let mut context = report.clone();
    make_safe(&mut context);
    let report = &context;
    let organization = report["organization"].as_str().unwrap_or("Service management system");
    let commit = report["commit"].as_str().and_then(|id| id.get(..10)).unwrap_or("files on disk");
    let tool = report["tool"]["version"].as_str().unwrap_or_default();
    let day = report["as_of"]["value"].as_str().unwrap_or_default();
    let above = format!("{organization} · gap analysis, judged on {day}");
    let of = report["organization"].as_str().map(|organization| format!(" of {organization}"));
    let title = format!("Gap analysis{}, {day}", of.unwrap_or_default());
    let mut view = REPORT.dress(&title, [&above, &format!("{commit} · Probity {tool}")], own)?;
    let findings = report["check"]["findings"].as_array().map_or(0, Vec::len);
    view["findings_shown"] = json!(findings.min(FINDINGS));
    view["plan"] = plan::of(report);
    view["met"] = met::of(report);
    view["decisions"] = json!(decisions(report));
    view["fulfilled"] = points(report).filter(|point| point["shown"] == "fulfilled").cloned().collect();
    let Some(fields) = context.as_object_mut() else { return Err(HtmlError::NoReport) };
    // Nobody can take these away, not even who keeps a report as a file.
    fields.insert("disclaimers".to_owned(), json!(DISCLAIMERS));
    fields.insert("view".to_owned(), view);
    Ok(context)
}

/// The points of all clauses.
pub(super) fn points(report: &Value) -> impl Iterator<Item = &Value> {
    let clauses = report["gap"]["clauses"].as_array().into_iter().flatten();
    clauses.flat_map(|clause| clause["points"].as_array().into_iter().flatten())
}

/// What somebody has to decide, what waits longest first.
fn decisions(report: &Value) -> Vec<Value> {
    let today = report["as_of"]["value"].as_str().unwrap_or_default();
    let work = || report["gap"]["work"].as_array().into_iter().flatten().filter(|work| work["open"] == true);
    let mut overdue: Vec<(&str, Value)> = work()
        .filter_map(|work| Some((work["due"].as_str().filter(|due| *due < today)?, work)))
        .map(|(due, work)| {
            let who = work["responsible"].as_str().unwrap_or("nobody");
            let says = format!(
                "{} {} is overdue: a new day, or another way ({who})",
                work["id"].as_str().unwrap_or_default(),
                work["title"].as_str().unwrap_or_default()
            );
            (due, json!({"day": due, "says": says}))
        })
        .collect();
    overdue.sort_by_key(|(due, _)| *due);
    let mut decisions: Vec<Value> = overdue.into_iter().map(|(_, told)| told).take(DECISIONS).collect();
    let mut count = |count: usize, one: &str, many: &str| {
        let says = match count {
            0 => return,
            1 => format!("1 {one}"),
            _ => format!("{count} {many}"),
        };
        decisions.push(json!({"day": null, "says": says}));
    };
    let blockers = report["ready"]["blockers"].as_array().into_iter().flatten();
    let in_nobodys = blockers.filter(|blocker| blocker["owner"].is_null()).count();
    count(
        in_nobodys,
        "blocker is in nobody's hands: who takes it?",
        "blockers are in nobody's hands: who takes them?",
    );
    let unplanned =
        |point: &&Value| point["priority"] == "p1" && point["work"].as_array().is_some_and(Vec::is_empty);
    count(
        points(report).filter(unplanned).count(),
        "gap of priority p1 has no planned work: who closes it, until when?",
        "gaps of priority p1 have no planned work: who closes them, until when?",
    );
    let without = work().filter(|work| work["responsible"].is_null()).count();
    count(without, "work package has nobody who does it", "work packages have nobody who does them");
    let confirm = points(report).filter(|point| point["shown"] == "to be confirmed").count();
    count(
        confirm,
        "judgement is to be confirmed: who looks again?",
        "judgements are to be confirmed: who looks again?",
    );
    decisions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_replaced_is_what_must_be_the_same_everywhere() {
        let fixed = REPORT.templates.iter().filter(|template| template.is_fixed);
        assert_eq!(
            fixed.map(|template| template.name).collect::<Vec<_>>(),
            ["page.html", "head.html", "states.html", "states.css", "changed.html", "limits.html"]
        );
    }
}
