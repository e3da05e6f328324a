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
    now: Timestamp,
    school: Arc<School>,
    profile: Profile,
    templates: Templates,
}

impl Draft {
    /// `letter` of `office`, under `ids`. `names` are kept from whoever is outside the school.
    pub fn new(office: &Office, letter: Letter, ids: mime::Ids, names: Vec<String>, now: Timestamp) -> Self {
        let (profile, templates) = (office.profile.clone(), office.templates.clone());
        Self { letter, ids, names, now, school: Arc::clone(&office.school), profile, templates }
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
        let rendered = compose::render(&self.letter, &ctx).map_err(|e| {
            format!("the text of a mail of kind {} could not be made: {e}", self.letter.content.kind().as_str())
        })?;
        let bytes = mime::assemble(&self.letter, &rendered, &self.ids, &self.school);
        Ok((rendered.subject, bytes))
    }
}
