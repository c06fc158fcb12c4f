//! Which records a sample is drawn from: those of a type by their own day, from the repository and from extracts.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::{DateTime, Days, NaiveDate};

use super::{
    error::SampleError,
    rank::digest,
    record::{Changed, Elsewhere, ExcludedRecord, Kept, POPULATION, Population, Record, Source, Statement},
    series::series,
};
use crate::{
    catalog::Catalog,
    check::Asked,
    corpus::{Corpus, Document, Documents, Shape},
    expression::{self, Expression},
    model::{DateRole, Held, Judged, Period, RecordType, Schema},
    text::{is_unsafe, nearest},
    yaml::Node,
};

/// The record type of documents that speak of an extract.
const EXTRACT: &str = "extract";

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Query {
    /// The record type.
    pub record_type: String,
    /// The days, both included.
    pub period: Period,
    /// The field whose day lies in the period, and the day; none if all records of the type belong to it.
    dated: Option<(String, Expression)>,
    /// What holds for the records.
    condition: Option<(String, Expression)>,
    /// Those that are left out, by id, with the reason.
    excluded: Vec<(String, String)>,
    /// Whether those that are left out may be gone since.
    may_be_gone: bool,
}

impl Query {
    /// Records of a type in a period: by a field, or else by the day on which records of the type begin.
    ///
    /// # Errors
    ///
    /// If the type has no such field, or it is no day.
    pub fn new(
        catalog: &Catalog,
        record_type: &RecordType,
        period: Period,
        dated: Option<&str>,
    ) -> Result<Self, SampleError> {
        let name = &record_type.id;
        let usual = record_type.counted.as_ref().map(|counted| counted.begins.as_str());
        let dated = match dated.or(usual) {
            None => None,
            Some(field) => {
                let found = found_field(record_type, field)?;
                if found.date != Some(DateRole::Event) || found.items.is_some() {
                    let fields = record_type.shape.fields.iter();
                    let days = fields.filter(|(_, field)| field.date == Some(DateRole::Event));
                    let known = days.map(|(name, _)| name.clone()).collect();
                    return Err(SampleError::NoDay {
                        record_type: name.clone(),
                        field: field.to_owned(),
                        known,
                    });
                }
                let day = expression::parse(&format!("self.{field}"));
                Some((field.to_owned(), day.expect("a field of a type is an expression")))
            }
        };
        debug_assert!(catalog.knows(name));
        Ok(Self {
            record_type: name.clone(),
            period,
            dated,
            condition: None,
            excluded: Vec::new(),
            may_be_gone: false,
        })
    }

    /// Only those for which a condition holds.
    ///
    /// # Errors
    ///
    /// If it names what there is not.
    pub fn with_condition(mut self, catalog: &Catalog, text: Option<&str>) -> Result<Self, SampleError> {
        self.condition = match text {
            None => None,
            Some(text) => {
                let condition = catalog.condition("--where", &self.record_type, text);
                Some((text.to_owned(), condition.map_err(|mistake| SampleError::Condition { mistake })?))
            }
        };
        Ok(self)
    }

    /// Without some, each with the reason.
    ///
    /// # Errors
    ///
    /// If one is named twice, or without a reason.
    pub fn without(mut self, excluded: Vec<(String, String)>) -> Result<Self, SampleError> {
        once(&excluded)?;
        self.excluded = excluded;
        self.excluded.sort();
        Ok(self)
    }

    /// Without those that were left out when a population was sealed, and may be gone since.
    #[must_use]
    pub fn without_those_of(mut self, sealed: &Statement) -> Self {
        let excluded = sealed.excluded.iter();
        self.excluded = excluded.map(|left_out| (left_out.id.clone(), left_out.because.clone())).collect();
        self.may_be_gone = true;
        self
    }
}

