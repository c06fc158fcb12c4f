//! Why a point cannot be looked at, and what a person can do.

use crate::{
    config::{ConfigError, FILE_NAME},
    model::{Blind, Mistake},
    repository::RepositoryError,
    text::{quoted, safe},
};

/// Why a point cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum LensError {
    /// Its settings cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Its files cannot be had.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
    /// Its own types, rules or points cannot be used.
    #[error("what is in `probity/` cannot be used as it is")]
    Own {
        /// What is wrong, in the order of places.
        mistakes: Vec<Mistake>,
    },
    /// Its settings want the history, and it cannot be looked at.
    #[error("the history cannot be looked at as `[gate] history = \"required\"` wants: {}", safe(&blind.reason))]
    NoHistory {
        /// Why.
        blind: Blind,
    },
    /// Its settings begin the history with a commit that is not there.
    #[error("`[history] begins` names {}, and there is no such commit here", quoted(revision))]
    NoBeginning {
        /// As it was given.
        revision: String,
    },
    /// Its settings speak of something that there is not.
    #[error("`{FILE_NAME}` sets {what} {}, and nothing is named so", quoted(name))]
    SetForNothing {
        /// What is set.
        what: &'static str,
        /// For what.
        name: String,
        /// What may be meant.
        near: Option<String>,
    },
    /// Its settings give a level to a rule that has no findings.
    #[error("`{FILE_NAME}` sets the level of `{rule}`, which has no findings of its own")]
    NoLevel {
        /// The rule.
        rule: String,
    },
}

impl LensError {
    /// What a person can do.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::SetForNothing { near: Some(near), .. } => Some(format!("did you mean `{near}`?")),
            Self::SetForNothing { near: None, .. } => Some(
                "`probity list rules` lists the rules; `probity explain RULE` names what it lets you set"
                    .to_owned(),
            ),
            Self::NoHistory { blind } => blind.help.clone(),
            Self::NoBeginning { .. } => Some(
                "name a commit or a tag that is here; a shallow clone lacks most: `git fetch --unshallow`"
                    .to_owned(),
            ),
            Self::NoLevel { rule } => Some(format!("`probity explain {rule}` says who tells of it")),
            Self::Config(ConfigError::NotText { .. }) => Some("save it as UTF-8".to_owned()),
            Self::Config(ConfigError::Unreadable { source, .. })
            | Self::Repository(RepositoryError::Unlistable { source, .. }) => Some(source.to_string()),
            Self::Repository(error) => error.help(),
            Self::Config(ConfigError::Invalid { .. }) | Self::Own { .. } => None,
        }
    }

    /// What is wrong in the files that say how to judge, if that is it.
    pub fn mistakes(&self) -> &[Mistake] {
        match self {
            Self::Config(ConfigError::Invalid { mistakes }) | Self::Own { mistakes } => mistakes,
            Self::Config(ConfigError::Unreadable { .. } | ConfigError::NotText { .. })
            | Self::Repository(_)
            | Self::NoHistory { .. }
            | Self::NoBeginning { .. }
            | Self::SetForNothing { .. }
            | Self::NoLevel { .. } => &[],
        }
    }
}
