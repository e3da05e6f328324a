//! What named things belong to: a part takes the name of its owner, what a screen shows names nothing.

use super::Equipment;
use super::reading::{MOST, Mention, Reading};
use super::text::Gap;

/// Words that may stand between a thing and what it belongs to.
const LINKS: &[&str] = &[
    "de", "du", "d", "des", "la", "le", "les", "l", "sur", "au", "aux", "a", "un", "une", "mon", "ma", "notre", "nos",
    "son", "sa", "leur", "ce", "cet", "cette", "meme", "pour",
];

impl Reading<'_> {
    /// « serveur injoignable » beside Pronote is what a screen says: its words name no thing of their own.
    pub(super) fn quoted_words(&mut self) {
        let text = &self.text;
        let mut quotes: Vec<(usize, usize)> = Vec::new();
        let mut open: Option<usize> = None;
        for at in 0..text.tokens.len() {
            let after = text.after(at);
            if let Some(start) = open
                && (after.contains(['»', '”', '"']) || !text.same_sentence(start, at + 1))
            {
                if at > start {
                    quotes.push((start, at + 1));
                }
                open = None;
                if !after.contains(['«', '“']) {
                    continue;
                }
            }
            if after.contains(['«', '“', '"']) && text.same_sentence(at, at + 1) {
                open = Some(at + 1);
            }
        }
        quotes.truncate(MOST);
        let inside = |m: &Mention| quotes.iter().find(|(start, end)| *start <= m.start && m.end <= *end);
        let kept: Vec<bool> = self
            .mentions
            .iter()
            .map(|m| {
                let Some((start, end)) = inside(m) else { return true };
                let whole = m.end - m.start == end - start;
                let another = self
                    .mentions
                    .iter()
                    .any(|o| !o.weak && inside(o).is_none() && text.same_sentence(o.start, m.start));
                whole || !another || *start > m.start
            })
            .collect();
        let mut kept = kept.iter();
        self.mentions.retain(|_| kept.next().copied().unwrap_or(true));
    }

    /// "Écran bleu" names no monitor, "chemin réseau introuvable" no network: the words of a fault that
    /// means another thing name nothing.
    pub(super) fn consume_mentions(&mut self) {
        let (faults, vocabulary, text) = (&self.faults, self.vocabulary, &self.text);
        let hosts: Vec<usize> = self
            .mentions
            .iter()
            .filter(|m| {
                matches!(
                    m.equipment,
                    Equipment::Ordinateur
                        | Equipment::Portable
                        | Equipment::Videoprojecteur
                        | Equipment::TableauInteractif
                )
            })
            .map(|m| m.start)
            .collect();
        // "… démarre plus, 3 bips et écran noir": what a PC shows, no monitor.
        let shown = |m: &Mention| {
            m.equipment == Equipment::Ecran
                && text.word(m.end).starts_with("noir")
                && text.same_sentence(m.start, m.end)
                && !matches!(
                    text.word(m.start.wrapping_sub(1)),
                    "l" | "cet" | "mon" | "son" | "les" | "des" | "deuxieme" | "second"
                )
                && hosts.iter().any(|h| *h < m.start && text.same_sentence(*h, m.start))
        };
        // "La caméra ne donne plus qu'un écran noir": so does anything that shows a picture.
        let others: Vec<usize> =
            self.mentions.iter().filter(|m| !m.weak && m.equipment != Equipment::Ecran).map(|m| m.start).collect();
        let dark = |m: &Mention| {
            m.equipment == Equipment::Ecran
                && m.end == m.start + 1
                && ["noir", "bleu", "blanc", "vert", "gris"].iter().any(|c| text.word(m.end).starts_with(c))
                && text.same_sentence(m.start, m.end)
                && m.start > 0
                && matches!(text.word(m.start - 1), "un" | "en" | "d" | "sur")
                && others.iter().any(|o| *o < m.start && text.same_sentence(*o, m.start))
        };
        // "Mon webmail me dit serveur injoignable": what a thing says of another.
        let named: Vec<usize> = self.mentions.iter().filter(|m| !m.weak).map(|m| m.start).collect();
        let quoted = |m: &Mention| {
            m.equipment == Equipment::Serveur
                && m.start > 1
                && matches!(text.word(m.start - 1), "dit" | "affiche" | "indique" | "marque" | "annonce" | "repond")
                && named.iter().any(|o| *o < m.start && text.same_sentence(*o, m.start))
        };
        self.mentions.retain(|m| {
            !shown(m)
                && !dark(m)
                && !quoted(m)
                && !faults.iter().any(|f| {
                    let means = vocabulary.symptoms.get(f.symptom).and_then(|s| s.equipment);
                    let covers = f.start <= m.start && m.end <= f.end;
                    // "Le micro-ordinateur ne …": the fault's first word only begins the thing's name.
                    let named = m.start == f.start && m.end - m.start > 1 && m.end < f.end && !m.weak;
                    covers
                        && !named
                        && m.part.is_none()
                        && means.is_some_and(|e| e != m.equipment)
                        && !vocabulary.symptoms.get(f.symptom).is_some_and(|s| s.yields.contains(&m.equipment))
                })
        });
    }

    /// A part takes the name of what it belongs to; a thing of another thing hides that one.
    pub(super) fn own_parts(&mut self) {
        let mut kept: Vec<Mention> = Vec::new();
        let mut skip = 0;
        for (nth, mention) in self.mentions.iter().enumerate() {
            if nth < skip {
                continue;
            }
            let mut mention = mention.clone();
            // "le casque du poste 5 et celui du poste 21": the second seat only tells which.
            let word = |back: usize| mention.start.checked_sub(back).map_or("", |i| self.text.word(i));
            let pronoun = |w: &str| matches!(w, "celui" | "celle" | "ceux" | "celles");
            let of_it = matches!(word(1), "du" | "de" | "des" | "d") && pronoun(word(2))
                || matches!(word(1), "la" | "l") && word(2) == "de" && pronoun(word(3));
            if of_it
                && mention.part.is_none()
                && kept.last().is_some_and(|k: &Mention| {
                    self.text.same_sentence(k.start, mention.start) && k.equipment != mention.equipment && !k.weak
                })
            {
                continue;
            }
            // "l'écran du portable", "la lampe du visualiseur"
            // "le PC fraiseuse": the second noun tells which.
            if let Some(owner) = self.mentions.get(nth + 1)
                && owner.start == mention.end
                && owner.equipment == Equipment::Autre
                && owner.part.is_none()
                && mention.part.is_none()
                && !mention.weak
                && self.text.same_sentence(mention.start, owner.start)
                && matches!(self.text.tokens.get(owner.start).map(|t| t.gap), Some(Gap::Space))
            {
                mention.end = owner.end;
                kept.push(mention);
                skip = nth + 2;
                continue;
            }
            if let Some(owner) = self.mentions.get(nth + 1)
                && owner.start >= mention.end
                && owner.start - mention.end <= 4
                && owner.start > mention.end
                && self.text.same_sentence(mention.start, owner.start)
                && (mention.end..owner.start).all(|i| LINKS.contains(&self.text.word(i)))
                && (mention.end..=owner.start).all(|i| {
                    matches!(self.text.tokens.get(i).map(|t| t.gap), Some(Gap::Space | Gap::Apostrophe | Gap::None))
                })
            {
                let screen = mention.equipment == Equipment::Ecran
                    && matches!(
                        owner.equipment,
                        Equipment::Portable | Equipment::Tablette | Equipment::TableauInteractif
                    );
                let part = mention.part.and_then(|p| self.vocabulary.parts.get(p));
                let belongs = part.is_some_and(|p| p.also.contains(&owner.equipment) || p.of == owner.equipment);
                if screen || belongs {
                    mention.equipment = owner.equipment;
                    mention.owned = belongs;
                }
                if screen
                    || belongs
                    || mention.part.is_some()
                    || mention.equipment == Equipment::Messagerie && owner.equipment == Equipment::Ent
                    || !matches!(owner.equipment, Equipment::Logiciel | Equipment::Ent)
                {
                    mention.end = owner.end;
                    mention.weak = false;
                    skip = nth + 2;
                }
            }
            kept.push(mention);
        }
        // A part whose owner stands elsewhere in the sentence; the screen of a laptop named before.
        for nth in 0..kept.len() {
            let Some(mention) = kept.get(nth).cloned() else { break };
            let near = |wanted: &dyn Fn(Equipment) -> bool| {
                kept.iter()
                    .enumerate()
                    .filter(|(i, m)| {
                        *i != nth
                            && (m.part.is_none() || m.owned)
                            && !m.weak
                            && wanted(m.equipment)
                            && self.text.same_sentence(m.start, mention.start)
                    })
                    .min_by_key(|(_, m)| m.start.abs_diff(mention.start))
                    .map(|(_, m)| m.equipment)
            };
            let owner = match mention.part.and_then(|p| self.vocabulary.parts.get(p)) {
                // The cable at the board serves the projector, whatever is plugged in.
                Some(part) if !mention.owned => near(&|e| {
                    part.also.contains(&e)
                        && !(part.of == Equipment::Videoprojecteur
                            && matches!(e, Equipment::Ordinateur | Equipment::Portable | Equipment::Son))
                })
                .or_else(|| {
                    kept.iter()
                        .take(nth)
                        .rev()
                        .find(|m| {
                            let items = self.item(m.start) && self.item(mention.start);
                            !m.weak
                                && (!items || self.text.same_sentence(m.start, mention.start))
                                && (part.also.contains(&m.equipment)
                                    && !(part.of == Equipment::Videoprojecteur
                                        && matches!(m.equipment, Equipment::Ordinateur | Equipment::Portable))
                                    || m.equipment == part.of && part.of != Equipment::Autre)
                        })
                        .filter(|m| {
                            self.text.sentence_of(mention.start).saturating_sub(self.text.sentence_of(m.start)) <= 3
                                || self.text.sentence_of(m.start) == 0
                        })
                        .map(|m| m.equipment)
                }),
                None if mention.equipment == Equipment::Ecran => {
                    near(&|e| matches!(e, Equipment::Portable | Equipment::Tablette)).filter(|_| {
                        kept.iter().any(|m| {
                            m.start < mention.start
                                && matches!(m.equipment, Equipment::Portable | Equipment::Tablette)
                                && self.text.same_sentence(m.start, mention.start)
                        })
                    })
                }
                _ => None,
            };
            if let (Some(owner), Some(mention)) = (owner, kept.get_mut(nth)) {
                mention.equipment = owner;
                mention.owned = true;
            }
        }
        self.mentions = kept;
    }
}
