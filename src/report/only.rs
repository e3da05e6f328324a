//! "Ne … que": what a thing does no longer do but badly, in words that no list of faults holds.

use super::reading::{Fault, MOST, Reading};

/// Verbs of which "ne … que" tells an amount, a wish, a rule or a thought.
const INNOCENT: &[&str] = &[
    "ai", "aime", "attend", "attends", "avons", "compte", "concerne", "coute", "crois", "dit", "doit", "doivent",
    "dois", "est", "etait", "existe", "faudra", "faudrait", "faut", "manque", "manquent", "pense", "penser", "peut",
    "peux", "pouvons", "reste", "restent", "restera", "sais", "sait", "savais", "savait", "sera", "serait", "sont",
    "suis", "tarde", "tient", "veut", "veux",
];

/// Perceiving: "je n'entends qu'un souffle" tells of the thing, not of who listens.
const PERCEIVING: &[&str] = &["entend", "percoi", "voi", "voyon", "capt", "obtien", "recoi", "dispos"];

impl Reading<'_> {
    /// "Le vidéoprojecteur ne restitue qu'un damier", "je n'entends qu'un souffle dans le combiné": a fault
    /// where nothing else of the clause is one; one that the words already tell takes in what follows "que".
    pub(super) fn restrictions(&mut self) {
        let Some(symptom) = self.vocabulary.symptoms.iter().position(|s| s.key == "not_working" && s.weak) else {
            return;
        };
        let mut found: Vec<Fault> = Vec::new();
        for at in 0..self.text.tokens.len() {
            if !matches!(self.text.word(at), "ne" | "n") {
                continue;
            }
            if found.len() >= MOST {
                break;
            }
            let Some((verb, que)) = self.restricted(at) else { continue };
            let told = self.faults.iter().position(|f| f.start < que && at < f.end);
            // What it shows instead is named after "que".
            let symptoms = &self.vocabulary.symptoms;
            let shown = |f: &Fault| {
                f.start > que
                    && f.start <= que + 5
                    && self.text.same_sentence(que, f.start)
                    && self.text.clause_of(f.start) == self.text.clause_of(que)
                    && symptoms.get(f.symptom).is_some_and(|s| !s.own)
            };
            let instead = self.faults.iter().find(|f| shown(f)).copied();
            let fault = match told.and_then(|nth| self.faults.get(nth)).copied() {
                Some(fault) => fault,
                None if !self.mentions.iter().any(|m| {
                    !m.weak
                        && (m.end <= at || m.start > que)
                        && self.text.same_sentence(m.start, at)
                        && (m.end <= at || self.perceived(at))
                }) =>
                {
                    continue;
                }
                None => {
                    let fault = Fault { start: at, end: verb + 1, symptom };
                    found.push(fault);
                    fault
                }
            };
            if let Some(instead) = instead.filter(|i| i.start >= fault.end) {
                self.faults.retain(|f| f.start != instead.start);
                let richer = symptoms.get(instead.symptom).is_some_and(|s| s.weak && s.equipment.is_none());
                let vague = symptoms.get(fault.symptom).is_some_and(|s| s.key == "not_working");
                let own = found.iter_mut().chain(self.faults.iter_mut()).find(|f| f.start == fault.start);
                if let (true, Some(own)) = (richer && vague, own) {
                    own.symptom = instead.symptom;
                }
            }
        }
        self.faults.extend(found);
        self.faults.sort_by_key(|f| f.start);
    }

    /// "Je n'entends qu'un souffle dans le combiné": the thing may stand after what is perceived of it.
    fn perceived(&self, at: usize) -> bool {
        (at + 1..at + 4).any(|i| PERCEIVING.iter().any(|p| self.text.word(i).starts_with(p)))
    }

    /// The verb and the "que" of the "ne" at `at`, where it restricts what a thing does.
    fn restricted(&self, at: usize) -> Option<(usize, usize)> {
        let text = &self.text;
        let here = |i: usize| text.same_sentence(i, at) && text.clause_of(i) == text.clause_of(at);
        let clitic = |w: &str| matches!(w, "me" | "m" | "se" | "s" | "nous" | "vous" | "te" | "t" | "y" | "en" | "lui");
        let verb = (at + 1..at + 4).find(|i| here(*i) && !clitic(text.word(*i)))?;
        let word = text.word(verb);
        // "N'a consenti qu'une lueur", but "n'a qu'un câble".
        let helped = matches!(word, "a" | "ont")
            && ["e", "i", "u", "is", "us", "it"].iter().any(|e| text.word(verb + 1).ends_with(e))
            && text.word(verb + 1).len() > 2
            && !matches!(text.word(verb + 1), "que" | "qu" | "plus" | "pu" | "ete" | "eu");
        let subject = at.checked_sub(1).filter(|b| here(*b)).map_or("", |b| text.word(b));
        let person = matches!(subject, "je" | "on" | "nous" | "tu" | "vous");
        if INNOCENT.contains(&word)
            || matches!(word, "a" | "ont" | "avait" | "avaient") && !helped
            || person && !PERCEIVING.iter().any(|p| word.starts_with(p))
            || self.ignored.iter().any(|(start, end)| *start <= at && at < *end)
        {
            return None;
        }
        let que = (verb + 1..verb + 8).find(|i| here(*i) && matches!(text.word(*i), "que" | "qu"))?;
        let denied = (verb + 1..que).any(|i| {
            matches!(text.word(i), "pas" | "rien" | "jamais" | "aucun" | "aucune" | "guere" | "moins" | "alors")
        });
        let instead = matches!(
            text.word(que + 1),
            "un" | "une" | "des" | "du" | "de" | "le" | "la" | "l" | "deux" | "trois" | "quelques" | "moitie" | "en"
        );
        let same = matches!(text.word(que.wrapping_sub(1)), "meme" | "autre" | "mieux" | "tant" | "ainsi");
        (instead && !denied && !same).then_some((verb, que))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use crate::message::Message;
    use crate::profile::Profile;
    use crate::report::extract::extract;
    use crate::report::place::Places;

    static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::builtin("ile-de-france").unwrap());

    fn told(body: &str) -> Vec<&'static str> {
        let mut message = Message::default();
        message.body.new_text = body.to_owned();
        let read = extract(&message, &PROFILE, &Places::default());
        read.reports.iter().filter(|r| !r.passing).map(|r| r.equipment.as_str()).collect()
    }

    #[test]
    fn what_does_nothing_but_some_ill_thing_is_broken() {
        assert_eq!(told("En D104 le vidéoprojecteur ne donne plus qu'une bouillie de teintes."), ["videoprojecteur"]);
        assert_eq!(told("Au CDI, l'imprimante ne livre que des moitiés de page."), ["imprimante"]);
        assert_eq!(told("En D104 la webcam ne transmet qu'un écran noir à l'ordinateur."), ["peripherique"]);
    }

    #[test]
    fn an_amount_or_a_rule_is_no_fault() {
        for body in ["La salle D104 n'accueille que des portables.", "Le CDI n'a qu'une imprimante."] {
            let places = Places::default();
            let reading = crate::report::reading::read(body, PROFILE.vocabulary(), &places);
            assert!(reading.faults.is_empty(), "{body}: {:?}", reading.faults);
        }
    }
}
