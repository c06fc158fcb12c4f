//! A few findings on one page: of each rule the first is drawn with its lines, as long as there is room; all
//! others are told in words.
//!
//! Whoever runs a check at a terminal wants to see all that is wrong at once, and then goes to one after
//! the other. What a message says is never cut; what is left out is, in this order, how the lines around a
//! place look, and the cure.

/// What is told of the findings that are not drawn.
const IN_FULL: &str = "each in full: probity check -v\n\n";

/// A finding, in each of the ways in which it may be shown.
pub(super) struct Told {
    /// With the lines that it is about.
    pub(super) drawn: String,
    /// Place and message alone.
    pub(super) message: String,
    /// These, and the cure; none if the first of the same rule has the same cure.
    pub(super) with_help: Option<String>,
}

impl Told {
    fn short(&self, help: bool) -> &str {
        self.with_help.as_deref().filter(|_| help).unwrap_or(&self.message)
    }
}

/// Findings by rule, in the order in which they matter, in so many lines if they have room there.
pub(super) fn page(groups: &[Vec<Told>], room: usize) -> String {
    let fits = |drawn: usize, help: bool| shown(groups, drawn, help).lines().count() <= room;
    let help = fits(0, true);
    let drawn = (1..=groups.len()).rev().find(|drawn| fits(*drawn, help)).unwrap_or_default();
    shown(groups, drawn, help)
}

/// The page with so many of the groups led by a drawing.
fn shown(groups: &[Vec<Told>], drawn: usize, help: bool) -> String {
    let mut text = String::new();
    let (led, told) = groups.split_at(drawn);
    for group in led {
        let (first, others) = group.split_first().expect("a group has a finding");
        text.push_str(&first.drawn);
        text.push('\n');
        // They are read beside the first, and only another cure is worth a line.
        text.extend(others.iter().map(|other| other.short(true)));
        if !others.is_empty() {
            text.push('\n');
        }
    }
    text.extend(told.iter().flatten().map(|finding| finding.short(help)));
    if !told.is_empty() {
        text.push('\n');
    }
    if !told.is_empty() || led.iter().any(|group| group.len() > 1) {
        text.push_str(IN_FULL);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A finding that takes so many lines when it is drawn.
    fn told(name: &str, lines: usize, help: bool) -> Told {
        let rest = "  drawn\n".repeat(lines - 1);
        let message = format!("{name}\n  message\n");
        let with_help = help.then(|| format!("{message}  help of {name}\n"));
        Told { drawn: format!("{name}\n{rest}"), message, with_help }
    }

    #[test]
    fn the_first_of_a_rule_is_drawn_and_the_others_follow_in_words() {
        let group = vec![told("A-1", 4, true), told("A-2", 4, false), told("A-3", 4, true)];
        let expected = "\
A-1
  drawn
  drawn
  drawn

A-2
  message
A-3
  message
  help of A-3

each in full: probity check -v

";
        assert_eq!(page(&[group], 35), expected);
    }

    #[test]
    fn what_fits_the_page_is_drawn_and_nothing_is_told_of_more() {
        let groups = [vec![told("A-1", 10, true)], vec![told("B-1", 10, true)]];
        let page = page(&groups, 35);
        assert_eq!(page.matches("drawn").count(), 18);
        assert!(!page.contains("message") && !page.contains("probity check -v"), "{page}");
    }

    #[test]
    fn drawings_go_before_cures_and_cures_before_messages() {
        let groups = |count: usize| -> Vec<Vec<Told>> {
            (0..count).map(|number| vec![told(&format!("A-{number}"), 9, true)]).collect()
        };
        let counts = |count: usize| {
            let page = page(&groups(count), 35);
            (page.matches("message").count(), page.matches("help of").count(), page.lines().count())
        };
        // Of four, two are drawn; of ten, none, and each has its cure; of sixteen, none has.
        assert_eq!(counts(4), (2, 2, 29));
        assert_eq!(counts(10), (10, 10, 33));
        assert_eq!(counts(16), (16, 0, 35));
        // What a message says is not cut, however many there are.
        assert_eq!(counts(20), (20, 0, 43));
    }
}
