//! Titles, paragraphs, tables and drawings, put where there is room for all of them.

use std::num::NonZeroU16;

use krilla::tagging::{ListNumbering, Tag};

use super::face::{self, Faces};
use super::lines::{self, Divide, Type};
use super::paper::{Ink, Lie, MARGIN, Node, Paper, Tint};
use super::plan::{self, Block, Measure, Shelf};
use super::table::{self, Setting};
use crate::classeur::plot::{self, Anchor, Canvas, Drawing, Fill, Shape};
use crate::classeur::shown::{self, TITLE_MOST};
use crate::classeur::{Classeur, Table};

/// Words of the text.
const BODY: f32 = 9.5;
/// Small print.
const SMALL: f32 = 7.4;
/// Words of a drawing.
const DRAWN: f32 = 7.6;
/// Tables of the text.
const INSIDE: Setting = Setting { size: 7.8, gap: 3.2, lines: 3, full: true };
/// The annex.
const ANNEXED: Setting = Setting { size: 6.8, gap: 3.0, lines: 8, full: true };
/// Between columns.
const GUTTER: f32 = 18.0;

/// A paragraph's look.
#[derive(Clone, Copy)]
struct Look {
    size: f32,
    bold: bool,
    tint: Tint,
    /// Left of it.
    indent: f32,
    /// Below it.
    after: f32,
}

const TEXT: Look = Look { size: BODY, bold: false, tint: Tint::Ink, indent: 0.0, after: 4.0 };
const NOTE: Look = Look { size: SMALL, bold: false, tint: Tint::Small, indent: 0.0, after: 2.5 };

/// Puts things on paper, one below the other.
pub struct Writer<'a> {
    /// What it writes on.
    pub paper: Paper,
    faces: &'a Faces,
}

impl<'a> Writer<'a> {
    /// On its first page.
    pub fn new(faces: &'a Faces) -> Self {
        Self { paper: Paper::new(), faces }
    }

    /// How high something becomes in a column that wide.
    fn height(&self, width: f32, write: &dyn Fn(&mut Self)) -> f32 {
        let mut trial = Self { paper: Paper::endless(width), faces: self.faces };
        write(&mut trial);
        trial.paper.written()
    }

    /// Two columns side by side, never cut by a page's end unless they are longer than a page.
    fn beside(&mut self, left: &dyn Fn(&mut Self), right: &dyn Fn(&mut Self)) {
        let width = (self.paper.width() - GUTTER) / 2.0;
        let tall = self.height(width, left).max(self.height(width, right)) + 1.0;
        if tall > self.paper.whole() {
            left(self);
            right(self);
            return;
        }
        self.paper.need(tall);
        let top = self.paper.y;
        self.paper.set_column(0.0, width);
        left(self);
        let below = self.paper.y;
        self.paper.y = top;
        self.paper.set_column(width + GUTTER, width);
        right(self);
        self.paper.y = self.paper.y.max(below);
        self.paper.across();
    }

    /// The lines of a paragraph; gives their marks.
    fn lines(&mut self, text: &str, look: Look) -> Vec<Node> {
        let with = Type { face: self.faces.of(look.bold), size: look.size };
        let leading = look.size * 1.36;
        let lines = lines::wrap(text, with, self.paper.width() - look.indent, 200, Divide::Freely);
        let count = lines.len();
        // No single line of a paragraph stands alone at a page's end or beginning.
        self.paper.need(leading * if count <= 3 { count as f32 } else { 2.0 });
        let mut marks = Vec::new();
        for (number, mut line) in lines.into_iter().enumerate() {
            let last_two = if number + 2 == count { 2.0 } else { 1.0 };
            self.paper.need(leading * last_two);
            if number + 1 < count && !line.ends_with(face::SOFT_HYPHEN) {
                line.push(' ');
            }
            let (x, y) = (self.paper.x() + look.indent, self.paper.y + look.size);
            let ink = Ink::Words { x, y, size: look.size, bold: look.bold, tint: look.tint, text: line };
            marks.push(self.paper.content(vec![ink]));
            self.paper.y += leading;
        }
        self.paper.y += look.after;
        marks
    }

    fn paragraph(&mut self, text: &str, look: Look) {
        let marks = self.lines(text, look);
        self.paper.tree.push(Node::Group(Tag::P.into(), marks));
    }

