//! The fonts: what a letter is and how wide.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::MetadataProvider;
use skrifa::prelude::{LocationRef, Size};

/// Noto Sans, the letters of the languages written from left to right in Europe.
const REGULAR: &[u8] = include_bytes!("../../../templates/classeur/fonts/NotoSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../../templates/classeur/fonts/NotoSans-Bold.ttf");

/// Where a line may break inside a word; drawn as a hyphen at a line's end.
pub const SOFT_HYPHEN: char = '\u{ad}';

/// Letters below this have their own place in the table.
const TABLED: usize = 0x2200;

/// One font.
pub struct Face {
    /// As the PDF embeds it, only the letters that are used.
    pub font: Font,
    /// By letter: glyph and width in parts of the size; none where the font lacks it.
    letters: Vec<Option<(u32, f32)>>,
    /// What stands for a letter that the font lacks.
    unknown: (u32, f32),
}

/// Both fonts.
pub struct Faces {
    /// For most.
    pub regular: Face,
    /// For titles and totals.
    pub bold: Face,
}

impl Faces {
    /// Reads them; `None` only if the files shipped are damaged.
    pub fn new() -> Option<Self> {
        Some(Self { regular: Face::new(REGULAR)?, bold: Face::new(BOLD)? })
    }

    /// One of them.
    pub fn of(&self, bold: bool) -> &Face {
        if bold { &self.bold } else { &self.regular }
    }
}

impl Face {
    fn new(data: &'static [u8]) -> Option<Self> {
        let font = Font::new(data.into(), 0)?;
        let inside = skrifa::FontRef::new(data).ok()?;
        let units = f32::from(inside.metrics(Size::unscaled(), LocationRef::default()).units_per_em).max(1.0);
        let widths = inside.glyph_metrics(Size::unscaled(), LocationRef::default());
        let charmap = inside.charmap();
        let mut letters = vec![None; TABLED];
        for (code, glyph) in charmap.mappings() {
            if let Some(place) = letters.get_mut(code as usize) {
                *place = Some((glyph.to_u32(), widths.advance_width(glyph)? / units));
            }
        }
        let hyphen = letters.get('-' as usize).copied().flatten();
        if let Some(place) = letters.get_mut(SOFT_HYPHEN as usize) {
            *place = hyphen;
        }
        let unknown = letters.get('?' as usize).copied().flatten()?;
        Some(Self { font, letters, unknown })
    }

    fn letter(&self, c: char) -> (u32, f32) {
        // The fonts as shipped lack the minus sign; the dash looks alike.
        let c = if c == '−' { '–' } else { c };
        self.letters.get(c as usize).copied().flatten().unwrap_or(self.unknown)
    }

    /// Width of `text` in that size.
    pub fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|c| self.letter(c).1).sum::<f32>() * size
    }

    /// The glyphs of `text`, one for each letter.
    pub fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        text.char_indices()
            .map(|(at, c)| {
                let (glyph, width) = self.letter(c);
                KrillaGlyph::new(GlyphId::new(glyph), width, 0.0, 0.0, 0.0, at..at + c.len_utf8(), None)
            })
            .collect()
    }
}
