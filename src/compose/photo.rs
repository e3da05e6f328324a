//! Which attachments go along with a ticket, shrunk and stripped of EXIF.
//!
//! Everything is decoded and encoded anew, so no metadata (place, camera, owner) survives, and
//! limits on size and memory are set before decoding, so no picture can be a bomb.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::letter::Enclosure;
use crate::message::Attachment;

/// Largest mail that even strict académies accept (5 MB), with room for headers and text.
pub const MAIL_LIMIT: usize = 4_500_000;
/// Longest side of a photo that goes along, in pixels.
const LONGEST_SIDE: u32 = 1_600;
/// Sides below this are logos, icons, tracking pixels.
const SHORTEST_SIDE: u32 = 200;
/// Inline pictures below this many bytes are a signature's.
const SMALL_INLINE: usize = 20_000;
/// Widest picture that is decoded, in pixels a side.
const MAX_SIDE: u32 = 12_000;
/// Most memory that decoding one picture may take, in bytes (a phone's 48 megapixels fit).
const MAX_ALLOC: u64 = 200_000_000;
/// Pictures decoded per mail, so that a mail of hundreds costs bounded time.
const MAX_DECODED: usize = 12;
/// A PNG (a screenshot, usually) stays one up to this many bytes; it reads better than a JPEG.
const MAX_PNG: usize = 700_000;

/// What one attachment is to a ticket.
enum Part {
    Photo {
        data: Vec<u8>,
        png: bool,
    },
    /// Decoration: nobody misses it.
    Logo,
    /// Something that a person attached and that does not go along.
    Other,
}

/// Chooses the photos that go along with a ticket, so that the mail stays under `limit_bytes` with
/// the encoding counted. Returns them and how many attachments of a person's were left out
/// (documents, unreadable or surplus pictures); logos do not count.
pub fn choose(attachments: &[Attachment], limit_bytes: usize) -> (Vec<Enclosure>, usize) {
    let mut chosen: Vec<Enclosure> = Vec::new();
    let mut seen: Vec<&[u8]> = Vec::new();
    let (mut left_out, mut used, mut decoded) = (0_usize, 0_usize, 0_usize);
    for attachment in attachments {
        if seen.contains(&attachment.data.as_slice()) {
            continue;
        }
        seen.push(&attachment.data);
        let picture = is_picture(attachment);
        if picture && decoded >= MAX_DECODED {
            left_out += 1;
            continue;
        }
        decoded += usize::from(picture);
        match read(attachment, picture) {
            Part::Logo => {}
            Part::Other => left_out += 1,
            Part::Photo { data, png } => {
                let size = encoded_size(data.len());
                if used + size > limit_bytes {
                    left_out += 1;
                    continue;
                }
                used += size;
                let (extension, mime) = if png { ("png", "image/png") } else { ("jpg", "image/jpeg") };
                chosen.push(Enclosure {
                    name: format!("photo-{}.{extension}", chosen.len() + 1),
                    mime: mime.to_owned(),
                    data,
                });
            }
        }
    }
    (chosen, left_out)
}

/// How many photos [`choose`] is likely to take, as their headers tell: a proposal says so, and
/// decoding a phone's photo costs more than everything else that a message causes.
pub fn count(attachments: &[Attachment]) -> usize {
    let mut seen: Vec<&[u8]> = Vec::new();
    for attachment in attachments {
        if seen.contains(&attachment.data.as_slice()) || attachment.inline && attachment.data.len() < SMALL_INLINE {
            continue;
        }
        if let Some((w, h)) = dimensions(&attachment.data)
            && w.min(h) >= SHORTEST_SIDE
            && w.max(h) <= MAX_SIDE
            && !is_banner(attachment, w, h)
        {
            seen.push(&attachment.data);
        }
    }
    seen.len().min(MAX_DECODED)
}

fn dimensions(data: &[u8]) -> Option<(u32, u32)> {
    let reader = ImageReader::new(Cursor::new(data)).with_guessed_format().ok()?;
    matches!(reader.format()?, ImageFormat::Jpeg | ImageFormat::Png).then(|| reader.into_dimensions().ok())?
}