/// A field of a type, nested ones with a dot.
pub(super) fn found_field<'t>(record_type: &'t RecordType, field: &str) -> Result<&'t Schema, SampleError> {
    record_type.shape.at(field).ok_or_else(|| {
        let known = record_type.shape.fields.iter().map(|(name, _)| name.as_str());
        let near = nearest(field, known).map(str::to_owned);
        SampleError::NoField { record_type: record_type.id.clone(), field: field.to_owned(), near }
    })
}

/// Whether each is named once, and with a reason.
pub(super) fn once(named: &[(String, String)]) -> Result<(), SampleError> {
    let mut known = BTreeSet::new();
    for (id, because) in named {
        if because.trim().is_empty() {
            return Err(SampleError::NoReason { text: id.clone() });
        }
        if !known.insert(id) {
            return Err(SampleError::Twice { id: id.clone() });
        }
    }
    Ok(())
}

/// The population that is asked for.
///
/// # Errors
///
/// If it cannot be told which records belong to it.
pub fn population<'d>(
    corpus: &Corpus<'_>,
    documents: &'d Documents<'d>,
    judged: &'d Judged,
    query: &'d Query,
) -> Result<Population, SampleError> {
    let name = query.record_type.as_str();
    all_at_hand(documents, name)?;
    let mut asked = Asked::new(documents, judged);
    let mut elsewhere = Elsewhere::default();
    let mut found: BTreeMap<&str, (u32, Option<NaiveDate>)> = BTreeMap::new();
    let mut others = Vec::new();
    for number in documents.of_type(name) {
        let document = documents.at(*number);
        let Some((id, node)) = document.id() else {
            elsewhere.without_id += 1;
            continue;
        };
        if id.chars().any(|character| is_unsafe(character) || matches!(character, '\n' | '\t')) {
            let line = document.source.position(node.span().start).line;
            return Err(SampleError::Id { id: id.to_owned(), path: document.source.name().to_owned(), line });
        }
        asked.about(*number);
        let day = match &query.dated {
            None => None,
            Some((_, expression)) => match asked.day(expression) {
                Some(day) if query.period.contains(day) => Some(day),
                Some(_) => {
                    elsewhere.other_days += 1;
                    others.push(id);
                    continue;
                }
                None => {
                    elsewhere.undated.push(id.to_owned());
                    others.push(id);
                    continue;
                }
            },
        };
        match query.condition.as_ref().map_or(Some(true), |(_, condition)| asked.tells(condition)) {
            Some(true) => {
                if found.contains_key(id) {
                    elsewhere.twice.push(id.to_owned());
                } else {
                    found.insert(id, (*number, day));
                }
            }
            Some(false) => {
                elsewhere.not_met += 1;
                others.push(id);
            }
            None => {
                elsewhere.untold.push(id.to_owned());
                others.push(id);
            }
        }
    }
    for list in [&mut elsewhere.undated, &mut elsewhere.untold, &mut elsewhere.twice] {
        list.sort();
    }
    for (id, _) in &query.excluded {
        match found.remove_entry(id.as_str()) {
            Some((id, _)) => others.push(id),
            None if query.may_be_gone => {}
            None => {
                let near = nearest(id, found.keys().copied()).map(str::to_owned);
                return Err(SampleError::NotThere { record_type: name.to_owned(), id: id.clone(), near });
            }
        }
    }
    let ids: Vec<&str> = found.keys().copied().collect();
    let numbers: HashSet<u32> = found.values().map(|(number, _)| *number).collect();
    let (snapshot, commit, commit_day) = held(&corpus.snapshot.held);
    let excluded = query.excluded.iter();
    let statement = Statement {
        record_type: name.to_owned(),
        period: query.period.to_string(),
        dated: query.dated.as_ref().map(|(field, _)| field.clone()),
        condition: query.condition.as_ref().map(|(text, _)| text.clone()),
        count: ids.len(),
        digest: digest(&ids),
        first: ids.first().map(|id| (*id).to_owned()),
        last: ids.last().map(|id| (*id).to_owned()),
        series: series(&ids, &others),
        excluded: excluded
            .map(|(id, because)| ExcludedRecord { id: id.clone(), because: because.clone() })
            .collect(),
        elsewhere,
        sources: sources(documents, &numbers),
        not_covered: query.dated.iter().flat_map(|_| not_covered(documents, name, query.period)).collect(),
        unread: corpus.unread() + corpus.unread_rows(),
        snapshot: snapshot.to_owned(),
        commit,
        commit_day,
        as_of: judged.as_of.to_string(),
    };
    let records = found
        .into_iter()
        .map(|(id, (_, day))| Record { id: id.to_owned(), day: day.map(|day| day.to_string()) });
    Ok(Population {
        format: POPULATION.to_owned(),
        version: 1,
        population: statement,
        records: records.collect(),
    })
}

