//! Which lines are quoted, and which are forwarded by whom.

use super::attribution::{Attribution, attribution};
use super::lines::Line;
use super::marks::{Block, Prefix, Separator, header_block, prefix, separator};
use super::{Context, Place};
use crate::address::Address;
use crate::message::{Forwarded, Party, headers};

/// Forwards inside forwards that are taken apart; the rest stays in the last one's text.
const MAX_NESTING: usize = 10;
/// Signs of a rule that a client draws above what it quotes.
pub(super) const LONG_RULE: usize = 5;
/// Forwards kept of one body.
const MAX_FORWARDS: usize = 50;

/// Sorts every line into new, quoted and forwarded.
pub(super) fn sort(lines: &[Line<'_>], places: &mut [Place], forwarded: &mut Vec<Forwarded>, context: &Context<'_>) {
    let mut sorter = Sorter { lines, places, forwarded };
    let level =
        Level { depth: 0, place: Place::New, prefix: prefix(context.subject), answers: context.answers, nesting: 0 };
    sorter.level(0, lines.len(), &level);
}

/// One message's own lines: the received one, or one forwarded in it.
struct Level {
    /// Quote depth of its own lines.
    depth: usize,
    /// Where its own lines go.
    place: Place,
    prefix: Prefix,
    answers: bool,
    nesting: usize,
}

struct Sorter<'l, 't> {
    lines: &'l [Line<'t>],
    places: &'l mut [Place],
    forwarded: &'l mut Vec<Forwarded>,
}

impl Sorter<'_, '_> {
    fn put(&mut self, start: usize, end: usize, place: Place) {
        for slot in self.places.iter_mut().take(end).skip(start) {
            *slot = place;
        }
    }

    /// Sorts the lines `start..end`. Recurses into forwards, at most [`MAX_NESTING`] deep.
    fn level(&mut self, start: usize, end: usize, level: &Level) {
        self.put(start, end, level.place);
        let lines = self.lines;
        let mut written = false;
        let mut attributed = false;
        let mut at = start;
        while let Some(line) = lines.get(at).filter(|_| at < end) {
            if line.is_blank() || line.is_mark() {
                at += 1;
                continue;
            }
            if line.depth > level.depth {
                let stop = self.region_end(at, end, level.depth);
                self.region(at, stop, level, attributed, written);
                attributed = false;
                at = stop;
                continue;
            }
            let mark = separator(line);
            if let Some(next) = self.boundary(at, end, mark, level, written) {
                at = next;
                continue;
            }
            match attribution(lines, at, end) {
                Some((sure, behind)) => {
                    let follows = self.next_filled(behind, end);
                    let prefixed = follows.and_then(|n| lines.get(n)).is_some_and(|l| l.depth > level.depth);
                    let reply = level.answers || level.prefix != Prefix::None || written;
                    if prefixed && level.prefix == Prefix::Forward && level.nesting == 0 && self.forwarded.is_empty() {
                        // Some clients forward in the form of a quote.
                        let stop = follows.map_or(end, |n| self.region_end(n, end, level.depth));
                        let from = author_of(lines, at, behind);
                        self.forward(at, behind, stop, level, Block::default(), from);
                        at = stop;
                    } else if prefixed {
                        self.put(at, behind, Place::Quote);
                        attributed = true;
                        at = behind;
                    } else if sure == Attribution::Sure && (reply || follows.is_none()) {
                        // Nothing below bears quote marks: all of it is the other's.
                        self.put(at, end, Place::Quote);
                        return;
                    } else {
                        written = true;
                        at = behind;
                    }
                }
                None => {
                    written |= mark.is_none();
                    at += 1;
                }
            }
        }
    }

