//! Collects problems without letting a text that is wrong everywhere fill the memory.

use std::{collections::HashMap, fmt::Write as _};

use super::{
    build::index,
    problem::{Problem, ProblemKind, grouped},
    tree::Stream,
};

/// Mistakes of one kind that a text is told one by one; the rest is counted in the last of them.
const TOLD_OF_A_KIND: usize = 100;

/// The problems of a text so far, each with the node that it is about, while that node stands.
#[derive(Default)]
pub(super) struct Problems {
    told: Vec<(Problem, Option<usize>)>,
    /// How many there are of a kind, and where the last that is told stands in the list.
    kinds: HashMap<ProblemKind, (usize, usize)>,
}

impl Problems {
    pub(super) fn add(&mut self, problem: Problem, node: Option<usize>) {
        self.add_with(problem.kind, node, || problem);
    }

    /// Adds a problem that is put together only if it is told.
    pub(super) fn add_with(
        &mut self,
        kind: ProblemKind,
        node: Option<usize>,
        problem: impl FnOnce() -> Problem,
    ) {
        let (count, last) = self.kinds.entry(kind).or_default();
        *count += 1;
        if *count <= TOLD_OF_A_KIND {
            *last = self.told.len();
            self.told.push((problem(), node));
        }
    }

    pub(super) fn len(&self) -> usize {
        self.told.len()
    }

    /// The nodes that the problems from a number on are about are no more.
    pub(super) fn forget_nodes(&mut self, from: usize) {
        for (_, node) in &mut self.told[from..] {
            *node = None;
        }
    }

    /// The problems in the order of places, with their paths.
    pub(super) fn finish(self, stream: &Stream) -> Vec<Problem> {
        let mut problems = self.told;
        for (count, last) in self.kinds.into_values().filter(|(count, _)| *count > TOLD_OF_A_KIND) {
            let more = grouped(count - TOLD_OF_A_KIND);
            let _ = write!(problems[last].0.message, ", and {more} more of this kind follow in the file");
        }
        let with_path = |(mut problem, node): (Problem, Option<usize>)| {
            problem.path = node.map(|node| stream.path_to(index(node)));
            problem
        };
        let mut problems: Vec<Problem> = problems.into_iter().map(with_path).collect();
        problems.sort_by_key(|problem| (problem.span, problem.kind));
        problems
    }
}
