//! A draw: which records are read, by chance or by judgement, and what that allows to be said.

use std::collections::{BTreeMap, HashMap};

use super::{
    chance::{chance_to_find, fewer_than},
    error::SampleError,
    population::{found_field, once},
    rank::rank,
    record::{
        AUDITEE, Bound, Chance, Changed, Chosen, Item, Population, Record, SAMPLE, Sample, Says, Seed,
        Stratum,
    },
    strata::{shares, stratum_of},
    usual::usual,
};
use crate::{
    corpus::Documents,
    model::{Judged, Period},
    text::{is_unsafe, nearest},
};

/// Confidences of which people speak, in percent.
const CONFIDENCES: [u32; 2] = [95, 90];
/// Shares of records that deviate, in percent, for which the chance to find one is told.
const SHARES: [u32; 3] = [10, 5, 1];

/// So little below a tenth of a percent, a chance is that tenth: more than arithmetic can be off.
const HAIR: f64 = 1e-8;

/// How records are drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Method {
    /// By chance from all; as many as usual, if no number is named.
    Random(Option<usize>),
    /// By chance from each stratum that a field makes.
    Stratified(String, Option<usize>),
    /// Every one.
    All,
    /// Every one of some days.
    Block(Period),
    /// None; only what is added.
    Judgement,
}

impl Method {
    /// Its name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Random(_) => "random",
            Self::Stratified(..) => "stratified",
            Self::All => "all",
            Self::Block(_) => "block",
            Self::Judgement => "judgement",
        }
    }

    fn leaves_to_chance(&self) -> bool {
        matches!(self, Self::Random(_) | Self::Stratified(..))
    }
}

/// A record that is added by judgement.
pub type Addition = (String, String);

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// How records are drawn.
    pub method: Method,
    /// What chance is made of.
    pub seed: Option<String>,
    /// Who chose it.
    pub given_by: Option<String>,
    /// Records that are added, by id, with the reason.
    pub added: Vec<Addition>,
    /// Whether those are added that auditors usually add.
    pub usual: bool,
}

/// Draws from a sealed population.
///
/// # Errors
///
/// If it cannot be drawn so.
pub fn draw<'d>(
    documents: &'d Documents<'d>,
    judged: &'d Judged,
    sealed: &'d Population,
    changed: Option<Changed>,
    wish: &Wish,
) -> Result<Sample, SampleError> {
    let ids = sealed.ids();
    let method = wish.method.name();
    let seed = seed_of(wish)?;
    once(&wish.added)?;
    if ids.is_empty() {
        return Err(SampleError::Empty);
    }
    let mut drawing = Drawing { documents, sealed, items: Vec::new(), strata: Vec::new(), says: Vec::new() };
    let (size, because) = match &wish.method {
        Method::Random(size) => {
            let (size, because) = drawing.size(*size)?;
            drawing.random(&seed, size);
            (size, because)
        }
        Method::Stratified(field, size) => {
            let (size, because) = drawing.size(*size)?;
            drawing.stratified(&seed, field, size)?;
            (size, because)
        }
        Method::All => {
            drawing.take(sealed.records.iter());
            drawing.says.push(says(None, ids.len(), ids.len()));
            (ids.len(), "all there are".to_owned())
        }
        Method::Block(days) => {
            if sealed.population.dated.is_none() {
                return Err(SampleError::NoBlocks { record_type: sealed.population.record_type.clone() });
            }
            let within = |record: &&Record| {
                let day = record.day.as_ref().and_then(|day| day.parse().ok());
                day.is_some_and(|day| days.contains(day))
            };
            drawing.take(sealed.records.iter().filter(within));
            (drawing.items.len(), "all of these days".to_owned())
        }
        Method::Judgement => (0, "only what is added by judgement".to_owned()),
    };
    let drawn = drawing.items.len();
    let looked_for = drawing.add(judged, wish, &seed)?;
    let by = match &wish.method {
        Method::Stratified(field, _) => Some(field.clone()),
        Method::Block(days) => Some(days.to_string()),
        Method::Random(_) | Method::All | Method::Judgement => None,
    };
    let Drawing { items, strata, says, .. } = drawing;
    Ok(Sample {
        format: SAMPLE.to_owned(),
        version: 1,
        population: sealed.population.clone(),
        changed_since: changed,
        method: method.to_owned(),
        by,
        size,
        size_because: because,
        drawn,
        added: items.len() - drawn,
        usual: looked_for,
        items,
        says,
        redraw: if wish.method.leaves_to_chance() { redraw(sealed, size, &strata) } else { Vec::new() },
        seed: wish.method.leaves_to_chance().then(|| Seed {
            value: seed,
            says: match &wish.given_by {
                Some(giver) => format!("given by {giver}"),
                None => AUDITEE.to_owned(),
            },
            given_by: wish.given_by.clone(),
        }),
        strata,
    })
}

