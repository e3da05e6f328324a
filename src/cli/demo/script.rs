//! The play: who is in it, and who writes what when. Package data, `templates/demo/play.toml`.

use std::collections::BTreeMap;

use anyhow::Context as _;
use jiff::civil::DateTime;
use serde::Deserialize;

const PLAY: &str = include_str!("../../../templates/demo/play.toml");

/// The whole play.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Play {
    /// When the curtain falls.
    pub(super) end: DateTime,
    /// By the names that scenes use.
    pub(super) cast: BTreeMap<String, Person>,
    /// In the order of time.
    pub(super) scene: Vec<Scene>,
}

/// Somebody who writes or is written to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    /// As in From.
    pub(super) name: String,
    /// His or her address.
    pub(super) address: String,
    /// The mail client, which shapes replies.
    pub(super) client: Client,
    /// What he or she is, for the account; empty: a colleague.
    #[serde(default)]
    pub(super) role: String,
}

/// How a person's mail client quotes.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Client {
    Thunderbird,
    Gmail,
    Outlook,
    Iphone,
}

/// One mail that somebody writes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scene {
    /// When, in the school's zone.
    pub(super) at: DateTime,
    /// A name of the cast.
    pub(super) who: String,
    /// What it shows; empty where it goes without saying.
    #[serde(default)]
    pub(super) note: String,
    /// Subject, where it is no reply.
    #[serde(default)]
    pub(super) subject: String,
    /// What is written, before quotes.
    pub(super) text: String,
    /// The mail that is answered.
    pub(super) answers: Option<Which>,
    /// Stands before the subject of the mail that is answered, in place of "Re: ".
    pub(super) reply_prefix: Option<String>,
    /// The mail that comes back undelivered.
    pub(super) bounces: Option<Which>,
    /// The mail that is forwarded.
    pub(super) forwards: Option<Forwarded>,
    /// A photo is attached.
    #[serde(default)]
    pub(super) photo: bool,
    /// Further headers.
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
}

/// A mail of ours as its reader would look for it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    /// `X-Passerelle-Kind`.
    pub(super) kind: String,
    /// Words of its subject.
    pub(super) about: String,
}

/// Somebody else's mail inside.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Forwarded {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) date: String,
    pub(super) subject: String,
    pub(super) text: String,
}

impl Play {
    /// The play that comes with the program.
    pub(super) fn read() -> anyhow::Result<Self> {
        toml::from_str(PLAY).context("the play that comes with the program cannot be read")
    }

    /// A person of the cast.
    pub(super) fn person(&self, name: &str) -> anyhow::Result<&Person> {
        self.cast.get(name).with_context(|| format!("the play has no `{name}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::MailKind;

    #[test]
    fn the_play_goes_forward_in_time_and_names_its_cast() {
        let play = Play::read().unwrap();
        assert!(play.scene.len() > 30);
        assert!(play.scene.is_sorted_by(|a, b| a.at < b.at));
        assert!(play.scene.last().unwrap().at < play.end);
        for scene in &play.scene {
            play.person(&scene.who).unwrap();
            for which in scene.answers.iter().chain(&scene.bounces) {
                assert!(MailKind::ALL.iter().any(|k| k.as_str() == which.kind), "{}", which.kind);
            }
        }
    }
}