    /// Handles a separator or header block at `at`; returns where to go on.
    fn boundary(
        &mut self,
        at: usize,
        end: usize,
        mark: Option<Separator>,
        level: &Level,
        written: bool,
    ) -> Option<usize> {
        let lines = self.lines;
        if mark == Some(Separator::ReplyAbove) {
            self.put(at, end, Place::Quote);
            return Some(end);
        }
        let mut first = at;
        let mut mark = mark;
        if mark.is_some() {
            first = self.next_filled(at + 1, end)?;
            // A rule above the separator proper, or two rules.
            if let Some(second) = lines.get(first).and_then(separator) {
                if second == Separator::Rule {
                    first = self.next_filled(first + 1, end)?;
                } else if mark == Some(Separator::Rule) {
                    mark = Some(second);
                    first = self.next_filled(first + 1, end)?;
                }
            }
        }
        let depth = lines.get(first)?.depth;
        // People draw short rules too; only a long one announces.
        let drawn = lines.get(at).is_some_and(|l| l.fold.len() >= LONG_RULE);
        let announced = mark.is_some_and(|m| m != Separator::Rule || drawn);
        match header_block(lines, first, end, depth, announced) {
            Some(block) => {
                let stop = if depth > level.depth { self.region_end(first, end, level.depth) } else { end };
                if self.is_forward(mark, level) {
                    let from = party(&block.from);
                    self.forward(at, block.end, stop, level, block, from);
                } else {
                    self.put(at, stop, Place::Quote);
                }
                Some(stop)
            }
            None if mark == Some(Separator::Forward) => {
                let stop = if depth > level.depth { self.region_end(first, end, level.depth) } else { end };
                self.forward(at, first, stop, level, Block::default(), Party::default());
                Some(stop)
            }
            None if mark == Some(Separator::Original) && (written || level.answers) => {
                let stop = if depth > level.depth { self.region_end(first, end, level.depth) } else { end };
                self.put(at, stop, Place::Quote);
                Some(stop)
            }
            None => None,
        }
    }

    /// Whether a header block is what the sender forwards rather than what he answers.
    fn is_forward(&self, mark: Option<Separator>, level: &Level) -> bool {
        // All that stands in a forward was passed on, answers in it included.
        if mark == Some(Separator::Forward) || level.nesting > 0 {
            return true;
        }
        match level.prefix {
            Prefix::Forward => true,
            Prefix::Reply => false,
            // Neither: pasted by hand unless the mail answers another.
            Prefix::None => !level.answers,
        }
    }

    fn forward(&mut self, at: usize, text: usize, stop: usize, level: &Level, block: Block, from: Party) {
        self.put(at, text, Place::Quote);
        if self.forwarded.len() >= MAX_FORWARDS {
            self.put(text, stop, Place::Quote);
            return;
        }
        let place = Place::Forward(self.forwarded.len());
        let inner = prefix(&block.subject);
        self.forwarded.push(Forwarded {
            from,
            to: block.to,
            cc: block.cc,
            date: block.date,
            subject: block.subject,
            text: String::new(),
        });
        let first = self.next_filled(text, stop).and_then(|n| self.lines.get(n));
        let depth = first.map_or(level.depth, |l| l.depth);
        let below = Level { depth, place, prefix: inner, answers: true, nesting: level.nesting + 1 };
        if below.nesting < MAX_NESTING {
            self.level(text, stop, &below);
        } else {
            self.put(text, stop, place);
        }
    }

    /// A run of lines behind quote marks.
    fn region(&mut self, start: usize, stop: usize, level: &Level, attributed: bool, written: bool) {
        let lines = self.lines;
        let Some(first) = lines.get(start) else { return };
        // A forward may stand behind quote marks as a whole (Apple, Yahoo).
        if !attributed {
            let mark = separator(first);
            let inner = if mark.is_some() { self.next_filled(start + 1, stop) } else { Some(start) };
            let depth = inner.and_then(|i| lines.get(i)).map_or(first.depth, |l| l.depth);
            let block = inner.and_then(|i| header_block(lines, i, stop, depth, mark.is_some()));
            if let Some(block) = block
                && self.is_forward(mark, level)
                && (mark == Some(Separator::Forward) || level.prefix == Prefix::Forward || level.nesting > 0)
            {
                let from = party(&block.from);
                self.forward(start, block.end, stop, level, block, from);
                return;
            }
            if level.nesting == 0 && level.prefix == Prefix::Forward && self.forwarded.is_empty() {
                self.forward(start, start, stop, level, Block::default(), Party::default());
                return;
            }
            // Arrows used as bullets in a mail that answers nothing are the person's own words.
            let own = level.nesting == 0 && !level.answers && level.prefix == Prefix::None && written;
            if own && first.depth == 1 && !self.places.contains(&Place::Quote) {
                return;
            }
        }
        self.put(start, stop, Place::Quote);
    }

