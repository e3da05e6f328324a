//! Which machines a fault is about: "la 14 ne prend plus la charge", "aucun des 24 élèves".

use super::Equipment;
use super::count::{self, Machines};
use super::problem::Assembler;
use super::reading::Fault;

impl Assembler<'_, '_> {
    /// Machines named in the words of `fault`.
    pub(super) fn machines(&self, mention: Option<usize>, fault: &Fault, equipment: Equipment) -> Machines {
        let text = &self.reading.text;
        let mention = mention.and_then(|m| self.reading.mentions.get(m));
        let here = mention.filter(|m| text.same_sentence(m.start, fault.start));
        let mut machines = Machines::default();
        if let Some(mention) = here
            && count::countable(mention.equipment)
        {
            machines = self.numbers_before(mention.start, count::numbers_from(text, mention.end));
            if machines.numbers.is_empty() && mention.end - mention.start > 1 {
                machines = (mention.start + 1..mention.end)
                    .map(|i| count::numbers_from(text, i))
                    .find(|m| !m.numbers.is_empty())
                    .unwrap_or_default();
            }
            // "sur 15 postes, 4 ne démarrent plus"
            if machines.numbers.len() == 1
                && text.tokens.get(mention.end).is_some_and(|t| t.number && t.gap == crate::report::text::Gap::Comma)
                && let Some(count) = self.counted(mention.end)
            {
                machines = Machines { count: Some(count), ..Machines::default() };
            }
            // "toutes les tablettes (12)" tells how many, not which.
            if let ([only], true) =
                (machines.numbers.as_slice(), text.after(mention.end.saturating_sub(1)).trim() == "(")
                && text.word(mention.end.saturating_sub(1)).ends_with('s')
                && let Some(count) = only.parse::<u32>().ok().filter(|c| *c > 1)
            {
                machines = Machines { count: Some(count), ..Machines::default() };
            }
            if let Some(said) = count::before(self.reading, mention) {
                machines.count = Some(said);
            }
        }
        let nearer = self.bare_numbers(fault);
        if !machines.numbers.is_empty() && nearer.at.map(|a| a.0) > machines.at.map(|a| a.1) {
            machines = nearer;
        }
        if machines.numbers.is_empty()
            && matches!(
                equipment,
                Equipment::Ordinateur
                    | Equipment::Portable
                    | Equipment::Tablette
                    | Equipment::Ecran
                    | Equipment::Peripherique
                    | Equipment::Videoprojecteur
                    | Equipment::Autre
            )
        {
            let mut bare = self.bare_numbers(fault);
            if bare.numbers.is_empty() && here.is_some() {
                bare = self.listed_numbers(fault);
            }
            if !bare.numbers.is_empty() && machines.count.is_none_or(|c| Some(c) == bare.count || bare.count <= Some(c))
            {
                machines = Machines { count: machines.count.or(bare.count), ..bare };
            }
        }
        if machines.count.is_none()
            && let Some(mention) = here.filter(|m| m.end <= fault.start && count::countable(m.equipment))
        {
            machines.count = (mention.end..fault.start.min(mention.end + 12)).find_map(|i| self.counted(i));
        }
        if machines.count.is_none() && here.is_none() && count::countable(equipment) {
            // "y en a 4 qui s'allument plus"
            machines.count = (fault.start.saturating_sub(4)..fault.start)
                .filter(|i| text.same_sentence(*i, fault.start) && text.word(i + 1) == "qui")
                .find_map(|i| self.counted(i));
        }
        if machines.count.is_none()
            && here.is_none()
            && fault.start > 0
            && text.same_sentence(fault.start - 1, fault.start)
            && text.number(fault.start - 1).is_none()
            && count::countable(equipment)
        {
            machines.count = count::number_word(text, fault.start - 1);
        }
        if machines.count.is_none_or(|c| c > 1) && machines.numbers.is_empty() && count::countable(equipment) {
            machines.count = self.of_them(fault).or(machines.count);
        }
        // "Les portables 4 et 9 ont l'écran fendu": the numbers stand with the owner.
        if machines.count.is_none()
            && machines.numbers.is_empty()
            && let Some(mention) = here
            && let Some(owner) = self.reading.mentions.iter().rev().find(|m| {
                let fault_between = self.reading.faults.iter().any(|f| m.start < f.end && f.end <= mention.start);
                m.end <= mention.start
                    && m.equipment == mention.equipment
                    && count::countable(m.equipment)
                    && text.same_sentence(m.start, mention.start)
                    && !fault_between
            })
        {
            machines = count::numbers_from(text, owner.end);
            machines.count = count::before(self.reading, owner).or(machines.count);
        }
        if machines.count.is_none() && matches!(equipment, Equipment::Logiciel | Equipment::Compte) {
            machines.count = self.counted_in_sentence(fault, equipment).or_else(|| self.seats_listed(fault, equipment));
        }
        machines
    }

