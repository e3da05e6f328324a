//! `vocabulary.toml` read and compiled: what each phrase means, and who repairs what.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml::Spanned;

use super::lexicon::{Builder, Lexicon, PhraseError};
use super::text::fold;
use super::{Equipment, Responsible};

/// What a sentence shows beside things and faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // each name is explained where its phrases stand, in vocabulary.toml
pub enum Cue {
    Works,
    Repaired,
    Mended,
    Still,
    News,
    Progress,
    Detail,
    Again,
    Same,
    Wish,
    Reserve,
    Howto,
    Announce,
    Condition,
    History,
    Thanks,
    Apart,
    OwnBudget,
    RegionBought,
    SiteEquipment,
    Copier,
    MouseKeyboard,
    #[serde(rename = "printer_3d")]
    Printer3d,
    Urgent,
    NotUrgent,
    WholeSchool,
    ManyRooms,
    Everyone,
    Complaint,
    Effect,
    EntAccount,
    Academic,
    SchoolPays,
    RectoratServer,
    Pupil,
    PhoneContext,
    Another,
    Able,
    Call,
    Relief,
    FalseAlarm,
    Premises,
    OfficePerson,
    Home,
    Joke,
}

/// What a phrase means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Nothing: it hides shorter phrases that it covers.
    Ignore,
    /// An equipment; `weak` where it names one only for want of a better word.
    Equipment(Equipment, bool),
    /// A part: index of [`Vocabulary::parts`].
    Part(usize),
    /// A fault: index of [`Vocabulary::symptoms`].
    Symptom(usize),
    /// A cue.
    Cue(Cue),
    /// A named place: index of [`Vocabulary::named_places`].
    Place(usize),
}

/// One way in which faults show.
#[derive(Debug, Clone)]
pub struct Symptom {
    /// Its key, as kept in reports.
    pub key: String,
    /// How mails say it.
    pub label: String,
    /// What is meant where nothing says it.
    pub equipment: Option<Equipment>,
    /// The words themselves say what is broken.
    pub own: bool,
    /// `own`, but one of these named in the same clause is what is broken.
    pub yields: Vec<Equipment>,
    /// It counts only near a named equipment.
    pub weak: bool,
    /// The fault is small maintenance.
    pub atte: bool,
}

/// A part of bigger things.
#[derive(Debug, Clone)]
pub struct Part {
    /// What it belongs to where the text names nothing.
    pub of: Equipment,
    /// What it may belong to.
    pub also: Vec<Equipment>,
    /// Swapping it is small maintenance.
    pub atte: bool,
    /// The symptom that naming it suggests.
    pub symptom: Option<String>,
}

