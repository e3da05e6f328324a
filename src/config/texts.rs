//! A school's profile and mail texts: ours, with the operator's files in place of some.
//!
//! The operator's folder mirrors `templates/` of this repository: `ile-de-france/mail/ticket.txt`,
//! `ile-de-france/vocabulary.toml`.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context as _;

use crate::compose::templates::Templates;
use crate::profile::Profile;
use crate::school::School;

/// What a school's mail is read by and written with.
#[derive(Debug, Clone)]
pub struct Texts {
    /// Vocabulary, phrases, delays; the school's own words included.
    pub profile: Profile,
    /// Mail texts.
    pub templates: Templates,
}

impl Texts {
    /// Those of `school`, where files below `folder` replace ours.
    ///
    /// # Errors
    /// A file that cannot be read or does not compile, named with its line; an unknown profile; a
    /// word that is none.
    pub fn load(folder: Option<&Path>, school: &School) -> anyhow::Result<Self> {
        let folder = folder.map(|f| f.join(&school.profile));
        let mut files: Vec<(&str, String)> = Vec::new();
        let mut mails: Vec<(String, String)> = Vec::new();
        if let Some(folder) = &folder {
            for name in ["profile.toml", "vocabulary.toml", "answers.toml"] {
                let path = folder.join(name);
                match std::fs::read_to_string(&path) {
                    Ok(text) => files.push((name, text)),
                    Err(e) if e.kind() == ErrorKind::NotFound => {}
                    Err(e) => return Err(e).with_context(|| format!("cannot read {}", path.display())),
                }
            }
            mails = mail_texts(&folder.join("mail"))?;
        }
        let text = |name: &str| files.iter().find(|(n, _)| *n == name).map(|(_, text)| text.clone());
        let profile = Profile::load(&school.profile, &text)?.with_words(&school.words)?;
        let templates = Templates::load(&school.profile, &mails)?;
        Ok(Self { profile, templates })
    }
}

/// Path and content of each `.txt` in `folder`, which may be missing.
fn mail_texts(folder: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(e).with_context(|| format!("cannot read {}", folder.display())),
    };
    let mut all = Vec::new();
    for entry in entries {
        let path = entry.with_context(|| format!("cannot read {}", folder.display()))?.path();
        if path.extension().is_some_and(|e| e == "txt") {
            let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            all.push((path.display().to_string(), text));
        }
    }
    all.sort();
    Ok(all)
}