    /// "La 3 et la 18", "PC 03 et PC 14": the numbers joined before those that begin after token `at`.
    fn numbers_before(&self, at: usize, mut machines: Machines) -> Machines {
        let text = &self.reading.text;
        let mut at = at;
        for _ in 0..8 {
            // "Le poste 1 et le poste 9".
            if at > 1 && matches!(text.word(at - 1), "le" | "la" | "l") && text.word(at - 2) == "et" {
                at -= 1;
            }
            if machines.numbers.is_empty() {
                break;
            }
            let comma = text.tokens.get(at).is_some_and(|t| t.gap == crate::report::text::Gap::Comma);
            let Some(last) = at.checked_sub(if comma { 1 } else { 2 }) else { break };
            let joined = comma || text.word(at - 1) == "et";
            let number = text.tokens.get(last).is_some_and(|t| t.number && t.end - t.start <= 2);
            let Some(thing) = last.checked_sub(1) else { break };
            let named = matches!(text.word(thing), "la" | "le" | "n" | "no" | "pc" | "poste" | "portable" | "tablette");
            if !(joined && number && named && text.same_sentence(thing, at)) || self.in_place(last) {
                break;
            }
            machines.numbers.insert(0, text.word(last).trim_start_matches('0').to_owned());
            let end = machines.at.map_or(last + 1, |(_, end)| end);
            machines.at = Some((last, end));
            at = thing;
        }
        if machines.numbers.len() > 1 {
            machines.count = u32::try_from(machines.numbers.len()).ok().max(machines.count);
        }
        machines
    }

    /// The count that token `at` tells of the machines spoken of: "4 qui …", "deux sont …", not "deux sur quatre".
    fn counted(&self, at: usize) -> Option<u32> {
        let text = &self.reading.text;
        let follows = matches!(text.word(at + 1), "sur" | "sont" | "ne" | "n" | "ont" | "qui");
        let of_these = matches!(text.word(at.wrapping_sub(1)), "sur" | "le" | "la");
        count::number_word(text, at).filter(|c| follows && !of_these && (2..=60).contains(c) && !self.in_place(at))
    }

    /// "touches arrachées sur trois d'entre eux", "sur les six casques, il en est deux qui …", "on est 4 à …".
    fn of_them(&self, fault: &Fault) -> Option<u32> {
        let text = &self.reading.text;
        let sentence = text.sentences.get(text.sentence_of(fault.start))?;
        let range = sentence.tokens.start.max(fault.start.saturating_sub(14))..sentence.tokens.end.min(fault.end + 8);
        let word = |i: usize| text.word(i);
        range.into_iter().find_map(|at| {
            let count = count::number_word(text, at).filter(|c| (1..=400).contains(c))?;
            let back = |n: usize| at.checked_sub(n).map_or("", word);
            let among = matches!(word(at + 1), "d") && word(at + 2) == "entre";
            let there = matches!(back(2), "en") && matches!(back(1), "a" | "est" | "reste")
                || back(1) == "en" && matches!(word(at + 1), "qui" | "sont" | "ne" | "n");
            let we = matches!(back(2), "on" | "nous") && matches!(back(1), "est" | "sommes") && word(at + 1) == "a"
                || matches!(back(1), "sommes") && word(at + 1) == "a";
            (among || there || we).then_some(count)
        })
    }

