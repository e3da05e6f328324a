//! Pages being filled, and the tree of tags that says what each mark on them is.
//!
//! A page is first a list of marks, so that the number of pages is known when the feet are written;
//! only then is it put into the PDF.

use krilla::color::rgb;
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TagGroup, TagKind, TagTree};
use krilla::{Document, SerializeSettings};

use super::face::Faces;

/// Colours, told apart in grey too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tint {
    /// Text.
    Ink,
    /// Titles, first series.
    Dark,
    /// Second series.
    Middle,
    /// Third series.
    Light,
    /// Behind heads.
    Pale,
    /// Thin lines.
    Rule,
    /// Small print.
    Small,
}

impl Tint {
    fn color(self) -> rgb::Color {
        let [r, g, b] = match self {
            Self::Ink => [0x1b, 0x27, 0x33],
            Self::Dark => [0x1f, 0x4e, 0x79],
            Self::Middle => [0xa9, 0xc3, 0xdb],
            Self::Light => [0xf4, 0xf7, 0xfa],
            Self::Pale => [0xe4, 0xeb, 0xf2],
            Self::Rule => [0xb4, 0xbe, 0xc8],
            Self::Small => [0x46, 0x52, 0x60],
        };
        rgb::Color::new(r, g, b)
    }
}

/// Something drawn.
#[derive(Debug, Clone)]
pub enum Ink {
    /// Words on a base line.
    Words { x: f32, y: f32, size: f32, bold: bool, tint: Tint, text: String },
    /// An area; with an outline where `outline` says so.
    Area { x: f32, y: f32, w: f32, h: f32, fill: Tint, outline: bool },
    /// A line.
    Rule { from: (f32, f32), to: (f32, f32), width: f32, tint: Tint },
}

/// A node of the tree of tags.
pub enum Node {
    /// Marks on a page, by their number.
    Leaf(usize),
    /// A paragraph, a table, a cell…
    Group(TagKind, Vec<Node>),
}

/// Drawings and what they are: content with its number, or decoration.
struct Mark {
    leaf: Option<usize>,
    whole: bool,
    inks: Vec<Ink>,
}

/// How a page lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    /// Portrait.
    Upright,
    /// Landscape.
    Sideways,
}

struct Page {
    lie: Lie,
    marks: Vec<Mark>,
}

/// Points of A4.
const SHORT_SIDE: f32 = 595.28;
const LONG_SIDE: f32 = 841.89;
/// Left and right of the text: 15 mm.
pub const MARGIN: f32 = 42.5;
const TOP: f32 = 42.5;
const BOTTOM: f32 = 52.0;

impl Lie {
    /// Width and height.
    fn size(self) -> (f32, f32) {
        match self {
            Self::Upright => (SHORT_SIDE, LONG_SIDE),
            Self::Sideways => (LONG_SIDE, SHORT_SIDE),
        }
    }
}

/// The document being written.
pub struct Paper {
    pages: Vec<Page>,
    /// How far down the page it is written.
    pub y: f32,
    /// Left and width of the column that is written; `None`: the whole width of the text.
    column: Option<(f32, f32)>,
    /// A page without an end, to find out how high something becomes.
    endless: bool,
    leaves: usize,
    /// The tree of tags.
    pub tree: Vec<Node>,
    outline: Vec<(String, usize, f32)>,
}

impl Paper {
    /// With its first page.
    pub fn new() -> Self {
        let mut paper = Self {
            pages: Vec::new(),
            y: 0.0,
            column: None,
            endless: false,
            leaves: 0,
            tree: Vec::new(),
            outline: Vec::new(),
        };
        paper.turn(Lie::Upright);
        paper
    }

    /// A page without an end, on which a column as wide as this one's is tried out.
    pub fn endless(width: f32) -> Self {
        let mut paper = Self::new();
        paper.endless = true;
        paper.column = Some((MARGIN, width));
        paper
    }

    /// How far it is written below the page's beginning.
    pub fn written(&self) -> f32 {
        self.y - TOP
    }

    /// Writes into a column of the text from now on: its left, counted from the text's, and its width.
    pub fn set_column(&mut self, left: f32, width: f32) {
        self.column = Some((MARGIN + left, width));
    }

    /// Writes over the whole width again.
    pub fn across(&mut self) {
        self.column = None;
    }

