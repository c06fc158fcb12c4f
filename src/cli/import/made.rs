//! What is made of records: a sealed extract with the document that tells of it, or a list of entries.

use super::{Arguments, NotImported, places::Places};
use crate::{
    author::{self, Fields, Value},
    cli::CliError,
    corpus::Documents,
    import::records::{Import, Record, Tokens},
    lens::Read,
    model::{Profile, RecordType, sha256},
    repository,
    text::safe_line,
    yaml::Node,
};

/// What became of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// They hold just this already.
    Unchanged,
    /// They would be written.
    Planned,
    /// They were written.
    Written,
}

/// What was made of records.
pub(super) struct Made {
    pub(super) state: State,
    /// From the folder of the management system.
    pub(super) files: Vec<String>,
    /// Of the records, if they are sealed.
    pub(super) sha256: Option<String>,
    /// All of it for a person.
    pub(super) told: String,
}

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

/// Seals the records, or shows how.
#[expect(clippy::too_many_arguments, reason = "all of it is told in the document")]
pub(super) fn extract(
    read: &Read,
    arguments: &Arguments,
    documents: &Documents<'_>,
    import: &Import,
    places: &Places,
    tokens: &Tokens,
    profile: &Profile,
    record_type: &RecordType,
) -> Result<Made, CliError> {
    let mut rows = Vec::new();
    for record in &import.records {
        rows.extend_from_slice(record.line.as_bytes());
        rows.push(b'\n');
    }
    if rows.len() as u64 > repository::ATTACHMENT_SIZE_LIMIT {
        return Err(NotImported::TooLarge { limit: repository::ATTACHMENT_SIZE_LIMIT }.into());
    }
    let old = places.number.map(|number| documents.at(number));
    let old_text = |name: &str| old.and_then(|old| old.get(name)?.text());
    let digest = sha256(&rows);
    let mut fields: Fields = vec![("type".into(), text("extract")), ("id".into(), text(&places.id))];
    if old.is_none() {
        fields.push(("title".into(), text(places.title(record_type))));
        fields.push(("query".into(), text(query(arguments, import, profile))));
    } else if let Some(query) = &arguments.query {
        fields.push(("query".into(), text(query)));
    }
    fields.push((
        "source".into(),
        Value::Fields(source(arguments, import, profile, old.and_then(|old| old.get("source")))),
    ));
    fields.push(("of".into(), text(&record_type.id)));
    fields.push(("file".into(), text(&places.rows)));
    fields.push(("sha256".into(), text(&digest)));
    fields.push(("rows".into(), Value::Plain(import.records.len().to_string())));
    if let Some(period) = import.period {
        fields.push((
            "period".into(),
            Value::Fields(vec![
                ("from".into(), Value::Day(period.from)),
                ("to".into(), Value::Day(period.to)),
            ]),
        ));
    }
    fields.push(("cannot_prove".into(), Value::List(import.cannot.iter().map(text).collect())));
    fields.push(("without".into(), Value::List(import.without.iter().map(text).collect())));
    let made = match tokens {
        Tokens::Salt(salt) => ("salt".into(), text(salt)),
        Tokens::Key(_) => ("key".into(), text(tokens.told().unwrap_or_default())),
    };
    fields.push(("people_tokens".into(), Value::Fields(vec![made])));
    let indicators = import.indicators.iter().map(|indicator| {
        Value::Fields(vec![
            ("name".into(), text(&indicator.name)),
            ("value".into(), Value::Plain(indicator.value.to_string())),
        ])
    });
    fields.push(("indicators".into(), Value::List(indicators.collect())));

    let comment =
        "What an import made of an export. The records may stay outside of git; what you add here stays.";
    let before = read.snapshot.text_of(&places.document);
    let after = author::sealing(&places.document, before, comment, &places.id, &fields)?;
    let sealed = old_text("sha256").map(str::to_owned);
    let changes = places.changes(documents, &import.records, sealed.as_deref());
    let (rows_at, document_at) = (safe_line(&places.rows), safe_line(&places.document));
    let count = import.records.len();
    let made = |state, told| Made {
        state,
        files: vec![places.rows.clone(), places.document.clone()],
        sha256: Some(digest.clone()),
        told,
    };
    if before == Some(after.as_str()) && places.has_rows(documents, &digest) {
        let told = format!("nothing has changed: {rows_at} holds just these {count} records\n");
        return Ok(made(State::Unchanged, told));
    }
    if arguments.dry_run {
        return Ok(made(State::Planned, format!("{changes}would write {rows_at} and {document_at}\n")));
    }
    let sealing = author::Rows { path: &places.rows, bytes: &rows, replaces: sealed.as_deref() };
    author::seal(&read.root, sealing, &places.document, |text| {
        author::sealing(&places.document, text.as_deref(), comment, &places.id, &fields)
    })?;
    let told =
        format!("{changes}wrote {rows_at} ({count} records, SHA-256 {}) and {document_at}\n", &digest[..12]);
    Ok(made(State::Written, told))
}

