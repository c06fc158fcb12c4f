//! Which files belong to a management system: on disk, in git, behind links, under odd names.

#![cfg(unix)]

use std::{
    ffi::OsStr,
    fs,
    os::unix::{ffi::OsStrExt as _, fs::symlink},
    path::Path,
};

use git2::Repository;
use probity::{
    model::{OddityKind, Patterns},
    repository,
};
use tempfile::TempDir;

/// A folder with files, each with a document in it.
fn folder(files: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        write(folder.path(), file);
    }
    folder
}

fn write(root: &Path, file: &str) {
    let path = root.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, "type: policy\nid: POL-001\n").unwrap();
}

/// Tracks files, also ignored ones.
fn track(repository: &Repository, files: &[&str]) {
    let mut index = repository.index().unwrap();
    for file in files {
        index.add_path(Path::new(file)).unwrap();
    }
    index.write().unwrap();
}

fn selected(root: &Path) -> Vec<String> {
    selected_by(root, &[], &[])
}

fn selected_by(root: &Path, include: &[&str], exclude: &[&str]) -> Vec<String> {
    let owned = |patterns: &[&str]| patterns.iter().map(ToString::to_string).collect::<Vec<_>>();
    let patterns = Patterns::new(&owned(include), &owned(exclude)).unwrap();
    repository::select(root, &patterns).unwrap().files.into_iter().map(|file| file.path).collect()
}

fn oddities(root: &Path) -> Vec<(String, OddityKind)> {
    let selection = repository::select(root, &Patterns::new(&[], &[]).unwrap()).unwrap();
    selection.oddities.into_iter().map(|oddity| (oddity.path, oddity.kind)).collect()
}

#[test]
fn yaml_and_markdown_are_read_whatever_the_case_of_their_extension() {
    let folder = folder(&["b.yml", "a.yaml", "c.YAML", "d.md", "e.Markdown", "f.json", "g.txt", "yaml"]);
    assert_eq!(selected(folder.path()), ["a.yaml", "b.yml", "c.YAML", "d.md", "e.Markdown"]);
}

#[test]
fn paths_are_sorted_and_have_forward_slashes() {
    let folder = folder(&["z.yaml", "roles/b.yaml", "roles.yaml", "roles/a.yaml"]);
    assert_eq!(selected(folder.path()), ["roles.yaml", "roles/a.yaml", "roles/b.yaml", "z.yaml"]);
}

#[test]
fn dot_paths_and_the_folder_of_own_rules_are_left_out() {
    let folder = folder(&[
        ".github/ci.yaml",
        ".hidden.yaml",
        "probity/rules/own.yaml",
        "a/probity/kept.yaml",
        "a.yaml",
    ]);
    assert_eq!(selected(folder.path()), ["a.yaml", "a/probity/kept.yaml"]);
}

#[test]
fn what_the_organization_has_of_its_own_is_found_by_kind() {
    let folder = folder(&[
        "probity/types/visit.yaml",
        "probity/rules/own.yaml",
        "probity/standard/b.yml",
        "probity/standard/a.yaml",
        "probity/standard/read-me.md",
        "a.yaml",
    ]);
    let selection =
        repository::select(folder.path(), &Patterns::new(&["sms/".to_owned()], &[]).unwrap()).unwrap();
    let paths = |own: Vec<repository::Selected>| own.into_iter().map(|file| file.path).collect::<Vec<_>>();
    assert_eq!(paths(selection.own_types), ["probity/types/visit.yaml"]);
    assert_eq!(paths(selection.own_rules), ["probity/rules/own.yaml"]);
    assert_eq!(paths(selection.own_standard), ["probity/standard/a.yaml", "probity/standard/b.yml"]);
    let read = repository::own_standard(folder.path());
    assert_eq!(
        read.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(),
        ["probity/standard/a.yaml", "probity/standard/b.yml",]
    );
}

