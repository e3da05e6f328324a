//! Tests of [`super`].

use std::sync::LazyLock;

use mail_parser::{MessageParser, MimeHeaders};
use proptest::prelude::*;

use super::*;
use crate::compose::{sample_school, samples};

fn ids() -> Ids {
    Ids {
        message_id: "a1b2c3@lycee-prevert.test".into(),
        boundary_seed: "seed".into(),
        date: "2026-11-23T06:55:00Z".parse().unwrap(),
        own_token: Some("own123".into()),
        reply_token: Some("tok456".into()),
    }
}

static LETTERS: LazyLock<Vec<(String, Letter)>> = LazyLock::new(samples::letters);
static SCHOOL: LazyLock<School> = LazyLock::new(sample_school::school);

fn letter(name: &str) -> Letter {
    LETTERS.iter().find(|(n, _)| n == name).unwrap_or_else(|| panic!("{name}")).1.clone()
}

fn assert_well_formed(bytes: &[u8]) {
    assert!(bytes.ends_with(b"\r\n"));
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    assert!(text.is_ascii());
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "bare CR or LF");
    for line in text.split("\r\n") {
        assert!(line.len() <= 998, "{line}");
    }
}

#[test]
fn a_ticket_parses_back_with_its_photo_and_marks() {
    let mut letter = letter("ticket: full with photo");
    letter.in_reply_to = Some("b@c.test".into());
    letter.references = (0..40).map(|n| format!("{n}.aaaaaaaaaaaaaaaaaaaaaaaaaa@c.test")).collect();
    letter.cc = vec![Address::parse("s1@syndicat.test").unwrap()];
    let rendered = Rendered {
        subject: "[SIG-2026-0042] Vidéoprojecteur\u{a0}: « noir »".into(),
        text: "Bonjour\u{a0}!\n\n.\nFrom ici\n".into(),
    };
    let bytes = assemble(&letter, &rendered, &ids(), &SCHOOL);
    assert_well_formed(&bytes);
    assert_eq!(bytes, assemble(&letter, &rendered, &ids(), &SCHOOL));
    let message = MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(message.subject(), Some(rendered.subject.as_str()));
    assert_eq!(message.body_text(0).unwrap().replace("\r\n", "\n"), rendered.text);
    assert_eq!(message.message_id(), Some("a1b2c3@lycee-prevert.test"));
    assert_eq!(message.in_reply_to().as_text(), Some("b@c.test"));
    let references = message.references().as_text_list().unwrap();
    assert_eq!(
        (references.len(), references[0].as_ref(), references[19].as_ref()),
        (20, "0.aaaaaaaaaaaaaaaaaaaaaaaaaa@c.test", "b@c.test")
    );
    let from = message.from().unwrap().first().unwrap();
    assert_eq!(from.name(), Some("Signalements – Lycée Jacques-Prévert"));
    assert_eq!(from.address(), Some("panne-info@lycee-prevert.test"));
    assert_eq!(message.reply_to().unwrap().first().unwrap().address(), Some("panne-info+tok456@lycee-prevert.test"));
    assert_eq!(message.cc().unwrap().first().unwrap().address(), Some("s1@syndicat.test"));
    assert_eq!(message.attachment_count(), 1);
    let photo = message.attachment(0).unwrap();
    assert_eq!((photo.attachment_name(), photo.contents()), (Some("photo-1.jpg"), &[0xff, 0xd8, 0xff, 0xd9][..]));
    let header = |name: &str| message.header_raw(name).map(|v| v.trim().to_owned());
    assert_eq!(header("X-Passerelle-Kind").as_deref(), Some("ticket"));
    assert_eq!(header("X-Passerelle-Incident").as_deref(), Some("2026-0042"));
    assert_eq!(header("X-Passerelle-Own").as_deref(), Some("own123"));
    assert_eq!(header("Auto-Submitted"), None);
    assert_eq!(header("Date").as_deref(), Some("Mon, 23 Nov 2026 07:55:00 +0100"));
}

