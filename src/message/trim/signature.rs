//! Closing formulas, name blocks, client footers, disclaimers.
//!
//! A report hidden below a signature is worth more than a clean cut: what holds a post-scriptum or
//! tells of a fault stays with the text, whatever stands around it.

use std::ops::Range;

use super::Place;
use super::footer::{is_banner, is_disclaimer, is_footer, starts_disclaimer};
use super::formula::{Formula, formula_of};
use super::lines::Line;
use super::marks::{Separator, separator};
use super::names::{Names, is_name};
use super::words::{is_phone, is_postscript, is_room_code, speaks, starts_numbered, tells_fault};

/// Lines of a signature block at most.
const MAX_BLOCK: usize = 12;

/// Moves the signatures among the lines of `place` to [`Place::Signature`].
pub(super) fn sort(lines: &[Line<'_>], places: &mut [Place], place: Place, names: &Names) {
    let mut start = 0;
    while start < places.len() {
        if places.get(start) != Some(&place) {
            start += 1;
            continue;
        }
        let length = places.iter().skip(start).take_while(|p| **p == place).count();
        Segment { lines, places, place, names, range: start..start + length }.sort();
        start += length;
    }
}

/// A run of lines between quotes.
struct Segment<'s, 't> {
    lines: &'s [Line<'t>],
    places: &'s mut [Place],
    place: Place,
    names: &'s Names,
    range: Range<usize>,
}

impl Segment<'_, '_> {
    fn sort(&mut self) {
        self.banners();
        self.declared();
        self.delimited();
        self.footers();
        self.disclaimers();
        self.formulas();
        self.name_at_the_end();
        self.rule_at_the_end();
    }

    fn line(&self, at: usize) -> Option<&Line<'_>> {
        self.lines.get(at)
    }

    fn cut(&mut self, at: usize) {
        if let Some(slot) = self.places.get_mut(at) {
            *slot = Place::Signature;
        }
    }

    /// Indices of the lines that still stand and are not empty.
    fn standing(&self) -> Vec<usize> {
        let stands = |i: &usize| {
            self.places.get(*i) == Some(&self.place) && self.line(*i).is_some_and(|l| !l.is_blank() && !l.is_mark())
        };
        self.range.clone().filter(stands).collect()
    }

    /// "\[EXTERNE\] Ce message provient de l'extérieur …" at the top.
    fn banners(&mut self) {
        for at in self.standing().into_iter().take(6) {
            if self.line(at).is_some_and(|l| is_banner(&l.fold)) {
                self.cut(at);
            }
        }
    }

    /// What the client itself marked as signature.
    fn declared(&mut self) {
        let mut inside: Option<usize> = None;
        for at in self.range.clone() {
            let Some(line) = self.lines.get(at) else { break };
            if line.opens_signature() {
                inside = Some(at + 1);
            } else if line.closes_signature()
                && let Some(from) = inside.take()
            {
                self.cut_but_rescue(from..at);
            }
        }
        if let Some(from) = inside {
            self.cut_but_rescue(from..self.range.end);
        }
    }

    /// What stands below `-- ` (RFC 3676, 4.3), and below a list's rule.
    fn delimited(&mut self) {
        for at in self.standing() {
            let Some(line) = self.lines.get(at) else { break };
            let dashes = matches!(line.content.trim_end(), "--" | "__" | "—" | "– –");
            let list = separator(line) == Some(Separator::Rule)
                && (at + 1..at + 3).filter_map(|i| self.lines.get(i)).any(|l| {
                    l.fold.contains("mailing list")
                        || l.fold.contains("liste de diffusion")
                        || l.fold.contains("mailman")
                });
            if dashes || list {
                self.cut(at);
                self.cut_but_rescue(at + 1..self.range.end);
                return;
            }
        }
    }

    /// Cuts a range, but leaves the paragraphs that tell something.
    fn cut_but_rescue(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            let stop = (at..range.end).find(|i| self.line(*i).is_none_or(Line::is_blank)).unwrap_or(range.end);
            let keeps = (at..stop).filter_map(|i| self.line(i)).any(|l| is_postscript(&l.fold) || is_report(&l.fold));
            if !keeps {
                (at..stop).for_each(|i| self.cut(i));
            }
            at = stop + 1;
        }
    }

    /// "Envoyé de mon iPhone", anti-virus advertising.
    fn footers(&mut self) {
        let standing = self.standing();
        for (n, at) in standing.iter().enumerate() {
            let Some(line) = self.line(*at) else { continue };
            if is_footer(&line.fold) {
                // Its rule or picture line above goes with it.
                let rule = n.checked_sub(1).and_then(|b| standing.get(b)).copied();
                let rule = rule.filter(|r| self.line(*r).is_some_and(|l| separator(l) == Some(Separator::Rule)));
                self.cut(*at);
                rule.into_iter().for_each(|r| self.cut(r));
            }
        }
    }

    /// Confidentiality notices and the like: whole paragraphs.
    fn disclaimers(&mut self) {
        let mut at = self.range.start;
        while at < self.range.end {
            let stop =
                (at..self.range.end).find(|i| self.line(*i).is_none_or(Line::is_blank)).unwrap_or(self.range.end);
            // Only the first lines may begin one: a longer paragraph is a letter.
            for first in at..stop.min(at + MAX_BLOCK) {
                if !self.line(first).is_some_and(|l| starts_disclaimer(&l.fold)) {
                    continue;
                }
                let words: Vec<&str> =
                    (first..stop.min(first + 60)).filter_map(|i| self.line(i)).map(|l| l.fold.as_str()).collect();
                if is_disclaimer(&words.join(" ")) {
                    (first..stop).for_each(|i| self.cut(i));
                    break;
                }
            }
            at = stop + 1;
        }
    }

    /// Closing formulas and the block of names, functions and numbers below each.
    fn formulas(&mut self) {
        let standing = self.standing();
        let mut n = 0;
        while let Some(at) = standing.get(n).copied() {
            let formula = self.line(at).and_then(formula_of);
            let closes = match formula {
                Some(Formula::Closing) => true,
                // "Bonne rentrée !" may open a letter: only below some words does it close one.
                Some(Formula::Wish) => n > 0 && standing.len() - n <= MAX_BLOCK,
                None => false,
            };
            n += 1;
            if !closes {
                continue;
            }
            self.cut(at);
            let mut named = false;
            for _ in 0..MAX_BLOCK {
                let Some(below) = standing.get(n).copied() else { break };
                let Some(line) = self.line(below) else { break };
                let name = self.names.sign(line) || is_name(line.content);
                if !name && !closes_letter(line, named) && formula_of(line).is_none() {
                    break;
                }
                named |= name;
                self.cut(below);
                n += 1;
            }
        }
    }

    /// The author's name as last word, with functions and numbers below it.
    fn name_at_the_end(&mut self) {
        let standing = self.standing();
        let mut found = None;
        for (n, at) in standing.iter().enumerate().rev().take(MAX_BLOCK) {
            let Some(line) = self.line(*at) else { break };
            if n == 0 {
                break;
            }
            if self.names.sign(line) {
                found = Some(n);
            } else if !closes_letter(line, true) {
                break;
            }
        }
        if let Some(n) = found {
            standing.iter().skip(n).for_each(|at| self.cut(*at));
        }
    }

    /// A rule with nothing below it: what it set apart was cut.
    fn rule_at_the_end(&mut self) {
        let last = self.standing().last().copied();
        let rule = last.filter(|at| self.line(*at).is_some_and(|l| separator(l) == Some(Separator::Rule)));
        rule.into_iter().for_each(|at| self.cut(at));
    }
}

