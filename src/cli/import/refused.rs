//! Why nothing is imported, and what one can do about it.

use crate::{
    import::records::Refused,
    model::Category,
    text::{quoted, safe, safe_line},
};

/// Why nothing is imported.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum NotImported {
    #[error("there is no source {}", quoted(source_name))]
    NoSource { source_name: String, near: Option<String> },
    #[error("`{}` is no text that could be a profile", safe_line(file))]
    NoProfile { file: String },
    #[error("{} is a {category}, and records come in this way", quoted(record_type))]
    NoRecords { record_type: String, category: Category },
    #[error("the export cannot be taken as it is, and nothing was written")]
    Refused { groups: Vec<Refused> },
    #[error("`{}` holds no record", safe_line(file))]
    Nothing { file: String },
    #[error("{} cannot be the id of a document", quoted(id))]
    NoId { id: String },
    #[error("{} leads out of the folder of the management system", quoted(path))]
    Outside { path: String },
    #[error("{} is there already, and is no extract of {record_type} records", quoted(id))]
    OtherDocument { id: String, record_type: String },
    #[error(
        "{count} of the records are there already, in `{}`: {}",
        safe_line(path),
        ids.iter().map(|id| quoted(id)).collect::<Vec<_>>().join(", ")
    )]
    Taken { count: usize, ids: Vec<String>, path: String, extract: Option<String> },
    #[error("the records would be larger than {} MiB, and could not be read back", limit >> 20)]
    TooLarge { limit: u64 },
    #[error("the key in `{}` is shorter than {least} bytes", safe_line(file))]
    ShortKey { file: String, least: usize },
    #[error("what a register changes is told to a person only")]
    NoFormat,
    #[error("the tokens for people in {} were made with another key", quoted(id))]
    OtherKey { id: String },
}

impl NotImported {
    pub(in crate::cli) fn help(&self) -> Option<String> {
        Some(match self {
            Self::NoSource { near: Some(near), .. } => format!("did you mean `{near}`?"),
            Self::NoSource { near: None, .. } => {
                "there are csv, xlsx, json, servicenow and jira; one of your own is a file in `probity/profiles/`".to_owned()
            }
            Self::NoProfile { .. } => "a profile is a YAML file of at most 16 MiB in UTF-8".to_owned(),
            Self::NoRecords { .. } => {
                "incident, service-request, change-request and problem are records; `probity list types` shows all".to_owned()
            }
            Self::Refused { .. } => return None,
            Self::Nothing { .. } => "look whether the filter of the export was the right one; that nothing occurred is stated in a `nil-return`".to_owned(),
            Self::NoId { .. } => "use letters, digits, `.`, `_` and `-`, beginning with a letter or a digit".to_owned(),
            Self::Outside { .. } => "name a file below it, such as `-o extracts/incidents.jsonl`".to_owned(),
            Self::OtherDocument { .. } => "name another with `--id`".to_owned(),
            Self::Taken { extract: Some(id), .. } => format!("to bring that extract up to date, say `--id {}`", safe(id)),
            Self::Taken { extract: None, .. } => "leave them out of the export, or out of the repository: each id is there once".to_owned(),
            Self::TooLarge { .. } => "export less at a time, such as one month or quarter".to_owned(),
            Self::ShortKey { .. } => "make one with `head -c 32 /dev/urandom | base64`, and keep it outside of the repository".to_owned(),
            Self::NoFormat => "leave out `--format`; `git diff` shows what changed in the files".to_owned(),
            Self::OtherKey { .. } => "name that key with `--people-key`, or make another extract with `--id`".to_owned(),
        })
    }

    /// What cannot be taken, as errors of their own: each with what is the case and what would help.
    pub(in crate::cli) fn cells(&self) -> Vec<(String, String)> {
        let Self::Refused { groups } = self else { return Vec::new() };
        let told = groups.iter().map(|group| {
            let places: Vec<String> =
                group.places.iter().map(|(at, value)| format!("{at} {value}")).collect();
            let more = match group.count - group.places.len() {
                0 => String::new(),
                more => format!(", and {more} more"),
            };
            let column = if group.column.is_empty() {
                String::new()
            } else {
                format!("column {}: ", quoted(&group.column))
            };
            (format!("{column}{}\n{}{more}", group.message, places.join(", ")), group.help.clone())
        });
        told.collect()
    }
}
