//! Attributions: the line by which a client says whom it quotes ("Le … X a écrit :").
//!
//! A person's sentence may begin with the same words, so that a line is taken for one only where a
//! date follows its first word, or where it names an author and ends as clients end it.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::lines::Line;
use crate::message::text::fold;

/// Lines over which an attribution may be broken.
const MAX_LINES: usize = 5;
/// Its length in bytes at most.
const MAX_LENGTH: usize = 500;

/// How sure an attribution line is to be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attribution {
    /// It names an hour or an address: a client wrote it.
    Sure,
    /// It could be a sentence; only what follows can tell.
    Likely,
}

/// Reads an attribution that begins at `lines[at]`; returns how sure it is and the index behind it.
/// It may be broken over several lines, which all have the depth of the first.
pub(super) fn attribution(lines: &[Line<'_>], at: usize, end: usize) -> Option<(Attribution, usize)> {
    let first = lines.get(at)?;
    let head = bare(&first.fold);
    let end = end.min(at + MAX_LINES);
    if starts(head) {
        return by_date(lines, at, end);
    }
    by_author(lines, at, end).or_else(|| without_verb(lines, at, end))
}

/// "Le lun. 3 nov. 2025 à 10:02, X \<a@b\> a écrit :"
fn by_date(lines: &[Line<'_>], at: usize, end: usize) -> Option<(Attribution, usize)> {
    let mut joined = String::new();
    for index in at..end {
        let line = continued(lines, at, index)?;
        if index > at {
            // Where this line begins one itself, the lines above it are the person's own.
            let author = line.contains('@') && line.starts_with(char::is_alphabetic) && has_verb(line);
            let sentence = joined.ends_with(['.', '!', '?', ';']) && !line.starts_with(['<', '(']);
            if starts(line) || sentence || author && !has_clock(&joined) {
                return None;
            }
            joined.push(' ');
        }
        joined.push_str(line);
        if joined.len() > MAX_LENGTH {
            return None;
        }
        if closes(&joined) {
            return judge(&joined, true).map(|sure| (sure, index + 1));
        }
        if runs_on(&joined) {
            return Some((Attribution::Sure, index + 1));
        }
    }
    None
}

/// Whether the text begins with a whole attribution: some clients go on with the quote on its line.
fn runs_on(text: &str) -> bool {
    text.match_indices(':').take(8).filter_map(|(at, _)| text.get(..=at)).any(|head| {
        let head = head.trim_end_matches([' ', ':']);
        ["a ecrit", "wrote"].iter().any(|v| head.ends_with(v))
            && head.contains('@')
            && has_clock(head)
            && has_date(head)
    })
}

/// "X \<a@b\> a écrit :", "X a écrit le 3 nov. 2025 à 10:02 :", over two lines at most.
fn by_author(lines: &[Line<'_>], at: usize, end: usize) -> Option<(Attribution, usize)> {
    let head = continued(lines, at, at)?;
    if closes(head) {
        // "---- X a écrit ----": a client's rule on both sides.
        let ruled = lines.get(at).is_some_and(|l| l.fold.starts_with("--") && l.fold.ends_with("--"));
        let sure = if ruled { Some(Attribution::Sure) } else { judge(head, false) };
        return sure.map(|sure| (sure, at + 1));
    }
    let next = continued(lines, at, at + 1).filter(|_| at + 1 < end)?;
    let rest = next.trim_end_matches([' ', ':']);
    let verb = matches!(rest, "ecrit" | "a ecrit" | "wrote" | "schrieb" | "scritto" | "ha scritto" | "escribio");
    let address = head.contains('@') && head.contains('<');
    let dated = has_verb(head) && next.len() < 40 && (has_clock(next) || has_date(next));
    (address && next.ends_with(':') && (verb || dated)).then_some((Attribution::Sure, at + 2))
}

/// "2014-03-20 20:48 GMT+01:00 X \<a@b\>:", "lundi 3 novembre 2025, 10:02 +0100 de X \<a@b\> :"
fn without_verb(lines: &[Line<'_>], at: usize, end: usize) -> Option<(Attribution, usize)> {
    let head = bare(&lines.get(at)?.fold);
    // The whole date stands on the first line: a line of the person's own above it may begin with a figure.
    let opens = head.starts_with(|c: char| c.is_ascii_digit()) || head.split(' ').next().is_some_and(is_day);
    if !opens || !has_date(head) {
        return None;
    }
    let mut joined = String::new();
    for index in at..end.min(at + 3) {
        let line = continued(lines, at, index)?;
        joined.push_str(if index > at { " " } else { "" });
        joined.push_str(line);
        if joined.len() > MAX_LENGTH / 2 {
            return None;
        }
        let colon = joined.ends_with(':');
        let body = joined.trim_end_matches([':', ' ']);
        if body.ends_with('>') && body.contains('@') && has_date(body) {
            return Some((if colon { Attribution::Sure } else { Attribution::Likely }, index + 1));
        }
    }
    None
}

/// Where an attribution begins inside a line: some programs lose the break before it, and what
/// stands in front of it is new.
pub(super) fn inside(content: &str) -> Option<usize> {
    if content.len() > 2 * MAX_LENGTH || !content.trim_end().ends_with([':', '-']) {
        return None;
    }
    let starts_here = ["Le ", "On "].iter().flat_map(|s| content.match_indices(s));
    starts_here.take(20).find_map(|(at, _)| {
        let (before, rest) = content.split_at_checked(at)?;
        let own = before.trim_end_matches([' ', '-']);
        if own.len() == before.len() || !own.contains(char::is_alphanumeric) {
            return None;
        }
        let rest = fold(rest.trim_end());
        let sure = starts(&rest) && closes(&rest) && has_clock(&rest) && has_date(&rest);
        sure.then_some(own.len())
    })
}

/// The words of a line that may belong to the attribution begun at `lines[at]`, without the rule
/// that some clients draw round it; nothing where a gap or another depth ends it.
fn continued<'l>(lines: &'l [Line<'_>], at: usize, index: usize) -> Option<&'l str> {
    let depth = lines.get(at)?.depth;
    // The client that breaks the line may quote it as well (Apple), or not; a gap ends it.
    let line = lines.get(index).filter(|l| !l.is_blank() && l.depth == depth)?;
    Some(bare(&line.fold).trim_end_matches(['-', '*', '_', ' ']))
}

fn bare(text: &str) -> &str {
    text.trim_start_matches(['-', '*', '_', '>', ' '])
}

/// Whether the text ends as an attribution does.
fn closes(text: &str) -> bool {
    if text.ends_with(':') {
        return has_verb(text);
    }
    // Without a colon in some webmails.
    ["a ecrit", "wrote"].iter().any(|v| text.ends_with(v)) && (has_clock(text) && has_date(text) || text.len() < 60)
}

fn judge(text: &str, begins: bool) -> Option<Attribution> {
    let quoting = QUOTING.iter().any(|q| text.starts_with(q));
    let address = text.contains('@');
    let date = has_date(text);
    let colon = text.ends_with(':');
    if address && (date || !begins || quoting) && colon || date && has_clock(text) {
        return Some(Attribution::Sure);
    }
    (colon && (date || address || quoting || text.len() < 80 && !begins)).then_some(Attribution::Likely)
}

const QUOTING: [&str; 4] = ["citando ", "quoting ", "zitat von ", "citation de "];

/// Whether the text begins with the words that lead to a date, and a date.
fn starts(text: &str) -> bool {
    const WORDS: [&str; 8] = ["le ", "on ", "el ", "am ", "il ", "em ", "in data ", "den "];
    if QUOTING.iter().any(|q| text.starts_with(q)) {
        return true;
    }
    let Some(rest) = WORDS.iter().find_map(|w| text.strip_prefix(w)) else { return false };
    for word in rest.split(' ').take(4) {
        let word = word.trim_matches([',', '.', '(', ')']);
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            return true;
        }
        if !is_day(word) && !is_month(word) && !matches!(word, "giorno" | "dia" | "jour" | "de") {
            return false;
        }
    }
    false
}

fn has_verb(text: &str) -> bool {
    const VERBS: [&str; 11] = [
        "a ecrit",
        "ont ecrit",
        "wrote",
        "escribio",
        "escribieron",
        "ha escrit",
        "schrieb",
        "ha scritto",
        "escreveu",
        "schreef",
        "skrev",
    ];
    VERBS.iter().any(|v| text.contains(v)) || QUOTING.iter().any(|q| text.starts_with(q))
}

/// Names of days and their short forms, folded, in the languages that a school's staff write.
const DAYS: &str = "lundi mardi mercredi jeudi vendredi samedi dimanche lun mar mer jeu ven sam dim monday tuesday \
    wednesday thursday friday saturday sunday mon tue wed thu fri sat sun montag dienstag mittwoch \
    donnerstag freitag samstag sonntag mo di mi do fr sa so lunes martes miercoles jueves viernes sabado \
    domingo mie jue vie sab dom lunedi martedi mercoledi giovedi venerdi gio seg ter qua qui sex \
    sonnabend";

/// Names of months and their short forms, likewise.
const MONTHS: &str = "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre janv jan fevr \
    fev avr juil sept sep oct nov dec january february march april may june july august september \
    october november december feb mar apr jun jul aug januar februar marz mrz juni juli oktober dezember \
    okt dez enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre ene \
    abr ago dic gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre gen mag lug set \
    ott";

static NAMES_OF_DAYS: LazyLock<HashSet<&str>> = LazyLock::new(|| DAYS.split_whitespace().collect());
static NAMES_OF_MONTHS: LazyLock<HashSet<&str>> = LazyLock::new(|| MONTHS.split_whitespace().collect());

fn is_day(word: &str) -> bool {
    let word = word.trim_matches([',', '.']);
    word.split('-').next().is_some_and(|word| NAMES_OF_DAYS.contains(word))
}

fn is_month(word: &str) -> bool {
    NAMES_OF_MONTHS.contains(word)
}

/// Whether a date stands in folded text: `3/11/25`, `2025-11-03`, `3 nov.`, `nov. 3, 2025`.
fn has_date(text: &str) -> bool {
    if text.split([' ', ',', '<', '(', '\u{a0}']).any(is_date_in_figures) {
        return true;
    }
    let mut number = false;
    let mut month = false;
    for word in text.split([' ', ',', '-', '/', '\u{a0}']) {
        let word = word.trim_matches(['.', ',', '(', ')']);
        number |= word.starts_with(|c: char| c.is_ascii_digit()) && word.len() <= 4;
        month |= is_month(word);
    }
    number && month
}

/// `3/11/25`, `03.11.2025`, `2025-11-03`; no version number, no network address.
fn is_date_in_figures(word: &str) -> bool {
    ['/', '-', '.'].iter().any(|sign| {
        let mut groups = word.split(*sign).map(|g| g.bytes().take_while(u8::is_ascii_digit).count());
        let groups = (groups.next(), groups.next(), groups.next());
        matches!(groups, (Some(1 | 2), Some(1 | 2), Some(2 | 4)) | (Some(4), Some(1 | 2), Some(1 | 2)))
    })
}

/// Whether an hour stands in folded text: `10:32`, `10h32`, `10 h 32`.
fn has_clock(text: &str) -> bool {
    let bytes = text.as_bytes();
    (1..bytes.len()).any(|at| {
        let before = bytes.get(at - 1).copied();
        let before = if before == Some(b' ') && at > 1 { bytes.get(at - 2).copied() } else { before };
        let after = bytes.get(at + 1).copied();
        let after = if after == Some(b' ') { bytes.get(at + 2).copied() } else { after };
        let spaced = bytes.get(at - 1) == Some(&b' ') || bytes.get(at + 1) == Some(&b' ');
        let sign = match bytes.get(at) {
            Some(b':') => !spaced,
            Some(b'h') => true,
            _ => false,
        };
        sign && before.is_some_and(|b| b.is_ascii_digit()) && after.is_some_and(|b| b.is_ascii_digit())
    })
}
