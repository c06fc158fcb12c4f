//! Makes the files of a pack, one after the other, in a folder of its own.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::Path,
};

use chrono::NaiveDate;
use rayon::prelude::*;

use super::{
    Given, Manifest, Order, PackError, Stock, attach,
    bag::Bag,
    head::{are_known, head, info},
    items::{self, Made, Named, Workshop},
    leading::{Scanned, leading},
    manifest::{Item, Missing},
    names::Names,
    populations, samples, scan,
    select::{self, Chosen, Selection},
    veil::Veil,
    write::{Progress, Sign},
};
use crate::{
    control,
    corpus::{self, Documents, Shape},
    lens::{self, Assessed, Read},
    model::{Blind, Content, File, Held, Snapshot},
    report::{
        document::is_person,
        html::document::{Files, Pages},
    },
    text::Source,
    yaml::{Limits, Node},
};

/// So many items are made at once.
const AT_ONCE: usize = 64;

/// A pack that was made.
#[derive(Debug)]
pub(crate) struct Built {
    pub(crate) manifest: Manifest,
    /// The day of the commit.
    pub(crate) day: NaiveDate,
    /// How many documents the items are versions of.
    pub(crate) documents: usize,
    pub(crate) files: usize,
    /// Of what is in `data/`.
    pub(crate) bytes: u64,
    /// How many documents stayed out.
    pub(crate) left_out: usize,
    pub(crate) is_signed: bool,
    /// What a scan found: what, kind, how often, what was done.
    pub(crate) scanned: Vec<Scanned>,
}

/// Makes a pack in a folder that is there and empty.
pub(super) fn build(
    read: &Read,
    order: &Order,
    given: &Given,
    folder: &Path,
    sign: Sign<'_>,
    progress: Progress<'_>,
) -> Result<Built, PackError> {
    let Held::Commit { id, day } = &read.settings.held else { return Err(PackError::NoCommit) };
    let (history, blind) = match read.history()? {
        Ok(history) => (Some(history), history.is_cut().then(Blind::shallow)),
        Err(blind) => (None, Some(blind.clone())),
    };
    let samples = samples::read(&given.samples)?;
    lens::look(read, |assessed| {
        are_known(assessed, order)?;
        let mut manifest = head(assessed, order, given, (id, *day), history, blind.as_ref());
        let veil = match &given.key {
            None => Veil::open(),
            Some(key) => Veil::drawn(assessed, history, key, &manifest.pack_id, &order.open),
        };
        let selection = select::choose(assessed, history, order, &samples::drawn(&samples));
        if selection.chosen.is_empty() {
            return Err(PackError::Nothing);
        }
        let stock = Stock { assessed, history, order, veil: &veil };
        let mut making =
            Making { bag: Bag::new(folder), names: Names::default(), scanned: Vec::new(), stock, progress };
        let wanted = making.items(&selection, &mut manifest)?;
        let total = wanted.len() as u64;
        let files = attach::put(&mut making.bag, &mut making.names, &wanted, stock, &mut |done| {
            (making.progress)("files that documents point to", done, total);
        })?;
        manifest.attachments = files.attached;
        manifest.missing.extend(files.missing);
        let done = |is_open: bool| {
            if is_open { "packed as it is" } else { "packed as it is, since it was opened by name" }
        };
        making.scanned.extend(
            files.scanned.into_iter().map(|(path, kind, count)| (path, kind, count, done(veil.is_open()))),
        );
        manifest.populations = populations::put(&mut making.bag, assessed, &veil)?;
        let by_id: BTreeMap<String, String> =
            manifest.items.iter().map(|item| (item.record_id.clone(), item.evidence_id.clone())).collect();
        manifest.samples =
            samples::put(&mut making.bag, &mut making.names, &samples, &manifest.populations, &by_id, &veil)?;
        leading(&mut making.bag, stock, &selection, &making.scanned, &mut manifest)?;
        let documents: BTreeSet<&str> = manifest.items.iter().map(|item| item.record_id.as_str()).collect();
        let documents = documents.len();
        let bytes = making.bag.bytes();
        let info = info(&manifest);
        let mut is_signed = false;
        let scanned = std::mem::take(&mut making.scanned);
        let files = making.bag.finish(&info, &mut |tags| {
            let signature = sign(tags)?;
            is_signed = signature.is_some();
            Ok(signature)
        })?;
        let left_out = selection.left_out.len();
        Ok(Built { manifest, day: *day, documents, files, bytes, left_out, is_signed, scanned })
    })
}

