//! The points of the standard that somebody of the organization has compared with the published text:
//! `probity/standard/`. A file there confirms points, and may correct the letter and the words of one.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::Deserialize;
use serde_spanned::Spanned;

use super::file::{Loaded, load, text_of};
use crate::{
    model::{Confirmed, File, Mistake, Point, Standard},
    text::{nearest, quoted},
};

/// What a file says of one point.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryFile {
    point: Spanned<String>,
    #[serde(rename = "ref")]
    letter: Option<Spanned<String>>,
    confirmed: ConfirmedFile,
    says: Option<Spanned<String>>,
    note: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfirmedFile {
    by: Spanned<String>,
    date: Spanned<String>,
    edition: Spanned<String>,
}

/// What an entry has at least.
const AN_ENTRY: &str =
    "an entry is `- point: 8.6.1/07` and `confirmed: {by: PER-004, date: 2026-01-31, edition: \"3\"}`";

/// The standard with what the organization says of its points. Nothing else of it changes.
///
/// # Errors
///
/// With every mistake of every file; of a file that cannot be read at all, with the first.
pub(super) fn standard(embedded: &Standard, files: &[File]) -> Result<Standard, Vec<Mistake>> {
    let mut standard = embedded.clone();
    let mut mistakes = Vec::new();
    for file in files {
        let read = text_of(file).and_then(|source| {
            // What is no list of entries is best told by what one looks like.
            load::<Vec<EntryFile>>(Arc::clone(source)).map_err(|mistake| Mistake {
                help: mistake.help.or_else(|| Some(AN_ENTRY.to_owned())),
                ..mistake
            })
        });
        match read {
            Ok(file) => {
                for entry in &file.content {
                    if let Err(wrong) = confirm(&mut standard, &file, entry) {
                        mistakes.extend(wrong);
                    }
                }
            }
            Err(mistake) => mistakes.push(mistake),
        }
    }
    mistakes.sort_by(|a, b| (a.source.name(), a.span).cmp(&(b.source.name(), b.span)));
    if mistakes.is_empty() { Ok(standard) } else { Err(mistakes) }
}

/// Takes what an entry says into its point, or tells everything that is wrong in it.
fn confirm(
    standard: &mut Standard,
    file: &Loaded<Vec<EntryFile>>,
    entry: &EntryFile,
) -> Result<(), Vec<Mistake>> {
    let mut mistakes = empty_values(file, entry);
    let ConfirmedFile { by, date, edition } = &entry.confirmed;
    // The parser takes `2026-1-3` as well, which no date of a document may be.
    let day = date.as_ref().parse().ok().filter(|day: &NaiveDate| day.to_string() == *date.as_ref());
    if day.is_none() {
        let help = Some("write it as `2026-01-31`".to_owned());
        let message = format!("{} is not a day of the calendar", quoted(date.as_ref()));
        mistakes.push(Mistake { help, ..file.mistake(date, message) });
    }
    if *edition.as_ref() != standard.edition {
        let message = format!("the points here are those of edition `{}`", standard.edition);
        let help = Some(format!("compare with that edition, and write `edition: \"{}\"`", standard.edition));
        mistakes.push(Mistake { help, ..file.mistake(edition, message) });
    }
    match point(standard, file, &entry.point) {
        Ok(point) => {
            if let (Some(date), true) = (day, mistakes.is_empty()) {
                point.confirmed = Some(Confirmed {
                    by: by.as_ref().trim().to_owned(),
                    date,
                    edition: edition.as_ref().clone(),
                    note: entry.note.as_ref().map(|note| note.as_ref().trim().to_owned()),
                    file: file.source.name().to_owned(),
                });
                if let Some(letter) = &entry.letter {
                    point.letter = Some(letter.as_ref().trim().to_owned());
                }
                if let Some(says) = &entry.says {
                    says.as_ref().trim().clone_into(&mut point.says);
                    point.own_words = true;
                }
            }
        }
        Err(mistake) => mistakes.push(mistake),
    }
    if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
}

/// The point that an entry names, if no other entry does.
fn point<'s>(
    standard: &'s mut Standard,
    file: &Loaded<Vec<EntryFile>>,
    name: &Spanned<String>,
) -> Result<&'s mut Point, Mistake> {
    let id = name.as_ref();
    if standard.point(id).is_none() {
        return Err(unknown(standard, file, name));
    }
    let mut points = standard.clauses.iter_mut().flat_map(|clause| &mut clause.points);
    let point = points.find(|point| point.id == *id).expect("it was asked for above");
    match &point.confirmed {
        Some(Confirmed { file: other, .. }) => {
            let message = format!("{} speaks of {} already", quoted(other), quoted(id));
            let help = Some("keep one of the two".to_owned());
            Err(Mistake { help, ..file.mistake(name, message) })
        }
        None => Ok(point),
    }
}

