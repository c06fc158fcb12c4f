//! What `probity.toml` says, with the place of every value.

#![cfg_attr(not(test), expect(clippy::disallowed_methods, reason = "one of the places that touch the disk"))]

use std::{collections::BTreeMap, fs, ops::Range, path::PathBuf, sync::Arc};

use chrono::NaiveDate;
use chrono_tz::{TZ_VARIANTS, Tz};
use serde_spanned::Spanned;
use toml::de::{DeTable, DeValue};

use super::{ConfigError, FILE_NAME, Found};
use crate::{
    model::{HistoryUse, Level, Mistake, NeededBy, Patterns, Period, Rung},
    text::{self, Position, Source, Span, nearest, quoted},
};

/// A value as it was written, and where.
pub(super) type At<T> = (T, Position);

/// What the file says; whatever it does not say is none.
#[derive(Debug, Default)]
pub struct Written {
    /// How many folders above the start the file is; none if there is no file.
    pub(super) folders_up: Option<usize>,
    pub(super) organization: Option<At<String>>,
    pub(super) time_zone: Option<At<Tz>>,
    pub(super) language: Option<At<String>>,
    pub(super) as_of: Option<At<NaiveDate>>,
    pub(super) period: Option<At<Period>>,
    pub(super) include: Option<At<Vec<String>>>,
    pub(super) exclude: Option<At<Vec<String>>>,
    pub(super) fail_on: Option<At<Level>>,
    pub(super) needed_by: Option<At<NeededBy>>,
    pub(super) history: Option<At<HistoryUse>>,
    pub(super) begins: Option<At<String>>,
    pub(super) proof: Option<At<Rung>>,
    pub(super) proofs: BTreeMap<String, At<Rung>>,
    pub(super) extended: Option<At<bool>>,
    pub(super) levels: BTreeMap<String, At<Option<Level>>>,
    pub(super) own: BTreeMap<String, At<String>>,
}

/// Reads the `probity.toml` that was found in a folder, so many folders above the start.
///
/// # Errors
///
/// If it cannot be read, or with all that is wrong with it.
pub fn load(Found { root, folders_up }: &Found) -> Result<Written, ConfigError> {
    let file = root.join(FILE_NAME);
    let bytes = fs::read(&file).map_err(|source| ConfigError::Unreadable { file: file.clone(), source })?;
    of_bytes(bytes, file, *folders_up)
}

/// Reads the bytes of a `probity.toml`, so many folders above the start.
///
/// # Errors
///
/// If they are no text, or with all that is wrong with them.
pub fn of_bytes(bytes: Vec<u8>, file: PathBuf, folders_up: usize) -> Result<Written, ConfigError> {
    let text = text::decode(FILE_NAME, bytes).map_err(|_| ConfigError::NotText { file })?;
    Ok(Written { folders_up: Some(folders_up), ..parse(&Arc::new(text))? })
}

fn parse(text: &Arc<Source>) -> Result<Written, ConfigError> {
    let (table, errors) = DeTable::parse_recoverable(text.text());
    let mut reader = Reader { text, mistakes: Vec::new(), written: Written::default() };
    for error in errors {
        let message = error.message().lines().next().unwrap_or("not valid TOML").to_owned();
        let help = "write `[section]` and `key = value` lines, texts between double quotes".to_owned();
        reader.problem(error.span().unwrap_or_default(), message, Some(help));
    }
    // What the parser made of broken TOML is not what anybody meant.
    if reader.mistakes.is_empty() {
        reader.root(table.get_ref());
    }
    let Reader { mut mistakes, written, .. } = reader;
    if mistakes.is_empty() {
        return Ok(written);
    }
    mistakes.sort_by_key(|mistake| mistake.span);
    Err(ConfigError::Invalid { mistakes })
}

struct Reader<'t> {
    text: &'t Arc<Source>,
    mistakes: Vec<Mistake>,
    written: Written,
}

type Value<'i> = Spanned<DeValue<'i>>;

