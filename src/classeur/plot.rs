//! A table's drawing as plain shapes, for whoever puts them on a page or a screen. Pure.
//!
//! Fills differ by lightness alone, so that a drawing holds when it is printed in black and white.

use super::shown::{self, BARS_MOST, MONTHS_MOST, TITLE_MOST};
use super::{Cell, Plot, Table};

/// How an area is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// First series.
    Dark,
    /// Second series.
    Middle,
    /// Third series: nearly white, told by its outline.
    Light,
}

/// Where words begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// At the point.
    Start,
    /// Their middle is at the point.
    Middle,
    /// They end at the point.
    End,
}

/// What a drawing is made of; `y` grows downwards.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// An area with an outline.
    Area {
        /// Left.
        x: f32,
        /// Top.
        y: f32,
        /// Width.
        w: f32,
        /// Height.
        h: f32,
        /// Inside.
        fill: Fill,
    },
    /// A thin line of a scale.
    Rule {
        /// From here.
        from: (f32, f32),
        /// To here.
        to: (f32, f32),
    },
    /// Words on one line.
    Words {
        /// By their anchor.
        x: f32,
        /// Their base line.
        y: f32,
        /// Where they begin.
        anchor: Anchor,
        /// What.
        text: String,
    },
}

/// A finished drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// Its width.
    pub width: f32,
    /// Its height.
    pub height: f32,
    /// Size of its words.
    pub size: f32,
    /// From back to front.
    pub shapes: Vec<Shape>,
    /// What it shows, in words, for who does not see it.
    pub alt: String,
}

/// The paper that a drawing is made for.
pub struct Canvas<'a> {
    /// Its width.
    pub width: f32,
    /// Size of words.
    pub size: f32,
    /// Width of words of that size.
    pub measure: &'a dyn Fn(&str) -> f32,
}

/// Draws `table`; `None` where it has no drawing, a single line or nothing but zeros.
pub fn draw(table: &Table, canvas: &Canvas<'_>) -> Option<Drawing> {
    if table.rows.len() < shown::DRAWN_LEAST {
        return None;
    }
    let (shapes, height, what) = match table.plot? {
        Plot::Bars { value } => bars(table, value, canvas)?,
        Plot::Months { first, last } => months(table, first, last, canvas)?,
        Plot::Quartiles { low, median, high } => quartiles(table, [low, median, high], canvas)?,
    };
    let alt = format!("{}. {what}", shown::clean(&table.title, TITLE_MOST));
    Some(Drawing { width: canvas.width, height, size: canvas.size, shapes, alt })
}

type Made = (Vec<Shape>, f32, String);

fn label(line: &[Cell], most: f32, canvas: &Canvas<'_>) -> String {
    fit(&shown::cell(shown::at(line, 0)), most, canvas)
}

/// `text`, cut with "…" where it is wider than `most`.
fn fit(text: &str, most: f32, canvas: &Canvas<'_>) -> String {
    if (canvas.measure)(text) <= most {
        return text.to_owned();
    }
    let mut kept: Vec<char> = text.chars().take(80).collect();
    while kept.pop().is_some() {
        let cut: String = kept.iter().collect::<String>().trim_end().to_owned() + "…";
        if (canvas.measure)(&cut) <= most {
            return cut;
        }
    }
    String::new()
}

fn widest<'a>(texts: impl Iterator<Item = &'a String>, canvas: &Canvas<'_>) -> f32 {
    texts.map(|t| (canvas.measure)(t)).fold(0.0, f32::max)
}

fn greatest(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let most = values.flatten().fold(0.0, f64::max);
    (most > 0.0).then_some(most)
}

