//! `probity approve`: write an approval down, and tell what proves those that there are.

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use super::{CliError, Format, Global, Inputs, Outcome, Output, day, read};
use crate::{
    author,
    control::{self, Approval, Content, Proof},
    corpus::{Document, Documents, Shape},
    lens::{self, Assessed, LensError, Read},
    model::{APPROVAL_TAG, Category, Finding, Held, History},
    report::approvals::{self, Shown, json},
    repository,
    text::{nearest, quoted, safe},
    yaml::Node,
};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    /// The document that is approved, by its id
    #[arg(value_name = "ID", required = true)]
    id: Option<String>,
    /// Who approves: the id of a person [default: the person with your address in git]
    #[arg(long, value_name = "PERSON")]
    approver: Option<String>,
    /// The role in which they approve [default: the role of theirs that approves such documents]
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// The day of the approval [default: the day judged on]
    #[arg(long, value_name = "DATE", value_parser = day)]
    on: Option<NaiveDate>,
    /// What proves it: a path, an id, an address or a sentence; can be given again
    #[arg(long, value_name = "WHAT")]
    evidence: Vec<String>,
    /// The version that is approved [default: the version that the document has]
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// Make a tag for it, signed with your key by your own git: approve/ID/VERSION
    #[arg(long)]
    sign: bool,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Tell how well approvals are proved, and whether the content is still what was approved; exit code 1 if one
    /// does not hold
    Verify(Verify),
}

#[derive(Debug, Args)]
struct Verify {
    #[command(flatten)]
    inputs: Inputs,
    /// The document, by its id
    #[arg(value_name = "ID", required_unless_present = "all", conflicts_with = "all")]
    id: Option<String>,
    /// All documents that are approved
    #[arg(long)]
    all: bool,
    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    format: Format,
}

/// Why an approval is not written down.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unapproved {
    #[error("there is no document {}", quoted(id))]
    NoDocument { id: String, near: Option<String> },
    #[error("{} is {what}, and that is not approved", quoted(id))]
    NotControlled { id: String, what: String },
    #[error("{} is {status}, and not to be approved any more", quoted(id))]
    Ended { id: String, status: String },
    #[error("nobody in the register of people has the address {}", quoted(email))]
    Unknown { email: String },
    #[error("git does not tell who you are")]
    Nobody,
    #[error("there is no person {}", quoted(id))]
    NoPerson { id: String },
    #[error("{} is a machine, and approves nothing", quoted(id))]
    Machine { id: String },
    #[error("{} held no role on {day} in which one approves {what}", quoted(person))]
    NoRole { person: String, day: NaiveDate, what: String },
    #[error("{} did not hold the role {} on {day}", quoted(person), quoted(role))]
    NotHeld { person: String, role: String, day: NaiveDate },
    #[error("the content of {} cannot be told: {reason}", quoted(id))]
    Undigested { id: String, reason: String },
    #[error("{} has no version", quoted(id))]
    NoVersion { id: String },
    #[error("a tag is signed by who approves, and {} is not you", quoted(approver))]
    SomebodyElse { approver: String },
    #[error("the content of {} that is to be approved is not committed", quoted(id))]
    NotCommitted { id: String },
    #[error("the tag was not made: {}", safe(reason))]
    NoTag { reason: String },
    #[error("nothing is approved that could be verified")]
    NothingApproved,
    #[error("{} is not approved", quoted(id))]
    NotApproved { id: String },
}

