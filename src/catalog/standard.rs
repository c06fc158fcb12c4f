//! The standards: `schemas/standards/`, each a folder with `standard.yaml`, `artefacts.yaml` and one file
//! or more for each main clause.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use serde::Deserialize;
use serde_spanned::Spanned;

use super::{
    Catalog, embedded,
    file::{Loaded, OneOrMore, Ordered, load},
    rules, typing,
};
use crate::{
    expression::{self, Expression},
    model::{
        Artefact, Checked, Clause, Covers, Duration, Expected, Format, Mistake, Mode, NeededBy, Point,
        Prerequisite, Remedy, Standard, TypicalFinding, Wave, Within,
    },
    text::{Source, Span, nearest, quoted},
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
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WaveFile {
    title: String,
    says: String,
    clauses: Vec<Spanned<String>>,
    stage: Option<u8>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PrerequisiteFile {
    says: String,
    #[serde(default)]
    artefacts: Vec<Spanned<String>>,
    #[serde(default)]
    rules: Vec<Spanned<String>>,
    person: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClauseFile {
    id: Spanned<String>,
    title: String,
    parent: Option<Spanned<String>>,
    #[serde(default)]
    untitled: bool,
    checked: Option<Checked>,
    amendment: Option<String>,
    condition: Option<String>,
    note: Option<String>,
    #[serde(default)]
    points: Vec<PointFile>,
    #[serde(default)]
    typical_findings: Vec<TypicalFinding>,
    #[serde(default)]
    crosswalk: BTreeMap<String, Vec<String>>,
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

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ArtefactFile {
    title: String,
    #[serde(rename = "type")]
    types: OneOrMore,
    #[serde(rename = "where")]
    condition: Option<Spanned<String>>,
    #[serde(default)]
    has: Vec<Spanned<String>>,
    #[serde(default = "one")]
    count: usize,
    within: Option<Spanned<String>>,
    dated: Option<Spanned<String>>,
    own: Option<Spanned<String>>,
    covers: Option<CoversFile>,
    explicit: bool,
    mode: Mode,
    expected: Expected,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CoversFile {
    #[serde(rename = "type")]
    record_type: Spanned<String>,
    #[serde(rename = "where")]
    condition: Option<Spanned<String>>,
    by: Spanned<String>,
}

fn one() -> usize {
    1
}

/// The standard that everybody judges by, read when somebody first asks.
pub(super) fn standard() -> &'static Standard {
    static STANDARD: OnceLock<Standard> = OnceLock::new();
    STANDARD.get_or_init(|| {
        let files: Vec<(&str, &str)> = embedded("standards/iso-20000-1-2018/").collect();
        read(&Catalog::embedded(), &files).unwrap_or_else(|mistake| panic!("schemas/{mistake}"))
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
        if matches!(path.rsplit('/').next(), Some("standard.yaml" | "artefacts.yaml" | "stages.yaml")) {
            continue;
        }
        let file: Loaded<Vec<ClauseFile>> = load(Arc::new(Source::new(*path, *text)))?;
        for written in &file.content {
            let clause = clause(&file, written, &artefacts)?;
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
    let has_stages = files.iter().any(|(path, _)| path.ends_with("/stages.yaml"));
    let stages = if has_stages {
        stages(&load(Arc::new(named("stages.yaml")))?, &artefacts)?
    } else {
        BTreeMap::new()
    };
    ask_for(catalog, &clauses, &mut artefacts);
    let StandardFile { id, title, edition, amendments, wording, order, waves } = about.content;
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
    })
}

/// Clauses that speak of what others ask for: what top management sees to, and a list of documents.
const GENERAL: [&str; 2] = ["5.1", "7.5.4"];

/// Tells each artefact which points ask for it, and by when it has to be there.
fn ask_for(catalog: &Catalog, clauses: &[Clause], artefacts: &mut BTreeMap<String, Artefact>) {
    let mut early: BTreeSet<&str> = BTreeSet::new();
    for point in clauses.iter().flat_map(|clause| &clause.points) {
        for name in &point.evidence {
            if point.stage.contains(&1) {
                early.insert(name);
            }
            if let Some(artefact) = artefacts.get_mut(name) {
                artefact.points.push(point.id.clone());
            }
        }
    }
    for (name, artefact) in artefacts {
        // The clauses that a type is for come before those that only speak of it as well.
        let own: Vec<&str> = artefact
            .types
            .iter()
            .filter_map(|of| catalog.record_type(of))
            .flat_map(|of| &of.clauses)
            .map(String::as_str)
            .collect();
        artefact.points.sort_by_key(|point| {
            let clause = point.split('/').next().unwrap_or_default();
            (GENERAL.contains(&clause), !own.contains(&clause))
        });
        let of_type =
            |of: &String| catalog.record_type(of).is_some_and(|of| of.needed_by == NeededBy::Stage1);
        let early = early.contains(name.as_str()) || artefact.types.iter().any(of_type);
        if early && artefact.mode == Mode::Maintain {
            artefact.needed_by = NeededBy::Stage1;
        }
    }
}

/// What has to be there before each stage of a certification audit.
fn stages(
    file: &Loaded<Ordered<Vec<PrerequisiteFile>>>,
    artefacts: &BTreeMap<String, Artefact>,
) -> Result<BTreeMap<String, Vec<Prerequisite>>, Mistake> {
    let mut stages = BTreeMap::new();
    for (stage, written) in &file.content.0 {
        let mut list = Vec::new();
        for of in written {
            if let Some(name) = of.artefacts.iter().find(|name| !artefacts.contains_key(name.as_ref())) {
                return Err(unknown(file, name, "artefact", artefacts.keys().map(String::as_str)));
            }
            if let Some(name) = of.rules.iter().find(|name| !has_findings(name.as_ref())) {
                return Err(unknown(file, name, "rule with findings", rules::rules().map(|rule| &*rule.id)));
            }
            let plain = |names: &[Spanned<String>]| names.iter().map(|name| name.as_ref().clone()).collect();
            list.push(Prerequisite {
                says: of.says.clone(),
                artefacts: plain(&of.artefacts),
                rules: plain(&of.rules),
                person: of.person.clone(),
            });
        }
        stages.insert(stage.as_ref().clone(), list);
    }
    Ok(stages)
}

/// Whether there is a rule of an id that is told under this id.
fn has_findings(id: &str) -> bool {
    rules::rule(id).is_some_and(|rule| rule.left_to.is_none())
}

fn clause(
    file: &Loaded<Vec<ClauseFile>>,
    written: &ClauseFile,
    artefacts: &BTreeMap<String, Artefact>,
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
            if !has_findings(signal.as_ref()) {
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
        checked: written.checked,
        amendment: written.amendment.clone(),
        condition: written.condition.clone(),
        note: written.note.clone(),
        points,
        typical_findings: written.typical_findings.clone(),
        crosswalk: written.crosswalk.clone(),
    })
}

type Artefacts = Loaded<Ordered<ArtefactFile>>;

fn artefacts(catalog: &Catalog, file: &Artefacts) -> Result<BTreeMap<String, Artefact>, Mistake> {
    let mut artefacts = BTreeMap::new();
    for (name, written) in &file.content.0 {
        let types: Vec<&str> = written.types.0.iter().map(|name| name.as_ref().as_str()).collect();
        for of in &written.types.0 {
            if !catalog.knows(of.as_ref()) {
                return Err(unknown(file, of, "record type", catalog.type_ids()));
            }
        }
        let shapes: Vec<_> =
            types.iter().filter_map(|of| catalog.record_type(of)).map(|of| &of.shape).collect();
        for field in &written.has {
            if !shapes.iter().all(|shape| shape.at(field.as_ref()).is_some()) {
                let known = shapes.iter().flat_map(|shape| &shape.fields).map(|(known, _)| known.as_str());
                return Err(unknown(file, field, "field", known));
            }
        }
        let within = match (&written.within, &written.dated, &written.own) {
            (None, None, None) => None,
            (Some(within), Some(dated), Some(own)) => {
                if Duration::parse(within.as_ref()).is_none() {
                    return Err(file.mistake(within, "this is no duration such as P1Y"));
                }
                let is_date = |format| matches!(format, Some(Format::Date | Format::DateTime));
                let format = |shape: &&crate::model::Schema| shape.at(dated.as_ref())?.format;
                if !shapes.iter().all(|shape| is_date(format(shape))) {
                    return Err(file.mistake(dated, "this is no field with a date"));
                }
                let [interval, dated, own] = [within, dated, own].map(|text| text.as_ref().clone());
                Some(Within { interval, dated, own })
            }
            _ => return Err(file.mistake(name, "`within`, `dated` and `own` belong together")),
        };
        let covers = written.covers.as_ref().map(|covers| {
            let of = covers.record_type.as_ref();
            if !catalog.knows(of) {
                return Err(unknown(file, &covers.record_type, "record type", catalog.type_ids()));
            }
            if !shapes.iter().all(|shape| shape.at(covers.by.as_ref()).is_some()) {
                let known = shapes.iter().flat_map(|shape| &shape.fields).map(|(known, _)| known.as_str());
                return Err(unknown(file, &covers.by, "field", known));
            }
            Ok(Covers {
                record_type: of.clone(),
                condition: condition(catalog, file, covers.condition.as_ref(), &[of])?,
                by: covers.by.as_ref().clone(),
            })
        });
        let artefact = Artefact {
            title: written.title.clone(),
            condition: condition(catalog, file, written.condition.as_ref(), &types)?,
            asks: written.condition.as_ref().map(|asks| asks.as_ref().clone()),
            types: types.into_iter().map(str::to_owned).collect(),
            has: written.has.iter().map(|field| field.as_ref().clone()).collect(),
            count: written.count,
            within,
            covers: covers.transpose()?,
            explicit: written.explicit,
            mode: written.mode,
            expected: written.expected,
            needed_by: NeededBy::Stage2,
            points: Vec::new(),
        };
        if artefacts.insert(name.as_ref().clone(), artefact).is_some() {
            return Err(file.mistake(name, format!("artefact {} is there twice", quoted(name.as_ref()))));
        }
    }
    Ok(artefacts)
}

/// Which documents of some types are meant.
fn condition(
    catalog: &Catalog,
    file: &Artefacts,
    written: Option<&Spanned<String>>,
    types: &[&str],
) -> Result<Option<Expression>, Mistake> {
    let Some(written) = written else { return Ok(None) };
    let placed = |span: Span| rules::placed(&file.source, written, span);
    let expression = expression::parse(written.as_ref())
        .map_err(|error| file.mistake(&placed(error.span), error.message))?;
    for of in types {
        typing::check_condition(catalog, of, &expression).map_err(|wrong| Mistake {
            help: wrong.help,
            ..file.mistake(&placed(wrong.span), wrong.message)
        })?;
    }
    Ok(Some(expression))
}

fn unknown<'n, T>(
    file: &Loaded<T>,
    name: &Spanned<String>,
    what: &str,
    known: impl Iterator<Item = &'n str>,
) -> Mistake {
    let known: BTreeSet<&str> = known.collect();
    let help = nearest(name.as_ref(), known).map(|near| format!("did you mean `{near}`?"));
    Mistake { help, ..file.mistake(name, format!("there is no {what} {}", quoted(name.as_ref()))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABOUT: &str = "{id: own, title: Our house rules, edition: '1', wording: ours}";
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
";

    fn read_own(artefacts: &str, clauses: &str) -> Result<Standard, String> {
        let files =
            [("own/standard.yaml", ABOUT), ("own/artefacts.yaml", artefacts), ("own/01.yaml", clauses)];
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
    fn a_second_standard_is_a_second_folder() {
        let own = read_own(ARTEFACTS, CLAUSES).unwrap();
        assert_eq!(own.title, "Our house rules");
        let (clause, point) = own.point("1.1/01").unwrap();
        assert_eq!((clause.title.as_str(), point.remedy.wait.as_deref()), ("Who has keys", Some("P1M")));
    }

    #[test]
    fn mistakes_have_places() {
        let told = |good: &str, bad: &str| {
            assert!(CLAUSES.contains(good) || ARTEFACTS.contains(good), "{good}");
            read_own(&ARTEFACTS.replace(good, bad), &CLAUSES.replace(good, bad)).unwrap_err()
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
