//! Findings for a person at a terminal: what could not be tested first, each with the lines it is
//! about, and a summary that does not flatter.

use std::{collections::BTreeMap, fmt, fmt::Write as _};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, Severity, SourceCode, ThemeCharacters,
    ThemeStyles,
};

use super::{
    causes::causes,
    excerpt::{CONTEXT, Excerpt},
    totals,
    words::counted,
};
use crate::{
    corpus::Corpus,
    model::{Content, Finding, Findings, Level, Mistake, Place, Range, RuleTally, Settings},
    text::{Source, safe, safe_line},
};

/// Up to so many findings are shown in full; of more, the causes, unless all are asked for.
pub const SHOWN: usize = 20;

/// How a report is to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Columns.
    pub width: usize,
    /// Whether colours and other styles are wanted.
    pub colour: bool,
    /// Whether all findings are shown in full, however many they are.
    pub all: bool,
    /// Whether only the summary is shown.
    pub summary_only: bool,
}

impl Look {
    /// In a file, whose reader nobody knows.
    pub const OF_FILES: Self = Self { width: 100, colour: false, all: false, summary_only: false };
}

/// The findings of a check, and its summary.
pub fn check(findings: &Findings, corpus: &Corpus<'_>, settings: &Settings, look: &Look) -> String {
    let mut text = String::new();
    if !look.summary_only {
        let sources = sources(corpus);
        let mut ordered: Vec<&Finding> = findings.iter().collect();
        // Causes first: what kept something from being tested hides what else is wrong there.
        ordered.sort_by_key(|finding| {
            (finding.waived.is_some(), finding.untested.is_none(), std::cmp::Reverse(finding.level))
        });
        if look.all || ordered.len() <= SHOWN {
            for finding in ordered {
                text.push_str(&drawn(&Shown::finding(finding, &sources, look.width), look));
                text.push('\n');
            }
        } else {
            text.push_str(&causes(&ordered, look.width));
        }
    }
    text.push_str(&summary(findings, settings));
    text
}

/// What is wrong with the files that say how to judge.
pub fn mistakes(mistakes: &[Mistake], look: &Look) -> String {
    mistakes.iter().fold(String::new(), |mut text, mistake| {
        let place = Place::within(&mistake.source, mistake.span);
        let places: Vec<(Range, Option<String>)> =
            place.range.map(|range| (range, None)).into_iter().collect();
        let readable = !mistake.source.text().is_empty();
        let shown = Shown {
            code: (!readable).then(|| safe_line(&place.path).into_owned()),
            level: Level::Error,
            message: safe(&mistake.message).into_owned(),
            help: mistake.help.as_deref().map(|help| safe(help).into_owned()),
            excerpt: readable.then(|| Excerpt::new(&mistake.source, &places, look.width)),
        };
        text.push_str(&drawn(&shown, look));
        text.push('\n');
        text
    })
}

/// An error that ends the run.
pub fn error(message: &str, help: Option<&str>, look: &Look) -> String {
    let shown = Shown {
        code: None,
        level: Level::Error,
        message: safe(message).into_owned(),
        help: help.map(|help| safe(help).into_owned()),
        excerpt: None,
    };
    drawn(&shown, look)
}

fn sources<'c>(corpus: &'c Corpus<'_>) -> BTreeMap<&'c str, &'c Source> {
    let text = corpus.snapshot.files.iter().filter_map(|file| match &file.content {
        Content::Text(source) => Some((file.path.as_str(), &**source)),
        Content::Undecodable(undecodable) => Some((file.path.as_str(), &undecodable.approximation)),
        Content::TooLarge { .. } | Content::Unreadable(_) => None,
    });
    text.chain(corpus.extract_sources().map(|source| (source.name(), source))).collect()
}

fn summary(findings: &Findings, settings: &Settings) -> String {
    let mut text = String::new();
    if let Some(untested) = totals::not_tested(&findings.tested) {
        let _ = writeln!(text, "not tested: {untested}");
    }
    let _ = writeln!(text, "tested: {}", totals::tested(&findings.tested));
    let _ = writeln!(text, "found: {}", totals::found(findings));
    text.push_str(&rules(findings));
    text.push_str(&history(findings));
    let (as_of, period) = (&settings.as_of, &settings.period);
    let _ = writeln!(text, "{}, judged on {} ({})", settings.held, as_of.value, as_of.origin);
    let _ = writeln!(text, "period {} ({})", period.value, period.origin);
    text
}