    /// "la 14 ne prend plus la charge", "le 7 est mort".
    pub(super) fn bare_numbers(&self, fault: &Fault) -> Machines {
        let text = &self.reading.text;
        let clause = text.clause_of(fault.start);
        let mut at = fault.start;
        let first = text.sentences.get(text.sentence_of(fault.start)).map_or(0, |s| s.tokens.start);
        for step in 0..20 {
            // Further back only what opens the sentence: "les n° 2, 10 et 11 réclament une clé et …".
            if step >= 9 && at > first + 3 {
                at -= 1;
                continue;
            }
            let Some(before) = at.checked_sub(1) else { break };
            at = before;
            if !text.same_sentence(at, fault.start) || clause - text.clause_of(at).min(clause) > 2 {
                break;
            }
            let word = text.word(at);
            let opened = matches!(word, "la" | "le" | "les" | "n" | "no" | "numero")
                && text.tokens.get(at + 1).is_some_and(|t| t.number);
            let dated = matches!(
                text.word(at.wrapping_sub(1)),
                "avant"
                    | "pour"
                    | "depuis"
                    | "des"
                    | "jusqu"
                    | "du"
                    | "au"
                    | "lundi"
                    | "mardi"
                    | "mercredi"
                    | "jeudi"
                    | "vendredi"
            );
            let month = matches!(
                text.word(at + 2),
                "janvier"
                    | "fevrier"
                    | "mars"
                    | "avril"
                    | "mai"
                    | "juin"
                    | "juillet"
                    | "aout"
                    | "septembre"
                    | "octobre"
                    | "novembre"
                    | "decembre"
            );
            if opened && !dated && !month && !self.in_place(at + 1) {
                let machines = self.numbers_before(at, count::numbers_from(text, at + 1));
                if !machines.numbers.is_empty() {
                    return machines;
                }
            }
        }
        Machines::default()
    }

    /// "… (la 6 et la 21)", "… : les n° 2, 5 et 9".
    fn listed_numbers(&self, fault: &Fault) -> Machines {
        let text = &self.reading.text;
        for at in fault.end..(fault.end + 12).min(text.tokens.len()) {
            if !text.same_sentence(at, fault.start)
                || text.word(at) == "et"
                || self.reading.faults.iter().any(|f| f.start <= at && at < f.end && f.start != fault.start)
            {
                break;
            }
            let number = text.tokens.get(at + 1).is_some_and(|t| t.number);
            let opens = matches!(text.word(at), "n" | "no" | "numeros" | "numero" | "la" | "les") && number;
            if opens {
                let machines = count::numbers_from(text, at + 1);
                if !machines.numbers.is_empty() {
                    return machines;
                }
            }
        }
        Machines::default()
    }

    /// "… refuse de se lancer aux places 6, 13 et 21": as many as the seats that a sentence lists.
    fn seats_listed(&self, fault: &Fault, equipment: Equipment) -> Option<u32> {
        let text = &self.reading.text;
        let sentence = text.sentences.get(text.sentence_of(fault.start))?;
        let seats = |w: &str| matches!(w, "postes" | "places" | "pc" | "ordis" | "ordinateurs" | "machines" | "rangs");
        if equipment != Equipment::Logiciel {
            return None;
        }
        let listed = sentence.tokens.clone().filter(|at| seats(text.word(*at)));
        let mut counts = listed.map(|at| count::numbers_from(text, at + 1).numbers.len()).filter(|n| *n > 1);
        counts.next().and_then(|n| u32::try_from(n).ok())
    }

    /// "aucun des 24 élèves", "sur les trois postes".
    fn counted_in_sentence(&self, fault: &Fault, equipment: Equipment) -> Option<u32> {
        let text = &self.reading.text;
        let sentence = text.sentences.get(text.sentence_of(fault.start))?;
        let people = |w: &str| {
            matches!(
                w,
                "eleves"
                    | "comptes"
                    | "profs"
                    | "professeurs"
                    | "collegues"
                    | "etudiants"
                    | "gamins"
                    | "apprenants"
                    | "stagiaires"
                    | "enseignants"
                    | "sessions"
                    | "nouveaux"
                    | "arrivants"
                    | "arrives"
                    | "personnes"
                    | "agents"
                    | "internes"
                    | "terminales"
                    | "secondes"
                    | "premieres"
            )
        };
        let machines = |w: &str| matches!(w, "postes" | "pc" | "ordinateurs" | "ordis" | "machines");
        sentence.tokens.clone().find_map(|at| {
            let word = text.word(at);
            let fits = if equipment == Equipment::Compte { people(word) } else { machines(word) };
            if !fits {
                return None;
            }
            let before = at.checked_sub(1)?;
            // "une dizaine d'élèves"
            let link =
                |i: usize| matches!(text.word(i), "d" | "de" | "des" | "mes" | "nos" | "ses" | "leurs" | "nouveaux");
            let before = if link(before) { before.checked_sub(1)? } else { before };
            let before = if link(before) { before.checked_sub(1)? } else { before };
            count::number_word(text, before).filter(|c| (2..=400).contains(c) && text.same_sentence(before, at))
        })
    }
}
