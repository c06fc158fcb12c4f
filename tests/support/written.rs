//! Files as people write them: comments, anchors, indentation of all kinds, brackets, blocks of text, line ends.
//!
//! Each line knows which field it belongs to, so that one can tell whether a change has touched another.

/// Numbers that only look like chance, the same in every run.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// A line, with the number of the document and the field that it belongs to, if it is of one alone.
pub type Line = (String, Option<(usize, &'static str)>);

/// A file, and what one has to know of it.
#[expect(clippy::struct_excessive_bools, reason = "each is a way to write of its own")]
pub struct Written {
    pub name: &'static str,
    pub lines: Vec<Line>,
    pub end: &'static str,
    pub mark: bool,
    pub ends: bool,
    /// Whether it is one list.
    pub is_list: bool,
    /// Whether documents stand between braces.
    pub in_braces: bool,
    /// Whether something in it stands for something elsewhere, so that a refusal is right.
    pub is_tied: bool,
    pub documents: usize,
}

pub const FIELDS: [&str; 7] = ["title", "owner", "impact", "tags", "source", "status", "text"];
const WORDS: [&str; 8] = ["Fire", "two words", "it's", "no", "8.10", "a: b", "Übung, im März", "say \"so\""];

impl Written {
    pub fn new(random: &mut Random) -> Self {
        let kind = random.below(5);
        let mut file = Self {
            name: if kind == 4 { "a.md" } else { "a.yaml" },
            lines: Vec::new(),
            end: random.one(&["\n", "\n", "\r\n"]),
            mark: random.chance(20),
            ends: kind == 4 || random.chance(85),
            is_list: kind < 3,
            in_braces: kind == 2,
            is_tied: random.chance(15),
            documents: if kind == 4 { 1 } else { 1 + random.below(4) },
        };
        match kind {
            0..=2 => file.list(random),
            3 => {
                for number in 0..file.documents {
                    if number > 0 || random.chance(30) {
                        file.say("---");
                    }
                    file.document(random, number, "", 0);
                }
            }
            _ => {
                file.say("---");
                file.document(random, 0, "", 0);
                for line in ["---", "# Text", "", "status: draft # not this one"] {
                    file.say(line);
                }
            }
        }
        file
    }

    pub fn text(&self) -> String {
        let lines: Vec<&str> = self.lines.iter().map(|(line, _)| line.as_str()).collect();
        let mark = if self.mark { "\u{feff}" } else { "" };
        format!("{mark}{}{}", lines.join(self.end), if self.ends { self.end } else { "" })
    }

    fn say(&mut self, line: &str) {
        self.lines.push((line.to_owned(), None));
    }

    fn list(&mut self, random: &mut Random) {
        if random.chance(50) {
            self.say("# ours, since 2023");
        }
        self.say(random.one(&[
            "collection: risk",
            "collection:   risk  # all of them",
            "'collection': risk",
        ]));
        if random.chance(30) {
            self.say("defaults: {classification: internal}");
        }
        self.say(random.one(&["entries:", "entries: # one below the other"]));
        let indent = random.one(&["", "  ", "    "]);
        for number in 0..self.documents {
            if random.chance(25) {
                self.say(&format!("{indent}# the entry {number}"));
            }
            if self.in_braces {
                self.braces(random, number, indent);
                continue;
            }
            let dash = random.one(&["- ", "-   "]);
            let first = format!("{indent}{dash}");
            self.document(random, number, &first, indent.len() + dash.len());
        }
        if random.chance(20) {
            self.say("# the end of the list");
        }
    }

    fn braces(&mut self, random: &mut Random, number: usize, indent: &str) {
        let mut fields = vec![format!("id: R-{number}"), "title: 'Fire, again'".to_owned()];
        for field in [
            "owner: ROL-1",
            "impact: 4",
            "tags: [a, 'b']",
            "source: {system: \"A\", ref: b}",
            "status: draft",
        ] {
            if random.chance(60) {
                fields.push(field.to_owned());
            }
        }
        let comment = if random.chance(30) { " # hot" } else { "" };
        self.lines.push((format!("{indent}- {{{}}}{comment}", fields.join(", ")), Some((number, "all"))));
    }

    /// A document in lines, of which the first stands behind a dash, or behind nothing.
    fn document(&mut self, random: &mut Random, number: usize, first: &str, columns: usize) {
        let inner = " ".repeat(columns);
        if self.is_tied && random.chance(30) && !first.is_empty() {
            self.say(&format!("{first}&e{number}"));
            self.lines.push((format!("{inner}id: R-{number}"), Some((number, "id"))));
            let before = number.checked_sub(1).map(|before| format!("&e{before}"));
            if before.is_some_and(|anchor| self.lines.iter().any(|(line, _)| line.ends_with(&anchor))) {
                self.say(&format!("{inner}<<: *e{}", number - 1));
            }
        } else {
            self.lines.push((format!("{first}id: R-{number}"), Some((number, "id"))));
        }
        if first.is_empty() {
            self.lines.push((format!("{inner}type: risk"), Some((number, "type"))));
        }
        for field in FIELDS {
            if field != "title" && random.chance(45) {
                continue;
            }
            if random.chance(12) {
                self.say(&format!("{inner}# of the {field}"));
            }
            if random.chance(6) {
                self.say("");
            }
            self.field(random, number, field, &inner);
        }
    }

    fn field(&mut self, random: &mut Random, number: usize, field: &'static str, inner: &str) {
        let of = Some((number, field));
        let comment = if random.chance(25) { random.one(&[" # c", "   # c: d"]) } else { "" };
        let key = match random.below(8) {
            0 => format!("\"{field}\":"),
            1 => format!("{field} :"),
            _ => format!("{field}:"),
        };
        let mut add = |text: String| self.lines.push((text, of));
        match field {
            "tags" => match random.below(4) {
                0 => add(format!("{inner}{key} [a, 'b',  \"c\"]{comment}")),
                1 => add(format!("{inner}{key}{comment}")),
                sort => {
                    let indent = if sort == 2 { "" } else { "    " };
                    add(format!("{inner}{key}{comment}"));
                    for item in ["a", "'b'", "\"c d\" # item"] {
                        add(format!("{inner}{indent}- {item}"));
                    }
                }
            },
            "source" => {
                if random.chance(40) {
                    add(format!("{inner}{key} {{system: 'A' , ref: b}}{comment}"));
                } else {
                    add(format!("{inner}{key}{comment}"));
                    add(format!("{inner}   system: \"A\" # tool"));
                    add(format!("{inner}   ref: b"));
                }
            }
            "text" => {
                let sign = random.one(&["|", ">-", "|+", ">"]);
                add(format!("{inner}{key} {sign}"));
                add(format!("{inner}  First line"));
                if random.chance(40) {
                    add(String::new());
                }
                add(format!("{inner}  - second: line # no comment"));
            }
            "impact" => add(format!("{inner}{key} {}{comment}", random.one(&["4", "0x1F", "", "~"]))),
            "owner" if self.is_tied && random.chance(60) => {
                // The other reader mixes up names that are given twice.
                let (value, other) = match random.below(3) {
                    0 => ("!!str ROL-1".to_owned(), "x".to_owned()),
                    _ => (format!("&o{number} ROL-1"), format!("*o{number}")),
                };
                self.lines.push((format!("{inner}{key} {value}{comment}"), of));
                self.lines.push((format!("{inner}other: {other}"), Some((number, "other"))));
            }
            "title" => {
                let word = random.one(&WORDS);
                match random.below(3) {
                    0 => add(format!("{inner}{key} '{}'{comment}", word.replace('\'', "''"))),
                    1 => add(format!("{inner}{key} \"{}\"{comment}", word.replace('"', "\\\""))),
                    _ => add(format!("{inner}{key} Fire{comment}")),
                }
            }
            _ => add(format!("{inner}{key} {}{comment}", random.one(&["draft", "'draft'", "x y"]))),
        }
    }
}
