//! Whatever people wrote, every kind of mail about it holds our own headers once each, goes to whom it
//! is meant for, and names nobody to support. Form feeds part the words: place, words, reason,
//! subject, name, ids.
#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use passerelle::address::Address;
use passerelle::compose::letter::{
    AckItem, Change, Content, FollowUpCause, Held, HistoryLine, Letter, ReportView, StrangerView, Trouble, Waits,
};
use passerelle::compose::mime::{Ids, assemble};
use passerelle::compose::{Ctx, MailKind, Templates, redact, render};
use passerelle::config::school_from_text;
use passerelle::incident::{Facts, Incident, IncidentId, Reference, State};
use passerelle::message::parse::parse;
use passerelle::profile::Profile;
use passerelle::report::{Equipment, Place, Responsible};
use passerelle::school::School;

static PROFILE: LazyLock<Profile> = LazyLock::new(|| Profile::builtin("ile-de-france").unwrap());
static TEMPLATES: LazyLock<Templates> = LazyLock::new(|| Templates::builtin("ile-de-france").unwrap());
static SCHOOL: LazyLock<School> = LazyLock::new(|| {
    let text = "name = 'Lycée Prévert'\nuai = '0941234F'\ncity = 'Créteil'\nmailbox = 'panne@lycee.test'\n\
                staff_domains = ['lycee.test']\nreferent = 'referent@lycee.test'\nsupport = 'desk@region.test'\n";
    school_from_text(text, Path::new("school.toml")).unwrap()
});

/// Headers that a mail of ours may bear, each once.
const OURS: [&str; 18] = [
    "date",
    "from",
    "to",
    "cc",
    "reply-to",
    "subject",
    "message-id",
    "in-reply-to",
    "references",
    "x-passerelle-kind",
    "x-passerelle-incident",
    "x-passerelle-own",
    "auto-submitted",
    "x-auto-response-suppress",
    "content-language",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
];

/// `code` stands for what is recognised by its form, or is our own or support's: it is printed as it is.
fn incident(place: &str, words: &str, reason: &str, code: &str) -> Incident {
    let at = Timestamp::UNIX_EPOCH;
    Incident {
        id: IncidentId(1),
        reference: Reference { year: 2026, number: 12 },
        state: State::Refused { at, by_support: false, reason: reason.to_owned() },
        facts: Facts {
            place: (!place.is_empty()).then(|| Place::from_normalised(place)),
            equipment: Equipment::Imprimante,
            responsible: Responsible::Region,
            symptom: None,
            count: 2,
            machines: vec![place.to_owned()],
            labels: vec![code.to_owned()],
            serials: vec![code.to_owned()],
            since: Some(reason.to_owned()),
            effect: Some(words.to_owned()),
            tried: vec![code.to_owned()],
            urgent: true,
            general: false,
            doubts: vec![reason.to_owned()],
            words: words.to_owned(),
        },
        opened_at: at,
        last_reported_at: at,
        ticket_sent_at: Some(at),
        support_reference: Some(code.to_owned()),
        support_heard_at: None,
        closed_at: Some(at),
        reporters: vec![Address::parse("yvette.zzyzx@lycee.test").unwrap()],
        fired: Vec::new(),
    }
}