impl Unapproved {
    pub(super) fn help(&self) -> String {
        match self {
            Self::NoDocument { near: Some(near), .. } => format!("did you mean `{near}`?"),
            Self::NoDocument { near: None, .. } => "`probity list documents` shows those that there are".to_owned(),
            Self::NotControlled { .. } => {
                "approve a document, or the register around a list: its id stands under `register`".to_owned()
            }
            Self::Ended { .. } => "approve the document that came after it".to_owned(),
            Self::Unknown { email } => {
                format!(
                    "add it to `identities` of the person, as `{{kind: email, value: {email}}}`, or name who approves \
                     with `--approver`"
                )
            }
            Self::Nobody => "name who approves with `--approver`, or set `user.email` in git".to_owned(),
            Self::NoPerson { .. } => "`probity list documents --type person` shows those that there are, `probity new person` writes one".to_owned(),
            Self::Machine { .. } => "name the person who decided".to_owned(),
            Self::NoRole { .. } => {
                "name the role with `--role`; which types a role approves stands in its `approves`".to_owned()
            }
            Self::NotHeld { .. } => "who holds a role, and from when, stands in its `holders`".to_owned(),
            Self::Undigested { .. } => "put what it points to where it says".to_owned(),
            Self::NoVersion { .. } => "name it with `--version`, such as `--version 1.0`".to_owned(),
            Self::SomebodyElse { .. } => "let them run it, or leave `--sign` out and name the minutes with `--evidence`".to_owned(),
            Self::NotCommitted { .. } => "commit the text first; the tag is made for the commit that holds it".to_owned(),
            Self::NoTag { .. } => {
                "sign with `git config gpg.format ssh` and `git config user.signingkey FILE`; a tag of that name may be \
                 there already"
                    .to_owned()
            }
            Self::NothingApproved | Self::NotApproved { .. } => {
                "`probity approve ID` writes an approval down".to_owned()
            }
        }
    }
}

pub(super) fn run(global: &Global, arguments: &Arguments, output: Output) -> Result<Outcome, CliError> {
    match (&arguments.action, &arguments.id) {
        (Some(Action::Verify(verify)), _) => verified(global, verify, output),
        (None, Some(id)) => written(global, arguments, id, output),
        (None, None) => unreachable!("clap asks for an id"),
    }
}

/// An approval that is about to be written down.
struct Prepared {
    path: String,
    approval: author::Approval,
    version: Option<String>,
    by_oneself: bool,
}

fn written(global: &Global, arguments: &Arguments, id: &str, output: Output) -> Result<Outcome, CliError> {
    // What is approved is written into the files on disk, so that only these are read.
    let before = read(global, &Inputs::on_disk(None))?;
    let prepared =
        lens::look(&before, |assessed| Ok::<_, CliError>(prepared(&before, assessed, arguments, id)?))?;
    let Prepared { path, approval, .. } = &prepared;
    if arguments.dry_run {
        let text = before.snapshot.text_of(path).unwrap_or_default();
        let after = author::approved(path, text, id, approval)?;
        output.print(&format!("{path} would read:\n{}", safe(&changed_lines(text, &after))))?;
        if arguments.sign {
            output.print(&format!("and git would sign the tag {}\n", safe(&tag(id, &prepared))))?;
        }
        return Ok(Outcome::Passed);
    }
    if arguments.sign {
        sign(&before, id, &prepared)?;
    }
    author::change(&before.root, path, |text| {
        author::approved(path, &text.unwrap_or_default(), id, approval)
    })?;
    let after = read(global, &Inputs::on_disk(None))?;
    lens::look(&after, |assessed| told(global, assessed, after.history()?.ok(), id, path, output))?;
    Ok(Outcome::Passed)
}

fn prepared(
    read: &Read,
    assessed: &Assessed<'_>,
    arguments: &Arguments,
    id: &str,
) -> Result<Prepared, Unapproved> {
    let documents = assessed.documents;
    let number = number(documents, id)?;
    let document = documents.at(number);
    refuse_uncontrolled(document, id)?;
    let on = arguments.on.unwrap_or(assessed.settings.as_of.value);
    let (by, oneself) = approver(read, documents, arguments, on)?;
    let record_type = document.type_name.map_or("register", |(name, _)| name);
    let role = match &arguments.role {
        Some(role) if control::holds(documents, role, &by, on) => role.clone(),
        Some(role) => {
            return Err(Unapproved::NotHeld { person: by, role: role.clone(), day: on });
        }
        None => match control::roles(documents, &by, record_type, on).first() {
            Some(role) => (*role).to_owned(),
            None => return Err(Unapproved::NoRole { person: by, day: on, what: format!("a {record_type}") }),
        },
    };
    let digest = documents.digest(number);
    let digest = digest
        .map_err(|undigested| Unapproved::Undigested { id: id.to_owned(), reason: undigested.to_string() })?;
    let version = document.get("version").and_then(Node::text).map(str::to_owned);
    let approval = author::Approval {
        version: arguments.version.clone(),
        recorded_by: oneself.clone().filter(|oneself| *oneself != by),
        by,
        role: Some(role),
        date: on,
        evidence: arguments.evidence.clone(),
        digest: Some(digest.to_string()),
    };
    Ok(Prepared {
        path: document.source.name().to_owned(),
        by_oneself: oneself.as_ref() == Some(&approval.by),
        version: arguments.version.clone().or(version),
        approval,
    })
}

