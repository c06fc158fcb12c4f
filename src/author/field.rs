//! Fields of documents set, replaced and taken out in the files in which these stand.
//!
//! Whatever else there is keeps its bytes. What would stand there is read back and compared with what was there and
//! with what was meant, field by field; what cannot be changed so is refused with its place.

use super::{
    AuthorError,
    compare::{holds, is, same, same_but},
    document::{Document, Edit, NotPlain},
    place::{File, Place, Within, items},
    value::{Fields, Value},
};
use crate::{
    corpus::{ENTRIES, REGISTER},
    repository::FILE_SIZE_LIMIT,
    yaml::{Kind, Mapping, Node},
};

/// What is to become of a field.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The names that lead to it, from fields to fields within these.
    pub path: Vec<String>,
    /// What it is to hold; nothing if it is to go.
    pub to: Option<Value>,
    /// If it is not there yet, it goes behind the first of these that is, and else behind all there is.
    pub behind: Vec<String>,
}

/// What is to become of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    /// Its id.
    pub id: String,
    /// Each of another field.
    pub changes: Vec<Change>,
}

/// What is to become of a field, with those within it.
enum Wish<'c> {
    Value(&'c Change),
    Within(Wishes<'c>),
}

/// In the order in which they are wished for.
type Wishes<'c> = Vec<(&'c str, Wish<'c>)>;

/// What is to become of one document.
struct Plan<'r> {
    place: Place,
    id: &'r str,
    wishes: Wishes<'r>,
}

/// The text of a file with documents in it changed.
///
/// # Errors
///
/// If there is not just one document of each id, it is not written so that one can write into it alone, or what
/// would stand there does not read as it should.
pub fn changed(path: &str, text: &str, revisions: &[Revision]) -> Result<String, AuthorError> {
    let Some(Revision { id: first, .. }) = revisions.first() else { return Ok(text.to_owned()) };
    let before = File::read(path, text, first)?;
    let mut plans: Vec<Plan<'_>> = Vec::new();
    for Revision { id, changes } in revisions {
        let place = before.place(path, id)?;
        if plans.iter().any(|plan| plan.place == place) {
            return Err(AuthorError::SeveralDocuments { path: path.to_owned(), id: id.clone() });
        }
        plans.push(Plan { place, id, wishes: wishes(&changes.iter().collect::<Vec<_>>(), 0) });
    }
    let line = before.line(plans[0].place);
    let not_as_meant = || AuthorError::NotAsMeant { path: path.to_owned(), line };
    let mut written = text.to_owned();
    // What is set comes first. Fields that go may share a comma or a line end, so that they go one by one.
    for round in 0.. {
        let now = File::read(path, &written, first).map_err(|_| not_as_meant())?;
        let mut edits = Vec::new();
        for Plan { place, id, wishes } in &plans {
            let node = now.node(*place).ok_or_else(not_as_meant)?;
            let writer = Writer { path, id, line: before.line(*place), defaults: now.defaults(*place) };
            if round == 0 {
                writer.set(node, wishes, &mut edits)?;
            } else {
                edits.extend(writer.first_to_go(node, wishes)?);
            }
        }
        if edits.is_empty() && round > 0 {
            break;
        }
        written = spliced(&written, edits).ok_or_else(not_as_meant)?;
        if written.len() as u64 > FILE_SIZE_LIMIT {
            return Err(AuthorError::TooLarge { path: path.to_owned() });
        }
    }
    let after = File::read(path, &written, first).map_err(|_| not_as_meant())?;
    match first_not_as_meant(&before, &after, &plans) {
        None => Ok(written),
        Some(place) => Err(AuthorError::NotAsMeant { path: path.to_owned(), line: before.line(place) }),
    }
}

fn wishes<'c>(changes: &[&'c Change], depth: usize) -> Wishes<'c> {
    let mut groups: Vec<(&str, Vec<&Change>)> = Vec::new();
    for change in changes {
        let Some(name) = change.path.get(depth) else { continue };
        match groups.iter_mut().find(|(known, _)| known == name) {
            Some((_, group)) => group.push(change),
            None => groups.push((name, vec![change])),
        }
    }
    let wish = |group: Vec<&'c Change>| match group.iter().find(|change| change.path.len() == depth + 1) {
        Some(whole) => Wish::Value(whole),
        None => Wish::Within(wishes(&group, depth + 1)),
    };
    groups.into_iter().map(|(name, group)| (name, wish(group))).collect()
}

