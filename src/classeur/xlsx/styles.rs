//! How cells look: colours that hold in grey, formats of numbers.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};

/// Line of a table's heads on its own sheet, counted from 0: title and note stand above.
pub const HEAD_ROW: u32 = 3;

/// Dark blue: dark in grey too.
pub const DARK: u32 = 0x1F_4E79;
const PALE: u32 = 0xDD_E6EF;
const RULE: u32 = 0xA6_B4C2;
const SMALL_PRINT: u32 = 0x50_5860;

/// Number formats; a spreadsheet puts in the separators of its reader's country.
mod number {
    /// A whole number.
    pub const COUNT: &str = "#,##0";
    /// Days with one decimal.
    pub const TENTHS: &str = "#,##0.0";
    /// Days with two decimals.
    pub const HUNDREDTHS: &str = "#,##0.00";
    /// A day.
    pub const DATE: &str = "dd/mm/yyyy";
    /// Euros, as French writes them.
    pub const EUROS: &str = "#,##0.00\\ [$€-40C]";
    /// A part of a whole.
    pub const PERCENT: &str = "0\\ %";
}

/// Every look of a cell.
pub struct Styles {
    /// A sheet's title.
    pub title: Format,
    /// A title inside a sheet.
    pub heading: Format,
    /// School, period.
    pub lead: Format,
    /// Small print.
    pub note: Format,
    /// Paragraphs.
    pub words: Format,
    /// A link to another sheet.
    pub link: Format,
    /// A head over words.
    pub head: Format,
    /// A head over numbers.
    pub head_right: Format,
    /// The cells of a line.
    pub line: Looks,
    /// The cells of a line of totals.
    pub total: Looks,
}

impl Styles {
    /// All of them.
    pub fn new() -> Self {
        // In the middle: letters at the upper edge would touch the rule below the heads.
        let base = || Format::new().set_align(FormatAlign::VerticalCenter);
        let head = || {
            Format::new()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter)
                .set_background_color(PALE)
                .set_border_bottom(FormatBorder::Medium)
                .set_border_bottom_color(DARK)
        };
        Self {
            title: Format::new().set_bold().set_font_size(16).set_font_color(DARK),
            heading: Format::new().set_bold().set_font_size(12).set_font_color(DARK),
            lead: Format::new().set_font_size(12),
            note: Format::new().set_italic().set_font_color(SMALL_PRINT),
            words: base().set_text_wrap(),
            link: Format::new().set_font_color(DARK).set_underline(rust_xlsxwriter::FormatUnderline::Single),
            head: head().set_align(FormatAlign::Left).set_indent(1),
            head_right: head().set_align(FormatAlign::Right),
            line: Looks::new(&base()),
            total: Looks::new(&total()),
        }
    }
}

/// The looks of a line's cells, by what they hold.
pub struct Looks {
    /// Words; also an empty cell.
    pub text: Format,
    /// A whole number.
    pub count: Format,
    /// Days, by the number of their decimals.
    pub days: [Format; 3],
    /// A day: to the left like words, since it is read and not added up.
    pub date: Format,
    /// Euros.
    pub euros: Format,
    /// A part of a whole.
    pub percent: Format,
}

impl Looks {
    fn new(base: &Format) -> Self {
        let right = |format: &str| base.clone().set_align(FormatAlign::Right).set_num_format(format);
        Self {
            text: base.clone().set_text_wrap().set_align(FormatAlign::Left).set_indent(1),
            count: right(number::COUNT),
            days: [right(number::COUNT), right(number::TENTHS), right(number::HUNDREDTHS)],
            date: base.clone().set_align(FormatAlign::Left).set_indent(1).set_num_format(number::DATE),
            euros: right(number::EUROS),
            percent: right(number::PERCENT),
        }
    }

    /// Days with that many decimals.
    pub fn days(&self, decimals: usize) -> &Format {
        let [none, one, two] = &self.days;
        match decimals {
            0 => none,
            1 => one,
            _ => two,
        }
    }
}

fn total() -> Format {
    Format::new()
        .set_bold()
        .set_align(FormatAlign::VerticalCenter)
        .set_border_top(FormatBorder::Thin)
        .set_border_top_color(RULE)
        .set_background_color(0xF2_F5F8)
}