fn is_banner(attachment: &Attachment, w: u32, h: u32) -> bool {
    attachment.inline && w.max(h) > 4 * w.min(h)
}

/// Bytes that `len` bytes take in a mail: base64 in lines of 76 with CRLF, and the part's headers.
fn encoded_size(len: usize) -> usize {
    let base64 = len.div_ceil(3) * 4;
    base64 + base64.div_ceil(76) * 2 + 300
}

fn is_picture(attachment: &Attachment) -> bool {
    attachment.mime.starts_with("image/") || image::guess_format(&attachment.data).is_ok()
}

fn read(attachment: &Attachment, picture: bool) -> Part {
    if !picture {
        return if is_decoration(attachment) { Part::Logo } else { Part::Other };
    }
    if attachment.inline && attachment.data.len() < SMALL_INLINE {
        return Part::Logo;
    }
    let Some((image, format)) = decode(&attachment.data) else {
        // An inline picture that cannot be read (SVG, GIF) is a signature's.
        return if attachment.inline { Part::Logo } else { Part::Other };
    };
    let (w, h) = (image.width(), image.height());
    if w.min(h) < SHORTEST_SIDE || is_banner(attachment, w, h) {
        return Part::Logo;
    }
    let image = if w.max(h) > LONGEST_SIDE { image.thumbnail(LONGEST_SIDE, LONGEST_SIDE) } else { image };
    if format == ImageFormat::Png {
        let mut data = Cursor::new(Vec::new());
        if image.write_to(&mut data, ImageFormat::Png).is_ok() && data.get_ref().len() <= MAX_PNG {
            return Part::Photo { data: data.into_inner(), png: true };
        }
    }
    let mut data = Vec::new();
    match JpegEncoder::new_with_quality(&mut data, 80).encode_image(&image.to_rgb8()) {
        Ok(()) => Part::Photo { data, png: false },
        Err(_) => Part::Other,
    }
}

/// Calendars, visiting cards and cryptographic signatures come by themselves.
fn is_decoration(attachment: &Attachment) -> bool {
    let mime = attachment.mime.as_str();
    matches!(mime, "text/calendar" | "text/vcard" | "text/x-vcard")
        || mime.contains("pkcs7")
        || mime.contains("pgp")
        || mime.starts_with("message/")
        || mime.starts_with("text/rfc822")
        || attachment.data.is_empty()
}

