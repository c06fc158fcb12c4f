//! The record types: their examples are what they say, by somebody else's judgement.

use std::sync::{Arc, LazyLock};

use probity::{
    catalog::{self, Catalog},
    check,
    corpus::{self, Documents},
    model::{Content, File, Findings, RecordType, Snapshot},
    report::schema,
    text::Source,
    yaml::{self, Limits},
};

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::embedded);

fn types() -> impl Iterator<Item = &'static RecordType> {
    CATALOG.record_types()
}

/// What a check finds in one document.
fn findings(text: impl Into<Box<str>>) -> Findings {
    let content = Content::Text(Arc::new(Source::new("a.yaml", text)));
    let files = vec![File { path: "a.yaml".to_owned(), content }];
    let snapshot = Snapshot { files, ..Snapshot::default() };
    let corpus = corpus::read(&snapshot, &Limits::default());
    check::run(&corpus, &Documents::of(&corpus, &CATALOG))
}

fn value(record_type: &RecordType, text: &str) -> serde_json::Value {
    let stream = yaml::read(Arc::new(Source::new("example.yaml", text)), &Limits::default());
    assert!(stream.problems().is_empty(), "{}: {:?}", record_type.id, stream.problems());
    let root = stream.documents().next().unwrap();
    yaml::from_node(root).unwrap()
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
            let value = value(record_type, text);
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
        let mut value = value(record_type, &record_type.full);
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
        let value = value(record_type, &record_type.full);
        let shared = catalog::shared_fields(record_type.category);
        for (name, _) in record_type.shape.fields.iter().filter(|(name, _)| !shared.contains(name)) {
            assert!(value.get(name).is_some(), "{}: `{name}` is not shown", record_type.id);
        }
    }
}

/// Whether our check finds nothing wrong with the shape of a document.
fn fits(value: &serde_json::Value) -> bool {
    let findings = findings(serde_json::to_string(value).unwrap());
    !findings.iter().any(|finding| finding.rule.starts_with("SHAPE-") || finding.rule.starts_with("YAML-"))
}

/// What may happen to a value: it is gone, or it is something else.
fn mutations() -> Vec<Option<serde_json::Value>> {
    let values = serde_json::json!([
        null, true, 0, -1, 1.5, 1e9, "", "x", "2026-02-30", "2026-02-28", "2026-02-28T10:00:00Z", "P1Y", "P1Y1D",
        [], [1], ["x"], [{}], {}, {"x": 1}
    ]);
    let values = values.as_array().unwrap().iter().cloned().map(Some);
    values.chain([None]).collect()
}

/// Every place in a value, as a JSON pointer.
fn pointers(value: &serde_json::Value, here: &str, found: &mut Vec<String>) {
    let mut below = |name: &str, value: &serde_json::Value| {
        let pointer = format!("{here}/{name}");
        found.push(pointer.clone());
        pointers(value, &pointer, found);
    };
    match value {
        serde_json::Value::Object(fields) => fields.iter().for_each(|(name, value)| below(name, value)),
        serde_json::Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| below(&index.to_string(), item));
        }
        _ => {}
    }
}

fn mutated(
    value: &serde_json::Value,
    pointer: &str,
    mutation: Option<&serde_json::Value>,
) -> serde_json::Value {
    let mut value = value.clone();
    match mutation {
        Some(mutation) => *value.pointer_mut(pointer).unwrap() = mutation.clone(),
        None => {
            let (holder, name) = pointer.rsplit_once('/').unwrap();
            match value.pointer_mut(holder).unwrap() {
                serde_json::Value::Object(fields) => drop(fields.shift_remove(name)),
                serde_json::Value::Array(items) => drop(items.remove(name.parse().unwrap())),
                _ => unreachable!("only these hold anything"),
            }
        }
    }
    value
}

/// `PROBITY_ALL_MUTATIONS=1` tries every place of every type; otherwise every seventh.
#[test]
fn our_verdict_is_that_of_a_validator_on_the_exported_schema() {
    let step = if std::env::var_os("PROBITY_ALL_MUTATIONS").is_some() { 1 } else { 7 };
    let (mut tried, mut refused, mut wrong) = (0, 0, Vec::new());
    for record_type in types() {
        let validator = validator(&schema::of_type(&CATALOG, record_type));
        let full = value(record_type, &record_type.full);
        assert!(fits(&full), "{}", record_type.id);
        let mut places = Vec::new();
        pointers(&full, "", &mut places);
        for pointer in places.iter().filter(|pointer| *pointer != "/type") {
            for mutation in mutations() {
                tried += 1;
                if tried % step != 0 {
                    continue;
                }
                let document = mutated(&full, pointer, mutation.as_ref());
                let theirs = validator.is_valid(&document);
                refused += usize::from(!theirs);
                if fits(&document) != theirs {
                    wrong
                        .push(format!("{}{pointer} = {mutation:?}: validator says {theirs}", record_type.id));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
    assert!(
        refused * 2 > tried / step,
        "too few mutations are refused to mean anything: {refused} of {tried}"
    );
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