/// A population of which a part is not at hand is none.
fn all_at_hand(documents: &Documents<'_>, name: &str) -> Result<(), SampleError> {
    if !documents.is_partly_closed(name) {
        return Ok(());
    }
    let closed =
        documents.closed_extracts().filter(|extract| extract.get("of").and_then(Node::text) == Some(name));
    let mut extracts: Vec<String> =
        closed.map(|extract| crate::text::quoted(extract.id().map_or("", |(id, _)| id))).collect();
    extracts.sort();
    Err(SampleError::Closed { record_type: name.to_owned(), extracts })
}

fn held(held: &Held) -> (&'static str, Option<String>, Option<String>) {
    match held {
        Held::WorkTree => ("work-tree", None, None),
        Held::Index => ("index", None, None),
        Held::Commit { id, day } => ("commit", Some(id.clone()), Some(day.to_string())),
    }
}

/// How what there is differs from what was sealed; none if it does not.
pub fn changes(sealed: &Population, present: &Population) -> Option<Changed> {
    if sealed.population.digest == present.population.digest {
        return None;
    }
    let (before, after): (BTreeSet<&str>, BTreeSet<&str>) =
        (sealed.ids().into_iter().collect(), present.ids().into_iter().collect());
    let only = |these: &BTreeSet<&str>, those: &BTreeSet<&str>| {
        these.difference(those).map(|id| (*id).to_owned()).collect()
    };
    Some(Changed { joined: only(&after, &before), gone: only(&before, &after) })
}

/// What is known of one place from which records come.
#[derive(Default)]
struct Gathered<'d> {
    records: usize,
    systems: BTreeSet<&'d str>,
    /// As instants, so that offsets do not matter, with how they are written.
    extracted: BTreeSet<(DateTime<chrono::Utc>, &'d str)>,
}

impl<'d> Gathered<'d> {
    fn add_source(&mut self, document: &'d Document<'d>) {
        let Some(source) = document.get("source").and_then(Node::mapping) else { return };
        let text = |name: &str| source.get(name).and_then(Node::text).filter(|text| !text.trim().is_empty());
        self.systems.extend(text("system"));
        let at = text("extracted_at");
        self.extracted.extend(at.and_then(|at| Some((DateTime::parse_from_rfc3339(at).ok()?.to_utc(), at))));
        // Only the ends are told.
        while self.extracted.len() > 2 {
            let middle = self.extracted.iter().nth(1).copied();
            middle.map(|middle| self.extracted.remove(&middle));
        }
    }
}

