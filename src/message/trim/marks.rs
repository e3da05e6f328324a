//! What clients write before what they quote or forward.
//!
//! Everything here compares folded text (see [`fold`]), so accents, case and
//! non-breaking spaces do not matter.

use super::lines::Line;
use crate::message::text::fold;

/// Lines of a header block that are looked at.
const BLOCK_LINES: usize = 40;

/// What a separating line announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Separator {
    /// "Message d'origine": used for replies and for forwards.
    Original,
    /// "Message transféré": a forward.
    Forward,
    /// A mere rule; means something only before a header block.
    Rule,
    /// "Répondez au-dessus de cette ligne": all below is the other's.
    ReplyAbove,
}

/// Reads a separating line.
pub(super) fn separator(line: &Line<'_>) -> Option<Separator> {
    let text = line.fold.as_str();
    if text.is_empty() || text.len() > 140 {
        return None;
    }
    if text.len() >= 3 && text.bytes().all(|b| matches!(b, b'_' | b'-' | b'=' | b'*' | b' ')) {
        return Some(Separator::Rule);
    }
    if (text.starts_with("##") || text.starts_with("--")) && text.contains("au-dessus de cette ligne")
        || text.contains("reply above this line")
        || text.contains("repondez au-dessus de cette ligne")
    {
        return Some(Separator::ReplyAbove);
    }
    let core =
        text.trim_matches(|c: char| matches!(c, '-' | '_' | '=' | '*' | ' ' | ':' | '>' | '<' | '|' | '[' | ']'));
    let dashed = text.starts_with("--") || text.starts_with("==") || text.starts_with("__") || text.starts_with("**");
    const FORWARDS: [&str; 16] = [
        "message transfere",
        "message transmis",
        "message reexpedie",
        "message redirige",
        "mail transfere",
        "courriel transfere",
        "e-mail transfere",
        "forwarded message",
        "begin forwarded message",
        "debut du message reexpedie",
        "debut du message transfere",
        "debut du message transmis",
        "message suivi",
        "weitergeleitete nachricht",
        "mensaje reenviado",
        "messaggio inoltrato",
    ];
    const ORIGINALS: [&str; 18] = [
        "message d'origine",
        "message original",
        "message initial",
        "message precedent",
        "mail original",
        "mail d'origine",
        "courriel original",
        "courriel d'origine",
        "e-mail d'origine",
        "e-mail original",
        "original message",
        "original mail",
        "ursprungliche nachricht",
        "mensaje original",
        "messaggio originale",
        "mensagem original",
        "reply message",
        "antwort nachricht",
    ];
    // "---------- Forwarded message from X ----------" names the author in the line.
    let begins = |words: &[&str]| words.iter().any(|w| core == *w || dashed && core.starts_with(w));
    if begins(&FORWARDS) {
        return Some(Separator::Forward);
    }
    if begins(&ORIGINALS) {
        return Some(Separator::Original);
    }
    None
}

/// A field of a header block in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    From,
    To,
    Cc,
    Date,
    Subject,
    /// Named so that the block goes on, but not kept apart.
    Other,
}

/// A header block that a client wrote into a body.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// Index behind its last line.
    pub(super) end: usize,
    /// Values as written.
    pub(super) from: String,
    pub(super) to: String,
    pub(super) cc: String,
    pub(super) date: String,
    pub(super) subject: String,
    kinds: Vec<Field>,
}

