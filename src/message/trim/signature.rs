//! Closing formulas, name blocks, client footers, disclaimers.
//!
//! A report hidden below a signature is worth more than a clean cut: what holds a post-scriptum or
//! tells of a fault stays with the text, whatever stands around it.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::Place;
use super::footer::{is_banner, is_disclaimer, is_footer, starts_disclaimer};
use super::lines::Line;
use super::marks::{Separator, separator};
use crate::message::text::fold;

/// Lines of a signature block at most.
const MAX_BLOCK: usize = 12;

/// Whose name may close a text.
#[derive(Debug, Default)]
pub(super) struct Names {
    words: Vec<String>,
    initials: Vec<char>,
}

impl Names {
    /// From a display name and the local part of an address.
    pub(super) fn new(name: &str, local: &str) -> Self {
        let both = fold(&format!("{name} {local}"));
        let words: Vec<&str> =
            both.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty() && !is_particle(w)).take(20).collect();
        Self {
            initials: words.iter().filter_map(|w| w.chars().next()).collect(),
            words: words.iter().filter(|w| w.chars().count() > 1).map(|w| (*w).to_owned()).collect(),
        }
    }

    /// Whether a short word is made of the author's initials or begins one of the names.
    fn shortens(&self, word: &str) -> bool {
        let initials = !word.is_empty() && word.chars().all(|c| self.initials.contains(&c));
        initials || word.chars().count() > 1 && self.words.iter().any(|w| w.starts_with(word))
    }

    /// Whether a line is the author's name, its short form or its initials, perhaps with a function
    /// behind a comma or in parentheses.
    fn sign(&self, line: &Line<'_>) -> bool {
        if self.words.is_empty() || line.fold.len() > 80 || line.content.contains('?') {
            return false;
        }
        let name = line.fold.split([',', '(', '|', '/']).next().unwrap_or_default();
        let name = name.split(" - ").next().unwrap_or_default();
        let suffix = line.fold.get(name.len()..).unwrap_or_default();
        let figures = name.contains(|c: char| c.is_ascii_digit());
        if suffix.split_whitespace().count() > 6 || figures || tells_fault(&line.fold) {
            return false;
        }
        let words: Vec<&str> = name.split([' ', '-', '\'']).filter(|w| w.chars().any(char::is_alphabetic)).collect();
        if words.is_empty() || words.len() > 5 {
            return false;
        }
        let capital = line.content.trim_start().starts_with(char::is_uppercase);
        let single = words.len() == 1;
        let mut named = false;
        let all = words.iter().all(|word| {
            let bare = word.trim_matches(|c: char| !c.is_alphabetic());
            let whole = self.words.iter().any(|w| w == bare || bare.len() >= 4 && w.starts_with(bare));
            let letters: String = bare.chars().filter(|c| c.is_alphabetic()).collect();
            let short = letters.chars().count() <= 3 && !is_thing(bare) && self.shortens(&letters);
            named |= whole || short && (capital || !single);
            whole || short || is_title(bare) || is_particle(bare)
        });
        all && named
    }
}

/// Short words that stand in lists of faults: a place or a thing whatever the author's initials.
fn is_thing(word: &str) -> bool {
    matches!(
        word,
        "pc" | "uc"
            | "cdi"
            | "cdr"
            | "vp"
            | "vpi"
            | "tbi"
            | "tni"
            | "tv"
            | "ent"
            | "usb"
            | "vga"
            | "dvd"
            | "cd"
            | "rdc"
            | "svt"
            | "eps"
            | "lan"
            | "hp"
            | "son"
            | "mac"
    )
}

fn is_particle(word: &str) -> bool {
    matches!(word, "de" | "du" | "des" | "la" | "le" | "les" | "et" | "d" | "l" | "van" | "von" | "ben" | "el")
}

fn is_title(word: &str) -> bool {
    matches!(word, "mme" | "mlle" | "mr" | "m" | "madame" | "monsieur" | "dr")
}

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
            let formula = self.line(at).and_then(|l| formula(&l.fold));
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

