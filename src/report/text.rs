//! A text read once: words folded (lower case, no accents), sentences and clauses found.
//!
//! Everything else in this folder works on these tokens; nothing folds or splits a second time.

use std::ops::Range;

/// What stands between a token and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// Nothing, or the start of the text.
    None,
    /// White space only.
    Space,
    /// An apostrophe.
    Apostrophe,
    /// A hyphen, dot, slash or underscore without space: `B-204`, `73.20.13`.
    Joint,
    /// A comma.
    Comma,
    /// Anything else.
    Other,
}

/// One word or number.
#[derive(Debug, Clone)]
pub struct Token {
    /// First byte in the source.
    pub start: usize,
    /// Byte after the last in the source.
    pub end: usize,
    fold: Range<usize>,
    /// What stands before it.
    pub gap: Gap,
    /// Only digits.
    pub number: bool,
    /// Begins with a capital.
    pub capital: bool,
    /// The sentence it belongs to.
    pub sentence: usize,
    /// The clause, counted through the whole text.
    pub clause: usize,
}

/// One sentence, list item or line.
#[derive(Debug, Clone)]
pub struct Sentence {
    /// Its tokens.
    pub tokens: Range<usize>,
    /// Ends with a question mark.
    pub question: bool,
    /// A list item: begins with a bullet or a number.
    pub item: bool,
    /// Number of its paragraph.
    pub paragraph: usize,
}

/// A text taken apart.
#[derive(Debug, Clone, Default)]
pub struct Text<'a> {
    /// The source.
    pub source: &'a str,
    folded: String,
    /// Its words.
    pub tokens: Vec<Token>,
    /// Its sentences.
    pub sentences: Vec<Sentence>,
}

/// Longest text that is read, in bytes: beyond it nobody reports faults, and time stays bounded.
const LONGEST: usize = 24 * 1024;

impl<'a> Text<'a> {
    /// Reads `source`, of which at most 24 KiB count.
    pub fn new(source: &'a str) -> Self {
        let source = source.get(..floor_boundary(source, LONGEST)).unwrap_or(source);
        Reader::new(source).run()
    }

    /// The folded word of token `at`; empty beyond the end.
    pub fn word(&self, at: usize) -> &str {
        self.tokens.get(at).and_then(|t| self.folded.get(t.fold.clone())).unwrap_or("")
    }

    /// The number that token `at` writes in digits.
    pub fn number(&self, at: usize) -> Option<u32> {
        let token = self.tokens.get(at)?;
        if token.number { self.word(at).parse().ok() } else { None }
    }

    /// What the source has for token `at`.
    pub fn written(&self, at: usize) -> &'a str {
        self.tokens.get(at).and_then(|t| self.source.get(t.start..t.end)).unwrap_or("")
    }

    /// The source between token `at` and the next one (or the end).
    pub fn after(&self, at: usize) -> &'a str {
        let Some(token) = self.tokens.get(at) else { return "" };
        let end = self.tokens.get(at + 1).map_or(self.source.len(), |t| t.start);
        self.source.get(token.end..end).unwrap_or("")
    }

    /// Are both tokens in one sentence?
    pub fn same_sentence(&self, a: usize, b: usize) -> bool {
        matches!((self.tokens.get(a), self.tokens.get(b)), (Some(a), Some(b)) if a.sentence == b.sentence)
    }

    /// Number of the sentence of token `at`.
    pub fn sentence_of(&self, at: usize) -> usize {
        self.tokens.get(at).map_or(0, |t| t.sentence)
    }

    /// Number of the clause of token `at`.
    pub fn clause_of(&self, at: usize) -> usize {
        self.tokens.get(at).map_or(0, |t| t.clause)
    }
}

