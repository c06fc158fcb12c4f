//! The questions at the terminal, with what was last answered to begin from.

use chrono::NaiveDate;
use inquire::{
    InquireError, Text,
    ui::RenderConfig,
    validator::{ErrorMessage, Validation},
};

use super::{confidence, degree, occurrence};
use crate::{
    cli::CliError,
    judge::{FACTS, Opinion, Others},
    model::{Judgement, Status},
    text::safe_line,
};

/// What came of asking.
pub(super) enum Asked {
    /// An answer.
    Opinion(Box<Opinion>),
    /// None to this point.
    Skipped,
    /// The interview is over.
    Left,
}

/// Asks a person.
pub(super) struct Prompt {
    config: RenderConfig<'static>,
    /// Those who were asked, of the answer before too.
    interviewees: String,
    /// What was last answered to the questions of a point.
    answers: [String; 9],
}

/// Why there is no answer.
enum Ended {
    Skipped,
    Left,
    Failed(CliError),
}

/// Short answers, and what they stand for.
type Short = &'static [(&'static str, &'static str)];

const STATUS: Short =
    &[("f", "fulfilled"), ("m", "mostly"), ("p", "partly"), ("n", "not-fulfilled"), ("q", "q")];
const DEGREE: Short =
    &[("f", "full"), ("p", "partial"), ("n", "none"), ("nn", "not-needed"), ("u", "unknown")];
const OCCURRENCE: Short = &[("o", "occurred"), ("n", "none-yet"), ("x", "not-event-driven")];
const CONFIDENCE: Short = &[("l", "low"), ("m", "medium"), ("h", "high")];
const OTHERS: Short = &[("b", "beside"), ("i", "instead")];

const DEGREES_HELP: [&str; 4] = [
    "f full, p partial, n none, nn not needed",
    "f full, p partial, n none",
    "f full, p partial, n none; if nothing has happened yet, whether one is ready",
    "f full, p partial, n none, u unknown",
];

impl Prompt {
    pub(super) fn new(colour: bool) -> Self {
        let config = if colour { RenderConfig::default_colored() } else { RenderConfig::empty() };
        Self { config, interviewees: String::new(), answers: Default::default() }
    }

    /// Begins with a new point; only who was asked stays.
    pub(super) fn forget(&mut self) {
        self.answers = Default::default();
    }

    /// Asks about a point, on which others have judged so far.
    pub(super) fn ask(&mut self, others: &[&Judgement], on: NaiveDate) -> Result<Asked, CliError> {
        match self.opinion(others, on) {
            Ok(opinion) => Ok(Asked::Opinion(Box::new(opinion))),
            Err(Ended::Skipped) => Ok(Asked::Skipped),
            Err(Ended::Left) => Ok(Asked::Left),
            Err(Ended::Failed(error)) => Err(error),
        }
    }

    fn opinion(&mut self, others: &[&Judgement], on: NaiveDate) -> Result<Opinion, Ended> {
        let help = match self.answers[0].as_str() {
            "" => "f fulfilled, m mostly, p partly, n not fulfilled; Enter skips, q leaves",
            _ => "f fulfilled, m mostly, p partly, n not fulfilled; Enter keeps it, Escape skips, q leaves",
        };
        let status = |text: &str| match text {
            "" | "q" => Ok(None),
            text => Status::named(text).map(Some).ok_or_else(|| help.to_owned()),
        };
        let status = match self.choice(0, "status", help, STATUS, status)? {
            None if self.answers[0].is_empty() => return Err(Ended::Skipped),
            None => return Err(Ended::Left),
            Some(status) => status,
        };
        let mut facts = [None; 4];
        for (number, fact) in facts.iter_mut().enumerate() {
            let read = |text: &str| degree(number, text).map(Some);
            *fact = self.choice(number + 1, FACTS[number], DEGREES_HELP[number], DEGREE, read)?;
        }
        let help = "o occurred, n none yet, x does not depend on events";
        let occurrence = self.choice(5, "occurrence", help, OCCURRENCE, occurrence)?;
        let help = "h with records, document and interview; m with two of them; l with one";
        let confidence = self.choice(6, "confidence", help, CONFIDENCE, confidence)?;
        let rationale = self.text(7, "because", "why the judgement is this and no other")?;
        let evidence = self.text(8, "evidence", "ids, paths or sentences, with ; between them")?;
        let interviewees = self.asked_whom()?;
        Ok(Opinion {
            status,
            facts,
            occurrence: Some(occurrence),
            confidence,
            evidence: parts(&evidence, ';'),
            interviewees,
            rationale,
            on,
            valid_until: None,
            others: self.beside(others)?,
        })
    }

