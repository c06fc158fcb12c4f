//! The answers of an interview in a file.

use std::{fs, io, path::Path, sync::Arc};

use chrono::NaiveDate;
use serde::Deserialize;
use serde_spanned::Spanned;

use super::{confidence, degree, occurrence};
use crate::{
    cli::CliError,
    judge::{Opinion, Others, Refused},
    model::{Mistake, Status},
    repository::FILE_SIZE_LIMIT,
    text::{Source, Span, decode, quoted},
    yaml::{self, Limits},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    answers: Vec<Answer>,
}

/// What somebody answers to a point.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    pub(super) point: Spanned<String>,
    status: Spanned<String>,
    documented: Option<Spanned<String>>,
    implemented: Option<Spanned<String>>,
    evidenced: Option<Spanned<String>>,
    effective: Option<Spanned<String>>,
    occurrence: Option<Spanned<String>>,
    confidence: Spanned<String>,
    because: String,
    #[serde(default)]
    evidence: Vec<String>,
    /// Those of the answer before, unless others or none are named.
    interviewees: Option<Vec<String>>,
    valid_until: Option<Spanned<String>>,
    #[serde(default)]
    second_reader: bool,
    supersede: Option<String>,
}

/// A file of answers.
pub(super) struct Answers {
    source: Arc<Source>,
    pub(super) list: Vec<Answer>,
}

impl Answers {
    #[expect(clippy::disallowed_methods, reason = "the file is named on the command line")]
    pub(super) fn read(file: &Path) -> Result<Self, CliError> {
        let unread = |source| CliError::Unread { file: file.to_path_buf(), source };
        let name = file.display().to_string();
        let bytes = fs::read(file).map_err(unread)?;
        if bytes.len() as u64 > FILE_SIZE_LIMIT {
            let limit = FILE_SIZE_LIMIT / (1024 * 1024);
            return Err(unread(io::Error::other(format!("it has more than the limit of {limit} MiB"))));
        }
        let source = decode(&name, bytes).map_err(|_| unread(io::Error::other("it is not UTF-8")))?;
        let source = Arc::new(source);
        let mistake = |span: Span, message: &str, help: Option<String>| CliError::Answers {
            mistakes: vec![Mistake { source: Arc::clone(&source), span, message: message.to_owned(), help }],
        };
        let stream = yaml::read(Arc::clone(&source), &Limits::default());
        if let Some(problem) = stream.problems().first() {
            return Err(mistake(problem.span, &problem.message, problem.help.clone()));
        }
        let Some(root) = stream.documents().next() else {
            return Err(mistake(Span::default(), "the file holds nothing", None));
        };
        let written: Written = yaml::from_node(root)
            .map_err(|error| mistake(error.span.unwrap_or_default(), &error.message, error.help))?;
        for (position, answer) in written.answers.iter().enumerate() {
            let point = answer.point.as_ref();
            if written.answers[..position].iter().any(|before| before.point.as_ref() == point) {
                let message = "the point is answered twice";
                return Err(mistake(
                    span(&answer.point),
                    message,
                    Some("keep one of the answers".to_owned()),
                ));
            }
        }
        Ok(Self { source, list: written.answers })
    }

    /// What an answer says; `before` are those who were asked before it.
    pub(super) fn opinion(
        &self,
        answer: &Answer,
        on: NaiveDate,
        before: &[String],
    ) -> Result<Opinion, Mistake> {
        let status = Status::named(answer.status.as_ref()).ok_or_else(|| {
            self.no_value(&answer.status, "write fulfilled, mostly, partly or not-fulfilled".to_owned())
        })?;
        let told = [&answer.documented, &answer.implemented, &answer.evidenced, &answer.effective];
        let mut facts = [None; 4];
        for (number, (fact, told)) in facts.iter_mut().zip(told).enumerate() {
            *fact = self.value(told.as_ref(), |text| degree(number, text))?;
        }
        let day =
            |text: &str| text.parse().map_err(|_| "write a day of the calendar as 2026-01-31".to_owned());
        let others = match (&answer.supersede, answer.second_reader) {
            (Some(id), false) => Others::Superseded(vec![id.clone()]),
            (None, true) => Others::Stay,
            (None, false) => Others::None,
            (Some(_), true) => {
                return Err(self
                    .mistake(&answer.point, "an answer stands beside others or in their place".to_owned()));
            }
        };
        Ok(Opinion {
            status,
            facts,
            occurrence: self.value(answer.occurrence.as_ref(), occurrence)?,
            confidence: confidence(answer.confidence.as_ref())
                .map_err(|why| self.no_value(&answer.confidence, why))?,
            evidence: answer.evidence.clone(),
            interviewees: answer.interviewees.clone().unwrap_or_else(|| before.to_vec()),
            rationale: answer.because.clone(),
            on,
            valid_until: self.value(answer.valid_until.as_ref(), day)?,
            others,
        })
    }

    /// Why an answer cannot be written down.
    pub(super) fn refused(&self, answer: &Answer, refused: &Refused) -> Mistake {
        Mistake { help: Some(refused.help()), ..self.mistake(&answer.point, refused.to_string()) }
    }

    fn value<T>(
        &self,
        told: Option<&Spanned<String>>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, Mistake> {
        told.map(|told| read(told.as_ref()).map_err(|why| self.no_value(told, why))).transpose()
    }

    fn no_value(&self, at: &Spanned<String>, help: String) -> Mistake {
        let message = format!("{} cannot stand here", quoted(at.as_ref()));
        Mistake { help: Some(help), ..self.mistake(at, message) }
    }

    fn mistake(&self, at: &Spanned<String>, message: String) -> Mistake {
        Mistake { source: Arc::clone(&self.source), span: span(at), message, help: None }
    }
}

fn span<T>(at: &Spanned<T>) -> Span {
    Span::new(at.span().start, at.span().end)
}