fn bars(table: &Table, value: usize, canvas: &Canvas<'_>) -> Option<Made> {
    let lines: Vec<&Vec<Cell>> = table.rows.iter().take(BARS_MOST).collect();
    let most = greatest(lines.iter().map(|l| shown::drawn(shown::at(l, value))))?;
    let labels: Vec<String> = lines.iter().map(|l| label(l, canvas.width * 0.42, canvas)).collect();
    let figures: Vec<String> = lines.iter().map(|l| shown::cell(shown::at(l, value)).into_owned()).collect();
    let size = canvas.size;
    let left = widest(labels.iter(), canvas) + size * 0.6;
    let room = (canvas.width - left - widest(figures.iter(), canvas) - size * 0.8).max(size);
    let pitch = size * 1.75;
    let mut shapes = Vec::new();
    let mut spoken = Vec::new();
    for (i, ((line, label), figure)) in lines.iter().zip(&labels).zip(&figures).enumerate() {
        let top = i as f32 * pitch;
        let long = shown::drawn(shown::at(line, value)).map_or(0.0, |v| (v / most) as f32 * room);
        let base = top + size * 1.2;
        shapes.push(Shape::Words { x: left - size * 0.6, y: base, anchor: Anchor::End, text: label.clone() });
        if long > 0.0 {
            shapes.push(Shape::Area { x: left, y: top + size * 0.2, w: long, h: size * 1.3, fill: Fill::Dark });
        }
        shapes.push(Shape::Words { x: left + long + size * 0.5, y: base, anchor: Anchor::Start, text: figure.clone() });
        spoken.push(format!("{}\u{a0}: {figure}", shown::cell(shown::at(line, 0))));
    }
    let mut height = lines.len() as f32 * pitch;
    if table.rows.len() > BARS_MOST {
        height += pitch;
        let text = format!("Les {BARS_MOST} premières lignes sur {}.", shown::count(table.rows.len() as u64));
        shapes.push(Shape::Words { x: left, y: height - size * 0.5, anchor: Anchor::Start, text });
    }
    shapes.push(Shape::Rule { from: (left, 0.0), to: (left, lines.len() as f32 * pitch) });
    Some((shapes, height, spoken.join("\u{a0}; ") + "."))
}

fn months(table: &Table, first: usize, last: usize, canvas: &Canvas<'_>) -> Option<Made> {
    let skipped = table.rows.len().saturating_sub(MONTHS_MOST);
    let lines: Vec<&Vec<Cell>> = table.rows.iter().skip(skipped).collect();
    let series: Vec<(usize, Fill)> = (first..=last).zip([Fill::Dark, Fill::Middle, Fill::Light]).collect();
    let values = |line: &[Cell]| series.iter().map(|(i, _)| shown::drawn(shown::at(line, *i))).collect::<Vec<_>>();
    let most = greatest(lines.iter().flat_map(|l| values(l)))?;
    let size = canvas.size;
    let whole = lines.iter().flat_map(|l| values(l)).flatten().all(|v| v.fract() == 0.0);
    let (step, top_value) = scale(most, whole);
    let widest_mark = (canvas.measure)(&shown::days(top_value)).max((canvas.measure)(&shown::days(step)));
    let left = widest_mark + size * 0.8;
    // Room for the number above the tallest column, and for what the columns are above that.
    let head = if series.len() > 1 { size * 3.1 } else { size * 1.5 };
    let tall = size * 11.0;
    let floor = head + tall;
    let mut shapes = Vec::new();
    let mut at = 0.0;
    while at <= top_value + step / 2.0 {
        let y = floor - (at / top_value) as f32 * tall;
        shapes.push(Shape::Rule { from: (left, y), to: (canvas.width, y) });
        let text = shown::days(at);
        shapes.push(Shape::Words { x: left - size * 0.5, y: y + size * 0.35, anchor: Anchor::End, text });
        at += step;
    }
    if series.len() > 1 {
        let mut x = left;
        for (index, fill) in &series {
            let title = table.columns.get(*index).map_or("", |c| c.title.as_str());
            let text = fit(title, canvas.width / series.len() as f32 - size * 3.0, canvas);
            shapes.push(Shape::Area { x, y: size * 0.1, w: size, h: size, fill: *fill });
            let wide = (canvas.measure)(&text);
            shapes.push(Shape::Words { x: x + size * 1.4, y: size, anchor: Anchor::Start, text });
            x += size * 3.0 + wide;
        }
    }
    let pitch = (canvas.width - left) / lines.len() as f32;
    let gap = (pitch * 0.1).min(size * 2.5);
    let wide = ((pitch - 2.0 * gap) / series.len() as f32).min(size * 4.0);
    let mut spoken = Vec::new();
    let mut names: Vec<(String, String)> =
        lines.iter().map(|line| (label(line, size * 9.0, canvas), String::new())).collect();
    if widest(names.iter().map(|(name, _)| name), canvas) + size * 0.5 > pitch {
        names = lines.iter().enumerate().map(|(i, line)| short_month(&label(line, size * 9.0, canvas), i)).collect();
    }
    let two_lines = names.iter().any(|(_, year)| !year.is_empty());
    // Labels that would touch are left out, each time as many.
    let every = ((widest(names.iter().map(|(name, _)| name), canvas) + size * 0.4) / pitch).ceil().max(1.0) as usize;
    for (i, line) in lines.iter().enumerate() {
        let middle = left + (i as f32 + 0.5) * pitch;
        let start = middle - wide * series.len() as f32 / 2.0;
        let mut figures = Vec::new();
        for (k, ((index, fill), value)) in series.iter().zip(values(line)).enumerate() {
            let figure = shown::cell(shown::at(line, *index)).into_owned();
            let x = start + k as f32 * wide;
            if let Some(value) = value.filter(|v| *v > 0.0) {
                let h = (value / top_value) as f32 * tall;
                shapes.push(Shape::Area { x, y: floor - h, w: wide, h, fill: *fill });
                if (canvas.measure)(&figure) + size * 0.2 <= wide {
                    let (x, y) = (x + wide / 2.0, floor - h - size * 0.3);
                    shapes.push(Shape::Words { x, y, anchor: Anchor::Middle, text: figure.clone() });
                }
            }
            let title = table.columns.get(*index).map_or("", |c| c.title.as_str());
            figures.push(format!("{} {figure}", shown::clean(title, 40).to_lowercase()));
        }
        spoken.push(format!("{}\u{a0}: {}", shown::cell(shown::at(line, 0)), figures.join(", ")));
        let Some((name, year)) = names.get(i).cloned() else { continue };
        let mut below = |y: f32, text: String| shapes.push(Shape::Words { x: middle, y, anchor: Anchor::Middle, text });
        if i.is_multiple_of(every) {
            below(floor + size * 1.4, name);
        }
        if !year.is_empty() {
            below(floor + size * 2.6, year);
        }
    }
    Some((shapes, floor + size * if two_lines { 3.1 } else { 1.9 }, spoken.join("\u{a0}; ") + "."))
}

