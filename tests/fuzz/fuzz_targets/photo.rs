//! Any bytes are an attachment: none costs more than its limits, and what goes along is a picture of ours.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passerelle::compose::photo::{MAIL_LIMIT, choose, count};
use passerelle::message::Attachment;

fuzz_target!(|data: &[u8]| {
    let attachment = Attachment { name: "a.jpg".into(), mime: "image/jpeg".into(), inline: false, data: data.to_vec() };
    let _ = count(std::slice::from_ref(&attachment));
    let (chosen, left_out) = choose(&[attachment], MAIL_LIMIT);
    assert!(chosen.len() + left_out <= 1);
    for photo in &chosen {
        assert!(photo.data.len() < MAIL_LIMIT);
        // No picture carries what a camera wrote into it.
        assert!(!photo.data.windows(6).take(4_096).any(|w| w == b"Exif\0\0"));
    }
});
