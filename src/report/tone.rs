//! What an answer that names neither fault nor repair makes of the thing it answers about: by its tone.

use super::Stance;
use super::problem::{Assembler, Draft};
use super::reading::Reading;
use super::stance::blank;
use super::vocabulary::Cue;

/// How words begin of somebody who has what he lacked.
const GLAD: &[&str] = &[
    "beni",
    "bonheur",
    "clair",
    "combl",
    "debout",
    "delivr",
    "eclat",
    "enfin",
    "epata",
    "felic",
    "formidab",
    "gratitu",
    "gueri",
    "joie",
    "jubil",
    "limpid",
    "lumin",
    "marche",
    "merveil",
    "miracl",
    "neuf",
    "neuve",
    "net",
    "nette",
    "parfait",
    "ravi",
    "reappr",
    "reconnaissan",
    "recouvr",
    "recup",
    "renai",
    "repar",
    "reparu",
    "repri",
    "resplend",
    "ressusci",
    "retabli",
    "retour",
    "retrouv",
    "revenu",
    "revit",
    "revoi",
    "sauv",
    "soulag",
    "splendid",
    "superb",
    "tonnerre",
    "victoir",
    "vivant",
];

/// Words of somebody who waits, or has it no better.
const SORRY: &[&str] = &[
    "attend",
    "attente",
    "aucun",
    "delai",
    "demeur",
    "desesper",
    "echeance",
    "encore",
    "esper",
    "guere",
    "helas",
    "idem",
    "impatien",
    "jamais",
    "longtemps",
    "malgre",
    "mort",
    "ne",
    "noir",
    "pareil",
    "pas",
    "patien",
    "perdur",
    "persist",
    "plus",
    "promis",
    "relanc",
    "rien",
    "sans",
    "silence",
    "toujours",
    "tard",
    "suite",
    "semain",
    "vain",
];

/// Who answers for the matter itself, not for the weather.
const MATTER: &[&str] = &[
    "connaissance",
    "demande",
    "depann",
    "depuis",
    "droit",
    "dossier",
    "ecoul",
    "envoi",
    "intervention",
    "jours",
    "mois",
    "passage",
    "panne",
    "quand",
    "reclam",
    "region",
    "rendez",
    "repar",
    "requete",
    "semaine",
    "signal",
    "suite",
    "technicien",
    "ticket",
    "visite",
    "saisi",
    "rechute",
    "nouvelle",
    "nouvelles",
    "mot",
    "reponse",
];

/// A draft for an answer whose words no list knows, told in passing: it counts only for what its thread is
/// about. Nothing where the answer is only thanks, a question about something else, or silent.
pub(super) fn toned(
    assembler: &Assembler<'_, '_>,
    reading: &Reading<'_>,
    subject: usize,
    reply: bool,
) -> Option<Draft> {
    let text = &reading.text;
    if !reply || assembler.drafts.iter().any(|d| !d.passing) {
        return None;
    }
    let innocent = [Cue::Wish, Cue::Reserve, Cue::Howto, Cue::Announce, Cue::Call, Cue::Joke];
    let body = subject..text.sentences.len();
    let first = body.clone().next()?;
    let starts = |at: usize, list: &[&str]| list.iter().any(|w| text.word(at).starts_with(w));
    let (mut glad, mut sorry, mut matter, mut words) = (0_u32, 0_u32, 0_u32, 0_u32);
    for sentence in body {
        if innocent.iter().any(|c| reading.sentence_has(*c, sentence)) {
            continue;
        }
        let asks = text.sentences.get(sentence).is_some_and(|s| s.question);
        for at in text.sentences.get(sentence).map_or(0..0, |s| s.tokens.clone()) {
            words += 1;
            let word = text.word(at);
            let short = word.len() <= 4;
            let sad = if short { SORRY.contains(&word) } else { starts(at, SORRY) };
            let happy = if short { GLAD.contains(&word) } else { starts(at, GLAD) };
            // "Huitième jour d'obscurité."
            let nth = word.ends_with("ieme") && matches!(text.word(at + 1), "jour" | "semaine" | "matin" | "mois");
            sorry += u32::from(sad || nth);
            glad += u32::from(happy && !sad && !asks);
            matter += u32::from(if short { MATTER.contains(&word) } else { starts(at, MATTER) });
        }
    }
    if words < 4 {
        return None;
    }
    let stance = if glad > sorry {
        Stance::Over
    } else if sorry > 0 && matter > 0 && sorry >= glad {
        Stance::Still
    } else {
        return None;
    };
    let mut draft = blank(reading, first, stance);
    draft.passing = true;
    Some(draft)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use crate::message::Message;
    use crate::profile::Profile;
    use crate::report::Stance;
    use crate::report::extract::extract;
    use crate::report::place::Places;

    static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::builtin("ile-de-france").unwrap());

    fn told(body: &str) -> Vec<Stance> {
        let mut message = Message { subject: "Re: les ombres de la 12".to_owned(), ..Message::default() };
        message.body.new_text = body.to_owned();
        extract(&message, &PROFILE, &Places::default()).reports.iter().map(|r| r.stance).collect()
    }

    #[test]
    fn an_answer_in_words_that_no_list_knows_is_read_by_its_tone() {
        assert_eq!(told("Ma classe a revu Venise en pleine lumière, quel bonheur."), [Stance::Over]);
        assert_eq!(told("Dix jours se sont écoulés et nul ne s'est montré, j'attends."), [Stance::Still]);
        assert!(told("Bien reçu, bonne soirée à tous deux.").is_empty());
    }
}
