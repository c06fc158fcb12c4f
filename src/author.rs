//! New documents and approvals, written so that a person's file stays that person's: what stands there keeps its bytes, what
//! is new is read back before it counts, and a file is there as a whole or not at all.
//!
//! What is to be written is decided elsewhere; here it is only put on disk.

mod append;
mod approval;
mod compare;
mod error;
mod file;
mod judgement;
mod lines;
mod scalar;
mod value;

pub use append::{Addition, appended, begun};
pub use approval::{Approval, approved};
pub use error::AuthorError;
pub use file::change;
pub use judgement::{path, shown, with_judgements};
pub use value::{Fields, Value};
