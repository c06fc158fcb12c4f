//! Samples: what they are drawn from, which records a seed draws, what is added by judgement, and what follows from it
//! if all that was read was as it should be.
//!
//! A population is sealed before a seed is known: its ids, sorted, each with a line feed behind it, have a SHA-256. A
//! draw ranks each id by the SHA-256 of `seed + "\n" + id` and takes the first, so that anybody can draw again with
//! tools of their own, and what joins later does not disturb the order of the others. Nothing here asks for the time.

mod chance;
mod draw;
mod error;
mod population;
mod rank;
mod record;
mod series;
mod strata;
mod usual;

pub use chance::{chance_to_find, fewer_than};
pub use draw::{Addition, Method, Wish, draw};
pub use error::SampleError;
pub use population::{Query, changes, population};
pub use rank::{digest, rank};
pub use record::{
    AUDITEE, Bound, Chance, Changed, Chosen, Elsewhere, ExcludedRecord, Item, Kept, POPULATION, Population,
    Record, SAMPLE, Sample, Says, Seed, Series, Source, Statement, Stratum, Unsealed, UsualFound, sealed,
};
