//! Our verdict on a shape is that of a validator nobody here wrote, on the schema that we export: on the
//! examples of all types, on every document of `examples/` and of the test inputs, on what may happen to
//! them, and on generated documents.

use std::{collections::BTreeMap, env, fs, path::Path};

use probity::{
    model::{Format, Kind, RecordType, Schema},
    report::schema,
};
use serde_json::{Value, json};

#[path = "../benches/support/corpus.rs"]
mod generated;
#[path = "support/values.rs"]
mod values;

use generated::Random;
use values::{CATALOG, documents_in, example, fits, mutated, mutations, pointers};

/// One validator for each type, and one that knows all types.
struct Validators {
    by_type: BTreeMap<&'static str, jsonschema::Validator>,
    all: jsonschema::Validator,
}

impl Validators {
    fn new() -> Self {
        let built = |schema: &str| {
            let schema = serde_json::from_str(schema).unwrap();
            jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
        };
        let by_type = CATALOG
            .record_types()
            .map(|record_type| (record_type.id.as_str(), built(&schema::of_type(&CATALOG, record_type))));
        Self { by_type: by_type.collect(), all: built(&schema::of_all(&CATALOG)) }
    }

    /// Their verdict; by the schema of all types where the type is none that there is.
    fn accept(&self, document: &Value) -> bool {
        let of_type = document["type"].as_str().and_then(|name| self.by_type.get(name));
        of_type.unwrap_or(&self.all).is_valid(document)
    }
}

/// Documents that were compared, and those on which we do not agree.
#[derive(Default)]
struct Compared {
    tried: usize,
    refused: usize,
    apart: Vec<String>,
}

impl Compared {
    fn with(&mut self, validators: &Validators, document: &Value) {
        let theirs = validators.accept(document);
        self.tried += 1;
        self.refused += usize::from(!theirs);
        if fits(document) != theirs {
            self.apart.push(format!("they say {theirs}: {document}"));
        }
    }

    /// Whether there was enough of both kinds to mean anything.
    fn agree(&self, what: &str) {
        let Self { tried, refused, apart } = self;
        assert!(
            apart.is_empty(),
            "{what}: {} of {tried}:\n{}",
            apart.len(),
            apart[..apart.len().min(10)].join("\n")
        );
        assert!(*refused * 10 > *tried && *refused < *tried, "{what}: {refused} of {tried} are refused");
        println!("{what}: {tried} documents, {refused} refused by both");
    }
}

/// One of so many is tried, unless `PROBITY_ALL_MUTATIONS=1` asks for all.
fn step(usual: usize) -> usize {
    if env::var_os("PROBITY_ALL_MUTATIONS").is_some() { 1 } else { usual }
}

#[test]
fn we_agree_on_what_may_happen_to_the_examples_of_types() {
    let validators = Validators::new();
    let mut compared = Compared::default();
    let mut number = 0;
    for record_type in CATALOG.record_types() {
        for text in [&record_type.full, &record_type.smallest] {
            let document = example(record_type, text);
            assert!(fits(&document) && validators.accept(&document), "{}: {text}", record_type.id);
            for pointer in pointers(&document) {
                for mutation in mutations() {
                    number += 1;
                    if number % step(9) == 0 {
                        compared.with(&validators, &mutated(&document, &pointer, mutation.as_ref()));
                    }
                }
            }
        }
    }
    compared.agree("examples of types, mutated");
}

#[test]
fn we_agree_on_every_document_in_the_repository_and_what_may_happen_to_it() {
    let validators = Validators::new();
    let (mut compared, mut number) = (Compared::default(), 0);
    let mut texts = Vec::new();
    for folder in ["examples", "tests/diagnostics", "tests/rules"] {
        collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut texts);
    }
    let documents: Vec<Value> = texts.iter().flat_map(|text| documents_in(text)).collect();
    assert!(documents.len() > 100, "{}", documents.len());
    for document in &documents {
        compared.with(&validators, document);
        for pointer in pointers(document) {
            for mutation in mutations() {
                number += 1;
                if number % step(61) == 0 {
                    compared.with(&validators, &mutated(document, &pointer, mutation.as_ref()));
                }
            }
        }
    }
    compared.agree("documents of the repository, as they are and mutated");
}

