//! The referent's answer on a mail from outside: may it enter?

use super::reader::Reader;
use super::{Target, Verb, referent};

/// `None`: not plainly said, so it is asked again.
pub(super) fn read(reader: &Reader<'_>, new_text: &str) -> Option<bool> {
    let p = &reader.phrases;
    match referent::read(reader, "", new_text, &[]).as_slice() {
        [only] if matches!(only.target, Target::This | Target::All) => match only.verb {
            Verb::Confirm => return Some(true),
            Verb::Reject { .. } => return Some(false),
            _ => {}
        },
        _ => return None,
    }
    let folded = reader.fold(new_text);
    let sentences = folded.sentences();
    if sentences.iter().any(|s| s.question) {
        return None;
    }
    // "C'est une ancienne collègue", "laissez-la entrer si …": whoever doubts is asked again.
    if sentences.iter().any(|s| p.says("stranger.keeps_out", &folded.text[s.range.clone()])) {
        return None;
    }
    let admits = p.says("stranger.admits", &folded.text);
    let known = sentences.iter().any(|s| {
        let said = &folded.text[s.range.clone()];
        let yes = ["referent.yes", "referent.weak_yes"]
            .iter()
            .any(|k| p.set(k).find(said).is_some_and(|m| m.start() == 0 && m.end() < said.len()));
        let alone = p.set("stranger.known").find(said).is_some_and(|m| said.len() - m.len() <= 24);
        p.says("stranger.known", said) && (yes || alone)
    });
    (admits || known).then_some(true)
}
