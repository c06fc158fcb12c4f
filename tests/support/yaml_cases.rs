//! Made-up YAML of every style: what a reader of YAML can meet, drawn from a seed.
//!
//! A case is the same text for the same seed on every machine. Most are sound, so that two readers
//! can be held against each other; about a tenth is damaged afterwards, so that what refuses a
//! text is met as well.

use std::fmt::Write as _;

/// A text, and whether it was damaged.
pub struct Case {
    /// The text.
    pub text: String,
    /// Whether bytes or lines were changed after it was written.
    pub damaged: bool,
}

/// The case of a seed.
pub fn case(seed: u64) -> Case {
    let mut writer = Writer::seeded(seed);
    writer.stream();
    let mut text = writer.out.replace('\n', writer.line_end);
    if writer.chance(4) {
        text.truncate(text.trim_end().len());
    }
    let damaged = writer.chance(10);
    if damaged {
        for _ in 0..=writer.below(3) {
            text = writer.damage(&text);
        }
    }
    Case { text, damaged }
}

/// Plain values about which versions of YAML, or readers, disagree; and some on which all agree.
const PLAIN: &[&str] = &[
    "~",
    "null",
    "Null",
    "NULL",
    "nULL",
    "true",
    "True",
    "TRUE",
    "tRUE",
    "false",
    "False",
    "FALSE",
    "yes",
    "Yes",
    "no",
    "NO",
    "on",
    "Off",
    "y",
    "N",
    "0",
    "-0",
    "+0",
    "7",
    "+12",
    "-3",
    "007",
    "012",
    "-012",
    "08",
    "0o17",
    "0o8",
    "0x1F",
    "0xff",
    "0xG",
    "0X1F",
    "1_000",
    "190:20:30",
    "12:30:45",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775809",
    "340282366920938463463374607431768211455",
    "0x7FFFFFFFFFFFFFFF",
    "0xFFFFFFFFFFFFFFFF",
    "0.0",
    "-0.0",
    "8.10",
    "2.0",
    "1.",
    ".5",
    "-.5",
    "+.5",
    "1e3",
    "1E-3",
    "+1.5e+3",
    "00.5",
    "012e3",
    "1e",
    "e3",
    ".e3",
    "1.2.3",
    "1e1.5",
    "0.1",
    "2.2250738585072014e-308",
    "1.7976931348623157e308",
    "5e-324",
    "123456789.123456789",
    ".inf",
    "-.inf",
    "+.INF",
    ".Inf",
    ".nan",
    ".NaN",
    ".NAN",
    "+.nan",
    "inf",
    "nan",
    "infinity",
    "2026-01-31",
    "2026-02-30",
    "2001-12-14t21:59:43.10-05:00",
    "=",
    "text",
    "two words",
    "a b  c",
    "it's",
    "say \"so\"",
    "a#b",
    "a:b",
    "http://x.y/z?q=1",
    "-x",
    "--",
    "?x",
    ":x",
    "::",
    "a'b",
    "50%",
    "a@b",
    "a&b",
    "a*b",
    "a|b",
    "a>b",
    "x!",
    "back\\slash",
    "C:\\dir",
    "é",
    "名前",
    "🙂 ok",
    "e\u{301}",
    "non\u{a0}breaking",
    "a/b",
    "$x",
    "(x)",
    "^",
    "/",
    "\\",
    ";",
    "+",
    ".",
    "..",
    "....",
    "x ---",
    "<<",
    "x~",
    "0b11",
    "+0x1F",
    "-0o7",
    "1e400",
    "0x1_F",
    "a,b",
    "a]b",
    "a}b",
    "[",
    "{x",
];

const WORDS: &[&str] = &[
    "the", "service", "records", "each", "incident", "with", "größe", "名", "🙂", "and", "urgency", "a:b",
    "x#y", "it's", "\"so\"", "50%", "-", "--", "1", "null", "true", "a,b", "[x]", "{y}", "&z", "*w", "!v",
    "|", ">", "e\u{301}", "~",
];

const COMMENTS: &[&str] = &["# comment", "#", "# a: b", "#- x", "# \"quote", "# é 名 🙂", "#\ttab", "## [ {"];