    /// A new page.
    pub fn turn(&mut self, lie: Lie) {
        self.pages.push(Page { lie, marks: Vec::new() });
        self.y = TOP;
    }

    /// How the page lies.
    pub fn lie(&self) -> Lie {
        self.pages.last().map_or(Lie::Upright, |p| p.lie)
    }

    /// Left of the text, or of the column that is written.
    pub fn x(&self) -> f32 {
        self.column.map_or(MARGIN, |(x, _)| x)
    }

    /// Width of the text, or of the column that is written.
    pub fn width(&self) -> f32 {
        self.column.map_or_else(|| self.lie().size().0 - 2.0 * MARGIN, |(_, width)| width)
    }

    /// What is left of the page's height.
    pub fn left(&self) -> f32 {
        if self.endless { f32::INFINITY } else { self.lie().size().1 - BOTTOM - self.y }
    }

    /// Height of an empty page.
    pub fn whole(&self) -> f32 {
        self.lie().size().1 - BOTTOM - TOP
    }

    /// How many pages there are.
    pub fn pages(&self) -> usize {
        self.pages.len()
    }

    /// Turns the page where less than `height` is left.
    pub fn need(&mut self, height: f32) {
        if self.left() < height && self.y > TOP {
            self.turn(self.lie());
        }
    }

    /// Draws content; its place in the tree is the caller's to give.
    pub fn content(&mut self, inks: Vec<Ink>) -> Node {
        self.mark(inks, false)
    }

    /// Draws a picture whose pieces make sense only together.
    pub fn picture(&mut self, inks: Vec<Ink>) -> Node {
        self.mark(inks, true)
    }

    fn mark(&mut self, inks: Vec<Ink>, whole: bool) -> Node {
        let leaf = self.leaves;
        self.leaves += 1;
        if let Some(page) = self.pages.last_mut() {
            page.marks.push(Mark { leaf: Some(leaf), whole, inks });
        }
        Node::Leaf(leaf)
    }

    /// Draws what says nothing: rules, fills, heads repeated.
    pub fn decoration(&mut self, inks: Vec<Ink>) {
        if let Some(page) = self.pages.last_mut() {
            page.marks.push(Mark { leaf: None, whole: false, inks });
        }
    }

    /// A place that the outline leads to.
    pub fn place(&mut self, title: String) {
        self.outline.push((title, self.pages.len().saturating_sub(1), self.y));
    }

    /// The bytes. `foot` stands at the left of each page's foot.
    ///
    /// # Errors
    /// In words of the library: a tag that the standard asks for is missing, or a font is damaged.
    pub fn finish(self, faces: &Faces, metadata: Metadata, foot: &str) -> Result<Vec<u8>, String> {
        let configuration = ConfigurationBuilder::new()
            .with_accessibility_validator(Accessibility::UA1)
            .finish()
            .map_err(|e| format!("{e:?}"))?;
        let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
        let mut document = Document::new_with(settings);
        let mut known: Vec<Option<Identifier>> = vec![None; self.leaves];
        let total = self.pages.len();
        for (number, content) in (1..).zip(&self.pages) {
            let (width, height) = content.lie.size();
            let settings = PageSettings::from_wh(width, height).ok_or("a page without size")?;
            let mut page = document.start_page_with(settings);
            let mut surface = page.surface();
            for mark in &content.marks {
                let tag = match (mark.leaf, mark.whole) {
                    (None, _) => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
                    (Some(_), true) => ContentTag::Other,
                    (Some(_), false) => ContentTag::Span(SpanTag::empty()),
                };
                let id = surface.start_tagged(tag);
                for ink in &mark.inks {
                    draw(&mut surface, ink, faces);
                }
                surface.end_tagged();
                if let Some(place) = mark.leaf.and_then(|leaf| known.get_mut(leaf)) {
                    *place = Some(id);
                }
            }
            surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
            for ink in feet(faces, foot, number, total, (width, height)) {
                draw(&mut surface, &ink, faces);
            }
            surface.end_tagged();
            surface.finish();
            page.finish();
        }
        let mut tree = TagTree::new().with_lang(Some("fr-FR".to_owned()));
        for node in self.tree {
            match grown(node, &known) {
                Some(Grown::Leaf(id)) => tree.push(id),
                Some(Grown::Group(group)) => tree.push(group),
                None => {}
            }
        }
        document.set_tag_tree(tree);
        let mut outline = Outline::new();
        for (title, page, y) in self.outline {
            outline.push_child(OutlineNode::new(
                title,
                XyzDestination::new(page, Point::from_xy(0.0, (y - 12.0).max(0.0))),
            ));
        }
        document.set_outline(outline);
        document.set_metadata(metadata);
        document.finish().map_err(|e| format!("{e:?}"))
    }
}

