//! Due dates that no deadline speaks of: fields that the organization added to a type, or has in types of
//! its own.

use chrono::{DateTime, NaiveDate};

use super::{Item, item, listed};
use crate::{
    corpus::{Document, Documents, each_single},
    model::{Category, DateRole, Judged, RecordType},
    yaml::Mapping,
};

/// Those of documents that are still in use and, if they are records, not finished.
pub(super) fn items<'d>(documents: &'d Documents<'d>, judged: &Judged) -> Vec<Item<'d>> {
    let is_listed = listed(documents.catalog);
    let mut items = Vec::new();
    for (number, document) in (0u32..).zip(documents) {
        let Some(found) = document.record_type.filter(|_| !documents.has_ended(number)) else { continue };
        if is_finished(document) {
            continue;
        }
        let inherited = document.defaults.into_iter().flat_map(Mapping::entries);
        let inherited =
            inherited.filter(|(key, _)| key.text().is_some_and(|name| document.fields.get(name).is_none()));
        each_single(document.fields.entries().chain(inherited), &found.shape, &mut |single| {
            if single.schema.date != Some(DateRole::Due) || single.schema.history {
                return;
            }
            let field = single.field.to_string();
            if is_listed(&found.id, &without_places(&field)) {
                return;
            }
            let Some(day) = single.node.text().and_then(|text| day(text, judged)) else { return };
            let what = single.schema.title.to_lowercase();
            items.push(item(document, judged, day, what, Some(single.node), &field));
        });
    }
    items
}

/// Whether it is a record whose state says that it is finished.
fn is_finished(document: &Document<'_>) -> bool {
    let has_state = |found: &RecordType| found.category == Category::Record && !found.settled.is_empty();
    document.record_type.is_some_and(has_state) && document.is_settled()
}

/// A day, or the day of an instant in the organization's time zone.
fn day(text: &str, judged: &Judged) -> Option<NaiveDate> {
    let instant = || DateTime::parse_from_rfc3339(text).ok();
    text.parse().ok().or_else(|| Some(instant()?.with_timezone(&judged.time_zone).date_naive()))
}

/// A field without the places in lists: `notifications.due_at`.
fn without_places(field: &str) -> String {
    field.split('[').map(|part| part.split_once(']').map_or(part, |(_, rest)| rest)).collect()
}
