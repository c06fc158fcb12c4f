//! Holds the floors: each module imports from lower floors only, and some crates have one importer.

use std::{fs, path::Path};

use proc_macro2::{TokenStream, TokenTree};

/// Module and floor. A module may import from any lower floor, and from itself.
const FLOORS: &[(&str, u32)] = &[
    ("text", 0),
    ("yaml", 1),
    ("expression", 1),
    ("model", 2),
    ("catalog", 3),
    ("config", 3),
    ("repository", 3),
    ("corpus", 4),
    ("check", 5),
    ("control", 5),
    ("assess", 6),
    ("due", 7),
    ("gap", 7),
    ("judge", 8),
    ("readiness", 8),
    ("lens", 9),
    ("sample", 9),
    ("trail", 9),
    ("report", 10),
    ("author", 11),
    ("pack", 11),
    ("import", 12),
    ("cli", 13),
];

/// Crates that only the named modules may use.
const ONLY: &[(&str, &[&str])] = &[
    ("granit_parser", &["yaml"]),
    ("git2", &["repository"]),
    ("ssh_key", &["repository"]),
    ("ignore", &["repository", "model"]),
    ("toml", &["config"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("anstream", &["cli"]),
    ("terminal_size", &["cli"]),
    ("inquire", &["cli"]),
    ("notify", &["cli"]),
    ("signal_hook", &["cli"]),
    ("comfy_table", &["report"]),
    ("tera", &["report"]),
    ("rust_xlsxwriter", &["report"]),
    ("calamine", &["import"]),
    ("csv", &["import"]),
    ("zip", &["import", "pack"]),
    ("quick_xml", &["import"]),
    ("miette", &["report"]),
];

#[test]
fn imports_point_down() {
    let mut offences = Vec::new();
    for (module, floor) in FLOORS {
        for (place, import) in imports(module, "crate") {
            let target = FLOORS.iter().find(|(name, _)| *name == import);
            match target {
                None => offences.push(format!("{place}: `crate::{import}` is on no floor")),
                Some((name, _)) if name == module => {}
                Some((_, below)) if below < floor => {}
                Some((_, other)) => {
                    offences.push(format!(
                        "{place}: `{module}` (floor {floor}) imports `{import}` (floor {other})"
                    ));
                }
            }
        }
    }
    assert!(offences.is_empty(), "imports that do not point down:\n{}", offences.join("\n"));
}

#[test]
fn a_crate_with_one_importer_has_no_other() {
    let mut offences = Vec::new();
    for (module, _) in FLOORS {
        for (name, allowed) in ONLY.iter().filter(|(_, allowed)| !allowed.contains(module)) {
            let used = paths(module).into_iter().filter(|(_, first)| first == name);
            offences.extend(
                used.map(|(place, _)| format!("{place}: `{name}` belongs to {}", allowed.join(", "))),
            );
        }
    }
    assert!(offences.is_empty(), "crates out of place:\n{}", offences.join("\n"));
}

#[test]
fn every_module_stands_on_a_floor() {
    for entry in fs::read_dir(source()).unwrap() {
        let name = entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
        let known = FLOORS.iter().any(|(module, _)| *module == name);
        assert!(known || ["lib", "main", "build"].contains(&name.as_str()), "`src/{name}` is on no floor");
    }
}

#[test]
fn the_scan_sees_every_way_to_write_an_import() {
    let text = "use crate::{text, yaml::{self, Node}}; fn f() { crate::model::g(); let s = \"crate::cli\"; } /* crate::cli */";
    let tokens: TokenStream = text.parse().unwrap();
    let mut found = Vec::new();
    after("crate", tokens, &mut |name, _| found.push(name));
    assert_eq!(found, ["text", "yaml", "model"]);
}

fn source() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))
}

/// The files of a module, with their tokens; comments and doc comments hold no paths.
fn tokens(module: &str) -> Vec<(String, TokenStream)> {
    let mut files = vec![source().join(format!("{module}.rs"))];
    let mut folders = vec![source().join(module)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    let read = |path: &Path| fs::read_to_string(path).unwrap().parse().unwrap();
    files
        .iter()
        .map(|path| (path.strip_prefix(source()).unwrap().display().to_string(), read(path)))
        .collect()
}

/// What a module names right behind `root::`, with places.
fn imports(module: &str, root: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (file, tokens) in tokens(module) {
        after(root, tokens, &mut |name, line| found.push((format!("src/{file}:{line}"), name)));
    }
    found
}

/// The first name of every path that has more than one, with places.
fn paths(module: &str) -> Vec<(String, String)> {
    fn walk(tokens: TokenStream, found: &mut dyn FnMut(String, usize)) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (index, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => walk(group.stream(), found),
                TokenTree::Ident(name) => {
                    let first = index == 0 || !is_colon(&tokens[index - 1]);
                    let path = tokens.get(index + 1).is_some_and(is_colon)
                        && tokens.get(index + 2).is_some_and(is_colon);
                    if first && path {
                        found(name.to_string(), name.span().start().line);
                    }
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
    let mut found = Vec::new();
    for (file, tokens) in tokens(module) {
        walk(tokens, &mut |name, line| found.push((format!("src/{file}:{line}"), name)));
    }
    found
}

fn is_colon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(sign) if sign.as_char() == ':')
}

/// Calls back with each name that follows `root::`, also in a group of braces.
fn after(root: &str, tokens: TokenStream, found: &mut dyn FnMut(String, usize)) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            after(root, group.stream(), found);
        }
        let starts = matches!(token, TokenTree::Ident(name) if name == root)
            && tokens.get(index + 1).is_some_and(is_colon)
            && tokens.get(index + 2).is_some_and(is_colon);
        if !starts {
            continue;
        }
        match tokens.get(index + 3) {
            Some(TokenTree::Ident(name)) => found(name.to_string(), name.span().start().line),
            Some(TokenTree::Group(group)) => {
                let mut first = true;
                for token in group.stream() {
                    match token {
                        TokenTree::Ident(name) if first => {
                            found(name.to_string(), name.span().start().line);
                            first = false;
                        }
                        TokenTree::Punct(sign) if sign.as_char() == ',' => first = true,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}