const LABELS: [(&str, Field); 48] = [
    ("de la part de", Field::Other),
    ("expediteur", Field::From),
    ("from", Field::From),
    ("von", Field::From),
    ("de", Field::From),
    ("da", Field::From),
    ("envoye par", Field::From),
    ("date d'envoi", Field::Date),
    ("date", Field::Date),
    ("envoye le", Field::Date),
    ("envoye", Field::Date),
    ("recu le", Field::Date),
    ("sent", Field::Date),
    ("gesendet", Field::Date),
    ("enviado", Field::Date),
    ("enviado el", Field::Date),
    ("inviato", Field::Date),
    ("datum", Field::Date),
    ("data", Field::Date),
    ("fecha", Field::Date),
    ("message du", Field::Date),
    ("a", Field::To),
    ("to", Field::To),
    ("pour", Field::To),
    ("an", Field::To),
    ("para", Field::To),
    ("destinataires", Field::To),
    ("destinataire", Field::To),
    ("cc", Field::Cc),
    ("copie a", Field::Cc),
    ("copie", Field::Cc),
    ("cci", Field::Other),
    ("bcc", Field::Other),
    ("copie cachee", Field::Other),
    ("repondre a", Field::Other),
    ("reply-to", Field::Other),
    ("importance", Field::Other),
    ("priorite", Field::Other),
    ("piece jointe", Field::Other),
    ("pieces jointes", Field::Other),
    ("attachments", Field::Other),
    ("objet", Field::Subject),
    ("subject", Field::Subject),
    ("sujet", Field::Subject),
    ("betreff", Field::Subject),
    ("oggetto", Field::Subject),
    ("asunto", Field::Subject),
    ("assunto", Field::Subject),
];

/// Reads `label : value`, with bold marks round the label; the value as it stands.
fn field<'a>(content: &'a str, folded: &str) -> Option<(Field, &'a str)> {
    let bare = folded.trim_start_matches(['*', ' ', '|']);
    // Cheap refusal: labels are short and end in a colon (La Poste's "Message du" has none).
    let colon = bare.bytes().take(24).position(|b| b == b':');
    let head = match colon {
        Some(colon) => bare.get(..colon)?.trim_end_matches([' ', '*']),
        None if bare.starts_with("message du ") => "message du",
        None => return None,
    };
    let (_, kind) = LABELS.iter().find(|(label, _)| *label == head)?;
    let value = match content.split_once(':') {
        Some((before, after)) if colon.is_some() && before.chars().count() < 40 => after,
        _ => content.trim_start().get("message du".len()..).unwrap_or_default(),
    };
    Some((*kind, value.trim_matches([' ', '*', '\t'])))
}

