//! Who reads what: names, words, photos.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, RgbImage};

use crate::harness::school::{School, World};
use crate::story;

const WORDS: &str = "Bonjour,\n\nIci Alice Aubert, je suis très en colère : le vidéoprojecteur de la salle B204 ne \
                     s'allume plus. Écrivez-moi à alice.aubert@ac-creteil.test ou au 06 12 34 56 78.\n\nAlice Aubert";

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let image = RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([(x * 7 % 256) as u8, (y * 5 % 256) as u8, ((x ^ y) % 256) as u8])
    });
    let mut out = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(image).write_to(&mut out, format).unwrap();
    out.into_inner()
}

/// A photo as a phone makes it: with its owner and its place in the EXIF.
fn photo() -> Vec<u8> {
    let plain = picture(800, 600, ImageFormat::Jpeg);
    let exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\0OwnerAliceAubertGPS48.8N";
    let mut out = plain[..2].to_vec();
    out.extend([0xff, 0xe1]);
    out.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
    out.extend(exif);
    out.extend(&plain[2..]);
    out
}

fn with_pictures() -> crate::harness::letters::Draft {
    World::draft("prof.a", "Panne", WORDS).attach("IMG_alice_aubert.jpg", "image/jpeg", &photo()).attach(
        "logo.png",
        "image/png",
        &picture(120, 60, ImageFormat::Png),
    )
}

story!(a_photo_goes_with_the_ticket_without_its_exif_and_a_logo_stays, School::new(), |w| {
    w.send(with_pictures()).await;
    w.mail_to("prof.a", "acknowledgement").await;
    let proposal = w.mail_to("referent", "proposal").await;
    w.replies("referent", &proposal, "OK").await;
    let ticket = w.mail_to("cesame", "ticket").await;
    let [(name, data)] = ticket.attachments.as_slice() else { panic!("one photo: {ticket}") };
    assert!(!name.contains("alice"), "{name}");
    assert!(image::load_from_memory(data).is_ok());
    assert!(!data.windows(4).any(|b| b == b"Exif" || b == b"GPS4"), "the EXIF stays at home");
    ticket.hides(&["Aubert", "alice", "06 12 34"]);
    let copy = w.mail_to("correspondent", "ticket_copy").await;
    assert!(copy.attachments.is_empty());
    copy.hides(&["Aubert", "alice", "06 12 34", "très en colère"]);
    copy.says(&["B204", "2026-0001"]);
    w.mail_to("referent", "answer").await;
    w.nothing_else().await;
});

story!(copies_bear_photos_where_the_school_wants_it, School::new().policy("copy_photos = true"), |w| {
    w.send(with_pictures()).await;
    w.mail_to("prof.a", "acknowledgement").await;
    let proposal = w.mail_to("referent", "proposal").await;
    w.replies("referent", &proposal, "OK").await;
    assert_eq!(w.mail_to("cesame", "ticket").await.attachments.len(), 1);
    assert_eq!(w.mail_to("correspondent", "ticket_copy").await.attachments.len(), 1);
    w.mail_to("referent", "answer").await;
    w.nothing_else().await;
});

story!(correspondents_may_stand_in_the_tickets_cc, School::new().policy("copy = \"cc\""), |w| {
    w.writes("prof.a", "Panne", WORDS).await;
    w.mail_to("prof.a", "acknowledgement").await;
    let proposal = w.mail_to("referent", "proposal").await;
    w.replies("referent", &proposal, "OK").await;
    let ticket = w.mail_to("cesame", "ticket").await;
    assert_eq!(ticket.cc, ["s1@snes.test"]);
    ticket.hides(&["Aubert", "alice"]);
    let copy = w.mail_to("correspondent", "ticket").await;
    assert_eq!(copy.message_id, ticket.message_id, "the very same mail");
    w.mail_to("referent", "answer").await;
    w.is("2026-0001", "ticketed").await;
    w.nothing_else().await;
});

story!(no_later_mail_that_leaves_the_school_holds_a_name, School::new(), |w| {
    w.writes("prof.a", "Panne", WORDS).await;
    w.mail_to("prof.a", "acknowledgement").await;
    let proposal = w.mail_to("referent", "proposal").await;
    w.replies("referent", &proposal, "OK").await;
    let ticket = w.mail_to("cesame", "ticket").await;
    w.mail_to("correspondent", "ticket_copy").await;
    w.mail_to("referent", "answer").await;
    w.replies("cesame", &ticket, "Bonjour, le dossier 4471932 est résolu.").await;
    let check = w.mail_to("prof.a", "resolution_check").await;
    w.replies("prof.a", &check, "Non ! Alice Aubert est toujours sans image, alice.aubert@ac-creteil.test").await;
    w.mail_to("cesame", "follow_up").await.hides(&["Aubert", "alice"]);
    w.mail_to("correspondent", "follow_up_copy").await.hides(&["Aubert", "alice", "sans image"]);
    w.writes("referent", "CLORE 2026-0001", "CLORE 2026-0001").await;
    w.mail_to("correspondent", "outcome_copy").await.hides(&["Aubert", "alice", "colère"]);
    w.mail_to("prof.a", "progress").await;
    w.mail_to("referent", "answer").await;
    w.nothing_else().await;
});