/// What is wished for as fields, where there are none yet.
fn new_fields(wishes: &Wishes<'_>) -> Fields {
    wishes.iter().flat_map(|(name, wish)| new_field(name, wish)).collect()
}

fn new_field(name: &str, wish: &Wish<'_>) -> Fields {
    let value = match wish {
        Wish::Value(change) => change.to.clone(),
        Wish::Within(inner) => Some(new_fields(inner)).filter(|fields| !fields.is_empty()).map(Value::Fields),
    };
    value.map(|value| (name.to_owned().into(), value)).into_iter().collect()
}

/// Whether nothing stays of a field: it goes itself, or all that is within it does.
fn goes(wish: &Wish<'_>, old: Option<Node<'_>>) -> bool {
    match wish {
        Wish::Value(change) => change.to.is_none(),
        Wish::Within(inner) => {
            let fields = old.and_then(Node::mapping);
            let stays =
                |(key, _): (Node<'_>, Node<'_>)| !inner.iter().any(|(name, _)| key.text() == Some(name));
            let within = |name: &str| fields.and_then(|fields| fields.get(name));
            inner.iter().all(|(name, wish)| goes(wish, within(name)))
                && !fields.is_some_and(|fields| fields.entries().any(stays))
        }
    }
}

/// Where a field would go that is not there yet.
fn behind<'c>(wish: &Wish<'c>) -> &'c [String] {
    match wish {
        Wish::Value(change) => &change.behind,
        Wish::Within(inner) => inner.first().map_or(&[], |(_, wish)| behind(wish)),
    }
}

/// Makes edits of what is wished for.
struct Writer<'r, 'n> {
    path: &'r str,
    id: &'r str,
    line: u32,
    /// What an entry has from its list.
    defaults: Option<Mapping<'n>>,
}

impl Writer<'_, '_> {
    fn tied(&self, node: Option<Node<'_>>, what: String) -> AuthorError {
        let line = node.map(|node| node.source().position(node.span().start).line);
        AuthorError::Tied {
            path: self.path.to_owned(),
            line: line.unwrap_or(self.line),
            id: self.id.to_owned(),
            what,
        }
    }

    fn document<'n>(&self, node: Node<'n>) -> Result<Document<'n>, AuthorError> {
        let fields = node.mapping().filter(|_| !node.is_alias());
        let document = fields.and_then(|fields| Document::of(node, fields));
        document.ok_or_else(|| self.tied(Some(node), "the fields".to_owned()))
    }

    fn field<'n>(
        &self,
        document: &Document<'n>,
        name: &str,
    ) -> Result<Option<(Node<'n>, Node<'n>)>, AuthorError> {
        document.field(name).map_err(|NotPlain| self.tied_to(document, name))
    }

    fn tied_to(&self, document: &Document<'_>, name: &str) -> AuthorError {
        let key = document.fields.entry(name).map(|(key, _)| key).filter(|key| !key.is_alias());
        self.tied(key, format!("`{name}`"))
    }

    /// What is to be set, and refuses what cannot go.
    fn set(&self, node: Node<'_>, wishes: &Wishes<'_>, edits: &mut Vec<Edit>) -> Result<(), AuthorError> {
        let document = self.document(node)?;
        for (name, wish) in wishes {
            let old = self.field(&document, name)?;
            let inherited = self.defaults.is_some_and(|defaults| defaults.get(name).is_some());
            let is_whole = matches!(wish, Wish::Value(Change { to: Some(_), .. }));
            if inherited && !is_whole && (old.is_none() || goes(wish, old.map(|(_, value)| value))) {
                return Err(AuthorError::Inherited {
                    path: self.path.to_owned(),
                    line: self.line,
                    id: self.id.to_owned(),
                    field: (*name).to_owned(),
                });
            }
            if goes(wish, old.map(|(_, value)| value)) {
                continue;
            }
            match (wish, old) {
                (Wish::Value(Change { to: Some(value), .. }), Some(old)) => {
                    let new =
                        replaced(&document, old, value).map_err(|NotPlain| self.tied_to(&document, name))?;
                    edits.extend(new);
                }
                (Wish::Within(inner), Some((_, value)))
                    if value.mapping().is_some_and(|fields| fields.entries().next().is_some()) =>
                {
                    // What is within a field, no defaults say.
                    Self { defaults: None, ..*self }.set(value, inner, edits)?;
                }
                (Wish::Within(inner), Some(old)) => {
                    let new = document.replaced(old, &Value::Fields(new_fields(inner)));
                    edits.push(new.map_err(|NotPlain| self.tied_to(&document, name))?);
                }
                (Wish::Value(_) | Wish::Within(_), _) => {
                    let new = new_field(name, wish);
                    let inserted = document.inserted(behind(wish), &new);
                    let not_as_meant =
                        || AuthorError::NotAsMeant { path: self.path.to_owned(), line: self.line };
                    edits.push(inserted.ok_or_else(not_as_meant)?);
                }
            }
        }
        Ok(())
    }

    /// The first field that is to go and is still there.
    fn first_to_go(&self, node: Node<'_>, wishes: &Wishes<'_>) -> Result<Option<Edit>, AuthorError> {
        let document = self.document(node)?;
        for (name, wish) in wishes {
            let Some(old) = self.field(&document, name)? else { continue };
            if goes(wish, Some(old.1)) {
                let edit = document.removed(old).map_err(|NotPlain| self.tied_to(&document, name))?;
                return Ok(Some(edit));
            }
            if let (Wish::Within(inner), Some(_)) = (wish, old.1.mapping())
                && let Some(edit) = self.first_to_go(old.1, inner)?
            {
                return Ok(Some(edit));
            }
        }
        Ok(None)
    }
}

