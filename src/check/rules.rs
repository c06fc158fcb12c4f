//! The rules that are computed from documents: which apply, and what comes of them.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::{
    broken::{broken, defective},
    evaluate::{Evaluator, Reason, Stop},
    lacking::untestable,
    value::Value,
};
use crate::{
    corpus::{Document, Documents},
    expression::Expression,
    model::{Computed, Finding, Judged, Level, Rule, RuleTally, Scope, Tier},
    yaml::{Kind, Mapping, Node},
};

/// So many documents are judged by one worker before it takes others.
const AT_ONCE: usize = 64;

/// A rule that is on, its level, and its number among those that are on.
#[derive(Clone, Copy)]
pub(super) struct Active<'d> {
    pub(super) rule: &'d Rule,
    pub(super) computed: &'d Computed,
    pub(super) level: Level,
    number: usize,
}

/// What came of the rules.
pub(super) struct Judgement {
    pub(super) findings: Vec<Finding>,
    /// By rule, of those that applied to something.
    pub(super) tallies: BTreeMap<String, RuleTally>,
}

/// One of the three outcomes of a rule.
enum Outcome<'d> {
    Kept,
    Broken,
    Untestable(Reason<'d>),
}

/// What came of some rules, while it is being put together.
struct Sum {
    findings: Vec<Finding>,
    /// By the numbers of rules.
    tallies: Vec<RuleTally>,
}

impl Sum {
    fn of(rules: usize) -> Self {
        Self { findings: Vec::new(), tallies: vec![RuleTally::default(); rules] }
    }

    fn joined(mut self, other: Self) -> Self {
        self.findings.extend(other.findings);
        for (tally, other) in self.tallies.iter_mut().zip(other.tallies) {
            tally.add(other);
        }
        self
    }

    fn count(&mut self, active: Active<'_>, outcome: &Outcome<'_>) {
        let tally = &mut self.tallies[active.number];
        match outcome {
            Outcome::Kept => tally.kept += 1,
            Outcome::Broken => tally.broken += 1,
            Outcome::Untestable(reason) => {
                tally.untestable += 1;
                tally.reason.get_or_insert_with(|| reason.to_string());
            }
        }
    }
}

/// Judges all documents by the rules. `sound` tells of each document whether its shape is; of one whose
/// shape is not, nothing can be told.
pub(super) fn judge<'d>(documents: &'d Documents<'d>, judged: &'d Judged, sound: &[bool]) -> Judgement {
    let rules = Rules::of(documents, judged);
    let each = documents.as_slice().par_chunks(AT_ONCE).enumerate().map(|(chunk, some)| {
        let (mut evaluator, mut sum) = (Evaluator::new(documents, judged), Sum::of(rules.count));
        let mut lacking = Lacking::default();
        for (number, document) in (chunk * AT_ONCE..).zip(some) {
            if !sound[number] || document.is_stub() {
                continue;
            }
            lacking.look_at(document);
            let number = u32::try_from(number).expect("the limits on files keep counts far below");
            let of_type = document.record_type.and_then(|found| rules.each.get(found.id.as_str()));
            for active in of_type.into_iter().flatten() {
                match lacking.of(active.computed) {
                    Some(field) => sum.count(*active, &Outcome::Untestable(Reason::NoColumn(field))),
                    None => drop(apply(&mut evaluator, *active, Some(number), &mut sum)),
                }
            }
        }
        sum
    });
    let all = rules.all.par_iter().map(|active| {
        let mut sum = Sum::of(rules.count);
        apply(&mut Evaluator::new(documents, judged), *active, None, &mut sum);
        sum
    });
    // Those about all at once are few and may take long: they begin together with the others.
    let none = || Sum::of(rules.count);
    let (each, all) = rayon::join(|| each.reduce(none, Sum::joined), || all.reduce(none, Sum::joined));
    let Sum { findings, tallies } = each.joined(all);
    let tallies = rules.ids.into_iter().zip(tallies);
    let applied = |tally: &RuleTally| tally.kept + tally.broken + tally.untestable > 0;
    let tallies = tallies.filter(|(_, tally)| applied(tally)).map(|(id, tally)| (id.to_owned(), tally));
    Judgement { findings, tallies: tallies.collect() }
}

/// For the lack of which columns rules cannot be tested on the rows of an extract; worked out once for an extract.
#[derive(Default)]
struct Lacking<'d> {
    extract: Option<Mapping<'d>>,
    without: Vec<&'d str>,
    rules: HashMap<*const Computed, Option<&'d str>>,
}

impl<'d> Lacking<'d> {
    fn look_at(&mut self, document: &Document<'d>) {
        let same = match (self.extract, document.extract) {
            (Some(one), Some(other)) => one.is(other),
            (None, None) => true,
            _ => false,
        };
        if !same {
            *self = Self { extract: document.extract, without: document.without(), rules: HashMap::new() };
        }
    }

