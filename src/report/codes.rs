//! Room codes, in all their spellings.

use super::Place;
use super::locate::{Finder, Located, is_code, letters};
use super::text::Gap;

/// Words after which a bare number of three digits may be a room.
const INTO: &[&str] = &["en", "la", "salle", "sal", "de", "a"];

/// Words after a number that make it an amount.
pub(super) const UNITS: &[&str] = &[
    "h",
    "heures",
    "heure",
    "eleves",
    "euros",
    "minutes",
    "min",
    "mn",
    "fois",
    "pages",
    "postes",
    "pc",
    "ordis",
    "ordinateurs",
    "tablettes",
    "personnes",
    "etudiants",
    "repas",
    "livres",
    "copies",
    "feuilles",
    "exemplaires",
    "jours",
    "go",
    "mo",
    "ko",
    "mb",
    "gb",
    "km",
    "m",
    "cm",
    "lumens",
    "dpi",
    "volts",
    "watts",
    "v",
    "w",
    "candidats",
    "dossiers",
    "familles",
    "comptes",
    "profs",
    "collegues",
    "mails",
    "messages",
    "places",
    "internes",
    "bulletins",
    "convives",
];

fn is_lower_code(word: &str) -> bool {
    let head = letters(word).len();
    let digits = word.len() - head;
    (1..=2).contains(&head) && (1..=3).contains(&digits) && word.bytes().skip(head).all(|b| b.is_ascii_digit())
}

