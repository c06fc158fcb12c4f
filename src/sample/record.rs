//! What is kept of a population and of a draw: JSON of version 1, whose JSON Schemas are
//! `schemas/reports/population-1.json` and `schemas/reports/sample-1.json`. These structs are the formats, as the first
//! is read back before a draw. Within a version, fields are only added.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::rank::digest;

/// The format of a population.
pub const POPULATION: &str = "probity-population";
/// The format of a draw.
pub const SAMPLE: &str = "probity-sample";
/// What is said of a seed that nobody else gave.
pub const AUDITEE: &str = "drawn by the auditee";

/// What samples are drawn from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "Probity population, version 1"))]
pub struct Population {
    /// Always `probity-population`.
    #[cfg_attr(test, schemars(extend("const" = "probity-population")))]
    pub format: String,
    /// Version of the format.
    #[cfg_attr(test, schemars(extend("const" = 1)))]
    pub version: u32,
    /// What it is.
    pub population: Statement,
    /// The records, in the order of ids.
    pub records: Vec<Record>,
}

/// A record of a population.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "PopulationRecord"))]
pub struct Record {
    /// Its id.
    pub id: String,
    /// The day by which it belongs to the period; none if records of its type belong to it whatever the day.
    pub day: Option<String>,
}

/// What a population is: without it, a sample is an anecdote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Statement {
    /// The record type.
    #[serde(rename = "type")]
    pub record_type: String,
    /// The audit period, both days included, as `FROM..TO`.
    pub period: String,
    /// The field whose day lies in the period; none if all records of the type belong to it.
    pub dated: Option<String>,
    /// What holds for the records, in the language of rules; none if nothing more is asked.
    #[serde(rename = "where")]
    pub condition: Option<String>,
    /// How many there are.
    pub count: usize,
    /// SHA-256 of their ids, sorted by bytes, each with a line feed behind it.
    pub digest: String,
    /// The first of these ids.
    pub first: Option<String>,
    /// The last.
    pub last: Option<String>,
    /// The series of numbers in which these ids are, and what is missing in each.
    pub series: Vec<Series>,
    /// Records that were left out by name.
    pub excluded: Vec<ExcludedRecord>,
    /// Records of the type that do not belong to it for another reason.
    pub elsewhere: Elsewhere,
    /// Where its records come from.
    pub sources: Vec<Source>,
    /// What of the period no sealed extract covers, if there are such extracts.
    pub not_covered: Vec<String>,
    /// Files and rows that could not be read, or not as a whole: any of them may hide records.
    pub unread: usize,
    /// Which bytes were read: `work-tree`, `index` or `commit`.
    pub snapshot: String,
    /// The commit whose bytes were read.
    pub commit: Option<String>,
    /// The day of that commit, as its author claims.
    pub commit_day: Option<String>,
    /// The day judged on.
    pub as_of: String,
}

/// A series of numbers behind the same letters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Series {
    /// What stands before the numbers: `INC-`.
    pub prefix: String,
    /// The lowest number in the population, as it is written.
    pub from: String,
    /// The highest.
    pub to: String,
    /// How many records of the population are in it.
    pub count: usize,
    /// How many numbers between are of records that do not belong to the population.
    pub elsewhere: u64,
    /// How many are of no record at all.
    pub missing: u64,
    /// Which: `0012` or `0012..0014`; no more than the first fifty.
    pub gaps: Vec<String>,
    /// How many further gaps there are.
    pub more_gaps: usize,
}

/// A record that was left out by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Excluded"))]
pub struct ExcludedRecord {
    /// Its id.
    pub id: String,
    /// Why.
    pub because: String,
}

/// Records of the type that do not belong to a population.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Elsewhere {
    /// Their day lies outside the period.
    pub other_days: usize,
    /// What was asked for does not hold for them.
    pub not_met: usize,
    /// They have no day that could be read, by id.
    pub undated: Vec<String>,
    /// They do not tell whether it holds for them, by id.
    pub untold: Vec<String>,
    /// They have an id that another has too, and were counted once, by id.
    pub twice: Vec<String>,
    /// They have no id.
    pub without_id: usize,
}