    fn of(&mut self, rule: &Computed) -> Option<&'d str> {
        if self.without.is_empty() {
            return None;
        }
        let without = &self.without;
        *self.rules.entry(std::ptr::from_ref(rule)).or_insert_with(|| untestable(rule, without))
    }
}

/// The rules that are on for the documents there are.
struct Rules<'d> {
    count: usize,
    ids: Vec<&'d str>,
    /// About each document of a type, by type.
    each: BTreeMap<&'d str, Vec<Active<'d>>>,
    /// About all documents of a type at once.
    all: Vec<Active<'d>>,
}

impl<'d> Rules<'d> {
    fn of(documents: &'d Documents<'d>, judged: &Judged) -> Self {
        // Reading rules takes a while, and each file is read once.
        let names: Vec<&str> = documents.types().collect();
        names.par_iter().for_each(|name| {
            documents.catalog.rules_of(name).last();
        });
        let mut rules = Self { count: 0, ids: Vec::new(), each: BTreeMap::new(), all: Vec::new() };
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        for name in names {
            for active in documents.catalog.rules_of(name).filter_map(|rule| active(rule, judged)) {
                // A rule about a category is met again with each of its types.
                let id = active.rule.id.as_str();
                let met = numbers.contains_key(id);
                let number = *numbers.entry(id).or_insert(rules.count);
                let active = Active { number, ..active };
                if !met {
                    rules.count += 1;
                    rules.ids.push(id);
                }
                match active.computed.scope {
                    Scope::Each => rules.each.entry(name).or_default().push(active),
                    Scope::All if !met => rules.all.push(active),
                    Scope::All => {}
                }
            }
        }
        rules
    }
}

fn active<'d>(rule: &'d Rule, judged: &Judged) -> Option<Active<'d>> {
    let computed = rule.computed.as_ref()?;
    let on = rule.tier == Tier::Core || judged.extended || judged.levels.contains_key(&rule.id);
    let level = match judged.levels.get(&rule.id) {
        Some(level) => (*level)?,
        None => rule.severity,
    };
    on.then_some(Active { rule, computed, level, number: 0 })
}

/// Applies a rule to a document, or to the whole of a type, and tells how many steps that took.
fn apply<'d>(
    evaluator: &mut Evaluator<'d>,
    active: Active<'d>,
    subject: Option<u32>,
    sum: &mut Sum,
) -> usize {
    evaluator.begin(subject);
    let documents = evaluator.documents;
    let Some(items) = &active.computed.items else {
        let target = Target { document: subject, item: None, node: None };
        decide(evaluator, active, active.computed.when.as_ref(), &target, sum);
        return evaluator.steps();
    };
    // What is the same for all items is asked once; where it cannot be told, the item may still decide.
    let mut when = active.computed.when.as_ref();
    if let Some((before, rest)) = &active.computed.before {
        match evaluator.holds(before) {
            Ok(true) => when = rest.as_ref(),
            Ok(false) => return evaluator.steps(),
            Err(_) => {}
        }
    }
    match evaluator.value(items) {
        Ok(list) => {
            for (node, item) in with_nodes(&list) {
                evaluator.with_item(item.clone());
                let target = Target { document: subject, item: Some(item), node };
                decide(evaluator, active, when, &target, sum);
            }
        }
        // What has no items has none that could break the rule.
        Err(Stop::Untestable(Reason::Absent(_))) => {}
        Err(Stop::Untestable(reason)) => sum.count(active, &Outcome::Untestable(reason)),
        Err(Stop::Defect(why)) => sum.findings.push(defective(documents, active, subject, &why)),
    }
    evaluator.steps()
}

/// What a rule is applied to.
pub(super) struct Target<'d> {
    pub(super) document: Option<u32>,
    pub(super) item: Option<Value<'d>>,
    /// Where the item stands, if it stands in the document.
    pub(super) node: Option<Node<'d>>,
}

/// The items of a list, each with its place if it has one.
pub(super) fn with_nodes<'d>(list: &Value<'d>) -> Vec<(Option<Node<'d>>, Value<'d>)> {
    match list {
        Value::Items(node, schema) => match node.kind() {
            Kind::Sequence(sequence) => {
                sequence.items().filter_map(|node| Some((Some(node), Value::of(node, schema)?))).collect()
            }
            Kind::Scalar(_) | Kind::Mapping(_) => Vec::new(),
        },
        other => other.items().into_iter().flatten().map(|item| (None, item)).collect(),
    }
}

