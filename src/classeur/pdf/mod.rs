//! Classeur -> PDF to print and hand out, tagged as PDF/UA-1 asks. Pure.
//!
//! Two to four pages: what matters, key figures, drawings, tables, method; then, where it is
//! wanted, one line per incident. Words are only ever words: nothing that somebody wrote in a mail
//! is interpreted. The layout is our own and small: a typesetter's whole library would bring some
//! two hundred packages for a document whose form never changes.

mod face;
mod lines;
mod paper;
mod table;

use std::num::NonZeroU16;

use krilla::metadata::{DateTime, Metadata};
use krilla::tagging::{ListNumbering, Tag};

use self::face::Faces;
use self::lines::{Divide, Type};
use self::paper::{Ink, Lie, MARGIN, Node, Paper, Tint};
use self::table::Setting;
use super::plot::{self, Anchor, Canvas, Drawing, Fill, Shape};
use super::shown::{self, Annex, RenderError, TITLE_MOST};
use super::{Classeur, Kind, Plot, Table};

/// Words of the text.
const BODY: f32 = 9.5;
/// Small print.
const SMALL: f32 = 7.8;
/// Tables of the text: the first lines only, the spreadsheet has them all.
const INSIDE: Setting = Setting { size: 8.0, gap: 4.0, most: 12, full: false };
/// Months are never left out while a page can hold them.
const MONTHLY: Setting = Setting { size: 8.0, gap: 4.0, most: 40, full: false };
/// Indicators are never cut: they are few, and each is one that a reader looks for.
const INDICATORS: Setting = Setting { size: 8.0, gap: 3.4, most: 40, full: false };
/// The annex.
const ANNEXED: Setting = Setting { size: 6.8, gap: 3.0, most: usize::MAX, full: true };
/// A table up to so many lines is never cut by a page's end.
const SHORT: usize = 14;

/// The classeur as a PDF. The same classeur gives the same bytes.
///
/// # Errors
/// Where the library refuses, which is a defect of ours.
pub fn render(classeur: &Classeur, annex: Annex) -> Result<Vec<u8>, RenderError> {
    let failed = |problem: String| RenderError::Writer { format: "PDF", problem };
    let faces = Faces::new().ok_or_else(|| failed("its fonts cannot be read".to_owned()))?;
    let foot = format!("{} – {}", shown::clean(&classeur.school, 60), shown::period(classeur.period));
    laid_out(classeur, annex, &faces).finish(&faces, metadata(classeur), &foot).map_err(failed)
}

/// All of it on pages.
fn laid_out(classeur: &Classeur, annex: Annex, faces: &Faces) -> Paper {
    let mut writer = Writer { paper: Paper::new(), faces };
    writer.front(classeur);
    if let Some(summary) = classeur.summary() {
        writer.section(summary);
    }
    for table in classeur.body().filter(|table| !table.rows.is_empty()) {
        writer.section(table);
    }
    if let Some(text) = shown::without_lines(classeur) {
        writer.paper.y += 8.0;
        writer.paragraph(&text, NOTE);
    }
    writer.method(classeur);
    if let (Annex::With, Some(table)) = (annex, classeur.annex()) {
        writer.annex(table);
    }
    writer.paper
}

fn metadata(classeur: &Classeur) -> Metadata {
    let day = classeur.made_on;
    let school = shown::clean(&classeur.school, TITLE_MOST).into_owned();
    let period = shown::period(classeur.period);
    let made = DateTime::new(u16::try_from(day.year()).unwrap_or(0))
        .month(day.month().unsigned_abs())
        .day(day.day().unsigned_abs());
    Metadata::new()
        .title(format!("Classeur des pannes – {school}, {period}"))
        .description(format!("Pannes informatiques {period}"))
        .language("fr-FR".to_owned())
        .authors(vec![school.clone()])
        .creator("Passerelle".to_owned())
        .document_id(format!("passerelle classeur {school} {period} {day}"))
        .creation_date(made)
}

struct Writer<'a> {
    paper: Paper,
    faces: &'a Faces,
}

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
const NOTE: Look = Look { size: SMALL, bold: false, tint: Tint::Small, indent: 0.0, after: 3.0 };

