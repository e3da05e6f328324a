//! Several orders in one answer, and commands.

use super::fold::Folded;
use super::reader::{REFERENCE, Reader, Topic};
use super::referent::{references, verb};
use super::{Order, Reference, Target, Verb};

/// The text as commands, if every line that says anything is one.
pub(super) fn commands(reader: &Reader<'_>, source: &str, folded: &Folded, topic: &Topic) -> Option<Vec<Order>> {
    let year = topic.reference.map_or(reader.written_on.year(), |r| r.year);
    let mut orders = Vec::new();
    for sentence in folded.sentences() {
        let text = strip_politeness(reader, &folded.text[sentence.range.clone()]);
        if text.is_empty() {
            continue;
        }
        match command(reader, &text, year) {
            Some(order) => orders.push(order),
            None if !orders.is_empty() && is_signature(folded.original(source, sentence.range)) => {}
            None => return None,
        }
    }
    (!orders.is_empty()).then_some(orders)
}

/// A text that, beside courtesy, only asks how to do something or what is open.
pub(super) fn asked(reader: &Reader<'_>, source: &str, folded: &Folded) -> Option<Vec<Order>> {
    let p = &reader.phrases;
    let mut orders: Vec<Order> = Vec::new();
    for sentence in folded.sentences() {
        let text = &folded.text[sentence.range.clone()];
        let rest = strip_politeness(reader, text);
        let original = folded.original(source, sentence.range.clone());
        if rest.is_empty() || (!orders.is_empty() && is_signature(original)) || says_why(&rest) {
            continue;
        }
        // "Ok, …" in the same breath decides something as well, and that is asked for again.
        let decides = ["ok", "oui", "non", "d accord", "annule"].iter().any(|w| rest.split(' ').next() == Some(w));
        let verb = match (p.says("command.asks_list", text), p.says("command.asks_help", text)) {
            _ if decides => return None,
            (true, _) => Verb::List,
            (false, true) => Verb::Help,
            _ => return None,
        };
        if !orders.iter().any(|o| o.verb == verb) {
            orders.push(Order::new(Target::This, verb));
        }
    }
    (!orders.is_empty()).then_some(orders)
}

/// "J'ai oublié", "je suis perdu": why somebody asks.
fn says_why(text: &str) -> bool {
    ["j ai oublie", "je suis perdu", "je ne sais plus", "je ne me souviens plus", "je ne retrouve plus", "une question"]
        .iter()
        .any(|why| text.strip_prefix(why).is_some_and(|rest| rest.len() <= 2))
}

/// "Bonjour, … s'il vous plaît, merci": what remains between.
pub(super) fn strip_politeness(reader: &Reader<'_>, text: &str) -> String {
    let mut rest = text.to_owned();
    for polite in [
        "s il vous plait",
        "s il te plait",
        "merci d avance",
        "merci beaucoup",
        "merci de",
        "merci",
        "il faut",
        "peux tu",
        "pouvez vous",
        "tu peux",
        "vous pouvez",
    ] {
        rest = rest.replace(polite, " ");
    }
    while let Some(m) =
        reader.phrases.set("greeting").find(rest.trim_start()).filter(|m| m.start() == 0 && !m.is_empty())
    {
        let end = rest.len() - rest.trim_start().len() + m.end();
        rest = rest[end..].trim_start_matches([' ', ',']).to_owned();
    }
    let words: Vec<&str> = rest
        .split([' ', ',', ':', ';', '"', '[', ']', '(', ')', '\n', '!', '.'])
        .filter(|w| !w.is_empty() && *w != "-")
        .collect();
    words.join(" ")
}

pub(super) fn is_signature(line: &str) -> bool {
    line.split_whitespace().count() <= 4
        && line.split_whitespace().all(|w| w.chars().next().is_some_and(char::is_uppercase))
}