impl Reader<'_> {
    fn root(&mut self, table: &DeTable<'_>) {
        const SECTIONS: [&str; 8] =
            ["organization", "audit", "files", "gate", "rules", "own", "approval", "history"];
        for (key, value) in table {
            let section = key.get_ref().as_ref();
            if !SECTIONS.contains(&section) {
                self.unknown(key.span(), "section", section, &SECTIONS);
                continue;
            }
            let DeValue::Table(fields) = value.get_ref() else {
                let help = format!("write `[{section}]` on a line of its own, and its keys below");
                self.problem(
                    value.span(),
                    format!("`{section}` is a section, and here is {}", kind(value)),
                    Some(help),
                );
                continue;
            };
            match section {
                "organization" => self.fields(fields, &["name", "time_zone", "language"], Self::organization),
                "audit" => self.fields(fields, &["as_of", "period"], Self::audit),
                "files" => self.fields(fields, &["include", "exclude"], Self::files),
                "rules" => self.fields(fields, &["extended", "levels"], Self::rules),
                "own" => self.own(fields, ""),
                "approval" => self.fields(fields, &["proof", "proof_of"], Self::approval),
                "history" => self.fields(fields, &["begins"], Self::history),
                _ => self.fields(fields, &["fail_on", "needed_by", "history"], Self::gate),
            }
        }
    }

    fn fields(&mut self, fields: &DeTable<'_>, known: &[&str], read: fn(&mut Self, &str, &Value<'_>)) {
        for (key, value) in fields {
            let name = key.get_ref().as_ref();
            if known.contains(&name) {
                read(self, name, value);
            } else {
                self.unknown(key.span(), "key", name, known);
            }
        }
    }

    fn organization(&mut self, name: &str, value: &Value<'_>) {
        let Some(text) = self.string(name, value) else { return };
        if name == "name" {
            self.written.organization = Some(self.at(value, text));
            return;
        }
        if name == "language" {
            let code = text.split('-').next().unwrap_or_default();
            if (2..=3).contains(&code.len()) && code.chars().all(|c| c.is_ascii_lowercase()) {
                self.written.language = Some(self.at(value, text));
            } else {
                let message = format!("{} is no language", quoted(&text));
                self.problem(
                    value.span(),
                    message,
                    Some("write its code, such as `en` or `de-CH`".to_owned()),
                );
            }
            return;
        }
        match text.parse::<Tz>() {
            Ok(zone) => self.written.time_zone = Some(self.at(value, zone)),
            Err(_) => {
                let help = match nearest(&text, TZ_VARIANTS.iter().map(|zone| zone.name())) {
                    Some(name) => format!("did you mean `{name}`?"),
                    None => {
                        "use a name of the time zone database, such as `Europe/Berlin` or `UTC`".to_owned()
                    }
                };
                self.problem(value.span(), format!("{} is no time zone", quoted(&text)), Some(help));
            }
        }
    }

    fn audit(&mut self, name: &str, value: &Value<'_>) {
        // A day may stand as a date of TOML, without quotes.
        let text = match value.get_ref() {
            DeValue::Datetime(date) => date.to_string(),
            _ => match self.string(name, value) {
                Some(text) => text,
                None => return,
            },
        };
        if name == "as_of" {
            match text.parse() {
                Ok(day) => self.written.as_of = Some(self.at(value, day)),
                Err(_) => {
                    let message = format!("{} is not a day of the calendar", quoted(&text));
                    self.problem(value.span(), message, Some("write it as `as_of = 2026-01-31`".to_owned()));
                }
            }
        } else {
            match text.parse() {
                Ok(period) => self.written.period = Some(self.at(value, period)),
                Err(error) => {
                    let help = "write it as `period = \"2026-01-01..2026-12-31\"`; both days belong to it"
                        .to_owned();
                    self.problem(value.span(), error.to_string(), Some(help));
                }
            }
        }
    }

    fn files(&mut self, name: &str, value: &Value<'_>) {
        let DeValue::Array(items) = value.get_ref() else {
            let help = format!("write it as `{name} = [\"archive/\"]`");
            self.problem(
                value.span(),
                format!("`{name}` is a list, and here is {}", kind(value)),
                Some(help),
            );
            return;
        };
        let mut list = Vec::new();
        for item in items {
            let Some(pattern) = self.string("a pattern", item) else { continue };
            match Patterns::new(&[], std::slice::from_ref(&pattern)) {
                Ok(_) => list.push(pattern),
                Err(reason) => {
                    let message = format!("{} is no pattern: {reason}", quoted(&pattern));
                    self.problem(item.span(), message, Some("patterns are those of `.gitignore`".to_owned()));
                }
            }
        }
        let list = Some(self.at(value, list));
        if name == "include" {
            self.written.include = list;
        } else {
            self.written.exclude = list;
        }
    }

    fn rules(&mut self, name: &str, value: &Value<'_>) {
        match (name, value.get_ref()) {
            ("extended", DeValue::Boolean(extended)) => {
                self.written.extended = Some(self.at(value, *extended));
            }
            ("extended", _) => {
                let message = format!("`extended` is `true` or `false`, and here is {}", kind(value));
                self.problem(value.span(), message, None);
            }
            (_, DeValue::Table(levels)) => {
                for (rule, value) in levels {
                    let Some(text) = self.string("a level", value) else { continue };
                    let level = match text.as_str() {
                        "off" => None,
                        other => match level(other) {
                            Some(level) => Some(level),
                            None => {
                                let message = format!("{} is no level", quoted(other));
                                let help = "a level is `error`, `warning`, `info` or `off`".to_owned();
                                self.problem(value.span(), message, Some(help));
                                continue;
                            }
                        },
                    };
                    let level = self.at(value, level);
                    self.written.levels.insert(rule.get_ref().to_string(), level);
                }
            }
            (_, _) => {
                let help = "write `[rules.levels]` on a line of its own, and below it lines such as `CHG-04 = \"off\"`";
                let message = format!("`levels` is a section, and here is {}", kind(value));
                self.problem(value.span(), message, Some(help.to_owned()));
            }
        }
    }

    /// Values of the organization's own, by names whose parts are joined with dots.
    fn own(&mut self, fields: &DeTable<'_>, before: &str) {
        for (key, value) in fields {
            let name = if before.is_empty() {
                key.get_ref().to_string()
            } else {
                format!("{before}.{}", key.get_ref())
            };
            let text = match value.get_ref() {
                DeValue::Table(inner) => {
                    self.own(inner, &name);
                    continue;
                }
                DeValue::String(text) => text.to_string(),
                DeValue::Integer(number) => number.to_string(),
                DeValue::Float(number) => number.to_string(),
                DeValue::Datetime(date) => date.to_string(),
                DeValue::Boolean(_) | DeValue::Array(_) => {
                    let message = format!(
                        "{} is a duration, a number or a text, and here is {}",
                        quoted(&name),
                        kind(value)
                    );
                    self.problem(value.span(), message, Some("write it as `\"P3D\"` or as `5`".to_owned()));
                    continue;
                }
            };
            let own = self.at(value, text);
            self.written.own.insert(name, own);
        }
    }

    fn approval(&mut self, name: &str, value: &Value<'_>) {
        if name == "proof" {
            self.written.proof = self.rung(value);
            return;
        }
        let DeValue::Table(types) = value.get_ref() else {
            let help = "write `[approval.proof_of]` on a line of its own, and below it lines such as \
                `service-management-policy = \"signed\"`";
            let message = format!("`proof_of` is a section, and here is {}", kind(value));
            self.problem(value.span(), message, Some(help.to_owned()));
            return;
        };
        for (record_type, value) in types {
            if let Some(rung) = self.rung(value) {
                self.written.proofs.insert(record_type.get_ref().to_string(), rung);
            }
        }
    }

    fn rung(&mut self, value: &Value<'_>) -> Option<At<Rung>> {
        let text = self.string("a proof", value)?;
        let rung = text.parse().ok();
        if rung.is_none() {
            let known: Vec<String> = Rung::ALL.iter().map(|rung| format!("`{rung}`")).collect();
            let help = format!("from the weakest to the strongest: {}", known.join(", "));
            self.problem(value.span(), format!("{} is no proof of an approval", quoted(&text)), Some(help));
        }
        Some(self.at(value, rung?))
    }

    fn history(&mut self, name: &str, value: &Value<'_>) {
        if let Some(text) = self.string(name, value) {
            self.written.begins = Some(self.at(value, text));
        }
    }

    fn gate(&mut self, name: &str, value: &Value<'_>) {
        let Some(text) = self.string(name, value) else { return };
        if name == "history" {
            match HistoryUse::ALL.into_iter().find(|history| history.to_string() == text) {
                Some(history) => self.written.history = Some(self.at(value, history)),
                None => {
                    let message = format!("{} is no way to look at the history", quoted(&text));
                    let help = "it is `required`, `if-there` or `off`".to_owned();
                    self.problem(value.span(), message, Some(help));
                }
            }
            return;
        }
        if name == "needed_by" {
            let stage = [NeededBy::Stage1, NeededBy::Stage2, NeededBy::Neither];
            match stage.into_iter().find(|stage| stage.to_string() == text) {
                Some(stage) => self.written.needed_by = Some(self.at(value, stage)),
                None => {
                    let help =
                        "documents are needed by `stage-1` or `stage-2`; `none` asks for none".to_owned();
                    self.problem(value.span(), format!("{} is no stage", quoted(&text)), Some(help));
                }
            }
            return;
        }
        match level(&text) {
            Some(level) => self.written.fail_on = Some(self.at(value, level)),
            None => {
                let message = format!("{} is no level", quoted(&text));
                self.problem(
                    value.span(),
                    message,
                    Some("a level is `error`, `warning` or `info`".to_owned()),
                );
            }
        }
    }

    fn string(&mut self, name: &str, value: &Value<'_>) -> Option<String> {
        match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            _ => {
                let name = if name.contains(' ') { name.to_owned() } else { format!("`{name}`") };
                let message = format!("{name} is a text, and here is {}", kind(value));
                self.problem(value.span(), message, Some("put it between double quotes".to_owned()));
                None
            }
        }
    }

    fn unknown(&mut self, span: Range<usize>, what: &str, name: &str, known: &[&str]) {
        let help = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
                format!("known here: {}", names.join(", "))
            }
        };
        self.problem(span, format!("unknown {what} {}", quoted(name)), Some(help));
    }

    fn problem(&mut self, span: Range<usize>, message: String, help: Option<String>) {
        let (source, span) = (Arc::clone(self.text), Span::new(span.start, span.end));
        self.mistakes.push(Mistake { source, span, message, help });
    }

    fn at<T>(&self, value: &Value<'_>, read: T) -> At<T> {
        (read, self.text.position(Span::new(value.span().start, value.span().end).start))
    }
}