/// What the document says of where the records come from. What people added to it stays.
fn source(arguments: &Arguments, import: &Import, profile: &Profile, old: Option<Node<'_>>) -> Fields {
    let mut source: Fields = vec![("system".into(), text(&profile.title))];
    let old_text = |name: &str| old.and_then(|old| old.mapping()?.get(name)?.text());
    if let Some(system) = old_text("system") {
        source[0].1 = text(system);
    }
    source.extend(old_text("ref").map(|found| ("ref".into(), text(found))));
    let digest = match import.seen.as_slice() {
        [one] => one.sha256.clone(),
        // As `sha256sum FILE.. | sha256sum` tells it.
        several => {
            let lines = several.iter().map(|seen| format!("{}  {}\n", seen.sha256, seen.file));
            sha256(lines.collect::<String>().as_bytes())
        }
    };
    let same = old_text("digest") == Some(digest.as_str());
    let at = arguments.extracted_at.map(|at| at.to_rfc3339());
    let at = at.or_else(|| old_text("extracted_at").filter(|_| same).map(str::to_owned));
    source.extend(at.map(|at| ("extracted_at".into(), Value::Plain(at))));
    source.push(("digest".into(), text(digest)));
    source
}

fn query(arguments: &Arguments, import: &Import, profile: &Profile) -> String {
    if let Some(query) = &arguments.query {
        return query.clone();
    }
    let files: Vec<String> = import.seen.iter().map(|seen| seen.file.clone()).collect();
    let zone = match (arguments.zone, profile.stored_zone) {
        (Some(zone), _) => format!("times in {zone}"),
        (None, Some(zone)) => format!("times as stored, in {zone}"),
        (None, None) => "times with their offsets".to_owned(),
    };
    format!(
        "Export {} from {}, {zone}; which filter it was drawn with is not said",
        files.join(" and "),
        profile.title
    )
}

/// Writes the records as a list of entries, or shows where.
pub(super) fn as_records(
    read: &Read,
    arguments: &Arguments,
    import: &Import,
    places: &Places,
    record_type: &RecordType,
) -> Result<Made, CliError> {
    let of = |record: &Record| serde_json::from_str(&record.line).expect("it was written as JSON");
    let entries: Vec<serde_json::Value> = import.records.iter().map(of).collect();
    let digests: Vec<&str> = import.seen.iter().map(|seen| seen.sha256.as_str()).collect();
    let comment = format!("Imported from an export with the SHA-256 {}.", digests.join(" and "));
    let text = author::collection(&places.rows, &comment, &record_type.id, &entries)?;
    let at = safe_line(&places.rows);
    let made = |state, told| Made { state, files: vec![places.rows.clone()], sha256: None, told };
    if read.snapshot.text_of(&places.rows) == Some(text.as_str()) {
        let told = format!("nothing has changed: {at} holds just these records\n");
        return Ok(made(State::Unchanged, told));
    }
    if arguments.dry_run {
        return Ok(made(State::Planned, format!("would write {at}\n")));
    }
    author::change(&read.root, &places.rows, |before| match before {
        None => Ok(text),
        Some(_) => Err(author::AuthorError::NotOurs { path: places.rows.clone() }),
    })?;
    Ok(made(State::Written, format!("wrote {at} ({} records)\n", import.records.len())))
}
