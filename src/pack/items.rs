//! Each version of a document as the pack holds it: its source, a copy for people, and what is known of where it came from.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{
    PackError,
    manifest::Item,
    select::{Chosen, Past},
    veil::Veil,
    yaml::Written,
};
use crate::{
    check::path_in,
    control::{self, Content},
    corpus::{self, Corpus, Document, Documents, Shape, is_markdown, texts},
    lens::Assessed,
    model::{File, History, Rung, Snapshot, Target},
    report::{
        document::{self, Page},
        html::document::Pages,
    },
    text,
    yaml::{Kind, Limits, Mapping, Node},
};

/// What an item is made from.
pub(super) struct Workshop<'w> {
    pub(super) assessed: &'w Assessed<'w>,
    /// The same with what is personal taken out; the whole itself in a pack that is not redacted.
    pub(super) shown: &'w Assessed<'w>,
    pub(super) history: Option<&'w History>,
    pub(super) veil: &'w Veil,
    pub(super) pages: &'w Pages<'w>,
    /// The name of each item, in the order of what is chosen.
    pub(super) names: &'w [Named],
    /// How many documents each file holds.
    pub(super) held: HashMap<&'w str, usize>,
    /// What is known of approvals, by the number of the document.
    pub(super) approvals: BTreeMap<u32, &'w control::Approval<'w>>,
    /// The same of earlier versions.
    pub(super) earlier: Option<control::Earlier<'w, 'w>>,
    pub(super) commit: &'w str,
    pub(super) day: NaiveDate,
    pub(super) collected_by: Option<&'w str>,
    pub(super) with_names: bool,
}

/// Where an item lies.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) id: String,
    pub(super) source: String,
    pub(super) page: String,
}

/// An item, made.
pub(super) struct Made {
    pub(super) item: Item,
    pub(super) source: Vec<u8>,
    pub(super) page: String,
    /// What it points to.
    pub(super) pointers: Vec<Pointer>,
}

/// A file, or something else, that a document points to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pointer {
    pub(super) target: Pointed,
    /// The number of the commit whose file is meant; none for that which is packed.
    pub(super) at: Option<u32>,
}

/// What is pointed to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Pointed {
    /// A file of the repository.
    Path(String),
    /// The rows of a sealed extract.
    Extract(String),
    /// What is kept elsewhere.
    Address(String),
}

/// How many documents each file of a corpus holds: one that stands alone is packed as it is.
pub(super) fn held<'d>(documents: &'d Documents<'_>) -> HashMap<&'d str, usize> {
    let mut held: HashMap<&str, usize> = HashMap::new();
    let single = documents.iter().filter(|document| document.shape == Shape::Single);
    let names = single.map(|document| document.source.name());
    for name in names.chain(documents.collections.iter().map(|collection| collection.source.name())) {
        *held.entry(name).or_default() += 1;
    }
    held
}

