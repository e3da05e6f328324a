//! A table on paper: widths, heads repeated, lines never cut, totals never alone.

use krilla::tagging::{TableHeaderScope, Tag};

use super::face::Faces;
use super::lines::{self, Divide, Type};
use super::paper::{Ink, Node, Paper, Tint};
use crate::classeur::shown::{self, TITLE_MOST};
use crate::classeur::{Cell, Kind, Table};

/// Lines looked at to find the width of a column.
const SAMPLED: usize = 500;
/// Most lines of text in a head: one that is cut says nothing.
const HEAD_LINES: usize = 8;

/// How a table is set.
#[derive(Clone, Copy)]
pub struct Setting {
    /// Size of its words.
    pub size: f32,
    /// Left and right of a cell's words.
    pub gap: f32,
    /// Most lines of text in one cell.
    pub lines: usize,
    /// As wide as the page or column, whatever its words need.
    pub full: bool,
}

struct Grid<'a> {
    table: &'a Table,
    faces: &'a Faces,
    setting: Setting,
    widths: Vec<f32>,
}

/// The look of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    Head,
    Body,
    Total,
}

/// One line set: its cells' lines of words, and its height.
struct Row {
    kind: Line,
    cells: Vec<Vec<String>>,
    height: f32,
}

/// Writes `table` from where the paper stands; gives its tags.
pub fn write(paper: &mut Paper, table: &Table, faces: &Faces, setting: Setting) -> Node {
    let grid = Grid::new(table, faces, setting, paper.width());
    let head = grid.head();
    let mut sections = Vec::new();
    let first = table.rows.first().or(table.total.as_ref()).map_or(0.0, |r| grid.row(r, Line::Body).height);
    paper.need(head.height + first);
    let cells = grid.write(paper, &head);
    sections.push(Node::Group(Tag::THead.into(), vec![cells]));
    let total = table.total.as_ref().map(|t| grid.row(t, Line::Total));
    let mut body = Vec::new();
    for (index, line) in table.rows.iter().enumerate() {
        let row = grid.row(line, Line::Body);
        // The last line takes the totals along.
        let with = if index + 1 == table.rows.len() { total.as_ref().map_or(0.0, |t| t.height) } else { 0.0 };
        if paper.left() < row.height + with {
            paper.turn(paper.lie());
            grid.repeat(paper, &head);
        }
        body.push(grid.write(paper, &row));
    }
    if !body.is_empty() {
        sections.push(Node::Group(Tag::TBody.into(), body));
    }
    if let Some(total) = &total {
        let cells = grid.write(paper, total);
        sections.push(Node::Group(Tag::TFoot.into(), vec![cells]));
    }
    Node::Group(Tag::Table.into(), sections)
}

impl<'a> Grid<'a> {
    fn new(table: &'a Table, faces: &'a Faces, setting: Setting, width: f32) -> Self {
        let widths = widths(table, faces, setting, width);
        Self { table, faces, setting, widths }
    }

    fn head(&self) -> Row {
        let titles = self.table.columns.iter().map(|c| Cell::Text(c.title.clone())).collect::<Vec<_>>();
        self.row(&titles, Line::Head)
    }

    fn row(&self, line: &[Cell], kind: Line) -> Row {
        let with = Type { face: self.faces.of(kind != Line::Body), size: self.setting.size };
        let most = if kind == Line::Head { HEAD_LINES } else { self.setting.lines };
        let cells: Vec<Vec<String>> = (0..self.table.columns.len())
            .map(|index| {
                let room = self.widths.get(index).copied().unwrap_or(20.0) - 2.0 * self.setting.gap;
                // A total that does not apply is no total that nobody knows.
                let text = match shown::at(line, index) {
                    Cell::Nothing if kind == Line::Total => "".into(),
                    cell => shown::cell(cell),
                };
                lines::wrap(&text, with, room, most, Divide::AtNeed)
            })
            .collect();
        let most = cells.iter().map(Vec::len).max().unwrap_or(1);
        Row { kind, height: most as f32 * self.leading() + self.setting.gap * 1.4, cells }
    }

    fn leading(&self) -> f32 {
        self.setting.size * 1.28
    }

    fn total_width(&self) -> f32 {
        self.widths.iter().sum()
    }

    /// Draws a line where the paper stands; gives its tags.
    fn write(&self, paper: &mut Paper, row: &Row) -> Node {
        self.behind(paper, row);
        let top = paper.y;
        let mut cells = Vec::new();
        let mut x = paper.x();
        for (index, text) in row.cells.iter().enumerate() {
            let width = self.widths.get(index).copied().unwrap_or(20.0);
            let leaves: Vec<Node> =
                self.inks(row, index, text, x, width, top).map(|i| paper.content(vec![i])).collect();
            let tag = match (row.kind, index) {
                (Line::Head, _) => Tag::TH(TableHeaderScope::Column).into(),
                (_, 0) => Tag::TH(TableHeaderScope::Row).into(),
                _ => Tag::TD.into(),
            };
            cells.push(Node::Group(tag, leaves));
            x += width;
        }
        paper.y += row.height;
        Node::Group(Tag::TR.into(), cells)
    }