    /// One of several answers, in full or short.
    fn choice<T>(
        &mut self,
        number: usize,
        question: &str,
        help: &str,
        short: Short,
        read: impl Fn(&str) -> Result<T, String> + Clone,
    ) -> Result<T, Ended> {
        let long = |text: &str| {
            let text = text.trim().to_lowercase();
            short.iter().find(|(short, _)| *short == text).map_or(text, |(_, long)| (*long).to_owned())
        };
        let valid = |text: &str| {
            Ok(match read(&long(text)) {
                Ok(_) => Validation::Valid,
                Err(why) => Validation::Invalid(ErrorMessage::Custom(why)),
            })
        };
        let before = self.answers[number].clone();
        let mut text = Text::new(question)
            .with_help_message(help)
            .with_validator(valid)
            .with_formatter(&long)
            .with_render_config(self.config);
        if !before.is_empty() {
            text = text.with_default(&before);
        }
        let answer = long(&text.prompt().map_err(ended)?);
        let value = read(&answer).map_err(|why| Ended::Failed(unasked(why)))?;
        self.answers[number] = answer;
        Ok(value)
    }

    fn text(&mut self, number: usize, question: &str, help: &str) -> Result<String, Ended> {
        let text = Text::new(question).with_help_message(help).with_initial_value(&self.answers[number]);
        let answer = text.with_render_config(self.config).prompt().map_err(ended)?.trim().to_owned();
        self.answers[number].clone_from(&answer);
        Ok(answer)
    }

    fn asked_whom(&mut self) -> Result<Vec<String>, Ended> {
        let help = "roles, with , between them; - for nobody";
        let mut text = Text::new("interviewees").with_help_message(help).with_render_config(self.config);
        if !self.interviewees.is_empty() {
            text = text.with_default(&self.interviewees);
        }
        let answer = text.prompt().map_err(ended)?;
        let answer = if answer.trim() == "-" { "" } else { &answer };
        let roles = parts(answer, ',');
        self.interviewees = roles.join(", ");
        Ok(roles)
    }

    /// What becomes of what others judged.
    fn beside(&mut self, others: &[&Judgement]) -> Result<Others, Ended> {
        let other = match others {
            [] => return Ok(Others::None),
            [other] => other,
            // One judgement takes the place of one.
            [_, _, ..] => return Ok(Others::Stay),
        };
        let question = format!("{} has judged this ({})", safe_line(&other.by), safe_line(&other.id));
        let read = |text: &str| match text {
            "beside" => Ok(true),
            "instead" => Ok(false),
            _ => Err("b or i".to_owned()),
        };
        let help = "b beside it: the stricter is shown; i instead of it";
        let mut answer =
            Self { config: self.config, interviewees: String::new(), answers: Default::default() };
        let beside = answer.choice(0, &question, help, OTHERS, read)?;
        Ok(if beside { Others::Stay } else { Others::Superseded(vec![other.id.clone()]) })
    }
}

/// The parts of an answer, none of them empty.
fn parts(answer: &str, sign: char) -> Vec<String> {
    answer.split(sign).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Escape passes over the point, and Ctrl-C ends the interview; what was answered so far is written already.
fn ended(error: InquireError) -> Ended {
    match error {
        InquireError::OperationCanceled => Ended::Skipped,
        InquireError::OperationInterrupted => Ended::Left,
        InquireError::NotTTY => Ended::Failed(CliError::NoTerminal),
        InquireError::IO(source) => Ended::Failed(CliError::Unasked { source }),
        InquireError::InvalidConfiguration(why) => Ended::Failed(unasked(why)),
        InquireError::Custom(why) => Ended::Failed(unasked(why.to_string())),
    }
}

fn unasked(why: String) -> CliError {
    CliError::Unasked { source: std::io::Error::other(why) }
}