enum Grown {
    Leaf(Identifier),
    Group(TagGroup),
}

fn grown(node: Node, known: &[Option<Identifier>]) -> Option<Grown> {
    match node {
        Node::Leaf(leaf) => known.get(leaf).copied().flatten().map(Grown::Leaf),
        Node::Group(tag, children) => {
            let mut group = TagGroup::new(tag);
            for child in children {
                match grown(child, known)? {
                    Grown::Leaf(id) => group.push(id),
                    Grown::Group(inner) => group.push(inner),
                }
            }
            Some(Grown::Group(group))
        }
    }
}

fn feet(faces: &Faces, foot: &str, number: usize, total: usize, (width, height): (f32, f32)) -> [Ink; 3] {
    let (size, y) = (7.5, height - 32.0);
    let page = format!("Page\u{a0}{number} sur {total}");
    let right = width - MARGIN - faces.regular.width(&page, size);
    let words = |x: f32, text: String| Ink::Words { x, y, size, bold: false, tint: Tint::Small, text };
    [
        Ink::Rule { from: (MARGIN, y - 11.0), to: (width - MARGIN, y - 11.0), width: 0.5, tint: Tint::Rule },
        words(MARGIN, foot.to_owned()),
        words(right, page),
    ]
}

fn draw(surface: &mut Surface<'_>, ink: &Ink, faces: &Faces) {
    let filled = |tint: Tint| Some(Fill { paint: tint.color().into(), ..Fill::default() });
    let drawn = |tint: Tint, width: f32| Some(Stroke { paint: tint.color().into(), width, ..Stroke::default() });
    match ink {
        Ink::Words { text, .. } if text.is_empty() => {}
        Ink::Words { x, y, size, bold, tint, text } => {
            surface.set_stroke(None);
            surface.set_fill(filled(*tint));
            let face = faces.of(*bold);
            surface.draw_glyphs(Point::from_xy(*x, *y), &face.glyphs(text), face.font.clone(), text, *size, false);
        }
        Ink::Area { x, y, w, h, fill, outline } => {
            let mut path = PathBuilder::new();
            let Some(rect) = Rect::from_xywh(*x, *y, w.max(0.01), h.max(0.01)) else { return };
            path.push_rect(rect);
            surface.set_fill(filled(*fill));
            surface.set_stroke(if *outline { drawn(Tint::Dark, 0.6) } else { None });
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
        Ink::Rule { from, to, width, tint } => {
            let mut path = PathBuilder::new();
            path.move_to(from.0, from.1);
            path.line_to(to.0, to.1);
            surface.set_fill(None);
            surface.set_stroke(drawn(*tint, *width));
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
    }
}

#[cfg(test)]
impl Paper {
    /// All words that are content, in the order of drawing.
    pub fn words(&self) -> Vec<String> {
        let marks = self.pages.iter().flat_map(|p| &p.marks).filter(|m| m.leaf.is_some());
        let words = marks.flat_map(|m| &m.inks).filter_map(|ink| match ink {
            Ink::Words { text, .. } => Some(text.clone()),
            _ => None,
        });
        words.collect()
    }

    /// Right and lower end of each mark, width and height of its page, and what it is.
    pub fn extents(&self, faces: &Faces) -> Vec<(f32, f32, f32, f32, String)> {
        let mut all = Vec::new();
        for page in &self.pages {
            let (width, height) = page.lie.size();
            for ink in page.marks.iter().flat_map(|m| &m.inks) {
                let (right, bottom) = match ink {
                    Ink::Words { x, y, size, bold, text, .. } => {
                        (x + faces.of(*bold).width(text.trim_end(), *size), *y)
                    }
                    Ink::Area { x, y, w, h, .. } => (x + w, y + h),
                    Ink::Rule { from, to, .. } => (from.0.max(to.0), from.1.max(to.1)),
                };
                all.push((right, bottom, width, height, format!("{ink:?}")));
            }
        }
        all
    }
}
