//! A region's vocabulary, labels and delays, read from `templates/<profile>/`. Pure: takes texts.
//!
//! Everything is compiled once, when the profile is made; reading a message compiles nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::report::vocabulary::{self, Vocabulary, VocabularyError};
use crate::report::{Equipment, Responsible};

/// Everything that differs from one region to another, compiled once. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Profile {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    name: String,
    sheet: Arc<Sheet>,
    answers: Arc<str>,
    /// The texts of the vocabulary, kept so that a school's own words can be added to them.
    texts: Vec<String>,
    vocabulary: Vocabulary,
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

/// The profile whose words all others build on.
const NEUTRAL: &str = "neutre";
const NEUTRAL_VOCABULARY: &str = include_str!("../templates/neutre/vocabulary.toml");
const NEUTRAL_ANSWERS: &str = include_str!("../templates/neutre/answers.toml");

fn builtin_text(name: &str, file: &str) -> Option<&'static str> {
    Some(match (name, file) {
        ("ile-de-france", "profile.toml") => include_str!("../templates/ile-de-france/profile.toml"),
        ("ile-de-france", "vocabulary.toml") => include_str!("../templates/ile-de-france/vocabulary.toml"),
        ("ile-de-france", "answers.toml") => include_str!("../templates/ile-de-france/answers.toml"),
        (NEUTRAL, "profile.toml") => include_str!("../templates/neutre/profile.toml"),
        (NEUTRAL, "vocabulary.toml") => NEUTRAL_VOCABULARY,
        (NEUTRAL, "answers.toml") => NEUTRAL_ANSWERS,
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
    /// name. `vocabulary.toml` and `answers.toml` add to the neutral profile's and may be absent.
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
        let answers = match file("answers.toml") {
            Ok(own) if name != NEUTRAL => merged(NEUTRAL_ANSWERS, &own),
            Ok(own) => own,
            Err(_) => NEUTRAL_ANSWERS.to_owned(),
        };
        let sheet: Sheet = toml::from_str(&sheet_text).map_err(|e| ProfileError::File {
            file: format!("{name}/profile.toml"),
            line: e.span().map_or(1, |span| line_of(&sheet_text, span.start)),
            problem: e.message().to_owned(),
        })?;
        // The neutral words first: a profile's own file adds to them.
        let mut texts = vec![match name {
            NEUTRAL => file("vocabulary.toml")?,
            _ => NEUTRAL_VOCABULARY.to_owned(),
        }];
        if name != NEUTRAL
            && let Ok(own) = file("vocabulary.toml")
        {
            texts.push(own);
        }
        Self::compiled(name, Arc::new(sheet), answers.into(), texts, &BTreeMap::new())
    }

    fn compiled(
        name: &str,
        sheet: Arc<Sheet>,
        answers: Arc<str>,
        texts: Vec<String>,
        words: &BTreeMap<String, Vec<String>>,
    ) -> Result<Self, ProfileError> {
        let all: Vec<&str> = texts.iter().map(String::as_str).collect();
        let vocabulary = vocabulary::compile(&all, words).map_err(|e| vocabulary_error(name, &texts, e))?;
        Ok(Self { inner: Arc::new(Inner { name: name.to_owned(), sheet, answers, texts, vocabulary }) })
    }

    /// This profile with words that a school taught: category (an equipment's name, or `place`) ->
    /// words.
    ///
    /// # Errors
    /// [`ProfileError::Word`] for an unknown category or a word that is no pattern.
    pub fn with_words(&self, words: &BTreeMap<String, Vec<String>>) -> Result<Self, ProfileError> {
        if words.is_empty() {
            return Ok(self.clone());
        }
        let inner = &self.inner;
        Self::compiled(&inner.name, Arc::clone(&inner.sheet), inner.answers.clone(), inner.texts.clone(), words)
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

    /// The text of `answers.toml`, shared by all clones of the profile.
    pub fn answers(&self) -> &Arc<str> {
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
        self.inner.vocabulary.symptoms.iter().find(|s| s.key == key).map(|s| s.label.as_str())
    }

    /// The compiled words, for the readers of `report`.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.inner.vocabulary
    }
}