    /// A heading; the caller has made sure that something stands below it.
    fn heading(&mut self, title: &str, level: u16) {
        let first = level == 1;
        let look = Look {
            size: if first { 19.0 } else { 11.0 },
            bold: true,
            tint: Tint::Dark,
            indent: 0.0,
            after: if first { 3.0 } else { 2.5 },
        };
        self.paper.place(title.to_owned());
        let marks = self.lines(title, look);
        let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
        self.paper.tree.push(Node::Group(Tag::Hn(level, Some(title.to_owned())).into(), marks));
    }

    /// Everything but the annex, with as much of each table as `measure` says.
    pub fn body(&mut self, classeur: &Classeur, measure: Measure) {
        self.front(classeur);
        for shelf in plan::shelves(classeur, measure) {
            match &shelf {
                Shelf::Across(block) => self.across(block),
                Shelf::Beside(left, right) => {
                    let write = |blocks: &[Block<'_>], w: &mut Self| blocks.iter().for_each(|b| w.block(b));
                    self.beside(&|w| write(left, w), &|w| write(right, w));
                }
            }
        }
        if let Some(text) = shown::without_lines(classeur) {
            self.paper.y += 8.0;
            self.paragraph(&text, NOTE);
        }
        self.method(classeur);
    }

    /// Title, whose it is, the sentences.
    fn front(&mut self, classeur: &Classeur) {
        self.heading("Classeur des pannes informatiques", 1);
        let school = format!(
            "{} ({}), {}",
            shown::clean(&classeur.school, TITLE_MOST),
            shown::clean(&classeur.uai, 20),
            shown::clean(&classeur.city, TITLE_MOST)
        );
        let period = crate::compose::french::capital(&shown::period(classeur.period));
        self.paragraph(&school, Look { size: 11.5, bold: true, after: 1.0, ..TEXT });
        self.paragraph(&period, Look { size: 11.5, after: 1.0, ..TEXT });
        let made = shown::long_date(classeur.made_on);
        let made = format!("Établi le {made}. Les tableaux complets sont dans le classeur .xlsx.");
        self.paragraph(&made, Look { after: 5.0, ..NOTE });
        let (y, right) = (self.paper.y, MARGIN + self.paper.width());
        self.paper.decoration(vec![Ink::Rule { from: (MARGIN, y), to: (right, y), width: 1.2, tint: Tint::Dark }]);
        self.paper.y += 10.0;
        if classeur.sentences.is_empty() {
            return;
        }
        self.heading("L’essentiel", 2);
        let mut items = Vec::new();
        for sentence in classeur.sentences.iter().take(40) {
            self.paper.need(BODY * 1.36 * 2.0);
            let (x, y) = (MARGIN + 3.0, self.paper.y + BODY + 0.6);
            let dot = Ink::Words { x, y, size: BODY + 0.6, bold: true, tint: Tint::Dark, text: "•".to_owned() };
            let label = Node::Group(Tag::Lbl.into(), vec![self.paper.content(vec![dot])]);
            let look = Look { size: BODY + 0.6, indent: 15.0, after: 3.0, ..TEXT };
            let marks = self.lines(&shown::clean(sentence, 1_000), look);
            let body = Node::Group(Tag::LBody.into(), vec![Node::Group(Tag::P.into(), marks)]);
            items.push(Node::Group(Tag::LI.into(), vec![label, body]));
        }
        self.paper.tree.push(Node::Group(Tag::L(ListNumbering::Disc).into(), items));
        self.paper.y += 2.0;
    }

    /// A block over the whole width, on one page where a page can hold it.
    fn across(&mut self, block: &Block<'_>) {
        let tall = self.height(self.paper.width(), &|w| w.block(block)) + 1.0;
        self.paper.need(tall.min(self.paper.whole()));
        self.block(block);
    }

    /// A heading, its note, its drawing, its table.
    fn block(&mut self, block: &Block<'_>) {
        self.paper.y += 7.0;
        self.heading(&block.title, 2);
        if let Some(note) = &block.note {
            self.paragraph(note, NOTE);
        }
        if let Some(drawing) = block.drawn.as_deref().and_then(|table| self.drawing(table)) {
            self.picture(&drawing);
        }
        if let Some(table) = &block.table {
            if table.rows.is_empty() {
                self.paragraph(shown::no_lines(table), TEXT);
            } else {
                let node = table::write(&mut self.paper, table, self.faces, INSIDE);
                self.paper.tree.push(node);
                self.paper.y += 3.0;
            }
        }
        if let Some(cut) = &block.cut {
            self.paragraph(cut, NOTE);
        }
        self.paper.y += 3.0;
    }

    fn drawing(&self, table: &Table) -> Option<Drawing> {
        let measure = |text: &str| self.faces.regular.width(text, DRAWN);
        plot::draw(table, &Canvas { width: self.paper.width(), size: DRAWN, measure: &measure })
    }

    fn picture(&mut self, drawing: &Drawing) {
        self.paper.need(drawing.height + 8.0);
        let (left, top) = (self.paper.x(), self.paper.y + 2.0);
        let inks = drawing.shapes.iter().map(|shape| match shape {
            Shape::Area { x, y, w, h, fill } => {
                let fill = match fill {
                    Fill::Dark => Tint::Dark,
                    Fill::Middle => Tint::Middle,
                    Fill::Light => Tint::Light,
                };
                Ink::Area { x: left + x, y: top + y, w: *w, h: *h, fill, outline: true }
            }
            Shape::Rule { from, to } => Ink::Rule {
                from: (left + from.0, top + from.1),
                to: (left + to.0, top + to.1),
                width: 0.5,
                tint: Tint::Rule,
            },
            Shape::Words { x, y, anchor, text } => {
                let wide = self.faces.regular.width(text, drawing.size);
                let x = match anchor {
                    Anchor::Start => *x,
                    Anchor::Middle => x - wide / 2.0,
                    Anchor::End => x - wide,
                };
                let (x, y) = (left + x, top + y);
                Ink::Words { x, y, size: drawing.size, bold: false, tint: Tint::Ink, text: text.clone() }
            }
        });
        let mark = self.paper.picture(inks.collect());
        self.paper.tree.push(Node::Group(Tag::Figure(Some(drawing.alt.clone())).into(), vec![mark]));
        self.paper.y += drawing.height + 8.0;
    }

    /// How the figures were made, in small print, in two columns: lines over the whole width would be
    /// too long to be read.
    fn method(&mut self, classeur: &Classeur) {
        let all: Vec<String> =
            classeur.method.iter().take(40).map(|text| shown::clean(text, 4_000).into_owned()).collect();
        if all.is_empty() {
            return;
        }
        let said = |w: &mut Self, texts: &[String]| texts.iter().for_each(|text| w.paragraph(text, NOTE));
        let width = (self.paper.width() - GUTTER) / 2.0;
        let parts = |at: usize| all.split_at_checked(at).unwrap_or((&all, &[]));
        let tall = |at: usize| {
            let (left, right) = parts(at);
            self.height(width, &|w| said(w, left)).max(self.height(width, &|w| said(w, right)))
        };
        let heights: Vec<f32> = (0..=all.len()).map(tall).collect();
        let best = (0..=all.len()).rev().min_by(|a, b| {
            let of = |n: &usize| heights.get(*n).copied().unwrap_or(f32::MAX);
            of(a).total_cmp(&of(b))
        });
        let (left, right) = parts(best.unwrap_or(0));
        let whole = best.and_then(|n| heights.get(n)).copied().unwrap_or(0.0) + 30.0;
        self.paper.need(whole.min(self.paper.whole()));
        self.paper.y += 7.0;
        self.heading("Méthode et limites", 2);
        self.beside(&|w| said(w, left), &|w| said(w, right));
    }

    /// One line per incident, on pages that lie sideways.
    pub fn annex(&mut self, table: &Table) {
        self.paper.turn(Lie::Sideways);
        let title = shown::clean(&table.title, TITLE_MOST).into_owned();
        self.heading(&title, 2);
        if let Some(note) = &table.note {
            self.paragraph(&shown::clean(note, 1_000), NOTE);
        }
        let node = table::write(&mut self.paper, &plan::annexed(table), self.faces, ANNEXED);
        self.paper.tree.push(node);
        self.paper.y += 4.0;
        self.paragraph("Le classeur .xlsx donne toutes les colonnes.", NOTE);
    }
}