/// A pack that is being made.
struct Making<'m> {
    bag: Bag,
    names: Names,
    scanned: Vec<Scanned>,
    stock: Stock<'m>,
    progress: Progress<'m>,
}

impl Making<'_> {
    /// Makes the items, and tells what they point to.
    fn items(&mut self, selection: &Selection, manifest: &mut Manifest) -> Result<attach::Wanted, PackError> {
        let Stock { assessed, history, order, veil } = self.stock;
        let documents = assessed.documents;
        let own = assessed.corpus.snapshot.own_templates.as_slice();
        let held = items::held(documents);
        let named = self.named(&held, &selection.chosen);
        let mut others = Files::new();
        for (chosen, name) in selection.chosen.iter().zip(&named) {
            let id = documents.at(chosen.number).id().map_or("", |(id, _)| id);
            // Of several versions, the newest comes last.
            others.insert(veil.shown(id), format!("../../{}", name.page.trim_start_matches("data/")));
        }
        let pages = Pages::new(&others, own)?.below("../../01-index-by-clause.html", "Index by clause");
        let snapshot = shown_snapshot(documents, veil, &selection.chosen);
        let corpus = corpus::read(&snapshot, &Limits::default());
        let left = Documents::of(&corpus, documents.catalog);
        let less = Assessed { corpus: &corpus, documents: &left, approvals: &[], ..*assessed };
        let workshop = Workshop {
            assessed,
            shown: if veil.is_open() { assessed } else { &less },
            history,
            veil,
            pages: &pages,
            names: &named,
            held,
            approvals: assessed.approvals.iter().map(|approval| (approval.document, approval)).collect(),
            earlier: history.map(|history| {
                let past = selection.chosen.iter().filter(|chosen| chosen.past.is_some());
                let numbers = past.map(|chosen| chosen.number);
                control::Earlier::of(
                    documents,
                    assessed.judged,
                    &assessed.settings.patterns,
                    history,
                    numbers,
                )
            }),
            commit: &manifest.commit.clone(),
            day: manifest.commit_time.parse().unwrap_or_default(),
            collected_by: order.by_role.as_deref(),
            with_names: order.names,
        };
        let total = selection.chosen.len() as u64;
        let mut wanted = attach::Wanted::new();
        let places: Vec<usize> = (0..selection.chosen.len()).collect();
        for chunk in places.chunks(AT_ONCE) {
            (self.progress)("documents", chunk[0] as u64, total);
            let made: Result<Vec<Made>, PackError> =
                chunk.par_iter().map(|place| workshop.make(*place, &selection.chosen[*place])).collect();
            for made in made? {
                if let Some(item) = self.put(made, &mut wanted, &mut manifest.missing)? {
                    manifest.items.push(item);
                }
            }
        }
        manifest.item_count = manifest.items.len();
        Ok(wanted)
    }

    /// The name of each item, and of its files.
    fn named(&mut self, held: &HashMap<&str, usize>, chosen: &[Chosen]) -> Vec<Named> {
        let Stock { assessed: Assessed { documents, .. }, veil, .. } = self.stock;
        let named = chosen.iter().map(|chosen| {
            let document = documents.at(chosen.number);
            let text = |name: &str| document.get(name).and_then(Node::text);
            let version = match &chosen.past {
                Some(past) => Some(past.approval.version.as_str()).filter(|version| !version.is_empty()),
                None => text("version"),
            };
            let id = veil.shown(document.id().map_or("", |(id, _)| id));
            let name = version.map_or_else(|| id.clone(), |version| format!("{id}-v{version}"));
            let kind = document.type_name.map_or("register", |(name, _)| name);
            let folder = format!("data/{}/{}", select::folder(&chosen.clauses), super::names::plain(kind));
            let ending =
                if veil.is_open() && chosen.past.is_none() { items::ending(document, held) } else { "yaml" };
            let ending = match &chosen.past {
                Some(past)
                    if veil.is_open() && corpus::is_markdown(&past.path) && document.body.is_some() =>
                {
                    "md"
                }
                Some(_) | None => ending,
            };
            let [source, page] = self.names.free(&folder, &name, [ending, "html"]);
            let stem = page.rsplit('/').next().unwrap_or_default();
            Named { id: stem.trim_end_matches(".html").to_owned(), source, page }
        });
        named.collect()
    }

    /// Puts an item into the bag, unless a scan keeps it out.
    fn put(
        &mut self,
        made: Made,
        wanted: &mut attach::Wanted,
        missing: &mut Vec<Missing>,
    ) -> Result<Option<Item>, PackError> {
        let veil = self.stock.veil;
        let Made { mut item, source, page, pointers } = made;
        let text = String::from_utf8_lossy(&source);
        let mut kinds: BTreeMap<&'static str, usize> = BTreeMap::new();
        for hit in scan::secrets(&text) {
            *kinds.entry(hit.kind).or_default() += 1;
        }
        let done = if veil.is_open() { "packed as it is" } else { "held back" };
        for (kind, count) in &kinds {
            self.scanned.push((item.evidence_id.clone(), kind, *count, done));
        }
        if !veil.is_open() && !kinds.is_empty() {
            missing.push(Missing {
                of: vec![item.evidence_id.clone()],
                target: None,
                state: "held-back".to_owned(),
                reason: format!("the scan found in it: {}", kinds.into_keys().collect::<Vec<_>>().join(", ")),
            });
            return Ok(None);
        }
        for pointer in pointers {
            wanted.entry(pointer).or_default().insert(item.evidence_id.clone());
        }
        let stored = self.bag.put(&item.path, &source)?;
        (item.sha256, item.size) = (stored.sha256, stored.size);
        self.bag.put(&item.page, page.as_bytes())?;
        let mut value = serde_json::to_value(&item).unwrap_or_default();
        veil.mask(&mut value);
        Ok(Some(serde_json::from_value(value).unwrap_or(item)))
    }
}

/// All documents but people, and rows that nobody drew, with what is personal taken out, each in a file of its own; nothing where nothing is
/// taken out.
fn shown_snapshot(documents: &Documents<'_>, veil: &Veil, chosen: &[Chosen]) -> Snapshot {
    if veil.is_open() {
        return Snapshot::default();
    }
    let chosen: BTreeSet<u32> = chosen.iter().map(|chosen| chosen.number).collect();
    let numbers: Vec<u32> = (0_u32..)
        .zip(documents.as_slice())
        .filter(|(number, document)| {
            let is_first = document.id().is_some_and(|(id, _)| documents.find(id) == Some(*number));
            is_first && (document.shape != Shape::Row || chosen.contains(number)) && !is_person(document)
        })
        .map(|(number, _)| number)
        .collect();
    let files: Vec<File> = numbers
        .par_iter()
        .map(|number| {
            let path = format!("{number:08}.yaml");
            let text = veil.redacted(documents, *number).as_text();
            File { path: path.clone(), content: Content::Text(std::sync::Arc::new(Source::new(path, text))) }
        })
        .collect();
    Snapshot { files, ..Snapshot::default() }
}
