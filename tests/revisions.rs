//! The same bytes give the same result, whether git has them or a checkout; and what is told where git cannot
//! give them.

#![cfg(unix)]

#[path = "support/program.rs"]
mod program;
#[path = "support/repo.rs"]
mod repo;

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use git2::Oid;
use probity::{
    model::{Held, Missing},
    repository,
};
use program::{probity, report};
use repo::{Repo, Who};

const AOIFE: Who = ("Aoife", "aoife@example.org");

/// A history in which most things happen that happen to files.
fn eventful() -> (Repo, Vec<Oid>) {
    let mut history = Repo::new();
    let mut ids = Vec::new();
    history.write("probity.toml", "[audit]\nas_of = 2026-06-30\n");
    history
        .write("policies/a.yaml", "type: service-management-policy\nid: POL-001\ntitle: A\nstatus: draft\n");
    ids.push(history.commit(AOIFE, "begin"));
    history.write("roles.yaml", "collection: role\nentries:\n  - {id: ROL-001, title: Director}\n");
    history.write("broken.yaml", "a: 1\na: 2\n\tb: 3\n");
    ids.push(history.commit(AOIFE, "a broken file"));
    history.write("broken.yaml", "type: role\r\nid: ROL-001\r\ntitle: Twice\r\n");
    ids.push(history.commit(AOIFE, "an id that is taken, and other line ends"));
    fs::rename(history.path("policies/a.yaml"), history.path("policies/b.md")).unwrap();
    history.write(
        "policies/b.md",
        "---\ntype: service-management-policy\nid: POL-001\ntitle: A\nstatus: draft\n---\nText\n",
    );
    ids.push(history.commit(AOIFE, "renamed"));
    history.write("minutes.md", "# Minutes\n");
    history.write("ev.yaml", "type: procedure\nid: PRO-1\ntitle: P\nstatus: draft\nheld_in: files/p.docx\n");
    ids.push(history.commit(AOIFE, "a stub whose file is not there"));
    history.write("files/p.docx", [0, 1, 2]);
    ids.push(history.commit(AOIFE, "its file"));
    symlink("../policies/b.md", history.path("files/inside.md")).unwrap();
    symlink("../../../etc/hostname", history.path("files/outside.md")).unwrap();
    symlink("nowhere.yaml", history.path("files/nowhere.yaml")).unwrap();
    symlink("policies", history.path("link-to-folder")).unwrap();
    symlink("files/p.docx", history.path("word")).unwrap();
    ids.push(history.commit(AOIFE, "links"));
    history.write("ev.yaml", "type: procedure\nid: PRO-1\ntitle: P\nstatus: draft\nheld_in: word\n");
    ids.push(history.commit(AOIFE, "a stub behind a link"));
    history.write(".hidden/x.yaml", "a: 1\na: 2\n");
    history.write(".gitignore", "ignored.yaml\n");
    history.write("ignored.yaml", "type: role\nid: ROL-002\ntitle: Tracked although ignored\n");
    ids.push(history.commit(AOIFE, "hidden and ignored"));
    history.write("A.yaml", "type: role\nid: ROL-003\ntitle: One\n");
    history.write("a.yaml", "type: role\nid: ROL-004\ntitle: Other\n");
    history.write("latin.yaml", b"title: caf\xe9\n");
    ids.push(history.commit(AOIFE, "case, and bytes that are no text"));
    history.write("probity/types/visit.yaml", "title: Visit\ncategory: record\ndescribes: A visit\nproperties:\n  site: {title: Site, description: Where, type: string}\n");
    history.write("visit.yaml", "type: visit\nid: VIS-1\ntitle: V\nsite: 7\n");
    ids.push(history.commit(AOIFE, "a type of its own"));
    history.write("probity.toml", "[audit]\nas_of = 2026-03-31\n\n[files]\nexclude = [\"broken.yaml\"]\n");
    ids.push(history.commit(AOIFE, "other settings"));
    fs::remove_file(history.path("roles.yaml")).unwrap();
    ids.push(history.commit(AOIFE, "deleted"));
    (history, ids)
}

