//! What an auditor wants to know before the first clause: scope, services, roles, words, and what is known to lack. And the
//! index by clause.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    logs,
    manifest::{Item, Manifest, Requirement},
    select::{LeftOut, Selection},
    veil::Veil,
};
use crate::{
    corpus::Documents,
    lens::{Assessed, Bend},
    model::{Category, Expected, Level},
    report::{table::Table, whole::DISCLAIMERS},
    yaml::Node,
};

/// So many items of a point are shown in the index; the others stand in the lists.
const SHOWN: usize = 8;

/// What there is for each point of the standard.
pub(super) fn requirements(assessed: &Assessed<'_>, items: &[Item], wanted: &[String]) -> Vec<Requirement> {
    let standard = assessed.documents.catalog.standard();
    let mut of: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for item in items {
        for point in &item.requirement_ids {
            of.entry(point).or_default().push(item.evidence_id.clone());
        }
    }
    let is_wanted =
        |id: &str| wanted.is_empty() || wanted.iter().any(|clause| crate::model::is_within(id, clause));
    let mut requirements = Vec::new();
    for clause in &standard.clauses {
        for point in clause.points.iter().filter(|point| is_wanted(&point.id)) {
            let found =
                assessed.assessment.of(&point.id).map(|determination| determination.machine.to_string());
            let lacks = point.evidence.iter().filter_map(|name| {
                let artefact = standard.artefacts.get(name)?;
                let found = assessed.assessment.artefacts.get(name)?;
                (!found.lacks.is_empty()).then(|| format!("{}: {}", artefact.title, found.lacks.join("; ")))
            });
            requirements.push(Requirement {
                id: point.id.clone(),
                clause: clause.id.clone(),
                says: point.says.clone(),
                found: found.unwrap_or_default(),
                remark: lacks.collect::<Vec<_>>().join(". "),
                items: of.remove(point.id.as_str()).unwrap_or_default(),
            });
        }
    }
    requirements
}

/// The index by clause as CSV: a row for each point and each item.
pub(super) fn index_csv(manifest: &Manifest) -> String {
    let items: BTreeMap<&str, &Item> =
        manifest.items.iter().map(|item| (item.evidence_id.as_str(), item)).collect();
    let mut rows = Vec::new();
    for requirement in &manifest.requirements {
        let row = |item: Option<&&Item>| {
            json!({
                "clause": requirement.clause, "requirement": requirement.id, "says": requirement.says,
                "found": requirement.found, "remark": requirement.remark,
                "item": item.map(|item| &item.evidence_id), "title": item.and_then(|item| item.title.clone()),
                "version": item.and_then(|item| item.version.clone()), "from": item.and_then(|item| item.period_start.clone()),
                "to": item.and_then(|item| item.period_end.clone()), "owner": item.and_then(|item| item.owner_role.clone()),
                "page": item.map(|item| &item.page), "source": item.map(|item| &item.path),
            })
        };
        let found: Vec<Value> = requirement.items.iter().map(|id| row(items.get(id.as_str()))).collect();
        if found.is_empty() { rows.push(row(None)) } else { rows.extend(found) }
    }
    let columns = [
        "clause",
        "requirement",
        "says",
        "item",
        "title",
        "version",
        "from",
        "to",
        "owner",
        "page",
        "source",
        "found",
        "remark",
    ];
    logs::table(&rows, &columns)
}

/// The index by item as CSV.
pub(super) fn items_csv(manifest: &Manifest) -> String {
    let rows = serde_json::to_string(&json!({ "items": manifest.items })).unwrap_or_default();
    let columns = [
        "evidence_id",
        "title",
        "record_type",
        "record_id",
        "version",
        "status",
        "owner_role",
        "requirement_ids",
        "clauses",
        "approved_by",
        "approved_by_role",
        "approved_on",
        "approval_proof",
        "approval_content",
        "signature",
        "period_start",
        "period_end",
        "source_system",
        "source_query",
        "source_extracted_at",
        "row_count",
        "commit",
        "author",
        "author_roles",
        "committed_on",
        "classification",
        "redacted",
        "page",
        "path",
        "sha256",
        "size",
        "note",
    ];
    let same: Vec<(&str, &str)> = columns.iter().map(|column| (*column, *column)).collect();
    Table::of(&rows, &["items"]).only(&same).as_csv()
}

/// An item as a page leads to it, from a folder so many levels below `data/`.
fn link(item: &Item, up: &str) -> Value {
    json!({
        "id": item.evidence_id, "title": item.title, "version": item.version, "status": item.status,
        "href": format!("{up}{}", item.page.trim_start_matches("data/")), "from": item.period_start, "to": item.period_end,
        "owner": item.owner_role, "approved_on": item.approved_on, "approved_by": item.approved_by_role.as_ref().or(item.approved_by.as_ref()),
        "proof": item.approval_proof, "content": item.approval_content, "note": item.note,
    })
}