/// What the texts of all kinds hold of strangers' words.
fn contents(which: usize, incident: Incident, words: &str, reason: &str, name: &str) -> Content {
    let (at, words, name, why) = (Timestamp::UNIX_EPOCH, words.to_owned(), name.to_owned(), reason.to_owned());
    match which {
        0 => Content::Ticket { incident, photos_left_out: 1 },
        1 => Content::TicketCopy { incident },
        2 => Content::FollowUp { incident, cause: FollowUpCause::Detail, words: redact(&words, &[&name]) },
        3 => Content::OutcomeCopy { incident },
        4 => {
            Content::Acknowledgement { items: vec![AckItem { incident, words, already_known: false, ask_place: true }] }
        }
        5 => Content::Proposal {
            incident,
            reports: vec![ReportView { who: name, at, words }],
            twins: Vec::new(),
            changed: Some(why),
            own_report: false,
            photos: 1,
        },
        6 => Content::Progress { incident, change: Change::Question { words } },
        7 => Content::Reminder { incident, waits: Waits::SupportUnclear, since: at, words },
        8 => Content::Stranger {
            stranger: StrangerView { message: 3, from: name, subject: why, held: Held::Outside },
            text: words,
        },
        9 => Content::Alert { trouble: Trouble::Intake { why, since: at } },
        10 => Content::Answer {
            done: vec![why],
            not_done: vec![words.clone()],
            list: Some(vec![incident.clone()]),
            history: Some((Box::new(incident), vec![HistoryLine { at, who: name, what: words }])),
            question: None,
        },
        11 => Content::Digest {
            proposals: vec![incident.clone()],
            with_support: vec![incident.clone()],
            ended: vec![incident],
            strangers: vec![StrangerView { message: 4, from: name.clone(), subject: words, held: Held::Outside }],
            undelivered: vec![(name, why.clone())],
            quarantined: vec![(5, why.clone())],
            noted: vec![why],
        },
        _ => Content::Help { not_understood: Some(words), for_referent: true },
    }
}

fuzz_target!(|text: &str| {
    let mut parts = text.split('\x0c');
    let mut next = || parts.next().unwrap_or_default();
    let (place, words, reason, subject, name, id) = (next(), next(), next(), next(), next(), next());
    let names = [name.to_owned()];
    let ctx =
        Ctx { school: &SCHOOL, profile: &PROFILE, templates: &TEMPLATES, now: Timestamp::UNIX_EPOCH, names: &names };
    for which in 0..=12 {
        let letter = Letter {
            to: Address::parse("desk@region.test").unwrap(),
            content: contents(which, incident(place, words, reason, id), words, reason, name),
            concerns: None,
            in_reply_to: Some(id.to_owned()),
            references: vec![id.to_owned(), reason.to_owned()],
            reply_subject: (!subject.is_empty()).then(|| subject.to_owned()),
            cc: Vec::new(),
            attachments: Vec::new(),
        };
        let rendered = render(&letter, &ctx).unwrap();
        let ids = Ids {
            message_id: "a@lycee.test".into(),
            boundary_seed: "a".into(),
            date: Timestamp::UNIX_EPOCH,
            own_token: Some("own".into()),
            reply_token: Some("reply".into()),
        };
        let raw = assemble(&letter, &rendered, &ids, &SCHOOL);
        let raw = String::from_utf8(raw).unwrap();
        assert!(raw.is_ascii() && !raw.replace("\r\n", "").contains(['\r', '\n', '\0', '\x1b']), "{raw:?}");
        let (head, _) = raw.split_once("\r\n\r\n").unwrap();
        let mut seen: Vec<String> = Vec::new();
        for line in head.split("\r\n").filter(|l| !l.starts_with(' ')) {
            assert!(line.len() <= 998, "{line:?}");
            let header = line.split(':').next().unwrap_or_default().to_lowercase();
            assert!(OURS.contains(&header.as_str()) && !seen.contains(&header), "{header:?} in {head:?}");
            seen.push(header);
        }
        let read = parse(raw.as_bytes());
        assert_eq!(read.from_address().map(Address::as_str), Some("panne@lycee.test"));
        assert_eq!(read.marks.passerelle_kind.as_deref(), Some(letter.content.kind().as_str()));
        let support = matches!(letter.content.kind(), MailKind::Ticket | MailKind::TicketCopy | MailKind::FollowUp);
        let told = |text: &str| text.to_lowercase().contains("zzyzx");
        if support && !told(place) && !told(id) && !told(subject) {
            // A name in lower case may be a word; an account's is none.
            let said = &rendered.text;
            let gone = |c: char| !c.is_alphanumeric() && c != '_';
            assert!(!said.split(gone).any(|w| w == "Zzyzx" || w == "ZZYZX"), "{said:?}");
            let beside = |c: char| !c.is_alphabetic() && !matches!(c, '.' | '_' | '-');
            assert!(!said.split(beside).any(|w| w == "yvette.zzyzx"), "{said:?}");
        }
    }
});
