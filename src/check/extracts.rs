//! Whether sealed extracts are at hand, and are what was sealed.

use super::{reading, rule, shape};
use crate::{
    corpus::{Corpus, Document, Documents, Extract, Reference, Sealed},
    model::{Draft, Finding, Missing, Place, Untested},
    text::{Span, quoted},
    yaml::{Node, Stream},
};

/// The findings about all extracts.
pub(super) fn findings(corpus: &Corpus<'_>, documents: &Documents<'_>) -> Vec<Finding> {
    let of = |extract: &Extract| documents.iter().find(|document| extract.belongs_to(document));
    let pairs = corpus.extracts.iter().filter_map(|extract| Some((extract, of(extract)?)));
    pairs.flat_map(|(extract, document)| of_extract(extract, document, documents)).collect()
}

fn of_extract(extract: &Extract, document: &Document<'_>, documents: &Documents<'_>) -> Vec<Finding> {
    match &extract.sealed {
        Sealed::NotSealed => Vec::new(),
        Sealed::Rows(stream) => {
            let mut findings = reading::of_stream(stream);
            findings.extend(wrong_count(stream, document));
            findings
        }
        Sealed::OtherDigest { found } => {
            let message = format!("{} is not what was sealed: its SHA-256 is another", quoted(&extract.path));
            let help = "put the sealed file back; if it was drawn again, that is another extract with a document of its own";
            let draft = draft("EXT-01", document, "sha256", message).help(help.to_owned());
            vec![draft.fact("found", found).untested(Some(Untested::Extract)).finish()]
        }
        Sealed::Unreadable { missing } => {
            let waiting = documents.references().iter().filter(|reference| {
                reference.to.is_none() && !reference.is_evidence() && may_be_in(document, reference)
            });
            let references = match waiting.count() {
                0 => String::new(),
                1 => ", nor could 1 reference into them".to_owned(),
                count => format!(", nor could {count} references into them"),
            };
            let message = format!(
                "the records of {} could not be tested{references}: {}",
                shape::of(document),
                missing.told(&extract.path)
            );
            // Not to have it here is no fault; to have it in a form that nobody can read is one.
            let (rule, help) = match missing {
                Missing::Absent => (
                    "EXT-02",
                    "name the folder that holds it with `--extracts`, or put the file where the document says",
                ),
                Missing::NotAFile | Missing::LeadsOut | Missing::TooLarge { .. } | Missing::Unreadable(_) => {
                    (
                        "FILE-01",
                        "keep each extract in one readable file of JSON Lines in UTF-8; split a large one by month",
                    )
                }
            };
            let draft = draft(rule, document, "file", message).help(help.to_owned());
            vec![draft.untested(Some(Untested::Extract)).finish()]
        }
    }
}

fn wrong_count(stream: &Stream, document: &Document<'_>) -> Option<Finding> {
    let rows = document.get("rows").and_then(Node::text)?;
    let found = stream.documents().len() + stream.broken();
    if rows.parse::<usize>().is_ok_and(|rows| rows != found) {
        let message = format!("the extract has {found} records, and {} are stated", quoted(rows));
        let help = "compare with the tool it was drawn from, and state what is there".to_owned();
        return Some(
            draft("EXT-03", document, "rows", message).help(help).fact("found", found.to_string()).finish(),
        );
    }
    None
}

fn draft(rule_id: &str, document: &Document<'_>, field: &str, message: String) -> Draft {
    let span = document.get(field).map_or(Span::default(), Node::span);
    let mut draft =
        Draft::new(rule(rule_id), Place::within(document.source, span), message).field(field, field);
    if let Some((id, _)) = document.id() {
        draft = draft.subject(id);
    }
    draft
}

/// Whether what a reference names may be a record of an extract that is not at hand.
pub(super) fn may_hold(documents: &Documents<'_>, reference: &Reference<'_>) -> bool {
    documents.closed_extracts().any(|extract| may_be_in(extract, reference))
}

fn may_be_in(extract: &Document<'_>, reference: &Reference<'_>) -> bool {
    let of = extract.get("of").and_then(Node::text);
    reference.schema.refers_to.iter().any(|wanted| wanted == "any" || Some(wanted.as_str()) == of)
}