    /// Draws the heads again on another page, for the eye alone.
    fn repeat(&self, paper: &mut Paper, row: &Row) {
        self.behind(paper, row);
        let top = paper.y;
        let mut x = paper.x();
        let mut inks = Vec::new();
        for (index, text) in row.cells.iter().enumerate() {
            let width = self.widths.get(index).copied().unwrap_or(20.0);
            inks.extend(self.inks(row, index, text, x, width, top));
            x += width;
        }
        paper.decoration(inks);
        paper.y += row.height;
    }

    fn behind(&self, paper: &mut Paper, row: &Row) {
        let (top, left) = (paper.y, paper.x());
        let (bottom, right) = (top + row.height, left + self.total_width());
        let rule = |y: f32, width: f32, tint: Tint| Ink::Rule { from: (left, y), to: (right, y), width, tint };
        let fill = || Ink::Area { x: left, y: top, w: right - left, h: row.height, fill: Tint::Pale, outline: false };
        paper.decoration(match row.kind {
            Line::Head => vec![fill(), rule(bottom, 1.0, Tint::Dark)],
            Line::Body => vec![rule(bottom, 0.4, Tint::Rule)],
            Line::Total => vec![rule(top, 1.0, Tint::Dark)],
        });
    }

    fn inks<'b>(
        &'b self,
        row: &'b Row,
        index: usize,
        text: &'b [String],
        x: f32,
        width: f32,
        top: f32,
    ) -> impl Iterator<Item = Ink> + 'b {
        let bold = row.kind != Line::Body;
        let size = self.setting.size;
        let right = self.table.columns.get(index).is_some_and(|c| shown::to_the_right(c.kind));
        // Heads stand on their rule, whatever the number of their lines.
        let lines = row.cells.iter().map(Vec::len).max().unwrap_or(1);
        let skipped = if row.kind == Line::Head { lines - text.len() } else { 0 };
        let gap = self.setting.gap;
        text.iter().enumerate().map(move |(number, line)| {
            let x = if right { x + width - gap - self.faces.of(bold).width(line, size) } else { x + gap };
            let y = top + gap * 0.7 + (skipped + number) as f32 * self.leading() + size * 0.98;
            // A word's end is a space, also where the line breaks; an empty cell is a space too, so that
            // its line has as many cells as the others.
            let broken = number + 1 < text.len() && !line.ends_with(super::face::SOFT_HYPHEN);
            let text = if broken || line.is_empty() { format!("{line} ") } else { line.clone() };
            Ink::Words { x, y, size, bold, tint: Tint::Ink, text }
        })
    }
}

/// Each column as wide as its words, narrower only where they do not all fit.
fn widths(table: &Table, faces: &Faces, setting: Setting, width: f32) -> Vec<f32> {
    let count = table.columns.len().max(1) as f32;
    let pad = setting.gap * 2.0 + 0.5;
    let most = width * 0.45;
    let mut natural = Vec::new();
    let mut least = Vec::new();
    for (index, column) in table.columns.iter().enumerate() {
        let title = shown::clean(&column.title, TITLE_MOST);
        let mut longest = 0.0_f32;
        let mut word = longest_word(&title, &faces.bold, setting.size);
        // A title may take three lines.
        let mut all = word.max(faces.bold.width(&title, setting.size) / 2.2);
        for (line, bold) in
            table.rows.iter().take(SAMPLED).map(|l| (l, false)).chain(table.total.iter().map(|l| (l, true)))
        {
            let text = shown::cell(shown::at(line, index));
            let face = faces.of(bold);
            all = all.max(face.width(&text, setting.size));
            longest = longest.max(longest_word(&text, face, setting.size));
        }
        word = word.max(longest).min(width / count.max(5.0));
        natural.push(all.min(most) + pad);
        least.push(word.min(all) + pad);
    }
    let wanted: f32 = natural.iter().sum();
    if wanted <= width {
        // Words can use the room that is left, numbers cannot.
        let words = table.columns.iter().filter(|c| c.kind == Kind::Text).count().max(1) as f32;
        let slack = |n: usize| {
            let takes = setting.full && table.columns.get(n).is_some_and(|c| c.kind == Kind::Text);
            if takes { (width - wanted) / words } else { 0.0 }
        };
        return natural.iter().enumerate().map(|(n, wide)| wide + slack(n)).collect();
    }
    let floor: f32 = least.iter().sum();
    if floor >= width {
        return least.iter().map(|l| l * width / floor).collect();
    }
    let share = (width - floor) / (wanted - floor);
    natural.iter().zip(&least).map(|(n, l)| l + (n - l).max(0.0) * share).collect()
}

fn longest_word(text: &str, face: &super::face::Face, size: f32) -> f32 {
    text.split(' ').map(|w| face.width(w, size)).fold(0.0, f32::max)
}