enum Formula {
    /// Can only end a letter.
    Closing,
    /// A wish, which may also begin one.
    Wish,
}

fn formula_of(line: &Line<'_>) -> Option<Formula> {
    formula(&line.fold)
}

fn formula(text: &str) -> Option<Formula> {
    const CLOSINGS: [&str; 58] = [
        "cordialement",
        "tres cordialement",
        "bien cordialement",
        "cordialment",
        "cordialemnt",
        "cdlt",
        "cdt",
        "crdlt",
        "amicalement",
        "bien amicalement",
        "tres amicalement",
        "amities",
        "mes amities",
        "bien a vous",
        "bien a toi",
        "sinceres salutations",
        "salutations",
        "meilleures salutations",
        "cordiales salutations",
        "respectueusement",
        "bien respectueusement",
        "sincerement",
        "bien sincerement",
        "affectueusement",
        "bien affectueusement",
        "avec toute mon amitie",
        "votre devoue",
        "ton devoue",
        "bises",
        "bisous",
        "grosses bises",
        "la bise",
        "tres respectueusement",
        "respectueuses salutations",
        "best regards",
        "kind regards",
        "warm regards",
        "regards",
        "best wishes",
        "sincerely",
        "yours sincerely",
        "many thanks and regards",
        "mit freundlichen grussen",
        "saludos",
        "cordialmente",
        "cordiali saluti",
        "cdlmt",
        "au revoir",
        "mes salutations",
        "saluti",
        "cheers",
        "viele gruße",
        "viele grusse",
        "liebe gruße",
        "freundliche gruße",
        "mit freundlichen gruße",
        "mit freundlichen grußen",
        "un saludo",
    ];
    const PHRASES: [&str; 10] = [
        "je vous prie d'agreer",
        "je vous prie de croire",
        "je vous prie de recevoir",
        "veuillez agreer",
        "veuillez recevoir",
        "veuillez croire",
        "recevez,",
        "recevez mes",
        "avec mes salutations",
        "avec mes remerciements",
    ];
    const WISHES: [&str; 24] = [
        "bonne journee",
        "bonne soiree",
        "bonne fin de",
        "bonne semaine",
        "bonne reception",
        "bonne continuation",
        "bon week",
        "bon we",
        "bon courage",
        "bonne apres",
        "bonnes vacances",
        "bonnes fetes",
        "belle journee",
        "belle soiree",
        "belle annee",
        "tres bonne journee",
        "tres bonne soiree",
        "excellente journee",
        "a bientot",
        "a plus",
        "a+",
        "a demain",
        "bonne annee",
        "bonne rentree",
    ];
    let words = text.split_whitespace().count();
    if words > 40 || tells_fault(text) || is_postscript(text) || text.contains('?') {
        return None;
    }
    let starts = |list: &[&str]| {
        list.iter().any(|f| {
            text.strip_prefix(f).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '\''))
        })
    };
    if words <= 9 && starts(&CLOSINGS) || starts(&PHRASES) {
        return Some(Formula::Closing);
    }
    (words <= 8 && starts(&WISHES)).then_some(Formula::Wish)
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

/// Capitalised words only, at most five: a name; perhaps with a function behind a dash.
fn is_name(content: &str) -> bool {
    let dash = [" - ", " – ", " — "].iter().filter_map(|d| content.find(d)).min();
    let (content, function) = dash.and_then(|at| content.split_at_checked(at)).unwrap_or((content, ""));
    let function = fold(function);
    if function.split_whitespace().count() > 8 || speaks(&function) || tells_fault(&function) {
        return false;
    }
    let words: Vec<&str> = content.split_whitespace().collect();
    let plain = |w: &&str| {
        let bare = w.trim_matches(|c: char| !c.is_alphanumeric());
        is_particle(&bare.to_lowercase())
            || bare.starts_with(char::is_uppercase) && !bare.contains(|c: char| c.is_ascii_digit())
    };
    !words.is_empty()
        && words.len() <= 5
        && words.iter().all(plain)
        && !content.trim_end().ends_with(['?', ':', '!'])
        && !tells_fault(&fold(content))
}

fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let other = text.bytes().filter(u8::is_ascii_alphabetic).count();
    digits >= 8 && other <= 30
}

/// A letter or two before two to three figures, as rooms are named.
pub(super) fn is_room_code(word: &str) -> bool {
    let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
    let rest = word.get(letters..).unwrap_or_default();
    (1..=2).contains(&letters) && (2..=3).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_digit())
}

fn starts_numbered(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=2).contains(&digits) && text.get(digits..).is_some_and(|r| r.starts_with(") ") || r.starts_with(". "))
}

/// Words by which a line is a sentence rather than an entry.
fn speaks(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|w| {
        matches!(
            w,
            "je" | "j"
                | "tu"
                | "nous"
                | "vous"
                | "il"
                | "elle"
                | "ils"
                | "elles"
                | "ne"
                | "n"
                | "est"
                | "sont"
                | "ai"
                | "avons"
                | "avez"
                | "peux"
                | "peut"
                | "pouvez"
                | "merci"
                | "faut"
                | "c"
                | "y"
                | "plus"
                | "pas"
                | "voir"
        )
    })
}

/// Words that tell of a fault, between blanks where they stand alone.
const FAULTS: [&str; 36] = [
    "panne",
    "hors service",
    "marche pas",
    "marche plus",
    "fonctionne",
    "demarre",
    "allume",
    "bloque",
    "casse ",
    "s'eteint",
    "eteint",
    "bourrage",
    "bourre ",
    "ecran noir",
    "ecran bleu",
    " plante",
    " imprime ",
    " n'imprime",
    " hs ",
    " rame ",
    " plus de ",
    " pas de ",
    " plus d'",
    " pas d'",
    " ne s'",
    " n'est",
    " n'a ",
    " ne repond",
    " ne se ",
    " ne detecte",
    " ne marche",
    " probleme",
    " souci ",
    " soucis ",
    " n'affiche",
    "deconnecte",
];

#[allow(clippy::expect_used, reason = "constant words, compiled by the first test")]
static FAULT_WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| AhoCorasick::new(FAULTS).expect("constant words"));

/// Does it tell of a fault?
pub(super) fn tells_fault(text: &str) -> bool {
    // Blanks for punctuation, so that a word at the end of a clause is found as one.
    let mut padded = String::with_capacity(text.len() + 2);
    padded.push(' ');
    padded
        .extend(text.chars().map(|c| if matches!(c, ',' | '.' | '!' | ';' | ':' | '(' | ')' | '/') { ' ' } else { c }));
    padded.push(' ');
    FAULT_WORDS.is_match(&padded)
}

/// A sentence that reports something, against a signature's standing advice.
fn is_report(text: &str) -> bool {
    let words = text.split_whitespace().count();
    let advice = ["en cas de", "pour tout", "si vous", "merci de", "support :"].iter().any(|a| text.contains(a));
    words >= 4 && tells_fault(text) && !advice && !starts_disclaimer(text) && !is_footer(text)
}

/// "PS :", "P.-S.", "NB :".
fn is_postscript(text: &str) -> bool {
    let text = text.trim_start_matches(['*', '(', ' ']);
    let head: String = text.chars().take(6).filter(|c| !matches!(c, '.' | '-' | ' ')).collect();
    text.starts_with("post-scriptum")
        || text.starts_with("post scriptum")
        || ["ps:", "ps,", "pps:", "nb:"].iter().any(|p| head.starts_with(p))
        || text.starts_with("p.s")
        || text.starts_with("p.-s")
        || text.starts_with("p-s ")
        || text.starts_with("ps ") && text.split_whitespace().count() > 2
}
