//! What is known of a pack before anything is in it, and what a bag tells of itself.

use chrono::NaiveDate;
use serde_json::json;

use super::{
    Flags, Given, Manifest, Order, PackError,
    manifest::{FORMAT, Span, Tool, VERSION},
};
use crate::{
    config::FILE_NAME,
    lens::Assessed,
    model::{Blind, Content, History, Origin, sha256},
    text::nearest,
    yaml::Node,
};

/// The types of documents that are an audit.
const AUDITS: [&str; 4] =
    ["internal-audit-plan", "internal-audit-report", "external-audit", "internal-audit-programme"];

/// Whether the audit and the role that are named are there.
pub(super) fn are_known(assessed: &Assessed<'_>, order: &Order) -> Result<(), PackError> {
    let documents = assessed.documents;
    let is_one = |name: &str, types: &[&str]| {
        let number = documents.find(name);
        number.and_then(|number| documents.at(number).type_name).is_some_and(|(of, _)| types.contains(&of))
    };
    let known = |what: &'static str, name: Option<&String>, types: &[&str]| {
        let Some(name) = name.filter(|name| !is_one(name, types)) else { return Ok(()) };
        let ids = types.iter().flat_map(|of| documents.of_type(of));
        let ids = ids.filter_map(|number| Some(documents.at(*number).id()?.0));
        let near = nearest(name, ids).map(str::to_owned);
        Err(PackError::Unknown { what, name: name.clone(), near })
    };
    known("document of an audit", order.audit.as_ref(), &AUDITS)?;
    known("role", order.by_role.as_ref(), &["role"])
}

/// What is known of a pack before anything is in it.
pub(super) fn head(
    assessed: &Assessed<'_>,
    order: &Order,
    given: &Given,
    (commit, day): (&str, NaiveDate),
    history: Option<&History>,
    blind: Option<&Blind>,
) -> Manifest {
    let Assessed { settings, documents, judged, corpus, .. } = assessed;
    let standard = documents.catalog.standard();
    let snapshot = corpus.snapshot;
    let own = snapshot.own_types.iter().chain(&snapshot.own_rules).chain(&snapshot.own_standard);
    let own: String = own
        .map(|file| match &file.content {
            Content::Text(source) => format!("{}\n{}\n", file.path, source.text()),
            Content::Undecodable(_) | Content::TooLarge { .. } | Content::Unreadable(_) => {
                format!("{}\n", file.path)
            }
        })
        .collect();
    let roots = history.filter(|history| !history.is_cut()).into_iter().flat_map(|history| &history.commits);
    let scope = documents.of_type("scope-statement").iter().map(|number| documents.at(*number));
    let scope = scope.filter(|document| document.get("status").and_then(Node::text) == Some("approved"));
    let origin = |place: usize, found: &Origin| {
        let told = order.origins.as_ref().map(|origins| origins[place].clone());
        told.unwrap_or_else(|| found.to_string())
    };
    let mut manifest = Manifest {
        format: FORMAT.to_owned(),
        version: VERSION,
        tool: Tool { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        organization: settings.organization.value.clone(),
        purpose: order.purpose.clone(),
        audit_id: order.audit.clone(),
        standard: standard.title.clone(),
        edition: standard.edition.clone(),
        amendments: standard.amendments.clone(),
        scope_version: scope
            .filter_map(|document| document.get("version").and_then(Node::text))
            .max()
            .map(str::to_owned),
        period: Span { from: judged.period.from.to_string(), to: judged.period.to.to_string() },
        period_origin: origin(0, &settings.period.origin),
        as_of: judged.as_of.to_string(),
        as_of_origin: origin(1, &settings.as_of.origin),
        repository_id: roots.filter(|commit| commit.parents.is_empty()).map(|commit| commit.id.clone()).min(),
        commit: commit.to_owned(),
        commit_time: day.to_string(),
        tree_clean: true,
        ruleset_version: (!own.is_empty()).then(|| sha256(own.as_bytes())),
        config_digest: snapshot.attachments.bytes(FILE_NAME).ok().map(|bytes| sha256(&bytes)),
        built_at: day.to_string(),
        built_by_role: order.by_role.clone(),
        redacted: given.key.is_some(),
        history_not_seen: blind.map(|blind| blind.reason.clone()),
        previous_pack: order.previous.clone(),
        delete_after: order.delete_after.map(|day| day.to_string()),
        order: Flags {
            clauses: order.clauses.clone(),
            names: order.names,
            with: order.with.clone(),
            open: order.open.clone(),
            open_files: order.open_files.clone(),
        },
        ..Manifest::default()
    };
    let mut samples: Vec<String> = given.samples.iter().map(|(_, bytes)| sha256(bytes)).collect();
    samples.sort();
    let same = json!({"head": manifest, "samples": samples}).to_string();
    manifest.pack_id = format!("pack-{}", &sha256(same.as_bytes())[..16]);
    manifest
}

/// What is told of the bag as a whole.
pub(super) fn info(manifest: &Manifest) -> Vec<(&'static str, String)> {
    let mut info = Vec::new();
    if let Some(organization) = &manifest.organization {
        info.push(("Source-Organization", organization.clone()));
    }
    let purpose =
        manifest.purpose.clone().unwrap_or_else(|| "Evidence of a service management system".to_owned());
    info.push(("External-Description", purpose));
    info.push(("External-Identifier", manifest.pack_id.clone()));
    info.push(("Bagging-Date", manifest.built_at.clone()));
    info.push(("Bag-Software-Agent", format!("probity {}", manifest.tool.version)));
    info
}
