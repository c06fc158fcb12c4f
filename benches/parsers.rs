//! Which parser stands behind `yaml`: two candidates build the same small tree from the same texts.
//!
//! `cargo bench --bench parsers` prints, for each candidate, the speed in megabytes of source a
//! second, the peak of memory in bytes a byte of source, and how each hostile text ends.

#![expect(unsafe_code, reason = "an allocator that counts cannot be written without")]
#![expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "figures for a person")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    hint::black_box,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::{Duration, Instant},
};

#[path = "support/corpus.rs"]
mod corpus;

struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system allocator unchanged; only sizes are counted beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        PEAK.fetch_max(HELD.fetch_add(layout.size(), Relaxed) + layout.size(), Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What `yaml` keeps of a node: its span, where its subtree ends, and its text if the source
/// does not hold it as it is.
#[derive(Default)]
struct Tree {
    nodes: Vec<(u32, u32, u32, u32)>,
    texts: Vec<Box<str>>,
    open: Vec<usize>,
    deepest: usize,
}

impl Tree {
    fn scalar(&mut self, start: usize, end: usize, source: &str, text: &str) {
        let slice = source.get(start..end).unwrap_or("");
        let inner = slice.get(1..slice.len().saturating_sub(1)).unwrap_or("");
        let kept = if slice == text || inner == text {
            0
        } else {
            self.texts.push(text.into());
            self.texts.len()
        };
        self.nodes.push((start as u32, end as u32, 0, kept as u32));
    }

    fn start(&mut self, start: usize) {
        self.open.push(self.nodes.len());
        self.deepest = self.deepest.max(self.open.len());
        self.nodes.push((start as u32, 0, 0, 0));
    }

    fn end(&mut self, end: usize) {
        let after = self.nodes.len() as u32;
        let node = &mut self.nodes[self.open.pop().expect("the parser balances its events")];
        (node.1, node.2) = (end as u32, after);
    }
}

fn granit(source: &str) -> Result<Tree, String> {
    use granit_parser::{Event, Parser};
    let mut tree = Tree::default();
    let mut parser = Parser::new_from_str(source);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| error.to_string())?;
        let bytes = span.byte_range().unwrap_or_default();
        match event {
            Event::Scalar(text, ..) => tree.scalar(bytes.start, bytes.end, source, &text),
            Event::SequenceStart(..) | Event::MappingStart(..) => tree.start(bytes.start),
            Event::SequenceEnd | Event::MappingEnd => tree.end(bytes.end),
            _ => {}
        }
    }
    Ok(tree)
}

fn saphyr(source: &str) -> Result<Tree, String> {
    use saphyr_parser::{Event, Parser};
    let mut tree = Tree::default();
    let mut parser = Parser::new_from_str(source);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| error.to_string())?;
        let (start, end) = (span.start.index(), span.end.index());
        match event {
            Event::Scalar(text, ..) => tree.scalar(start, end, source, &text),
            Event::SequenceStart(..) | Event::MappingStart(..) => tree.start(start),
            Event::SequenceEnd | Event::MappingEnd => tree.end(end),
            _ => {}
        }
    }
    Ok(tree)
}

