//! Whether a document is one that a condition means, for those who look for documents and not for mistakes.

use super::evaluate::Evaluator;
use crate::{corpus::Documents, expression::Expression, model::Judged};

/// Asks conditions of documents, as they are judged.
pub struct Conditions<'d> {
    evaluator: Evaluator<'d>,
}

impl<'d> Conditions<'d> {
    /// Of these documents.
    pub fn new(documents: &'d Documents<'d>, judged: &'d Judged) -> Self {
        Self { evaluator: Evaluator::new(documents, judged) }
    }

    /// Whether a condition holds for the document of a number; none if the data do not tell.
    pub fn holds(&mut self, number: u32, condition: &'d Expression) -> Option<bool> {
        self.evaluator.begin(Some(number));
        self.evaluator.holds(condition).ok()
    }
}
