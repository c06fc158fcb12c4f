//! The record types: their examples are what they say, by somebody else's judgement.

use std::fs;

use probity::{
    catalog::{self, Catalog},
    check,
    corpus::{self, Documents},
    model::{Category, Complete, Condition, File, Patterns, RecordType},
    report::schema,
    repository,
    yaml::Limits,
};
use serde_json::{Value, json};
use tempfile::TempDir;

#[path = "support/values.rs"]
mod values;

use values::{CATALOG, JUDGED, example, findings, mutated, pointers};

fn types() -> impl Iterator<Item = &'static RecordType> {
    CATALOG.record_types()
}

/// A validator of the exported schema that nobody here wrote.
fn validator(schema: &str) -> jsonschema::Validator {
    let schema = serde_json::from_str(schema).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

#[test]
fn the_examples_of_every_type_fit_its_schema() {
    let mut wrong = Vec::new();
    for record_type in types() {
        let validator = validator(&schema::of_type(&CATALOG, record_type));
        for (name, text) in [("smallest", &record_type.smallest), ("full", &record_type.full)] {
            let value = example(record_type, text);
            let errors = validator.iter_errors(&value);
            wrong.extend(
                errors
                    .map(|error| format!("{} {name}: {error} at {}", record_type.id, error.instance_path())),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn one_schema_knows_every_type_by_its_name() {
    let validator = validator(&schema::of_all(&CATALOG));
    for record_type in types() {
        let mut value = example(record_type, &record_type.full);
        assert!(validator.is_valid(&value), "{}", record_type.id);
        value["no_such_field"] = serde_json::json!(1);
        assert!(!validator.is_valid(&value), "{}", record_type.id);
    }
    assert!(!validator.is_valid(&serde_json::json!({"type": "polcy"})));
}

#[test]
fn the_smallest_examples_are_small() {
    for record_type in types() {
        let lines = record_type.smallest.lines().count();
        assert!(lines <= 15, "{}: {lines} lines", record_type.id);
    }
}

#[test]
fn the_full_example_of_a_type_shows_every_field_of_its_own() {
    for record_type in types() {
        let value = example(record_type, &record_type.full);
        let shared = catalog::shared_fields(record_type.category);
        for (name, _) in record_type.shape.fields.iter().filter(|(name, _)| !shared.contains(name)) {
            assert!(value.get(name).is_some(), "{}: `{name}` is not shown", record_type.id);
        }
    }
}

/// What happens to a field: it is gone, it is empty, it is of another kind.
fn harms(value: &Value) -> [(&'static str, Option<Value>); 3] {
    let (empty, other) = match value {
        Value::Array(_) => (json!([]), json!("x")),
        Value::Object(_) => (json!({}), json!("x")),
        Value::String(_) => (json!(""), json!({"x": 1})),
        _ => (Value::Null, json!("x")),
    };
    [("gone", None), ("empty", Some(empty)), ("of another kind", Some(other))]
}

#[test]
fn no_harm_to_a_field_goes_unseen_unless_the_field_is_optional() {
    let (mut tried, mut told, mut unseen) = (0, 0, Vec::new());
    for record_type in types() {
        let full = example(record_type, &record_type.full);
        for pointer in pointers(&full).iter().filter(|pointer| !is_item(pointer)) {
            for (harm, mutation) in harms(full.pointer(pointer).unwrap()) {
                let document = mutated(&full, pointer, mutation.as_ref());
                let found = findings(serde_json::to_string(&document).unwrap());
                let seen = found.iter().any(|finding| {
                    ["SHAPE-", "COMP-", "TYPE-", "YAML-"].iter().any(|rule| finding.rule.starts_with(rule))
                });
                tried += 1;
                told += usize::from(seen);
                if !seen && (harm == "of another kind" || !is_optional(record_type, &document, pointer)) {
                    unseen.push(format!("{}{pointer} {harm}", record_type.id));
                }
            }
        }
    }
    assert!(unseen.is_empty(), "{} of {tried}:\n{}", unseen.len(), unseen.join("\n"));
    assert!(told * 2 > tried, "{told} of {tried} are told");
}

fn is_item(pointer: &str) -> bool {
    pointer.rsplit('/').next().is_some_and(|step| step.parse::<usize>().is_ok())
}

/// Whether nothing asks for a field: neither the shape, nor what is wanted of a document like this.
fn is_optional(record_type: &RecordType, document: &Value, pointer: &str) -> bool {
    let steps: Vec<&str> = pointer.split('/').skip(1).filter(|step| step.parse::<usize>().is_err()).collect();
    let (name, holder) = steps.split_last().unwrap();
    let holder =
        if holder.is_empty() { Some(&record_type.shape) } else { record_type.shape.at(&holder.join(".")) };
    let holder = holder.map(|holder| holder.items.as_deref().unwrap_or(holder));
    if holder.is_none_or(|holder| holder.required.iter().any(|required| required == name)) {
        return false;
    }
    let holds = |Condition { field, values }: &Condition| {
        let value = match &document[field] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        values.contains(&value)
    };
    let has_text = ["body", "body_file"].iter().any(|name| document[name].is_string());
    let stub = document["held_in"].is_string();
    let asked = |group: &Complete| {
        group.when.iter().all(holds) && !group.unless.iter().any(holds) && !(group.or_in_text && has_text)
    };
    let ended = record_type.category == Category::Register && record_type.ended.iter().any(holds);
    let settled = record_type.settled.iter().all(holds) && !stub && !ended;
    let path = steps.join(".");
    !settled
        || !record_type.complete.iter().filter(|group| asked(group)).any(|group| group.fields.contains(&path))
}

#[test]
fn a_fingerprint_stays_when_something_is_added_before_it() {
    let prints = |before: &str| -> Vec<String> {
        let changes = format!("changes:\n{before}  - {{version: 2.0, sumary: x}}\n");
        let text = format!("type: procedure\nid: PROC-001\ntitle: Restore a server\n{changes}");
        findings(text).iter().map(|finding| finding.fingerprint.clone()).collect()
    };
    let alone = prints("");
    assert_eq!(alone.len(), 3, "no status, a number for a text, a misspelt field");
    assert_eq!(alone, prints("  - {version: \"1.0\", summary: first}\n"));
}

/// A management system with types of its own, by file name and text, and one document.
fn with_own_types(types: &[(&str, &str)], document: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("probity/types")).unwrap();
    for (name, text) in types {
        fs::write(folder.path().join("probity/types").join(name), text).unwrap();
    }
    fs::write(folder.path().join("documents.yaml"), document).unwrap();
    folder
}

/// What a check finds in a folder: rule, line, column and message.
fn found_in(folder: &TempDir) -> Vec<String> {
    let all = Patterns::new(&[], &[]).unwrap();
    let snapshot = repository::work_tree_snapshot(folder.path(), &all, None).unwrap();
    let catalog =
        Catalog::with_own(&snapshot.own_types, &snapshot.own_rules, &snapshot.own_standard).unwrap();
    let corpus = corpus::read(&snapshot, &Limits::default());
    let found = check::run(&corpus, &Documents::of(&corpus, &catalog), &JUDGED);
    let line = |finding: &probity::model::Finding| {
        let start = finding.place.range.unwrap().start;
        format!("{} {}:{} {}", finding.rule, start.line, start.column, finding.message)
    };
    found.iter().map(line).collect()
}

fn mistakes_in(types: &[(&str, &str)]) -> Vec<String> {
    let folder = with_own_types(types, "");
    let own: Vec<File> = repository::own_types(folder.path());
    Catalog::with_own(&own, &[], &[]).unwrap_err().iter().map(ToString::to_string).collect()
}

const SITE_VISIT: &str = "\
title: Site visit
category: record
describes: A look at a place of work by somebody from elsewhere
properties:
  site: {title: Site, description: Where, type: string}
  visitor: {title: Visitor, description: Who looked, type: string, x-ref: person}
  outcome: {title: Outcome, description: What came of it, type: string, enum: [fine, to-mend]}
complete:
  - {basis: own-rule, fields: [site, visitor]}
";

#[test]
fn a_type_is_added_by_a_file() {
    let document = "type: site-visit\nid: VIS-001\ntitle: Look at Utrecht\noutcome: fine\nvisitor: PER-001\n";
    let folder = with_own_types(&[("site-visit.yaml", SITE_VISIT)], document);
    assert_eq!(
        found_in(&folder),
        ["COMP-01 2:5 `VIS-001` lacks 1 of 2: site", "REF-01 5:10 there is no person `PER-001`"]
    );
    let wrong = document.replace("outcome: fine", "outcome: fin\nsit: Utrecht");
    let folder = with_own_types(&[("site-visit.yaml", SITE_VISIT)], &wrong);
    assert_eq!(
        found_in(&folder)[..2],
        ["SHAPE-04 4:10 `fin` is not a value of `outcome`", "SHAPE-02 5:1 there is no field `sit` here"]
    );
}

#[test]
fn own_types_may_refer_to_each_other_and_be_referred_to_by_id() {
    let audit = "title: Site audit\ncategory: record\ndescribes: Several visits\nproperties:\n  visits: {title: Visits, description: Which, type: array, items: {type: string, x-ref: site-visit}}\n";
    let document = "type: site-audit\nid: SA-1\ntitle: All sites\nvisits: [V-1]\n---\ntype: site-visit\nid: V-1\ntitle: Utrecht\nheld_in: https://x.example\n---\ntype: nil-return\nid: NIL-1\ntitle: No visit\nof: site-visit\nheld_in: https://x.example\n";
    let types = [("a-site-audit.yaml", audit), ("site-visit.yaml", SITE_VISIT)];
    let types: Vec<(&str, &str)> =
        types.iter().map(|(name, text)| (name.trim_start_matches("a-"), *text)).collect();
    assert!(found_in(&with_own_types(&types, document)).is_empty());
}

#[test]
fn an_own_file_adds_fields_to_a_type_that_there_is() {
    let extension = "extends: incident\nproperties:\n  shift: {title: Shift, description: Which shift was on, type: string, enum: [day, night]}\ncomplete:\n  - {basis: own-rule, fields: [shift]}\n";
    let document = "type: incident\nid: INC-1\ntitle: Orders cannot be saved\nshift: nigt\n";
    let folder = with_own_types(&[("incident.yaml", extension)], document);
    assert_eq!(found_in(&folder), ["SHAPE-04 4:8 `nigt` is not a value of `shift`"]);
}

#[test]
fn what_is_wrong_with_an_own_type_is_told_at_its_place() {
    let folder = "probity/types/";
    let said = mistakes_in(&[
        ("Site Visit.yaml", SITE_VISIT),
        ("any.yaml", SITE_VISIT),
        ("incident.yaml", SITE_VISIT),
        ("no-kind.yaml", &SITE_VISIT.replace("type: string, enum", "type: text, enum")),
        ("no-type.yaml", &SITE_VISIT.replace("x-ref: person", "x-ref: [persn]")),
        ("role.yaml", "extends: risk\nproperties: {}\n"),
        ("unknown-keyword.yaml", &SITE_VISIT.replace("description: Where", "describtion: Where")),
        ("stranger.yaml", "extends: stranger\n"),
        ("twice.yaml", SITE_VISIT),
        ("twice.yml", SITE_VISIT),
    ]);
    let expected = [
        "Site Visit.yaml:1:1: `Site Visit` cannot be the id of a type; name the file in small letters, digits and hyphens, such as `site-visit.yaml`",
        "any.yaml:1:1: `any` means something else already; give the type another name",
        "incident.yaml:1:1: there is a record type `incident` already; give yours another name, or write `extends: incident` to add fields to it",
        "no-kind.yaml:7:65: there is no value `text` here; it is one of string, number, integer, boolean, array, object",
        "no-type.yaml:6:76: there is no record type `persn`; did you mean `person`?",
        "role.yaml:1:10: the file is named `role` and extends `risk`; name it `risk.yaml`",
        "stranger.yaml:1:10: there is no record type `stranger`",
        "twice.yml:1:1: `probity/types/twice.yaml` says what `twice` is, too",
    ];
    let said: Vec<&str> = said.iter().map(|line| line.trim_start_matches(folder)).collect();
    for (line, expected) in said.iter().zip(expected) {
        assert_eq!(*line, expected);
    }
    assert!(
        said.last().unwrap().starts_with(
            "unknown-keyword.yaml:5:23: there is no key `describtion` here; did you mean `description`?"
        ),
        "{said:?}"
    );
    assert_eq!(said.len(), expected.len() + 1);
}