type Candidate = (&'static str, fn(&str) -> Result<Tree, String>);

const CANDIDATES: [Candidate; 2] = [("granit-parser", granit), ("saphyr-parser", saphyr)];
const ROUNDS: usize = 7;

fn main() {
    let small: Vec<String> = corpus::documents(1_000).into_iter().map(|file| file.text).collect();
    let large: Vec<String> = corpus::records(24_000).into_iter().map(|file| file.text).collect();
    println!("{:<28}{:<16}{:>8}{:>24}", "texts", "parser", "MB/s", "peak bytes per byte");
    for (name, texts) in [("1,000 documents", &small), ("24,000 records, 12 files", &large)] {
        let bytes: usize = texts.iter().map(String::len).sum();
        let mut best = [Duration::MAX; 2];
        let mut peaks = [0; 2];
        // The candidates take turns, so that a drift of the machine's speed meets both.
        for _ in 0..ROUNDS {
            for (index, (_, parse)) in CANDIDATES.iter().enumerate() {
                let held = HELD.load(Relaxed);
                PEAK.store(held, Relaxed);
                let started = Instant::now();
                let trees: Vec<Tree> = texts
                    .iter()
                    .map(|text| parse(black_box(text)).expect("the generator writes sound YAML"))
                    .collect();
                best[index] = best[index].min(started.elapsed());
                peaks[index] = PEAK.load(Relaxed) - held;
                drop(trees);
            }
        }
        for (index, (parser, _)) in CANDIDATES.iter().enumerate() {
            let speed = bytes as f64 / 1e6 / best[index].as_secs_f64();
            println!("{name:<28}{parser:<16}{speed:>8.1}{:>24.2}", peaks[index] as f64 / bytes as f64);
        }
    }
    println!("\n{:<28}{:<16}{:>10}{:>10}  result at 4n", "hostile text", "parser", "n", "4n");
    for (name, make) in HOSTILE {
        for (parser, parse) in CANDIDATES {
            let time = |size| {
                let text = make(size);
                let started = Instant::now();
                let result = parse(black_box(&text));
                (started.elapsed(), result.map(|tree| tree.deepest))
            };
            let (short, _) = time(50_000);
            let (long, result) = time(200_000);
            let result = match result {
                Ok(depth) => format!("accepted, {depth} deep"),
                Err(error) => error,
            };
            println!(
                "{name:<28}{parser:<16}{:>7.1} ms{:>7.1} ms  {result}",
                short.as_secs_f64() * 1e3,
                long.as_secs_f64() * 1e3
            );
        }
    }
}

/// A name, and a text of about so many repetitions.
type Hostile = (&'static str, fn(usize) -> String);

const HOSTILE: &[Hostile] = &[
    ("nested flow sequences", |n| "[".repeat(n)),
    ("nested block sequences", |n| "- ".repeat(n)),
    ("nested block mappings", |n| (0..n / 100).map(|level| format!("{}k:\n", " ".repeat(level))).collect()),
    ("nested explicit keys", |n| "? ".repeat(n)),
    ("one long flow sequence", |n| format!("[{}]", "a,".repeat(n))),
    ("one long line of text", |n| "a ".repeat(n)),
    ("one long quoted scalar", |n| format!("\"{}\"", "\\n".repeat(n))),
    ("an unclosed quote", |n| format!("a: \"{}", "text\n ".repeat(n))),
    ("keys of one mapping", |n| (0..n).map(|key| format!("k{key}: v\n")).collect()),
    ("anchors", |n| (0..n).map(|name| format!("- &a{name} x\n")).collect()),
    ("aliases", |n| format!("- &a x\n{}", "- *a\n".repeat(n))),
    ("comments", |n| "# comment\n".repeat(n) + "a: 1\n"),
    ("comments in a sequence", |n| "- # comment\n".repeat(n)),
    ("blank lines in a block", |n| format!("a: |\n{}", "\n".repeat(n))),
    ("documents", |n| "---\na: 1\n".repeat(n)),
    ("colons", |n| ":".repeat(n)),
    ("colons with spaces", |n| "a: ".repeat(n)),
    ("question marks", |n| "?\n".repeat(n)),
    ("tags", |n| "!a ".repeat(n)),
    ("percent signs", |n| "%".repeat(n)),
    ("tabs", |n| "\t".repeat(n)),
    ("control characters", |n| "a: \u{1}\u{7f}".to_owned() + &"b".repeat(n)),
    ("carriage returns", |n| "a\r".repeat(n)),
    ("a byte order mark inside", |n| format!("a: 1\n\u{feff}b: {}", "x".repeat(n))),
];