impl Writer<'_> {
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
            let (x, y) = (MARGIN + look.indent, self.paper.y + look.size);
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
            size: if first { 19.0 } else { 12.0 },
            bold: true,
            tint: Tint::Dark,
            indent: 0.0,
            after: if first { 3.0 } else { 3.5 },
        };
        self.paper.place(title.to_owned());
        let marks = self.lines(title, look);
        let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
        self.paper.tree.push(Node::Group(Tag::Hn(level, Some(title.to_owned())).into(), marks));
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
        self.paragraph(&format!("Établi le {}", shown::long_date(classeur.made_on)), Look { after: 5.0, ..NOTE });
        let (y, right) = (self.paper.y, MARGIN + self.paper.width());
        self.paper.decoration(vec![Ink::Rule { from: (MARGIN, y), to: (right, y), width: 1.2, tint: Tint::Dark }]);
        self.paper.y += 12.0;
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
            let look = Look { size: BODY + 0.6, indent: 15.0, after: 3.5, ..TEXT };
            let marks = self.lines(&shown::clean(sentence, 1_000), look);
            let body = Node::Group(Tag::LBody.into(), vec![Node::Group(Tag::P.into(), marks)]);
            items.push(Node::Group(Tag::LI.into(), vec![label, body]));
        }
        self.paper.tree.push(Node::Group(Tag::L(ListNumbering::Disc).into(), items));
        self.paper.y += 4.0;
    }

    /// A table with its heading, its note and its drawing, kept together where a page can hold them.
    fn section(&mut self, table: &Table) {
        let setting = match table.plot {
            Some(Plot::Months { .. }) => MONTHLY,
            _ if table.columns.iter().any(|c| c.kind == Kind::Mixed) => INDICATORS,
            _ => INSIDE,
        };
        let title = shown::clean(&table.title, TITLE_MOST).into_owned();
        let drawing = self.drawing(table);
        let note = table.note.as_deref().map(|n| shown::clean(n, 1_000));
        let above = 8.0 + 12.0 * 1.36 + 3.5 + note.as_ref().map_or(0.0, |n| 13.0 * (n.len() as f32 / 130.0).ceil());
        let least = if table.rows.is_empty() {
            20.0
        } else {
            let table = table::least_height(table, self.faces, setting, self.paper.width(), SHORT);
            table + drawing.as_ref().map_or(0.0, |d| d.height + 10.0)
        };
        self.paper.need((above + least).min(self.paper.whole()));
        self.paper.y += 8.0;
        self.heading(&title, 2);
        if let Some(note) = note {
            self.paragraph(&note, NOTE);
        }
        if table.rows.is_empty() {
            self.paragraph(shown::no_lines(table), TEXT);
            return;
        }
        if let Some(drawing) = drawing {
            self.picture(&drawing);
        }
        let node = table::write(&mut self.paper, table, self.faces, setting);
        self.paper.tree.push(node);
        self.paper.y += 4.0;
        if table.rows.len() > setting.most {
            let text = format!(
                "Les {} premières lignes sur {}\u{a0}; toutes sont dans le tableur qui accompagne ce document{}.",
                setting.most,
                shown::count(table.rows.len() as u64),
                if table.total.is_some() { ", et le total les compte toutes" } else { "" }
            );
            self.paragraph(&text, NOTE);
        }
        self.paper.y += 4.0;
    }

    fn drawing(&self, table: &Table) -> Option<Drawing> {
        let measure = |text: &str| self.faces.regular.width(text, SMALL);
        let wide = if matches!(table.plot, Some(Plot::Months { .. })) { 1.0 } else { 0.8 };
        plot::draw(table, &Canvas { width: self.paper.width() * wide, size: SMALL, measure: &measure })
    }

    fn picture(&mut self, drawing: &Drawing) {
        self.paper.need(drawing.height + 8.0);
        let (left, top) = (MARGIN, self.paper.y + 2.0);
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

    /// How the figures were made, in small print.
    fn method(&mut self, classeur: &Classeur) {
        if classeur.method.is_empty() {
            return;
        }
        self.paper.need(60.0);
        self.paper.y += 8.0;
        self.heading("Méthode et limites", 2);
        for text in classeur.method.iter().take(40) {
            self.paragraph(&shown::clean(text, 4_000), NOTE);
        }
    }

    /// One line per incident, on pages that lie sideways.
    fn annex(&mut self, table: &Table) {
        self.paper.turn(Lie::Sideways);
        let title = shown::clean(&table.title, TITLE_MOST).into_owned();
        self.heading(&title, 2);
        if let Some(note) = &table.note {
            self.paragraph(&shown::clean(note, 1_000), NOTE);
        }
        if table.rows.is_empty() {
            self.paragraph(shown::no_lines(table), TEXT);
            return;
        }
        let node = table::write(&mut self.paper, &on_paper(table), self.faces, ANNEXED);
        self.paper.tree.push(node);
        self.paper.y += 4.0;
        self.paragraph("Le tableur qui accompagne ce document donne toutes les colonnes.", NOTE);
    }
}

/// The annex without the columns for which a page has no room: what a council reads is where, what,
/// how it stands and when.
fn on_paper(table: &Table) -> Table {
    const LEFT_OUT: &[&str] = &[
        "Nombre",
        "Responsable",
        "Urgente",
        "Signalements",
        "Confirmée le",
        "Passage annoncé pour le",
        "Terminée le",
        "Retours",
        "Motif du refus",
    ];
    let kept: Vec<bool> = table.columns.iter().map(|c| !LEFT_OUT.contains(&c.title.as_str())).collect();
    let only = |row: &Vec<super::Cell>| row.iter().zip(&kept).filter(|(_, k)| **k).map(|(c, _)| c.clone()).collect();
    Table {
        columns: table.columns.iter().zip(&kept).filter(|(_, k)| **k).map(|(c, _)| c.clone()).collect(),
        rows: table.rows.iter().map(only).collect(),
        total: table.total.as_ref().map(only),
        ..table.clone()
    }
}

#[cfg(test)]
mod tests;
