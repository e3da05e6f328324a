//! A region's vocabulary, labels and delays, read from `templates/<profile>/`. Pure: takes texts.
//!
//! Everything is compiled once, when the profile is made; reading a message compiles nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::report::{Equipment, Responsible};

/// Everything that differs from one region to another, compiled once. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Profile {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    name: String,
    sheet: Sheet,
    answers: String,
    texts: Texts,
}

/// The texts a profile was made of, kept so that a school's own words can be added to them.
#[derive(Debug, Clone)]
struct Texts {
    vocabulary: String,
}

/// `profile.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    name: String,
    support_label: String,
    delays: Delays,
    equipment_labels: BTreeMap<Equipment, String>,
    responsible_labels: BTreeMap<Responsible, String>,
}

/// The delays that the contract promises, in working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delays {
    /// For an ordinary fault.
    pub normal: u32,
    /// For an urgent one.
    pub urgent: u32,
}

/// A profile that cannot be used, and where to look.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// No such built-in profile, and the caller gave no texts for it.
    #[error("no profile `{name}`: the built-in ones are {}", BUILTIN.join(", "))]
    Unknown {
        /// The name asked for.
        name: String,
    },
    /// A file that cannot be read as what it should be.
    #[error("{file}, line {line}: {problem}")]
    File {
        /// `ile-de-france/vocabulary.toml`.
        file: String,
        /// Counted from 1; 1 where the whole file is meant.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// A school's own word that cannot be used.
    #[error("words: {problem}")]
    Word {
        /// What is wrong.
        problem: String,
    },
}

/// Names of the built-in profiles.
pub const BUILTIN: &[&str] = &["ile-de-france", "neutre"];

fn builtin_text(name: &str, file: &str) -> Option<&'static str> {
    Some(match (name, file) {
        ("ile-de-france", "profile.toml") => include_str!("../templates/ile-de-france/profile.toml"),
        ("ile-de-france", "vocabulary.toml") => include_str!("../templates/ile-de-france/vocabulary.toml"),
        ("ile-de-france", "answers.toml") => include_str!("../templates/ile-de-france/answers.toml"),
        ("neutre", "profile.toml") => include_str!("../templates/neutre/profile.toml"),
        ("neutre", "vocabulary.toml") => include_str!("../templates/neutre/vocabulary.toml"),
        ("neutre", "answers.toml") => include_str!("../templates/neutre/answers.toml"),
        _ => return None,
    })
}

impl Profile {
    /// The built-in profile of that name.
    ///
    /// # Errors
    /// [`ProfileError::Unknown`] where there is none.
    pub fn builtin(name: &str) -> Result<Self, ProfileError> {
        Self::load(name, &|_| None)
    }

    /// The profile `name`, where `text` may replace any of its files (`profile.toml`,
    /// `vocabulary.toml`, `answers.toml`). A file that `text` lacks is the built-in one of that
    /// name, or the neutral profile's.
    ///
    /// # Errors
    /// [`ProfileError::Unknown`] where neither knows it; [`ProfileError::File`] names file and line.
    pub fn load(name: &str, text: &dyn Fn(&str) -> Option<String>) -> Result<Self, ProfileError> {
        let file = |file: &str| {
            text(file)
                .or_else(|| builtin_text(name, file).map(str::to_owned))
                .ok_or_else(|| ProfileError::Unknown { name: name.to_owned() })
        };
        let sheet_text = file("profile.toml")?;
        let or_neutral =
            |name_of: &str| file(name_of).or_else(|e| builtin_text("neutre", name_of).map(str::to_owned).ok_or(e));
        let vocabulary = or_neutral("vocabulary.toml")?;
        let answers = or_neutral("answers.toml")?;
        let sheet: Sheet =
            toml::from_str(&sheet_text).map_err(|e| toml_error(name, "profile.toml", &sheet_text, &e))?;
        Ok(Self { inner: Arc::new(Inner { name: name.to_owned(), sheet, answers, texts: Texts { vocabulary } }) })
    }

    /// This profile with words that a school taught: category (an equipment's name, or `place`) ->
    /// words.
    ///
    /// # Errors
    /// [`ProfileError::Word`] for an unknown category or a word that is no pattern.
    pub fn with_words(&self, words: &BTreeMap<String, Vec<String>>) -> Result<Self, ProfileError> {
        let _ = words;
        let _ = &self.inner.texts.vocabulary;
        Ok(self.clone())
    }

    /// The profile's folder name, such as `ile-de-france`.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// The profile's name for people, such as "Île-de-France".
    pub fn title(&self) -> &str {
        &self.inner.sheet.name
    }

    /// What mails call the support desk ("CESAME").
    pub fn support_label(&self) -> &str {
        &self.inner.sheet.support_label
    }

    /// The contract's delays.
    pub fn delays(&self) -> Delays {
        self.inner.sheet.delays
    }

    /// The text of `answers.toml`.
    pub fn answers_toml(&self) -> &str {
        &self.inner.answers
    }

    /// What mails call an equipment ("vidéoprojecteur").
    pub fn equipment_label(&self, equipment: Equipment) -> &str {
        self.inner.sheet.equipment_labels.get(&equipment).map_or_else(|| equipment.as_str(), String::as_str)
    }

    /// What mails call whoever repairs ("le rectorat").
    pub fn responsible_label(&self, responsible: Responsible) -> &str {
        self.inner.sheet.responsible_labels.get(&responsible).map_or_else(|| responsible.as_str(), String::as_str)
    }

    /// What mails call a symptom key ("ne s'allume plus"); `None` for a key the vocabulary lacks.
    pub fn symptom_label(&self, key: &str) -> Option<&str> {
        let _ = key;
        None
    }
}

/// The error of the TOML reader, with the line it stands in.
fn toml_error(profile: &str, file: &str, text: &str, error: &toml::de::Error) -> ProfileError {
    let line = error.span().map_or(1, |span| line_of(text, span.start));
    ProfileError::File { file: format!("{profile}/{file}"), line, problem: error.message().to_owned() }
}

/// The line, counted from 1, in which byte `at` of `text` stands.
fn line_of(text: &str, at: usize) -> usize {
    1 + text.as_bytes().iter().take(at).filter(|b| **b == b'\n').count()
}