/// Where the records of a population come from: the repository, then each extract.
fn sources<'d>(documents: &'d Documents<'d>, numbers: &HashSet<u32>) -> Vec<Source> {
    let (mut of_repository, mut of_extracts) = (Gathered::default(), Vec::new());
    let mut extract: Option<&'d Document<'d>> = None;
    let mut gathered = Gathered::default();
    for (number, document) in (0u32..).zip(documents) {
        if document.shape != Shape::Row {
            if let Some(extract) = extract.take() {
                of_extracts.push((extract, std::mem::take(&mut gathered)));
            }
            if document.type_name.is_some_and(|(name, _)| name == EXTRACT) {
                extract = Some(document);
            }
        }
        if numbers.contains(&number) {
            let of = if document.shape == Shape::Row { &mut gathered } else { &mut of_repository };
            of.records += 1;
            of.add_source(document);
        }
    }
    of_extracts.extend(extract.map(|extract| (extract, gathered)));
    let repository = (of_repository.records > 0).then(|| source(None, of_repository));
    let of_extracts = of_extracts.into_iter().filter(|(_, gathered)| gathered.records > 0);
    repository
        .into_iter()
        .chain(of_extracts.map(|(extract, mut gathered)| {
            gathered.add_source(extract);
            source(Some(extract), gathered)
        }))
        .collect()
}

fn source(extract: Option<&Document<'_>>, gathered: Gathered<'_>) -> Source {
    let text =
        |name: &str| extract.and_then(|extract| extract.get(name)).and_then(Node::text).map(str::to_owned);
    let ends = [gathered.extracted.first(), gathered.extracted.last()];
    Source {
        kept: if extract.is_some() { Kept::Extract } else { Kept::Repository },
        records: gathered.records,
        extract: extract.and_then(Document::id).map(|(id, _)| id.to_owned()),
        file: text("file"),
        sha256: text("sha256"),
        rows: text("rows"),
        period: extract.and_then(period_of).map(|period| period.to_string()),
        query: text("query"),
        systems: gathered.systems.into_iter().map(str::to_owned).collect(),
        extracted_at: ends.into_iter().flatten().map(|(_, text)| (*text).to_owned()).collect(),
    }
}

fn period_of(extract: &Document<'_>) -> Option<Period> {
    let (from, to) = (extract.day("period.from")?, extract.day("period.to")?);
    (from <= to).then_some(Period { from, to })
}