impl Workshop<'_> {
    /// Makes an item.
    pub(super) fn make(&self, place: usize, chosen: &Chosen) -> Result<Made, PackError> {
        let named = &self.names[place];
        let Some(past) = &chosen.past else {
            return self.made(named, chosen, self.assessed, chosen.number, &self.held, None);
        };
        let id = self.assessed.documents.at(chosen.number).id().map_or("", |(id, _)| id);
        let snapshot = self.snapshot(past)?;
        let corpus = corpus::read(&snapshot, &Limits::default());
        let documents = Documents::of(&corpus, self.assessed.documents.catalog);
        let number = documents.find(id).ok_or_else(|| PackError::lost(id, &past.path))?;
        let then = at(self.assessed, &corpus, &documents);
        self.made(named, chosen, &then, number, &held(&documents), Some(past))
    }

    /// A file as it was at a commit.
    fn snapshot(&self, past: &Past) -> Result<Snapshot, PackError> {
        let history = self.history.ok_or_else(|| PackError::lost("", &past.path))?;
        let attachments = std::sync::Arc::clone(&history.past).files(&history.commit(past.commit).id);
        let bytes = attachments.bytes(&past.path).map_err(|_| PackError::lost("", &past.path))?;
        let source = text::decode(&past.path, bytes).map_err(|_| PackError::lost("", &past.path))?;
        let content = crate::model::Content::Text(std::sync::Arc::new(source));
        let file = File { path: past.path.clone(), content };
        Ok(Snapshot { files: vec![file], attachments, ..Snapshot::default() })
    }

    fn made(
        &self,
        named: &Named,
        chosen: &Chosen,
        assessed: &Assessed<'_>,
        number: u32,
        held: &HashMap<&str, usize>,
        past: Option<&Past>,
    ) -> Result<Made, PackError> {
        let documents = assessed.documents;
        let document = documents.at(number);
        let original =
            source(documents, document, held, past.map_or(self.commit, |past| self.id(past.commit)));
        let mut item = self.item(named, chosen, assessed, number, past);
        let (source, mut value) = if self.veil.is_open() {
            let page = Page::of(assessed, number, self.with_names);
            (original, document::as_value(assessed, &page, None))
        } else {
            item.redacted = true;
            item.original_hmac_sha256 = self.veil.sealed(&original);
            let text = self.veil.redacted(documents, number).as_text();
            let value = self.redacted_page(named, chosen, &text, past.is_some())?;
            (text.into_bytes(), value)
        };
        if self.veil.is_open() {
            item.original_sha256 = Some(crate::model::sha256(&source));
        }
        self.mend(&mut value, &item, past.is_some());
        self.veil.mask(&mut value);
        let page = self.pages.render(&value)?;
        let pointers = pointers(documents, number, past.map(|past| past.commit));
        Ok(Made { item, source, page, pointers })
    }

    /// The page of what is left of a document. Of the present, with what refers to it.
    fn redacted_page(
        &self,
        named: &Named,
        chosen: &Chosen,
        text: &str,
        is_past: bool,
    ) -> Result<Value, PackError> {
        let lost = || PackError::lost(&named.id, &named.source);
        if !is_past {
            let id = self.assessed.documents.at(chosen.number).id().map_or("", |(id, _)| id);
            let number = self.shown.documents.find(&self.veil.shown(id)).ok_or_else(lost)?;
            let page = Page::of(self.shown, number, false);
            return Ok(document::as_value(self.shown, &page, None));
        }
        let source = std::sync::Arc::new(crate::text::Source::new(named.source.clone(), text));
        let file = File { path: named.source.clone(), content: crate::model::Content::Text(source) };
        let snapshot = Snapshot { files: vec![file], ..Snapshot::default() };
        let corpus = corpus::read(&snapshot, &Limits::default());
        let documents = Documents::of(&corpus, self.assessed.documents.catalog);
        let then = at(self.assessed, &corpus, &documents);
        let number = documents.ids().map(|(_, number)| number).min().ok_or_else(lost)?;
        let page = Page::of(&then, number, false);
        Ok(document::as_value(&then, &page, None))
    }

    /// Tells on a page what cannot be known from the document alone.
    fn mend(&self, value: &mut Value, item: &Item, is_past: bool) {
        let page = &mut value["document"];
        if is_past || item.redacted {
            page["digest"] = json!(item.approved_digest);
            page["approval"] = match &item.approved_by {
                None => Value::Null,
                Some(by) => json!({
                    "by": by, "role": item.approved_by_role, "date": item.approved_on,
                    "rung": item.approval_proof.as_deref().unwrap_or("not looked at"),
                    "content": item.approval_content.as_deref().unwrap_or("not-testable"),
                }),
            };
        }
        if is_past {
            value["commit"] = json!(item.commit);
            value["document"]["content"] = json!("as-approved");
        }
        if item.redacted {
            let name = item.path.rsplit('/').next().unwrap_or_default();
            value["document"]["path"] = json!(format!("{name} in this pack, which is redacted"));
            value["document"]["line"] = json!(1);
        }
    }

    fn id(&self, commit: u32) -> &str {
        self.history.map_or("", |history| &history.commit(commit).id)
    }

    fn item(
        &self,
        named: &Named,
        chosen: &Chosen,
        assessed: &Assessed<'_>,
        number: u32,
        past: Option<&Past>,
    ) -> Item {
        let documents = assessed.documents;
        let document = documents.at(number);
        let text = |name: &str| document.get(name).and_then(Node::text).map(str::to_owned);
        let within = |outer: &str, name: &str| {
            let inner = document.get(outer).and_then(Node::mapping)?;
            inner.get(name).and_then(Node::text).map(str::to_owned)
        };
        let then = past.and_then(|_| self.earlier.as_ref()?.approval(chosen.number, documents, number));
        let approval = match past {
            Some(_) => then.as_ref(),
            None => self.approvals.get(&chosen.number).copied(),
        };
        let commit = chosen.commit.and_then(|number| Some((number, self.history?.commit(number))));
        let is_markdown = is_markdown(&named.source);
        let media_type = if is_markdown { "text/markdown" } else { "application/yaml" }.to_owned();
        let is_approved = past.is_some() || text("status").as_deref() == Some("approved");
        let of_approval = |name: &str| within("approval", name).filter(|_| is_approved);
        let approver = match past {
            Some(past) => Some(past.approval.by.clone()).filter(|by| !by.is_empty()),
            None => of_approval("by"),
        };
        let extract_query = text("query").or_else(|| within("source", "ref"));
        let count = text("rows").or_else(|| text("row_count"));
        let digest = match past {
            Some(past) => past.digest.clone(),
            None => documents.digest(number).ok().map(|digest| digest.to_string()),
        };
        let author_roles = commit.map(|(_, commit)| self.roles(&chosen.by, commit.day)).unwrap_or_default();
        Item {
            path: named.source.clone(),
            page: named.page.clone(),
            sha256: String::new(),
            size: 0,
            media_type,
            title: self.title(documents, number),
            evidence_id: named.id.clone(),
            requirement_ids: chosen.points.clone(),
            clauses: chosen.clauses.clone(),
            record_type: document.type_name.map_or("register", |(name, _)| name).to_owned(),
            record_id: document.id().map_or("", |(id, _)| id).to_owned(),
            version: text("version"),
            status: text("status").or_else(|| text("state")),
            owner_role: text("owner"),
            approved_by: approver.map(|by| self.veil.person(&by)),
            approved_by_role: of_approval("role"),
            approved_on: of_approval("date"),
            approval_evidence: if is_approved { self.evidence(document) } else { Vec::new() },
            approval_proof: approval.map(|approval| Rung::to_string(&approval.rung)),
            // An earlier version is packed as it was approved.
            approval_content: approval.filter(|_| past.is_none()).map(|approval| {
                let told = match approval.content {
                    Content::AsApproved => "as-approved",
                    Content::Changed { .. } => "changed",
                    Content::Untestable(_) => "not-testable",
                };
                told.to_owned()
            }),
            signature: approval.and_then(|approval| self.signature(approval)),
            approved_digest: digest,
            period_start: chosen.from.map(|day| day.to_string()),
            period_end: chosen.until.map(|day| day.to_string()),
            source_system: within("source", "system"),
            source_query: extract_query.filter(|_| self.veil.is_open()),
            source_extracted_at: within("source", "extracted_at"),
            row_count: count.and_then(|count| count.parse().ok()),
            commit: commit
                .map_or_else(|| Some(self.commit.to_owned()), |(_, commit)| Some(commit.id.clone())),
            author: chosen.by.iter().map(|by| self.veil.person(by)).collect(),
            author_roles,
            committed_on: commit.map(|(_, commit)| commit.day.to_string()),
            collected_by_role: self.collected_by.map(str::to_owned),
            collected_on: self.day.to_string(),
            classification: text("classification"),
            redacted: false,
            original_sha256: None,
            original_hmac_sha256: None,
            note: past.map(|_| "an earlier version, as it was approved".to_owned()),
        }
    }

    fn title(&self, documents: &Documents<'_>, number: u32) -> Option<String> {
        let document = documents.at(number);
        if !self.veil.keeps_title(document) {
            return None;
        }
        let title = document.get("title").and_then(Node::text).map(str::to_owned);
        title.filter(|_| self.with_names || !document::is_person(document))
    }

    /// What proves the approval; in a redacted pack, only what is the id of a document.
    fn evidence(&self, document: &Document<'_>) -> Vec<String> {
        let approval = document.get("approval").and_then(Node::mapping);
        let list = texts(approval.and_then(|approval| approval.get("evidence")));
        let is_kept = |text: &&str| self.veil.is_open() || self.assessed.documents.find(text).is_some();
        list.into_iter().filter(is_kept).map(str::to_owned).collect()
    }

    fn signature(&self, approval: &control::Approval<'_>) -> Option<String> {
        let signed = approval.proofs.iter().filter(|proof| proof.key.is_some() || proof.rung == Rung::Signed);
        let told = signed.map(|proof| match (&proof.doubt, &proof.key) {
            (Some(doubt), _) => format!("does not count: {}", doubt.told()),
            (None, Some(key)) if self.veil.is_open() => format!("right, by the key {key} of who approved"),
            (None, _) => "right, by a key of who approved".to_owned(),
        });
        let told: Vec<String> = told.collect();
        (!told.is_empty()).then(|| told.join("; "))
    }

    /// The roles that people held on a day.
    fn roles(&self, people: &[String], day: NaiveDate) -> Vec<String> {
        let documents = self.assessed.documents;
        let roles = documents.of_type("role").iter().filter_map(|number| Some(documents.at(*number).id()?.0));
        let held = roles.filter(|role| {
            people.iter().any(|person| {
                documents.find(person).is_some() && control::holds(documents, role, person, day)
            })
        });
        held.map(str::to_owned).collect()
    }
}

