//! What auditors commonly do when they draw a sample: how many they read, and what they add to a draw.

use super::rule::Basis;
use crate::expression::Expression;

/// How many records are usually read, by how many there are.
#[derive(Clone, Debug, PartialEq)]
pub struct Sizes {
    /// What the figures rest on.
    pub basis: Basis,
    /// The first that fits counts.
    pub sizes: Vec<Size>,
}

/// How many records are usually read of a population of some size.
#[derive(Clone, Debug, PartialEq)]
pub struct Size {
    /// The largest population that it is for; any, if none is named.
    pub up_to: Option<usize>,
    /// So many of a hundred, rounded up.
    pub percent: usize,
    /// At least so many.
    pub least: usize,
    /// At most so many.
    pub most: usize,
    /// The same in words.
    pub says: String,
}

impl Sizes {
    /// The line for a population of so many records.
    pub fn of(&self, count: usize) -> Option<&Size> {
        self.sizes.iter().find(|size| size.up_to.is_none_or(|up_to| count <= up_to))
    }
}

impl Size {
    /// How many of so many are read.
    pub fn of(&self, count: usize) -> usize {
        (count * self.percent).div_ceil(100).clamp(self.least, self.most).min(count)
    }
}

/// Records that auditors usually add to whatever a draw brings.
#[derive(Clone, Debug, PartialEq)]
pub struct Usual {
    /// Its name: `major-incidents`.
    pub id: String,
    /// The record type that it is about.
    pub record_type: String,
    /// Why such a record is added.
    pub because: String,
    /// What holds for them; all of the type, if nothing is said.
    pub when: Option<Expression>,
    /// The day by which those are taken that began first: a field of theirs.
    pub oldest: Option<Expression>,
    /// The field whose value they share with others.
    pub alike: Option<String>,
    /// With how many, themselves included.
    pub least: usize,
    /// At most so many are added.
    pub most: usize,
}
