//! What a management system begins with, new documents, approvals and changed fields, written so that a person's file
//! stays that person's: what stands there keeps its bytes, what is new is read back before it counts, and a file is there
//! as a whole or not at all.
//!
//! What is to be written is decided elsewhere; here it is only put on disk.

mod append;
mod approval;
mod compare;
mod create;
mod document;
mod error;
mod extract;
mod field;
mod file;
mod ids;
mod judgement;
mod lines;
mod outline;
mod place;
mod scaffold;
mod scalar;
mod value;

pub use append::{Addition, appended, begun, with_document, with_entry};
pub use approval::{Approval, approved};
pub use create::{There, create, there};
pub use error::AuthorError;
pub use extract::{collection, sealing};
pub use field::{Change, Revision, changed};
pub use file::{Rows, change, seal};
pub use ids::Ids;
pub use judgement::{path, shown, with_judgements};
pub use outline::{Given, Outline};
pub use scaffold::scaffold;
pub use value::{Fields, Value, as_document};
