//! Findings for a person at a terminal: what could not be tested first, with the lines that findings are
//! about, and a summary that does not flatter.

use std::{cmp::Reverse, collections::BTreeMap, fmt, fmt::Write as _};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, Severity, SourceCode, ThemeCharacters,
    ThemeStyles,
};

use super::{
    brief::{self, Told},
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

/// Up to so many findings are shown one by one; of more, the causes, unless all are asked for.
pub const SHOWN: usize = 20;

/// Lines of a page, with the summary and what one would type next.
const PAGE: usize = 40;

/// How a report is to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Columns.
    pub width: usize,
    /// Whether colours and other styles are wanted.
    pub colour: bool,
    /// How much of it.
    pub detail: Detail,
}

/// How much a report shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Only the summary.
    Summary,
    /// What fits a page, for whoever reads it as it comes.
    Page,
    /// Each thing in full, or the causes of very many.
    Each,
    /// Everything in full, however much it is.
    All,
}

impl Look {
    /// In a file, whose reader nobody knows.
    pub const OF_FILES: Self = Self { width: 100, colour: false, detail: Detail::Each };

    /// The same in a file, which is scrolled through and needs no page.
    #[must_use]
    pub fn in_a_file(self) -> Self {
        let detail = if self.detail == Detail::Page { Self::OF_FILES.detail } else { self.detail };
        Self { detail, ..Self::OF_FILES }
    }
}

/// The findings of a check, and its summary.
pub fn check(findings: &Findings, corpus: &Corpus<'_>, settings: &Settings, look: &Look) -> String {
    let summary = summary(findings, settings);
    // One line more says what one would type next.
    let room = PAGE.saturating_sub(summary.lines().count() + 1);
    let mut ordered: Vec<&Finding> = findings.iter().collect();
    ordered.sort_by_key(|finding| rank(finding));
    let shown = match look.detail {
        Detail::Summary => String::new(),
        Detail::Page | Detail::Each if ordered.len() > SHOWN => causes(&ordered, room, look.width),
        Detail::Page => brief::page(&by_rule(&ordered, &sources(corpus), look), room),
        Detail::Each | Detail::All => {
            let sources = sources(corpus);
            let full =
                |finding: &&Finding| drawn(&Shown::finding(finding, &sources, look.width), look) + "\n";
            ordered.iter().map(full).collect()
        }
    };
    shown + &summary
}

/// The finding that is shown first.
pub fn foremost(findings: &Findings) -> Option<&Finding> {
    findings.iter().min_by_key(|finding| rank(finding))
}

/// Causes first: what kept something from being tested hides what else is wrong there.
fn rank(finding: &Finding) -> (bool, bool, Reverse<Level>) {
    (finding.waived.is_some(), finding.untested.is_none(), Reverse(finding.level))
}

/// Findings that are in order, those of one rule and rank together.
fn by_rule(ordered: &[&Finding], sources: &BTreeMap<&str, &Source>, look: &Look) -> Vec<Vec<Told>> {
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    for finding in ordered {
        let alike =
            |group: &&mut Vec<&Finding>| group[0].rule == finding.rule && rank(group[0]) == rank(finding);
        match groups.iter_mut().find(alike) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    let told = |finding: &Finding, first: &Finding| {
        let drawing = Shown::finding(finding, sources, look.width);
        let words = |help| {
            let shown = Shown {
                code: drawing.code.clone(),
                level: drawing.level,
                message: drawing.message.clone(),
                help,
                excerpt: None,
            };
            // The place stands right above the message.
            drawn(&shown, look).replacen("\n\n", "\n", 1)
        };
        let cure = cure(finding);
        let is_said = !std::ptr::eq(finding, first) && cure == self::cure(first);
        Told {
            message: words(None),
            with_help: (!cure.is_empty() && !is_said).then(|| words(Some(cure.join("\n")))),
            drawn: drawn(&drawing, look),
        }
    };
    groups.iter().map(|group| group.iter().map(|finding| told(finding, group[0])).collect()).collect()
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

/// What one may do about a finding, and whether somebody decided that nothing is done for now.
fn cure(finding: &Finding) -> Vec<String> {
    let help = finding.help.as_deref().map(|help| safe(help).into_owned());
    let waived = finding.waived.as_ref();
    let waived =
        waived.map(|waived| format!("waived until {} by {}", safe(&waived.until), safe(&waived.waiver)));
    help.into_iter().chain(waived).collect()
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
        let mut help = cure(finding);
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