/// The seed; an empty one where nothing is left to chance.
fn seed_of(wish: &Wish) -> Result<String, SampleError> {
    match &wish.seed {
        None if wish.method.leaves_to_chance() => Err(SampleError::NoSeed),
        None => Ok(String::new()),
        Some(_) if !wish.method.leaves_to_chance() => {
            Err(SampleError::SeedForNothing { method: wish.method.name() })
        }
        Some(seed) => {
            let is_bad = |character| is_unsafe(character) || matches!(character, '\n' | '\t');
            if seed.trim().is_empty() || seed.chars().any(is_bad) {
                return Err(SampleError::BadSeed { seed: seed.clone() });
            }
            Ok(seed.clone())
        }
    }
}

struct Drawing<'d> {
    documents: &'d Documents<'d>,
    sealed: &'d Population,
    items: Vec<Item>,
    strata: Vec<Stratum>,
    says: Vec<Says>,
}

impl<'d> Drawing<'d> {
    /// How many are drawn, and why so many.
    fn size(&self, asked: Option<usize>) -> Result<(usize, String), SampleError> {
        let count = self.sealed.records.len();
        match asked {
            Some(0) => Err(SampleError::Nothing),
            Some(size) if size > count => Ok((count, format!("{size} asked for, {count} there are"))),
            Some(size) => Ok((size, "as asked for".to_owned())),
            None => {
                let sizes = self.documents.catalog.sizes();
                let size = sizes.of(count).expect("the last line of the table is for any number");
                Ok((size.of(count), format!("as usual ({}): {}", sizes.basis, size.says)))
            }
        }
    }

    fn random(&mut self, seed: &str, size: usize) {
        let ids = self.sealed.ids();
        let days = self.days();
        for (number, (hash, id)) in rank(seed, &ids).into_iter().take(size).enumerate() {
            let item = Item { rank: Some(number + 1), hash: Some(hash), ..self.item(id, &days) };
            self.items.push(item);
        }
        self.says.push(says(None, ids.len(), self.items.len()));
    }

    fn stratified(&mut self, seed: &str, field: &str, size: usize) -> Result<(), SampleError> {
        let record_type = self
            .documents
            .catalog
            .record_type(&self.sealed.population.record_type)
            .expect("the population is of a known type");
        let schema = found_field(record_type, field)?;
        if schema.personal {
            return Err(SampleError::Personal { field: field.to_owned() });
        }
        let mut strata: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for record in &self.sealed.records {
            let value = self.documents.find(&record.id).map(|number| self.documents.at(number));
            let value = value.map(|document| stratum_of(document, field, schema)).unwrap_or_default();
            strata.entry(value).or_default().push(&record.id);
        }
        let counts = strata.iter().map(|(value, ids)| (value.clone(), ids.len())).collect();
        let days = self.days();
        for ((value, ids), drawn) in strata.iter().zip(shares(field, &counts, size)?) {
            for (number, (hash, id)) in rank(seed, ids).into_iter().take(drawn).enumerate() {
                let item = Item {
                    rank: Some(number + 1),
                    hash: Some(hash),
                    stratum: Some(value.clone()),
                    ..self.item(id, &days)
                };
                self.items.push(item);
            }
            self.strata.push(Stratum {
                value: value.clone(),
                count: ids.len(),
                drawn,
                ids: ids.iter().map(|id| (*id).to_owned()).collect(),
            });
            self.says.push(says(Some(value.clone()), ids.len(), drawn));
        }
        Ok(())
    }