#[test]
fn a_revision_gives_what_a_clean_checkout_of_it_gives() {
    let (history, ids) = eventful();
    let check = ["check", "--format", "json"];
    for id in &ids {
        let clean = history.checkout(*id);
        let there = probity(clean.path(), &check);
        let here = probity(history.folder.path(), &[&check[..], &["--at", &id.to_string()]].concat());
        assert_eq!(here.0, there.0, "{id}: {}", here.2);
        assert_eq!(report(&here.1), report(&there.1), "{id}");
    }
    // A part of a repository is read as the part that it is.
    let last = ids.last().unwrap().to_string();
    let clean = history.checkout(*ids.last().unwrap());
    let (part, whole) = (clean.path().join("policies"), history.path("policies"));
    for folder in [&part, &whole] {
        fs::write(folder.join("probity.toml"), "[audit]\nas_of = 2026-06-30\n").unwrap();
    }
    let here = probity(&whole, &[&check[..], &["--at", &last]].concat());
    assert!(here.1.contains("\"as_of\"") && here.1.contains("\"files\": 1"), "{}", here.1);
}

#[test]
fn the_index_is_read_and_not_the_disk() {
    let (history, _) = eventful();
    let check = |more: &[&str]| probity(history.folder.path(), &[&["check", "-q"], more].concat());
    history.write("new.yaml", "a: 1\na: 2\n");
    let (code, there, _) = check(&[]);
    assert!(code == 1 && there.contains("work tree, judged on"), "{there}");
    let staged = check(&["--staged"]).1;
    assert!(staged.contains("index, judged on"), "{staged}");
    let count = |text: &str| text.lines().find(|line| line.starts_with("found: ")).unwrap().to_owned();
    assert_ne!(count(&staged), count(&there));
    let mut index = history.repository.index().unwrap();
    index.add_path(Path::new("new.yaml")).unwrap();
    index.write().unwrap();
    assert_eq!(count(&check(&["--staged"]).1), count(&there));
}

#[test]
fn in_a_hook_the_index_is_the_one_that_git_names() {
    let (history, _) = eventful();
    let file = history.path(".git/next-index");
    fs::copy(history.path(".git/index"), &file).unwrap();
    let mut index = git2::Index::open(&file).unwrap();
    index.remove_path(Path::new("ev.yaml")).unwrap();
    index.write().unwrap();
    let staged = |named: Option<&Path>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_probity"));
        command.args(["check", "--staged", "--format", "json"]).current_dir(history.folder.path());
        command.env_remove("GIT_INDEX_FILE").envs(named.map(|file| ("GIT_INDEX_FILE", file)));
        let output = command.output().unwrap();
        report(&String::from_utf8(output.stdout).unwrap())["tested"]["documents"].as_u64().unwrap()
    };
    assert_eq!(staged(Some(&file)) + 1, staged(None));
}

#[test]
fn a_day_is_that_of_the_organization_and_of_the_first_parents() {
    let mut history = Repo::new();
    history.write(
        "probity.toml",
        "[organization]\ntime_zone = \"Pacific/Auckland\"\n[audit]\nas_of = 2026-06-30\n",
    );
    history.write("a.yaml", "type: role\nid: ROL-001\ntitle: One\n");
    // Noon in UTC on 1 March is 1 o'clock on 2 March in Auckland.
    let first = history.commit(AOIFE, "one").to_string();
    history.write("b.yaml", "type: role\nid: ROL-002\ntitle: Two\n");
    history.commit(AOIFE, "two");
    let at = |day: &str| probity(history.folder.path(), &["check", "-q", "--at", &format!("@{day}")]);
    let (_, _, error) = at("2026-03-01");
    assert!(error.contains("there was no commit by the end of 2026-03-01"), "{error}");
    assert!(at("2026-03-02").1.contains(&format!("commit {} of 2026-03-01", &first[..10])));
    assert!(at("2026-03-03").1.contains("tested: 2 documents"));
}