/// What came of the computed rules, if any applied.
fn rules(findings: &Findings) -> String {
    let sum = |count: fn(&RuleTally) -> usize| findings.rules.values().map(count).sum::<usize>();
    let (kept, broken, untestable) =
        (sum(|tally| tally.kept), sum(|tally| tally.broken), sum(|tally| tally.untestable));
    if findings.rules.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "rules: {} applied; kept {}, broken {}",
        grouped(findings.rules.len()),
        grouped(kept),
        grouped(broken)
    );
    if untestable > 0 {
        let _ = write!(text, ", not testable {}", grouped(untestable));
    }
    text + "\n"
}

/// How much of the history was seen, if there is anything to compare with it.
fn history(findings: &Findings) -> String {
    let Some(seen) = findings.history.as_ref().filter(|seen| seen.approvals > 0) else {
        return String::new();
    };
    let approvals = counted(seen.approvals, "approval");
    let before = match seen.before {
        0 => String::new(),
        before => format!(", {} of them from before it begins", grouped(before)),
    };
    match &seen.blind {
        Some(blind) if blind.is_wanted => String::new(),
        Some(blind) => {
            let help = blind.help.as_ref().map_or(String::new(), |help| format!("\n  help: {}", safe(help)));
            format!(
                "history: {approvals} not compared with it, or not wholly: {}{help}\n",
                safe(&blind.reason)
            )
        }
        None => format!("history: {approvals} compared with {}{before}\n", counted(seen.commits, "commit")),
    }
}

/// A number with commas between thousands.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn drawn(shown: &Shown, look: &Look) -> String {
    let styles = if look.colour { ThemeStyles::ansi() } else { ThemeStyles::none() };
    let theme = GraphicalTheme { characters: ThemeCharacters::unicode(), styles };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(look.width)
        .with_context_lines(CONTEXT)
        .with_links(false)
        // Ids such as `SLA-003` stay whole.
        .with_word_splitter(textwrap::WordSplitter::NoHyphenation)
        .without_cause_chain();
    let mut text = String::new();
    handler.render_report(&mut text, shown).expect("writing to a string cannot fail");
    text
}

/// A finding, or an error, as miette wants it, with nothing left that came from outside unmade safe.
#[derive(Debug)]
struct Shown {
    code: Option<String>,
    level: Level,
    message: String,
    help: Option<String>,
    excerpt: Option<Excerpt>,
}

impl Shown {
    fn finding(finding: &Finding, sources: &BTreeMap<&str, &Source>, width: usize) -> Self {
        let path = finding.place.path.as_str();
        let safe_text = |text: &str| safe(text).into_owned();
        let mut places: Vec<(Range, Option<String>)> = Vec::new();
        places.extend(finding.place.range.map(|range| (range, finding.label.as_deref().map(safe_text))));
        let (here, elsewhere): (Vec<_>, Vec<_>) =
            finding.related.iter().partition(|note| note.place.path == path && !places.is_empty());
        places.extend(here.iter().filter_map(|note| Some((note.place.range?, Some(safe_text(&note.says))))));
        let excerpt = sources
            .get(path)
            .filter(|_| !places.is_empty())
            .map(|source| Excerpt::new(source, &places, width));
        let mut help: Vec<String> = finding.help.as_deref().map(safe_text).into_iter().collect();
        help.extend(
            finding
                .waived
                .as_ref()
                .map(|waived| format!("waived until {} by {}", safe(&waived.until), safe(&waived.waiver))),
        );
        help.extend(elsewhere.iter().map(|note| {
            let start = note.place.range.map(|range| format!(":{}:{}", range.start.line, range.start.column));
            format!("{}{}: {}", safe_line(&note.place.path), start.unwrap_or_default(), safe(&note.says))
        }));
        let start = finding.place.range.map(|range| format!(":{}:{}", range.start.line, range.start.column));
        Self {
            code: Some(format!("{} {}{}", finding.rule, safe_line(path), start.unwrap_or_default())),
            level: finding.level,
            message: safe_text(&finding.message),
            help: (!help.is_empty()).then(|| help.join("\n")),
            excerpt,
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Shown {}

impl Diagnostic for Shown {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code.as_ref().map(|code| Box::new(code) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<Severity> {
        Some(match self.level {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Info => Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|excerpt| excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.excerpt
            .as_ref()
            .map(|excerpt| Box::new(excerpt.labels()) as Box<dyn Iterator<Item = LabeledSpan>>)
    }
}
