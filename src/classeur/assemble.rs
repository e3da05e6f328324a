//! Dossier x period -> a finished classeur. Pure.

use jiff::civil::Date;

use super::{Classeur, Dossier, Figures, Period, motion, tables, words};
use crate::profile::Profile;

/// Makes the classeur of `period` as it stands on its last evening, or on that of `today`.
pub fn assemble(dossier: &Dossier, period: Period, today: Date, profile: &Profile) -> Classeur {
    let figures = Figures::of(dossier, period, today);
    let tables = tables::tables(dossier, &figures, profile);
    let sentences = words::sentences(&figures, dossier.school.delays);
    let method = words::method(dossier, &figures, profile);
    let motion = motion::draft(&dossier.school, &figures, profile);
    Classeur {
        school: dossier.school.name.clone(),
        uai: dossier.school.uai.clone(),
        city: dossier.school.city.clone(),
        period,
        made_on: today,
        figures,
        sentences,
        tables,
        method,
        motion,
    }
}