fn number(documents: &Documents<'_>, id: &str) -> Result<u32, Unapproved> {
    documents.find(id).ok_or_else(|| {
        let near = nearest(id, documents.ids().map(|(id, _)| id)).map(str::to_owned);
        Unapproved::NoDocument { id: id.to_owned(), near }
    })
}

/// Approved are controlled documents, and lists as a whole.
fn refuse_uncontrolled(document: &Document<'_>, id: &str) -> Result<(), Unapproved> {
    let is_document = document.record_type.is_some_and(|found| found.category == Category::Document);
    let is_whole = matches!(document.shape, Shape::Single | Shape::Entry) && is_document;
    if !is_whole && document.shape != Shape::Register {
        let what = document.type_name.map_or("of no type".to_owned(), |(name, _)| format!("a {name}"));
        return Err(Unapproved::NotControlled { id: id.to_owned(), what });
    }
    match document.get("status").and_then(Node::text) {
        Some(status @ ("superseded" | "withdrawn")) => {
            Err(Unapproved::Ended { id: id.to_owned(), status: status.to_owned() })
        }
        Some(_) | None => Ok(()),
    }
}

/// Who approves, and who the user is, as far as git and the register of people tell.
fn approver(
    read: &Read,
    documents: &Documents<'_>,
    arguments: &Arguments,
    on: NaiveDate,
) -> Result<(String, Option<String>), Unapproved> {
    let user = repository::user(&read.root);
    let oneself =
        user.as_ref().and_then(|account| control::person(documents, account, on)).map(str::to_owned);
    let by = match (&arguments.approver, &oneself, user) {
        (Some(approver), _, _) => approver.clone(),
        (None, Some(oneself), _) => oneself.clone(),
        (None, None, Some(account)) => return Err(Unapproved::Unknown { email: account.email }),
        (None, None, None) => return Err(Unapproved::Nobody),
    };
    let is_person = documents
        .find(&by)
        .is_some_and(|number| documents.at(number).type_name.is_some_and(|(name, _)| name == "person"));
    if !is_person {
        return Err(Unapproved::NoPerson { id: by });
    }
    if control::is_machine(documents, &by) {
        return Err(Unapproved::Machine { id: by });
    }
    Ok((by, oneself))
}

fn tag(id: &str, prepared: &Prepared) -> String {
    format!("{APPROVAL_TAG}{id}/{}", prepared.version.as_deref().unwrap_or_default())
}

/// Makes the tag, for the commit that holds the content which is approved.
fn sign(read: &Read, id: &str, prepared: &Prepared) -> Result<(), CliError> {
    let Prepared { path, approval, version, by_oneself } = prepared;
    let Some(version) = version else { return Err(Unapproved::NoVersion { id: id.to_owned() }.into()) };
    if !by_oneself {
        return Err(Unapproved::SomebodyElse { approver: approval.by.clone() }.into());
    }
    let digest = approval.digest.as_deref().unwrap_or_default();
    let history = repository::history(&read.root, &Held::WorkTree, None).map_err(LensError::from)?;
    let committed = history
        .commits
        .first()
        .and_then(|head| control::digest_at(&read.catalog, &history, &head.id, path, id));
    if committed.is_none_or(|committed| committed.to_string() != digest) {
        return Err(Unapproved::NotCommitted { id: id.to_owned() }.into());
    }
    let role = approval.role.as_deref().unwrap_or_default();
    let message = format!(
        "{id} {version} approved\n\ndocument: {id}\nversion: {version}\ncontent_digest: {digest}\nmeaning: approved\n\
         approver: {}\nrole: {role}\non: {}\n",
        approval.by, approval.date
    );
    repository::sign_tag(&read.root, &tag(id, prepared), &message)
        .map_err(|reason| Unapproved::NoTag { reason }.into())
}

