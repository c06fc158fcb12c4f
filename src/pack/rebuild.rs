//! Makes a pack again from the same commit, and compares.

use std::{collections::BTreeSet, path::Path};

use super::{
    Given, Manifest, Order, PackError,
    build::build,
    open::{NoPack, Opened},
    verify::{Problem, digests},
    write::Progress,
};
use crate::lens::Read;

/// A file that was handed over beyond this is not read back.
const SAMPLE_LIMIT: u64 = 64 * 1024 * 1024;

/// What came of making it again.
#[derive(Debug)]
pub(crate) struct Rebuilt {
    /// How many files were compared.
    pub(crate) files: usize,
    /// What is not the same.
    pub(crate) problems: Vec<Problem>,
}

/// What a pack was ordered by.
pub(crate) fn order_of(manifest: &Manifest) -> Order {
    let order = &manifest.order;
    Order {
        purpose: manifest.purpose.clone(),
        audit: manifest.audit_id.clone(),
        clauses: order.clauses.clone(),
        names: order.names,
        with: order.with.clone(),
        open: order.open.clone(),
        open_files: order.open_files.clone(),
        by_role: manifest.built_by_role.clone(),
        previous: manifest.previous_pack.clone(),
        delete_after: manifest.delete_after.as_ref().and_then(|day| day.parse().ok()),
        origins: Some([manifest.period_origin.clone(), manifest.as_of_origin.clone()]),
    }
}

/// What was handed over for a pack, out of it.
pub(crate) fn given_of(path: &Path, key: Option<Vec<u8>>) -> Result<Given, NoPack> {
    let mut opened = Opened::open(path)?;
    let handed = |path: &&str| {
        let of_populations = path
            .strip_prefix("data/80-populations/")
            .is_some_and(|name| name.rsplit('.').next() == Some("json"));
        of_populations || path.starts_with("data/81-samples/")
    };
    let paths: Vec<String> = opened.paths().filter(handed).map(str::to_owned).collect();
    let mut samples = Vec::new();
    for path in paths {
        if let Ok(bytes) = opened.bytes(&path, SAMPLE_LIMIT) {
            samples.push((path.rsplit('/').next().unwrap_or_default().to_owned(), bytes));
        }
    }
    samples.sort();
    Ok(Given { key, samples })
}

/// Makes a pack again beside it, in a folder that goes away afterwards, and compares.
///
/// # Errors
///
/// If it cannot be made.
pub(crate) fn rebuild(
    read: &Read,
    order: &Order,
    given: &Given,
    path: &Path,
    progress: Progress<'_>,
) -> Result<Rebuilt, PackError> {
    let unwritten =
        |source| PackError::Unwritten { path: "a folder for files that go away again".to_owned(), source };
    let folder = tempfile::Builder::new().prefix("probity-").tempdir().map_err(unwritten)?;
    build(read, order, given, folder.path(), &mut |_| Ok(None), progress)?;
    let told = |error: NoPack| unwritten(std::io::Error::other(error));
    let (here, there) = (digests(folder.path()).map_err(told)?, digests(path).map_err(told)?);
    let mut problems = Vec::new();
    let all: BTreeSet<&String> = here.keys().chain(there.keys()).collect();
    for path in &all {
        match (here.get(*path), there.get(*path)) {
            (Some(here), Some(there)) if here == there => {}
            (Some(_), Some(_)) => problems.push(Problem::new(path, "made again, it has other bytes")),
            (None, _) => problems.push(Problem::new(path, "made again, the pack does not have it")),
            (Some(_), None) => {
                problems.push(Problem::new(path, "made again, the pack has it, and it is not here"));
            }
        }
    }
    Ok(Rebuilt { files: all.len(), problems })
}
