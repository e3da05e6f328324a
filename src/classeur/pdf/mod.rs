//! Classeur -> PDF to print and hand out, tagged as PDF/UA-1 asks. Pure.
//!
//! Four pages at most, whatever the period: what matters, key figures, drawings, the worst of each
//! table, method; then, where it is wanted, one line per incident. Words are only ever words:
//! nothing that somebody wrote in a mail is interpreted. The layout is our own and small: a
//! typesetter's whole library would bring some two hundred packages for a document whose form never
//! changes.

mod face;
mod lines;
mod paper;
mod plan;
mod table;
mod writer;

use krilla::metadata::{DateTime, Metadata};

use self::face::Faces;
use self::paper::Paper;
use self::plan::MEASURES;
use self::writer::Writer;
use super::Classeur;
use super::shown::{self, Annex, RenderError, TITLE_MOST};

/// Most pages of the text: a council reads no more. The annex comes after.
const PAGES_MOST: usize = 4;

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

/// All of it on pages: the text with as much of each table as leaves it short enough.
fn laid_out(classeur: &Classeur, annex: Annex, faces: &Faces) -> Paper {
    let mut writer = Writer::new(faces);
    for measure in MEASURES {
        writer = Writer::new(faces);
        writer.body(classeur, measure);
        if writer.paper.pages() <= PAGES_MOST {
            break;
        }
    }
    // Where nothing was reported the text says so; an empty page more would not.
    if let (Annex::With, Some(table)) = (annex, classeur.annex().filter(|table| !table.rows.is_empty())) {
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

#[cfg(test)]
mod tests;
