//! What people do, suppose or announce: told beside a fault, and no fault of a thing.

use super::reading::Reading;

/// Symptoms whose words may just as well be what a person does ("je décale le groupe", "je craque").
const OWN: &[&str] = &[
    "broken",
    "cable",
    "calibration",
    "disconnects",
    "error",
    "flicker",
    "geometry",
    "heat",
    "keyboard_mouse",
    "noise",
    "paper_jam",
    "print_bad",
    "smell",
    "sound_bad",
    "stuck",
];

/// How the verbs begin by which a teacher says how the lesson went on all the same.
const MAKESHIFT: &[&str] = &[
    "apport",
    "bascul",
    "chant",
    "compt",
    "continu",
    "debrouill",
    "decal",
    "demenag",
    "deplac",
    "descend",
    "dessin",
    "dict",
    "emport",
    "emprunt",
    "enregistr",
    "fini",
    "grimp",
    "improvis",
    "migr",
    "mim",
    "photocopi",
    "poursui",
    "racont",
    "rapatri",
    "recopi",
    "refai",
    "repli",
    "repren",
    "repri",
    "sauvegard",
    "tamponn",
    "termin",
    "tire",
];

/// Words after which a makeshift's clause tells its reason, or of something else.
const ENDS: &[&str] = &["car", "faute", "mais", "or", "parce", "puisqu", "puisque", "que", "qu", "tant"];

/// Words that stand between a pronoun and its verb.
fn clitic(word: &str) -> bool {
    matches!(
        word,
        "me" | "m"
            | "te"
            | "t"
            | "se"
            | "s"
            | "le"
            | "la"
            | "les"
            | "l"
            | "y"
            | "en"
            | "lui"
            | "leur"
            | "ai"
            | "as"
            | "suis"
            | "es"
            | "deja"
            | "tout"
            | "toute"
            | "bien"
            | "donc"
            | "n"
            | "ne"
    )
}

