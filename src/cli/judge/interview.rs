//! The interview: point after point, each answer written as soon as it is given.

use std::io::{self, IsTerminal as _};

use super::{
    Arguments,
    answers::Answers,
    judge,
    pen::Pen,
    prompt::{Asked, Prompt},
};
use crate::{
    cli::{Assessed, CliError, Global, Output, Read},
    judge::Judge,
    lens,
    model::Point,
    report::{interview, terminal},
    text::safe_line,
};

pub(super) fn run(
    global: &Global,
    before: &Read,
    arguments: &Arguments,
    output: Output,
    pen: &mut Pen<'_>,
) -> Result<(), CliError> {
    let answers = arguments.answers.as_deref().map(Answers::read).transpose()?;
    let is_terminal = io::stdin().is_terminal() && io::stderr().is_terminal() && output.is_terminal();
    if answers.is_none() && !is_terminal {
        return Err(CliError::NoTerminal);
    }
    lens::look(before, |assessed| {
        let judge = judge(assessed, arguments)?;
        let open = judge.open(arguments.what.as_deref())?;
        if open.is_empty() {
            let within = arguments.what.as_deref().map(|what| format!(" of {}", safe_line(what)));
            output.print(&format!("every point{} is judged\n", within.unwrap_or_default()))?;
            return Ok(());
        }
        match &answers {
            Some(answers) => answered(assessed, &judge, &open, answers, pen, output),
            None => asked(global, assessed, &judge, &open, pen, output),
        }
    })
}

/// Writes the answers of a file. All of them hold, or none is written.
fn answered(
    assessed: &Assessed<'_>,
    judge: &Judge<'_>,
    open: &[&Point],
    answers: &Answers,
    pen: &mut Pen<'_>,
    output: Output,
) -> Result<(), CliError> {
    let (mut planned, mut mistakes, mut passed_over) = (Vec::new(), Vec::new(), Vec::new());
    let mut interviewees: Vec<String> = Vec::new();
    for answer in &answers.list {
        let point = match judge.point(answer.point.as_ref()) {
            Ok(point) => point,
            Err(refused) => {
                mistakes.push(answers.refused(answer, &refused));
                continue;
            }
        };
        let opinion = match answers.opinion(answer, assessed.settings.as_of.value, &interviewees) {
            Ok(opinion) => opinion,
            Err(mistake) => {
                mistakes.push(mistake);
                continue;
            }
        };
        interviewees.clone_from(&opinion.interviewees);
        // Written in a run before, or by somebody else meanwhile.
        if !open.iter().any(|open| open.id == point.id) {
            passed_over.push(point.id.as_str());
            continue;
        }
        match judge.entries(&[point], &opinion, &pen.campaign) {
            Ok(entries) => planned.push(entries),
            Err(refused) => mistakes.push(answers.refused(answer, &refused)),
        }
    }
    if !mistakes.is_empty() {
        return Err(CliError::Answers { mistakes });
    }
    for entries in planned {
        pen.write(entries)?;
    }
    if !passed_over.is_empty() {
        output.print(&format!("passed over, since they are not asked: {}\n", passed_over.join(", ")))?;
    }
    Ok(())
}

/// Asks at the terminal, and writes each answer at once.
fn asked(
    global: &Global,
    assessed: &Assessed<'_>,
    judge: &Judge<'_>,
    open: &[&Point],
    pen: &mut Pen<'_>,
    output: Output,
) -> Result<(), CliError> {
    let look = output.look(global.verbose, global.quiet);
    let (standard, on) = (assessed.documents.catalog.standard(), assessed.settings.as_of.value);
    let mut prompt = Prompt::new(output.look_of_errors().colour);
    for (number, point) in open.iter().enumerate() {
        output.print(&format!("\n{} of {}\n", number + 1, open.len()))?;
        output.print(&interview::question(standard, assessed.assessment, point, look.width))?;
        // Who has judged it before writes their own view anew.
        let others = if judge.is_reader(point) { Vec::new() } else { judge.others(point) };
        prompt.forget();
        loop {
            let opinion = match prompt.ask(&others, on)? {
                Asked::Opinion(opinion) => *opinion,
                Asked::Skipped => break,
                Asked::Left => return Ok(()),
            };
            match judge.entries(&[*point], &opinion, &pen.campaign) {
                Ok(entries) => {
                    pen.write(entries)?;
                    break;
                }
                // Asked again, with what was answered to begin from.
                Err(refused) => {
                    let look = output.look_of_errors();
                    output.error(&terminal::error(&refused.to_string(), Some(&refused.help()), &look));
                }
            }
        }
    }
    Ok(())
}