/// A value in the place of one, unless that reads the same.
fn replaced(document: &Document<'_>, old: (Node<'_>, Node<'_>), new: &Value) -> Result<Vec<Edit>, NotPlain> {
    if reads_as(old.1, new) {
        return Ok(Vec::new());
    }
    match (old.1.kind(), new) {
        (Kind::Sequence(items), Value::List(new)) if items.items().next().is_some() && !new.is_empty() => {
            document.items(old.1, items, new)
        }
        _ => document.replaced(old, new).map(|edit| vec![edit]),
    }
}

/// Whether a person reads the same, however it is written.
fn reads_as(node: Node<'_>, value: &Value) -> bool {
    let is_same_text = matches!(value, Value::Text(text) if !text.is_empty() && node.text() == Some(text));
    is_same_text || is(node, value)
}

fn spliced(text: &str, mut edits: Vec<Edit>) -> Option<String> {
    // Of two at one byte, what belongs to a field that is there goes before what follows it.
    edits.sort_by_key(|edit| edit.bytes.start);
    let (mut written, mut at) = (String::with_capacity(text.len() + 256), 0);
    for edit in edits {
        written.push_str(text.get(at..edit.bytes.start)?);
        written.push_str(&edit.text);
        at = edit.bytes.end;
    }
    written.push_str(text.get(at..)?);
    Some(written)
}