/// Where records of a population come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "SourceOfRecords"))]
pub struct Source {
    /// Whether they are documents of the repository or rows of a sealed extract.
    pub kept: Kept,
    /// How many records of the population are from there.
    pub records: usize,
    /// Of an extract, its id.
    pub extract: Option<String>,
    /// Of an extract, where its rows are; of the repository none.
    pub file: Option<String>,
    /// Of an extract, the SHA-256 of that file.
    pub sha256: Option<String>,
    /// Of an extract, how many rows it says to have.
    pub rows: Option<String>,
    /// Of an extract, the days that it covers.
    pub period: Option<String>,
    /// Of an extract, the query it was drawn with.
    pub query: Option<String>,
    /// The systems that the records name as their source.
    pub systems: Vec<String>,
    /// The first and the last time at which they were extracted, as written; the same twice if there is one.
    pub extracted_at: Vec<String>,
}

/// How records are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Kept {
    /// As documents.
    Repository,
    /// As rows.
    Extract,
}

/// A draw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "Probity sample, version 1"))]
pub struct Sample {
    /// Always `probity-sample`.
    #[cfg_attr(test, schemars(extend("const" = "probity-sample")))]
    pub format: String,
    /// Version of the format.
    #[cfg_attr(test, schemars(extend("const" = 1)))]
    pub version: u32,
    /// What it was drawn from.
    pub population: Statement,
    /// Whether the records have changed since the population was sealed, so that it was drawn from what was sealed.
    pub changed_since: Option<Changed>,
    /// How: `random`, `stratified`, `all`, `block` or `judgement`.
    pub method: String,
    /// Of strata, the field whose values make them; of a block, its days.
    pub by: Option<String>,
    /// The seed; none where nothing is left to chance.
    pub seed: Option<Seed>,
    /// How many records were to be drawn.
    pub size: usize,
    /// Why so many.
    pub size_because: String,
    /// Of strata, how many records there are of each and how many were drawn.
    pub strata: Vec<Stratum>,
    /// How many were drawn.
    pub drawn: usize,
    /// How many were added by judgement that had not been drawn.
    pub added: usize,
    /// What was looked for because auditors usually add it; empty if that was not asked for.
    pub usual: Vec<UsualFound>,
    /// The records: those that were drawn by their rank, then those that were added by id.
    pub items: Vec<Item>,
    /// What is allowed to be said if none of those that were drawn deviates.
    pub says: Vec<Says>,
    /// How anybody can draw again, with `jq`, `sha256sum` and `sort`.
    pub redraw: Vec<String>,
}

/// How what there is differs from what was sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "ChangedSince"))]
pub struct Changed {
    /// Records that joined, by id.
    pub joined: Vec<String>,
    /// Records that are gone, by id.
    pub gone: Vec<String>,
}

/// A seed, and who gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Seed {
    /// The seed itself.
    pub value: String,
    /// Who chose it; none if nobody is named.
    pub given_by: Option<String>,
    /// The same as a sentence: `given by ..`, or `drawn by the auditee`.
    pub says: String,
}

/// Records that have the same value of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Stratum {
    /// The value; empty for records that have none.
    pub value: String,
    /// How many there are in the population.
    pub count: usize,
    /// How many were drawn.
    pub drawn: usize,
    /// Their ids, in order.
    pub ids: Vec<String>,
}

/// Records that auditors usually add.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct UsualFound {
    /// Its name in the catalogue.
    pub id: String,
    /// Why they are added.
    pub because: String,
    /// How many there are in the population.
    pub found: usize,
    /// How many of them were added, or had been drawn.
    pub taken: usize,
    /// How many do not tell whether they belong here.
    pub untold: usize,
}

/// A record of a sample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "SampleItem"))]
pub struct Item {
    /// Its id.
    pub id: String,
    /// Whether it was drawn, or added by judgement.
    pub chosen: Chosen,
    /// Its place in the order of the draw, from one; of strata within its own.
    pub rank: Option<usize>,
    /// SHA-256 of `seed + "\n" + id`, by which it is ranked.
    pub hash: Option<String>,
    /// Of strata, the value of the field.
    pub stratum: Option<String>,
    /// The day by which it belongs to the period.
    pub day: Option<String>,
    /// Why it was added; one that was drawn may have reasons, too.
    pub because: Vec<String>,
    /// Whether it belongs to the population.
    pub in_population: bool,
    /// The file in which it stands; none if it is gone.
    pub path: Option<String>,
    /// The line there.
    pub line: Option<u32>,
}

