//! Evidence packs: what a management system has to show for a period, in a bag (RFC 8493) that anybody can check without
//! this program; and whether a pack is still what was packed.
//!
//! A pack is made of a commit and holds nothing that is not committed, but for sealed extracts and samples that are named.
//! Nothing in it comes from the clock, the machine or the folder, so that the same version makes the same bytes.

mod attach;
mod bag;
mod build;
mod context;
mod head;
mod inside;
mod items;
mod leading;
mod logs;
mod manifest;
mod names;
mod open;
mod populations;
mod rebuild;
mod samples;
mod scan;
mod select;
mod signed;
pub(crate) mod told;
mod veil;
mod verify;
mod write;
mod yaml;

use chrono::NaiveDate;

use crate::{
    lens::{Assessed, LensError},
    model::History,
    report::html::HtmlError,
    text::safe,
};
use veil::Veil;

pub(crate) use build::Built;
pub(crate) use manifest::{Flags, Manifest};
pub(crate) use open::NoPack;
pub(crate) use rebuild::{Rebuilt, given_of, order_of, rebuild};
pub(crate) use signed::{Signed, signature_of};
pub(crate) use verify::{Problem, Verified, verify};
pub(crate) use write::{Form, write};

/// What signatures of packs are made for.
pub(crate) const NAMESPACE: &str = "probity-pack";
/// A key of tokens has at least so many bytes.
pub(crate) const KEY_LENGTH: usize = 16;

/// What a pack is to hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Order {
    pub(crate) purpose: Option<String>,
    /// The audit that it is for, by the id of its document.
    pub(crate) audit: Option<String>,
    /// Only what helps to evidence these clauses.
    pub(crate) clauses: Vec<String>,
    /// Whether people are named.
    pub(crate) names: bool,
    /// Types of working papers that go in all the same.
    pub(crate) with: Vec<String>,
    /// Fields with free text that stay in a redacted pack.
    pub(crate) open: Vec<String>,
    /// Files that go into a redacted pack as they are.
    pub(crate) open_files: Vec<String>,
    pub(crate) by_role: Option<String>,
    pub(crate) previous: Option<String>,
    pub(crate) delete_after: Option<NaiveDate>,
    /// Where the period and the day judged on come from, if not from the settings: of a pack that is made again.
    pub(crate) origins: Option<[String; 2]>,
}

/// What a pack is made of.
#[derive(Clone, Copy)]
struct Stock<'s> {
    assessed: &'s Assessed<'s>,
    history: Option<&'s History>,
    order: &'s Order,
    veil: &'s Veil,
}

/// What is not in the repository.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    /// Under which people become tokens; none for a pack that is not redacted.
    pub(crate) key: Option<Vec<u8>>,
    /// Records of draws: the names of their files, and their bytes.
    pub(crate) samples: Vec<(String, Vec<u8>)>,
}

/// Why there is no pack.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PackError {
    /// A pack is made of a commit.
    #[error("a pack is made of a commit, and there is none")]
    NoCommit,
    /// Nothing would be in it.
    #[error("nothing would be in the pack")]
    Nothing,
    /// An earlier version cannot be had.
    #[error("an earlier version of `{}` cannot be read from `{}`", safe(id), safe(path))]
    Lost { id: String, path: String },
    /// The disk refuses.
    #[error("cannot write `{}`", safe(path))]
    Unwritten { path: String, source: std::io::Error },
    /// Something is in the way.
    #[error("`{}` is there already", safe(path))]
    InTheWay { path: String },
    /// A draw that is no draw of these records.
    #[error("`{}` cannot go into the pack: {reason}", safe(path))]
    Sample { path: String, reason: String },
    /// Something is named that there is not.
    #[error("there is no {what} {}", crate::text::quoted(name))]
    Unknown { what: &'static str, name: String, near: Option<String> },
    /// Nobody signs.
    #[error("the pack cannot be signed: {}", safe(reason))]
    Unsigned { reason: String },
    #[error(transparent)]
    Html(#[from] HtmlError),
    #[error(transparent)]
    Lens(#[from] LensError),
}

impl PackError {
    fn lost(id: &str, path: &str) -> Self {
        Self::Lost { id: id.to_owned(), path: path.to_owned() }
    }

    /// What a person can do.
    pub(crate) fn help(&self) -> Option<String> {
        match self {
            Self::NoCommit => Some("commit the documents first, or name a commit: `--at REV`".to_owned()),
            Self::Nothing => Some(
                "look at the period, `--period FROM..TO`, and at the clauses: `probity list documents` shows what there is"
                    .to_owned(),
            ),
            Self::Lost { .. } => Some("fetch all of the history: `git fetch --unshallow`".to_owned()),
            Self::Unwritten { source, .. } => Some(source.to_string()),
            Self::InTheWay { .. } => Some("name another, or remove it: nothing is written over".to_owned()),
            Self::Sample { .. } => Some("make the draw anew with `probity sample draw`".to_owned()),
            Self::Unsigned { .. } => {
                Some("name a private key of SSH, or a public one that your agent holds: `--sign ~/.ssh/id_ed25519`".to_owned())
            }
            Self::Unknown { near, .. } => Some(match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`probity list documents` shows those that there are".to_owned(),
            }),
            Self::Html(error) => error.help(),
            Self::Lens(error) => error.help(),
        }
    }
}
