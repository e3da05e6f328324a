//! The dry run as one page of HTML that a referent judges at a glance: no script, nothing loaded
//! from elsewhere, every text of a mail escaped.

use std::fmt::Write as _;

use super::play::{Played, name};
use super::text::{deed, kind_label, plain, responsible_label, totals};
use crate::report::Kind;
use crate::school::School;

const STYLE: &str = "body{font:16px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1c1c1c;background:#fff}\
h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}table{border-collapse:collapse;width:100%}\
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid #d0d0d0}\
th{background:#f2f2f2}.doubt{background:#fff4d6}.quiet{color:#666}q{font-style:italic}\
@media print{body{margin:0;max-width:none}tr{break-inside:avoid}}";

/// `text` without anything that HTML takes for markup, nor controls.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in plain(text, 400).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// The whole page.
pub(super) fn page(school: &School, played: &Played) -> String {
    let title = escape(&school.name);
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"fr\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <title>Essai à blanc – {title}</title><style>{STYLE}</style></head><body>\n\
         <h1>Essai à blanc – {title}</h1>\n<p>{}</p>\n<p class=\"quiet\">Rien n’a été enregistré ni envoyé.</p>\n",
        escape(&totals(played))
    );
    incidents(&mut out, school, played);
    messages(&mut out, played);
    out.push_str("</body></html>\n");
    out
}

fn incidents(out: &mut String, school: &School, played: &Played) {
    out.push_str(
        "<h2>Incidents</h2>\n<table><thead><tr><th>Incident</th><th>Lieu</th><th>Équipement</th><th>À réparer par</th>\
         <th>Messages</th><th>Premier signalement</th><th>Premiers mots</th><th>Doutes</th></tr></thead><tbody>\n",
    );
    for (id, s) in played.incidents() {
        let place = s.facts.place.as_ref().map_or_else(|| "?".to_owned(), |p| escape(p.as_str()));
        let day = s.opened_at.to_zoned(school.timezone.clone()).strftime("%d/%m/%Y");
        let doubts: Vec<String> = s.doubts.iter().map(|d| escape(d)).collect();
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "<tr{} id=\"{id}\"><td>{id}</td><td>{place}</td><td>{}</td><td>{}</td><td>{}</td><td>{day}</td><td><q>{}</q></td><td>{}</td></tr>",
            if doubts.is_empty() { "" } else { " class=\"doubt\"" },
            s.facts.equipment,
            responsible_label(s.facts.responsible),
            s.reports,
            escape(&s.facts.words),
            doubts.join("<br>"),
            id = name(id),
        );
    }
    out.push_str("</tbody></table>\n");
}

fn messages(out: &mut String, played: &Played) {
    out.push_str(
        "<h2>Messages</h2>\n<table><thead><tr><th>Message</th><th>De</th><th>Objet</th><th>Compris comme</th>\
         <th>Ce qui en aurait été fait</th></tr></thead><tbody>\n",
    );
    for line in &played.lines {
        let mut deeds = String::new();
        for told in &line.told {
            let Some((id, _)) = played.incident(told.id) else { continue };
            let id = name(id);
            let _ = write!(deeds, "{} <a href=\"#{id}\">{id}</a> : <q>{}</q>", deed(told), escape(&told.span));
            if !told.why.is_empty() {
                let _ = write!(deeds, " <span class=\"quiet\">({})</span>", escape(&told.why));
            }
            deeds.push_str("<br>");
        }
        if line.doubtful {
            deeds.push_str("à lire par le référent");
        }
        let quiet = matches!(line.kind, Kind::Auto | Kind::Bounce | Kind::Bulk | Kind::Other) && !line.doubtful;
        let class = match (line.doubtful, quiet) {
            (true, _) => " class=\"doubt\"",
            (_, true) => " class=\"quiet\"",
            _ => "",
        };
        let stranger = if line.stranger { " (hors de l’établissement)" } else { "" };
        let copy = if line.copy { " (copie)" } else { "" };
        let _ = writeln!(
            out,
            "<tr{class}><td>{}</td><td>{}{stranger}</td><td>{}</td><td>{}{copy}</td><td>{deeds}</td></tr>",
            escape(&line.file),
            escape(&line.from),
            escape(&line.subject),
            kind_label(line.kind),
        );
    }
    out.push_str("</tbody></table>\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_cannot_add_markup_to_the_page() {
        assert_eq!(escape("<b onclick='x'>\"&"), "&lt;b onclick=&#39;x&#39;&gt;&quot;&amp;");
    }
}