#[test]
fn patterns_narrow_what_is_read() {
    let folder = folder(&["sms/a.yaml", "sms/old/b.yaml", "deploy/c.yaml"]);
    assert_eq!(selected_by(folder.path(), &["sms/"], &["old/"]), ["sms/a.yaml"]);
}

#[test]
fn a_plain_folder_honours_its_own_gitignore_and_no_other() {
    let outer = folder(&["inner/a.yaml", "inner/drafts/b.yaml", "inner/notes/c.yaml"]);
    fs::write(outer.path().join(".gitignore"), "notes/\n").unwrap();
    fs::write(outer.path().join("inner/.gitignore"), "drafts/\n").unwrap();
    assert_eq!(selected(&outer.path().join("inner")), ["a.yaml", "notes/c.yaml"]);
}

#[test]
fn in_git_what_is_ignored_is_left_out_unless_it_is_tracked() {
    let folder = folder(&["a.yaml", "out/b.yaml", "out/c.yaml", "private/d.yaml"]);
    let repository = Repository::init(folder.path()).unwrap();
    fs::write(folder.path().join(".gitignore"), "out/\n").unwrap();
    fs::write(folder.path().join(".git/info/exclude"), "private/\n").unwrap();
    assert_eq!(selected(folder.path()), ["a.yaml"], "before anything is tracked");
    track(&repository, &["out/c.yaml"]);
    assert_eq!(selected(folder.path()), ["a.yaml", "out/c.yaml"]);
}

#[test]
fn tracked_files_that_are_gone_hidden_or_own_are_not_read() {
    let folder = folder(&["gone.yaml", ".dot/a.yaml", "probity/types/t.yaml", "x.txt", "kept.yaml"]);
    let repository = Repository::init(folder.path()).unwrap();
    track(&repository, &["gone.yaml", ".dot/a.yaml", "probity/types/t.yaml", "x.txt", "kept.yaml"]);
    fs::remove_file(folder.path().join("gone.yaml")).unwrap();
    assert_eq!(selected(folder.path()), ["kept.yaml"]);
}

#[test]
fn a_root_below_the_work_tree_sees_its_own_part_with_the_ignores_above() {
    let folder = folder(&["sms/a.yaml", "sms/out/b.yaml", "sms/out/c.yaml", "other.yaml"]);
    let repository = Repository::init(folder.path()).unwrap();
    fs::write(folder.path().join(".gitignore"), "out/\n").unwrap();
    track(&repository, &["sms/out/c.yaml", "other.yaml"]);
    assert_eq!(selected(&folder.path().join("sms")), ["a.yaml", "out/c.yaml"]);
}

#[test]
fn a_root_named_through_a_link_is_the_same_root() {
    let folder = folder(&["real/a.yaml", "real/out/b.yaml"]);
    let repository = Repository::init(folder.path().join("real")).unwrap();
    fs::write(folder.path().join("real/.gitignore"), "out/\n").unwrap();
    track(&repository, &["out/b.yaml"]);
    symlink("real", folder.path().join("link")).unwrap();
    assert_eq!(selected(&folder.path().join("link")), ["a.yaml", "out/b.yaml"]);
}

#[test]
fn a_linked_work_tree_has_an_index_of_its_own() {
    let folder = folder(&["main/a.yaml"]);
    let main = Repository::init(folder.path().join("main")).unwrap();
    track(&main, &["a.yaml"]);
    let tree = main.find_tree(main.index().unwrap().write_tree().unwrap()).unwrap();
    let who = git2::Signature::new("A", "a@example.org", &git2::Time::new(0, 0)).unwrap();
    main.commit(Some("HEAD"), &who, &who, "begin", &tree, &[]).unwrap();
    let linked = folder.path().join("linked");
    main.worktree("linked", &linked, None).unwrap();
    fs::write(linked.join(".gitignore"), "a.yaml\n").unwrap();
    assert_eq!(selected(&linked), ["a.yaml"], "ignored, but tracked there");
}

