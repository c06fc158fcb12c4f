//! Who judged, and whom they asked, as their judgements tell it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::whole::points;

/// Those who judged, each with the points and the days, and those who were asked, each with the points.
pub(super) fn of(report: &Value) -> Value {
    let mut judges: BTreeMap<&str, Told<'_>> = BTreeMap::new();
    let mut asked: BTreeMap<&str, Told<'_>> = BTreeMap::new();
    for point in points(report) {
        let id = point["id"].as_str().unwrap_or_default();
        for judgement in point["judgements"].as_array().into_iter().flatten() {
            let day = judgement["on"].as_str();
            if let Some(by) = judgement["by"].as_str() {
                judges.entry(by).or_default().take(id, day);
            }
            for name in judgement["interviewees"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                asked.entry(name).or_default().take(id, day);
            }
        }
    }
    let rows = |told: BTreeMap<&str, Told<'_>>| {
        told.into_iter().map(|(who, told)| told.row(who)).collect::<Vec<_>>()
    };
    json!({"judges": rows(judges), "asked": rows(asked)})
}

#[derive(Default)]
struct Told<'r> {
    points: BTreeSet<&'r str>,
    days: BTreeSet<&'r str>,
}

impl<'r> Told<'r> {
    fn take(&mut self, point: &'r str, day: Option<&'r str>) {
        self.points.insert(point);
        self.days.extend(day);
    }

    fn row(&self, who: &str) -> Value {
        json!({"who": who, "points": self.points.len(), "from": self.days.first(), "to": self.days.last()})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_counted_by_points_and_not_by_judgements() {
        let judged = |by: &str, on: &str, asked: &[&str]| json!({"by": by, "on": on, "interviewees": asked});
        let report = json!({"gap": {"clauses": [{"points": [
            {"id": "8.6.1/01", "judgements": [
                judged("PER-1", "2026-05-02", &["ROL-4"]), judged("PER-1", "2026-05-09", &[]), judged("PER-2", "2026-05-03", &["ROL-4"]),
            ]},
            {"id": "8.6.1/02", "judgements": [judged("PER-1", "2026-04-30", &["ROL-4", "ROL-5"])]},
            {"id": "8.6.1/03", "judgements": []},
        ]}]}});
        assert_eq!(
            of(&report),
            json!({
                "judges": [
                    {"who": "PER-1", "points": 2, "from": "2026-04-30", "to": "2026-05-09"},
                    {"who": "PER-2", "points": 1, "from": "2026-05-03", "to": "2026-05-03"},
                ],
                "asked": [
                    {"who": "ROL-4", "points": 2, "from": "2026-04-30", "to": "2026-05-03"},
                    {"who": "ROL-5", "points": 1, "from": "2026-04-30", "to": "2026-04-30"},
                ],
            })
        );
    }
}