/// What the index by clause is filled from.
pub(super) fn index(manifest: &Manifest, documents: &Documents<'_>) -> Value {
    let standard = documents.catalog.standard();
    let items: BTreeMap<&str, &Item> =
        manifest.items.iter().map(|item| (item.evidence_id.as_str(), item)).collect();
    let roles = manifest.items.iter().filter(|item| item.record_type == "role");
    let roles: BTreeMap<&str, &str> =
        roles.filter_map(|role| Some((role.record_id.as_str(), role.title.as_deref()?))).collect();
    let link = |item: &&Item| {
        let mut row = link(item, "");
        if let Some(owner) = item.owner_role.as_deref() {
            let title = roles.get(owner).map(|title| format!("{title} ({owner})"));
            row["owner"] = json!(title.unwrap_or_else(|| owner.to_owned()));
        }
        row
    };
    let mut mains: Vec<Value> = Vec::new();
    for clause in &standard.clauses {
        let own: Vec<&Requirement> =
            manifest.requirements.iter().filter(|requirement| requirement.clause == clause.id).collect();
        let beside = manifest.items.iter().filter(|item| item.clauses.contains(&clause.id));
        let of_point =
            |item: &Item| own.iter().any(|requirement| requirement.items.contains(&item.evidence_id));
        let beside: Vec<&Item> = beside.filter(|item| !of_point(item)).collect();
        let points: Vec<Value> = own
            .iter()
            .map(|requirement| {
                let found: Vec<&Item> =
                    requirement.items.iter().filter_map(|id| items.get(id.as_str()).copied()).collect();
                json!({
                    "id": requirement.id, "says": requirement.says, "found": requirement.found,
                    "class": requirement.found.replace(' ', "-"), "remark": requirement.remark,
                    "items": found.iter().take(SHOWN).map(link).collect::<Vec<_>>(),
                    "more": found.len().saturating_sub(SHOWN),
                })
            })
            .collect();
        let is_main = !clause.id.contains('.');
        if points.is_empty() && beside.is_empty() && !is_main {
            continue;
        }
        let part = json!({
            "id": clause.id, "title": clause.title, "points": points,
            "beside": beside.iter().take(SHOWN).map(link).collect::<Vec<_>>(),
            "more": beside.len().saturating_sub(SHOWN),
        });
        if is_main || mains.is_empty() {
            mains.push(json!({"id": clause.id, "title": clause.title, "parts": [part]}));
        } else if let Some(parts) = mains.last_mut().and_then(|main| main["parts"].as_array_mut()) {
            parts.push(part);
        }
    }
    mains.retain(|main| {
        let parts = main["parts"].as_array().map(Vec::as_slice).unwrap_or_default();
        let has = |part: &Value, name: &str| part[name].as_array().is_some_and(|list| !list.is_empty());
        parts.iter().any(|part| has(part, "points") || has(part, "beside"))
    });
    let has_items = manifest.requirements.iter().filter(|requirement| !requirement.items.is_empty()).count();
    json!({
        "pack": manifest_head(manifest), "mains": mains,
        "points": manifest.requirements.len(), "points_with_items": has_items,
    })
}

/// What every page tells of the pack.
pub(super) fn manifest_head(manifest: &Manifest) -> Value {
    let mut head = serde_json::to_value(manifest).unwrap_or_default();
    if let Some(fields) = head.as_object_mut() {
        for list in ["items", "attachments", "requirements", "files"] {
            fields.remove(list);
        }
        fields.insert("attached".to_owned(), json!(manifest.attachments.len()));
        fields.insert("points".to_owned(), json!(manifest.requirements.len()));
    }
    head
}