#[test]
fn automatic_mail_says_so_and_bears_no_token_of_an_own_copy() {
    for (name, auto, incident) in [
        ("acknowledgement: one, new", "auto-replied", Some("2026-0042")),
        ("acknowledgement: three, one without place", "auto-replied", None),
        ("progress: planned", "auto-generated", Some("2026-0042")),
        ("help: colleague", "auto-replied", None),
    ] {
        let rendered = Rendered { subject: "s".into(), text: "t\n".into() };
        let bytes = assemble(&letter(name), &rendered, &ids(), &SCHOOL);
        let message = MessageParser::default().parse(&bytes).unwrap();
        let header = |name: &str| message.header_raw(name).map(|v| v.trim().to_owned());
        assert_eq!(header("Auto-Submitted").as_deref(), Some(auto), "{name}");
        assert_eq!(header("X-Passerelle-Incident").as_deref(), incident, "{name}");
        assert_eq!(header("X-Passerelle-Own"), None);
    }
}

#[test]
fn an_address_without_an_ascii_form_stays_in_the_envelope() {
    let mut letter = letter("help: colleague");
    letter.to = Address::parse("zoé@lycée.test").unwrap();
    let rendered = Rendered { subject: "s".into(), text: "t\n".into() };
    let bytes = assemble(&letter, &rendered, &ids(), &SCHOOL);
    assert_well_formed(&bytes);
    assert!(String::from_utf8(bytes).unwrap().contains("To: undisclosed-recipients:;\r\n"));
}

#[test]
fn hostile_ids_and_names_stay_inside_their_headers() {
    let mut letter = letter("help: colleague");
    letter.in_reply_to = Some("x\r\nBcc: y@z.test".into());
    letter.references = vec!["ok@a.test".into(), "no no".into(), "\u{e9}@a".into(), "a".repeat(5_000)];
    letter.attachments =
        vec![Enclosure { name: "a\"\r\nX: y".into(), mime: "text/html\r\nX: y".into(), data: vec![1] }];
    let mut school = SCHOOL.clone();
    school.name = "Lycée\r\nBcc: y@z.test, \"A\"".into();
    let mut ids = ids();
    ids.own_token = Some("a\r\nb".into());
    ids.reply_token = Some("a b>".into());
    ids.message_id = "a>\r\nBcc: x".into();
    let rendered = Rendered { subject: "x\r\nBcc: y@z.test\r\n\r\nbody".into(), text: "t\n".into() };
    let bytes = assemble(&letter, &rendered, &ids, &school);
    assert_well_formed(&bytes);
    let message = MessageParser::default().parse(&bytes).unwrap();
    assert!(message.bcc().is_none() && message.header("X").is_none());
    assert_eq!(message.subject(), Some("x Bcc: y@z.test body"));
    assert_eq!(message.attachment_count(), 1);
}

proptest! {
    #[test]
    fn any_subject_name_and_text_parse_back(subject in "\\PC{0,120}", name in "\\PC{1,60}", text in proptest::collection::vec("\\PC{0,200}", 0..12)) {
        let mut school = SCHOOL.clone();
        school.name = name.clone();
        let text = text.join("\n") + "\n";
        let rendered = Rendered { subject: subject.clone(), text: text.clone() };
        let bytes = assemble(&letter("help: colleague"), &rendered, &ids(), &school);
        assert_well_formed(&bytes);
        let message = MessageParser::default().parse(&bytes).unwrap();
        prop_assert_eq!(message.subject().unwrap_or(""), one_line(&subject, MAX_SUBJECT));
        prop_assert_eq!(message.from().unwrap().first().unwrap().name().unwrap(), one_line(&format!("Signalements – {name}"), 80));
        prop_assert_eq!(message.body_text(0).unwrap().replace("\r\n", "\n"), text);
    }

    #[test]
    fn no_bytes_in_a_header_break_out(subject in any::<String>(), id in any::<String>(), reference in any::<String>()) {
        let mut letter = letter("help: colleague");
        letter.in_reply_to = Some(id);
        letter.references = vec![reference];
        let rendered = Rendered { subject, text: "t\n".into() };
        let bytes = assemble(&letter, &rendered, &ids(), &SCHOOL);
        assert_well_formed(&bytes);
        let message = MessageParser::default().parse(&bytes).unwrap();
        let text = message.body_text(0).unwrap().trim().to_owned();
        prop_assert_eq!(text, "t");
        prop_assert!(message.bcc().is_none());
    }
}
