//! A phone's photo of a broken screen, made on the spot: with what a phone writes into it.

use anyhow::Context as _;
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

/// What the camera knows of its owner; a ticket must not carry it.
pub(super) const OWNER: &str = "Telephone de Helene Roux";

/// A JPEG with EXIF data.
pub(super) fn take() -> anyhow::Result<Vec<u8>> {
    let mut picture = RgbImage::new(640, 420);
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        *pixel = colour(x, y);
    }
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 70).encode_image(&picture).context("the photo of the play")?;
    Ok(with_exif(&jpeg, OWNER))
}

/// A wall, a screen's frame, a desktop with green stripes in it.
fn colour(x: u32, y: u32) -> Rgb<u8> {
    let inside = |left, top, right, bottom| (left..right).contains(&x) && (top..bottom).contains(&y);
    let shade = |v: u32| u8::try_from(v.min(255)).unwrap_or(u8::MAX);
    if inside(80, 50, 560, 330) {
        if x % 37 < 4 {
            return Rgb([40, 230, 60]);
        }
        return Rgb([30, shade(60 + y / 4), shade(120 + x / 6)]);
    }
    if inside(64, 34, 576, 346) || inside(290, 346, 350, 400) {
        return Rgb([25, 25, 28]);
    }
    Rgb([shade(200 - y / 5), shade(196 - y / 5), shade(188 - y / 5)])
}

/// Puts an APP1 segment with one tag, Artist, behind the first marker.
fn with_exif(jpeg: &[u8], artist: &str) -> Vec<u8> {
    let mut value = artist.as_bytes().to_vec();
    value.push(0);
    let length = u32::try_from(value.len()).unwrap_or_default();
    let mut exif = b"Exif\0\0".to_vec();
    // A little-endian TIFF: header, one directory at 8 with one entry, its value at 26.
    exif.extend(b"II*\0\x08\0\0\0\x01\0\x3b\x01\x02\0");
    exif.extend(length.to_le_bytes());
    exif.extend(26_u32.to_le_bytes());
    exif.extend([0; 4]);
    exif.extend(&value);
    let size = u16::try_from(exif.len() + 2).unwrap_or_default();
    let (start, rest) = jpeg.split_at(2.min(jpeg.len()));
    let mut all = start.to_vec();
    all.extend([0xff, 0xe1]);
    all.extend(size.to_be_bytes());
    all.extend(exif);
    all.extend(rest);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_photo_can_be_read_and_tells_who_took_it() {
        let photo = take().unwrap();
        let read = image::load_from_memory(&photo).unwrap();
        assert_eq!((read.width(), read.height()), (640, 420));
        assert!(photo.windows(OWNER.len()).any(|w| w == OWNER.as_bytes()));
    }
}