fn decide<'d>(
    evaluator: &mut Evaluator<'d>,
    active: Active<'d>,
    when: Option<&'d Expression>,
    target: &Target<'d>,
    sum: &mut Sum,
) {
    let documents = evaluator.documents;
    let outcome = match outcome(evaluator, when, &active.computed.assert) {
        Ok(Some(outcome)) => outcome,
        Ok(None) => return,
        Err(why) => {
            sum.findings.push(defective(documents, active, target.document, &why));
            return;
        }
    };
    sum.count(active, &outcome);
    if matches!(outcome, Outcome::Broken) {
        sum.findings.push(broken(evaluator, documents, active, target));
    }
}

/// What comes of a rule; none if it does not apply.
fn outcome<'d>(
    evaluator: &mut Evaluator<'d>,
    when: Option<&'d Expression>,
    assert: &'d Expression,
) -> Result<Option<Outcome<'d>>, String> {
    if let Some(when) = when {
        match evaluator.holds(when) {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(Stop::Untestable(reason)) => return Ok(Some(Outcome::Untestable(reason))),
            Err(Stop::Defect(why)) => return Err(why),
        }
    }
    match evaluator.holds(assert) {
        Ok(true) => Ok(Some(Outcome::Kept)),
        Ok(false) => Ok(Some(Outcome::Broken)),
        Err(Stop::Untestable(reason)) => Ok(Some(Outcome::Untestable(reason))),
        Err(Stop::Defect(why)) => Err(why),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::{
        catalog::Catalog,
        corpus,
        model::{Content, File, Snapshot},
        text::Source,
        yaml::Limits,
    };

    /// Rules that hold each document against each other of some kind, of which there are few: the programmes of
    /// the years, the reviews by management, the yearly surveys, the agreements with one customer, the reports
    /// of one kind.
    const PAIRS: [(&str, &str); 7] = [
        ("CUS-03", "satisfaction-survey"),
        ("IAP-02", "internal-audit-programme"),
        ("MRV-08", "management-review"),
        ("NCR-08", "nonconformity"),
        ("RET-01", "retention-rule"),
        ("SLA-08", "sla"),
        ("SRP-02", "service-report"),
    ];

    /// So many of a type and two of each other, all as the full example and each with an id of its own.
    fn many(catalog: &Catalog, kind: &str, count: usize) -> Snapshot {
        let files = catalog.record_types().map(|of| {
            let count = if of.id == kind { count } else { 2 };
            let name = format!("{}.yaml", of.id);
            let text = (0..count).fold(String::new(), |mut text, number| {
                for line in of.full.lines() {
                    let end = if line.starts_with("id: ") && number > 0 {
                        format!("-{number}")
                    } else {
                        String::new()
                    };
                    let _ = writeln!(text, "{line}{end}");
                }
                text.push_str("---\n");
                text
            });
            File { path: name.clone(), content: Content::Text(Source::new(name, text).into()) }
        });
        Snapshot { files: files.collect(), ..Snapshot::default() }
    }

    /// The steps that each rule takes where there are so many documents of a type.
    fn steps(catalog: &Catalog, kind: &str, count: usize) -> BTreeMap<String, usize> {
        let snapshot = many(catalog, kind, count);
        let corpus = corpus::read(&snapshot, &Limits::default());
        let documents = Documents::of(&corpus, catalog);
        // Few are enough to be looked at together.
        let own = BTreeMap::from([("population.least".to_owned(), "1".to_owned())]);
        let judged = Judged { extended: true, own, ..Judged::on("2026-06-30") };
        let rules = Rules::of(&documents, &judged);
        let mut steps = BTreeMap::new();
        let (mut evaluator, mut sum) = (Evaluator::new(&documents, &judged), Sum::of(rules.count));
        let mut count = |active, subject| {
            let active: Active<'_> = active;
            let taken = apply(&mut evaluator, active, subject, &mut sum);
            *steps.entry(active.rule.id.clone()).or_default() += taken;
        };
        for (name, of_type) in &rules.each {
            for number in documents.of_type(name) {
                for active in of_type {
                    count(*active, Some(*number));
                }
            }
        }
        for active in &rules.all {
            count(*active, None);
        }
        steps
    }

    #[test]
    fn what_a_rule_costs_grows_with_the_documents_and_not_with_their_square() {
        let catalog = Catalog::embedded();
        let kinds: Vec<&str> = catalog.type_ids().collect();
        let steep = kinds.into_par_iter().flat_map_iter(|kind| {
            let [few, some, more] = [10, 20, 30].map(|count| steps(&catalog, kind, count));
            few.into_iter().filter_map(move |(rule, few)| {
                let (first, second) = (some[&rule] - few, more[&rule] - some[&rule]);
                (second > first + first / 10 && !PAIRS.contains(&(rule.as_str(), kind)))
                    .then(|| format!("{rule}, more documents of type {kind}: {first}, then {second}"))
            })
        });
        let steep: Vec<String> = steep.collect();
        assert!(steep.is_empty(), "{}", steep.join("\n"));
    }
}