/// The largest char boundary of `text` that is not beyond `at`.
pub fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Folds one character into `into`: lower case, without accents.
pub fn fold_char(c: char, into: &mut String) {
    if c.is_ascii() {
        into.push(c.to_ascii_lowercase());
        return;
    }
    let plain = match c {
        'à' | 'â' | 'ä' | 'á' | 'ã' | 'å' | 'À' | 'Â' | 'Ä' | 'Á' | 'Ã' | 'Å' => "a",
        'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'Ë' => "e",
        'î' | 'ï' | 'í' | 'ì' | 'Î' | 'Ï' | 'Í' | 'Ì' => "i",
        'ô' | 'ö' | 'ó' | 'ò' | 'õ' | 'Ô' | 'Ö' | 'Ó' | 'Ò' | 'Õ' => "o",
        'ù' | 'û' | 'ü' | 'ú' | 'Ù' | 'Û' | 'Ü' | 'Ú' => "u",
        'ç' | 'Ç' => "c",
        'ÿ' | 'Ÿ' => "y",
        'ñ' | 'Ñ' => "n",
        'œ' | 'Œ' => "oe",
        'æ' | 'Æ' => "ae",
        '\u{300}'..='\u{36f}' => "",
        _ => {
            into.extend(c.to_lowercase());
            return;
        }
    };
    into.push_str(plain);
}

/// `text` in lower case without accents.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        fold_char(c, &mut folded);
    }
    folded
}

/// Words before a full stop that ends no sentence.
const ABBREVIATIONS: &[&str] = &[
    "m", "mm", "mr", "mme", "mlle", "bat", "s", "n", "no", "num", "cf", "ex", "p", "tel", "ref", "ext", "prof", "et",
    "dr",
];

/// Words that open a clause of their own.
const OPENERS: &[&str] = &["mais", "sinon", "tandis", "alors", "cependant", "puis"];

/// No mail client breaks lines later than that.
const LONGEST_WRAPPED: usize = 90;
/// Nor sooner than that.
const SHORTEST_WRAPPED: usize = 56;

/// Characters of the longest line, a subject (a line before an empty one) left out.
fn widest(source: &str) -> usize {
    let titled = usize::from(source.lines().nth(1).is_some_and(|l| l.trim().is_empty()));
    source.lines().skip(titled).map(|l| l.chars().count()).max().unwrap_or(0)
}

struct Reader<'a> {
    text: Text<'a>,
    chars: Vec<(usize, char)>,
    gap: Gap,
    clause: usize,
    paragraph: usize,
    first_of_sentence: usize,
    item: bool,
    /// Characters of the longest line.
    widest: usize,
}

impl<'a> Reader<'a> {
    fn new(source: &'a str) -> Self {
        Self {
            text: Text { source, folded: String::with_capacity(source.len()), ..Text::default() },
            chars: source.char_indices().collect(),
            gap: Gap::None,
            clause: 0,
            paragraph: 0,
            first_of_sentence: 0,
            item: false,
            widest: widest(source),
        }
    }

    fn char(&self, at: usize) -> char {
        self.chars.get(at).map_or('\n', |c| c.1)
    }

    fn offset(&self, at: usize) -> usize {
        self.chars.get(at).map_or(self.text.source.len(), |c| c.0)
    }