impl Reading<'_> {
    /// "Je décale le groupe B", "j'ai tapé « bonjour »", "je me suis plantée de porte", "qu'on n'y touche pas":
    /// the verb at `start` is what a person does.
    pub(super) fn own_doing(&self, start: usize, symptom: &str) -> bool {
        let text = &self.text;
        let same = |i: usize| text.same_sentence(i, start) && text.clause_of(i) == text.clause_of(start);
        let mut at = start;
        for _ in 0..5 {
            match at.checked_sub(1).filter(|b| same(*b)) {
                Some(before) if clitic(text.word(before)) => at = before,
                _ => break,
            }
        }
        let subject = at.checked_sub(1).filter(|b| same(*b)).map_or("", |b| text.word(b));
        let mistook = symptom == "freezes"
            && (at..start).any(|i| matches!(text.word(i), "me" | "m"))
            && (start..start + 4).any(|i| matches!(text.word(i), "de" | "d"));
        match subject {
            "je" | "j" | "tu" => OWN.contains(&symptom) || mistook,
            "on" => matches!(symptom, "keyboard_mouse" | "noise") && text.word(start).starts_with("t"),
            _ => false,
        }
    }

    /// "J'ai fini au tableau blanc avec un feutre qui bave": how the lesson went on all the same. Does the
    /// word at `at` stand in such words?
    pub(super) fn makeshift(&self, at: usize) -> bool {
        let text = &self.text;
        let clause = text.clause_of(at);
        let here = |i: usize| text.same_sentence(i, at) && text.clause_of(i) == clause;
        let mut first = at;
        while first > 0 && at - first < 24 && here(first - 1) {
            first -= 1;
        }
        let begins = |i: usize| {
            let pronoun = matches!(text.word(i), "je" | "j");
            let verb = (i + 1..i + 5).find(|v| !clitic(text.word(*v)));
            let denied = (i + 1..i + 5).any(|v| matches!(text.word(v), "ne" | "n"));
            let makes = verb.filter(|v| MAKESHIFT.iter().any(|m| text.word(*v).starts_with(m)));
            makes.filter(|v| pronoun && !denied && *v < at)
        };
        let Some(verb) = (first..at).find_map(begins) else { return false };
        // "J'ai fini par comprendre que …" tells what it was.
        let by = text.word(verb + 1) == "par" || text.word(verb + 1) == "a";
        !by && !(verb..at).any(|i| ENDS.contains(&text.word(i)))
    }

    /// "Si un poste lâchait pendant l'épreuve, que faire ?": an imperfect after "si", in a question.
    pub(super) fn in_case(&self, start: usize, end: usize) -> bool {
        let text = &self.text;
        let sentence = text.sentence_of(start);
        let asked = text.sentences.get(sentence).is_some_and(|s| {
            s.question
                || (s.tokens.start.max(start.saturating_sub(40))..s.tokens.end.min(start + 40)).any(|i| {
                    let w = text.word(i);
                    w.len() > 5 && ["rait", "raient", "rions", "rais"].iter().any(|e| w.ends_with(e))
                })
        });
        let imperfect = |w: &str| w.len() > 4 && (w.ends_with("ait") || w.ends_with("aient")) && !w.starts_with("souh");
        let clause = text.clause_of(start);
        asked
            && (start.saturating_sub(9)..start + 1).any(|i| {
                (text.word(i) == "si" || text.word(i) == "s" && matches!(text.word(i + 1), "il" | "ils"))
                    && text.same_sentence(i, start)
                    && text.clause_of(i) == clause
            })
            && (start.saturating_sub(8)..end + 4)
                .any(|i| imperfect(text.word(i)) && text.same_sentence(i, start) && text.clause_of(i) == clause)
    }

    /// "Les écrans seront éteints et les imprimantes débranchées": a participle that shares the future of
    /// the words before it.
    pub(super) fn shares_future(&self, start: usize) -> bool {
        let text = &self.text;
        let word = text.word(start);
        let participle = ["e", "es", "ee", "ees", "i", "is", "ie", "ies", "us", "ue", "ues", "u"]
            .iter()
            .any(|e| word.len() > 4 && word.ends_with(e));
        if !participle {
            return false;
        }
        let first = text.sentences.get(text.sentence_of(start)).map_or(start, |s| s.tokens.start);
        let mut back = (first.max(start.saturating_sub(20))..start).rev();
        back.find_map(|i| match text.word(i) {
            "sera" | "seront" => Some(true),
            "a" if text.written(i) != "a" => None,
            "est" | "sont" | "a" | "ont" | "ne" | "n" | "il" | "elle" | "ils" | "elles" | "qui" | "que" => Some(false),
            _ => None,
        })
        .unwrap_or(false)
    }

    /// "A tourné en boucle sans une seule coupure": what follows says that nothing happened.
    pub(super) fn without_trouble(&self, start: usize, end: usize) -> bool {
        let text = &self.text;
        (start + 1..end + 4).any(|i| {
            text.word(i) == "sans"
                && text.same_sentence(i, start)
                && text.clause_of(i) == text.clause_of(start)
                && (i + 1..i + 5).any(|n| {
                    text.same_sentence(n, start)
                        && [
                            "accroc",
                            "anicroche",
                            "bug",
                            "coupure",
                            "encombre",
                            "heurt",
                            "incident",
                            "interruption",
                            "panne",
                            "pepin",
                            "probleme",
                            "souci",
                        ]
                        .iter()
                        .any(|w| text.word(n).starts_with(w))
                })
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use crate::message::Message;
    use crate::profile::Profile;
    use crate::report::extract::extract;
    use crate::report::place::Places;
    use crate::report::{Equipment, Kind};

    static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::builtin("ile-de-france").unwrap());

    fn told(body: &str) -> (Kind, Vec<Equipment>) {
        let mut message = Message::default();
        message.body.new_text = body.to_owned();
        let read = extract(&message, &PROFILE, &Places::default());
        (read.kind, read.reports.iter().filter(|r| !r.passing).map(|r| r.equipment).collect())
    }

    #[test]
    fn what_people_do_beside_a_fault_is_no_second_fault() {
        for body in [
            "En B204 le vidéoprojecteur ne s'allume plus. Je décale la séance à jeudi.",
            "En B204 le vidéoprojecteur ne s'allume plus, j'ai terminé au tableau avec une craie qui grince.",
            "En B204 le vidéoprojecteur ne s'allume plus. Je craque, les élèves aussi.",
            "En B204 le vidéoprojecteur ne s'allume plus, je recopie tout au tableau.",
        ] {
            assert_eq!(told(body).1, [Equipment::Videoprojecteur], "{body}");
        }
    }

    #[test]
    fn what_is_supposed_or_planned_is_not_broken() {
        for body in [
            "Si un ordinateur de B12 tombait en rade le jour de l'oral, qui devons-nous appeler ?",
            "Pendant l'examen les écrans de B12 seront éteints et les imprimantes débranchées.",
            "L'ordinateur du hall a tourné en boucle sans la moindre coupure, merci à tous.",
        ] {
            assert_ne!(told(body).0, Kind::Report, "{body}");
        }
    }
}