fn level(text: &str) -> Option<Level> {
    match text {
        "error" => Some(Level::Error),
        "warning" => Some(Level::Warning),
        "info" => Some(Level::Info),
        _ => None,
    }
}

fn kind(value: &Value<'_>) -> &'static str {
    match value.get_ref() {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a truth value",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a section",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> String {
        match parse(&Arc::new(Source::new(FILE_NAME, text))) {
            Err(ConfigError::Invalid { mistakes }) => mistakes
                .iter()
                .map(|Mistake { source, span, message, help }| {
                    let at = source.position(span.start);
                    format!("{}:{} {message} | {}\n", at.line, at.column, help.as_deref().unwrap_or("-"))
                })
                .collect(),
            Err(error) => panic!("{error}"),
            Ok(_) => "sound".to_owned(),
        }
    }

    #[test]
    fn rules_and_own_values_are_read() {
        let text = "[rules]\nextended = true\n\n[rules.levels]\nCHG-04 = \"off\"\nINC-01 = \"info\"\n\n\
            [own]\n\"change.review\" = \"P5D\"\nincident.share = 0.2\n\n[own.visit]\ninterval = \"P6M\"\n";
        let written = parse(&Arc::new(Source::new(FILE_NAME, text))).unwrap();
        assert!(written.extended.unwrap().0);
        let levels: Vec<_> =
            written.levels.iter().map(|(rule, (level, _))| (rule.as_str(), *level)).collect();
        assert_eq!(levels, [("CHG-04", None), ("INC-01", Some(Level::Info))]);
        let own: Vec<_> =
            written.own.iter().map(|(name, (value, _))| (name.as_str(), value.as_str())).collect();
        assert_eq!(own, [("change.review", "P5D"), ("incident.share", "0.2"), ("visit.interval", "P6M")]);
        assert_eq!(
            problems("[rules]\nextended = \"yes\"\nlevels = 1\n"),
            "2:12 `extended` is `true` or `false`, and here is a text | -\n\
             3:10 `levels` is a section, and here is a number | write `[rules.levels]` on a line of its own, and \
             below it lines such as `CHG-04 = \"off\"`\n"
        );
        assert_eq!(
            problems("[rules.levels]\nA-01 = \"of\"\n[own]\nx = [1]\n"),
            "2:8 `of` is no level | a level is `error`, `warning`, `info` or `off`\n\
             4:5 `x` is a duration, a number or a text, and here is a list | write it as `\"P3D\"` or as `5`\n"
        );
    }

    #[test]
    fn what_is_written_is_read_with_its_place() {
        let text = "[organization]\nname = \"Nørrebro IT\"\ntime_zone = \"Europe/Copenhagen\"\n\n[audit]\n\
            as_of = 2026-06-30\nperiod = \"2025-07-01..2026-06-30\"\n\n[files]\ninclude = [\"sms/\"]\n\
            exclude = [\"old/\", \"*.tmp.yaml\"]\n\n[gate]\nfail_on = \"warning\"\n";
        let written = parse(&Arc::new(Source::new(FILE_NAME, text))).unwrap();
        let (name, at) = written.organization.unwrap();
        assert_eq!((name.as_str(), at), ("Nørrebro IT", Position { line: 2, column: 8 }));
        assert_eq!(written.time_zone.unwrap().0.name(), "Europe/Copenhagen");
        assert_eq!(written.as_of.unwrap(), ("2026-06-30".parse().unwrap(), Position { line: 6, column: 9 }));
        assert_eq!(written.period.unwrap().0.to_string(), "2025-07-01..2026-06-30");
        assert_eq!(written.include.unwrap().0, ["sms/"]);
        assert_eq!(written.exclude.unwrap().0, ["old/", "*.tmp.yaml"]);
        assert_eq!(written.fail_on.unwrap().0, Level::Error.min(Level::Warning));
    }

    #[test]
    fn an_empty_file_says_nothing() {
        assert_eq!(problems(""), "sound");
        assert_eq!(problems("\u{feff}# only a comment\n"), "sound");
    }

    #[test]
    fn unknown_names_are_told_with_the_nearest_all_at_once() {
        let text = "[organisation]\nname = \"x\"\n[audit]\nasof = 2026-01-01\ncolour = 1\n";
        let expected = "\
1:2 unknown section `organisation` | did you mean `organization`?
4:1 unknown key `asof` | did you mean `as_of`?
5:1 unknown key `colour` | known here: `as_of`, `period`
";
        assert_eq!(problems(text), expected);
    }

    #[test]
    fn wrong_values_are_told_at_the_value() {
        let text = r#"[organization]
name = 7
time_zone = "Europe/Berln"
[audit]
as_of = "2026-02-30"
period = "2026-12-31..2026-01-01"
[files]
include = "sms"
exclude = [1, "a[z-y]"]
[gate]
fail_on = "fatal"
needed_by = "stage 1"
"#;
        let expected = r#"2:8 `name` is a text, and here is a number | put it between double quotes
3:13 `Europe/Berln` is no time zone | did you mean `Europe/Berlin`?
5:9 `2026-02-30` is not a day of the calendar | write it as `as_of = 2026-01-31`
6:10 the period ends on 2026-01-01, before it begins on 2026-12-31 | write it as `period = "2026-01-01..2026-12-31"`; both days belong to it
8:11 `include` is a list, and here is a text | write it as `include = ["archive/"]`
9:12 a pattern is a text, and here is a number | put it between double quotes
9:15 `a[z-y]` is no pattern: invalid range; 'z' > 'y' | patterns are those of `.gitignore`
11:11 `fatal` is no level | a level is `error`, `warning` or `info`
12:13 `stage 1` is no stage | documents are needed by `stage-1` or `stage-2`; `none` asks for none
"#;
        assert_eq!(problems(text), expected);
    }

    #[test]
    fn proofs_and_history_are_read() {
        let text = "[gate]\nhistory = \"required\"\n[history]\nbegins = \"v1\"\n[approval]\nproof = \"committed\"\n\
            [approval.proof_of]\nprocedure = \"signed\"\n";
        let written = parse(&Arc::new(Source::new(FILE_NAME, text))).unwrap();
        assert_eq!(written.history.unwrap().0, HistoryUse::Required);
        assert_eq!(written.begins.unwrap().0, "v1");
        assert_eq!(written.proof.unwrap().0, Rung::Committed);
        assert_eq!(written.proofs["procedure"].0, Rung::Signed);
        assert_eq!(
            problems("[gate]\nhistory = \"on\"\n[approval]\nproof = \"sworn\"\nproof_of = 1\n"),
            "2:11 `on` is no way to look at the history | it is `required`, `if-there` or `off`\n\
             4:9 `sworn` is no proof of an approval | from the weakest to the strongest: `claimed`, `recorded`, \
             `reviewed`, `committed`, `signed`\n\
             5:12 `proof_of` is a section, and here is a number | write `[approval.proof_of]` on a line of its own, and \
             below it lines such as `service-management-policy = \"signed\"`\n"
        );
    }

    #[test]
    fn broken_toml_is_told_at_every_place_that_the_parser_finds() {
        let told = problems("[audit]\nas_of = \nperiod = \"2026\n[audit]\n");
        let places: Vec<&str> = told.lines().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(places, ["2:9", "3:15", "4:2"], "{told}");
    }

    #[test]
    fn a_language_is_its_code() {
        let expected = "2:12 `English` is no language | write its code, such as `en` or `de-CH`\n";
        assert_eq!(problems("[organization]\nlanguage = \"English\"\n"), expected);
        assert_eq!(problems("[organization]\nlanguage = \"de-CH\"\n"), "sound");
    }

    #[test]
    fn a_section_is_no_value() {
        let expected = "1:9 `audit` is a section, and here is a text | write `[audit]` on a line of its own, and its keys below\n";
        assert_eq!(problems("audit = \"2026\"\n"), expected);
    }
}