/// What the page of context is filled from.
pub(super) fn context(
    manifest: &Manifest,
    assessed: &Assessed<'_>,
    selection: &Selection,
    bends: &[Bend],
    veil: &Veil,
) -> Value {
    let Assessed { documents, findings, .. } = assessed;
    let newest: BTreeMap<&str, &Item> =
        manifest.items.iter().map(|item| (item.record_id.as_str(), item)).collect();
    let of = |types: &[&str]| -> Vec<Value> {
        let list = manifest.items.iter().filter(|item| types.contains(&item.record_type.as_str()));
        list.map(|item| link(item, "../")).collect()
    };
    let roles = documents.of_type("role").iter().filter_map(|number| {
        let document = documents.at(*number);
        let (id, _) = document.id()?;
        let holders = super::items::texts_within(document.get("holders"), "person");
        let holders: Vec<String> = holders.into_iter().map(|person| veil.person(person)).collect();
        let item = newest.get(veil.shown(id).as_str())?;
        let mut row = link(item, "../");
        row["holders"] = json!(holders);
        Some(row)
    });
    let roles: Vec<Value> = roles.collect();
    let mut words: BTreeMap<&str, (&str, &str, usize)> = BTreeMap::new();
    for item in &manifest.items {
        if let Some(found) = documents.catalog.record_type(&item.record_type) {
            let word = words.entry(&found.id).or_insert((&found.title, &found.describes, 0));
            word.2 += 1;
        }
    }
    let words: Vec<Value> = words
        .into_values()
        .map(|(title, says, count)| json!({"title": title, "says": says, "count": count}))
        .collect();
    let gaps: Vec<Value> = manifest
        .requirements
        .iter()
        .filter(|requirement| !requirement.remark.is_empty() && !matches!(requirement.found.as_str(), "material found" | "no occurrence stated"))
        .map(|requirement| json!({"id": requirement.id, "says": requirement.says, "found": requirement.found, "remark": requirement.remark}))
        .collect();
    let waivers: Vec<Value> = documents
        .of_type("waiver")
        .iter()
        .map(|number| {
            let document = documents.at(*number);
            let text = |name: &str| document.get(name).and_then(Node::text).map(str::to_owned);
            let waives = document.get("waives").and_then(Node::mapping);
            let waives = waives.into_iter().flat_map(|waives| {
                waives
                    .entries()
                    .filter_map(|(kind, value)| Some(format!("{} {}", kind.text()?, value.text()?)))
                    .collect::<Vec<_>>()
            });
            let by = text("by").or_else(|| text("accepted_by"));
            json!({
                "id": document.id().map(|(id, _)| id), "waives": waives.collect::<Vec<_>>().join(", "),
                "until": text("until"), "by": by.map(|by| veil.person(&by)),
                "because": text("because").filter(|_| veil.is_open()),
            })
        })
        .collect();
    let bends: Vec<Value> = bends
        .iter()
        .map(|bend| {
            let told = |value: &Option<String>| value.clone().filter(|_| veil.is_open() || !bend.name.starts_with("waiver"));
            json!({"name": bend.name, "before": told(&bend.before), "after": told(&bend.after), "direction": bend.direction.told()})
        })
        .collect();
    let drafts: Vec<&LeftOut> =
        selection.left_out.iter().filter(|left| left.reason.starts_with("was not in force")).collect();
    let drafts: Vec<Value> =
        drafts.iter().map(|left| json!({"id": left.id, "type": left.record_type})).collect();
    let mut told = json!({
        "pack": manifest_head(manifest),
        "scope": of(&["scope-statement", "organization-context"]),
        "services": of(&["service-portfolio-entry", "service-catalogue-entry"]),
        "roles": roles, "words": words, "gaps": gaps, "waivers": waivers, "bends": bends, "drafts": drafts,
        "left_out": logs::left_out_in_words(&selection.left_out),
        "untold": selection.untold.iter().map(|(id, reason)| json!({"id": id, "reason": reason})).collect::<Vec<_>>(),
        "findings": {
            "error": findings.count(Level::Error), "warning": findings.count(Level::Warning),
            "info": findings.count(Level::Info), "waived": findings.waived(),
        },
    });
    veil.mask(&mut told);
    told
}

/// What the read-me is filled from.
pub(super) fn read_me(manifest: &Manifest, documents: &Documents<'_>) -> Value {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for item in &manifest.items {
        let found = documents.catalog.record_type(&item.record_type);
        let kind = match found.map(|found| (found.category, found.expected)) {
            Some((_, Expected::WorkingPaper)) => "working papers",
            Some((Category::Register, _)) => "entries of registers",
            Some((Category::Record, _)) => "records",
            Some((Category::Document, _)) | None => "documents",
        };
        *kinds.entry(kind).or_default() += 1;
    }
    let mut folders: BTreeMap<String, usize> = BTreeMap::new();
    for item in &manifest.items {
        let folder = item.path.split('/').nth(1).unwrap_or_default();
        *folders.entry(folder.to_owned()).or_default() += 1;
    }
    let standard = documents.catalog.standard();
    let folders: Vec<Value> = folders
        .into_iter()
        .map(|(folder, count)| {
            let main = folder.rsplit('-').next().and_then(|number| number.parse::<u8>().ok());
            let title = main.and_then(|main| Some(standard.clause(&main.to_string())?.title.clone()));
            json!({"folder": folder, "count": count, "title": title, "clause": main})
        })
        .collect();
    json!({
        "pack": manifest_head(manifest),
        "kinds": kinds.into_iter().map(|(kind, count)| json!({"kind": kind, "count": count})).collect::<Vec<_>>(),
        "folders": folders,
        "disclaimers": DISCLAIMERS,
        "namespace": super::NAMESPACE,
    })
}