/// Reads a header block (De / Envoyé / À / Objet) that begins at `lines[at]`, of depth `depth`.
/// `announced` says that a separator stands before it, which lets two fields suffice.
pub(super) fn header_block(lines: &[Line<'_>], at: usize, end: usize, depth: usize, announced: bool) -> Option<Block> {
    let first = lines.get(at).filter(|l| l.depth == depth)?;
    let (kind, _) = field(first.content, &first.fold)?;
    let leads = matches!(kind, Field::From | Field::Date | Field::Subject) || announced && kind == Field::To;
    if !leads {
        return None;
    }
    let mut block = Block { end: at, ..Block::default() };
    let mut last = Field::Other;
    let mut index = at;
    while index < end.min(at + BLOCK_LINES) {
        let Some(line) = lines.get(index).filter(|l| l.depth == depth) else { break };
        if line.is_blank() {
            // ENT and Word put each field into a paragraph of its own.
            let next = lines.get(index + 1).filter(|l| l.depth == depth && index + 1 < end);
            let goes_on = next.and_then(|l| field(l.content, &l.fold)).is_some_and(|(kind, _)| !block.has(kind));
            if goes_on && block.end == index {
                index += 1;
                continue;
            }
            break;
        }
        match field(line.content, &line.fold) {
            // The same field again is another block, or a person's own words.
            Some((kind, _)) if block.has(kind) && kind != Field::Other => break,
            Some((kind, value)) => {
                last = block.take(kind, value);
                block.end = index + 1;
            }
            None if block.goes_on(last, line) => {
                let more = line.content.trim();
                block.append(last, more);
                block.end = index + 1;
            }
            None => break,
        }
        index += 1;
    }
    let known = [Field::From, Field::To, Field::Date, Field::Subject].iter().filter(|k| block.has(**k)).count();
    let address = block.from.contains('@') || block.to.contains('@');
    let enough = if announced || address { known >= 2 } else { known >= 3 };
    (enough && block.has(Field::From)).then_some(block)
}

impl Block {
    fn has(&self, kind: Field) -> bool {
        self.kinds.contains(&kind)
    }

    fn slot(&mut self, kind: Field) -> Option<&mut String> {
        match kind {
            Field::From => Some(&mut self.from),
            Field::To => Some(&mut self.to),
            Field::Cc => Some(&mut self.cc),
            Field::Date => Some(&mut self.date),
            Field::Subject => Some(&mut self.subject),
            Field::Other => None,
        }
    }

    /// Takes a value, in which further fields may be glued on (Yahoo, Samsung); says which came last.
    fn take(&mut self, kind: Field, value: &str) -> Field {
        self.kinds.push(kind);
        let mut rest = value;
        let mut current = kind;
        if kind != Field::Subject {
            while let Some((start, length, next)) = glued(rest, self) {
                let own = rest.get(..start).unwrap_or_default().trim().to_owned();
                self.append(current, &own);
                self.kinds.push(next);
                current = next;
                rest = rest.get(start + length..).unwrap_or_default();
                if next == Field::Subject {
                    break;
                }
            }
        }
        let own = rest.trim().to_owned();
        self.append(current, &own);
        current
    }

    fn append(&mut self, kind: Field, more: &str) {
        if let Some(slot) = self.slot(kind)
            && !more.is_empty()
            && slot.len() < 2_000
        {
            if !slot.is_empty() {
                slot.push(' ');
            }
            slot.push_str(more);
        }
    }

    /// Whether an unlabelled line continues a list of recipients or an author's broken line.
    fn goes_on(&self, last: Field, line: &Line<'_>) -> bool {
        let before = match last {
            Field::To => &self.to,
            Field::Cc => &self.cc,
            Field::From => &self.from,
            _ => return false,
        };
        let open = before.is_empty() || before.ends_with([',', ';']);
        (open && last != Field::From && line.fold.len() < 300)
            || line.content.starts_with([' ', '\t']) && line.content.contains('@')
            || line.fold.contains('@')
                && line.fold.len() < 200
                && (line.fold.contains(['<', ';']) || !line.fold.contains(' '))
    }
}

/// Finds a further label inside a value: where it starts, how long it is with its colon, which it is.
fn glued(value: &str, block: &Block) -> Option<(usize, usize, Field)> {
    const INLINE: [(&str, Field); 15] = [
        ("De", Field::From),
        ("From", Field::From),
        ("À", Field::To),
        ("A", Field::To),
        ("To", Field::To),
        ("Pour", Field::To),
        ("Cc", Field::Cc),
        ("Envoyé", Field::Date),
        ("Envoyé le", Field::Date),
        ("Date", Field::Date),
        ("Sent", Field::Date),
        ("Objet", Field::Subject),
        ("Sujet", Field::Subject),
        ("Subject", Field::Subject),
        ("Cci", Field::Other),
    ];
    let mut best: Option<(usize, usize, Field)> = None;
    for (label, kind) in INLINE {
        if block.has(kind) {
            continue;
        }
        for (start, _) in value.match_indices(label) {
            if start == 0 || !value.get(..start).is_some_and(|b| b.ends_with([' ', '\t', '>', '*'])) {
                continue;
            }
            let after = value.get(start + label.len()..).unwrap_or_default();
            let colon = after.trim_start_matches([' ', '*']);
            if colon.starts_with(':') && best.is_none_or(|(s, _, _)| start < s) {
                best = Some((start, label.len() + (after.len() - colon.len()) + 1, kind));
            }
        }
    }
    best
}

/// What the prefixes of a subject say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::message) enum Prefix {
    Forward,
    Reply,
    None,
}

/// Reads the first prefix of a subject: what the sender did last.
pub(in crate::message) fn prefix(subject: &str) -> Prefix {
    let text = fold(subject.trim());
    // Lists put their tag before the prefix.
    let text = match text.strip_prefix('[').and_then(|t| t.split_once(']')) {
        Some((_, after)) => after.trim_start(),
        None => text.as_str(),
    };
    let Some((head, _)) = text.split_once(':') else { return Prefix::None };
    let head = head.trim().trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '[' | ']' | '(' | ')')).trim();
    match head {
        "tr" | "fwd" | "fw" | "wg" | "rv" | "enc" | "i" | "transfert" | "transf" => Prefix::Forward,
        "re" | "aw" | "sv" | "rep" | "antw" | "r" | "ref" => Prefix::Reply,
        _ => Prefix::None,
    }
}