/// What of a period no extract of a type covers; nothing if there is no such extract, as then nobody says that records
/// are kept elsewhere.
fn not_covered(documents: &Documents<'_>, name: &str, period: Period) -> Vec<String> {
    let extracts = documents.of_type(EXTRACT).iter().map(|number| documents.at(*number));
    let mut periods: Vec<Period> = extracts
        .filter(|extract| extract.get("of").and_then(Node::text) == Some(name))
        .filter_map(period_of)
        .collect();
    if periods.is_empty() {
        return Vec::new();
    }
    periods.sort_by_key(|period| (period.from, period.to));
    let day_after = |day: NaiveDate| day.checked_add_days(Days::new(1));
    let mut open = Some(period.from);
    let mut holes = Vec::new();
    for covered in periods {
        let Some(from) = open.filter(|from| *from <= period.to) else { break };
        if let Some(to) = covered.from.pred_opt().filter(|to| from <= *to) {
            holes.push(Period { from, to: to.min(period.to) });
        }
        open = day_after(covered.to).map(|next| next.max(from));
    }
    if let Some(from) = open.filter(|from| *from <= period.to) {
        holes.push(Period { from, to: period.to });
    }
    holes.iter().map(Period::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        corpus,
        model::{Content, File, Snapshot, sha256},
        text::Source as Text,
        yaml::Limits,
    };

    const INCIDENTS: &str = "\
collection: incident
entries:
  - {id: INC-0002, title: a, opened_at: 2026-01-01T00:30:00+02:00, priority: 1}
  - {id: INC-0003, title: b, opened_at: 2026-01-01T00:00:00+00:00, priority: 1}
  - {id: INC-0005, title: c, opened_at: 2026-03-31T23:59:59+00:00, priority: 3}
  - {id: INC-0006, title: d, opened_at: 2026-04-01T00:00:00+00:00, priority: 1}
  - {id: INC-0009, title: e, opened_at: 2026-02-30T00:00:00+00:00}
  - {id: INC-0010, title: f, opened_at: 2026-02-01T00:00:00+00:00}
  - {id: INC-0010, title: g, opened_at: 2026-02-02T00:00:00+00:00, priority: 1}
  - {title: h}
";

    fn snapshot(text: &str, extracts: &[(&str, &str)]) -> Snapshot {
        let content = Content::Text(Text::new("a.yaml", text).into());
        let extracts: BTreeMap<String, Vec<u8>> =
            extracts.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
        Snapshot {
            files: vec![File { path: "a.yaml".to_owned(), content }],
            attachments: Box::new(extracts),
            ..Snapshot::default()
        }
    }

    fn of(
        snapshot: &Snapshot,
        name: &str,
        dated: Option<&str>,
        asked: impl FnOnce(Query, &Catalog) -> Result<Query, SampleError>,
    ) -> Result<Population, SampleError> {
        let catalog = Catalog::embedded();
        let corpus = corpus::read(snapshot, &Limits::default());
        let documents = Documents::of(&corpus, &catalog);
        let period: Period = "2026-01-01..2026-03-31".parse().unwrap();
        let judged = Judged { period, ..Judged::on("2026-06-30") };
        let query = Query::new(&catalog, catalog.record_type(name).unwrap(), period, dated)?;
        let query = asked(query, &catalog)?;
        population(&corpus, &documents, &judged, &query)
    }

    #[test]
    fn records_belong_to_the_period_by_the_day_on_which_they_began() {
        let found = of(&snapshot(INCIDENTS, &[]), "incident", None, |query, _| Ok(query)).unwrap();
        assert_eq!(found.ids(), ["INC-0003", "INC-0005", "INC-0010"]);
        let told = &found.population;
        assert_eq!(told.digest, sha256(b"INC-0003\nINC-0005\nINC-0010\n"));
        assert_eq!((told.count, told.dated.as_deref()), (3, Some("opened_at")));
        assert_eq!(told.elsewhere.other_days, 2);
        assert_eq!(told.elsewhere.undated, ["INC-0009"]);
        assert_eq!(told.elsewhere.twice, ["INC-0010"]);
        assert_eq!(told.elsewhere.without_id, 1);
        assert_eq!(told.series[0].gaps, ["0004", "0007..0008"]);
        assert_eq!((told.series[0].missing, told.series[0].elsewhere), (3, 2));
        assert_eq!(found.records[0].day.as_deref(), Some("2026-01-01"));
        assert!(told.not_covered.is_empty(), "no extract says that there is more elsewhere");
    }

    #[test]
    fn what_does_not_tell_whether_a_condition_holds_is_neither_in_it_nor_forgotten() {
        let where_ = |text: &'static str| {
            of(&snapshot(INCIDENTS, &[]), "incident", None, |query, catalog| {
                query.with_condition(catalog, Some(text))
            })
        };
        let found = where_("self.priority == 1").unwrap();
        assert_eq!(found.ids(), ["INC-0003", "INC-0010"]);
        assert_eq!(found.population.elsewhere.not_met, 1);
        assert_eq!(found.population.elsewhere.untold, ["INC-0010"]);
        let Err(SampleError::Condition { mistake }) = where_("self.priorty == 1") else { panic!() };
        assert_eq!(mistake.to_string(), "--where:1:1: there is no field `priorty`; did you mean `priority`?");
    }

    #[test]
    fn what_is_left_out_is_named_with_its_reason_and_has_to_be_there() {
        let without = |excluded: &[(&str, &str)]| {
            let excluded = excluded.iter().map(|(id, because)| ((*id).to_owned(), (*because).to_owned()));
            let excluded = excluded.collect();
            of(&snapshot(INCIDENTS, &[]), "incident", None, |query, _| query.without(excluded))
        };
        let found = without(&[("INC-0005", "a test")]).unwrap();
        assert_eq!(found.ids(), ["INC-0003", "INC-0010"]);
        assert_eq!(found.population.excluded[0].because, "a test");
        let told = |excluded: &[(&str, &str)]| without(excluded).unwrap_err().to_string();
        assert_eq!(
            told(&[("INC-0006", "x")]),
            "there is no incident of that id in the population: `INC-0006`"
        );
        assert_eq!(told(&[("INC-0005", "x"), ("INC-0005", "y")]), "`INC-0005` is named twice");
        assert_eq!(told(&[("INC-0005", " ")]), "`INC-0005` is named without a reason");
    }

    #[test]
    fn a_field_that_is_no_day_of_an_event_makes_no_population() {
        let told =
            |dated| of(&snapshot(INCIDENTS, &[]), "incident", Some(dated), |query, _| Ok(query)).unwrap_err();
        assert_eq!(
            told("sla_due_at").to_string(),
            "`sla_due_at` of `incident` is no day on which something happened"
        );
        assert_eq!(told("closd_at").help().unwrap(), "did you mean `closed_at`?");
        let risks = "collection: risk\nentries: [{id: R-2, title: a}, {id: R-1, title: b}]\n";
        let found = of(&snapshot(risks, &[]), "risk", None, |query, _| Ok(query)).unwrap();
        assert_eq!((found.ids(), &found.population.dated), (vec!["R-1", "R-2"], &None));
    }

    #[test]
    fn an_id_that_ends_a_line_is_refused() {
        let text = "collection: risk\nentries: [{id: \"R-1\\nR-2\", title: a}]\n";
        let error = of(&snapshot(text, &[]), "risk", None, |query, _| Ok(query)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`R-1\\nR-2` is an id with a character that ends a line or acts on one: a.yaml:2"
        );
    }

    #[test]
    fn extracts_belong_to_it_and_without_one_there_is_no_population() {
        let rows = "{\"id\": \"INC-0100\", \"opened_at\": \"2026-02-03T10:00:00Z\"}\n\
            {\"id\": \"INC-0101\", \"opened_at\": \"2026-05-03T10:00:00Z\"}\n";
        let text = format!(
            "type: extract\nid: EXT-1\nof: incident\nfile: x.jsonl\nsha256: {}\nrows: 2\n\
             period: {{from: 2026-02-01, to: 2026-03-15}}\nquery: report 4\n\
             source: {{system: desk, extracted_at: 2026-04-01T02:00:00+01:00}}\n---\n{INCIDENTS}",
            sha256(rows.as_bytes())
        );
        let found =
            of(&snapshot(&text, &[("x.jsonl", rows)]), "incident", None, |query, _| Ok(query)).unwrap();
        assert_eq!(found.ids(), ["INC-0003", "INC-0005", "INC-0010", "INC-0100"]);
        let sources: Vec<_> = found
            .population
            .sources
            .iter()
            .map(|source| (source.extract.as_deref(), source.records))
            .collect();
        assert_eq!(sources, [(None, 3), (Some("EXT-1"), 1)]);
        assert_eq!(found.population.sources[1].extracted_at, ["2026-04-01T02:00:00+01:00"; 2]);
        assert_eq!(found.population.not_covered, ["2026-01-01..2026-01-31", "2026-03-16..2026-03-31"]);
        let gone = of(&snapshot(&text, &[]), "incident", None, |query, _| Ok(query)).unwrap_err();
        assert_eq!(
            gone.to_string(),
            "not testable: records of `incident` lie in `EXT-1`, whose file is not at hand as it was sealed"
        );
    }

    #[test]
    fn how_a_population_changed_is_told_by_id() {
        let before = of(&snapshot(INCIDENTS, &[]), "incident", None, |query, _| Ok(query)).unwrap();
        let text = INCIDENTS.replace("INC-0005", "INC-0004");
        let after = of(&snapshot(&text, &[]), "incident", None, |query, _| Ok(query)).unwrap();
        assert_eq!(changes(&before, &before), None);
        let changed = changes(&before, &after).unwrap();
        assert_eq!(
            (changed.joined, changed.gone),
            (vec!["INC-0004".to_owned()], vec!["INC-0005".to_owned()])
        );
    }
}