#[test]
fn links_are_not_followed_and_those_that_leave_are_told() {
    let outside = folder(&["secret.yaml"]);
    let folder = folder(&["policies/a.yaml"]);
    let root = folder.path();
    symlink("policies/a.yaml", root.join("current.yaml")).unwrap();
    symlink("policies", root.join("alias")).unwrap();
    symlink("gone.yaml", root.join("broken.yaml")).unwrap();
    symlink("gone.txt", root.join("no-document.txt")).unwrap();
    symlink(outside.path(), root.join("shared")).unwrap();
    symlink(outside.path().join("secret.yaml"), root.join("secret.yaml")).unwrap();
    symlink("secret.yaml", root.join("through-another.yaml")).unwrap();
    assert_eq!(selected(root), ["policies/a.yaml"]);
    let told: Vec<String> = oddities(root)
        .into_iter()
        .map(|(path, kind)| match kind {
            OddityKind::LinkLeaves { .. } => format!("{path} leaves"),
            OddityKind::LinkBroken { target } => format!("{path} leads to {target}"),
            other => format!("{path} {other:?}"),
        })
        .collect();
    assert_eq!(
        told,
        [
            "broken.yaml leads to gone.yaml",
            "secret.yaml leaves",
            "shared leaves",
            "through-another.yaml leaves"
        ]
    );
}

#[test]
fn a_tracked_file_behind_a_linked_folder_is_not_read() {
    let outside = folder(&["a.yaml"]);
    let folder = folder(&["policies/a.yaml"]);
    let repository = Repository::init(folder.path()).unwrap();
    track(&repository, &["policies/a.yaml"]);
    fs::remove_dir_all(folder.path().join("policies")).unwrap();
    symlink(outside.path(), folder.path().join("policies")).unwrap();
    assert!(selected(folder.path()).is_empty());
    assert!(
        matches!(&oddities(folder.path())[..], [(path, OddityKind::LinkLeaves { .. })] if path == "policies")
    );
}

#[test]
fn a_repository_inside_the_repository_is_told_and_not_read() {
    let folder = folder(&["a.yaml", "vendor/b.yaml"]);
    Repository::init(folder.path()).unwrap();
    Repository::init(folder.path().join("vendor")).unwrap();
    assert_eq!(selected(folder.path()), ["a.yaml"]);
    assert_eq!(oddities(folder.path()), [("vendor".to_owned(), OddityKind::NestedRepository)]);
}

#[test]
fn a_name_that_is_not_utf_8_is_shown_and_its_file_read() {
    let folder = folder(&[]);
    fs::write(folder.path().join(OsStr::from_bytes(b"caf\xE9 menu.yaml")), "id: x\n").unwrap();
    assert_eq!(selected(folder.path()), ["caf\\xE9 menu.yaml"]);
    assert_eq!(oddities(folder.path()), [("caf\\xE9 menu.yaml".to_owned(), OddityKind::NameNotUtf8)]);
    let snapshot =
        repository::work_tree_snapshot(folder.path(), &Patterns::new(&[], &[]).unwrap(), None).unwrap();
    assert!(
        matches!(&snapshot.files[0].content, probity::model::Content::Text(source) if source.text() == "id: x\n")
    );
}

#[test]
fn an_index_that_cannot_be_read_is_told_and_the_files_on_disk_are_read() {
    let folder = folder(&["a.yaml"]);
    Repository::init(folder.path()).unwrap();
    fs::write(
        folder.path().join(".git/config"),
        "[core]\nrepositoryformatversion = 1\n[extensions]\nobjectformat = sha256\n",
    )
    .unwrap();
    assert_eq!(selected(folder.path()), ["a.yaml"]);
    assert!(
        matches!(&oddities(folder.path())[..], [(_, OddityKind::IndexUnreadable(reason))] if reason.contains("sha256"))
    );
}

#[test]
fn a_root_that_is_not_there_is_an_error() {
    let folder = folder(&[]);
    let error =
        repository::select(&folder.path().join("gone"), &Patterns::new(&[], &[]).unwrap()).unwrap_err();
    assert!(error.to_string().starts_with("cannot read the folder `"), "{error}");
}
