//! The catalogue of the standard against lists of its own: `tests/standard/`, written from other sources than
//! `schemas/` and compared with it here.

use std::collections::BTreeSet;

use probity::{catalog::Catalog, model::Standard};

fn lines(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().map(|line| line.split('\t').collect())
}

fn with_standard(test: impl FnOnce(&Standard)) {
    test(Catalog::embedded().standard());
}

#[test]
fn every_clause_has_its_number_its_title_and_its_points() {
    with_standard(|standard| {
        let listed: Vec<(String, String, usize)> = lines(include_str!("standard/clauses.tsv"))
            .map(|line| (line[0].to_owned(), line[1].to_owned(), line[2].parse().unwrap()))
            .collect();
        let known: Vec<(String, String, usize)> = standard
            .clauses
            .iter()
            .map(|clause| (clause.id.clone(), clause.title.clone(), clause.points.len()))
            .collect();
        assert_eq!(known, listed);
    });
}

#[test]
fn documented_information_is_what_the_list_says() {
    with_standard(|standard| {
        let key = |name: &str| name.to_lowercase().replace(' ', "-");
        let listed: BTreeSet<(String, String)> = lines(include_str!("standard/documented.tsv"))
            .map(|line| (key(line[1]), line[2].to_owned()))
            .collect();
        let known: BTreeSet<(String, String)> = standard
            .artefacts
            .iter()
            .filter(|(_, artefact)| artefact.explicit)
            .map(|(name, artefact)| (name.clone(), artefact.mode.to_string()))
            .collect();
        assert_eq!(known, listed);
        // Each is asked for where the list says so, in the clause or in a part of it.
        for line in lines(include_str!("standard/documented.tsv")) {
            let points = &standard.artefacts[&key(line[1])].points;
            let within =
                |point: &String| point.strip_prefix(line[0]).is_some_and(|rest| rest.starts_with(['/', '.']));
            assert!(points.iter().any(within), "{} is not asked for by {}: {points:?}", line[1], line[0]);
        }
    });
}

#[test]
fn a_person_or_a_machine_can_look_at_every_point() {
    with_standard(|standard| {
        for point in standard.points() {
            let some = !point.evidence.is_empty() || !point.signals.is_empty() || !point.ask.is_empty();
            assert!(some, "{}", point.id);
            let evidence = point.evidence.iter().all(|name| standard.artefacts.contains_key(name));
            assert!(evidence, "{}", point.id);
        }
    });
}

#[test]
fn every_point_has_its_wave_and_the_order_of_clauses_has_no_circle() {
    with_standard(|standard| {
        for point in standard.points() {
            let wave = &standard.waves[standard.wave(point)];
            let clause = point.id.split('/').next().unwrap();
            let named = wave.clauses.iter().any(|of| clause == of || clause.starts_with(&format!("{of}.")));
            assert!(named, "{} belongs to {}", point.id, wave.title);
        }
        for clause in &standard.clauses {
            let mut before: BTreeSet<&str> = BTreeSet::new();
            let mut open = standard.before(&clause.id);
            while let Some(next) = open.pop() {
                if before.insert(next) {
                    open.extend(standard.before(next));
                }
            }
            assert!(!before.contains(clause.id.as_str()), "{} comes before itself", clause.id);
        }
    });
}