fn command(reader: &Reader<'_>, text: &str, year: i16) -> Option<Order> {
    let refs = references(text, year);
    let mut words = REFERENCE.replace_all(text, " ").into_owned();
    for short in text.split(' ').filter(|w| w.len() == 4 && w.starts_with('0') && w.bytes().all(|b| b.is_ascii_digit()))
    {
        words = words.replace(short, " ");
    }
    let words: Vec<&str> = words
        .split_whitespace()
        .filter(|w| {
            !matches!(
                *w,
                "et" | "avec"
                    | "dans"
                    | "le"
                    | "la"
                    | "les"
                    | "l"
                    | "ticket"
                    | "tickets"
                    | "incident"
                    | "signalement"
                    | "sig"
                    | "de"
                    | "du"
                    | "des"
                    | "no"
                    | "numero"
                    | "a"
                    | "-"
                    | "/"
                    | "&"
                    | "+"
                    | "mail"
            )
        })
        .collect();
    let bare = words.join(" ");
    let is = |key: &str| {
        let full = reader.phrases.set(key).find(&bare).is_some_and(|m| m.start() == 0 && m.end() == bare.len());
        full || reader.phrases.set(key).find(text).is_some_and(|m| m.start() == 0 && m.end() == text.len())
    };
    let one = |verb: Verb| {
        let target = refs.first().map_or(Target::This, |r| Target::Ref(*r));
        (refs.len() <= 1).then(|| Order::new(target, verb))
    };
    if bare.is_empty() {
        return match refs.as_slice() {
            [only] => Some(Order::new(Target::Ref(*only), Verb::History)),
            _ => None,
        };
    }
    if is("command.help") && refs.is_empty() {
        return one(Verb::Help);
    }
    if is("command.list") && refs.is_empty() {
        return one(Verb::List);
    }
    if refs.len() >= 2 && is("command.merge") {
        return Some(Order::new(Target::Ref(*refs.first()?), Verb::Merge { refs }));
    }
    for (key, verb) in [
        ("command.split", Verb::Split),
        ("command.reopen", Verb::Reopen),
        ("command.close", Verb::Close),
        ("command.chase", Verb::Chase),
    ] {
        if is(key) {
            return one(verb);
        }
    }
    None
}

/// A stretch of text and the incidents that it names.
#[derive(Debug)]
struct Piece {
    range: std::ops::Range<usize>,
    refs: Vec<Reference>,
    others: bool,
}

/// Takes a text apart into orders by the incidents that it names.
pub(super) fn split(reader: &Reader<'_>, source: &str, folded: &Folded, topic: &Topic) -> Vec<Order> {
    let p = &reader.phrases;
    let year = topic.reference.map_or(reader.written_on.year(), |r| r.year);
    let mut pieces: Vec<Piece> = Vec::new();
    let text = &folded.text;
    let mut start = 0;
    let mut cuts: Vec<usize> = text.match_indices(['\n', ';', ',', '.', '!', '?']).map(|(i, _)| i + 1).collect();
    for joint in [" et ", " mais ", " puis ", " par contre ", " en revanche "] {
        cuts.extend(text.match_indices(joint).map(|(i, _)| i + 1));
    }
    cuts.push(text.len());
    cuts.sort_unstable();
    cuts.dedup();
    for cut in cuts {
        let here = text.get(start..cut).unwrap_or("");
        if here.trim().is_empty() {
            continue;
        }
        let refs = targets(reader, here, year);
        let others = refs.is_empty() && p.says("referent.others", here) && !here.contains("tout le reste");
        let bare = bare_words(here);
        let only_refs = bare.is_empty();
        let continues =
            (refs.is_empty() && !others) || (only_refs && pieces.last().is_some_and(|l| !l.refs.is_empty()));
        match pieces.last_mut() {
            Some(last) if continues => {
                last.range.end = cut;
                last.refs.extend(refs);
            }
            // A beginning without an incident belongs to the first that is named: "ok, 2026-0012".
            Some(last) if last.refs.is_empty() && !last.others && only_refs => {
                last.range.end = cut;
                last.refs = refs;
            }
            _ => pieces.push(Piece { range: start..cut, refs, others }),
        }
        start = cut;
    }
    let named: usize = pieces.iter().map(|p| p.refs.len()).sum();
    if named == 0 {
        return vec![whole(reader, source, folded, topic)];
    }
    let mut orders = Vec::new();
    for piece in &pieces {
        let words = folded.original(source, piece.range.clone());
        let plain = strip_references(words, &piece.refs, year);
        if piece.refs.is_empty() && !piece.others && is_courtesy(reader, &plain) {
            continue;
        }
        let plain = if piece.others { strip_others(reader, &plain) } else { plain };
        let (verb, left_out) = verb(reader, &plain, &Topic { reference: None, ..Topic::default() });
        let on = |target: Target| Order { target, verb: verb.clone(), left_out: left_out.clone() };
        if piece.others {
            orders.push(on(Target::Others));
        } else if piece.refs.is_empty() {
            orders.push(on(Target::This));
        } else {
            orders.extend(piece.refs.iter().map(|r| on(Target::Ref(*r))));
        }
    }
    if orders.is_empty() {
        orders.push(Order::new(Target::This, Verb::Unclear));
    }
    orders
}

