//! Why a management system, a document, or a list of files is not begun, and what a person can do about it.

use std::path::PathBuf;

use crate::{
    import::intake::NoList,
    text::{quoted, safe},
};

/// Why nothing is begun.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum NotBegun {
    #[error("the management system has no name of an organization")]
    NoOrganization,
    #[error("{} is no name of an organization: {why}", quoted(name))]
    BadName { name: String, why: &'static str },
    #[error("{} {why}", quoted(given))]
    BadField { given: String, why: String, help: Option<String> },
    #[error("the document cannot be written as it is: {message}")]
    BadDocument { message: String, help: Option<String> },
    #[error("the id {} is taken, at `{}`", quoted(id), safe(at))]
    IdTaken { id: String, at: String },
    #[error("{} is no id", quoted(id))]
    BadId { id: String },
    #[error("the id {} was taken meanwhile, and stands at {}", quoted(id), safe(&places.join(" and at ")))]
    IdTwice { id: String, places: Vec<String> },
    #[error("there are several lists of type `{record_type}`: {}", safe(&files.join(", ")))]
    SeveralLists { record_type: String, files: Vec<String> },
    #[error("`{}` is no YAML file below the management system", safe(file))]
    NoPlace { file: String },
    #[error("`{}` is no list of files: {why}", safe(&file.display().to_string()))]
    NoList { file: PathBuf, why: NoList },
    #[error("`{}` is there already", safe(&file.display().to_string()))]
    FileInUse { file: PathBuf },
    #[error("`{}` is not within the folder of the management system", safe(&folder.display().to_string()))]
    Outside { folder: PathBuf },
}

impl NotBegun {
    pub(in crate::cli) fn help(&self) -> Option<String> {
        match self {
            Self::NoOrganization => Some("name it: `--org \"Northwind Managed Services\"`".to_owned()),
            Self::BadName { .. } => Some("write it as it stands on the certificate, on one line".to_owned()),
            Self::BadField { help, .. } | Self::BadDocument { help, .. } => help.clone(),
            Self::IdTaken { .. } => Some("leave out `--id` to get the next one that is free".to_owned()),
            Self::BadId { .. } => Some(
                "it begins with a letter or a digit, and goes on with these, `.`, `_` and `-`, as in `RSK-001`".to_owned(),
            ),
            Self::IdTwice { .. } => Some("another run took it; give one of the two another id".to_owned()),
            Self::SeveralLists { .. } => Some("name the one: `--into FILE`".to_owned()),
            Self::NoPlace { .. } => Some("name one such as `registers/risk.yaml`, seen from `probity.toml`".to_owned()),
            Self::NoList { .. } => Some("make one with `probity intake FOLDER -o intake.csv`, and correct that".to_owned()),
            Self::FileInUse { .. } => Some("somebody may have corrected it: name another file, or remove it".to_owned()),
            Self::Outside { .. } => Some(
                "documents point only to files within it: move the folder there, or run `probity init` in one above both"
                    .to_owned(),
            ),
        }
    }
}
