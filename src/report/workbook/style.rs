//! How cells look, and which colour a word has: the same meaning as `templates/report/states.css`.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};

/// A colour with a meaning. Each is told in words, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Red,
    Amber,
    Green,
    Grey,
    Blue,
}

impl Tone {
    /// That of a state, a fact, a level or the colour of a clause.
    pub(super) fn of(word: &str) -> Option<Self> {
        Some(match word {
            "fulfilled" | "full" | "green" => Self::Green,
            "mostly" | "partly" | "partial" | "partly found" | "warning" | "amber" => Self::Amber,
            "not fulfilled" | "none" | "nothing found" | "error" | "red" => Self::Red,
            "to be confirmed" | "not judged" | "not testable" | "unknown" | "not-needed" | "grey" => {
                Self::Grey
            }
            "material found" | "no occurrence stated" | "info" => Self::Blue,
            _ => return None,
        })
    }

    /// On the ground, and in the letters.
    fn colours(self) -> (u32, u32) {
        match self {
            Self::Red => (0x00FB_E4E2, 0x00B3_261E),
            Self::Amber => (0x00FD_EED0, 0x007A_4B00),
            Self::Green => (0x00DC_F1E2, 0x001B_5E31),
            Self::Grey => (0x00E7_EAEE, 0x004A_5058),
            Self::Blue => (0x00E1_ECFA, 0x001D_4F91),
        }
    }

    /// On top of what a cell looks like.
    pub(super) fn on(self, format: Format) -> Format {
        let (ground, letters) = self.colours();
        format.set_background_color(ground).set_font_color(letters)
    }
}

/// How cells look.
pub(super) struct Style {
    pub(super) title: Format,
    pub(super) heading: Format,
    pub(super) prose: Format,
    pub(super) verdict: Format,
    /// Above a column that the program fills.
    pub(super) header: Format,
    /// Above a column that a person fills.
    pub(super) asked: Format,
    /// The path of the field that a column holds.
    pub(super) path: Format,
    pub(super) text: Format,
    /// What is only shown.
    pub(super) fixed: Format,
    /// A text that would become a formula if somebody typed it again.
    pub(super) quoted: Format,
    pub(super) number: Format,
    pub(super) day: Format,
}

const INK: u32 = 0x001B_2733;
const LINE: u32 = 0x00D0_D5DB;
const HEADER: u32 = 0x0034_3A42;
const ASKED: u32 = 0x001D_4F91;
const FAINT: u32 = 0x004A_5058;
const SHADE: u32 = 0x00F1_F3F5;
const WHITE: u32 = 0x00FF_FFFF;

impl Style {
    pub(super) fn new() -> Self {
        let plain = || Format::new().set_font_size(10).set_font_color(INK).set_align(FormatAlign::Top);
        let cell = || plain().set_border(FormatBorder::Thin).set_border_color(LINE);
        let above = |ground: u32| {
            cell()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter)
                .set_background_color(ground)
                .set_font_color(WHITE)
        };
        Self {
            title: plain().set_bold().set_font_size(16),
            heading: plain().set_bold().set_font_size(12),
            prose: plain().set_text_wrap(),
            verdict: plain().set_text_wrap().set_bold().set_font_size(12),
            header: above(HEADER),
            asked: above(ASKED),
            path: cell().set_font_size(8).set_italic().set_font_color(FAINT).set_background_color(SHADE),
            text: cell().set_text_wrap(),
            fixed: cell().set_text_wrap().set_font_color(FAINT).set_background_color(SHADE),
            quoted: cell().set_text_wrap().set_quote_prefix(),
            number: cell().set_align(FormatAlign::Right).set_indent(1),
            day: cell().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
        }
    }
}
