//! Trails: what an auditor follows from one record to the next, and what should be found on the way.

use super::rule::Basis;
use crate::expression::Expression;

/// What is followed from one record to the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Trail {
    /// Its name: `incident`.
    pub id: String,
    /// What it leads from, and to.
    pub title: String,
    /// What it shows.
    pub about: String,
    /// Who follows it, and when.
    pub used_by: String,
    /// The types of records that it is usual for.
    pub begins: Vec<String>,
    /// What is followed.
    pub steps: Vec<Step>,
    /// What is asked of records on the way.
    pub asks: Vec<Ask>,
}

/// A step from records of a type to those of another.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The type of the record that one stands at.
    pub from: String,
    /// The type of the next.
    pub to: String,
    /// Fields of the first that name the next.
    pub outgoing: Vec<String>,
    /// Fields of the next that name the first.
    pub incoming: Vec<String>,
    /// What the next is to the first.
    pub says: String,
    /// What is missing if there is none.
    pub expected: Option<Ask>,
}

/// Something that is missing at a record for which a condition holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// The type of the record.
    pub record_type: String,
    /// What holds for it.
    pub when: Expression,
    /// What is missing then.
    pub missing: String,
    /// What that rests on.
    pub basis: Basis,
    /// Why it is asked for, and from when on.
    pub because: String,
}
