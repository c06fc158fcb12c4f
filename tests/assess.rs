//! What is held of the points of the standard: on the examples, on nothing, and on the good example without
//! one document or another.

#[path = "support/pipeline.rs"]
mod pipeline;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

use probity::{
    assess,
    catalog::Catalog,
    check,
    corpus::{self, Documents, Shape},
    gap::{Gap, Wanted},
    model::{
        Assessment, Content, Expected, File, Findings, Found, Judged, MachineState, NeededBy, Place,
        Settings, Shown, Snapshot,
    },
    readiness::{Readiness, Target, Verdict},
    report::{
        gap::as_text,
        gap_json, readiness, required,
        terminal::{Detail, Look},
    },
    text::Source,
    yaml::Limits,
};
use rayon::prelude::*;

fn example(name: &str) -> (Snapshot, Settings) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
    (pipeline::snapshot(&root), pipeline::settings_of(&root))
}

/// What is held of a snapshot, given to a test.
fn assessed<T>(
    snapshot: &Snapshot,
    judged: &Judged,
    test: impl FnOnce(&Documents<'_>, &Findings, &Assessment) -> T,
) -> T {
    let catalog = Catalog::embedded();
    let corpus = corpus::read(snapshot, &Limits::default());
    let documents = Documents::of(&corpus, &catalog);
    let found = assess::look(&documents, judged);
    let missing = assess::missing(&documents, &found, NeededBy::Stage2, &Place::file("probity.toml"));
    let mut findings = check::run(&corpus, &documents, judged).and(missing);
    check::waive(&documents, judged, &mut findings);
    let assessment = assess::assess(&documents, judged, found, &findings);
    test(&documents, &findings, &assessment)
}

/// What there is of each artefact, and what a machine makes of each point.
fn looked(snapshot: &Snapshot, judged: &Judged) -> (BTreeMap<String, Found>, BTreeMap<String, MachineState>) {
    let catalog = Catalog::embedded();
    let corpus = corpus::read(snapshot, &Limits::default());
    let documents = Documents::of(&corpus, &catalog);
    let found = assess::look(&documents, judged);
    let assessment = assess::assess(&documents, judged, found, &Findings::default());
    let states = assessment.determinations.into_iter().map(|held| (held.point, held.machine));
    (assessment.artefacts, states.collect())
}

/// A snapshot without some of its documents.
fn without(snapshot: &Snapshot, gone: impl Fn(usize, &str) -> bool) -> Snapshot {
    let catalog = Catalog::embedded();
    let corpus = corpus::read(snapshot, &Limits::default());
    let documents = Documents::of(&corpus, &catalog);
    let mut cuts: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for (number, document) in documents.iter().enumerate() {
        let name = document.type_name.map_or("", |(name, _)| name);
        if matches!(document.shape, Shape::Row | Shape::Register) || !gone(number, name) {
            continue;
        }
        let (text, span) = (document.source.text(), document.node.span().range());
        let start = text[..span.start].rfind('\n').map_or(0, |end| end + 1);
        // Of an entry the dash stands before it, of front matter the text behind it.
        let start = if document.shape == Shape::Entry { start } else { span.start };
        let end = if document.body.is_some() { text.len() } else { span.end };
        cuts.entry(document.source.name()).or_default().push((start, end));
    }
    let files = snapshot.files.iter().filter_map(|file| {
        let Content::Text(source) = &file.content else { return None };
        let (mut text, mut from) = (String::new(), 0);
        for (start, end) in cuts.get(file.path.as_str()).into_iter().flatten() {
            // What stands between entries belongs to the one before.
            text.push_str(&source.text()[from.min(*start)..*start]);
            from = *end;
        }
        text.push_str(&source.text()[from..]);
        let text = if text.trim() == "---" { String::new() } else { text };
        let content = Content::Text(Arc::new(Source::new(file.path.as_str(), text)));
        Some(File { path: file.path.clone(), content })
    });
    Snapshot { files: files.collect(), ..Snapshot::default() }
}

/// How many documents there are of each type.
fn types(snapshot: &Snapshot) -> BTreeMap<String, usize> {
    let catalog = Catalog::embedded();
    let corpus = corpus::read(snapshot, &Limits::default());
    let documents = Documents::of(&corpus, &catalog);
    let mut types = BTreeMap::new();
    for document in documents.iter().filter(|document| document.shape != Shape::Row) {
        let Some((name, _)) = document.type_name else { continue };
        *types.entry(name.to_owned()).or_default() += 1;
    }
    types
}

/// The good example without its extracts, whose records stand outside of the files.
fn northwind() -> (Snapshot, Judged) {
    let (snapshot, settings) = example("northwind");
    let catalog = Catalog::embedded();
    let corpus = corpus::read(&snapshot, &Limits::default());
    let documents = Documents::of(&corpus, &catalog);
    let extracts: BTreeSet<usize> = documents
        .iter()
        .enumerate()
        .filter(|(_, document)| document.type_name.is_some_and(|(name, _)| name == "extract"))
        .map(|(number, _)| number)
        .collect();
    (without(&snapshot, |number, _| extracts.contains(&number)), settings.judged())
}

/// Types that are evidence of no point of their own, and why.
const WITHOUT_POINTS: [(&str, &str); 20] = [
    ("action-item", "what follows from reviews; points ask for the reviews, and for these in one of them"),
    ("audit-finding", "what audit reports hold; points ask for the reports and for nonconformities"),
    ("certificate", "what the certification body gave"),
    ("clause-assessment", "what people judged"),
    ("evidence-item", "what points to proof elsewhere"),
    ("evidence-pack", "what was handed over"),
    ("external-audit", "what the certification body did"),
    ("gap-assessment", "a consultant's work"),
    ("gap-finding", "a consultant's work"),
    ("nil-return", "what did not happen"),
    ("obligation", "what interested parties ask for; points ask for the parties"),
    ("opportunity", "what stands beside risks in their register; a rule tells where there is none"),
    ("person", "who is meant by roles"),
    ("raci-matrix", "what roles settle; points ask for the roles"),
    ("register", "the list around entries"),
    ("remediation-action", "the project"),
    (
        "retention-rule",
        "what a rule asks of each record; points ask for the procedure and the list of documents",
    ),
    ("standard-change-model", "what requests for change rest on; points ask for the policy and the requests"),
    ("training-record", "what competence records rest on"),
    ("waiver", "what is accepted for a time"),
];

#[test]
fn without_a_type_exactly_the_points_that_ask_for_it_are_lower() {
    let (snapshot, judged) = northwind();
    let (before, points_before) = looked(&snapshot, &judged);
    let catalog = Catalog::embedded();
    let standard = catalog.standard();
    let types = types(&snapshot);
    let names: Vec<&String> = types.keys().collect();
    let wrong: Vec<String> = names
        .into_par_iter()
        .flat_map_iter(|gone| {
            let (after, points_after) = looked(&without(&snapshot, |_, name| name == gone), &judged);
            let mut wrong = Vec::new();
            // An artefact speaks of a type if it is of it, covers it, or asks for it in its condition.
            let speaks = |name: &String| {
                let artefact = &standard.artefacts[name];
                artefact.types.contains(gone)
                    || artefact.covers.as_ref().is_some_and(|covers| covers.record_type == *gone)
                    || artefact.asks.is_some()
            };
            let lower = |before: MachineState, after: MachineState| before != after;
            for (name, found) in &before {
                if lower(found.state, after[name].state) && !speaks(name) && gone != "nil-return" {
                    wrong.push(format!("{gone}: {name} is {} and was {}", after[name].state, found.state));
                }
                // Where a type is the only one, nothing is left.
                let only = standard.artefacts[name].types == [gone.clone()];
                if only
                    && found.state == MachineState::MaterialFound
                    && after[name].state == MachineState::MaterialFound
                {
                    wrong.push(format!("{gone}: {name} is still found"));
                }
            }
            for point in standard.points() {
                let changed = lower(points_before[&point.id], points_after[&point.id]);
                let asks = point.evidence.iter().any(|name| before[name].state != after[name].state);
                if changed != asks {
                    wrong.push(format!("{gone}: {} is {}", point.id, points_after[&point.id]));
                }
            }
            let changed = points_before != points_after;
            let explained = WITHOUT_POINTS.iter().any(|(name, _)| name == gone);
            if !changed && !explained {
                wrong.push(format!("{gone}: nothing is lower without it"));
            }
            wrong
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `PROBITY_EVERY_DOCUMENT=1 cargo test --release --test assess -- --nocapture` takes each document away in
/// turn and tells what each type came to. Otherwise only documents that are the only ones of their type are.
#[test]
fn without_a_document_that_is_the_only_one_its_points_are_lower() {
    let (snapshot, judged) = northwind();
    let (_, before) = looked(&snapshot, &judged);
    let catalog = Catalog::embedded();
    let every = std::env::var_os("PROBITY_EVERY_DOCUMENT").is_some();
    let types = types(&snapshot);
    let numbered: Vec<(usize, String)> = {
        let corpus = corpus::read(&snapshot, &Limits::default());
        let documents = Documents::of(&corpus, &catalog);
        let name = |document: &probity::corpus::Document<'_>| {
            document.type_name.map_or("", |(name, _)| name).to_owned()
        };
        documents.iter().enumerate().map(|(number, document)| (number, name(document))).collect()
    };
    let wanted = numbered.par_iter().filter(|(_, name)| every || types.get(name) == Some(&1));
    let lowered: Vec<(&str, usize, usize)> = wanted
        .map(|(number, name)| {
            let (_, after) = looked(&without(&snapshot, |other, _| other == *number), &judged);
            let count = before.iter().filter(|(point, state)| after[*point] != **state).count();
            (name.as_str(), *number, count)
        })
        .collect();
    let mut by_type: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut idle = Vec::new();
    for (name, number, count) in &lowered {
        let entry = by_type.entry(name).or_default();
        entry.0 += 1;
        entry.1 += usize::from(*count > 0);
        if types.get(*name) == Some(&1)
            && !WITHOUT_POINTS.iter().any(|(known, _)| known == name)
            && *count == 0
        {
            idle.push(format!("nothing is lower without the only {name}, document {number}"));
        }
    }
    assert!(idle.is_empty(), "{}", idle.join("\n"));
    if every {
        for (name, (all, some)) in by_type {
            println!("{name}: {some} of {all} lower some point");
        }
    }
}

#[test]
fn on_nothing_nothing_is_green_and_everything_is_asked_for() {
    for (snapshot, settings) in [(Snapshot::default(), pipeline::settings()), example("smallest")] {
        let judged = settings.judged();
        assessed(&snapshot, &judged, |documents, findings, assessment| {
            let gap = Gap::new(documents, assessment, findings, Wanted::default());
            assert_eq!((gap.numbers.points, gap.numbers.judged, gap.numbers.fulfilled), (319, 0, 0));
            assert!(gap.clauses.iter().all(|clause| clause.colour != assess::Colour::Green));
            assert_eq!(gap.numbers.range(), (0, 100));
            let required = assess::required(documents, &assessment.artefacts, NeededBy::Stage2);
            let standard = documents.catalog.standard();
            let always = standard.artefacts.values().filter(|artefact| artefact.expected == Expected::Always);
            assert_eq!(required.len(), always.count());
            if documents.as_slice().is_empty() {
                assert!(required.iter().all(|(_, _, found)| found.state == MachineState::NothingFound));
                assert!(
                    assessment.determinations.iter().all(|held| held.machine == MachineState::NothingFound)
                );
                // Each missing document is told once.
                let told: BTreeSet<&str> = findings
                    .iter()
                    .flat_map(|finding| &finding.facts)
                    .map(|fact| fact.value.as_str())
                    .collect();
                assert!(required.iter().all(|(name, _, _)| told.contains(name)));
            }
            for target in [Target::Stage1, Target::Stage2, Target::Surveillance] {
                let wanted = Wanted { stage: target.stage(), ..Wanted::default() };
                let gap = Gap::new(documents, assessment, findings, wanted);
                let readiness = Readiness::new(&gap, documents, &judged, findings, target);
                assert!(readiness.verdict == Verdict::NotReady && readiness.fails(), "{target:?}");
            }
        });
    }
}

/// Words for what only people say.
const OF_PEOPLE: [&str; 6] =
    ["fulfilled", "evidenced", "compliant", "conforming", "certifiable", "effective"];

fn says_what_people_say(text: &str) -> bool {
    text.split(|c: char| !c.is_alphabetic()).any(|word| OF_PEOPLE.contains(&word))
}

#[test]
fn no_output_says_of_a_machine_result_what_only_people_say() {
    let (snapshot, settings) = example("northwind");
    let snapshot = without(&snapshot, |_, name| name == "clause-assessment");
    let judged = settings.judged();
    assessed(&snapshot, &judged, |documents, findings, assessment| {
        assert!(assessment.determinations.iter().all(|held| held.shown == Shown::NotJudged));
        let gap = Gap::new(documents, assessment, findings, Wanted::default());
        assert_eq!((gap.numbers.judged, gap.numbers.fulfilled, gap.numbers.range()), (0, 0, (0, 100)));
        let look = Look { detail: Detail::All, ..Look::OF_FILES };
        let mut outputs = vec![as_text(&gap, &settings, &look)];
        for target in [Target::Stage1, Target::Stage2, Target::Surveillance] {
            let readiness_of = Readiness::new(&gap, documents, &judged, findings, target);
            assert_ne!(readiness_of.verdict, Verdict::NothingAgainst);
            outputs.push(readiness::as_text(&readiness_of, findings, &settings, 100, true, false));
        }
        let required = assess::required(documents, &assessment.artefacts, NeededBy::Stage2);
        outputs.push(required::as_lines(&required, 100));
        for output in &outputs {
            // A percentage of documents, or a mean, is offered nowhere; the range is told of all points.
            assert!(!output.contains('%'), "{output}");
            let in_waves = |line: &&str| !line.starts_with(|c: char| c.is_ascii_digit());
            for line in output.lines().filter(in_waves) {
                let of_point = line.trim_start().starts_with(|c: char| c.is_ascii_digit());
                let found =
                    ["found ", "shown ", "[x]", "[~]"].iter().any(|head| line.trim_start().starts_with(head));
                if of_point || found {
                    assert!(!says_what_people_say(line), "{line}");
                }
            }
        }
        let report: serde_json::Value =
            serde_json::from_str(&gap_json::as_json(&gap, documents, &settings)).unwrap();
        for point in report["clauses"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|clause| clause["points"].as_array().unwrap())
        {
            assert_eq!(point["shown"], "not judged");
            assert!(!says_what_people_say(point["machine"].as_str().unwrap()));
        }
    });
}

#[test]
fn what_people_judged_six_weeks_into_a_project_is_shown_as_strictly_as_it_has_to_be() {
    let (snapshot, settings) = example("northwind-first-gap");
    assessed(&snapshot, &settings.judged(), |_, _, assessment| {
        let shown = |point: &str| assessment.of(point).unwrap().shown;
        // Two readers: the stricter is shown.
        assert_eq!(shown("8.6.1/08"), Shown::NotFulfilled);
        assert_eq!(assessment.of("8.6.1/08").unwrap().judgements.len(), 2);
        // Valid until a day that is over.
        assert_eq!(shown("8.6.1/04"), Shown::ToBeConfirmed);
        assert_eq!(shown("8.6.1/02"), Shown::Fulfilled);
        // Nobody has judged what a machine finds to be there.
        assert_eq!(shown("8.6.1/01"), Shown::NotJudged);
        assert!(assessment.unplaced.is_empty(), "{:?}", assessment.unplaced);
    });
}

/// What a machine makes of points where these documents are all there is.
fn of_text(text: &str) -> BTreeMap<String, MachineState> {
    let content = Content::Text(Arc::new(Source::new("a.yaml", text)));
    let snapshot =
        Snapshot { files: vec![File { path: "a.yaml".to_owned(), content }], ..Snapshot::default() };
    looked(&snapshot, &pipeline::settings().judged()).1
}

#[test]
fn silence_is_told_apart_from_what_is_not_at_hand_and_from_what_is_stated() {
    let extract = |of: &str, rows: usize| {
        format!(
            "type: extract\nid: EXT-1\ntitle: E\nof: {of}\nfile: none.jsonl\nrows: {rows}\n\
             sha256: \"{}\"\nperiod: {{from: 2025-07-01, to: 2026-06-30}}\n",
            "0".repeat(64)
        )
    };
    // Records that are not at hand.
    assert_eq!(of_text(&extract("service-request", 7))["8.6.2/01"], MachineState::NotTestable);
    assert_eq!(of_text("")["8.6.2/01"], MachineState::NothingFound);
    // Nobody says anything, somebody says it of a part, somebody says it of the whole period.
    let nil = |from: &str| {
        format!(
            "type: nil-return\nid: NIL-1\ntitle: N\nof: supplier-dispute\nperiod: {{from: {from}, to: 2026-06-15}}\n\
             stated_by: PER-1\nstated_on: 2026-06-16\n"
        )
    };
    assert_eq!(of_text("")["8.3.4.1/10"], MachineState::NothingFound);
    assert_eq!(of_text(&nil("2026-01-01"))["8.3.4.1/10"], MachineState::NothingFound);
    assert_eq!(of_text(&nil("2025-07-01"))["8.3.4.1/10"], MachineState::NoOccurrenceStated);
    // What has to be there cannot be stated away.
    let request = nil("2025-07-01").replace("supplier-dispute", "service-request");
    assert_eq!(of_text(&request)["8.6.2/01"], MachineState::NothingFound);
}

#[test]
fn a_draft_a_stub_and_a_part_are_less_than_the_whole() {
    let policy = |more: &str| of_text(&format!("type: service-management-policy\nid: P\ntitle: P\n{more}\n"));
    assert_eq!(policy("status: draft\nbody: We keep it short.")["5.2.1/01"], MachineState::PartlyFound);
    assert_eq!(policy("status: draft\nheld_in: https://x.example")["5.2.1/01"], MachineState::PartlyFound);
    // Room that somebody made for one is none.
    assert_eq!(policy("status: draft")["5.2.1/01"], MachineState::NothingFound);
    let procedure = "type: procedure\nid: P\ntitle: P\nstatus: draft\ncovers: major-incident\n";
    assert_eq!(of_text(procedure)["8.6.1/07"], MachineState::NothingFound);
    let said = format!("{procedure}trigger: A whole service is down\n");
    assert_eq!(of_text(&said)["8.6.1/07"], MachineState::PartlyFound);
    assert_eq!(policy("status: withdrawn")["5.2.1/01"], MachineState::NothingFound);
    // What is kept elsewhere counts as found, and not as read.
    assert_eq!(
        policy("status: approved\nheld_in: https://x.example")["5.2.1/01"],
        MachineState::MaterialFound
    );
    // Of a stub nobody can tell what it covers.
    let procedure = "type: procedure\nid: P\ntitle: P\nstatus: approved\nheld_in: https://x.example\n";
    assert_eq!(of_text(procedure)["8.6.1/07"], MachineState::NotTestable);
    let said = format!("{procedure}covers: major-incident\n");
    assert_eq!(of_text(&said)["8.6.1/07"], MachineState::MaterialFound);
    assert_eq!(of_text(&said.replace("major-incident", "other"))["8.6.1/07"], MachineState::NothingFound);
}

#[test]
fn what_is_done_on_a_clock_may_be_a_month_late_and_no_more() {
    let review = "type: management-review\nid: M\ntitle: M\nheld_on: 2025-05-31\nchaired_by: PER-1\n\
        inputs: [{topic: other, conclusion: None}]\ndecisions: [{decision: None}]\nconclusion: C\n";
    let found = |day: &str| {
        let content = Content::Text(Arc::new(Source::new("a.yaml", review.replace("2025-05-31", day))));
        let snapshot =
            Snapshot { files: vec![File { path: "a.yaml".to_owned(), content }], ..Snapshot::default() };
        let (found, _) = looked(&snapshot, &pipeline::settings().judged());
        found["management-review-minutes"].lacks.iter().any(|lack| lack.contains("longer ago than 1 year"))
    };
    assert!(!found("2025-05-30"));
    assert!(found("2025-05-29"));
}
