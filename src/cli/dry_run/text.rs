//! The dry run told on a terminal: message by message, then the incidents.

use std::fmt::Write as _;

use super::play::{Line, Played, Summary, Told, name};
use crate::compose::french;
use crate::report::{Kind, Responsible, Stance};
use crate::school::School;

/// What a kind is called.
pub(in crate::cli) fn kind_label(kind: Kind) -> &'static str {
    match kind {
        Kind::Report => "signalement",
        Kind::FollowUp => "suite",
        Kind::Resolved => "réparé",
        Kind::Other => "sans suite",
        Kind::Auto => "réponse automatique",
        Kind::Bounce => "non remis",
        Kind::Bulk => "publicité, liste",
    }
}

/// To whom an incident would go.
pub(super) fn responsible_label(responsible: Responsible) -> &'static str {
    match responsible {
        Responsible::Region => "région",
        Responsible::Ent => "ENT",
        Responsible::Rectorat => "rectorat",
        Responsible::Atte => "ATTE",
        Responsible::Etablissement => "établissement",
    }
}

/// What a report did to its incident.
pub(super) fn deed(told: &Told) -> &'static str {
    match (told.new, told.stance) {
        (true, _) => "nouvel incident",
        (_, Stance::Over) => "dit réparé",
        (_, Stance::Detail) => "précise",
        (_, Stance::Broken | Stance::Still) => "rejoint",
    }
}

/// Text of a mail on one line of a terminal: escape sequences, controls and characters that turn the
/// writing direction cannot do anything to whoever reads it.
pub(in crate::cli) fn plain(text: &str, at_most: usize) -> String {
    let harmless = |c: char| match c {
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => '·',
        c if c.is_whitespace() => ' ',
        c if c.is_control() => '·',
        c => c,
    };
    let mut shown: String = text.chars().map(harmless).take(at_most).collect();
    if text.chars().count() > at_most {
        shown.push('…');
    }
    shown
}

/// Place and equipment in one go.
pub(super) fn what(summary: &Summary) -> String {
    let place = summary.facts.place.as_ref().map_or("lieu inconnu", |p| p.as_str());
    format!("{}, {}", summary.facts.equipment, plain(place, 40))
}

/// The whole account.
pub(super) fn text(school: &School, played: &Played) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ =
        writeln!(out, "{}: what would have happened (nothing is stored, nothing is sent)\n", plain(&school.name, 80));
    for line in &played.lines {
        message(&mut out, line, played);
    }
    let _ = writeln!(out);
    table(&mut out, school, played);
    out
}

fn message(out: &mut String, line: &Line, played: &Played) {
    let copy = if line.copy { " (copie d'un message déjà lu)" } else { "" };
    let stranger = if line.stranger { " [hors de l'établissement]" } else { "" };
    let _ = writeln!(
        out,
        "{}  {}{copy}{stranger}  « {} »  {}",
        plain(&line.file, 80),
        kind_label(line.kind),
        plain(&line.subject, 60),
        plain(&line.from, 60)
    );
    if line.doubtful {
        let _ = writeln!(out, "      à lire par le référent : rien de reconnu, mais cela ressemble à une panne");
    }
    for told in &line.told {
        let Some((id, summary)) = played.incident(told.id) else { continue };
        let _ = writeln!(out, "      {} {} ({}) : « {} »", deed(told), name(id), what(summary), plain(&told.span, 90));
        if !told.why.is_empty() {
            let _ = writeln!(out, "        {}", plain(&told.why, 200));
        }
    }
}

fn table(out: &mut String, school: &School, played: &Played) {
    let zone = &school.timezone;
    let rows: Vec<[String; 7]> = played
        .incidents()
        .map(|(id, s)| {
            [
                name(id),
                s.facts.place.as_ref().map_or_else(|| "?".to_owned(), |p| plain(p.as_str(), 24)),
                s.facts.equipment.to_string(),
                responsible_label(s.facts.responsible).to_owned(),
                s.reports.to_string(),
                s.opened_at.to_zoned(zone.clone()).strftime("%d/%m/%Y").to_string(),
                s.doubts.iter().map(|d| plain(d, 120)).collect::<Vec<_>>().join(" ; "),
            ]
        })
        .collect();
    let heads = ["incident", "lieu", "équipement", "à réparer par", "messages", "premier", "doutes"];
    let mut widths = heads.map(|h| h.chars().count());
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut write = |cells: Vec<&str>| {
        let padded: Vec<String> = cells.iter().zip(&widths).map(|(c, w)| format!("{c:<w$}")).collect();
        let _ = writeln!(out, "{}", padded.join("  ").trim_end());
    };
    write(heads.to_vec());
    for row in &rows {
        write(row.iter().map(String::as_str).collect());
    }
    let _ = writeln!(out, "\n{}", totals(played));
}

/// One sentence of figures.
pub(super) fn totals(played: &Played) -> String {
    let incidents = played.incidents().count();
    let doubts = played.incidents().filter(|(_, s)| !s.doubts.is_empty()).count();
    let unread = played.lines.iter().filter(|l| l.doubtful).count();
    let tickets = played.tickets();
    let count = |n: usize, one: &str, many: &str| {
        let words = french::plural(i64::try_from(n).unwrap_or(i64::MAX), one, many);
        format!("{n} {words}")
    };
    format!(
        "{}, {} : {} à proposer pour la région, {} pour d'autres ; {} avec un doute, {} à lire par le référent.",
        count(played.lines.len(), "message", "messages"),
        count(incidents, "incident", "incidents"),
        count(tickets, "ticket", "tickets"),
        incidents - tickets,
        count(doubts, "incident", "incidents"),
        count(unread, "message", "messages"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_cannot_command_the_terminal() {
        let shown = plain("\u{1b}[2Jpanne\u{7}\r\n\u{202e}suite\u{9b}31m", 200);
        assert!(!shown.chars().any(|c| c.is_control() || c == '\u{202e}'), "{shown:?}");
        assert!(shown.contains("panne") && shown.contains("suite"));
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        assert_eq!(plain("éééé", 2), "éé…");
    }
}
