//! The standards: `schemas/standards/`, each a folder with `standard.yaml`, `artefacts.yaml` and one file
//! or more for each main clause.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
    thread,
};

use serde::Deserialize;
use serde_spanned::Spanned;

use super::{
    Catalog,
    artefacts::{artefacts, ask_for},
    embedded,
    file::{Loaded, Ordered, load, unknown},
    reviews::inputs,
    rules,
    stages::stages,
};
use crate::{
    model::{
        Answer, Artefact, Checked, Clause, Crosswalk, Duration, Mistake, Point, Remedy, Standard,
        TypicalFinding, Wave, is_within,
    },
    text::{Source, quoted},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StandardFile {
    id: String,
    title: String,
    edition: String,
    #[serde(default)]
    amendments: Vec<String>,
    wording: String,
    #[serde(default)]
    order: Vec<Vec<Spanned<String>>>,
    #[serde(default)]
    waves: Vec<WaveFile>,
    #[serde(default)]
    crosswalks: BTreeMap<String, CrosswalkFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WaveFile {
    title: String,
    says: String,
    clauses: Vec<Spanned<String>>,
    stage: Option<u8>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CrosswalkFile {
    title: String,
    edition: String,
    names: String,
    basis: String,
    confirmed_by: Option<Spanned<String>>,
    #[serde(default)]
    confirmed: Ordered<Vec<Spanned<String>>>,
    note: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClauseFile {
    id: Spanned<String>,
    title: String,
    parent: Option<Spanned<String>>,
    #[serde(default)]
    untitled: bool,
    #[serde(default)]
    repeats: bool,
    checked: Option<Checked>,
    amendment: Option<String>,
    condition: Option<String>,
    note: Option<String>,
    #[serde(default)]
    points: Vec<PointFile>,
    #[serde(default)]
    typical_findings: Vec<TypicalFinding>,
    #[serde(default)]
    crosswalk: Ordered<Vec<Spanned<String>>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PointFile {
    id: Spanned<String>,
    #[serde(rename = "ref")]
    letter: Option<String>,
    says: String,
    source: Option<String>,
    stage: Vec<u8>,
    weight: Spanned<u8>,
    #[serde(default)]
    blocker: bool,
    evidence: Vec<Spanned<String>>,
    #[serde(default)]
    signals: Vec<Spanned<String>>,
    remedy: Remedy,
    ask: Vec<String>,
}

/// Whether the embedded standard has a point of this id. Reading it as a whole takes longer than a check of a
/// small system, and many a check wants to know no more; how its files are laid out, a test holds.
pub(super) fn has_point(id: &str) -> bool {
    let files = embedded(FOLDER).filter(|(path, _)| !path.ends_with("artefacts.yaml"));
    files.flat_map(|(_, text)| text.lines()).any(|line| line.strip_prefix("    - id: ") == Some(id))
}

/// Whether the embedded standard has an artefact of this name, in the same way.
pub(super) fn has_artefact(name: &str) -> bool {
    let files = embedded(FOLDER).filter(|(path, _)| path.ends_with("artefacts.yaml"));
    files.flat_map(|(_, text)| text.lines()).any(|line| line.strip_suffix(':') == Some(name))
}

/// The files of the standard that everybody judges by.
const FOLDER: &str = "standards/iso-20000-1-2018/";
/// Its id.
pub(super) const ID: &str = "iso-20000-1";

/// The standard that everybody judges by, read when somebody first asks.
pub(super) fn standard() -> &'static Standard {
    static STANDARD: OnceLock<Standard> = OnceLock::new();
    STANDARD.get_or_init(|| {
        let files: Vec<(&str, &str)> = embedded(FOLDER).collect();
        let catalog = Catalog::embedded();
        // The record types and rules that it names are read at the same time. Threads of their own, since one of
        // a pool might take up other work while it waits, and that may ask for the standard.
        thread::scope(|scope| {
            scope.spawn(|| catalog.record_types().count());
            scope.spawn(|| rules::rules().count());
            read(&catalog, &files).unwrap_or_else(|mistake| panic!("schemas/{mistake}"))
        })
    })
}

/// Reads the files of a standard, given as path and text.
fn read(catalog: &Catalog, files: &[(&str, &str)]) -> Result<Standard, Mistake> {
    let named = |name: &str| {
        let file = files.iter().find(|(path, _)| path.rsplit('/').next() == Some(name));
        file.map_or_else(|| Source::new(name, ""), |(path, text)| Source::new(*path, *text))
    };
    let about: Loaded<StandardFile> = load(Arc::new(named("standard.yaml")))?;
    let mut artefacts = artefacts(catalog, &load(Arc::new(named("artefacts.yaml")))?)?;
    let mut clauses: Vec<Clause> = Vec::new();
    for (path, text) in files {
        if matches!(
            path.rsplit('/').next(),
            Some("standard.yaml" | "artefacts.yaml" | "stages.yaml" | "reviews.yaml")
        ) {
            continue;
        }
        let file: Loaded<Vec<ClauseFile>> = load(Arc::new(Source::new(*path, *text)))?;
        for written in &file.content {
            let clause = clause(&file, written, &artefacts, &about.content.crosswalks)?;
            if clauses.iter().any(|known| known.id == clause.id) {
                return Err(
                    file.mistake(&written.id, format!("clause {} is there twice", quoted(&clause.id)))
                );
            }
            if let Some(parent) = &written.parent
                && !clauses.iter().any(|known| known.id == *parent.as_ref())
            {
                let message = format!("no clause {} stands before it", quoted(parent.as_ref()));
                return Err(file.mistake(parent, message));
            }
            clauses.push(clause);
        }
    }
    for clause in
        about.content.order.iter().flatten().chain(about.content.waves.iter().flat_map(|wave| &wave.clauses))
    {
        if !clauses.iter().any(|known| known.id == *clause.as_ref()) {
            return Err(unknown(&about, clause, "clause", clauses.iter().map(|known| known.id.as_str())));
        }
    }
    let has = |name: &str| files.iter().any(|(path, _)| path.rsplit('/').next() == Some(name));
    let review_inputs = if has("reviews.yaml") {
        inputs(catalog, &load(Arc::new(named("reviews.yaml")))?)?
    } else {
        Vec::new()
    };
    let stages = if has("stages.yaml") {
        stages(&load(Arc::new(named("stages.yaml")))?, &artefacts)?
    } else {
        BTreeMap::new()
    };
    ask_for(catalog, &clauses, &mut artefacts);
    for (map, crosswalk) in &about.content.crosswalks {
        confirm(&about, map, crosswalk, &mut clauses)?;
    }
    let StandardFile { id, title, edition, amendments, wording, order, waves, crosswalks } = about.content;
    let plain = |names: Vec<Spanned<String>>| names.into_iter().map(Spanned::into_inner).collect();
    Ok(Standard {
        id,
        title,
        edition,
        amendments,
        wording,
        clauses,
        artefacts,
        order: order.into_iter().map(plain).collect(),
        waves: waves
            .into_iter()
            .map(|wave| Wave {
                title: wave.title,
                says: wave.says,
                clauses: plain(wave.clauses),
                stage: wave.stage,
            })
            .collect(),
        stages,
        review_inputs,
        crosswalks: crosswalks.into_iter().map(|(map, written)| (map, crosswalk(written))).collect(),
    })
}

fn clause(
    file: &Loaded<Vec<ClauseFile>>,
    written: &ClauseFile,
    artefacts: &BTreeMap<String, Artefact>,
    crosswalks: &BTreeMap<String, CrosswalkFile>,
) -> Result<Clause, Mistake> {
    let mut points = Vec::new();
    for (number, point) in (1..).zip(&written.points) {
        let id = format!("{}/{number:02}", written.id.as_ref());
        if *point.id.as_ref() != id {
            return Err(
                file.mistake(&point.id, format!("this point is number {number}, so its id is `{id}`"))
            );
        }
        if !(1..=3).contains(point.weight.as_ref()) {
            return Err(file.mistake(&point.weight, "a weight is 1, 2 or 3"));
        }
        if let Some(name) = point.evidence.iter().find(|name| !artefacts.contains_key(name.as_ref())) {
            return Err(unknown(file, name, "artefact", artefacts.keys().map(String::as_str)));
        }
        for signal in &point.signals {
            if !rules::has_findings(signal.as_ref()) {
                return Err(unknown(
                    file,
                    signal,
                    "rule with findings",
                    rules::rules().map(|rule| &*rule.id),
                ));
            }
        }
        if let Some(wait) = &point.remedy.wait
            && Duration::parse(wait).is_none()
        {
            return Err(file.mistake(&point.id, format!("{} is no duration such as P3M", quoted(wait))));
        }
        let plain = |names: &[Spanned<String>]| names.iter().map(|name| name.as_ref().clone()).collect();
        points.push(Point {
            id,
            letter: point.letter.clone(),
            says: point.says.clone(),
            own_words: false,
            confirmed: None,
            source: point.source.clone(),
            stage: point.stage.clone(),
            weight: *point.weight.as_ref(),
            blocker: point.blocker,
            evidence: plain(&point.evidence),
            signals: plain(&point.signals),
            remedy: point.remedy.clone(),
            ask: point.ask.clone(),
        });
    }
    Ok(Clause {
        id: written.id.as_ref().clone(),
        title: written.title.clone(),
        parent: written.parent.as_ref().map(|parent| parent.as_ref().clone()),
        untitled: written.untitled,
        repeats: written.repeats,
        checked: written.checked,
        amendment: written.amendment.clone(),
        condition: written.condition.clone(),
        note: written.note.clone(),
        points,
        typical_findings: written.typical_findings.clone(),
        crosswalk: answers(file, written, crosswalks)?,
    })
}

/// What answers to a clause elsewhere, by map; what is confirmed of it is not known yet.
fn answers(
    file: &Loaded<Vec<ClauseFile>>,
    written: &ClauseFile,
    crosswalks: &BTreeMap<String, CrosswalkFile>,
) -> Result<BTreeMap<String, Vec<Answer>>, Mistake> {
    let mut answers: BTreeMap<String, Vec<Answer>> = BTreeMap::new();
    for (map, names) in &written.crosswalk.0 {
        if !crosswalks.contains_key(map.as_ref()) {
            return Err(unknown(file, map, "map", crosswalks.keys().map(String::as_str)));
        }
        let answers = answers.entry(map.as_ref().clone()).or_default();
        for name in names {
            if answers.iter().any(|known| known.name == *name.as_ref()) {
                return Err(file.mistake(name, format!("{} is there twice", quoted(name.as_ref()))));
            }
            answers.push(Answer { name: name.as_ref().clone(), confirmed_for: None });
        }
    }
    Ok(answers)
}

/// Notes with each pair of a map that is confirmed that it is. A pair of a clause with parts holds for
/// those parts that name it.
fn confirm(
    about: &Loaded<StandardFile>,
    map: &str,
    crosswalk: &CrosswalkFile,
    clauses: &mut [Clause],
) -> Result<(), Mistake> {
    match (&crosswalk.confirmed_by, crosswalk.confirmed.0.first()) {
        (Some(by), None) => return Err(about.mistake(by, "nothing is confirmed by this")),
        (None, Some((first, _))) => {
            let help = Some("name the source in `confirmed_by`".to_owned());
            return Err(Mistake { help, ..about.mistake(first, "nobody is named who confirms this") });
        }
        (Some(_), Some(_)) | (None, None) => {}
    }
    for (of, names) in &crosswalk.confirmed.0 {
        let id = of.as_ref();
        if !clauses.iter().any(|clause| clause.id == *id) {
            return Err(unknown(about, of, "clause", clauses.iter().map(|clause| clause.id.as_str())));
        }
        for name in names {
            let mut found = false;
            for clause in clauses.iter_mut().filter(|clause| is_within(&clause.id, id)) {
                let answers = clause.crosswalk.get_mut(map).into_iter().flatten();
                for answer in answers.filter(|answer| answer.name == *name.as_ref()) {
                    found = true;
                    // What is confirmed for the part itself says more.
                    if answer.confirmed_for.as_ref().is_none_or(|known| known.len() < id.len()) {
                        answer.confirmed_for = Some(id.clone());
                    }
                }
            }
            if !found {
                let there = clauses.iter().filter(|clause| is_within(&clause.id, id));
                let there = there.filter_map(|clause| clause.crosswalk.get(map)).flatten();
                let what = format!("answer to clause {} by the name", quoted(id));
                return Err(unknown(about, name, &what, there.map(|answer| answer.name.as_str())));
            }
        }
    }
    Ok(())
}

fn crosswalk(written: CrosswalkFile) -> Crosswalk {
    let CrosswalkFile { title, edition, names, basis, confirmed_by, confirmed: _, note } = written;
    let confirmed_by = confirmed_by.map(Spanned::into_inner);
    Crosswalk { title, edition, names, basis, confirmed_by, note }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const ABOUT: &str = "\
id: own
title: Our house rules
edition: '1'
wording: ours
crosswalks:
  neighbour:
    title: Those of the neighbour
    edition: '2'
    names: articles
    basis: we read both
    confirmed_by: the neighbour says so, too
    confirmed:
      '1': [Art. 7]
      '1.2': [Art. 8]
";
    const ARTEFACTS: &str = "\
list-of-keys:
  {title: List of keys, type: asset, where: self.asset_type == \"hardware\", has: [owner], explicit: true,
   mode: maintain, expected: always}
";
    const CLAUSES: &str = "\
- id: '1'
  title: Keys
- id: '1.1'
  title: Who has keys
  parent: '1'
  points:
    - id: 1.1/01
      says: Know who has keys.
      stage: [1]
      weight: 2
      evidence: [list-of-keys]
      signals: [AST-03]
      remedy: {do: [Write a list], wait: P1M, done: the list is true}
      ask: [Who has the key of this room?]
  crosswalk:
    neighbour: [Art. 7, Art. 9]
- id: '1.2'
  title: Lost keys
  parent: '1'
  crosswalk:
    neighbour: [Art. 7, Art. 8]
- id: '1.3'
  title: Spare keys
  parent: '1'
  crosswalk: {neighbour: []}
";

    fn read_own(about: &str, artefacts: &str, clauses: &str) -> Result<Standard, String> {
        let files =
            [("own/standard.yaml", about), ("own/artefacts.yaml", artefacts), ("own/01.yaml", clauses)];
        read(&Catalog::embedded(), &files).map_err(|mistake| mistake.to_string())
    }

    #[test]
    fn the_standard_has_all_its_clauses_and_points() {
        let standard = standard();
        assert_eq!(
            (standard.clauses.len(), standard.points().count(), standard.artefacts.len()),
            (88, 319, 136)
        );
        let used: BTreeSet<&String> = standard.points().flat_map(|point| &point.evidence).collect();
        let unused: Vec<&String> = standard.artefacts.keys().filter(|name| !used.contains(name)).collect();
        assert!(unused.is_empty(), "{unused:?}");
        for clause in &standard.clauses {
            let has_parts = standard.clauses.iter().any(|part| part.parent.as_ref() == Some(&clause.id));
            assert!(clause.checked.is_some() || clause.points.is_empty() && has_parts, "{}", clause.id);
            assert!(!clause.points.is_empty() || has_parts || clause.note.is_some(), "{}", clause.id);
            let above = clause.id.rsplit_once('.').map(|(above, _)| above.to_owned());
            assert_eq!(clause.parent, above, "{}", clause.id);
        }
        for point in standard.points() {
            let Point { id, remedy, ask, stage, says, .. } = point;
            assert!(!remedy.steps.is_empty() && !remedy.done.is_empty() && !ask.is_empty(), "{id}");
            assert!(!stage.is_empty() && stage.iter().all(|stage| (1..=2).contains(stage)), "{id}");
            assert!(says.ends_with('.') && !remedy.done.ends_with('.'), "{id}");
            assert!(ask.iter().all(|question| !question.ends_with('.')), "{id}: {ask:?}");
        }
    }

    #[test]
    fn points_and_artefacts_are_known_without_reading_the_standard() {
        let standard = standard();
        assert_eq!(standard.id, ID);
        assert!(standard.points().all(|point| has_point(&point.id)));
        assert!(standard.artefacts.keys().all(|name| has_artefact(name)));
        for none in ["8.6.1", "8.6.1/12", "8.6.1/1", "id", "title", ""] {
            assert!(!has_point(none) && !has_artefact(none), "{none}");
        }
    }

    #[test]
    fn a_second_standard_is_a_second_folder() {
        let own = read_own(ABOUT, ARTEFACTS, CLAUSES).unwrap();
        assert_eq!(own.title, "Our house rules");
        let (clause, point) = own.point("1.1/01").unwrap();
        assert_eq!((clause.title.as_str(), point.remedy.wait.as_deref()), ("Who has keys", Some("P1M")));
    }

    #[test]
    fn what_is_confirmed_of_a_clause_holds_for_the_parts_that_name_it() {
        let own = read_own(ABOUT, ARTEFACTS, CLAUSES).unwrap();
        let shown = |id: &str| {
            let answers = own.clause(id).unwrap().crosswalk.get("neighbour");
            answers.map(|answers| {
                let line = |answer: &Answer| {
                    format!("{} {}", answer.name, answer.confirmed_for.as_deref().unwrap_or("ours"))
                };
                answers.iter().map(line).collect::<Vec<_>>().join(", ")
            })
        };
        assert_eq!(shown("1"), None);
        assert_eq!(shown("1.1").as_deref(), Some("Art. 7 1, Art. 9 ours"));
        assert_eq!(shown("1.2").as_deref(), Some("Art. 7 1, Art. 8 1.2"));
        assert_eq!(shown("1.3").as_deref(), Some(""));
    }

    #[test]
    fn every_leaf_that_asks_something_is_in_every_map() {
        let standard = standard();
        let maps: Vec<&String> = standard.crosswalks.keys().collect();
        assert_eq!(maps, ["cobit2019", "iso27001-2022", "iso9001-2015", "itil4"]);
        for clause in &standard.clauses {
            let named: Vec<&String> = clause.crosswalk.keys().collect();
            let wanted = if clause.points.is_empty() { Vec::new() } else { maps.clone() };
            assert_eq!(named, wanted, "{}", clause.id);
        }
    }

    #[test]
    fn mistakes_in_a_map_have_places() {
        let told = |good: &str, bad: &str| {
            assert!(CLAUSES.contains(good) || ABOUT.contains(good), "{good}");
            read_own(&ABOUT.replacen(good, bad, 1), ARTEFACTS, &CLAUSES.replacen(good, bad, 1)).unwrap_err()
        };
        assert_eq!(
            told("    neighbour: [Art. 7, Art. 9]", "    neighbor: [Art. 7, Art. 9]"),
            "own/01.yaml:16:5: there is no map `neighbor`; did you mean `neighbour`?"
        );
        assert_eq!(told("Art. 7, Art. 9", "Art. 7, Art. 7"), "own/01.yaml:16:25: `Art. 7` is there twice");
        assert_eq!(
            told("'1.2': [", "'1.22': ["),
            "own/standard.yaml:14:7: there is no clause `1.22`; did you mean `1.2`?"
        );
        assert_eq!(
            told("'1': [Art. 7]", "'1.1': [Art. 8]"),
            "own/standard.yaml:13:15: there is no answer to clause `1.1` by the name `Art. 8`; did you mean \
             `Art. 7`?"
        );
        assert_eq!(
            told("    confirmed_by: the neighbour says so, too\n", ""),
            "own/standard.yaml:12:7: nobody is named who confirms this; name the source in `confirmed_by`"
        );
        assert_eq!(
            told("    confirmed:\n      '1': [Art. 7]\n      '1.2': [Art. 8]\n", ""),
            "own/standard.yaml:11:19: nothing is confirmed by this"
        );
        assert!(told("basis: we", "bassis: we").contains("no key `bassis` here; did you mean `basis`?"));
    }

    #[test]
    fn mistakes_have_places() {
        let told = |good: &str, bad: &str| {
            assert!(CLAUSES.contains(good) || ARTEFACTS.contains(good), "{good}");
            read_own(ABOUT, &ARTEFACTS.replace(good, bad), &CLAUSES.replace(good, bad)).unwrap_err()
        };
        assert_eq!(
            told("[list-of-keys]", "[list-of-key]"),
            "own/01.yaml:11:18: there is no artefact `list-of-key`; did you mean `list-of-keys`?"
        );
        assert_eq!(
            told("1.1/01", "1.1/02"),
            "own/01.yaml:7:11: this point is number 1, so its id is `1.1/01`"
        );
        assert!(
            told("AST-03", "AST-93")
                .starts_with("own/01.yaml:12:17: there is no rule with findings `AST-93`")
        );
        assert_eq!(told("weight: 2", "weight: 4"), "own/01.yaml:10:15: a weight is 1, 2 or 3");
        assert_eq!(told("parent: '1'", "parent: '2'"), "own/01.yaml:5:11: no clause `2` stands before it");
        assert!(told("type: asset", "type: aset").contains("no record type `aset`; did you mean `asset`?"));
        assert!(
            told("has: [owner]", "has: [ownr]").contains("there is no field `ownr`; did you mean `owner`?")
        );
        assert!(told("\"hardware\"", "\"hardwear\"").contains("never `hardwear`; did you mean `hardware`?"));
        assert!(told("P1M", "soon").contains("`soon` is no duration"));
    }
}
