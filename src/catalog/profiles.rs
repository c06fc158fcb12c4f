//! The profiles of sources: `schemas/profiles/`, a file each, and the organization's own, which add to these or stand
//! for themselves. A name that is no field, or a value that a field does not take, is a mistake with its place.

use std::{collections::HashMap, sync::Arc};

use chrono_tz::Tz;
use serde::Deserialize;
use serde_spanned::Spanned;

use super::{
    Catalog, embedded,
    file::{Loaded, Ordered, load, mistake, unknown},
};
use crate::{
    model::{
        Beside, Category, ExportLimit, GoesTo, Kind, Mistake, Profile, ProfileColumn, RecordProfile,
        RecordType, Take,
    },
    text::{Source, Span, quoted},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileFile {
    /// Of the organization's own: the profile that it adds to.
    extends: Option<Spanned<String>>,
    #[serde(default)]
    title: String,
    #[serde(default)]
    describes: String,
    #[serde(default)]
    unknown: Vec<String>,
    stored_zone: Option<Spanned<String>>,
    #[serde(default)]
    limits: Vec<LimitFile>,
    #[serde(default)]
    own_names: bool,
    #[serde(default)]
    rows_in: Vec<String>,
    #[serde(default)]
    cannot: Vec<String>,
    #[serde(default)]
    records: Ordered<RecordFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitFile {
    rows: u64,
    says: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordFile {
    #[serde(default)]
    ordered_by: Vec<String>,
    columns: Vec<ColumnFile>,
    #[serde(default)]
    cannot: Vec<String>,
    #[serde(default)]
    beside: Vec<BesideFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnFile {
    field: Option<Spanned<String>>,
    says: Option<Spanned<String>>,
    left: Option<String>,
    names: Vec<Spanned<String>>,
    #[serde(default)]
    values: Ordered<Vec<Spanned<String>>>,
    take: Option<Spanned<Take>>,
    between: Option<String>,
    #[serde(default)]
    free_text: bool,
    #[serde(default)]
    personal: bool,
    cannot: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BesideFile {
    table: String,
    of: Vec<String>,
    known_by: Vec<String>,
    without: Option<WithoutFile>,
    any: Option<PartFile>,
    same: Option<PartFile>,
    named: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WithoutFile {
    names: Vec<String>,
    values: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PartFile {
    field: Spanned<String>,
    names: Vec<String>,
}

/// A header or a value, as names are compared: without a byte order mark, blanks around it, or the size of letters.
pub fn plain_name(text: &str) -> String {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').to_lowercase();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Catalog {
    /// The ids of the profiles that everybody has, in order.
    pub fn profile_ids() -> impl Iterator<Item = &'static str> {
        embedded("profiles/").map(|(path, _)| id_of(path))
    }

    /// The profile of a source that everybody has; none if there is none of that name.
    pub fn profile(&self, id: &str) -> Option<Profile> {
        let (path, text) = embedded("profiles/").find(|(path, _)| id_of(path) == id)?;
        let read = read(self, Arc::new(Source::new(path, text)));
        Some(read.unwrap_or_else(|mistake| panic!("schemas/{mistake}")).0)
    }

    /// A profile of the organization's own. One that `extends` another stands for both.
    ///
    /// # Errors
    ///
    /// With what is wrong in it.
    pub fn own_profile(&self, source: &Arc<Source>) -> Result<Profile, Mistake> {
        let name = Some(source.name().to_owned());
        let (own, extends) = read(self, Arc::clone(source))?;
        let Some(base) = extends else { return Ok(Profile { own: name, ..own }) };
        let base = self.profile(&base).expect("that it is there was looked at");
        Ok(Profile { own: name, ..joined(own, base) })
    }
}

fn id_of(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// A profile, and what it extends.
fn read(catalog: &Catalog, source: Arc<Source>) -> Result<(Profile, Option<String>), Mistake> {
    let file: Loaded<ProfileFile> = load(source)?;
    let content = &file.content;
    if let Some(base) = &content.extends
        && !Catalog::profile_ids().any(|id| id == base.as_ref())
    {
        return Err(unknown(&file, base, "source", Catalog::profile_ids()));
    }
    let stored_zone = content.stored_zone.as_ref().map(|zone| {
        zone.as_ref().parse::<Tz>().map_err(|_| {
            let message = format!("{} is no time zone such as Europe/Berlin or UTC", quoted(zone.as_ref()));
            file.mistake(zone, message)
        })
    });
    let mut records = Vec::new();
    for (name, record) in &content.records.0 {
        let Some(found) = catalog.record_type(name.as_ref()) else {
            return Err(unknown(&file, name, "record type", catalog.type_ids()));
        };
        if found.category != Category::Record {
            let message =
                format!("{} is a {}, and a profile is about records", quoted(name.as_ref()), found.category);
            return Err(file.mistake(name, message));
        }
        records.push(of_record(&file, found, record)?);
    }
    let limit = |limit: &LimitFile| ExportLimit { rows: limit.rows, says: limit.says.clone() };
    let id = id_of(file.source.name()).to_owned();
    let profile = Profile {
        title: if content.title.is_empty() { id.clone() } else { content.title.clone() },
        id,
        describes: content.describes.clone(),
        unknown: content.unknown.clone(),
        stored_zone: stored_zone.transpose()?,
        limits: content.limits.iter().map(limit).collect(),
        own_names: content.own_names,
        rows_in: content.rows_in.clone(),
        cannot: content.cannot.clone(),
        records,
        own: None,
    };
    Ok((profile, content.extends.as_ref().map(|base| base.as_ref().clone())))
}

fn of_record(
    file: &Loaded<ProfileFile>,
    record_type: &RecordType,
    record: &RecordFile,
) -> Result<RecordProfile, Mistake> {
    let mut columns: Vec<ProfileColumn> = Vec::new();
    // A name and a label that differ in the size of letters only are one.
    let mut heads: HashMap<String, usize> = HashMap::new();
    for (number, written) in record.columns.iter().enumerate() {
        let column = of_column(file, record_type, written)?;
        for name in &written.names {
            let known = heads.insert(plain_name(name.as_ref()), number);
            if known.is_some_and(|known| known != number) {
                let message = format!("a column headed {} is spoken of twice", quoted(name.as_ref()));
                return Err(file.mistake(name, message));
            }
        }
        columns.push(column);
    }
    let beside = record.beside.iter().map(|beside| {
        for part in [&beside.any, &beside.same].into_iter().flatten() {
            field_of(file, record_type, &part.field)?;
        }
        let part = |part: &PartFile| (part.field.as_ref().clone(), part.names.clone());
        Ok(Beside {
            table: beside.table.clone(),
            of: beside.of.clone(),
            known_by: beside.known_by.clone(),
            without: beside.without.as_ref().map(|without| (without.names.clone(), without.values.clone())),
            any: beside.any.as_ref().map(part),
            same: beside.same.as_ref().map(part),
            named: beside.named.clone(),
        })
    });
    Ok(RecordProfile {
        record_type: record_type.id.clone(),
        ordered_by: record.ordered_by.clone(),
        columns,
        cannot: record.cannot.clone(),
        beside: beside.collect::<Result<_, Mistake>>()?,
    })
}

fn field_of<'t>(
    file: &Loaded<ProfileFile>,
    record_type: &'t RecordType,
    name: &Spanned<String>,
) -> Result<&'t crate::model::Schema, Mistake> {
    let fields = &record_type.shape.fields;
    let found = fields.iter().find(|(field, _)| field == name.as_ref());
    let known = || fields.iter().map(|(field, _)| field.as_str());
    found.map(|(_, schema)| schema).ok_or_else(|| unknown(file, name, "field", known()))
}

fn of_column(
    file: &Loaded<ProfileFile>,
    record_type: &RecordType,
    written: &ColumnFile,
) -> Result<ProfileColumn, Mistake> {
    let Some(first) = written.names.first() else {
        let at = written.field.as_ref().or(written.says.as_ref());
        let message = "a column has `names`, by which it is found";
        return Err(at.map_or_else(
            || mistake(&file.source, Span::default(), message),
            |at| file.mistake(at, message),
        ));
    };
    let goes_to = match (&written.field, &written.says, &written.left) {
        (Some(field), None, None) => GoesTo::Field(field.as_ref().clone()),
        (None, Some(says), None) => GoesTo::Says(says.as_ref().clone()),
        (None, None, Some(why)) => GoesTo::Left(why.clone()),
        _ => {
            let message = "a column is one of `field`, `says` and `left`";
            return Err(file.mistake(first, message));
        }
    };
    let take = written.take.as_ref().map_or(Take::Whole, |take| *take.as_ref());
    if let Some(field) = &written.field {
        let schema = field_of(file, record_type, field)?;
        let single = schema.items.as_deref().unwrap_or(schema);
        if single.kind == Kind::Object {
            let message =
                format!("{} holds fields of its own, which no column can give", quoted(field.as_ref()));
            return Err(file.mistake(field, message));
        }
        for (value, _) in &written.values.0 {
            let fits = match single.kind {
                Kind::Text => single.values.is_empty() || single.values.contains(value.as_ref()),
                Kind::Truth => matches!(value.as_ref().as_str(), "true" | "false"),
                Kind::Integer => value.as_ref().parse::<i64>().is_ok(),
                Kind::Number => value.as_ref().parse::<f64>().is_ok(),
                Kind::List | Kind::Object => false,
            };
            if !fits {
                let known = single.values.iter().map(String::as_str);
                return Err(unknown(file, value, &format!("value of `{}`", field.as_ref()), known));
            }
        }
        let wanted = match take {
            Take::Whole => None,
            Take::Number => Some((Kind::Integer, "a whole number")),
            Take::RemainingTime => Some((Kind::Truth, "true or false")),
        };
        if let (Some((kind, what)), Some(at)) = (wanted, &written.take)
            && single.kind != kind
        {
            return Err(
                file.mistake(at, format!("this gives {what}, which {} is not", quoted(field.as_ref())))
            );
        }
        if written.between.is_some() && schema.items.is_none() {
            let message =
                format!("{} is no list, and has nothing between its values", quoted(field.as_ref()));
            return Err(file.mistake(field, message));
        }
    }
    let mut met: HashMap<String, usize> = HashMap::new();
    for (number, (_, names)) in written.values.0.iter().enumerate() {
        for name in names {
            let known = met.insert(plain_name(name.as_ref()), number);
            if known.is_some_and(|known| known != number) {
                return Err(file.mistake(name, format!("{} stands for two values", quoted(name.as_ref()))));
            }
        }
    }
    let values = written.values.0.iter().map(|(value, names)| {
        (value.as_ref().clone(), names.iter().map(|name| name.as_ref().clone()).collect())
    });
    Ok(ProfileColumn {
        goes_to,
        names: written.names.iter().map(|name| name.as_ref().clone()).collect(),
        values: values.collect(),
        take,
        between: written.between.clone(),
        free_text: written.free_text,
        personal: written.personal,
        cannot: written.cannot.clone(),
    })
}

/// What the organization says goes before what everybody has.
fn joined(own: Profile, base: Profile) -> Profile {
    let mut records = base.records;
    for mut record in own.records {
        let Some(known) = records.iter_mut().find(|known| known.record_type == record.record_type) else {
            records.push(record);
            continue;
        };
        let heads: Vec<String> =
            record.columns.iter().flat_map(|column| &column.names).map(|name| plain_name(name)).collect();
        for mut column in std::mem::take(&mut known.columns) {
            column.names.retain(|name| !heads.contains(&plain_name(name)));
            let same = record
                .columns
                .iter_mut()
                .find(|own| own.goes_to == column.goes_to && !matches!(own.goes_to, GoesTo::Left(_)));
            match same {
                Some(own) => add(own, column),
                None if column.names.is_empty() => {}
                None => record.columns.push(column),
            }
        }
        known.columns = record.columns;
        known.cannot.extend(record.cannot);
        known.beside.extend(record.beside);
        record.ordered_by.append(&mut known.ordered_by);
        known.ordered_by = record.ordered_by;
    }
    Profile {
        id: base.id,
        title: if own.title == own.id { base.title } else { own.title },
        describes: if own.describes.is_empty() { base.describes } else { own.describes },
        unknown: [own.unknown, base.unknown].concat(),
        stored_zone: own.stored_zone.or(base.stored_zone),
        limits: [own.limits, base.limits].concat(),
        own_names: own.own_names || base.own_names,
        rows_in: [own.rows_in, base.rows_in].concat(),
        cannot: [base.cannot, own.cannot].concat(),
        records,
        own: None,
    }
}

/// Adds to a column of the organization's own what everybody knows of it.
fn add(own: &mut ProfileColumn, base: ProfileColumn) {
    let told: Vec<String> =
        own.values.iter().flat_map(|(_, names)| names).map(|name| plain_name(name)).collect();
    for (value, mut names) in base.values {
        names.retain(|name| !told.contains(&plain_name(name)));
        match own.values.iter_mut().find(|(known, _)| *known == value) {
            Some((_, known)) => known.extend(names),
            None => own.values.push((value, names)),
        }
    }
    own.names.extend(base.names);
    if own.take == Take::Whole {
        own.take = base.take;
    }
    own.between = own.between.take().or(base.between);
    own.free_text |= base.free_text;
    own.personal |= base.personal;
    own.cannot = own.cannot.take().or(base.cannot);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        let read = Catalog::embedded().own_profile(&Arc::new(Source::new("desk.yaml", text)));
        read.map_or_else(|mistake| mistake.to_string(), |_| "nothing".to_owned())
    }

    #[test]
    fn the_profiles_that_everybody_has_are_sound() {
        let catalog = Catalog::embedded();
        let ids: Vec<&str> = Catalog::profile_ids().collect();
        assert_eq!(ids, ["csv", "jira", "json", "servicenow", "xlsx"]);
        for id in ids {
            let profile = catalog.profile(id).unwrap();
            assert!(!profile.title.is_empty() && !profile.describes.is_empty(), "{id}");
            assert!(profile.own_names || !profile.records.is_empty(), "{id}");
        }
    }

    #[test]
    fn what_is_wrong_in_a_profile_has_its_place() {
        let record =
            |columns: &str| format!("title: Desk\nrecords:\n  incident:\n    columns:\n      - {columns}\n");
        for (text, message) in [
            (
                "title: Desk\nextends: servicenou\n".to_owned(),
                "desk.yaml:2:10: there is no source `servicenou`; did you mean `servicenow`?",
            ),
            (
                "stored_zone: Berlin\n".to_owned(),
                "desk.yaml:1:14: `Berlin` is no time zone such as Europe/Berlin or UTC",
            ),
            (
                "records:\n  incidnt: {columns: []}\n".to_owned(),
                "desk.yaml:2:3: there is no record type `incidnt`; did you mean `incident`?",
            ),
            (
                "records:\n  role: {columns: []}\n".to_owned(),
                "desk.yaml:2:3: `role` is a register, and a profile is about records",
            ),
            (
                record("{field: stat, names: [State]}"),
                "desk.yaml:5:17: there is no field `stat`; did you mean `state`?",
            ),
            (
                record("{field: state, names: [State], values: {open: [O]}}"),
                "desk.yaml:5:49: there is no value of `state` `open`",
            ),
            (
                record("{field: state, names: [State], values: {new: [O], closed: [o]}}"),
                "desk.yaml:5:68: `o` stands for two values",
            ),
            (
                record("{field: state, names: [State]}\n      - {says: x, names: [' state']}"),
                "desk.yaml:6:27: a column headed ` state` is spoken of twice",
            ),
            (
                record("{field: state, says: x, names: [State]}"),
                "desk.yaml:5:41: a column is one of `field`, `says` and `left`",
            ),
            (
                record("{field: state, names: []}"),
                "desk.yaml:5:17: a column has `names`, by which it is found",
            ),
            (
                record("{field: holds, names: [Holds]}"),
                "desk.yaml:5:17: `holds` holds fields of its own, which no column can give",
            ),
            (
                record("{field: state, names: [S], take: number-in-front}"),
                "desk.yaml:5:42: this gives a whole number, which `state` is not",
            ),
            (
                record("{field: state, names: [S], between: ';'}"),
                "desk.yaml:5:17: `state` is no list, and has nothing between its values",
            ),
            (record("{field: state, names: [S], colour: red}"), "desk.yaml:5:36: "),
        ] {
            let told = told(&text);
            assert!(told.starts_with(message), "{told}\n{message}");
        }
    }

    #[test]
    fn an_own_profile_goes_before_what_it_extends() {
        let text = "extends: servicenow\nunknown: [tbd]\nrecords:\n  incident:\n    columns:\n      \
                    - {field: state, names: [u_state], values: {on-hold: [Waiting, Resolved]}}\n      \
                    - {field: service, names: [Category]}\n";
        let own = Catalog::embedded().own_profile(&Arc::new(Source::new("desk.yaml", text))).unwrap();
        assert_eq!(
            (own.id.as_str(), own.title.as_str(), own.own.as_deref()),
            ("servicenow", "ServiceNow", Some("desk.yaml"))
        );
        let columns = &own.of("incident").unwrap().columns;
        let of = |name: &str| {
            columns.iter().find(|column| column.goes_to == GoesTo::Field(name.to_owned())).unwrap()
        };
        assert!(
            of("state").names.contains(&"u_state".to_owned())
                && of("state").names.contains(&"incident_state".to_owned())
        );
        let values =
            |value: &str| of("state").values.iter().find(|(known, _)| known == value).unwrap().1.clone();
        assert!(values("on-hold").contains(&"Resolved".to_owned()));
        assert!(!values("resolved").contains(&"Resolved".to_owned()));
        assert!(of("service").names.contains(&"Category".to_owned()));
        assert!(!of("category").names.contains(&"Category".to_owned()));
    }
}
