//! Things that do something by themselves: told of a machine only when it should not.

use super::Equipment;
use super::problem::Assembler;
use super::reading::{Mention, Reading};
use super::text::Text;
use super::vocabulary::Cue;

/// What things do when all is well, when they are moved, bought, counted or lent.
const QUIET_VERBS: &[&str] = &[
    "est",
    "sont",
    "sera",
    "seront",
    "etait",
    "etaient",
    "serait",
    "seraient",
    "soit",
    "arrive",
    "arrivent",
    "permet",
    "permettent",
    "sert",
    "servent",
    "contient",
    "coute",
    "coutent",
    "appartient",
    "existe",
    "existent",
    "comporte",
    "convient",
    "suffit",
    "suffisent",
    "passe",
    "passent",
    "part",
    "partent",
    "dispose",
    "attend",
    "attendent",
    "marche",
    "marchent",
    "fonctionne",
    "fonctionnent",
    "tourne",
    "va",
    "vont",
    "peut",
    "peuvent",
    "doit",
    "doivent",
    "devrait",
    "devraient",
    "date",
    "datent",
    "vient",
    "viennent",
    "aura",
    "auront",
    "restera",
    "reste",
    "restent",
    "quitte",
    "revient",
    "reviennent",
    "mesure",
    "pese",
    "figure",
    "figurent",
    "concerne",
    "devient",
    "semble",
    "sommes",
    "ete",
    "possede",
    "possedent",
    "equipe",
    "equipent",
    "commence",
    "ouvre",
    "ferme",
    "change",
    "changent",
    "interesse",
];

/// Words that may stand between a thing and what it does.
const BETWEEN: &[&str] = &[
    "de", "du", "d", "des", "la", "le", "l", "les", "en", "au", "aux", "dans", "salle", "prof", "profs", "lui", "elle",
    "eux", "ne", "n", "se", "s", "me", "m", "nous", "te", "vous", "y", "toujours", "ce", "matin", "hier", "aussi",
    "eleve", "eleves", "poste", "numero", "no", "mon", "ma", "notre", "nos", "et",
];

/// Does the thing `mention` do something by itself ("le tableau ouvre trois menus", "Cyclades me ramène à
/// l'accueil")? That is told of a machine only when it should not.
pub(super) fn acts(assembler: &Assembler<'_, '_>, reading: &Reading<'_>, mention: &Mention) -> bool {
    let text = &reading.text;
    let sentence = text.sentence_of(mention.start);
    let question = text.sentences.get(sentence).is_some_and(|s| s.question);
    let quiet = reading.cues.iter().any(|c| {
        let calm = matches!(
            c.cue,
            Cue::Wish
                | Cue::Reserve
                | Cue::Howto
                | Cue::Thanks
                | Cue::Condition
                | Cue::History
                | Cue::Repaired
                | Cue::Works
                | Cue::Call
                | Cue::Announce
        );
        calm && text.sentence_of(c.start) == sentence
            && (text.clause_of(c.start) == text.clause_of(mention.start) || c.start < mention.start)
    });
    if mention.weak || question || quiet || assembler.set_apart(mention.start) {
        return false;
    }
    let named = matches!(mention.equipment, Equipment::ApplicationAcademique | Equipment::Ent | Equipment::Logiciel)
        && text.tokens.get(mention.start).is_some_and(|t| t.capital);
    let definite =
        |i: usize| matches!(text.word(i), "le" | "la" | "l" | "les" | "mon" | "ma" | "notre" | "nos" | "ce" | "cette");
    let before = mention.start.checked_sub(1).filter(|b| text.same_sentence(*b, mention.start));
    let first = match before {
        Some(article) if definite(article) => article,
        _ if named => mention.start,
        _ => return false,
    };
    let opens = first == 0
        || !text.same_sentence(first - 1, first)
        || text.clause_of(first - 1) != text.clause_of(first)
        || reading.places.found.iter().any(|p| p.end == first)
        || matches!(text.word(first - 1), "que" | "et" | "mais" | "car");
    if !opens {
        return false;
    }
    let mut at = mention.end;
    let mut bracket = false;
    while at < mention.end + 24 && text.same_sentence(at, mention.start) {
        let opened = !bracket && text.after(at - 1).contains('(');
        let placed = reading.places.found.iter().find(|p| p.start <= at && at < p.end);
        match placed {
            // "L'imprimante (achetée par le lycée) sort …".
            _ if opened => {
                bracket = true;
                match (at..at + 20).find(|i| text.after(*i).contains(')')) {
                    Some(last) => at = last + 1,
                    None => break,
                }
            }
            Some(place) => at = place.end,
            None if BETWEEN.contains(&text.word(at)) || text.number(at).is_some() => at += 1,
            None => break,
        }
    }
    text.same_sentence(at, mention.start)
        && (bracket || text.clause_of(at) == text.clause_of(mention.start))
        && acting_verb(text, at)
}

/// Is the word `at` a verb in the present, by its ending and by what follows, that tells of more than rest?
fn acting_verb(text: &Text<'_>, at: usize) -> bool {
    let word = text.word(at);
    let ends = ["e", "ent", "it", "nt", "d", "et"].iter().any(|end| word.ends_with(end));
    let has = matches!(word, "a" | "ont" | "fait" | "font" | "met" | "mettent" | "veut" | "perd" | "sort" | "prend");
    let next = text.word(at + 1);
    let adverb = next.ends_with("ment") || matches!(next, "desormais" | "toujours" | "encore" | "tout" | "soudain");
    let follows = if adverb { text.word(at + 2) } else { next };
    let object = !text.same_sentence(at, at + 1)
        || text.clause_of(at) != text.clause_of(at + 1)
        || text.after(at).contains(['«', '"'])
        || matches!(
            follows,
            "le" | "la"
                | "les"
                | "l"
                | "un"
                | "une"
                | "des"
                | "de"
                | "du"
                | "d"
                | "mes"
                | "mon"
                | "ma"
                | "nos"
                | "son"
                | "sa"
                | "ses"
                | "tout"
                | "toute"
                | "tous"
                | "toutes"
                | "trop"
                | "comme"
                | "a"
                | "au"
                | "en"
                | "dans"
                | "sur"
                | "sans"
                | "par"
                | "deux"
                | "trois"
                | "que"
                | "qu"
                | "et"
                | "puis"
                | "quand"
                | "encore"
                | "moitie"
                | "plus"
                | "apres"
                | "pendant"
                | "seul"
                | "seule"
                | "seuls"
                | "seules"
                | "mal"
        );
    (has || ends && word.len() >= 4) && object && !QUIET_VERBS.contains(&word)
}
