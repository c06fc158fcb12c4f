//! The merge key of YAML 1.1: `<<: *defaults` and `<<: [*a, *b]`.

use std::collections::HashSet;

use super::{
    build::index,
    problem::{Problem, ProblemKind},
    tree::{Kind, Node, Raw, Shape, Stream, Tagged},
};

impl Stream {
    /// Appends to a mapping, the last of the tree so far, what its `<<` merge into it: aliases of
    /// the keys and values that it does not have itself. Of several, the first that has a key counts.
    /// What cannot be merged comes back, each with its node.
    pub(super) fn merge_entries(&mut self, mapping: usize) -> Vec<(Problem, usize)> {
        // Until here the mapping ends where the tree ends, which lets it be walked like any other.
        self.nodes[mapping].after = index(self.nodes.len());
        let mut problems = Vec::new();
        let mut merged = Vec::new();
        {
            let of = Node { stream: self, id: index(mapping) };
            let Kind::Mapping(entries) = of.kind() else { return problems };
            let mut present: HashSet<&str> = entries.entries().filter_map(|(key, _)| key.text()).collect();
            for source in self.merge_sources(mapping, &mut problems) {
                let Kind::Mapping(source) = source.kind() else { continue };
                for (key, value) in source.entries() {
                    if key.text().is_some_and(|text| present.insert(text)) {
                        merged.push((key.content(), value.content()));
                    }
                }
            }
        }
        for target in merged.into_iter().flat_map(|(key, value)| [key, value]) {
            let span = self.nodes[target as usize].span;
            let after = index(self.nodes.len() + 1);
            self.nodes.push(Raw { span, after, data: target, shape: Shape::Alias, tagged: Tagged::No });
        }
        problems
    }

    /// The mappings that the `<<` of a mapping name, in order.
    fn merge_sources(&self, mapping: usize, problems: &mut Vec<(Problem, usize)>) -> Vec<Node<'_>> {
        let mut sources = Vec::new();
        let mut key = mapping + 1;
        while key < self.nodes.len() {
            let value = self.nodes[key].after;
            if self.nodes[key].shape == Shape::MergeKey {
                let value = Node { stream: self, id: value };
                match value.kind() {
                    Kind::Mapping(_) => sources.push(value),
                    Kind::Sequence(several) if several.items().all(|item| item.mapping().is_none()) => {
                        problems.push(not_a_mapping(value));
                    }
                    Kind::Sequence(several) => {
                        for item in several.items() {
                            match item.kind() {
                                Kind::Mapping(_) => sources.push(item),
                                Kind::Scalar(_) | Kind::Sequence(_) => problems.push(not_a_mapping(item)),
                            }
                        }
                    }
                    Kind::Scalar(_) => problems.push(not_a_mapping(value)),
                }
            }
            key = self.nodes[value as usize].after as usize;
        }
        sources
    }
}

fn not_a_mapping(value: Node<'_>) -> (Problem, usize) {
    let what = match value.kind() {
        Kind::Sequence(_) => "a list",
        Kind::Scalar(scalar) if scalar.is_null() => "nothing",
        Kind::Scalar(_) => "a single value",
        Kind::Mapping(_) => "a mapping",
    };
    let mut problem =
        Problem::new(ProblemKind::MergeOfNonMapping, value.span(), format!("`<<` merges {what}"))
            .label("has no keys to merge")
            .help("`<<` takes an alias of a mapping, or a list of such aliases: `<<: *defaults`");
    let target = value.stream.raw(value.content()).span;
    if target != value.span() {
        problem = problem.related(target, "what the alias stands for");
    }
    (problem, value.id as usize)
}
