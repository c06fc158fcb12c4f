//! Work packages, the time records need, and the days that one has to wait for, as places on a line of time.

use chrono::{Datelike as _, Days, Months, NaiveDate};
use serde_json::{Value, json};

use crate::model::Duration;

/// Beyond so many months, only each third is marked.
const MANY_MONTHS: i32 = 18;
/// Work beyond so many days behind the first is not drawn.
const DAYS: i64 = 366 * 10;

/// Where things stand from 0 to 1000 between the first day and the last; none if there is nothing to draw.
pub(super) fn of(report: &Value) -> Value {
    let day = |value: &Value| value.as_str().and_then(|text| text.parse::<NaiveDate>().ok());
    let Some(first) = day(&report["as_of"]["value"]) else { return Value::Null };
    let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let work: Vec<Value> =
        items(&report["gap"]["work"]).into_iter().filter(|work| work["open"] == true).collect();
    let due = |work: &Value| day(&work["due"]);
    let soaks = |work: &Value| {
        let soak = work["soak"].as_str().and_then(Duration::parse)?;
        soak.after(due(work)?.max(first))
    };
    let is_near = |day: &NaiveDate| (*day - first).num_days() < DAYS;
    let links: Vec<(NaiveDate, Value)> = items(&report["ready"]["chain"])
        .into_iter()
        .filter_map(|link| Some((day(&link["day"])?, link)))
        .filter(|(day, _)| is_near(day))
        .collect();
    let days = work.iter().flat_map(|work| [due(work), soaks(work)]).flatten().filter(is_near);
    let Some(last) = days.chain(links.iter().map(|(day, _)| *day)).max().filter(|last| *last > first) else {
        return Value::Null;
    };
    let last = last.checked_add_days(Days::new(14)).unwrap_or(last);
    let span = (last - first).num_days().max(1);
    let place = |day: NaiveDate| ((day - first).num_days().clamp(0, span) * 1000) / span;
    let dated = work.iter().filter(|work| due(work).is_some_and(|due| is_near(&due)));
    let bars: Vec<Value> = dated
        .map(|work| {
            let (due, before) = (due(work).unwrap_or(first), work["depends_on"].as_array());
            // It begins when what it waits for is done, or now.
            let begins = before.into_iter().flatten().filter_map(|id| {
                let before = items(&report["gap"]["work"]).into_iter().find(|other| other["id"] == *id)?;
                day(&before["due"])
            });
            let begins = begins.max().unwrap_or(first).clamp(first, due.max(first));
            let soaks = soaks(work).filter(is_near);
            json!({
                "id": work["id"], "title": work["title"], "due": due.to_string(), "late": due < first,
                "from": place(begins), "to": place(due),
                "soaks_to": soaks.map(place), "soaks_until": soaks.map(|day| day.to_string()),
            })
        })
        .collect();
    let undated: Vec<&Value> =
        work.iter().filter(|work| due(work).is_none()).map(|work| &work["id"]).collect();
    let milestones: Vec<Value> = links
        .iter()
        .map(|(day, link)| json!({"at": place(*day), "day": day.to_string(), "because": link["because"]}))
        .collect();
    json!({
        "first": first.to_string(),
        "last": last.to_string(),
        "months": months(first, last).into_iter().map(|month| {
            json!({"at": place(month), "name": month.format("%Y-%m").to_string()})
        }).collect::<Vec<_>>(),
        "bars": bars,
        "undated": undated,
        "milestones": milestones,
        "not_before": links.iter().map(|(day, _)| place(*day)).max(),
    })
}

/// The first days of the months between two days, or of every third.
fn months(first: NaiveDate, last: NaiveDate) -> Vec<NaiveDate> {
    let count =
        (last.year() - first.year()) * 12 + last.month0().cast_signed() - first.month0().cast_signed();
    let step = if count > MANY_MONTHS { 3 } else { 1 };
    let begin = first.with_day(1).unwrap_or(first);
    let months =
        (1..=count.unsigned_abs()).filter_map(|number| begin.checked_add_months(Months::new(number)));
    months.filter(|month| month.month0() % step == 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_begins_when_what_it_waits_for_is_done() {
        let report = json!({
            "as_of": {"value": "2026-01-01"},
            "gap": {"work": [
                {"id": "A", "title": "a", "open": true, "due": "2026-02-01", "depends_on": []},
                {"id": "B", "title": "b", "open": true, "due": "2026-03-01", "soak": "P3M", "depends_on": ["A"]},
                {"id": "C", "title": "c", "open": true, "due": null, "depends_on": []},
                {"id": "D", "title": "d", "open": false, "due": "2026-01-02", "depends_on": []},
                {"id": "E", "title": "e", "open": true, "due": "2025-12-01", "depends_on": []},
            ]},
            "ready": {"chain": [{"day": "2026-06-15", "because": "x"}]},
        });
        let plan = of(&report);
        let bar = |number: usize| &plan["bars"][number];
        assert_eq!((&bar(0)["from"], &bar(1)["from"]), (&json!(0), &bar(0)["to"]));
        assert_eq!(bar(1)["soaks_until"], "2026-06-01");
        assert_eq!((&bar(2)["id"], &bar(2)["late"]), (&json!("E"), &json!(true)));
        assert_eq!((&plan["undated"], &plan["last"]), (&json!(["C"]), &json!("2026-06-29")));
        assert_eq!(plan["months"].as_array().unwrap().len(), 5);
        assert_eq!(plan["not_before"], plan["milestones"][0]["at"]);
        let nothing = json!({"as_of": {"value": "2026-01-01"}, "gap": {"work": []}, "ready": {"chain": []}});
        assert_eq!(of(&nothing), Value::Null);
    }
}