/// Decodes within the limits and turns the picture upright (its EXIF orientation is lost later).
fn decode(data: &[u8]) -> Option<(DynamicImage, ImageFormat)> {
    let mut reader = ImageReader::new(Cursor::new(data)).with_guessed_format().ok()?;
    let format = reader.format()?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png) {
        return None;
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    if decoder.total_bytes() > MAX_ALLOC {
        return None;
    }
    let orientation = decoder.orientation().ok();
    let mut image = DynamicImage::from_decoder(decoder).ok()?;
    if let Some(orientation) = orientation {
        image.apply_orientation(orientation);
    }
    Some((image, format))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage};

    /// Noise, which no encoder makes small.
    fn noise(w: u32, h: u32) -> RgbImage {
        let mut s = 12_345_u32;
        RgbImage::from_fn(w, h, |_, _| {
            s = s.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Rgb([(s >> 24) as u8, (s >> 16) as u8, (s >> 8) as u8])
        })
    }

    fn jpeg(w: u32, h: u32) -> Vec<u8> {
        let mut data = Vec::new();
        JpegEncoder::new_with_quality(&mut data, 90).encode_image(&noise(w, h)).unwrap();
        data
    }

    /// A JPEG that bears an EXIF block with an orientation and a tell-tale.
    fn jpeg_with_exif(w: u32, h: u32, orientation: u8) -> Vec<u8> {
        let plain = jpeg(w, h);
        let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
        exif.extend(b"GPS-SECRET");
        let mut out = plain[..2].to_vec();
        out.extend([0xff, 0xe1]);
        out.extend(((exif.len() + 2) as u16).to_be_bytes());
        out.extend(exif);
        out.extend(&plain[2..]);
        out
    }

    fn file(name: &str, mime: &str, inline: bool, data: Vec<u8>) -> Attachment {
        Attachment { name: name.into(), mime: mime.into(), inline, data }
    }

    #[test]
    fn a_photo_loses_its_exif_and_stands_upright() {
        let data = jpeg_with_exif(640, 400, 6);
        assert!(data.windows(10).any(|w| w == b"GPS-SECRET"));
        let (chosen, left) = choose(&[file("IMG_Mme_Dupont.jpg", "image/jpeg", false, data)], MAIL_LIMIT);
        assert_eq!((chosen.len(), left), (1, 0));
        assert_eq!(chosen[0].name, "photo-1.jpg");
        assert!(!chosen[0].data.windows(4).any(|w| w == b"Exif"));
        assert!(!chosen[0].data.windows(10).any(|w| w == b"GPS-SECRET"));
        let image = image::load_from_memory(&chosen[0].data).unwrap();
        assert_eq!((image.width(), image.height()), (400, 640));
    }

    #[test]
    fn a_large_photo_is_shrunk() {
        let (chosen, _) = choose(&[file("a.jpg", "image/jpeg", true, jpeg(1_700, 850))], MAIL_LIMIT);
        let image = image::load_from_memory(&chosen[0].data).unwrap();
        assert_eq!((image.width(), image.height()), (1_600, 800));
    }

    #[test]
    fn logos_and_tiny_pictures_stay_behind_without_a_word() {
        let logos = [
            file("logo.png", "image/png", true, jpeg(150, 60)),
            file("image001.jpg", "image/jpeg", false, jpeg(400, 100)),
            file("banner.jpg", "image/jpeg", true, jpeg(1_400, 220)),
            file("x.gif", "image/gif", true, b"GIF89a".to_vec()),
        ];
        assert_eq!(choose(&logos, MAIL_LIMIT), (vec![], 0));
        assert_eq!(count(&logos), 0);
    }

    #[test]
    fn documents_stay_behind_and_are_counted() {
        let files = [
            file("devis.pdf", "application/pdf", false, b"%PDF".to_vec()),
            file("a.ics", "text/calendar", false, b"BEGIN".to_vec()),
        ];
        assert_eq!(choose(&files, MAIL_LIMIT), (vec![], 1));
    }

    #[test]
    fn what_exceeds_the_limit_is_left_out_and_counted_and_twins_go_once() {
        let (one, two) = (jpeg(800, 600), jpeg(820, 600));
        let files = [
            file("1.jpg", "image/jpeg", false, one.clone()),
            file("1bis.jpg", "image/jpeg", false, one),
            file("2.jpg", "image/jpeg", false, two),
        ];
        let (all, left) = choose(&files, MAIL_LIMIT);
        assert_eq!(count(&files), all.len());
        assert_eq!((all.len(), left), (2, 0));
        let limit = encoded_size(all[0].data.len()) + 10;
        let (some, left) = choose(&files, limit);
        assert_eq!((some.len(), left), (1, 1));
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_decoded() {
        // A PNG header that promises 50,000 x 50,000 pixels.
        let mut bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bomb.extend(50_000_u32.to_be_bytes());
        bomb.extend(50_000_u32.to_be_bytes());
        bomb.extend([8, 6, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(choose(&[file("b.png", "image/png", false, bomb)], MAIL_LIMIT), (vec![], 1));
    }

    #[test]
    fn a_screenshot_stays_a_png() {
        let mut data = Cursor::new(Vec::new());
        DynamicImage::ImageRgb8(RgbImage::from_pixel(800, 600, Rgb([250, 250, 250])))
            .write_to(&mut data, ImageFormat::Png)
            .unwrap();
        let (chosen, _) = choose(&[file("capture.png", "image/png", true, data.into_inner())], MAIL_LIMIT);
        // A plain surface compresses to less than an inline logo's weight: decoration.
        assert!(chosen.is_empty());
        let mut data = Cursor::new(Vec::new());
        DynamicImage::ImageRgb8(noise(300, 300)).write_to(&mut data, ImageFormat::Png).unwrap();
        let (chosen, _) = choose(&[file("capture.png", "image/png", true, data.into_inner())], MAIL_LIMIT);
        assert_eq!(chosen[0].name, "photo-1.png");
    }
}
