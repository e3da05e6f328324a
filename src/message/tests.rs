//! Whole mails, by origin: the fixtures under `tests/fixtures/mail` are written for these tests.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::automatic::{Origin, origin};
use super::parse::parse;
use super::*;

fn fixture(path: &str) -> Message {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/mail").join(path);
    parse(&std::fs::read(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display())))
}

#[test]
fn the_new_text_of_every_origin_is_found() {
    for (path, text) in [
        ("gmail/reply.eml", "Non, elle bourre encore au deuxième bac."),
        ("gmail/html_only_reply.eml", "Salle D14, au fond."),
        ("apple/reply.eml", "Oui, c'est réglé."),
        ("outlook/reply.eml", "Bonjour,\n\nToujours éteint ce matin."),
        ("outlook/mobile_reply.eml", "Le poste 4 redémarre en boucle."),
        (
            "thunderbird/flowed.eml",
            "Bonjour,\n\nen D11 le tableau interactif ne suit plus le stylet : il est décalé de deux bons centimètres vers la gauche depuis vendredi.",
        ),
        ("thunderbird/interleaved.eml", "Le 3.\n\nDepuis lundi, et le 5 s'éteint aussi."),
        ("zimbra/reply.eml", "Ça remarche, merci."),
        ("samsung/reply.eml", "Poste 9 de la salle info 2"),
        ("yahoo/html_reply.eml", "La tablette 6 de la valise bleue."),
        ("roundcube/reply.eml", "D11, pas D12."),
        ("orange/reply.eml", "Le scanner du secrétariat."),
        ("ent/notification.eml", "Bonjour, le téléphone de la loge ne sonne plus."),
        (
            "phone/postscript.eml",
            "Le projecteur de D12 clignote en rouge.\n\nP.-S. : en D14 le câble réseau du poste prof est arraché.",
        ),
        ("charset/unlabelled.eml", "L'écran du foyer est cassé, désolé."),
        ("charset/decomposed_and_wrong_label.eml", "L'écran de la salle D3 est brisé."),
        ("attached/worthless_plain.eml", "Le switch du couloir ronfle.\n- port 3 éteint\n- port 4 éteint"),
    ] {
        let message = fixture(path);
        assert_eq!(message.body.new_text, text, "{path}");
        assert!(message.body.forwarded.is_empty(), "{path}");
    }
}

#[test]
fn the_forwarded_author_and_text_of_every_origin_are_found() {
    for (path, new, author, text) in [
        (
            "gmail/forward.eml",
            "Je fais suivre, c'est chez vous je crois.",
            "Ivan Costa",
            "Bonsoir Nora,\nen D12 les enceintes ne sortent plus rien depuis midi.",
        ),
        (
            "apple/forward.eml",
            "Pouvez-vous regarder ?",
            "Ivan Costa",
            "La borne du couloir D clignote en orange, plus de wifi en D11 ni D12.",
        ),
        ("outlook/forward.eml", "Pour vous.", "Ivan Costa", "Le clavier du poste prof de D11 a perdu trois touches."),
        (
            "outlook/html_only_forward.eml",
            "À voir.",
            "Ivan Costa",
            "Le clavier du poste prof de D11 a perdu trois touches.",
        ),
        ("thunderbird/forward.eml", "", "Léo Brun", "En C3 la lampe du projecteur a claqué."),
        ("ent/forward.eml", "Pour vous :", "Ivan COSTA", "Deux casques du labo de langues n'ont plus de micro."),
        ("attached/message.eml", "Voir le message joint.", "Ivan Costa", "La tour du poste 2 au CDI fume."),
    ] {
        let message = fixture(path);
        assert_eq!(message.body.new_text, new, "{path}");
        assert_eq!(message.body.forwarded.len(), 1, "{path}");
        assert_eq!(message.body.forwarded[0].from.name, author, "{path}");
        assert_eq!(message.body.forwarded[0].text, text, "{path}");
    }
}

#[test]
fn machines_are_told_from_people() {
    for (path, expected) in [
        ("auto/out_of_office.eml", Origin::AutoReply),
        ("auto/out_of_office_unmarked.eml", Origin::AutoReply),
        ("auto/holiday_but_person.eml", Origin::Person),
        ("auto/read_receipt.eml", Origin::AutoReply),
        ("bounce/postfix.eml", Origin::Bounce),
        ("bounce/exchange_text.eml", Origin::Bounce),
        ("bounce/qmail.eml", Origin::Bounce),
        ("bulk/newsletter.eml", Origin::Bulk),
        ("bulk/phishing.eml", Origin::Bulk),
        ("bulk/colleague_about_phishing.eml", Origin::Person),
        ("bulk/school_list.eml", Origin::Person),
        ("ent/notification.eml", Origin::Notifier),
        ("gmail/reply.eml", Origin::Person),
        ("outlook/forward.eml", Origin::Person),
    ] {
        assert_eq!(origin(&fixture(path)), expected, "{path}");
    }
}