/// YAML of a folder, and front matter.
fn collect(folder: &Path, texts: &mut Vec<String>) {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, texts);
            continue;
        }
        let Ok(text) = fs::read_to_string(&path) else { continue };
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("yaml") => texts.push(text),
            Some("md") => texts.extend(
                text.strip_prefix("---\n")
                    .and_then(|rest| rest.split_once("\n---\n").map(|(yaml, _)| yaml.to_owned())),
            ),
            _ => {}
        }
    }
}

/// `PROBITY_CASES` sets how many for each type.
#[test]
fn we_agree_on_generated_documents() {
    let cases = env::var("PROBITY_CASES").map_or(8, |cases| cases.parse::<usize>().unwrap());
    let validators = Validators::new();
    let mut random = Random::seeded(7);
    let mut compared = Compared::default();
    for record_type in CATALOG.record_types() {
        for _ in 0..cases {
            compared.with(&validators, &document(record_type, &mut random));
        }
    }
    compared.agree("generated documents");
}

fn document(record_type: &RecordType, random: &mut Random) -> Value {
    let mut document = json!({"type": record_type.id, "id": "X-1", "title": "x"});
    for (name, field) in &record_type.shape.fields {
        let identity = ["type", "id", "title"].contains(&name.as_str());
        let kept = record_type.shape.required.contains(name) || random.below(2) == 0;
        if !identity && kept {
            document[name] = value(field, random);
        }
    }
    if random.below(20) == 0 {
        document["no_such_field"] = json!(1);
    }
    document
}

/// A value that a field may hold, now and then one that it may not.
fn value(schema: &Schema, random: &mut Random) -> Value {
    if random.below(200) == 0 {
        let others = mutations();
        return others[random.below(others.len())].clone().unwrap_or_default();
    }
    match schema.kind {
        Kind::Truth => json!(random.below(2) == 0),
        Kind::Integer => json!(i64::try_from(random.below(130)).unwrap()),
        Kind::Number => json!(f64::from(u32::try_from(random.below(1_300)).unwrap()) / 10.0),
        Kind::List => {
            let items = schema.items.as_deref().unwrap();
            (0..random.below(3)).map(|_| value(items, random)).collect()
        }
        Kind::Object => {
            let mut object = json!({});
            for (name, field) in &schema.fields {
                if schema.required.contains(name) || random.below(2) == 0 {
                    object[name] = value(field, random);
                }
            }
            object
        }
        Kind::Text if !schema.values.is_empty() => json!(schema.values[random.below(schema.values.len())]),
        Kind::Text => json!(text(schema.format, random)),
    }
}

fn text(format: Option<Format>, random: &mut Random) -> &'static str {
    let (good, bad): (&[&'static str], &[&'static str]) = match format {
        Some(Format::Date) => (&["2026-02-28", "2024-02-29"], &["2026-02-29", "28.02.2026"]),
        Some(Format::DateTime) => {
            (&["2026-02-28T10:00:00Z", "2026-02-28T10:00:00.5+01:00"], &["2026-02-28T10:00:00", "2026-02-28"])
        }
        Some(Format::Time) => (&["00:00", "23:59:59"], &["24:00", "8:00"]),
        Some(Format::Duration) => (&["P1Y", "PT4H", "P2W", "P1Y2M3DT4H5M6S"], &["P", "1Y", "P1W1D"]),
        Some(Format::Id) => (&["POL-001", "a.b"], &["-a", "a b", ""]),
        Some(Format::Sha256) => {
            (&["fe000af55e0951b6556cdc5565e0dfb7df42336b4f34f0cc5277ccd2db8dd8c9"], &["fe00", "FE"])
        }
        Some(Format::Month) => (&["2026-12"], &["2026-13", "12/2026"]),
        Some(Format::Currency) => (&["EUR"], &["eur", "Euro"]),
        Some(Format::RecordType) => (&["incident", "sla"], &["incidents", ""]),
        None => return random.pick(&["x", "ROL-001", "a sentence\nof two lines", "2.0", "no"]),
    };
    if random.below(40) == 0 { random.pick(bad) } else { random.pick(good) }
}