    /// Takes every one.
    fn take<'r>(&mut self, records: impl Iterator<Item = &'r Record>) {
        let days = self.days();
        for record in records {
            let item = self.item(&record.id, &days);
            self.items.push(item);
        }
    }

    fn days(&self) -> HashMap<&'d str, Option<&'d str>> {
        self.sealed.records.iter().map(|record| (record.id.as_str(), record.day.as_deref())).collect()
    }

    /// An item of which only the id is known.
    fn item(&self, id: &str, days: &HashMap<&str, Option<&str>>) -> Item {
        let document = self.documents.find(id).map(|number| self.documents.at(number));
        Item {
            id: id.to_owned(),
            chosen: Chosen::Drawn,
            rank: None,
            hash: None,
            stratum: None,
            day: days.get(id).copied().flatten().map(str::to_owned),
            because: Vec::new(),
            in_population: days.contains_key(id),
            path: document.map(|document| document.source.name().to_owned()),
            line: document.map(|document| document.source.position(document.node.span().start).line),
        }
    }

    /// Adds records by judgement: those that are named, then those that are usual. Gives what was looked for.
    fn add(
        &mut self,
        judged: &'d Judged,
        wish: &Wish,
        seed: &str,
    ) -> Result<Vec<super::record::UsualFound>, SampleError> {
        let record_type = self.sealed.population.record_type.as_str();
        let mut reasons: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (id, because) in &wish.added {
            let numbers = self.documents.of_type(record_type);
            let found = self.documents.find(id).filter(|number| numbers.binary_search(number).is_ok());
            if found.is_none() {
                let known = self.sealed.ids();
                let near = nearest(id, known).map(str::to_owned);
                return Err(SampleError::NotThere {
                    record_type: record_type.to_owned(),
                    id: id.clone(),
                    near,
                });
            }
            reasons.entry(id.clone()).or_default().push(because.clone());
        }
        let mut looked_for = Vec::new();
        if wish.usual {
            let ids = self.sealed.ids();
            let order: Vec<&str> =
                if seed.is_empty() { ids } else { rank(seed, &ids).into_iter().map(|(_, id)| id).collect() };
            let (added, found) = usual(self.documents, judged, record_type, &order);
            looked_for = found;
            for (id, because) in added {
                reasons.entry(id.to_owned()).or_default().push(because.to_owned());
            }
        }
        for item in &mut self.items {
            item.because = reasons.remove(&item.id).unwrap_or_default();
        }
        let days = self.days();
        for (id, because) in reasons {
            let item = Item { chosen: Chosen::Added, because, ..self.item(&id, &days) };
            self.items.push(item);
        }
        Ok(looked_for)
    }
}

/// What is allowed to be said of records of which so many were drawn.
fn says(stratum: Option<String>, of: usize, drawn: usize) -> Says {
    #[expect(clippy::cast_precision_loss, reason = "populations are counted in thousands")]
    let bound = |confidence: u32| {
        let fewer_than = fewer_than(of, drawn, confidence);
        let percent = ((fewer_than.min(of) * 1000).div_ceil(of) as f64) / 10.0;
        Bound { confidence, fewer_than, percent }
    };
    let mut chances: Vec<Chance> = Vec::new();
    for share in SHARES {
        let deviating = (of * share as usize).div_ceil(100);
        if chances.iter().all(|known| known.deviating != deviating) {
            let tenths = (chance_to_find(of, drawn, deviating) * 1000.0 + HAIR).floor();
            // What is not certain is not told as if it were.
            let most = if drawn + deviating > of { 1000.0 } else { 999.0 };
            let percent = tenths.min(most) / 10.0;
            chances.push(Chance { deviating, share, percent });
        }
    }
    Says { stratum, of, drawn, without_deviation: CONFIDENCES.map(bound).to_vec(), chances }
}

/// How anybody can draw again, with the files of the population and of the draw.
fn redraw(sealed: &Population, size: usize, strata: &[Stratum]) -> Vec<String> {
    let digest = &sealed.population.digest;
    let mut lines = vec![
        "jq -r .seed.value sample.json > seed.txt".to_owned(),
        "rank() { while IFS= read -r id; do".to_owned(),
        r#"  hash=$({ cat seed.txt; printf %s "$id"; } | sha256sum)"#.to_owned(),
        r#"  echo "${hash%% *}  $id""#.to_owned(),
        r#"done | LC_ALL=C sort | head -n "$1"; }"#.to_owned(),
    ];
    if strata.is_empty() {
        lines.push(format!("# {digest}"));
        lines.push("jq -r '.records[].id' population.json | sha256sum".to_owned());
        lines.push(format!("jq -r '.records[].id' population.json | rank {size}"));
    } else {
        lines.push(format!("# {digest}"));
        lines.push("jq -r '.strata[].ids[]' sample.json | LC_ALL=C sort | sha256sum".to_owned());
        for (number, stratum) in strata.iter().enumerate() {
            let drawn = stratum.drawn;
            lines.push(format!("jq -r '.strata[{number}].ids[]' sample.json | rank {drawn}"));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_draw_without_deviation_proves_is_rounded_to_the_careful_side() {
        let told = says(None, 50, 5);
        let bounds: Vec<(u32, usize, f64)> = told
            .without_deviation
            .iter()
            .map(|bound| (bound.confidence, bound.fewer_than, bound.percent))
            .collect();
        assert_eq!(bounds, [(95, 22, 44.0), (90, 18, 36.0)]);
        let chances: Vec<(usize, f64)> =
            told.chances.iter().map(|chance| (chance.deviating, chance.percent)).collect();
        assert_eq!(chances, [(5, 42.3), (3, 27.6), (1, 10.0)]);
        assert_eq!(says(None, 1_000, 25).chances[0].percent.to_string(), "93");
        assert_eq!(says(None, 120, 108).chances[0].percent.to_string(), "99.9", "not certain");
        assert_eq!(says(None, 3, 3).without_deviation[0].fewer_than, 1);
    }
}
