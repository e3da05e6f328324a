//! A mailbox played message by message through the same reading and matching as the service, with
//! nothing stored. What is kept of a message is a line; memory grows by lines, not by mails.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};

use jiff::{SignedDuration, Timestamp};

use crate::incident::matching::{Context, Index, Judgement, Matched, Verdict};
use crate::incident::{Facts, IncidentId};
use crate::message::Message;
use crate::profile::Profile;
use crate::report::extract::{Extracted, extract};
use crate::report::place::Places;
use crate::report::{Kind, Responsible, Stance};
use crate::school::{Role, School};

/// What was understood of one message.
#[derive(Debug, Clone)]
pub struct Line {
    /// The message's file.
    pub file: String,
    /// Its subject, for people.
    pub subject: String,
    /// Its author's address, or what stands for it.
    pub from: String,
    /// Its kind.
    pub kind: Kind,
    /// From outside the school.
    pub stranger: bool,
    /// A copy of an earlier message.
    pub copy: bool,
    /// Nothing was recognised, yet a person seems to report a fault.
    pub doubtful: bool,
    /// Its reports.
    pub told: Vec<Told>,
}

/// One report of a message.
#[derive(Debug, Clone)]
pub struct Told {
    /// Its incident; [`Played::incident`] gives the one that it ended in.
    pub id: IncidentId,
    /// Opened by this report.
    pub new: bool,
    /// Number of machines.
    pub count: u32,
    /// The words that report it.
    pub span: String,
    /// How it speaks of it.
    pub stance: Stance,
    /// Why it belongs there, or which incidents might be the same (French).
    pub why: String,
}

/// An incident as known once everything was read.
#[derive(Debug, Clone)]
pub struct Summary {
    /// What is broken.
    pub facts: Facts,
    /// First report.
    pub opened_at: Timestamp,
    /// Said to be over.
    pub over_at: Option<Timestamp>,
    /// Fresh reports and reminders.
    pub reports: u32,
    /// Possible twins and other doubts (French).
    pub doubts: Vec<String>,
}

/// A mailbox being played.
#[derive(Debug)]
pub struct Player<'a> {
    school: &'a School,
    profile: Profile,
    places: Places,
    index: Index,
    next: i64,
    last_at: Timestamp,
    reopen_within: SignedDuration,
    seen_ids: HashMap<String, (usize, u64)>,
    seen_texts: HashMap<u64, usize>,
    played: Played,
}

/// What a dry run found.
#[derive(Debug, Default)]
pub struct Played {
    /// One per message, in order.
    pub lines: Vec<Line>,
    incidents: BTreeMap<IncidentId, Summary>,
    merged: BTreeMap<IncidentId, IncidentId>,
}

impl Played {
    /// The incident in which a report ended, followed through mergers.
    pub fn incident(&self, id: IncidentId) -> Option<(IncidentId, &Summary)> {
        let mut id = id;
        for _ in 0..100 {
            match self.merged.get(&id) {
                Some(into) => id = *into,
                None => break,
            }
        }
        self.incidents.get(&id).map(|s| (id, s))
    }

    /// All incidents that remain, in order of their keys.
    pub fn incidents(&self) -> impl Iterator<Item = (IncidentId, &Summary)> {
        self.incidents.iter().filter(|(id, _)| !self.merged.contains_key(id)).map(|(id, s)| (*id, s))
    }

    /// Incidents whose ticket would be proposed for the region's desk.
    pub fn tickets(&self) -> usize {
        self.incidents().filter(|(_, s)| s.facts.responsible == Responsible::Region).count()
    }
}

/// Reads one message; a defect of the reading spoils this message alone, and is told as a doubt.
fn read(message: &Message, profile: &Profile, places: &Places) -> Extracted {
    let read = std::panic::AssertUnwindSafe(|| extract(message, profile, places));
    std::panic::catch_unwind(read).unwrap_or_else(|_| Extracted {
        kind: Kind::Other,
        reports: Vec::new(),
        asides: Vec::new(),
        reasons: vec!["defect of the program: this message could not be read".to_owned()],
        doubtful: true,
        places: Vec::new(),
        same_as: Vec::new(),
    })
}

impl<'a> Player<'a> {
    /// Begins with an empty index.
    ///
    /// # Errors
    /// The school's profile or its own words cannot be used.
    pub fn new(school: &'a School) -> anyhow::Result<Self> {
        let profile = Profile::builtin(&school.profile)?.with_words(&school.words)?;
        Ok(Self {
            school,
            profile,
            places: Places::new(&school.rooms, &school.room_aliases),
            index: Index::default(),
            next: 1,
            last_at: Timestamp::UNIX_EPOCH,
            reopen_within: school.policy.reopen_within.as_clock(),
            seen_ids: HashMap::new(),
            seen_texts: HashMap::new(),
            played: Played::default(),
        })
    }

    /// Reads one message.
    pub fn take(&mut self, file: String, raw: &[u8]) {
        let message = crate::message::parse::parse(raw);
        let told = read(&message, &self.profile, &self.places);
        self.hold(file, &message, &told);
    }