/// "septembre 2027" -> "sept." and "2027", the year only below the first column and each January.
fn short_month(label: &str, index: usize) -> (String, String) {
    let Some((month, year)) = label.rsplit_once(' ') else { return (label.to_owned(), String::new()) };
    let short = match month {
        "janvier" => "janv.",
        "février" => "févr.",
        "avril" => "avr.",
        "juillet" => "juill.",
        "septembre" => "sept.",
        "octobre" => "oct.",
        "novembre" => "nov.",
        "décembre" => "déc.",
        other => other,
    };
    let year = if index == 0 || month.starts_with("janv") { year } else { "" };
    (short.to_owned(), year.to_owned())
}

fn quartiles(table: &Table, [low, median, high]: [usize; 3], canvas: &Canvas<'_>) -> Option<Made> {
    let lines: Vec<&Vec<Cell>> = table.rows.iter().take(BARS_MOST).collect();
    let of = |line: &[Cell], index: usize| shown::drawn(shown::at(line, index));
    // Medians alone, of two or three tickets, are no distribution.
    lines.iter().find_map(|l| of(l, high))?;
    let most = greatest(lines.iter().flat_map(|l| [of(l, median), of(l, high)]))?;
    let size = canvas.size;
    let (step, top_value) = scale(most, false);
    let labels: Vec<String> = lines.iter().map(|l| label(l, canvas.width * 0.42, canvas)).collect();
    let left = widest(labels.iter(), canvas) + size;
    let room = (canvas.width - left - size * 2.0).max(size);
    let pitch = size * 2.2;
    let floor = lines.len() as f32 * pitch;
    let place = |value: f64| left + (value / top_value) as f32 * room;
    let mut shapes = Vec::new();
    let mut at = 0.0;
    while at <= top_value + step / 2.0 {
        shapes.push(Shape::Rule { from: (place(at), 0.0), to: (place(at), floor) });
        let text = shown::days(at);
        shapes.push(Shape::Words { x: place(at), y: floor + size * 1.2, anchor: Anchor::Middle, text });
        at += step;
    }
    let mut spoken = Vec::new();
    for (i, (line, label)) in lines.iter().zip(&labels).enumerate() {
        let top = i as f32 * pitch;
        let y = top + size * 1.45;
        shapes.push(Shape::Words { x: left - size * 0.6, y, anchor: Anchor::End, text: label.clone() });
        let figure = |index: usize| shown::cell(shown::at(line, index)).into_owned();
        let mut words = format!("{}\u{a0}: médiane {}", shown::cell(shown::at(line, 0)), figure(median));
        if let (Some(a), Some(b)) = (of(line, low), of(line, high).filter(|b| of(line, low).is_some_and(|a| a <= *b))) {
            let (x, w) = (place(a), (place(b) - place(a)).max(1.0));
            shapes.push(Shape::Area { x, y: top + size * 0.6, w, h: size, fill: Fill::Middle });
            words += &format!(", la moitié du milieu de {} à {}", figure(low), figure(high));
        }
        if let Some(m) = of(line, median) {
            let (y, h) = (top + size * 0.3, size * 1.6);
            shapes.push(Shape::Area { x: place(m) - size * 0.15, y, w: size * 0.3, h, fill: Fill::Dark });
        }
        spoken.push(words);
    }
    let text = "Barre\u{a0}: la moitié du milieu\u{a0}; trait\u{a0}: la médiane.".to_owned();
    shapes.push(Shape::Words { x: canvas.width, y: floor + size * 2.9, anchor: Anchor::End, text });
    Some((shapes, floor + size * 3.4, spoken.join("\u{a0}; ") + "."))
}

