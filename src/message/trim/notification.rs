//! Notifications of an ENT that hold a person's words.

use super::Place;
use super::lines::Line;
use super::marks::{Separator, header_block, separator};
use super::structure::{LONG_RULE, party};

/// An ENT's notification wraps a person's words; unwraps them. The person's lines stay new, the
/// wrapper goes to the signature. Returns the person's name where the wrapper is recognised.
///
/// To be called only for mail that a machine declares to be its own.
pub(super) fn unwrap_notification(lines: &[Line<'_>], places: &mut [Place]) -> Option<String> {
    let filled = || lines.iter().enumerate().filter(|(_, l)| !l.is_blank() && !l.is_mark());
    let (intro, first) = filled().take(6).find(|(_, l)| announces_message(&l.fold))?;
    if !lines.iter().any(|l| closes_wrapper(&l.fold)) {
        return None;
    }
    places.fill(Place::Signature);
    let mut name = announced_name(first.content);
    let mut keep = |i: usize| {
        if let Some(slot) = places.get_mut(i) {
            *slot = Place::New;
        }
    };
    if lines.iter().any(|l| l.depth > 0) {
        lines.iter().enumerate().filter(|(_, l)| l.depth > 0).for_each(|(i, _)| keep(i));
        return Some(name);
    }
    let block = filled().skip_while(|(i, _)| *i < intro).take(6);
    let block = block.filter_map(|(i, _)| header_block(lines, i, lines.len(), 0, true)).next();
    if let Some(block) = &block {
        let from = party(&block.from).name;
        if !from.is_empty() {
            name = from;
        }
    }
    let start = block.map_or(intro + 1, |b| b.end);
    let mut any = false;
    for (i, line) in lines.iter().enumerate().skip(start) {
        if closes_wrapper(&line.fold) || any && separator(line) == Some(Separator::Rule) && line.fold.len() >= LONG_RULE
        {
            break;
        }
        let label = ["objet :", "objet:", "sujet :", "date :"].iter().any(|l| line.fold.starts_with(l));
        if label || separator(line).is_some() || line.is_blank() && !any {
            continue;
        }
        any = true;
        keep(i);
    }
    if !any {
        // The notification holds no body: its subject is all that the person said.
        let subject = filled().find(|(_, l)| l.fold.starts_with("objet :") || l.fold.starts_with("objet:"));
        subject.map(|(i, _)| i).into_iter().for_each(keep);
    }
    Some(name)
}

fn announces_message(fold: &str) -> bool {
    let received = fold.contains("vous avez recu") || fold.contains("vous avez ") && fold.contains("non lu");
    let message = ["message", "courriel", "mail"].iter().any(|w| fold.contains(w));
    received && message && !fold.contains("par erreur")
        || ["nouveau message de", "vous a envoye un message", "vous a ecrit", "vous a adresse un message"]
            .iter()
            .any(|w| fold.contains(w))
}

fn closes_wrapper(fold: &str) -> bool {
    [
        "ne pas y repondre",
        "ne pas repondre",
        "ne repondez pas",
        "n'y repondez pas",
        "connectez-vous",
        "se connecter",
        "repondre sur",
        "repondre depuis",
        "repondre dans",
        "pour repondre",
        "lire le message",
        "voir le message",
        "consulter le message",
        "message automatique",
        "acceder a la messagerie",
        "acceder au message",
    ]
    .iter()
    .any(|w| fold.contains(w))
}

/// "… un nouveau message de Karim B. (professeur) le …" names him.
fn announced_name(content: &str) -> String {
    let after = content.split_once("message de ").map_or("", |(_, after)| after);
    let end = [" (", " le ", " :", ".", ","].iter().filter_map(|m| after.find(m)).min().unwrap_or(after.len());
    let name = after.get(..end).unwrap_or_default().trim();
    if name.chars().count() <= 80 { name.to_owned() } else { String::new() }
}