/// One rule of who repairs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Who.
    pub to: Responsible,
    /// Any of these equipments; all where empty.
    #[serde(default)]
    pub equipment: Vec<Equipment>,
    /// Any of these symptoms, by key; all where empty.
    #[serde(default)]
    pub symptoms: Vec<String>,
    /// Any of these cues near the problem; not asked where empty.
    #[serde(default)]
    pub cues: Vec<Cue>,
    /// None of these cues.
    #[serde(default)]
    pub unless: Vec<Cue>,
    /// Only where the administration works.
    #[serde(default)]
    pub administration: bool,
    /// Only small maintenance: a part or a symptom that is marked so.
    #[serde(default)]
    pub small_maintenance: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    common: Vec<String>,
    #[serde(default)]
    ignore: Vec<Spanned<String>>,
    #[serde(default)]
    classes: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    equipment: Vec<EquipmentWords>,
    #[serde(default)]
    part: Vec<PartWords>,
    #[serde(default)]
    symptom: Vec<SymptomPhrases>,
    #[serde(default)]
    cues: BTreeMap<Cue, Vec<Spanned<String>>>,
    #[serde(default)]
    responsible: Vec<Rule>,
    #[serde(default)]
    places: PlaceWords,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EquipmentWords {
    is: Equipment,
    #[serde(default)]
    weak: bool,
    words: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PartWords {
    of: Equipment,
    #[serde(default)]
    also: Vec<Equipment>,
    responsible: Option<Responsible>,
    symptom: Option<String>,
    words: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SymptomPhrases {
    key: String,
    label: String,
    equipment: Option<Equipment>,
    #[serde(default)]
    own: bool,
    #[serde(default)]
    yields: Vec<Equipment>,
    #[serde(default)]
    weak: bool,
    responsible: Option<Responsible>,
    phrases: Vec<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceWords {
    #[serde(default)]
    before_code: Vec<String>,
    #[serde(default)]
    not_before_code: Vec<String>,
    #[serde(default)]
    administration: Vec<String>,
    #[serde(default)]
    complements: Vec<String>,
    #[serde(default)]
    heads: BTreeMap<String, String>,
    #[serde(default)]
    same: BTreeMap<String, String>,
    #[serde(default)]
    named: BTreeMap<String, Vec<Spanned<String>>>,
    #[serde(default)]
    addresses: BTreeMap<String, String>,
}

/// Everything `vocabulary.toml` says, compiled.
#[derive(Debug, Default)]
pub struct Vocabulary {
    /// The phrases.
    pub lexicon: Lexicon,
    /// What phrase n means.
    pub meanings: Vec<Meaning>,
    /// All symptoms.
    pub symptoms: Vec<Symptom>,
    /// All parts.
    pub parts: Vec<Part>,
    /// Who repairs: the first rule that fits.
    pub rules: Vec<Rule>,
    /// Names of places, normalised.
    pub named_places: Vec<String>,
    /// Words before a room code, folded.
    pub before_code: BTreeSet<String>,
    /// Words after which a code is no room, folded.
    pub not_before_code: BTreeSet<String>,
    /// Places of the administration, normalised.
    pub administration: BTreeSet<String>,
    /// Words that may follow a head, folded.
    pub complements: BTreeSet<String>,
    /// "salle" -> "SALLE", folded words.
    pub heads: BTreeMap<String, String>,
    /// Words of a name that mean the same, folded.
    pub same: BTreeMap<String, String>,
    /// Local part of a functional address -> place.
    pub addresses: BTreeMap<String, String>,
}

/// What is wrong, and where: byte offset in text number `text`.
#[derive(Debug)]
pub struct VocabularyError {
    /// Number of the text; `None` for a school's own word.
    pub text: Option<usize>,
    /// Byte offset in it.
    pub at: usize,
    /// What is wrong.
    pub problem: String,
}

/// Compiles `texts`, each adding to the ones before, and a school's own words.
///
/// # Errors
/// The first thing that is wrong.
pub fn compile(texts: &[&str], own: &BTreeMap<String, Vec<String>>) -> Result<Vocabulary, VocabularyError> {
    let mut files = Vec::new();
    for (number, text) in texts.iter().enumerate() {
        let file: File = toml::from_str(text).map_err(|e| VocabularyError {
            text: Some(number),
            at: e.span().map_or(0, |s| s.start),
            problem: e.message().to_owned(),
        })?;
        files.push(file);
    }
    let mut classes = BTreeMap::new();
    let mut common = Vec::new();
    for file in &files {
        classes.extend(file.classes.clone());
        common.extend(file.common.iter().cloned());
    }
    let mut compiler =
        Compiler { builder: Builder::new(&classes, &common), vocabulary: Vocabulary::default(), text: 0 };
    for (number, file) in files.into_iter().enumerate() {
        compiler.text = number;
        compiler.file(file)?;
    }
    compiler.own(own)?;
    let mut vocabulary = compiler.vocabulary;
    vocabulary.lexicon = compiler.builder.build();
    Ok(vocabulary)
}

struct Compiler {
    builder: Builder,
    vocabulary: Vocabulary,
    text: usize,
}

impl Compiler {
    fn phrase(&mut self, phrase: &str, meaning: Meaning) -> Result<(), PhraseError> {
        self.builder.add(phrase, self.vocabulary.meanings.len())?;
        self.vocabulary.meanings.push(meaning);
        Ok(())
    }

    fn phrases(&mut self, phrases: &[Spanned<String>], meaning: Meaning) -> Result<(), VocabularyError> {
        for phrase in phrases {
            self.phrase(phrase.get_ref(), meaning).map_err(|e| VocabularyError {
                text: Some(self.text),
                at: phrase.span().start,
                problem: e.to_string(),
            })?;
        }
        Ok(())
    }

    fn file(&mut self, file: File) -> Result<(), VocabularyError> {
        self.phrases(&file.ignore, Meaning::Ignore)?;
        for entry in &file.equipment {
            self.phrases(&entry.words, Meaning::Equipment(entry.is, entry.weak))?;
        }
        for entry in file.part {
            let atte = entry.responsible == Some(Responsible::Atte);
            self.phrases(&entry.words, Meaning::Part(self.vocabulary.parts.len()))?;
            self.vocabulary.parts.push(Part { of: entry.of, also: entry.also, atte, symptom: entry.symptom });
        }
        for entry in file.symptom {
            self.phrases(&entry.phrases, Meaning::Symptom(self.vocabulary.symptoms.len()))?;
            self.vocabulary.symptoms.push(Symptom {
                key: entry.key,
                label: entry.label,
                equipment: entry.equipment,
                own: entry.own,
                yields: entry.yields,
                weak: entry.weak,
                atte: entry.responsible == Some(Responsible::Atte),
            });
        }
        for (cue, phrases) in &file.cues {
            self.phrases(phrases, Meaning::Cue(*cue))?;
        }
        for (name, phrases) in &file.places.named {
            self.phrases(phrases, Meaning::Place(self.vocabulary.named_places.len()))?;
            self.vocabulary.named_places.push(name.clone());
        }
        // A region's own rules come before the general ones, whose last fits everything.
        let mut rules = file.responsible;
        rules.append(&mut self.vocabulary.rules);
        let vocabulary = &mut self.vocabulary;
        vocabulary.rules = rules;
        vocabulary.before_code.extend(file.places.before_code.iter().map(|w| fold(w)));
        vocabulary.not_before_code.extend(file.places.not_before_code.iter().map(|w| fold(w)));
        vocabulary.administration.extend(file.places.administration);
        vocabulary.complements.extend(file.places.complements.iter().map(|w| fold(w)));
        vocabulary.heads.extend(file.places.heads.into_iter().map(|(k, v)| (fold(&k), v)));
        vocabulary.same.extend(file.places.same.into_iter().map(|(k, v)| (fold(&k), fold(&v))));
        vocabulary.addresses.extend(file.places.addresses);
        Ok(())
    }

    /// A school's own words: category -> words. A category is an equipment's name or `place`.
    fn own(&mut self, own: &BTreeMap<String, Vec<String>>) -> Result<(), VocabularyError> {
        let wrong = |problem: String| VocabularyError { text: None, at: 0, problem };
        for (category, words) in own {
            for word in words {
                let meaning = if category == "place" {
                    self.vocabulary.named_places.push(fold(word).to_uppercase());
                    Meaning::Place(self.vocabulary.named_places.len() - 1)
                } else {
                    let equipment = category.parse().map_err(|_| {
                        let known: Vec<&str> = Equipment::ALL.iter().map(|e| e.as_str()).collect();
                        wrong(format!("no category `{category}`: it is `place` or one of {}", known.join(", ")))
                    })?;
                    Meaning::Equipment(equipment, false)
                };
                self.phrase(word, meaning).map_err(|e| wrong(format!("`{word}` of `{category}`: {e}")))?;
            }
        }
        Ok(())
    }
}
