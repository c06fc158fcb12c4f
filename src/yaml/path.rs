//! The way from a document to one of its nodes.

use std::fmt::{self, Write as _};

use sha2::{Digest, Sha256};

use super::tree::{Kind, Mapping, Node, Stream};

/// The way from a document to one of its nodes, as keys and places in lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Step {
    Key(String),
    /// An item by its index, and by what does not move when others are added before it: its id
    /// or, without one, a digest of its text.
    Item {
        index: usize,
        name: String,
    },
}

impl Path {
    /// The path with list items by id or digest instead of by index, so that it stays the same
    /// when lines or items are added before it.
    pub fn stable(&self) -> String {
        self.steps.iter().fold(String::new(), |mut text, step| {
            match step {
                Step::Key(key) => text.push_str(&joined(&text, key)),
                Step::Item { name, .. } => {
                    let _ = write!(text, "[{name}]");
                }
            }
            text
        })
    }
}

/// As a person writes it: `targets[2].metric`, items counted from zero.
impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for step in &self.steps {
            match step {
                Step::Key(key) => text.push_str(&joined(&text, key)),
                Step::Item { index, .. } => {
                    let _ = write!(text, "[{index}]");
                }
            }
        }
        formatter.write_str(&text)
    }
}

fn joined(before: &str, key: &str) -> String {
    let simple = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    match (simple, before.is_empty()) {
        (true, true) => key.to_owned(),
        (true, false) => format!(".{key}"),
        (false, _) => format!("[{key:?}]"),
    }
}

impl Stream {
    /// The way to a node from the document that holds it; empty for the document itself and for
    /// a node that stands in no document.
    pub(super) fn path_to(&self, id: u32) -> Path {
        let mut path = Path::default();
        let holds = |root: &u32| (*root..self.raw(*root).after).contains(&id);
        let Some(mut here) = self.roots.iter().copied().find(holds) else {
            return path;
        };
        while here != id {
            let node = Node { stream: self, id: here };
            let next = match node.kind() {
                Kind::Scalar(_) => return path,
                Kind::Sequence(sequence) => {
                    let found = sequence.items().enumerate().find(|(_, item)| holds(&item.id));
                    found.map(|(index, item)| (Step::Item { index, name: name_of(item) }, item.id))
                }
                Kind::Mapping(mapping) => mapping
                    .entries()
                    .find(|(key, value)| holds(&key.id) || holds(&value.id))
                    .map(|(key, value)| {
                        (
                            Step::Key(key.text().unwrap_or_default().to_owned()),
                            if holds(&key.id) { id } else { value.id },
                        )
                    }),
            };
            let Some((step, below)) = next else {
                return path;
            };
            path.steps.push(step);
            here = below;
        }
        path
    }
}

impl Node<'_> {
    /// The way to the node from the document that holds it.
    pub fn path(self) -> Path {
        self.stream.path_to(self.id)
    }
}

fn name_of(item: Node<'_>) -> String {
    let id = item.mapping().and_then(|mapping: Mapping<'_>| mapping.get("id")).and_then(Node::text);
    match id {
        Some(id) if !id.is_empty() => format!("id={id}"),
        _ => Sha256::digest(item.written()).iter().take(6).fold(String::from("#"), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        }),
    }
}