    /// Where a quoted run ends: empty lines inside it, and the tails of lines that some program
    /// broke without repeating the mark, belong to it.
    fn region_end(&self, start: usize, end: usize, depth: usize) -> usize {
        let mut stop = start;
        let mut at = start;
        while let Some(line) = self.lines.get(at).filter(|_| at < end) {
            if line.depth > depth {
                stop = at + 1;
            } else if !line.is_blank() && !self.is_broken_tail(at, end, depth) {
                break;
            }
            at += 1;
        }
        stop
    }

    /// Whether a line without quote mark is the tail of the quoted one above it: a sentence broken in
    /// its middle, or a link. An answer between two quoted lines is not.
    fn is_broken_tail(&self, at: usize, end: usize, depth: usize) -> bool {
        let quoted = |i: usize| self.lines.get(i).filter(|l| i < end && l.depth > depth);
        let before = at.checked_sub(1).and_then(quoted).map_or("", |l| l.content.trim_end());
        let Some(line) = self.lines.get(at).filter(|_| quoted(at + 1).is_some()) else { return false };
        let word = line.content.split_whitespace().next().unwrap_or_default();
        let open = |left: char, right: char| before.rfind(left) > before.rfind(right) && word.contains(right);
        let broken = before.chars().count() >= 60 && !before.ends_with(['.', '?', '!', ':', ';', '…']);
        broken && line.content.starts_with(char::is_lowercase) || open('(', ')') || open('<', '>')
    }

    fn next_filled(&self, from: usize, end: usize) -> Option<usize> {
        (from..end).find(|i| self.lines.get(*i).is_some_and(|l| !l.is_blank() && !l.is_mark()))
    }
}

/// An author as written in a body: `"X" <a@b>`, `X [mailto:a@b]`, `a@b`, or a name alone.
pub(super) fn party(text: &str) -> Party {
    let flat = text.replace("[mailto:", "<").replace("mailto:", "");
    let start = flat.rfind('<');
    let inside = start.and_then(|s| flat.get(s + 1..)).map(|r| r.split(['>', ']']).next().unwrap_or_default());
    let word = flat.split_whitespace().find(|w| w.contains('@')).unwrap_or_default();
    let address = [inside.unwrap_or_default(), word.trim_matches(['<', '>', '[', ']', '(', ')', ',', ';', '"'])]
        .iter()
        .find_map(|a| Address::parse(a).ok());
    let name = match (start, &address) {
        (Some(start), _) => flat.get(..start).unwrap_or_default(),
        (None, Some(_)) => flat.split(word).next().unwrap_or_default(),
        (None, None) => flat.as_str(),
    };
    let name = headers::decode_words(name);
    let name = name.trim_matches([' ', '"', '\'', '*', '[', ']', '(', ')', ',', ';']).to_owned();
    Party { name, address }
}

/// The author named by an attribution.
fn author_of(lines: &[Line<'_>], start: usize, behind: usize) -> Party {
    let text: Vec<&str> = lines.iter().take(behind).skip(start).map(|l| l.content.trim()).collect();
    let text = text.join(" ");
    let before = ["a écrit", "a ecrit", "wrote"].iter().filter_map(|v| text.find(v)).min().unwrap_or(text.len());
    let head = text.get(..before).unwrap_or_default();
    // Behind the hour, or behind the last comma: "Le 3 nov. 2025 à 10:02, X <a@b>".
    let name = head.rsplit([',', ';']).next().unwrap_or(head);
    let name = name.rsplit_once(|c: char| c.is_ascii_digit()).map_or(name, |(before, after)| {
        if before.contains('@') || after.contains('@') && after.len() < 4 { name } else { after }
    });
    party(name.trim())
}