/// Whether a line may stand in a signature block: a function, an organisation, a number, an address.
/// Below a name (`named`) any short line without a verb may.
fn closes_letter(line: &Line<'_>, named: bool) -> bool {
    let text = line.fold.as_str();
    let words = text.split_whitespace().count();
    let bold = text.starts_with('*') && text.ends_with('*');
    let bullet = text.starts_with(['-', '*', '•']) && text.len() > 1 && !bold || starts_numbered(text);
    if words > 14 || text.len() > 110 || text.ends_with('?') || bullet || is_postscript(text) || tells_fault(text) {
        return false;
    }
    const FUNCTIONS: [&str; 44] = [
        "prof",
        "enseignant",
        "documentaliste",
        "lycee",
        "college",
        "proviseur",
        "adjoint",
        "gestionnaire",
        "secretair",
        "secretariat",
        "cpe",
        "aed",
        "aesh",
        "infirmier",
        "infirmiere",
        "intendan",
        "referent",
        "direct",
        "tel",
        "fax",
        "academie",
        "rectorat",
        "region",
        "service",
        "cdi",
        "ddfpt",
        "responsable",
        "coordonn",
        "assistant",
        "agent",
        "technicien",
        "conseill",
        "equipe",
        "cellule",
        "cedex",
        "rue",
        "avenue",
        "boulevard",
        "chef",
        "poste",
        "mobile",
        "educ",
        "universit",
        "ministere",
    ];
    let contact = text.contains('@') || text.contains("www.") || text.contains("http") || is_phone(text);
    let function = text.split(|c: char| !c.is_alphanumeric()).any(|w| {
        FUNCTIONS.iter().any(|f| if f.len() > 4 { w.starts_with(f) } else { w == *f || w.starts_with("prof") })
    });
    if contact || function && !speaks(text) {
        return true;
    }
    let room = text.split(|c: char| !c.is_alphanumeric()).any(is_room_code);
    named && !room && words <= 8 && !speaks(text) && !text.ends_with(['.', '!', ':', ';'])
}

/// A sentence that reports something, against a signature's standing advice.
fn is_report(text: &str) -> bool {
    let words = text.split_whitespace().count();
    let advice = ["en cas de", "pour tout", "si vous", "merci de", "support :"].iter().any(|a| text.contains(a));
    words >= 4 && tells_fault(text) && !advice && !starts_disclaimer(text) && !is_footer(text)
}
