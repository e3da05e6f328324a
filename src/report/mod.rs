//! One message -> the problems that it tells of. Pure.

mod acting;
mod areas;
mod aside;
mod assemble;
mod circumstance;
mod codes;
mod count;
mod cues;
mod doings;
mod doubt;
pub mod extract;
mod heads;
mod join;
mod labels;
pub mod learned;
pub mod lexicon;
pub mod locate;
mod machines;
mod mentions;
mod named;
mod named_rooms;
mod only;
mod opinion;
mod outage;
mod over;
mod parts;
pub mod place;
mod problem;
mod pronoun;
mod reading;
mod services;
mod shown;
mod stance;
mod subject;
#[cfg(test)]
mod tests;
pub mod text;
mod things;
mod tone;
mod tried;
mod untold;
pub mod vocabulary;
mod whereabouts;
#[cfg(test)]
mod wordings;

use std::fmt;

use serde::{Deserialize, Serialize};

/// A normalised place: `B204`, `CDI`, `BATIMENT C`, `C 2E ETAGE`, `ETABLISSEMENT`.
///
/// Capitals without accents, single spaces; room codes without spaces and without leading words.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place(String);

impl Place {
    /// The whole school.
    pub const WHOLE_SCHOOL: &'static str = "ETABLISSEMENT";

    /// Takes a text that is already normalised. `place::normalise` makes one from free text.
    pub fn from_normalised(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The normalised text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Is it the whole school?
    pub fn is_whole_school(&self) -> bool {
        self.0 == Self::WHOLE_SCHOOL
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The name used in JSON, in the store and in the corpus.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.as_str()) }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::report::UnknownName;
            fn from_str(text: &str) -> Result<Self, $crate::report::UnknownName> {
                match text { $($text => Ok(Self::$variant),)+ _ => Err($crate::report::UnknownName(text.to_owned())) }
            }
        }
    };
}
pub(crate) use names;

/// A name that is none of the known ones.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown name `{0}`")]
pub struct UnknownName(pub String);

names! {
    /// What is broken. The names are those of the corpus guide.
    Equipment {
        /// A PC, a seat of a computer room.
        Ordinateur = "ordinateur",
        /// A laptop.
        Portable = "portable",
        /// A tablet.
        Tablette = "tablette",
        /// A monitor.
        Ecran = "ecran",
        /// A projector.
        Videoprojecteur = "videoprojecteur",
        /// An interactive board.
        TableauInteractif = "tableau_interactif",
        /// A printer, plotter, 3D printer, copier.
        Imprimante = "imprimante",
        /// Keyboard, mouse, visualiser, headset …
        Peripherique = "peripherique",
        /// Loudspeakers, microphones, sound.
        Son = "son",
        /// Wired network, Internet access.
        Reseau = "reseau",
        /// Wireless network.
        Wifi = "wifi",
        /// A server, a shared drive.
        Serveur = "serveur",
        /// One person's log-in.
        Compte = "compte",
        /// Installed software.
        Logiciel = "logiciel",
        /// The digital workspace.
        Ent = "ent",
        /// Mail.
        Messagerie = "messagerie",
        /// ARENA, SIECLE and their like.
        ApplicationAcademique = "application_academique",
        /// Telephones.
        Telephonie = "telephonie",
        /// Anything else.
        Autre = "autre",
    }
}

names! {
    /// Who repairs such a thing.
    Responsible {
        /// The region: CESAME and its contractor.
        Region = "region",
        /// Whoever runs the digital workspace.
        Ent = "ent",
        /// The rectorat.
        Rectorat = "rectorat",
        /// The region's staff on site.
        Atte = "atte",
        /// The school's own budget.
        Etablissement = "etablissement",
    }
}

names! {
    /// What a message is, as the corpus guide defines it.
    Kind {
        /// Tells of at least one problem.
        Report = "report",
        /// Asks about or adds to a known incident.
        FollowUp = "follow_up",
        /// Says that a known incident is over.
        Resolved = "resolved",
        /// From a person, concerns no incident.
        Other = "other",
        /// A machine answering on someone's behalf.
        Auto = "auto",
        /// A delivery status notification.
        Bounce = "bounce",
        /// Advertising, newsletter, list, phishing, spam.
        Bulk = "bulk",
    }
}

names! {
    /// How a mention of a problem stands to it.
    Stance {
        /// It is broken: a fresh telling.
        Broken = "broken",
        /// Still broken, news wanted.
        Still = "still",
        /// A detail is added (a serial number, a label, the place).
        Detail = "detail",
        /// It works again.
        Over = "over",
    }
}

/// One problem as one message tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Where; `None` where nothing says it.
    pub place: Option<Place>,
    /// What.
    pub equipment: Equipment,
    /// Who is probably responsible.
    pub responsible: Responsible,
    /// How it shows, as a normalised key of the vocabulary (`no_power`, `no_image`, …).
    pub symptom: Option<String>,
    /// Number of machines concerned, 1 where unsaid.
    pub count: u32,
    /// Seat or unit numbers named ("postes 3, 7 et 12" -> 3, 7, 12), as written, without zeros before.
    pub machines: Vec<String>,
    /// Asset labels (RIDF or the school's own), as written.
    pub labels: Vec<String>,
    /// Serial numbers, as written.
    pub serials: Vec<String>,
    /// Since when, in the teacher's words ("depuis lundi").
    pub since: Option<String>,
    /// What it does to lessons, in the teacher's words.
    pub effect: Option<String>,
    /// What was tried already, in words of ours (French).
    #[serde(default)]
    pub tried: Vec<String>,
    /// Said to be urgent, or lessons cannot take place.
    pub urgent: bool,
    /// The words that report it, verbatim, at most 200 characters.
    pub span: String,
    /// How the message speaks of it.
    pub stance: Stance,
    /// A general outage: the text itself says that several rooms are hit.
    pub general: bool,
    /// The text itself calls it a return ("de nouveau", "rebelote").
    pub again: bool,
    /// Words of ours saying what was not sure, for the proposal and `explain` (French).
    pub doubts: Vec<String>,
    /// The text itself says what is broken; `false`: `equipment` is a guess, the thread may know better.
    #[serde(default)]
    pub equipment_said: bool,
    /// Told in passing ("le reste marche"): it counts only if it fits a known incident, and never
    /// opens one.
    #[serde(default)]
    pub passing: bool,
    /// The place stands in the very sentence; `false`: it was told before, or by the subject.
    #[serde(default)]
    pub place_said: bool,
    /// Who wrote the words, by name or address, where the message only forwards them.
    #[serde(default)]
    pub told_by: Option<String>,
}

impl Default for Report {
    /// Nothing known: equipment `autre`, one machine, a fresh telling.
    fn default() -> Self {
        Self {
            place: None,
            equipment: Equipment::Autre,
            responsible: Responsible::Region,
            symptom: None,
            count: 1,
            machines: Vec::new(),
            labels: Vec::new(),
            serials: Vec::new(),
            since: None,
            effect: None,
            tried: Vec::new(),
            urgent: false,
            span: String::new(),
            stance: Stance::Broken,
            general: false,
            again: false,
            doubts: Vec::new(),
            equipment_said: false,
            passing: false,
            place_said: false,
            told_by: None,
        }
    }
}