#[test]
fn bounces_name_their_recipient_and_the_mail_that_came_back() {
    for (path, recipient, status, id) in [
        ("bounce/postfix.eml", "cesame@region.test", "5.1.1", "ticket.77@lycee-moulin.test"),
        ("bounce/exchange_text.eml", "cesame@region.test", "5.2.2", "ticket.77@lycee-moulin.test"),
        ("bounce/qmail.eml", "mona.r@courriel.test", "5.1.1", "ack.9@lycee-moulin.test"),
    ] {
        let bounce = fixture(path).bounce.unwrap();
        assert_eq!(bounce.recipient.unwrap().as_str(), recipient, "{path}");
        assert_eq!(bounce.status.as_deref(), Some(status), "{path}");
        assert_eq!(bounce.action.as_deref(), Some("failed"), "{path}");
        assert_eq!(bounce.original_message_id.as_deref(), Some(id), "{path}");
    }
}

#[test]
fn a_forwarded_attachment_keeps_its_photo_but_no_path() {
    let message = fixture("attached/message.eml");
    assert_eq!(message.attachments.len(), 1);
    assert_eq!(message.attachments[0].name, "IMG_1.jpg");
    assert_eq!(message.attachments[0].data, [0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x10]);
}

#[test]
fn our_own_mark_is_seen() {
    assert_eq!(origin(&parse(b"X-Passerelle-Kind: ticket\nFrom: a@b.test\n\nx")), Origin::Ours);
}

#[test]
fn two_deliveries_of_one_mail_have_one_hash() {
    let mail = |trace: &str, text: &str| {
        parse(format!("{trace}From: a@b.test\nDate: Tue, 3 Mar 2026 09:12:00 +0100\nSubject: x\n\n{text}\n").as_bytes())
            .content_hash
    };
    assert_eq!(mail("Received: by one\n", "mot"), mail("Received: by two\nDelivered-To: c@d.test\n", "mot"));
    assert_ne!(mail("", "mot"), mail("", "mots"));
}

/// Debug builds on a busy machine are slow; what is refused here is growth, not constants.
fn within(limit: Duration, raw: &[u8]) -> Message {
    let start = Instant::now();
    let message = parse(raw);
    assert!(start.elapsed() < limit, "{:?} for {} bytes", start.elapsed(), raw.len());
    message
}

#[test]
fn monstrous_mails_take_bounded_time() {
    let seconds = Duration::from_secs(10);
    let references: String = (0..100_000).map(|i| format!(" <{i}@x.test>\n")).collect();
    let message = within(seconds, format!("From: a@b.test\nReferences:{references}\nx").as_bytes());
    assert_eq!(message.references.len(), 100);
    assert_eq!(message.references.last().map(String::as_str), Some("99999@x.test"));
    let parts: String = (0..12_000).map(|i| format!("--b\nContent-Type: image/png; name=i{i}.png\n\nx\n")).collect();
    let message = within(
        seconds,
        format!("From: a@b.test\nContent-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n").as_bytes(),
    );
    assert!(message.attachments.len() <= 1_000 && !message.defects.is_empty());
    let nested = "Content-Type: message/rfc822\n\n".repeat(50_000);
    within(seconds, nested.as_bytes());
    let unclosed: String =
        (0..5_000).map(|i| format!("--b\nContent-Type: multipart/mixed; boundary=z{i}\n\n")).collect();
    within(seconds, format!("Content-Type: multipart/mixed; boundary=b\n\n{unclosed}").as_bytes());
    within(seconds, format!("From: a@b.test\n\n{}", "Le 1 mai a écrit\n".repeat(30_000)).as_bytes());
    within(seconds, format!("From: a@b.test\nSubject: Re: x\n\n{}", "> a\nDe : x\n".repeat(30_000)).as_bytes());
    within(seconds, format!("Content-Type: text/html\n\n{}", "<blockquote><p><b>x".repeat(50_000)).as_bytes());
    within(seconds, &vec![b'a'; 20 << 20]);
}

proptest! {
    #[test]
    fn any_bytes_are_a_message(raw in proptest::collection::vec(any::<u8>(), 0..600)) {
        let message = parse(&raw);
        let _ = origin(&message);
        prop_assert_eq!(message.content_hash.len(), 64);
        prop_assert!(!message.subject.contains('\n'));
    }

    #[test]
    fn any_damage_to_a_mail_is_survived(cut in 0usize..3_000, at in 0usize..3_000, byte: u8) {
        for path in ["bounce/postfix.eml", "attached/message.eml", "gmail/reply.eml", "outlook/html_only_forward.eml"] {
            let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/mail").join(path);
            let mut raw = std::fs::read(file).unwrap();
            if let Some(slot) = raw.get_mut(at) { *slot = byte; }
            raw.truncate(raw.len().saturating_sub(cut % raw.len().max(1)));
            let _ = origin(&parse(&raw));
        }
    }

    #[test]
    fn any_markup_is_text(html in "(<(p|div|b|ul|li|ol|blockquote|table|td|pre|/p|/div|/ul|br|style|/style|!--|hr)( class=moz-signature| hidden)?>|[a-zé &;#0-9<>\"]{0,8}|-->){0,60}") {
        let _ = html::to_text(&html);
    }
}