/// No incident is named: one order, on the mail's own or on all that it shows.
fn whole(reader: &Reader<'_>, source: &str, folded: &Folded, topic: &Topic) -> Order {
    let p = &reader.phrases;
    let all = p.set("referent.all").find(&folded.text).filter(|m| folded.text[..m.start()].trim().len() <= 12);
    // "tout à fait", "tout est bon" are no "all".
    let all = all.filter(|m| {
        let after = folded.text.get(m.end()..).unwrap_or("");
        ![" a fait", " de suite", " bon", " est", " va", " le reste", " correct", " simplement", " roule", " me"]
            .iter()
            .any(|w| after.starts_with(w))
    });
    if let Some(all) = all {
        let said = folded.original(source, all.range());
        let yes = !p.says("referent.no", all.as_str()) && !p.says("referent.refuse", all.as_str());
        let rest = source.replacen(said, if yes { "ok" } else { "non" }, 1);
        let (verb, left_out) = verb(reader, &rest, topic);
        return Order { target: Target::All, verb, left_out };
    }
    // "l'autre c'est l'ATTE" beside a yes that names no incident: which is which?
    let other = folded.text.contains("l autre ")
        || folded.text.contains("les autres ")
        || folded.text.contains("les deux autres");
    let (verb, left_out) = verb(reader, source, topic);
    if other && matches!(verb, Verb::Confirm | Verb::Redirect { .. } | Verb::Reject { .. }) {
        return Order::new(Target::This, Verb::Unclear);
    }
    Order { target: Target::This, verb, left_out }
}

/// References that an order is about: those after "doublon de" are what it belongs to.
fn targets(reader: &Reader<'_>, text: &str, year: i16) -> Vec<Reference> {
    let until = reader.phrases.set("referent.duplicate").find(text).map_or(text.len(), |m| m.start());
    references(&text[..until], year)
}

fn bare_words(text: &str) -> String {
    let without = REFERENCE.replace_all(text, " ");
    let words: Vec<&str> = without
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| {
            let joint = matches!(*w, "" | "et" | "pour" | "le" | "la" | "les" | "puis" | "sig" | "aussi");
            let short = w.len() == 4 && w.starts_with('0');
            !joint && !short
        })
        .collect();
    words.join(" ")
}

/// The words without the references that were found to be targets.
fn strip_references(words: &str, refs: &[Reference], year: i16) -> String {
    let mut plain = words.to_owned();
    for r in refs {
        let long = r.to_string();
        let short = if r.year == year { format!("{:04}", r.number) } else { long.clone() };
        let loose = format!("{}-{}", r.year, r.number);
        for form in [format!("[SIG-{long}]"), format!("SIG-{long}"), long, short, loose] {
            if !plain.contains(&form) {
                continue;
            }
            for lead in [
                "pour le ticket ",
                "pour les tickets ",
                "pour le n° ",
                "pour le numéro ",
                "pour les ",
                "pour le ",
                "pour la ",
                "pour ",
                "le ticket ",
                "ticket ",
                "le n° ",
                "le numéro ",
                "n° ",
                "n°",
                "#",
                "les ",
                "le ",
                "la ",
                "Pour la ",
                "Pour le ",
                "Le ticket ",
                "Les ",
                "Le ",
                "La ",
                "",
            ] {
                plain = plain.replace(&format!("{lead}{form}"), " ");
            }
        }
    }
    let plain = plain.trim_matches(|c: char| !c.is_alphanumeric() && c != '?');
    let plain =
        plain.trim_start_matches("et ").trim_end_matches(" et").trim_start_matches("mais ").trim_start_matches("puis ");
    plain
        .trim_start_matches("par contre ")
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | '-'))
        .to_owned()
}

fn strip_others(reader: &Reader<'_>, text: &str) -> String {
    let folded = reader.fold(text);
    match reader.phrases.set("referent.others").find(&folded.text) {
        Some(m) => {
            let said = folded.original(text, m.range());
            let plain = text.replacen(said, " ", 1);
            plain
                .trim()
                .trim_start_matches("pour ")
                .trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | '-'))
                .to_owned()
        }
        None => text.to_owned(),
    }
}

fn is_courtesy(reader: &Reader<'_>, text: &str) -> bool {
    let folded = reader.fold(text);
    folded.sentences().iter().all(|s| {
        let rest = strip_politeness(reader, &folded.text[s.range.clone()]);
        rest.is_empty() || is_signature(folded.original(text, s.range.clone()))
    })
}
