//! Classeur -> one HTML page that needs nothing else: no script, no picture, no address. Pure.
//!
//! Every word goes through an escape: the template's for what it places, ours for cells and
//! drawings, which are many.

use handlebars::Handlebars;
use serde::Serialize;

use super::plot::{self, Anchor, Canvas, Drawing, Fill, Shape};
use super::shown::{self, RenderError, TITLE_MOST};
use super::{ANNEX, Cell, Classeur, Kind, Table};

const TEMPLATE: &str = include_str!("../../templates/classeur/page.html");

/// Width of a drawing in units of its own: what a phone shows without making the words smaller.
const DRAWING_WIDTH: f32 = 360.0;
/// Size of its words.
const DRAWING_SIZE: f32 = 11.5;
/// Most lines that printing keeps on one page with their heading.
const SHORT: usize = 14;

#[derive(Serialize)]
struct Page<'a> {
    school: &'a str,
    uai: &'a str,
    city: &'a str,
    period: String,
    capital_period: String,
    made_on: String,
    sentences: Vec<String>,
    sections: Vec<Section>,
    without_lines: Option<String>,
    method: Vec<String>,
    motion: String,
}

#[derive(Serialize)]
struct Section {
    anchor: String,
    title: String,
    note: Option<String>,
    annex: bool,
    short: bool,
    empty: Option<&'static str>,
    drawing: Option<String>,
    lines: String,
}

/// The classeur as a page. The same classeur gives the same bytes.
///
/// # Errors
/// Where the template refuses, which is a defect of ours.
pub fn render(classeur: &Classeur) -> Result<String, RenderError> {
    let period = shown::period(classeur.period);
    let school = shown::clean(&classeur.school, TITLE_MOST);
    let (uai, city) = (shown::clean(&classeur.uai, 20), shown::clean(&classeur.city, TITLE_MOST));
    let page = Page {
        school: &school,
        uai: &uai,
        city: &city,
        capital_period: crate::compose::french::capital(&period),
        period,
        made_on: shown::long_date(classeur.made_on),
        sentences: classeur.sentences.iter().map(|s| shown::paragraph(s)).collect(),
        sections: classeur.tables.iter().filter(|t| !t.rows.is_empty() || t.key == ANNEX).map(section).collect(),
        without_lines: shown::without_lines(classeur),
        method: classeur.method.iter().map(|s| shown::paragraph(s)).collect(),
        motion: shown::paragraph(classeur.motion.trim()),
    };
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry
        .render_template(TEMPLATE, &page)
        .map_err(|e| RenderError::Writer { format: "HTML", problem: e.to_string() })
}

fn section(table: &Table) -> Section {
    let canvas = Canvas {
        width: DRAWING_WIDTH,
        size: DRAWING_SIZE,
        measure: &|t| t.chars().count() as f32 * DRAWING_SIZE * 0.63,
    };
    Section {
        anchor: format!("table-{}", table.key),
        title: shown::clean(&table.title, TITLE_MOST).into_owned(),
        note: table.note.as_deref().map(|n| shown::clean(n, 1_000).into_owned()),
        annex: table.key == ANNEX,
        short: table.rows.len() <= SHORT,
        empty: table.rows.is_empty().then(|| shown::no_lines(table)),
        drawing: plot::draw(table, &canvas).map(|d| svg(&d)),
        lines: lines(table),
    }
}

/// Heads, lines and totals of a table.
fn lines(table: &Table) -> String {
    let mut out = String::with_capacity(256 + table.rows.len() * table.columns.len() * 32);
    out.push_str("<thead>\n<tr>");
    for column in &table.columns {
        let class = if shown::to_the_right(column.kind) { " class=\"n\"" } else { "" };
        out.push_str("<th scope=\"col\"");
        out.push_str(class);
        out.push('>');
        escape(&shown::clean(&column.title, TITLE_MOST), &mut out);
        out.push_str("</th>");
    }
    out.push_str("</tr>\n</thead>\n<tbody>\n");
    for line in &table.rows {
        self::line(table, line, shown::NOTHING, &mut out);
    }
    out.push_str("</tbody>\n");
    if let Some(total) = &table.total {
        out.push_str("<tfoot>\n");
        line(table, total, "", &mut out);
        out.push_str("</tfoot>\n");
    }
    out
}

/// A line of cells; `nothing` stands where nothing is known or nothing applies.
fn line(table: &Table, cells: &[Cell], nothing: &str, out: &mut String) {
    out.push_str("<tr>");
    for (index, column) in table.columns.iter().enumerate() {
        let cell = shown::at(cells, index);
        let element = if index == 0 { "th" } else { "td" };
        out.push('<');
        out.push_str(element);
        if index == 0 {
            out.push_str(" scope=\"row\"");
        }
        match column.kind {
            Kind::Text => {}
            Kind::Date => out.push_str(" class=\"d\""),
            _ => out.push_str(" class=\"n\""),
        }
        out.push('>');
        match cell {
            Cell::Nothing => out.push_str(nothing),
            cell => escape(&shown::cell(cell), out),
        }
        out.push_str("</");
        out.push_str(element);
        out.push('>');
    }
    out.push_str("</tr>\n");
}

/// A drawing as a picture inside the page.
fn svg(drawing: &Drawing) -> String {
    let mut out = format!(
        "<svg viewBox=\"0 0 {} {}\" role=\"img\" font-size=\"{}\" fill=\"#1b2733\" aria-label=\"",
        short(drawing.width + 4.0),
        short(drawing.height + 2.0),
        short(drawing.size)
    );
    escape(&drawing.alt, &mut out);
    out.push_str("\">\n");
    for shape in &drawing.shapes {
        match shape {
            Shape::Area { x, y, w, h, fill } => {
                let fill = match fill {
                    Fill::Dark => "#1f4e79",
                    Fill::Middle => "#a9c3db",
                    Fill::Light => "#f4f7fa",
                };
                out.push_str(&format!(
                    "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{fill}\" stroke=\"#1f4e79\" stroke-width=\".75\"/>\n",
                    short(*x + 1.0),
                    short(*y + 1.0),
                    short(*w),
                    short(*h)
                ));
            }
            Shape::Rule { from, to } => out.push_str(&format!(
                "<path d=\"M{} {}L{} {}\" stroke=\"#b4bec8\" stroke-width=\".75\"/>\n",
                short(from.0 + 1.0),
                short(from.1 + 1.0),
                short(to.0 + 1.0),
                short(to.1 + 1.0)
            )),
            Shape::Words { x, y, anchor, text } => {
                let anchor = match anchor {
                    Anchor::Start => "start",
                    Anchor::Middle => "middle",
                    Anchor::End => "end",
                };
                let (x, y) = (short(x + 1.0), short(y + 1.0));
                out.push_str(&format!("<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">"));
                escape(text, &mut out);
                out.push_str("</text>\n");
            }
        }
    }
    out.push_str("</svg>");
    out
}

/// A length with one decimal at most.
fn short(value: f32) -> String {
    format!("{:.1}", value).trim_end_matches(".0").to_owned()
}

/// Appends `text` so that no letter of it is taken for markup, in text and in attributes.
fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
#[path = "html_tests.rs"]
mod tests;