impl Finder<'_> {
    /// Is the code at `at` introduced as a room ("salle", "s.", "bureau")?
    pub(super) fn strong(&self, at: usize) -> bool {
        let before = self.previous(at);
        self.vocabulary.before_code.contains(before) && (before.len() > 1 || self.gap(at) != Gap::Apostrophe)
            || (matches!(before, "n" | "no" | "numero")
                && at >= 2
                && self.vocabulary.before_code.contains(self.previous(at - 1)))
    }

    /// Does the school have rooms of this form: the same letters, as many digits?
    pub(super) fn in_series(&self, code: &str) -> bool {
        let shape = |c: &str| (letters(c).to_owned(), c.len());
        let wanted = shape(code);
        self.places.all().any(|p| is_code(p.as_str()) && shape(p.as_str()) == wanted)
    }

    pub(super) fn code(&self, at: usize) -> Option<Located> {
        let text = self.text;
        let word = text.word(at);
        let token = text.tokens.get(at)?;
        let after_model = self.vocabulary.not_before_code.contains(self.previous(at));
        if let Some(found) = self.dotted(at).or_else(|| self.suffixed(at)) {
            return Some(found);
        }
        // "b204", "tp3"
        if is_lower_code(word) {
            let code = word.to_uppercase();
            let sentence = text.sentences.get(text.sentence_of(at));
            let title = at == 0
                && token.capital
                && sentence.is_some_and(|s| s.tokens.len() == 1)
                && !matches!(code.as_bytes(), [b'M' | b'S' | b'T', b'1'..=b'9']);
            let fits = self.accept(&code, self.strong(at) || title, self.previous(at), after_model);
            return fits.then(|| self.located(&code, at, at + 1, true));
        }
        // "B 204", "b-204"
        let next = text.tokens.get(at + 1);
        let single = word.len() == 1 && word.bytes().all(|b| b.is_ascii_lowercase());
        if single
            && next
                .is_some_and(|n| n.number && matches!(n.gap, Gap::Space | Gap::Joint) && n.sentence == token.sentence)
        {
            let digits = text.word(at + 1);
            let measure = text.word(at + 2);
            let unit = matches!(measure, "h" | "heures" | "eleves" | "minutes" | "min" | "jours" | "euros" | "fois")
                || text.after(at + 1).trim_start().starts_with(['€', '%']);
            let spelled = format!("{}{digits}", word.to_uppercase());
            let listed = digits.len() > 1 && self.known(&spelled);
            let introduced = token.capital
                || listed
                || self.strong(at)
                || matches!(self.previous(at), "la" | "salle" | "en" | "bat" | "batiment");
            // "n 12", "l'12", "j-2": an article or a count, unless it is written as rooms are.
            let room = listed || token.capital && word != "n" && digits.len() == 3;
            let article = matches!(word, "l" | "n" | "d" | "y" | "j") && !room
                || (word == "a" && !token.capital)
                || token.gap == Gap::Apostrophe;
            let ok = (1..=3).contains(&digits.len()) && introduced && !article && !unit;
            // "s 12" is "salle 12" where the school has no S series.
            if ok
                && word == "s"
                && !self.in_series(&format!("S{digits}"))
                && self.places.has_list()
                && let Some(room) = self.bare(digits, None, true)
            {
                return Some(self.located(&room, at, at + 2, true));
            }
            let code = spelled;
            if ok
                && self.accept(
                    &code,
                    self.strong(at) || matches!(self.previous(at), "bat" | "batiment"),
                    self.previous(at),
                    after_model,
                )
            {
                return Some(self.located(&code, at, at + 2, true));
            }
        }
        if token.number { self.number(at) } else { None }
    }

    /// Is `code` a room rather than a model, a paper format, a slot, a class?
    pub(super) fn accept(&self, code: &str, strong: bool, before: &str, after_model: bool) -> bool {
        if self.known(code) {
            return !after_model || strong;
        }
        if after_model {
            return false;
        }
        let (head, digits) = (letters(code), code.len() - letters(code).len());
        if strong {
            return true;
        }
        if self.in_series(code) {
            return !(matches!(code, "A3" | "A4"));
        }
        let into = matches!(before, "en" | "la" | "au" | "du" | "de");
        let trap = matches!(code, "A0" | "A1" | "A2" | "A3" | "A4" | "A5" | "A6")
            || matches!(head, "M" | "T" | "I" | "N" | "F" | "J" | "Y" | "W" | "X" | "V" | "L") && digits == 1;
        match (head.len(), digits) {
            _ if trap => false,
            (1, 1) => into && (!self.places.has_list() || head == "S"),
            (1, 2) => !matches!(head, "Y" | "N") && (!self.places.has_list() || into),
            (1, 3) => head != "N" && (!self.places.has_list() || into),
            _ => false,
        }
    }

    /// "B2.04", "B 2.04", "B2-04", "salle 2.04": the floor set apart from the number.
    pub(super) fn dotted(&self, at: usize) -> Option<Located> {
        let text = self.text;
        let word = text.word(at);
        let token = text.tokens.get(at)?;
        let (head, floor, number) = if token.number {
            ("", word, at + 1)
        } else if word.len() == 1 && text.tokens.get(at + 1).is_some_and(|t| t.number && t.gap == Gap::Space) {
            (word, text.word(at + 1), at + 2)
        } else {
            let head = letters(word);
            (head, word.get(head.len()..)?, at + 1)
        };
        let joined = |i: usize| text.tokens.get(i).is_some_and(|t| t.number && t.gap == Gap::Joint);
        // "a2 04" in haste, where the school has an A2-04.
        let spaced = !head.is_empty()
            && text.tokens.get(number).is_some_and(|t| t.number && t.gap == Gap::Space)
            && text.same_sentence(at, number)
            && self.known(&format!("{}{floor}{}", head.to_uppercase(), text.word(number)));
        let shape = head.len() <= 2
            && floor.len() == 1
            && floor.bytes().all(|b| b.is_ascii_digit())
            && (joined(number) || spaced)
            && text.word(number).len() == 2
            && !joined(number + 1)
            && (head.is_empty() || token.capital || self.strong(at) || spaced)
            && head != "v";
        let sign = text.after(number.checked_sub(1)?);
        if !shape || !(spaced || matches!(sign, "." | "-" | "/")) || self.gap(at) == Gap::Joint {
            return None;
        }
        let point = if sign == "." { "." } else { "" };
        let code = format!("{}{floor}{point}{}", head.to_uppercase(), text.word(number));
        let unit =
            text.after(number).trim_start().starts_with(['€', '%', '°']) || UNITS.contains(&text.word(number + 1));
        let fits = self.strong(at)
            || self.known(&code)
            || !head.is_empty()
                && !self.places.has_list()
                && !self.vocabulary.not_before_code.contains(self.previous(at));
        (fits && !unit).then(|| self.located(&code, at, number + 1, true))
    }

    /// "204B", "12 bis", "B204a": a letter that tells two halves of a room apart, or the building.
    pub(super) fn suffixed(&self, at: usize) -> Option<Located> {
        let text = self.text;
        let word = text.word(at);
        let token = text.tokens.get(at)?;
        let strong = self.strong(at);
        if (token.number || is_lower_code(word))
            && matches!(text.word(at + 1), "bis" | "ter")
            && self.gap(at + 1) == Gap::Space
        {
            let code = format!("{word}{}", text.word(at + 1)).to_uppercase();
            return (strong || self.known(&code)).then(|| self.located(&code, at, at + 2, true));
        }
        let (body, suffix) = match word.strip_suffix("bis").map(|b| (b, "BIS")) {
            Some(found) => found,
            None => (word.get(..word.len().checked_sub(1)?)?, word.get(word.len() - 1..)?),
        };
        let head = letters(body);
        let digits = body.get(head.len()..)?;
        let shape = head.len() <= 1
            && (2..=3).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && (suffix == "BIS" || matches!(suffix, "a" | "b" | "c" | "d" | "e" | "f" | "j" | "k"));
        if !shape || self.vocabulary.not_before_code.contains(self.previous(at)) {
            return None;
        }
        let code = format!("{}{digits}{}", head.to_uppercase(), suffix.to_uppercase());
        let into = digits.len() == 3 && matches!(self.previous(at), "en" | "la" | "au" | "du" | "dans");
        let turned = format!("{}{digits}", suffix.to_uppercase());
        if head.is_empty() && !self.known(&code) && self.known(&turned) {
            return Some(self.located(&turned, at, at + 1, true));
        }
        (strong || into || self.places.is_known(&Place::from_normalised(&code)))
            .then(|| self.located(&code, at, at + 1, true))
    }

    /// A number that is a room: "salle 12", "en 205", "204 (bât. B)", "73.20.13".
    pub(super) fn number(&self, at: usize) -> Option<Located> {
        let text = self.text;
        let strong = self.strong(at);
        let digits = text.word(at);
        // three groups of digits
        let joined =
            |i: usize, gap: Gap| text.tokens.get(i).is_some_and(|t| t.number && t.gap == gap && t.end - t.start <= 3);
        for gap in [Gap::Joint, Gap::Space] {
            if joined(at + 1, gap) && joined(at + 2, gap) && self.gap(at) != gap && !joined(at + 3, gap) {
                let groups = [digits, text.word(at + 1), text.word(at + 2)];
                let name = groups.join(".");
                let value = |i: usize| groups.get(i).and_then(|g| g.parse::<u32>().ok()).unwrap_or(0);
                let date = value(0) <= 31 && value(1) <= 12;
                let known = self.known(&name);
                if known || strong || (gap == Gap::Joint && !date && digits.len() == 2) {
                    return Some(self.located(&name, at, at + 3, true));
                }
                return None;
            }
        }
        let unit = !strong && UNITS.contains(&text.word(at + 1)) && self.gap(at + 1) == Gap::Space;
        if unit || digits.len() > 4 || text.after(at).trim_start().starts_with(['€', '%', '°']) {
            return None;
        }
        // "204 (bât. B)", "104 du bâtiment E"
        let building = (at + 1..at + 5).find_map(|i| {
            let is_building = matches!(text.word(i), "bat" | "batiment") && text.same_sentence(at, i);
            let letter = text.word(i + 1);
            (is_building && letter.len() == 1 && letter.bytes().all(|b| b.is_ascii_lowercase()))
                .then(|| (letter.to_uppercase(), i + 2))
        });
        if let Some((letter, end)) = building
            && digits.len() >= 2
            && (strong || INTO.contains(&self.previous(at)))
        {
            return Some(self.located(&format!("{letter}{digits}"), at, end, true));
        }
        // "salle 206 et 208", "B204 et 205"
        if at >= 2 && matches!(self.previous(at), "et" | "ou") && text.same_sentence(at - 2, at) {
            let first = text.word(at - 2);
            let head = letters(first);
            let like = first.len() - head.len() == digits.len() && digits.len() >= 2;
            if like
                && is_lower_code(first)
                && !head.is_empty()
                && self.accept(&first.to_uppercase(), false, self.previous(at - 2), false)
            {
                return Some(self.located(&format!("{}{digits}", head.to_uppercase()), at, at + 1, true));
            }
            if like && head.is_empty() && self.strong(at - 2) {
                return self.bare(digits, None, true).map(|room| self.located(&room, at, at + 1, true));
            }
        }
        let alone = text.sentences.get(text.sentence_of(at)).is_some_and(|s| s.tokens.len() == 1);
        // "118 videoproj …", "215, PC prof : …", "lampe 301"
        let first = text.sentences.get(text.sentence_of(at)).is_some_and(|s| s.tokens.start == at);
        let before = self.previous(at);
        let of_thing = self.things.contains(&at)
            && self.gap(at) == Gap::Space
            && !self.vocabulary.not_before_code.contains(before)
            && !matches!(before, "poste" | "postes" | "tel" | "telephone" | "standard" | "ligne" | "fax");
        // "la salle de musique (110)": a room of the school, in brackets.
        let bracketed = self.known(digits)
            && at.checked_sub(1).is_some_and(|b| text.after(b).trim_end().ends_with('('))
            && text.after(at).starts_with(')');
        let listed = digits.len() == 3 && self.places.has_list() && self.known(digits);
        // In a school whose rooms are numbers, its numbers are its rooms, wherever they stand.
        let stands = listed
            && !matches!(
                before,
                "poste" | "postes" | "tel" | "telephone" | "ligne" | "fax" | "n" | "no" | "numero" | "page" | "pages"
            );
        let inside = digits.len() == 2
            && self.known(digits)
            && (before == "en" || before == "la" && at >= 2 && matches!(text.word(at - 2), "de" | "dans"))
            && matches!(self.gap(at), Gap::Space);
        // "J'ai branché la valise sur la 308": on a car, no room.
        let upon = at >= 2 && text.word(at - 2) == "sur";
        let introduced = strong
            || bracketed
            || stands
            || inside
            || (digits.len() == 3
                && (matches!(before, "en" | "au") || before == "la" && !upon || alone || first || of_thing));
        if !introduced {
            return None;
        }
        let room = self.bare(digits, None, strong)?;
        Some(self.located(&room, at, at + 1, true))
    }

    /// The room that a bare number means: the only one of that number, the only letter's, or the number itself.
    pub(super) fn bare(&self, digits: &str, letter: Option<&str>, strong: bool) -> Option<String> {
        if let Some(letter) = letter {
            return Some(format!("{letter}{digits}"));
        }
        let mut same: Vec<&str> = self
            .places
            .all()
            .map(Place::as_str)
            .filter(|p| is_code(p) && p.get(letters(p).len()..) == Some(digits))
            .collect();
        same.sort_unstable();
        same.dedup();
        if let [only] = same.as_slice() {
            return Some((*only).to_owned());
        }
        let mut heads: Vec<&str> = self
            .places
            .all()
            .map(Place::as_str)
            .filter(|p| is_code(p) && p.len() - letters(p).len() == digits.len())
            .map(letters)
            .collect();
        heads.sort_unstable();
        heads.dedup();
        if same.is_empty()
            && let [only] = heads.as_slice()
        {
            return Some(format!("{only}{digits}"));
        }
        let plausible = !self.places.has_list() && digits.len() == 3 && digits.starts_with(['1', '2', '3', '4']);
        (strong || plausible).then(|| digits.to_owned())
    }
}