    /// Holds what a message tells against what came before.
    pub fn hold(&mut self, file: String, message: &Message, told: &Extracted) {
        let at = message.date.unwrap_or(self.last_at);
        self.last_at = at;
        let text = text_key(message);
        let number = self.played.lines.len();
        let line = match self.earlier_copy(message, text) {
            Some(earlier) => Line { file, copy: true, ..earlier },
            None => self.judge(file, message, told, at),
        };
        if let Some(id) = &message.message_id {
            self.seen_ids.entry(id.clone()).or_insert((number, text));
        }
        if has_text(message) {
            self.seen_texts.insert(text, number);
        }
        self.played.lines.push(line);
    }

    /// Ends the reading.
    pub fn finish(mut self) -> Played {
        let ids: Vec<IncidentId> = self.played.incidents.keys().copied().collect();
        for id in ids {
            let into = self.index.survivor(id);
            if into != id {
                self.played.merged.insert(id, into);
            }
            self.note(id);
        }
        self.played
    }

    /// The line of a message that this one repeats: delivered twice (same Message-ID), or sent again
    /// word for word while all that it told of is still open.
    fn earlier_copy(&self, message: &Message, text: u64) -> Option<Line> {
        if let Some(id) = &message.message_id
            && let Some((line, earlier_text)) = self.seen_ids.get(id)
            && *earlier_text == text
        {
            return self.played.lines.get(*line).cloned();
        }
        if !has_text(message) {
            return None;
        }
        let line = self.played.lines.get(*self.seen_texts.get(&text)?)?;
        let open = line.told.iter().all(|t| {
            let id = self.index.survivor(t.id);
            self.index.get(id).is_some_and(|k| k.over_at.is_none() && !k.refused)
        });
        (open && line.kind == Kind::Report && !line.told.is_empty()).then(|| line.clone())
    }

    fn judge(&mut self, file: String, message: &Message, told: &Extracted, at: Timestamp) -> Line {
        let thread = self.index.thread_of(message);
        let sender = message.from_address();
        let ctx = Context { message: Some(message), at, sender, thread: &thread, reopen_within: self.reopen_within };
        let judgement = self.index.judge(told, &ctx);
        let keys = self.index.apply(&judgement, &ctx, &mut self.next);
        self.index.remember(message, &keys);
        let told_lines = self.tell(&judgement, &keys);
        if !matches!(judgement.kind, Kind::Auto | Kind::Bounce | Kind::Bulk) {
            self.places.learned.learn(told);
        }
        let stranger = sender.is_none_or(|s| self.school.role_of(s) == Role::Stranger);
        Line {
            file,
            subject: message.subject.chars().take(120).collect(),
            from: message.from.as_ref().map_or_else(String::new, |p| {
                p.address.as_ref().map_or_else(|| p.name.clone(), |a| a.as_str().to_owned())
            }),
            kind: judgement.kind,
            stranger,
            copy: false,
            doubtful: told.doubtful && judgement.matched.is_empty(),
            told: told_lines,
        }
    }

    fn tell(&mut self, judgement: &Judgement, keys: &[IncidentId]) -> Vec<Told> {
        let mut lines = Vec::new();
        for (matched, id) in judgement.matched.iter().zip(keys) {
            self.note(*id);
            let Matched { report, verdict, .. } = matched;
            let (new, why) = match verdict {
                Verdict::SameAsEarlier(_) => continue,
                Verdict::Same { reasons, .. } => (false, reasons.join(", ")),
                Verdict::New { twins } => {
                    let named =
                        twins.iter().map(|(twin, reason)| format!("peut-être le même que {} ({reason})", name(*twin)));
                    (true, named.collect::<Vec<_>>().join(" ; "))
                }
            };
            if let Some(summary) = self.played.incidents.get_mut(id) {
                summary.reports += 1;
                if new && !why.is_empty() {
                    summary.doubts.push(why.clone());
                }
                for doubt in &report.doubts {
                    if summary.doubts.len() < 5 && !summary.doubts.contains(doubt) {
                        summary.doubts.push(doubt.clone());
                    }
                }
            }
            let known = self.index.get(*id).map_or(1, |k| k.facts.count);
            let unsaid = report.count <= 1 && report.machines.is_empty();
            let count = if unsaid && judgement.kind != Kind::Report && report.stance != Stance::Broken {
                known
            } else {
                report.count
            };
            lines.push(Told { id: *id, new, count, span: report.span.clone(), stance: report.stance, why });
        }
        lines
    }

    /// Copies what the index knows of an incident: the index forgets what has been over for long.
    fn note(&mut self, id: IncidentId) {
        let Some(known) = self.index.get(id) else { return };
        let summary = self.played.incidents.entry(id).or_insert_with(|| Summary {
            facts: known.facts.clone(),
            opened_at: known.opened_at,
            over_at: None,
            reports: 0,
            doubts: Vec::new(),
        });
        summary.facts.clone_from(&known.facts);
        summary.over_at = known.over_at;
        summary.opened_at = known.opened_at;
    }
}

/// What a dry run calls an incident: `I07`.
pub fn name(id: IncidentId) -> String {
    format!("I{:02}", id.0)
}

fn has_text(message: &Message) -> bool {
    message.body.new_text.split_whitespace().count() >= 3
}

/// Equal for the same words from the same person.
fn text_key(message: &Message) -> u64 {
    let mut hasher = DefaultHasher::new();
    message.from_address().hash(&mut hasher);
    message.subject.trim().hash(&mut hasher);
    for word in message.body.new_text.split_whitespace() {
        word.hash(&mut hasher);
    }
    for forwarded in &message.body.forwarded {
        forwarded.text.hash(&mut hasher);
    }
    hasher.finish()
}