#[test]
fn bare_detached_and_linked_repositories_are_read() {
    let (history, ids) = eventful();
    let told = |folder: &Path, at: &str| {
        let (code, text, error) = probity(folder, &["check", "--format", "json", "--at", at]);
        assert!(error.is_empty(), "{error}");
        (code, report(&text))
    };
    let id = ids[5].to_string();
    let here = told(history.folder.path(), &id);
    let bare = tempfile::tempdir().unwrap();
    let url = history.folder.path().to_str().unwrap();
    git2::build::RepoBuilder::new().bare(true).clone(url, bare.path()).unwrap();
    assert_eq!(told(bare.path(), &id), here);
    history.repository.set_head_detached(ids[5]).unwrap();
    assert_eq!(told(history.folder.path(), "HEAD"), here);
    let linked = tempfile::tempdir().unwrap();
    let place = linked.path().join("tree");
    history.repository.worktree("tree", &place, None).unwrap();
    assert_eq!(told(&place, &id), here);
}

#[test]
fn where_git_cannot_give_the_bytes_it_is_told() {
    let refused = |folder: &Path, arguments: &[&str], code: i32, says: &str| {
        let (found, _, error) = probity(folder, &[&["check"], arguments].concat());
        assert!(found == code && error.contains(says), "{found}: {error}");
    };
    let none = tempfile::tempdir().unwrap();
    fs::write(none.path().join("a.yaml"), "a: 1\n").unwrap();
    refused(none.path(), &["--staged"], 2, "is in no git repository");
    let unborn = Repo::new();
    refused(unborn.folder.path(), &["--at", "HEAD"], 2, "there is no commit `HEAD`");
    refused(unborn.folder.path(), &["--at", "@2026-03-31"], 3, "there is no commit yet");
    let (history, ids) = eventful();
    refused(history.folder.path(), &["--at", "v9"], 2, "there is no commit `v9`");
    refused(history.folder.path(), &["--at", "@soon"], 2, "`soon` is not a day of the calendar");
    // A clone of the last commit alone.
    let shallow = history.checkout(*ids.last().unwrap());
    fs::write(shallow.path().join(".git/shallow"), format!("{}\n", ids.last().unwrap())).unwrap();
    refused(
        shallow.path(),
        &["--at", "@2026-03-02"],
        3,
        "the clone is shallow and does not go back to 2026-03-02",
    );
    // A clone that knows an object by name and does not have it.
    let tree = history.repository.find_commit(ids[0]).unwrap().tree().unwrap();
    let blob = tree.get_path(Path::new("policies/a.yaml")).unwrap().id().to_string();
    let partial = history.checkout(ids[0]);
    fs::remove_file(partial.path().join(".git/objects").join(&blob[..2]).join(&blob[2..])).unwrap();
    let (code, text, _) = probity(partial.path(), &["check", "--at", "HEAD"]);
    assert!(code == 1 && text.contains("this clone does not hold its bytes"), "{text}");
}

#[test]
fn formats_that_cannot_be_read_are_refused_clearly() {
    let extended = |extension: &str| {
        let (history, _) = eventful();
        let config = fs::read_to_string(history.path(".git/config")).unwrap();
        let config = config.replace("repositoryformatversion = 0", "repositoryformatversion = 1");
        fs::write(history.path(".git/config"), format!("{config}[extensions]\n\t{extension}\n")).unwrap();
        let (code, _, error) = probity(history.folder.path(), &["check", "--at", "HEAD"]);
        assert_eq!(code, 3);
        error
    };
    assert!(extended("objectformat = sha256").contains("its objects have SHA-256 ids"));
    assert!(extended("refstorage = reftable").contains("its references are in a reftable"));
}

#[test]
fn conflicts_in_the_index_are_no_documents() {
    let (history, ids) = eventful();
    let mut index = history.repository.index().unwrap();
    let entry = index.get_path(Path::new("ev.yaml"), 0).unwrap();
    let conflicted = |stage: u16| git2::IndexEntry {
        flags: entry.flags & !0x3000 | stage << 12,
        path: entry.path.clone(),
        ..git2::IndexEntry {
            ctime: entry.ctime,
            mtime: entry.mtime,
            dev: 0,
            ino: 0,
            mode: entry.mode,
            uid: 0,
            gid: 0,
            file_size: 0,
            id: entry.id,
            flags: 0,
            flags_extended: 0,
            path: Vec::new(),
        }
    };
    index.remove_path(Path::new("ev.yaml")).unwrap();
    for stage in 1..=3 {
        index.add(&conflicted(stage)).unwrap();
    }
    index.write().unwrap();
    let (code, _, error) = probity(history.folder.path(), &["check", "--staged"]);
    assert!(code == 3 && error.contains("the index holds conflicts of a merge"), "{error}");
    assert!(!ids.is_empty());
}