fn unknown(standard: &Standard, file: &Loaded<Vec<EntryFile>>, name: &Spanned<String>) -> Mistake {
    let id = name.as_ref();
    let of_clause = standard.clause(id).and_then(|clause| clause.points.first());
    let help = match (of_clause, nearest(id, standard.points().map(|point| point.id.as_str()))) {
        (Some(first), _) => format!("name a point of this clause, such as `{}`", first.id),
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) => "`probity explain CLAUSE` lists the points of a clause".to_owned(),
    };
    Mistake { help: Some(help), ..file.mistake(name, format!("there is no point {}", quoted(id))) }
}

/// A value that is there has to say something.
fn empty_values(file: &Loaded<Vec<EntryFile>>, entry: &EntryFile) -> Vec<Mistake> {
    let values = [
        (entry.letter.as_ref(), "ref", "write the letter as the standard has it, or leave it out"),
        (Some(&entry.confirmed.by), "by", "write the id of a person, or a name"),
        (entry.says.as_ref(), "says", "write what is asked, or leave it out to keep the words there are"),
        (entry.note.as_ref(), "note", "write what others should know, or leave it out"),
    ];
    let empty = |value: &&Spanned<String>| value.as_ref().trim().is_empty();
    let wrong = values.into_iter().filter_map(|(value, key, help)| Some((value.filter(empty)?, key, help)));
    wrong
        .map(|(value, key, help)| {
            let help = Some(help.to_owned());
            Mistake { help, ..file.mistake(value, format!("`{key}` says nothing")) }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalog::Catalog, model::Content, text::Source};

    const GOOD: &str = "\
- point: 8.6.1/07
  ref: c)
  confirmed: {by: PER-004, date: 2026-11-18, edition: '3'}
- point: 8.6.1/08
  confirmed: {by: Aoife Byrne, date: 2026-11-19, edition: '3'}
  says: We handle major incidents as our handbook has it.
  note: In the handbook, that is chapter 4.
";

    fn file(path: &str, text: &str) -> File {
        File { path: path.into(), content: Content::Text(Arc::new(Source::new(path, text))) }
    }

    fn read(files: &[File]) -> Result<Catalog, Vec<String>> {
        let told = |mistakes: Vec<Mistake>| mistakes.iter().map(ToString::to_string).collect();
        Catalog::with_own(&[], &[], files).map_err(told)
    }

    fn wrong_with(good: &str, bad: &str) -> String {
        assert!(GOOD.contains(good), "{good}");
        read(&[file("ours.yaml", &GOOD.replacen(good, bad, 1))]).unwrap_err().join("\n")
    }

    #[test]
    fn only_what_a_file_says_of_a_point_changes() {
        let embedded = Catalog::embedded();
        let ours = read(&[file("ours.yaml", GOOD)]).unwrap();
        let (_, seven) = ours.standard().point("8.6.1/07").unwrap();
        let confirmed = seven.confirmed.as_ref().unwrap();
        assert_eq!((confirmed.by.as_str(), confirmed.date.to_string()), ("PER-004", "2026-11-18".to_owned()));
        assert_eq!((seven.letter.as_deref(), seven.own_words), (Some("c)"), false));
        let (_, eight) = ours.standard().point("8.6.1/08").unwrap();
        assert_eq!(
            (eight.says.as_str(), eight.own_words),
            ("We handle major incidents as our handbook has it.", true)
        );

        let mut back = ours.standard().clone();
        for point in back.clauses.iter_mut().flat_map(|clause| &mut clause.points) {
            let (_, was) = embedded.standard().point(&point.id).unwrap();
            point.confirmed = None;
            point.own_words = false;
            point.letter.clone_from(&was.letter);
            point.says.clone_from(&was.says);
        }
        assert_eq!(back, *embedded.standard());
    }

    #[test]
    fn without_a_file_there_is_no_standard_of_their_own() {
        assert!(read(&[]).unwrap().own_standard.is_none());
        assert!(read(&[file("ours.yaml", GOOD)]).unwrap().own_standard.is_some());
    }

    #[test]
    fn mistakes_have_places_and_a_cure() {
        assert_eq!(
            wrong_with("8.6.1/07", "8.6.1/77"),
            "ours.yaml:1:10: there is no point `8.6.1/77`; did you mean `8.6.1/07`?"
        );
        assert_eq!(
            wrong_with("8.6.1/07", "major incidents"),
            "ours.yaml:1:10: there is no point `major incidents`; `probity explain CLAUSE` lists the points of \
             a clause"
        );
        assert_eq!(
            wrong_with("8.6.1/07", "8.6.1"),
            "ours.yaml:1:10: there is no point `8.6.1`; name a point of this clause, such as `8.6.1/01`"
        );
        assert_eq!(
            wrong_with("{by: PER-004, date: 2026-11-18, edition: '3'}", "PER-004"),
            format!("ours.yaml:3:14: a mapping is expected here, not `PER-004`; {AN_ENTRY}")
        );
        assert_eq!(
            wrong_with("2026-11-18", "2026-02-30"),
            "ours.yaml:3:34: `2026-02-30` is not a day of the calendar; write it as `2026-01-31`"
        );
        assert!(wrong_with("2026-11-18", "2026-1-3").contains("3:34: `2026-1-3` is not a day"));
        assert_eq!(
            wrong_with("edition: '3'", "edition: '2'"),
            "ours.yaml:3:55: the points here are those of edition `3`; compare with that edition, and write \
             `edition: \"3\"`"
        );
        assert_eq!(
            wrong_with("by: PER-004", "by: ''"),
            "ours.yaml:3:19: `by` says nothing; write the id of a person, or a name"
        );
        assert!(wrong_with("ref: c)", "ref: ''").starts_with("ours.yaml:2:8: `ref` says nothing; "));
        assert!(
            wrong_with("note: In the handbook, that is chapter 4.", "note: ' '")
                .starts_with("ours.yaml:7:9: ")
        );
        assert!(
            wrong_with("says: We handle major incidents as our handbook has it.", "says: \"\"")
                .starts_with("ours.yaml:6:9: `says` says nothing; write what is asked")
        );
        assert_eq!(
            wrong_with("date:", "on:"),
            "ours.yaml:3:28: there is no key `on` here; it is one of by, date, edition"
        );
        assert_eq!(
            wrong_with("  says:", "  sayz:"),
            "ours.yaml:6:3: there is no key `sayz` here; did you mean `says`?"
        );
        assert_eq!(
            wrong_with(", edition: '3'", ""),
            "ours.yaml:3:14: there is no `edition` here; write `edition: ..`"
        );
        assert_eq!(
            wrong_with("  confirmed: {by: PER-004, date: 2026-11-18, edition: '3'}\n", ""),
            "ours.yaml:1:3: there is no `confirmed` here; write `confirmed: ..`"
        );
    }

    #[test]
    fn what_is_wrong_is_told_at_once() {
        let two = GOOD.replace("8.6.1/07", "8.6.1/77").replace("2026-11-18", "soon").replace("8.6.1/08", "x");
        assert_eq!(
            read(&[file("a.yaml", &two), file("b.yaml", "")]).unwrap_err(),
            [
                "a.yaml:1:10: there is no point `8.6.1/77`; did you mean `8.6.1/07`?",
                "a.yaml:3:34: `soon` is not a day of the calendar; write it as `2026-01-31`",
                "a.yaml:4:10: there is no point `x`; `probity explain CLAUSE` lists the points of a clause",
                &format!("b.yaml:1:1: the file holds nothing; {AN_ENTRY}"),
            ]
        );
    }

    #[test]
    fn a_point_is_spoken_of_once() {
        let again = [file("a.yaml", GOOD), file("b.yaml", &GOOD.replace("8.6.1/07", "8.6.1/06"))];
        assert_eq!(
            read(&again).unwrap_err(),
            ["b.yaml:4:10: `a.yaml` speaks of `8.6.1/08` already; keep one of the two"]
        );
    }

    #[test]
    fn a_second_document_is_not_passed_over() {
        let two = format!("{GOOD}---\n- point: 8.6.1/09\n");
        assert_eq!(
            read(&[file("ours.yaml", &two)]).unwrap_err(),
            [
                "ours.yaml:9:1: a file here holds one document, and here begins another; give it a file of its own"
            ]
        );
    }

    #[test]
    fn a_file_that_is_no_text_says_so() {
        let content = Content::Unreadable("permission is denied".to_owned());
        assert_eq!(
            read(&[File { path: "ours.yaml".into(), content }]).unwrap_err(),
            ["ours.yaml:1:1: the file cannot be read: permission is denied"]
        );
    }
}