/// Other documents, with what is known of the present.
fn at<'a>(now: &Assessed<'a>, corpus: &'a Corpus<'a>, documents: &'a Documents<'a>) -> Assessed<'a> {
    Assessed { corpus, documents, approvals: &[], ..*now }
}

/// The source of a document: its file if it stands alone in it, or else the document by itself.
fn source(
    documents: &Documents<'_>,
    document: &Document<'_>,
    held: &HashMap<&str, usize>,
    commit: &str,
) -> Vec<u8> {
    let path = document.source.name();
    let alone = matches!(document.shape, Shape::Single | Shape::Register) && held.get(path) == Some(&1);
    if alone {
        let bytes = documents.attachments.bytes(path);
        return bytes.unwrap_or_else(|_| document.source.text().as_bytes().to_vec());
    }
    let line = document.source.position(document.node.span().start).line;
    let whence = format!(
        "# From {}, line {line}, at commit {commit}.\n# Taken out of a file that holds others, too; what its list gives all entries is written into it.\n",
        path.replace(char::is_control, " ")
    );
    (whence + &Written::Fields(whole(document)).as_text()).into_bytes()
}

/// Whether a document stands alone in its file, so that the file is its source; and the ending of that.
pub(super) fn ending(document: &Document<'_>, held: &HashMap<&str, usize>) -> &'static str {
    let path = document.source.name();
    if document.shape == Shape::Single && held.get(path) == Some(&1) && is_markdown(path) {
        "md"
    } else {
        "yaml"
    }
}

/// All fields of a document, with its type and what it has from its collection.
pub(super) fn whole(document: &Document<'_>) -> Vec<(String, Written)> {
    let mut fields = Vec::new();
    let own = |name: &str| document.fields.get(name).is_some();
    if let Some((name, _)) = document.type_name.filter(|_| !own("type")) {
        fields.push(("type".to_owned(), Written::Plain(name.to_owned())));
    }
    let inherited = document.defaults.into_iter().flat_map(Mapping::entries);
    let inherited = inherited.filter(|(key, _)| key.text().is_some_and(|name| !own(name)));
    for (key, value) in document.fields.entries().chain(inherited) {
        fields.push((key.text().unwrap_or_default().to_owned(), Written::of(value)));
    }
    if let Some(body) = document.body {
        fields.push(("body".to_owned(), Written::Text(document.source.slice(body).to_owned())));
    }
    fields
}

/// What a document points to outside of the documents, at its commit.
fn pointers(documents: &Documents<'_>, number: u32, at: Option<u32>) -> Vec<Pointer> {
    let document = documents.at(number);
    let mut targets = Vec::new();
    for name in ["held_in", "body_file"] {
        let text = document.get(name).and_then(Node::text).filter(|text| !text.trim().is_empty());
        match text.map(|text| (text, Target::of(text))) {
            Some((_, Target::Path(path))) => targets.push(Pointed::Path(path)),
            Some((text, Target::Address | Target::Elsewhere)) => {
                targets.push(Pointed::Address(text.trim().to_owned()));
            }
            None => {}
        }
    }
    if document.type_name.is_some_and(|(name, _)| name == "extract")
        && let Some(Target::Path(path)) = document.get("file").and_then(Node::text).map(Target::of)
    {
        targets.push(Pointed::Extract(path));
    }
    let open = documents.outgoing(number).iter();
    let open = open.filter(|reference| reference.is_evidence() && reference.to.is_none());
    targets.extend(open.filter_map(|reference| path_in(reference.text())).map(Pointed::Path));
    targets.sort();
    targets.dedup();
    targets.into_iter().map(|target| Pointer { target, at }).collect()
}

/// Of a list of sets of fields, or of one, a text in each.
pub(super) fn texts_within<'c>(node: Option<Node<'c>>, name: &str) -> Vec<&'c str> {
    match node.map(Node::kind) {
        Some(Kind::Sequence(list)) => {
            list.items().filter_map(|item| item.mapping()?.get(name)?.text()).collect()
        }
        Some(Kind::Mapping(fields)) => fields.get(name).and_then(Node::text).into_iter().collect(),
        Some(Kind::Scalar(_)) | None => Vec::new(),
    }
}