/// An anchor that an alias may name.
struct Anchor {
    name: String,
    kind: AnchorKind,
}

#[derive(Clone, Copy, PartialEq)]
enum AnchorKind {
    Scalar,
    List,
    Mapping,
}

struct Writer {
    state: u64,
    out: String,
    line_end: &'static str,
    step: usize,
    anchors: Vec<Anchor>,
    named: usize,
    /// Nodes that may still be written; it keeps texts short.
    budget: usize,
}

impl Writer {
    fn seeded(seed: u64) -> Self {
        let mut writer = Self {
            state: seed.wrapping_mul(0xD134_2543_DE82_EF95),
            out: String::new(),
            line_end: "\n",
            step: 2,
            anchors: Vec::new(),
            named: 0,
            budget: 0,
        };
        writer.line_end = match writer.below(12) {
            0 | 1 => "\r\n",
            2 => "\r",
            _ => "\n",
        };
        writer.step = 1 + writer.below(4);
        writer.budget = 4 + writer.below(40);
        writer
    }

    /// `SplitMix64`.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).expect("the bound is a usize")
    }

    /// Once in so many times.
    fn chance(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn pick<'a>(&mut self, values: &[&'a str]) -> &'a str {
        values[self.below(values.len())]
    }

    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn indent(&mut self, indent: usize) {
        self.out.extend(std::iter::repeat_n(' ', indent));
    }

    fn stream(&mut self) {
        let documents = if self.chance(5) { 2 + self.below(3) } else { 1 };
        if self.chance(10) {
            self.push("\u{feff}");
        }
        self.between(0);
        for number in 0..documents {
            self.document(number);
        }
    }

    fn document(&mut self, number: usize) {
        self.anchors.clear();
        if self.chance(12) && (number == 0 || self.out.ends_with("...\n")) {
            let directive =
                self.pick(&["%YAML 1.2\n---\n", "%YAML 1.1\n---\n", "%TAG !e! tag:yaml.org,2002:\n---\n"]);
            self.push(directive);
            self.block(None, 0, 0);
        } else if number > 0 || self.chance(3) {
            self.push("---");
            if self.chance(8) {
                self.push(" ");
                self.inline(0, true);
            } else {
                self.end_of_line();
                self.block(None, 0, 0);
            }
        } else {
            self.block(None, 0, 0);
        }
        self.between(0);
        if self.chance(6) {
            self.push("...");
            self.end_of_line();
        }
    }

    /// Nothing, empty lines or comments where a line may begin; never indented more than what follows.
    fn between(&mut self, indent: usize) {
        while self.chance(7) {
            match self.below(4) {
                0 => self.push("\n"),
                1 => {
                    self.indent(indent);
                    self.push("\n");
                }
                _ => {
                    let deep = self.below(indent + 1);
                    self.indent(deep);
                    let comment = self.pick(COMMENTS);
                    self.push(comment);
                    self.push("\n");
                }
            }
        }
    }

    fn end_of_line(&mut self) {
        match self.below(14) {
            0 => self.push("  "),
            1 => self.push("\t"),
            2 | 3 => {
                let space = self.pick(&[" ", "  ", "\t", " \t"]);
                let comment = self.pick(COMMENTS);
                self.push(space);
                self.push(comment);
            }
            _ => {}
        }
        self.push("\n");
    }

    /// A node on lines of its own, of which the first is yet to be indented.
    fn block(&mut self, anchor: Option<String>, indent: usize, depth: usize) {
        let kind = if depth > 4 || self.budget == 0 { 3 } else { self.below(8) };
        match kind {
            0..=4 if depth <= 4 && self.budget > 0 => self.block_mapping(anchor, indent, depth),
            5 | 6 => self.block_list(anchor, indent, depth),
            _ => {
                self.indent(indent);
                self.inline(indent, depth == 0);
                if let Some(name) = anchor {
                    self.anchors.push(Anchor { name, kind: AnchorKind::Scalar });
                }
            }
        }
    }

    fn block_mapping(&mut self, anchor: Option<String>, indent: usize, depth: usize) {
        self.indent(indent);
        self.mapping_entries(indent, depth);
        if let Some(name) = anchor {
            self.anchors.push(Anchor { name, kind: AnchorKind::Mapping });
        }
    }

    /// Entries of a mapping whose first line is indented already.
    fn mapping_entries(&mut self, indent: usize, depth: usize) {
        let mut names = Vec::new();
        let mut merges = self.chance(4);
        for number in 0..=self.below(5) {
            if number > 0 {
                self.between(indent);
                self.indent(indent);
            }
            if merges && self.merge() {
                merges = false;
                self.end_of_line();
                continue;
            }
            if self.chance(30) {
                self.push("? ");
                self.key(&mut names, false);
                self.end_of_line();
                if self.chance(5) {
                    continue;
                }
                self.indent(indent);
                self.push(":");
            } else {
                self.key(&mut names, false);
                self.push(":");
            }
            self.value(indent, depth, false);
        }
    }

    fn block_list(&mut self, anchor: Option<String>, indent: usize, depth: usize) {
        self.indent(indent);
        self.list_items(indent, depth);
        if let Some(name) = anchor {
            self.anchors.push(Anchor { name, kind: AnchorKind::List });
        }
    }

    fn list_items(&mut self, indent: usize, depth: usize) {
        for number in 0..=self.below(4) {
            if number > 0 {
                self.between(indent);
                self.indent(indent);
            }
            self.push("-");
            let space = 1 + if self.chance(5) { self.below(3) } else { 0 };
            match self.below(8) {
                0 | 1 if self.budget > 0 && depth < 5 => {
                    self.indent(space);
                    self.mapping_entries(indent + 1 + space, depth + 1);
                }
                2 if self.budget > 0 && depth < 5 => {
                    self.indent(space);
                    self.list_items(indent + 1 + space, depth + 1);
                }
                _ => self.value(indent, depth, true),
            }
        }
    }

    /// What follows a `:` or a `-`, to the end of the line or beyond.
    fn value(&mut self, indent: usize, depth: usize, in_list: bool) {
        self.budget = self.budget.saturating_sub(1);
        // Behind a dash the second reader takes no tab.
        let tabs = !in_list || self.chance(40);
        match self.below(10) {
            0 if tabs => self.end_of_line(),
            0 => self.push("\n"),
            1..=3 if self.budget > 0 && depth < 5 => {
                let anchor = self.properties();
                if tabs {
                    self.end_of_line();
                } else {
                    self.push(" # c\n");
                }
                self.between(0);
                let unindented = !in_list && self.chance(3);
                if unindented {
                    self.block_list(anchor, indent, depth + 1);
                } else {
                    let deeper = indent + self.step;
                    self.block(anchor, deeper, depth + 1);
                }
            }
            4 if !self.anchors.is_empty() => {
                let anchor = self.below(self.anchors.len());
                let _ = write!(self.out, " *{}", self.anchors[anchor].name);
                self.end_of_line();
            }
            _ => {
                let space =
                    if tabs { self.pick(&[" ", " ", "  ", "\t", " \t"]) } else { self.pick(&[" ", "   "]) };
                self.push(space);
                self.inline(indent + 1, false);
            }
        }
    }

    /// An anchor for a block, perhaps.
    fn properties(&mut self) -> Option<String> {
        self.chance(4).then(|| {
            let name = self.name();
            let _ = write!(self.out, " &{name}");
            name
        })
    }

    fn name(&mut self) -> String {
        self.named += 1;
        if self.chance(60) {
            return "again".to_owned();
        }
        let word = self.pick(&["a", "base", "x-y", "D_1", "0"]);
        format!("{word}{}", self.named)
    }

    /// A scalar or a collection in brackets, to the end of its last line. More lines are indented
    /// by at least `indent`.
    fn inline(&mut self, indent: usize, root: bool) {
        let anchor = if self.chance(10) {
            let name = self.name();
            let _ = write!(self.out, "&{name} ");
            Some(name)
        } else {
            None
        };
        let kind = match self.below(12) {
            0 | 1 => {
                self.flow_list(indent, 0);
                self.end_of_line();
                AnchorKind::List
            }
            2 | 3 => {
                self.flow_mapping(indent, 0);
                self.end_of_line();
                AnchorKind::Mapping
            }
            4 | 5 => {
                self.block_scalar(indent, root);
                AnchorKind::Scalar
            }
            6 => {
                self.tagged();
                self.end_of_line();
                AnchorKind::Scalar
            }
            7 => {
                let continuation = indent.max(1);
                self.folded_lines(continuation);
                self.end_of_line();
                AnchorKind::Scalar
            }
            _ => {
                self.scalar(false);
                self.end_of_line();
                AnchorKind::Scalar
            }
        };
        if let Some(name) = anchor {
            self.anchors.push(Anchor { name, kind });
        }
    }

    /// A scalar on one line.
    fn scalar(&mut self, flow: bool) {
        match self.below(5) {
            0 => self.single_quoted(),
            1 => self.double_quoted(),
            _ => {
                let text = self.plain(flow);
                self.push(text);
            }
        }
    }

    fn plain(&mut self, flow: bool) -> &'static str {
        loop {
            let text = PLAIN[self.below(PLAIN.len())];
            let brackets = text.contains([',', '[', ']', '{', '}']) || text.starts_with(['?', ':', '-']);
            let begins = text.starts_with(['[', '{']);
            if !(begins || flow && brackets) {
                return text;
            }
        }
    }

    fn single_quoted(&mut self) {
        let text = self.plain_text();
        let _ = write!(self.out, "'{}'", text.replace('\'', "''"));
    }

    fn double_quoted(&mut self) {
        self.push("\"");
        for _ in 0..self.below(6) {
            let piece = match self.below(5) {
                0 => self.pick(&[
                    "\\0",
                    "\\a",
                    "\\b",
                    "\\t",
                    "\\n",
                    "\\v",
                    "\\f",
                    "\\r",
                    "\\e",
                    "\\ ",
                    "\\\"",
                    "\\/",
                    "\\\\",
                    "\\N",
                    "\\_",
                    "\\L",
                    "\\P",
                    "\\x41",
                    "\\xe9",
                    "\\u540d",
                    "\\U0001F642",
                    "\\x00",
                    "\\\t",
                    "\\u0085",
                    "\\uFEFF",
                ]),
                1 => self.pick(&[
                    " ", "\t", "  ", "'", "# ", ": ", "- ", "[", "]", "{", "}", ",", "&a", "*a", "!",
                ]),
                _ => self.pick(&["word", "é", "名前", "🙂", "e\u{301}", "x", "1", "null"]),
            };
            self.push(piece);
        }
        self.push("\"");
    }

    /// Words that any quotes can hold.
    fn plain_text(&mut self) -> String {
        let mut text = String::new();
        for number in 0..self.below(4) {
            if number > 0 {
                text.push(' ');
            }
            text.push_str(self.pick(WORDS));
        }
        text
    }

    /// A plain or quoted scalar over several lines.
    fn folded_lines(&mut self, indent: usize) {
        let quote = self.pick(&["", "'", "\""]);
        self.push(quote);
        self.push("begin");
        for _ in 0..=self.below(3) {
            if quote == "\"" && self.chance(4) {
                self.push(" \\");
            } else if self.chance(5) {
                let space = self.pick(&[" ", "\t", "  "]);
                self.push(space);
            }
            self.push("\n");
            while self.chance(5) {
                let deep = self.below(indent + 2);
                self.indent(deep);
                self.push("\n");
            }
            let deep = indent + self.below(3);
            self.indent(deep);
            if quote == "\"" && self.chance(6) {
                self.push("\\ ");
            } else if !quote.is_empty() && self.chance(8) {
                self.push("\t");
            }
            let word =
                self.pick(&["word", "and more", "é 名", "x:y", "x#y", "- dash", "1", "null", "? x", "&a"]);
            self.push(word);
        }
        self.push(quote);
    }

    fn block_scalar(&mut self, indent: usize, root: bool) {
        let sign = self.pick(&["|", ">"]);
        self.push(sign);
        let chomping = self.pick(&["", "", "-", "+"]);
        let parent = if root { 0 } else { indent.saturating_sub(1) };
        let deeper = 1 + self.below(4);
        let indented_first = self.chance(6);
        let indicator = if indented_first || self.chance(5) { deeper.to_string() } else { String::new() };
        let header =
            if self.chance(2) { format!("{chomping}{indicator}") } else { format!("{indicator}{chomping}") };
        self.push(&header);
        self.end_of_line();
        let content = parent + deeper;
        let lines = self.below(5);
        for number in 0..lines {
            let extra = match number {
                0 if indented_first => 1 + self.below(3),
                0 => 0,
                _ if self.chance(4) => 1 + self.below(3),
                _ => 0,
            };
            if number > 0 && self.chance(5) {
                let blank = if self.chance(2) { self.below(content + 1) } else { 0 };
                self.indent(blank);
                self.push("\n");
                continue;
            }
            self.indent(content + extra);
            if number > 0 && self.chance(12) {
                self.push("\t");
            }
            let line = self.pick(&[
                "text",
                "more text",
                "# no comment",
                "key: value",
                "- item",
                "'quote",
                "\"",
                "é 名 🙂",
                "--- x",
                "trailing  ",
                "tab\t",
                "[",
                "}",
                "a\tb",
                "\\n",
                "%x",
                "1",
            ]);
            self.push(line);
            self.push("\n");
        }
        if lines > 0 && self.chance(4) {
            for _ in 0..=self.below(2) {
                let blank = if self.chance(2) { self.below(content + 1) } else { 0 };
                self.indent(blank);
                self.push("\n");
            }
        }
    }

    fn tagged(&mut self) {
        let text = self.pick(&[
            "!!str 12",
            "!!str null",
            "!!str",
            "!!str true",
            "!!int 5",
            "!!int \"7\"",
            "!!int 0x1F",
            "!!float 1.5",
            "!!float 3",
            "!!float \"1e3\"",
            "!!bool true",
            "!!bool \"False\"",
            "!!null null",
            "!!null ~",
            "!!seq [a, 1]",
            "!!map {a: 1}",
            "!<tag:yaml.org,2002:str> 12",
            "!!str 'x'",
            "!!int -0",
            "!!float .inf",
            "!!str [x",
            "!!str 2026-01-31",
        ]);
        // One of these is not sound, but rare.
        let text = if text == "!!str [x" && !self.chance(10) { "!!str x" } else { text };
        self.push(text);
    }

    fn flow_list(&mut self, indent: usize, depth: usize) {
        self.push("[");
        for number in 0..self.below(4) {
            if number > 0 {
                self.push(",");
            }
            self.flow_space(indent);
            match self.below(12) {
                0 => {
                    // A pair without braces is a mapping of its own.
                    let name = self.pick(&["k", "'k'", "\"k\"", "1"]);
                    self.push(name);
                    self.push(": ");
                    self.flow_value(indent, depth + 1);
                }
                _ => self.flow_value(indent, depth + 1),
            }
            self.flow_space(indent);
        }
        if self.out.ends_with(|last: char| !"[,\n ".contains(last)) && self.chance(5) {
            self.push(",");
        }
        self.push("]");
    }

    fn flow_mapping(&mut self, indent: usize, depth: usize) {
        self.push("{");
        let mut names = Vec::new();
        let count = self.below(4);
        for number in 0..count {
            self.flow_space(indent);
            if self.chance(12) {
                self.push("? ");
            }
            self.key(&mut names, true);
            if !self.chance(10) {
                self.push(":");
                if self.chance(8) {
                    self.push("\n");
                    self.indent(indent.max(1));
                } else {
                    self.push(" ");
                }
                self.flow_value(indent, depth + 1);
            }
            self.flow_space(indent);
            if number + 1 < count {
                self.push(",");
            }
        }
        self.push("}");
    }

    fn flow_value(&mut self, indent: usize, depth: usize) {
        self.budget = self.budget.saturating_sub(1);
        match self.below(10) {
            0 if depth < 4 => self.flow_list(indent, depth),
            1 if depth < 4 => self.flow_mapping(indent, depth),
            2 if !self.anchors.is_empty() => {
                let anchor = self.below(self.anchors.len());
                let _ = write!(self.out, "*{} ", self.anchors[anchor].name);
            }
            3 => self.folded_lines(indent.max(1)),
            _ => self.scalar(true),
        }
    }

    fn flow_space(&mut self, indent: usize) {
        match self.below(12) {
            0 => self.push("  "),
            1 => self.push("\t"),
            2 => {
                self.push("\n");
                self.indent(indent.max(1));
            }
            3 => {
                let comment = self.pick(COMMENTS);
                let _ = writeln!(self.out, " {comment}");
                self.indent(indent.max(1));
            }
            4..=7 => self.push(" "),
            _ => {}
        }
    }

    /// A key that the mapping does not have yet.
    fn key(&mut self, names: &mut Vec<String>, flow: bool) {
        if self.chance(40) {
            let name = self.name();
            let _ = write!(self.out, "&{name} ");
        }
        let start = self.out.len();
        match self.below(12) {
            0 => {
                let text = self.plain(flow || names.len() > 1);
                let sound = !matches!(text, "<<" | "=")
                    && !text.starts_with(['?', '-', ':'])
                    && !text.contains("---");
                let text = if sound { text } else { "sound" };
                self.push(text);
            }
            1 => self.single_quoted(),
            2 => self.double_quoted(),
            _ => {
                let word = self.pick(&[
                    "id", "title", "owner", "due", "on", "no", "8.10", "012", "größe", "名", "a b", "x-y",
                    "k",
                ]);
                self.push(word);
            }
        }
        let key = self.out[start..].trim_matches(['\'', '"']).to_owned();
        if names.contains(&key) || key.is_empty() {
            self.out.truncate(start);
            let _ = write!(self.out, "k{}", names.len());
        }
        names.push(key);
        if self.chance(15) {
            self.push(" ");
        }
    }

    /// A merge key with its value, if there is a mapping to merge. Whether there was.
    fn merge(&mut self) -> bool {
        let mappings: Vec<String> = self
            .anchors
            .iter()
            .filter(|anchor| anchor.kind == AnchorKind::Mapping)
            .map(|anchor| anchor.name.clone())
            .collect();
        let Some(last) = mappings.last() else {
            if self.chance(6) {
                self.push("<<: {merged: 1, k: 2}");
                return true;
            }
            return false;
        };
        match self.below(4) {
            0 => {
                let _ = write!(self.out, "<<: [*{}, *{last}, {{inline: x, id: y}}]", mappings[0]);
            }
            _ => {
                let one = self.below(mappings.len());
                let _ = write!(self.out, "<<: *{}", mappings[one]);
            }
        }
        true
    }

    /// The text with a character or a line deleted, doubled, moved or put in.
    fn damage(&mut self, text: &str) -> String {
        const SIGNS: &[&str] = &[
            "[", "]", "{", "}", ",", ":", " ", "\n", "\t", "-", "?", "#", "&a ", "*a", "!", "!!int ", "|",
            ">", "'", "\"", "%", "@", "`", "\\", "---", "...", "<<: ", "\r", "\u{85}", "\u{2028}",
            "\u{feff}", "\0", "é", ": ", "- ", "x",
        ];
        if self.chance(2) {
            let mut characters: Vec<char> = text.chars().collect();
            if characters.is_empty() {
                return String::from("[");
            }
            let at = self.below(characters.len());
            match self.below(4) {
                0 => drop(characters.remove(at)),
                1 => characters.insert(at, characters[at]),
                2 => {
                    let other = self.below(characters.len());
                    characters.swap(at, other);
                }
                _ => {
                    let sign = self.pick(SIGNS);
                    let _ = characters.splice(at..at, sign.chars());
                }
            }
            return characters.into_iter().collect();
        }
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        if lines.is_empty() {
            return String::from("- ");
        }
        let at = self.below(lines.len());
        match self.below(4) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[at]),
            2 => {
                let other = self.below(lines.len());
                lines.swap(at, other);
            }
            _ => {
                let line = self.pick(&[
                    "  x\n", "\tx: 1\n", "- y\n", "---\n", "...\n", "# c\n", "z: 1\n", "\n", " \"\n", "}\n",
                ]);
                lines.insert(at, line);
            }
        }
        lines.concat()
    }
}
