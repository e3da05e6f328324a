//! A letter that is to be put into words: by another thread, while the decisions go on.

use std::sync::Arc;

use jiff::Timestamp;

use super::Office;
use crate::compose::letter::Letter;
use crate::compose::{self, Templates, mime};
use crate::profile::Profile;
use crate::school::School;
use crate::store::Written;

/// Everything that a mail's subject and bytes depend on.
pub(super) struct Draft {
    letter: Letter,
    ids: mime::Ids,
    names: Vec<String>,
    last_of_day: Option<u32>,
    now: Timestamp,
    school: Arc<School>,
    profile: Profile,
    templates: Templates,
}

impl Draft {
    /// `letter` of `office`, under `ids`. `names` are kept from whoever is outside the school.
    pub fn new(office: &Office, letter: Letter, ids: mime::Ids, names: Vec<String>, now: Timestamp) -> Self {
        let (profile, templates) = (office.profile.clone(), office.templates.clone());
        let last_of_day = None;
        Self { letter, ids, names, last_of_day, now, school: Arc::clone(&office.school), profile, templates }
    }

    /// It is the last that its recipient may have today, of so many: it says so.
    pub fn last_of_day(mut self, limit: Option<u32>) -> Self {
        self.last_of_day = limit;
        self
    }

    /// May another thread write it later? What bears photos or goes to several is better written at
    /// once: its bytes are many, and are not to wait in memory with those of others.
    pub fn can_wait(&self) -> bool {
        self.letter.attachments.is_empty() && self.letter.cc.is_empty()
    }

    /// Subject and bytes.
    pub fn write(&self) -> Written {
        let ctx = compose::Ctx {
            school: &self.school,
            profile: &self.profile,
            templates: &self.templates,
            now: self.now,
            names: &self.names,
        };
        let mut rendered = compose::render(&self.letter, &ctx).map_err(|e| {
            format!("the text of a mail of kind {} could not be made: {e}", self.letter.content.kind().as_str())
        })?;
        if let Some(limit) = self.last_of_day {
            rendered.text = with_last_word(&rendered.text, limit);
        }
        let bytes = mime::assemble(&self.letter, &rendered, &self.ids, &self.school);
        Ok((rendered.subject, bytes))
    }
}

/// `text` with the word that no further answer comes today, before its footer.
fn with_last_word(text: &str, limit: u32) -> String {
    let note = format!(
        "À savoir : c'est la dernière réponse que nous vous envoyons aujourd'hui,\n\
         la limite de {limit} mails par jour et par adresse étant atteinte. Vos\n\
         prochains messages seront lus et pris en compte, mais sans réponse\n\
         avant demain."
    );
    match text.rfind("\n-- \n") {
        Some(at) => {
            let (body, footer) = text.split_at(at);
            format!("{}\n\n{note}\n{footer}", body.trim_end())
        }
        None => format!("{}\n\n{note}\n", text.trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::with_last_word;

    #[test]
    fn the_last_word_stands_before_the_footer() {
        let text = with_last_word("Bonjour,\n\nC'est fait.\n\n-- \nPasserelle\n", 30);
        assert!(text.starts_with("Bonjour,\n\nC'est fait.\n\nÀ savoir"), "{text}");
        assert!(text.ends_with("avant demain.\n\n-- \nPasserelle\n"), "{text}");
        assert!(text.contains("30 mails") && text.lines().all(|l| l.chars().count() <= 72), "{text}");
        assert!(with_last_word("Rien", 30).starts_with("Rien\n\nÀ savoir"));
    }
}