#[test]
fn reading_changes_nothing() {
    fn bytes(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_symlink() {
                found.insert(
                    path.clone(),
                    fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes(),
                );
            } else if path.is_dir() {
                bytes(&path, found);
            } else {
                found.insert(path.clone(), fs::read(&path).unwrap());
            }
        }
    }
    let (history, ids) = eventful();
    let all = || {
        let mut found = BTreeMap::new();
        bytes(history.folder.path(), &mut found);
        found
    };
    let before = all();
    let id = ids[3].to_string();
    for command in [
        &["check"][..],
        &["gap"],
        &["ready", "--for", "stage-1"],
        &["due"],
        &["list", "documents", "--digest"],
    ] {
        for point in [&["--at", id.as_str()][..], &["--at", "@2026-03-04"], &["--staged"], &[]] {
            let (code, _, error) = probity(history.folder.path(), &[command, point].concat());
            assert!(code < 2, "{command:?} {point:?}: {error}");
        }
    }
    for command in [
        &["check", "--new-since", &id][..],
        &["diff", &id],
        &["diff", &id, "HEAD", "--format", "md"],
        &["trend", "--per", "commit"],
    ] {
        let (code, _, error) = probity(history.folder.path(), command);
        assert!(code < 2, "{command:?}: {error}");
    }
    assert_eq!(all(), before);
}

#[test]
fn the_files_of_a_commit_are_found_in_folders_of_any_size_and_links_have_no_bytes() {
    let mut history = Repo::new();
    for number in 0..300 {
        history.write(&format!("records/{number:03}.yaml"), format!("{number}\n"));
    }
    history.write("policies/one.yaml", "one\n");
    symlink("policies/one.yaml", history.path("link.yaml")).unwrap();
    let first = history.commit(AOIFE, "begin").to_string();
    history.write("records/007.yaml", "changed\n");
    history.write("records/deep/x.yaml", "x\n");
    fs::remove_file(history.path("records/299.yaml")).unwrap();
    let second = history.commit(AOIFE, "second").to_string();
    let told = repository::history(history.folder.path(), &Held::WorkTree, None).unwrap();
    let at = |commit: &str, path: &str| {
        let bytes = Arc::clone(&told.past).files(commit).bytes(path);
        // By its name a file is the same as by its path.
        let named = told.past.blob(commit, path).map(|blob| told.past.bytes(&blob));
        assert!(named.is_none_or(|named| named == bytes), "{path}");
        bytes.map(|bytes| String::from_utf8(bytes).unwrap())
    };
    let found = |text: &str| Ok(text.to_owned());
    assert_eq!(at(&first, "records/007.yaml"), found("7\n"));
    assert_eq!(at(&second, "records/007.yaml"), found("changed\n"));
    assert_eq!(at(&first, "records/299.yaml"), found("299\n"));
    assert_eq!(at(&second, "records/299.yaml"), Err(Missing::Absent));
    assert_eq!(at(&first, "records/deep/x.yaml"), Err(Missing::Absent));
    assert_eq!(at(&second, "records/deep/x.yaml"), found("x\n"));
    assert_eq!(at(&second, "policies/one.yaml"), found("one\n"));
    assert_eq!(at(&second, "policies/one.yaml/x"), Err(Missing::Absent));
    assert_eq!(at(&second, "../policies/one.yaml"), Err(Missing::Absent));
    assert_eq!(at(&second, "link.yaml"), Err(Missing::Unreadable("it was a link".to_owned())));
    assert_eq!(at(&second, "records"), Err(Missing::NotAFile));
}
