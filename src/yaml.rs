//! YAML text into a tree in which every key and value knows its place.
//!
//! [`read`] takes a text and gives a [`Stream`]: its documents as [`Node`]s, and everything that
//! is wrong with them as [`Problem`]s, each at the narrowest place. It never stops at the first
//! mistake where it can go on, never panics and never builds more than its [`Limits`] allow.
//! Scalars keep their text as written: `8.10`, `no` and `012` are turned into a number or a truth
//! value only when somebody asks for their [`Form`].
//!
//! The language is YAML 1.2 with the core schema, and of 1.1 the merge key `<<`. Only this module
//! knows the parser. What a document should hold is not known here.

mod build;
mod de;
mod diagnose;
mod front_matter;
mod keys;
mod lines;
mod merge;
mod path;
mod problem;
mod problems;
mod scalar;
mod tags;
mod tree;
mod unreadable;

pub use build::{read, read_within};
pub use de::{DeError, from_node};
pub use front_matter::{FrontMatter, front_matter};
pub use lines::read_lines;
pub use path::Path;
pub use problem::{Problem, ProblemKind};
pub use scalar::{Form, Scalar, Style};
pub use tree::{Entries, Items, Kind, Mapping, Node, Sequence, Stream};

/// What a text may cost. Going over a limit is a [`Problem`] with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Levels of nesting, those reached through aliases included.
    pub depth: usize,
    /// Nodes of a text as written: keys, values, lists and mappings.
    pub nodes: usize,
    /// Nodes of a text when every alias is replaced by what it stands for.
    pub expanded: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 100, nodes: 1_000_000, expanded: 1_000_000 }
    }
}