    fn run(mut self) -> Text<'a> {
        let mut at = 0;
        let mut line_start = 0;
        self.item = self.bullet(0);
        while at < self.chars.len() {
            let c = self.char(at);
            if c.is_alphanumeric() {
                at = self.take_word(at);
                continue;
            }
            match c {
                '\n' => {
                    let length = at - line_start;
                    line_start = at + 1;
                    self.end_of_line(at, length);
                }
                '.' | '…' | '!' | '?' => self.full_stop(at, c),
                ';' => self.end_sentence(false),
                ',' => {
                    let in_number = self.char(at + 1).is_ascii_digit() && at > 0 && self.char(at - 1).is_ascii_digit();
                    let in_list = !in_number && self.number_list(at);
                    self.gap = if in_number { Gap::Joint } else { Gap::Comma };
                    self.clause += usize::from(!in_number && !in_list);
                }
                '\'' | '\u{2019}' | '\u{2018}' | '`' | '\u{2bc}' | '\u{b4}' => {
                    self.gap = if self.gap == Gap::None { Gap::Apostrophe } else { Gap::Other };
                }
                '-' | '/' | '_' | '\u{2010}' | '\u{2011}' => {
                    let joint = self.gap == Gap::None && self.char(at + 1).is_alphanumeric();
                    self.gap = if joint { Gap::Joint } else { Gap::Other };
                    self.clause += usize::from(!joint);
                }
                ':' if self.gap == Gap::None
                    && self.text.tokens.last().is_some_and(|t| t.end - t.start == 1 && t.capital) =>
                {
                    self.gap = Gap::Space;
                }
                '(' | ')' if self.only_numbers(at, c) => self.gap = Gap::Other,
                ':' | '(' | ')' | '–' | '—' | '•' | '→' | '|' | '[' | ']' => {
                    self.gap = Gap::Other;
                    self.clause += 1;
                }
                c if c.is_whitespace() => {
                    if self.gap == Gap::None {
                        self.gap = Gap::Space;
                    }
                }
                '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{feff}' => {}
                _ => self.gap = Gap::Other,
            }
            at += 1;
        }
        self.end_sentence(false);
        self.text
    }

    /// Does the comma at `at` stand in a row of seat numbers ("3, 7 et 12"), which is no end of a clause?
    fn number_list(&self, at: usize) -> bool {
        let short = self.text.tokens.last().is_some_and(|t| t.number && t.end - t.start <= 2) && self.gap == Gap::None;
        if !short || self.char(at + 1) != ' ' {
            return false;
        }
        let digits = (at + 2..at + 5).take_while(|i| self.char(*i).is_ascii_digit()).count();
        let next = at + 2 + digits;
        let goes_on = self.char(next) == ','
            || self.char(next) == ')'
            || self.char(next) == ' ' && self.char(next + 1) == 'e' && self.char(next + 2) == 't';
        (1..=2).contains(&digits) && goes_on
    }

    /// Does the bracket at `at` hold numbers alone: "quatre machines (1, 2, 9 et 15) se figent"?
    fn only_numbers(&self, at: usize, bracket: char) -> bool {
        let plain = |c: char| c.is_ascii_digit() || matches!(c, ' ' | ',' | 'e' | 't');
        let (mut digits, mut length) = (0, 0);
        for step in 1..40 {
            let Some(i) = (if bracket == '(' { Some(at + step) } else { at.checked_sub(step) }) else { return false };
            let c = self.char(i);
            if matches!(c, '(' | ')') && c != bracket {
                return digits > 0 && length > 3;
            }
            if !plain(c) {
                return false;
            }
            digits += usize::from(c.is_ascii_digit());
            length += 1;
        }
        false
    }

    /// Reads the word at `at`; addresses and links are skipped whole. Returns what follows.
    fn take_word(&mut self, at: usize) -> usize {
        let first = self.text.folded.len();
        let mut end = at;
        while end < self.chars.len() {
            let c = self.char(end);
            let inner = c == '@' && self.char(end + 1).is_alphanumeric();
            if !(c.is_alphanumeric() || inner || ('\u{300}'..='\u{36f}').contains(&c)) {
                break;
            }
            end += 1;
        }
        // A link or an address of mail is no words: skip to the next white space.
        let link = self.char(end) == ':' && self.char(end + 1) == '/' && self.char(end + 2) == '/';
        let mut run = end;
        let mut at_sign = (at..end).any(|i| self.char(i) == '@');
        let mut dots = 0;
        while run < self.chars.len() && run - at < 200 {
            let c = self.char(run);
            if !(c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | '+') || (link && !c.is_whitespace())) {
                break;
            }
            at_sign |= c == '@';
            dots += usize::from(c == '.' && self.char(run + 1).is_alphanumeric());
            run += 1;
        }
        if link || (at_sign && dots > 0) {
            self.gap = Gap::Other;
            return run.max(end);
        }
        let mut number = true;
        for i in at..end {
            let c = self.char(i);
            number &= c.is_ascii_digit();
            fold_char(c, &mut self.text.folded);
        }
        let fold = first..self.text.folded.len();
        let opener = self.text.folded.get(fold.clone()).is_some_and(|w| OPENERS.contains(&w));
        self.clause += usize::from(opener);
        let token = Token {
            start: self.offset(at),
            end: self.offset(end),
            fold,
            gap: self.gap,
            number,
            capital: self.char(at).is_uppercase(),
            sentence: self.text.sentences.len(),
            clause: self.clause,
        };
        self.text.tokens.push(token);
        self.gap = Gap::None;
        end
    }

    fn full_stop(&mut self, at: usize, c: char) {
        let next = self.char(at + 1);
        if c == '.' {
            let before = self.text.tokens.len().checked_sub(1).map_or("", |i| self.text.word(i));
            let inner = self.gap == Gap::None && next.is_alphanumeric();
            let short = self.gap == Gap::None && next != '\n' && next != '.' && ABBREVIATIONS.contains(&before);
            if inner {
                self.gap = Gap::Joint;
                return;
            }
            // "Inès B. et Lorenzo P.": the initial of a name, where the sentence goes on.
            let initial = self.gap == Gap::None
                && self.text.tokens.last().is_some_and(|t| t.capital && t.end - t.start == 1)
                && (next == ' ' && self.char(at + 2).is_lowercase() || matches!(next, ')' | ','));
            if short || initial {
                self.gap = Gap::Space;
                return;
            }
            // "…" in the middle of a sentence: the next word in lower case goes on.
            let dots = next == '.' || (at > 0 && self.char(at - 1) == '.');
            if dots && next == '.' {
                self.gap = Gap::Other;
                return;
            }
        }
        self.end_sentence(c == '?');
    }

    fn end_of_line(&mut self, at: usize, length: usize) {
        let mut next = at + 1;
        while self.char(next) == '\r' || self.char(next) == ' ' || self.char(next) == '\t' {
            next += 1;
            if next >= self.chars.len() {
                break;
            }
        }
        let blank = self.char(next) == '\n';
        // "1/ écran éteint" and below it "-> écran HS": the conclusion of that line, not another item.
        let arrow = |i: usize| matches!(self.char(i), '-' | '=') && self.char(i + 1) == '>';
        if self.item && arrow(next) && !arrow(at.saturating_sub(length)) && self.gap != Gap::Other {
            if self.gap == Gap::None {
                self.gap = Gap::Space;
            }
            return;
        }
        let bullet = self.bullet(next);
        let opened = (at.saturating_sub(2)..at).any(|i| matches!(self.char(i), '«' | '(' | '“'));
        // A long line that is followed at once by another was broken by a mail client.
        let lower = self.char(next).is_lowercase() || !self.char(next).is_alphabetic();
        let short = lower && length >= 50 && self.would_not_fit(next, length);
        if !blank && !bullet && ((66..=90).contains(&length) | short) && (self.gap != Gap::Other || opened) {
            if self.gap == Gap::None {
                self.gap = Gap::Space;
            }
            return;
        }
        self.end_sentence(false);
        self.paragraph += usize::from(blank);
        self.item = bullet;
    }

    /// Would the word at `next` not have fitted on the line of `length` before it? Where lines are longer
    /// than that, nobody broke them but the writer.
    fn would_not_fit(&self, next: usize, length: usize) -> bool {
        let word = (next..next + 30).take_while(|i| !self.char(*i).is_whitespace() && *i < self.chars.len()).count();
        (SHORTEST_WRAPPED..=LONGEST_WRAPPED).contains(&self.widest) && length + 1 + word > self.widest
    }

    /// Does a list item begin at `at`: "- …", "• …", "1) …", "2. …", "a) …", "B204 : …"?
    fn bullet(&self, at: usize) -> bool {
        let mut at = at;
        while at < self.chars.len() && matches!(self.char(at), ' ' | '\t' | '\r') {
            at += 1;
        }
        let word = (at..at + 9).take_while(|i| self.char(*i).is_alphanumeric()).count();
        let head =
            (at..at + word).any(|i| self.char(i).is_numeric()) || (at..at + word).all(|i| self.char(i).is_uppercase());
        // "PC 10 : …", "caisse 3 : …"
        if (2..=8).contains(&word) && self.char(at + word) == ' ' {
            let number = at + word + 1;
            let digits = (number..number + 4).take_while(|i| self.char(*i).is_ascii_alphanumeric()).count();
            let counted = (number..number + digits).any(|i| self.char(i).is_ascii_digit());
            let after = number + digits + usize::from(matches!(self.char(number + digits), ' ' | '\u{a0}'));
            if counted && digits <= 3 && self.char(after) == ':' && !self.char(after + 1).is_ascii_digit() {
                return true;
            }
        }
        let after = at + word + usize::from(matches!(self.char(at + word), ' ' | '\u{a0}'));
        if (2..=8).contains(&word)
            && head
            && matches!(self.char(after), '-' | '–' | ':')
            && matches!(self.char(after + 1), ' ' | '\u{a0}')
        {
            return true;
        }
        match self.char(at) {
            '-' | '•' | '*' | '–' | '—' | '·' | '◦' | '→' | '+' | '▪' | '‣' => true,
            c if c.is_ascii_alphanumeric() => {
                let digits = (at..at + 2).take_while(|i| self.char(*i).is_ascii_digit()).count();
                let mark = if digits > 0 { at + digits } else { at + 1 };
                matches!(self.char(mark), ')' | '/')
                    || (digits > 0 && matches!(self.char(mark), '.' | '-' | ':' | '°') && self.char(mark + 1) == ' ')
            }
            _ => false,
        }
    }

    fn end_sentence(&mut self, question: bool) {
        let end = self.text.tokens.len();
        self.gap = Gap::Other;
        self.clause += 1;
        if end > self.first_of_sentence {
            self.text.sentences.push(Sentence {
                tokens: self.first_of_sentence..end,
                question,
                item: self.item,
                paragraph: self.paragraph,
            });
            self.first_of_sentence = end;
            self.item = false;
        } else if question && let Some(last) = self.text.sentences.last_mut() {
            last.question = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Vec<String>> {
        let text = Text::new(text);
        text.sentences.iter().map(|s| s.tokens.clone().map(|t| text.word(t).to_owned()).collect()).collect()
    }

    #[test]
    fn accents_and_capitals_fold_away() {
        assert_eq!(fold("L'ÉCRAN du bâtiment, cœur, e\u{301}té"), "l'ecran du batiment, coeur, ete");
    }

    #[test]
    fn an_abbreviation_ends_no_sentence() {
        assert_eq!(words("Salle du bât. B fermée. M. Petit passe.").len(), 2);
    }

    #[test]
    fn a_line_broken_by_the_mail_client_goes_on() {
        let wrapped = "Le tableau de la salle que nous occupons chaque lundi matin\nne répond plus.";
        assert_eq!(words(wrapped).len(), 1);
        assert_eq!(words("- souris morte\n- clavier mort").len(), 2);
    }

    #[test]
    fn links_and_addresses_are_no_words() {
        assert_eq!(words("voir https://exemple.test/B204?x=A12 ou prof@lycee.test merci"), [["voir", "ou", "merci"]]);
        assert_eq!(words("OP@LE bloque"), [["op@le", "bloque"]]);
    }

    #[test]
    fn a_question_is_known_by_its_mark() {
        let text = Text::new("Des nouvelles ?! Merci.");
        assert_eq!(text.sentences.iter().map(|s| s.question).collect::<Vec<_>>(), [true, false]);
    }
}
