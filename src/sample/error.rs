//! Why nothing can be sealed or drawn, and what a person can do.

use super::record::Unsealed;
use crate::{
    model::Mistake,
    text::{quoted, safe_line},
};

/// Why nothing can be sealed or drawn.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// The condition names what there is not.
    #[error("the condition cannot be used as it is")]
    Condition {
        /// What is wrong.
        mistake: Mistake,
    },
    /// The type has no such field.
    #[error("{} has no field {}", quoted(record_type), quoted(field))]
    NoField {
        /// The type.
        record_type: String,
        /// The field.
        field: String,
        /// The one that was meant, most likely.
        near: Option<String>,
    },
    /// The field holds no day on which something happened.
    #[error("{} of {} is no day on which something happened", quoted(field), quoted(record_type))]
    NoDay {
        /// The type.
        record_type: String,
        /// The field.
        field: String,
        /// Those that are.
        known: Vec<String>,
    },
    /// The field tells who somebody is.
    #[error("{} tells who somebody is, and makes no strata", quoted(field))]
    Personal {
        /// The field.
        field: String,
    },
    /// Records lie in an extract that is not at hand.
    #[error(
        "not testable: records of {} lie in {}, whose file is not at hand as it was sealed",
        quoted(record_type),
        extracts.join(", ")
    )]
    Closed {
        /// The type.
        record_type: String,
        /// The documents that speak of such extracts.
        extracts: Vec<String>,
    },
    /// An id holds a line end, so that lists of ids cannot be told apart.
    #[error("{} is an id with a character that ends a line or acts on one: {path}:{line}", quoted(id))]
    Id {
        /// The id.
        id: String,
        /// The file.
        path: String,
        /// The line.
        line: u32,
    },
    /// There is no such record where one is named.
    #[error("there is no {} of that id in the population: {}", safe_line(record_type), quoted(id))]
    NotThere {
        /// The type.
        record_type: String,
        /// The id.
        id: String,
        /// The one that was meant, most likely.
        near: Option<String>,
    },
    /// It is named without a reason.
    #[error("{} is named without a reason", quoted(text))]
    NoReason {
        /// As it was given.
        text: String,
    },
    /// It is named twice.
    #[error("{} is named twice", quoted(id))]
    Twice {
        /// The id.
        id: String,
    },
    /// There is nothing to draw from.
    #[error("the population is empty: nothing can be drawn")]
    Empty,
    /// The file is no population.
    #[error("{} is no sealed population: {why}", quoted(name))]
    Unsealed {
        /// The name of the file.
        name: String,
        /// Why not.
        why: Unsealed,
    },
    /// The population was not sealed before the seed was chosen.
    #[error("the population is not sealed")]
    NotSealed,
    /// The digest that was named is of another population.
    #[error("the population has another digest now: {found}")]
    OtherDigest {
        /// The digest of what there is.
        found: String,
    },
    /// The population has changed since it was sealed.
    #[error("the population has changed since it was sealed: {}", told)]
    Changed {
        /// How.
        told: String,
    },
    /// A draw by chance has no seed.
    #[error("a draw by chance needs a seed")]
    NoSeed,
    /// Nothing is left to chance.
    #[error("nothing is left to chance by the method `{method}`, so that a seed would change nothing")]
    SeedForNothing {
        /// The method.
        method: &'static str,
    },
    /// The seed is empty, or holds what cannot be typed again.
    #[error("{} is no seed", quoted(seed))]
    BadSeed {
        /// The seed.
        seed: String,
    },
    /// There are more strata than records to draw.
    #[error("{size} records cannot be drawn from {strata} strata of {}", quoted(field))]
    TooManyStrata {
        /// How many to draw.
        size: usize,
        /// How many strata.
        strata: usize,
        /// The field.
        field: String,
    },
    /// None were asked for.
    #[error("a draw of nothing is none")]
    Nothing,
    /// A block has days, and the records of the population have none.
    #[error(
        "records of {} belong to the population whatever the day, so that there are no blocks",
        quoted(record_type)
    )]
    NoBlocks {
        /// The type.
        record_type: String,
    },
}

impl SampleError {
    /// Whether records that belong to it cannot be had, rather than something being asked for that makes no sense.
    pub fn is_of_the_input(&self) -> bool {
        matches!(self, Self::Closed { .. })
    }

    /// What a person can do.
    pub fn help(&self) -> Option<String> {
        let near = |near: &Option<String>| near.as_ref().map(|near| format!("did you mean `{near}`?"));
        let text = match self {
            Self::Condition { .. } | Self::Unsealed { .. } => return None,
            Self::NoField { record_type, near: found, .. } => {
                return near(found).or(Some(format!("`probity explain {record_type}` shows its fields")));
            }
            Self::NoDay { known, .. } if known.is_empty() => "leave out `--dated`: the type has no such day".to_owned(),
            Self::NoDay { known, .. } => format!("it has {}", known.join(", ")),
            Self::Personal { .. } => "take a field such as a category, a service or a month".to_owned(),
            Self::Closed { .. } => {
                "name the folder of the files with `--extracts`; `probity check` tells what is wrong with each".to_owned()
            }
            Self::Id { .. } => "give it another id, or leave its file out in `probity.toml`".to_owned(),
            Self::NotThere { near: found, .. } => {
                return near(found).or(Some("`probity sample seal TYPE --format ids` lists the population".to_owned()));
            }
            Self::NoReason { .. } => "write it as `ID=reason`".to_owned(),
            Self::Twice { .. } => "name it once, with all reasons".to_owned(),
            Self::Empty => "look at the period, the condition and what is left out".to_owned(),
            Self::NotSealed => {
                "first `probity sample seal TYPE -o FILE`; the seed is chosen once its digest is known, and then \
                 `--sealed FILE`, or `--population DIGEST` with the digest that was shown to the auditor"
                    .to_owned()
            }
            Self::OtherDigest { .. } => {
                "records joined or went, or the period or the condition is another; a sealed file tells which: \
                 `--sealed FILE`"
                    .to_owned()
            }
            Self::Changed { .. } => {
                "draw from what was sealed with `--as-sealed`, or seal again and have a new seed chosen".to_owned()
            }
            Self::NoSeed => {
                "`--seed SEED --seed-by WHO`: the auditor chooses it, on the day, once the digest is known".to_owned()
            }
            Self::SeedForNothing { .. } => "leave it out".to_owned(),
            Self::BadSeed { .. } => "take a text on one line that can be typed again, such as a number or a sentence".to_owned(),
            Self::TooManyStrata { strata, .. } => {
                format!("draw {strata} or more with `--n`, or take a field with fewer values")
            }
            Self::Nothing => "name at least one: `--n 5`".to_owned(),
            Self::NoBlocks { .. } => "draw by chance, or seal with `--dated FIELD`".to_owned(),
        };
        Some(text)
    }
}