/// How a record came into a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Chosen {
    /// By the method of the draw.
    Drawn,
    /// By judgement.
    Added,
}

/// What is allowed to be said if none of the records that were drawn deviates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Says {
    /// Of strata, the value of the field; none of a whole population.
    pub stratum: Option<String>,
    /// How many records it is about.
    pub of: usize,
    /// How many of them were drawn.
    pub drawn: usize,
    /// How few then deviate at most, with which confidence.
    pub without_deviation: Vec<Bound>,
    /// How likely such a draw is to find at least one, by how many deviate.
    pub chances: Vec<Chance>,
}

/// With so much confidence, fewer than so many deviate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Bound {
    /// In percent.
    pub confidence: u32,
    /// The least number of deviations that can be ruled out; one more than there are records if none can.
    pub fewer_than: usize,
    /// The same in percent of the records, rounded up to tenths.
    pub percent: f64,
}

/// How likely a draw is to find at least one deviation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Chance {
    /// If so many deviate.
    pub deviating: usize,
    /// The share of the records that this stands for, in percent.
    pub share: u32,
    /// In percent, rounded down to tenths.
    pub percent: f64,
}

/// Why a file is no sealed population.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsealed {
    /// It is no JSON, or not as a population is.
    #[error("it is no population as `probity sample seal -o FILE` writes it: {reason}")]
    Malformed {
        /// What is wrong with it.
        reason: String,
    },
    /// It is in another format.
    #[error("it is in the format {format}, and a sealed population is `probity-population` of version 1")]
    Other {
        /// The format and its version, as far as it tells.
        format: String,
    },
    /// The ids in it are not those that it was sealed with.
    #[error("its ids have the digest {found}, and it says {said}")]
    Changed {
        /// Of the ids.
        found: String,
        /// As it says.
        said: String,
    },
}

/// Reads a population back that was sealed.
///
/// # Errors
///
/// If it is none, or was changed since.
pub fn sealed(bytes: &[u8]) -> Result<Population, Unsealed> {
    #[derive(Deserialize)]
    struct Head {
        #[serde(default)]
        format: Value,
        #[serde(default)]
        version: Value,
    }
    let malformed = |error: serde_json::Error| Unsealed::Malformed { reason: error.to_string() };
    let Head { format, version } = serde_json::from_slice(bytes).map_err(malformed)?;
    if format.is_null() {
        return Err(Unsealed::Malformed { reason: "it does not tell its format".to_owned() });
    }
    if format != POPULATION || version != 1 {
        return Err(Unsealed::Other { format: format!("{format} of version {version}") });
    }
    let population: Population = serde_json::from_slice(bytes).map_err(malformed)?;
    let ids = population.ids();
    if !ids.is_sorted_by(|a, b| a < b) || ids.len() != population.population.count {
        let reason = "its ids are not sorted, or not as many as it says".to_owned();
        return Err(Unsealed::Malformed { reason });
    }
    let found = digest(&ids);
    if found != population.population.digest {
        return Err(Unsealed::Changed { found, said: population.population.digest });
    }
    Ok(population)
}

impl Population {
    /// The ids, in order.
    pub fn ids(&self) -> Vec<&str> {
        self.records.iter().map(|record| record.id.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEALED: &str = include_str!("../../tests/sample/sealed.json");

    #[test]
    fn what_was_sealed_is_read_back_unless_somebody_changed_it() {
        assert_eq!(sealed(SEALED.as_bytes()).unwrap().ids(), ["INC-0001", "INC-0002"]);
        let told = |text: &str| sealed(text.as_bytes()).unwrap_err().to_string();
        assert!(told(&SEALED.replace("INC-0002", "INC-0003")).starts_with("its ids have the digest "));
        assert!(told(&SEALED.replace("INC-0001", "INC-0009")).contains("not sorted"));
        assert!(told("{").starts_with("it is no population as `probity sample seal -o FILE` writes it: "));
        assert!(told("{}").ends_with("it does not tell its format"));
        assert_eq!(
            told(&SEALED.replace("\"version\": 1", "\"version\": 2")),
            "it is in the format \"probity-population\" of version 2, and a sealed population is \
             `probity-population` of version 1"
        );
    }
}
