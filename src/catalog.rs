//! The knowledge in `schemas/`, embedded in the binary and read when it is first asked for.

mod file;
mod rules;
mod types;

pub use rules::{rule, rules};
pub use types::{record_type, register, shared_fields, type_ids};

/// Path below `schemas/` and text of every embedded file, sorted by path.
static EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/schemas.rs"));

/// The embedded files of one folder of `schemas/`.
fn embedded(folder: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    EMBEDDED.iter().copied().filter(move |(path, _)| path.starts_with(folder))
}