/// The neutral phrases with a profile's own: lists grow, a single text is replaced. Where `own` is no
/// TOML it is returned as it is, so that its error is told where it is compiled.
fn merged(neutral: &str, own: &str) -> String {
    fn add(base: &mut toml::Table, extra: toml::Table) {
        for (key, value) in extra {
            match (base.get_mut(&key), value) {
                (Some(toml::Value::Table(base)), toml::Value::Table(extra)) => add(base, extra),
                (Some(toml::Value::Array(base)), toml::Value::Array(extra)) => base.extend(extra),
                (_, value) => {
                    base.insert(key, value);
                }
            }
        }
    }
    let (Ok(mut base), Ok(extra)) = (neutral.parse::<toml::Table>(), own.parse::<toml::Table>()) else {
        return own.to_owned();
    };
    add(&mut base, extra);
    toml::to_string(&base).unwrap_or_else(|_| own.to_owned())
}

/// What is wrong with a vocabulary, with the file and line it stands in.
fn vocabulary_error(profile: &str, texts: &[String], error: VocabularyError) -> ProfileError {
    let Some(number) = error.text else { return ProfileError::Word { problem: error.problem } };
    let folder = if number == 0 { NEUTRAL } else { profile };
    let line = texts.get(number).map_or(1, |text| line_of(text, error.at));
    ProfileError::File { file: format!("{folder}/vocabulary.toml"), line, problem: error.problem }
}

/// The line, counted from 1, in which byte `at` of `text` stands.
fn line_of(text: &str, at: usize) -> usize {
    1 + text.as_bytes().iter().take(at).filter(|b| **b == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_profiles_are_sound() {
        for name in BUILTIN {
            let profile = Profile::builtin(name).unwrap();
            assert_eq!(profile.name(), *name);
            for equipment in Equipment::ALL {
                assert!(profile.inner.sheet.equipment_labels.contains_key(equipment), "{name}: {equipment}");
            }
            assert_eq!(profile.symptom_label("no_power"), Some("ne s'allume plus"));
        }
    }

    #[test]
    fn an_error_in_a_profile_names_file_and_line() {
        let text =
            |file: &str| (file == "vocabulary.toml").then(|| "ignore = [\n  \"<rien> du tout\",\n]\n".to_owned());
        let error = Profile::load("ile-de-france", &text).unwrap_err();
        assert_eq!(error.to_string(), "ile-de-france/vocabulary.toml, line 2: the class `<rien>` is not defined");
        let text = |file: &str| (file == "profile.toml").then(|| "name = \"X\"\nsupport = 3\n".to_owned());
        assert!(
            Profile::load("ile-de-france", &text)
                .unwrap_err()
                .to_string()
                .starts_with("ile-de-france/profile.toml, line 2")
        );
    }

    #[test]
    fn a_profiles_own_phrases_add_to_the_neutral_ones() {
        let own = merged("a = [\"x\"]\n[words]\nb = [\"y\"]\n", "[words]\nb = [\"z\"]\nc = \"new\"\n");
        let read: toml::Table = own.parse().unwrap();
        assert_eq!(read["a"].as_array().unwrap().len(), 1);
        assert_eq!(read["words"]["b"].as_array().unwrap().len(), 2);
        assert_eq!(read["words"]["c"].as_str(), Some("new"));
        assert_eq!(merged("a = []", "a = ["), "a = [", "its error is told where it is compiled");
    }

    #[test]
    fn an_unknown_profile_is_refused_unless_the_caller_brings_it() {
        assert!(matches!(Profile::builtin("paca"), Err(ProfileError::Unknown { .. })));
        let sheet = builtin_text("neutre", "profile.toml").unwrap();
        let text = |file: &str| (file == "profile.toml").then(|| sheet.to_owned());
        assert!(Profile::load("paca", &text).is_ok());
    }

    #[test]
    fn a_word_for_an_unknown_category_is_refused() {
        let profile = Profile::builtin("neutre").unwrap();
        let words = BTreeMap::from([("grille-pain".to_owned(), vec!["toaster".to_owned()])]);
        assert!(matches!(profile.with_words(&words), Err(ProfileError::Word { .. })));
    }
}