/// The lines that differ between two texts, from the first to the last.
fn changed_lines(before: &str, after: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let same = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let behind =
        old[same..].iter().rev().zip(new[same..].iter().rev()).take_while(|(old, new)| old == new).count();
    let gone = old[same..old.len() - behind].iter().map(|line| format!("- {line}\n"));
    let come = new[same..new.len() - behind].iter().map(|line| format!("+ {line}\n"));
    gone.chain(come).collect()
}

/// What there is now of an approval that was written down, and what a check says of its document.
fn told(
    global: &Global,
    assessed: &Assessed<'_>,
    history: Option<&History>,
    id: &str,
    path: &str,
    output: Output,
) -> Result<(), CliError> {
    let Some(approval) = assessed.approvals.iter().find(|approval| approval.id == id) else {
        return Err(CliError::NotRead { path: path.to_owned() });
    };
    let look = output.look(false, false);
    let version = approval.version.map_or(String::new(), |version| format!(" {}", safe(version)));
    let text = format!(
        "{}{version} is approved by {} on {}, written down in {}\n\n",
        safe(id),
        safe(approval.by),
        safe(approval.on.unwrap_or_default()),
        safe(path)
    );
    output.print(&text)?;
    let shown = Shown { approvals: &[approval], history, settings: assessed.settings };
    output.print(&approvals::as_text(&shown, look.width, true))?;
    let about = |finding: &&Finding| finding.subject.as_deref() == Some(id);
    let found: Vec<String> = assessed
        .findings
        .iter()
        .filter(about)
        .map(|finding| format!("  {} {}: {}\n", finding.level, finding.rule, safe(&finding.message)))
        .collect();
    if !found.is_empty() {
        output.print(&format!("\na check says of it:\n{}", found.concat()))?;
    }
    let next = match history {
        Some(_) => format!("git commit {} -m \"Approve {}{version}\"", safe(path), safe(id)),
        None => format!("probity approve verify {}", safe(id)),
    };
    output.next(global, &next)
}

fn verified(global: &Global, arguments: &Verify, output: Output) -> Result<Outcome, CliError> {
    let read = read(global, &arguments.inputs)?;
    lens::look(&read, |assessed| {
        let history = read.history()?.ok();
        let wanted = |approval: &&Approval<'_>| arguments.id.as_deref().is_none_or(|id| approval.id == id);
        let approvals: Vec<&Approval<'_>> = assessed.approvals.iter().filter(wanted).collect();
        if approvals.is_empty() {
            return Err(match &arguments.id {
                Some(id) => {
                    number(assessed.documents, id)?;
                    Unapproved::NotApproved { id: id.clone() }
                }
                None => Unapproved::NothingApproved,
            }
            .into());
        }
        let shown = Shown { approvals: &approvals, history, settings: assessed.settings };
        let look = output.look(global.verbose, global.quiet);
        let in_full = global.verbose || arguments.id.is_some();
        output.print(&arguments.format.of(
            &["approvals"],
            || json::render(&shown),
            || approvals::as_text(&shown, look.width, in_full),
        ))?;
        let holds = |approval: &&Approval<'_>| {
            !matches!(approval.content, Content::Changed { .. })
                && approval.rung >= approval.asked
                && !approval.proofs.iter().any(Proof::is_suspect)
        };
        Ok(if approvals.iter().all(holds) { Outcome::Passed } else { Outcome::Findings })
    })
}
