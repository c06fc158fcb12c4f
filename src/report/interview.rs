//! What a person has before them who is asked about a point.

use std::fmt::Write as _;

use super::{
    gap::{opinion, told},
    required::said,
    words::hanging,
};
use crate::{
    model::{Assessment, Point, Standard},
    text::safe,
};

/// What is asked, what was found, what speaks against it, and what one would ask.
pub fn question(standard: &Standard, assessment: &Assessment, point: &Point, width: usize) -> String {
    let clause = standard.point(&point.id).map_or("", |(clause, _)| &clause.title);
    let blocker = if point.blocker { ", a blocker" } else { "" };
    let mut text = String::new();
    let _ = writeln!(text, "{}  {clause}{blocker}", point.id);
    let mut line = |name: &str, said: &str| text.push_str(&hanging(&format!("  {name:<9}"), said, width));
    line("asks", &point.says);
    for name in &point.evidence {
        if let (Some(artefact), Some(found)) = (standard.artefacts.get(name), assessment.artefacts.get(name))
        {
            let said = said(found);
            let said = if said.is_empty() { String::new() } else { format!(": {said}") };
            line("found", &format!("{}, {}{said}", artefact.title, found.state));
        }
    }
    let determination = assessment.of(&point.id);
    for signal in determination.into_iter().flat_map(|found| &found.signals) {
        line("signal", &told(signal));
    }
    for judgement in determination.into_iter().flat_map(|found| &found.judgements) {
        line("judged", &opinion(judgement));
        for doubt in &judgement.doubts {
            line("doubt", &safe(doubt));
        }
    }
    for ask in &point.ask {
        line("ask", ask);
    }
    text
}