/// The step of a scale up to at least `most` in four or five steps, and its end; a scale of `whole`
/// numbers has no halves.
fn scale(most: f64, whole: bool) -> (f64, f64) {
    let rough = (most / 4.0).max(1e-9);
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0].iter().map(|m| m * power).find(|s| *s >= rough).unwrap_or(rough);
    let step = if whole { step.ceil().max(1.0) } else { step };
    (step, (most / step).ceil() * step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classeur::sample;

    fn drawn(table: &Table) -> Option<Drawing> {
        draw(table, &Canvas { width: 360.0, size: 12.0, measure: &|t| t.chars().count() as f32 * 6.5 })
    }

    #[test]
    fn every_table_with_a_drawing_has_one_that_stays_inside_its_frame() {
        for n in [1, 3, 120, 5_000] {
            for table in &sample::classeur(n).tables {
                let Some(drawing) = drawn(table) else {
                    let few = n < 4 && matches!(table.plot, Some(Plot::Quartiles { .. }));
                    let none = table.plot.is_none() || table.rows.len() < shown::DRAWN_LEAST || few;
                    assert!(none, "{} of {n}", table.key);
                    continue;
                };
                for shape in &drawing.shapes {
                    let (x1, x2, y1, y2) = match shape {
                        Shape::Area { x, y, w, h, .. } => (*x, x + w, *y, y + h),
                        Shape::Rule { from, to } => (from.0, to.0, from.1, to.1),
                        Shape::Words { x, y, anchor, text } => {
                            let wide = text.chars().count() as f32 * 6.5;
                            let x = match anchor {
                                Anchor::Start => *x,
                                Anchor::Middle => x - wide / 2.0,
                                Anchor::End => x - wide,
                            };
                            (x, x + wide, *y - 9.0, *y)
                        }
                    };
                    let inside = x1 >= -1.0 && x2 <= 373.0 && y1 >= -1.0 && y2 <= drawing.height + 0.1;
                    assert!(inside, "{}: {shape:?} of {}", table.key, drawing.height);
                }
            }
        }
    }

    #[test]
    fn a_scale_has_round_steps_and_no_half_incidents() {
        assert_eq!(scale(3.0, true), (1.0, 3.0));
        assert_eq!(scale(120.0, true), (50.0, 150.0));
        assert_eq!(scale(10.0, true), (3.0, 12.0));
        assert_eq!(scale(16.25, false), (5.0, 20.0));
        assert_eq!(scale(1.0, false), (0.25, 1.0));
    }

    #[test]
    fn the_number_above_the_tallest_column_stays_below_the_legend() {
        let mut table = sample::classeur(120).tables.remove(1);
        for line in &mut table.rows {
            line[1] = Cell::Count(3);
            line[2] = Cell::Count(3);
        }
        let drawing = drawn(&table).unwrap();
        let all = drawing.shapes.iter().filter_map(|s| match s {
            Shape::Words { y, text, anchor, .. } => Some((*y, text.as_str(), *anchor)),
            _ => None,
        });
        let legend = all.clone().find(|w| w.1 == "Signalés").unwrap().0;
        let numbers: Vec<f32> = all.filter(|w| w.1 == "3" && w.2 == Anchor::Middle).map(|w| w.0).collect();
        // Their letters stand on the line: a size above it, theirs may begin.
        assert!(!numbers.is_empty() && numbers.iter().all(|y| y - drawing.size > legend), "{legend} {numbers:?}");
    }

    #[test]
    fn zeros_alone_are_not_drawn() {
        let mut table = sample::classeur(120).tables.remove(1);
        for line in &mut table.rows {
            for cell in line.iter_mut().skip(1) {
                *cell = Cell::Count(0);
            }
        }
        assert_eq!(drawn(&table), None);
    }
}