/// The first document that is not what it was, but for what was wished for.
fn first_not_as_meant(before: &File, after: &File, plans: &[Plan<'_>]) -> Option<Place> {
    let (old, new) = (before.stream.documents(), after.stream.documents());
    let whole = |number: usize| Place { number, within: Within::Whole };
    if before.body != after.body || old.len() != new.len() {
        return Some(plans[0].place);
    }
    old.zip(new).enumerate().find_map(|(number, (old, new))| {
        let plan = |within: Within| plans.iter().find(|plan| plan.place == Place { number, within });
        let is_meant = |old: Node<'_>, new: Node<'_>, within: Within| match plan(within) {
            None => same(old, new),
            Some(plan) => match (old.mapping(), new.mapping()) {
                (Some(old), Some(new)) => are_as_meant(old, new, &plan.wishes),
                _ => false,
            },
        };
        if !plans.iter().any(|plan| plan.place.number == number) {
            return (!same(old, new)).then(|| whole(number));
        }
        if plan(Within::Whole).is_some() {
            return (!is_meant(old, new, Within::Whole)).then(|| whole(number));
        }
        let (Some(old), Some(new)) = (old.mapping(), new.mapping()) else { return Some(whole(number)) };
        let registers_are_meant = match (old.get(REGISTER), new.get(REGISTER)) {
            (Some(old), Some(new)) => is_meant(old, new, Within::Register),
            (old, new) => old.is_none() && new.is_none(),
        };
        if !registers_are_meant {
            return Some(Place { number, within: Within::Register });
        }
        // Their lists are looked through one by one, and have to be lists still.
        if !same_but(old, new, &[REGISTER, ENTRIES]) || items(old).count() != items(new).count() {
            return Some(whole(number));
        }
        let mut entries = items(old).zip(items(new)).enumerate();
        entries
            .find(|(entry, (old, new))| !is_meant(*old, *new, Within::Entry(*entry)))
            .map(|(entry, _)| Place { number, within: Within::Entry(entry) })
    })
}

/// Whether fields are what they were, but for what was wished for.
fn are_as_meant(old: Mapping<'_>, new: Mapping<'_>, wishes: &Wishes<'_>) -> bool {
    let names: Vec<&str> = wishes.iter().map(|(name, _)| *name).collect();
    same_but(old, new, &names)
        && wishes.iter().all(|(name, wish)| {
            let (old, new) = (old.get(name), new.get(name));
            if goes(wish, old) {
                return new.is_none();
            }
            match (wish, old, new) {
                (Wish::Value(Change { to: Some(value), .. }), old, Some(new)) => {
                    is(new, value) || reads_as(new, value) && old.is_some_and(|old| same(old, new))
                }
                (Wish::Within(inner), Some(old), Some(new)) if old.mapping().is_some() => {
                    match (old.mapping(), new.mapping()) {
                        (Some(old), Some(new)) => are_as_meant(old, new, inner),
                        _ => false,
                    }
                }
                (Wish::Within(inner), _, Some(new)) => holds(new, &new_fields(inner)),
                _ => false,
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    fn list(items: &[&str]) -> Value {
        Value::List(items.iter().map(|item| text(item)).collect())
    }

    fn change(path: &str, to: Option<Value>) -> Change {
        Change { path: path.split('.').map(str::to_owned).collect(), to, behind: vec!["title".to_owned()] }
    }

    fn revision(changes: &[(&str, Option<Value>)]) -> [Revision; 1] {
        let changes = changes.iter().map(|(path, to)| change(path, to.clone())).collect();
        [Revision { id: "R-1".to_owned(), changes }]
    }

    fn tried(text: &str, changes: &[(&str, Option<Value>)]) -> Result<String, AuthorError> {
        changed("a.yaml", text, &revision(changes))
    }

    fn written(text: &str, changes: &[(&str, Option<Value>)]) -> String {
        tried(text, changes).unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    #[test]
    fn a_value_takes_the_place_of_one() {
        for (old, to, new) in [
            ("owner: ROL-1 # he\n", Some(text("ROL-2")), "owner: ROL-2 # he\n"),
            ("owner: 'ROL-1'\n", Some(text("no")), "owner: \"no\"\n"),
            ("owner:\n", Some(text("ROL-2")), "owner: ROL-2\n"),
            ("owner:   ROL-1\n  and so on\nx: y\n", Some(text("ROL-2")), "owner: ROL-2\nx: y\n"),
            ("impact: 4\n", Some(Value::Plain("5".to_owned())), "impact: 5\n"),
            ("active: true # yes\n", Some(Value::Plain("false".to_owned())), "active: false # yes\n"),
            ("on: 2026-01-01\n", Some(Value::Day("2026-02-03".parse().unwrap())), "on: 2026-02-03\n"),
            ("text: >-\n  a\n  b\n\n# next\nx: y\n", Some(text("c")), "text: c\n\n# next\nx: y\n"),
            ("text: c\nx: y\n", Some(text("a\nb")), "text: |-\n  a\n  b\nx: y\n"),
            ("text: c # why\n", Some(text("a\nb")), "text: \"a\\nb\" # why\n"),
        ] {
            let (old, new) = (format!("id: R-1\n{old}"), format!("id: R-1\n{new}"));
            let field = old.lines().nth(1).unwrap().split(':').next().unwrap();
            assert_eq!(written(&old, &[(field, to)]), new);
        }
    }

    #[test]
    fn a_new_field_goes_behind_another() {
        let text_of = "- id: R-1\n  title: x\n  # of it\n  owner: y\n";
        let old = format!("collection: risk\nentries:\n{text_of}");
        assert_eq!(
            written(&old, &[("impact", Some(Value::Plain("3".to_owned()))), ("source.ref", Some(text("A")))]),
            old.replace("  # of it", "  impact: 3\n  source:\n    ref: A\n  # of it")
        );
        assert_eq!(
            written("id: R-1\nx: [a]\n", &[("y", Some(list(&["a", "b"])))]),
            "id: R-1\nx: [a]\ny: [a, b]\n"
        );
        assert_eq!(
            written("{id: R-1, title: 'a'}\n", &[("y", Some(text("b, c")))]),
            "{id: R-1, title: 'a', y: \"b, c\"}\n"
        );
    }

    #[test]
    fn items_that_stay_keep_their_bytes() {
        let old = "id: R-1\nlist:\n# the first\n- 'a' # one\n- b\n# the last\n- c # three\nx: y\n";
        for (items, from, to) in [
            (&["a", "c"][..], "- b\n", ""),
            (&["a", "d", "c"], "- b\n", "- d\n"),
            (&["a", "b", "d", "c"], "- b\n", "- b\n- d\n"),
            (&["a", "b", "c", "d"], "# three\n", "# three\n- d\n"),
            (&["d", "a", "b", "c"], "- 'a'", "- d\n- 'a'"),
            (&["a", "b"], "- c # three\n", ""),
            (&["a", "b", "d"], "c # three", "d # three"),
        ] {
            assert_eq!(written(old, &[("list", Some(list(items)))]), old.replace(from, to), "{items:?}");
        }
        let old = "{id: R-1, list: ['a', b,   c]}\n";
        for (items, new) in [
            (&["a", "c"][..], "['a',   c]"),
            (&["a", "d", "c"], "['a', d,   c]"),
            (&["a", "b", "c", "no"], "['a', b,   c, \"no\"]"),
            (&["b", "c"], "[b,   c]"),
            (&["a"], "['a']"),
            (&["x", "a", "b", "c"], "[x, 'a', b,   c]"),
        ] {
            let shown = written(old, &[("list", Some(list(items)))]);
            assert_eq!(
                shown.replace("  ", " "),
                format!("{{id: R-1, list: {new}}}\n").replace("  ", " "),
                "{items:?}"
            );
        }
        assert_eq!(written("id: R-1\nlist: []\n", &[("list", Some(list(&["a"])))]), "id: R-1\nlist: [a]\n");
    }

    #[test]
    fn what_goes_takes_its_lines_along() {
        let old = "# one\nid: R-1\nowner: x # he\n# of b\nb:\n- 1\n  # deep\n- 2\nsource: {system: a, ref: b}\nc: |\n  d\n";
        for (fields, from, to) in [
            (&["owner"][..], "owner: x # he\n", ""),
            (&["b"], "b:\n- 1\n  # deep\n- 2\n", ""),
            (&["source.system"], "{system: a, ref: b}", "{ref: b}"),
            (&["source.ref"], "{system: a, ref: b}", "{system: a}"),
            (&["source.system", "source.ref"], "source: {system: a, ref: b}\n", ""),
            (&["c"], "c: |\n  d\n", ""),
        ] {
            let changes: Vec<(&str, Option<Value>)> = fields.iter().map(|field| (*field, None)).collect();
            assert_eq!(written(old, &changes), old.replace(from, to), "{fields:?}");
        }
        let flow = "collection: risk\nentries:\n- {id: R-1, a: 1, b: 2, c: 3}\n- {id: R-2}\n";
        assert_eq!(written(flow, &[("b", None), ("c", None)]), flow.replace(", b: 2, c: 3", ""));
        assert_eq!(written(flow, &[("a", None), ("gone", None)]), flow.replace("a: 1, ", ""));
        let first = "collection: risk\nentries:\n- owner: x\n  id: R-1\n";
        assert_eq!(written(first, &[("owner", None)]), "collection: risk\nentries:\n- id: R-1\n");
    }

    #[test]
    fn an_entry_says_itself_what_its_list_said() {
        let old = "collection: risk\ndefaults: {owner: x, source: {ref: a}}\nentries:\n- id: R-1\n- id: R-2\n  owner: y\n";
        assert_eq!(written(old, &[("owner", Some(text("z")))]), old.replace("R-1\n", "R-1\n  owner: z\n"));
        for (id, field, to) in
            [("R-1", "owner", None), ("R-2", "owner", None), ("R-1", "source.ref", Some(text("b")))]
        {
            let changes = vec![change(field, to)];
            let refused = changed("a.yaml", old, &[Revision { id: id.to_owned(), changes }]);
            assert!(matches!(refused, Err(AuthorError::Inherited { .. })), "{refused:?}");
        }
    }

    #[test]
    fn several_documents_change_at_once() {
        let old = "\u{feff}collection: risk\r\nentries:\r\n- id: R-1\r\n  owner: x\r\n  a: 1\r\n- {id: R-2, owner: y}\r\n---\r\nid: R-3\r\nowner: z";
        let ids = ["R-3", "R-1", "R-2"];
        let revisions = ids.map(|id| Revision {
            id: id.to_owned(),
            changes: vec![change("owner", Some(text("new"))), change("a", None)],
        });
        assert_eq!(
            changed("a.yaml", old, &revisions).unwrap(),
            old.replace(" x", " new").replace("y}", "new}").replace(" z", " new").replace("  a: 1\r\n", "")
        );
        let twice = [revisions[0].clone(), revisions[0].clone()];
        assert!(matches!(changed("a.yaml", old, &twice), Err(AuthorError::SeveralDocuments { .. })));
    }

    #[test]
    fn what_is_tied_to_something_else_is_refused_with_its_line() {
        let changes = [("owner", Some(text("z")))];
        for (old, line) in [
            ("id: R-1\nowner: &o x\nother: *o\n", 2),
            ("id: R-1\nother: &o x\nowner: *o\n", 3),
            ("id: R-1\nowner: !!str x\n", 2),
            ("collection: risk\nx: &d {owner: x}\nentries:\n- id: R-1\n  <<: *d\n", 4),
            ("collection: risk\nx: &d {id: R-1, owner: x}\nentries:\n- *d\n", 4),
            ("id: R-1\nowner: {a: &a b}\nother: *a\n", 1),
            ("collection: risk\nentries:\n- &e\n  id: R-1\n  owner: x\n- <<: *e\n  id: R-2\n", 6),
        ] {
            let error = tried(old, &changes).unwrap_err();
            let (AuthorError::Tied { line: found, .. } | AuthorError::NotAsMeant { line: found, .. }) = error
            else {
                panic!("{error:?}\n{old}");
            };
            assert_eq!(found, line, "{old}");
        }
    }

    #[test]
    fn what_is_read_back_has_to_be_what_was_meant() {
        let old = "a: 1\n---\ncollection: sla\nentries:\n- id: P-0\n- id: R-1\n  owner: x\n  gone: y\n";
        let new = "a: 1\n---\ncollection: sla\nentries:\n- id: P-0\n- id: R-1\n  owner: z\n";
        let changes = [change("owner", Some(text("z"))), change("gone", None)];
        let wishes = wishes(&changes.iter().collect::<Vec<_>>(), 0);
        let place = Place { number: 1, within: Within::Entry(1) };
        let plans = [Plan { place, id: "R-1", wishes }];
        let file = |text: &str| File::read("a.yaml", text, "R-1").unwrap();
        let is_meant = |new: &str| first_not_as_meant(&file(old), &file(new), &plans).is_none();
        assert!(is_meant(new));
        for (from, to) in [
            ("a: 1", "a: 2"),
            ("a: 1", "a: '1'"),
            ("P-0", "P-9"),
            ("owner: z", "owner: x"),
            ("owner: z", "owner: z\n  gone: y"),
            ("owner: z", "owner: z\n  more: y"),
            ("owner: z\n", ""),
            ("sla\n", "sla\ntitle: x\n"),
            ("- id: P-0", "- id: P-0\n- id: P-3"),
            ("- id: P-0\n", ""),
        ] {
            assert!(!is_meant(&new.replacen(from, to, 1)), "{to}");
        }
        assert!(!is_meant(old));
        assert!(!is_meant(&format!("{new}---\n")));
        assert!(!is_meant(&new.replace("---\n", "--- \nregister: {id: X}\n")));
    }
}
