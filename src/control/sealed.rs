//! Records that were sealed: what they say stays as it was, but for what is written down as a correction.

use super::{
    Sight,
    life::{Life, Version},
    past::State,
    told::{Told, draft},
};
use crate::text::quoted;

const RULE: &str = "REC-01";

pub(super) fn look(sight: &Sight<'_, '_>, sealed: &[u32], told: &mut Told<'_, '_, '_>) {
    let reader = match &sight.reader {
        Ok(reader) => reader,
        Err(blind) => {
            for _ in sealed {
                told.untestable(RULE, &blind.reason);
            }
            return;
        }
    };
    for number in sealed {
        let document = sight.documents.at(*number);
        let Some((id, _)) = document.id() else { continue };
        if document.day("sealed_on").is_none_or(|day| day > sight.judged.as_of) {
            continue;
        }
        let life = Life::of(reader, id, document);
        let present = State::of(sight.documents, *number);
        let is_sealed = |version: &&Version| version.state.sealed_on == present.sealed_on;
        let Some(seal) = life.versions.iter().rev().find(is_sealed) else {
            told.untestable(RULE, "the record is not committed since it was sealed");
            continue;
        };
        if let Some(reason) = &life.untold {
            told.untestable(RULE, reason);
            continue;
        }
        if reader.history.commit(seal.commit).is_cut {
            told.untestable(RULE, &sight.cut());
            continue;
        }
        let led = reader.history.led_to(seal.commit);
        let olds = life.versions.iter().skip(1).map(Some).chain([None]);
        let silent = life.versions.iter().zip(olds).find(|(version, old)| {
            let corrected = old.is_some_and(|old| version.state.corrections > old.state.corrections);
            version.is_new && !corrected && !led[version.commit as usize] && !sight.is_early(version.commit)
        });
        let newest = life.versions.first().map(|version| &version.state);
        let uncommitted = newest
            .is_some_and(|state| state.digest != present.digest && present.corrections <= state.corrections);
        let day = present.sealed_on.as_deref().unwrap_or_default();
        let by = match silent {
            Some((version, _)) => sight.people.told(reader.history.commit(version.commit)),
            None if uncommitted => "what is not committed yet".to_owned(),
            None => {
                told.kept(RULE);
                continue;
            }
        };
        let message =
            format!("{} was sealed on {day} and changed later without a correction, by {by}", quoted(id));
        let help =
            "write the change under `corrections`, with the day, the person and the reason, or undo it";
        told.broken(draft(RULE, document, "sealed_on", message).help(help.to_owned()));
    }
}
