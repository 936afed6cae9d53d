//! Pictures that Meta would not take, made into ones that it takes: as JPEG, or as PNG where one can
//! see through them, and no larger than they may be.

use crate::media::keep::{KeepError, MediaStore};
use crate::media::look;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngDecoder, PngEncoder};
use image::codecs::webp::WebPDecoder;
use image::imageops::FilterType as Resampling;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageEncoder};
use std::io::Cursor;

/// 8 MB however one counts.
const MOST: usize = 8_000_000;
/// Meta shows none larger.
const LONGEST_SIDE: u32 = 4096;
const QUALITY: u8 = 88;
/// Each try has little more than half the pixels of the one before.
const TRIES: u32 = 8;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Converted {
    pub bytes: Vec<u8>,
    pub content_type: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unconvertible {
    /// It is no picture, or has too many pixels.
    Unreadable,
    /// It moves, and would stand still.
    Moving,
}

pub(super) async fn convert(store: &MediaStore, key: &str) -> Result<Result<Converted, Unconvertible>, KeepError> {
    let done = look::alone(store, key, |bytes| convert_to(bytes, MOST)).await?;
    Ok(done.unwrap_or(Err(Unconvertible::Unreadable)))
}

/// The middle of a picture, as wide as it is high.
pub(crate) fn square(bytes: &[u8], side: u32) -> Result<Converted, Unconvertible> {
    if is_moving(bytes) {
        return Err(Unconvertible::Moving);
    }
    let made = read(bytes).and_then(|it| {
        let pixels = plain(it.pixels.resize_to_fill(side, side, Resampling::Triangle));
        Picture { pixels, ..it }.write()
    });
    made.ok_or(Unconvertible::Unreadable)
}

fn convert_to(bytes: &[u8], most: usize) -> Result<Converted, Unconvertible> {
    if is_moving(bytes) {
        return Err(Unconvertible::Moving);
    }
    let made = read(bytes).and_then(|picture| picture.fit(most));
    made.ok_or(Unconvertible::Unreadable)
}

fn is_moving(bytes: &[u8]) -> bool {
    // Of those too large, all that people have do.
    let gif = bytes.starts_with(b"GIF8");
    let webp = WebPDecoder::new(Cursor::new(bytes)).is_ok_and(|it| it.has_animation());
    gif || webp || PngDecoder::new(Cursor::new(bytes)).is_ok_and(|it| it.is_apng().unwrap_or(false))
}

struct Picture {
    pixels: DynamicImage,
    /// What its colours mean, if that is said.
    profile: Option<Vec<u8>>,
}

/// The picture as it is seen: the right way up, and without what else the file tells.
fn read(bytes: &[u8]) -> Option<Picture> {
    let mut decoder = look::decoder(bytes)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten().filter(|it| it.get(16..20) == Some(b"RGB "));
    let mut pixels = DynamicImage::from_decoder(decoder).ok()?;
    if pixels.width().max(pixels.height()) > LONGEST_SIDE {
        pixels = pixels.thumbnail(LONGEST_SIDE, LONGEST_SIDE);
    }
    pixels.apply_orientation(orientation);
    Some(Picture { pixels: plain(pixels), profile })
}

/// Eight bits a colour, and with transparency only if there is any.
fn plain(pixels: DynamicImage) -> DynamicImage {
    if !pixels.color().has_alpha() {
        return DynamicImage::ImageRgb8(pixels.into_rgb8());
    }
    let pixels = pixels.into_rgba8();
    if pixels.pixels().any(|it| it[3] < u8::MAX) {
        return DynamicImage::ImageRgba8(pixels);
    }
    DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(pixels).into_rgb8())
}

impl Picture {
    /// Smaller and smaller until it fits.
    fn fit(mut self, most: usize) -> Option<Converted> {
        for _ in 0..TRIES {
            let made = self.write()?;
            if made.bytes.len() <= most {
                return Some(made);
            }
            let (width, height) = (self.pixels.width() * 3 / 4, self.pixels.height() * 3 / 4);
            self.pixels = self.pixels.thumbnail(width.max(1), height.max(1));
        }
        None
    }

    fn write(&self) -> Option<Converted> {
        let mut bytes = Vec::new();
        let content_type = if self.pixels.color().has_alpha() {
            let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
            self.encode(encoder)?;
            "image/png"
        } else {
            self.encode(JpegEncoder::new_with_quality(&mut bytes, QUALITY))?;
            "image/jpeg"
        };
        Some(Converted { bytes, content_type })
    }

    fn encode(&self, mut encoder: impl ImageEncoder) -> Option<()> {
        if let Some(profile) = &self.profile {
            encoder.set_icc_profile(profile.clone()).ok()?;
        }
        self.pixels.write_with_encoder(encoder).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::look::tests::{held, noise, written};
    use image::{ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
    use proptest::prelude::*;

    fn converted(bytes: &[u8], most: usize) -> (DynamicImage, &'static str) {
        let made = convert_to(bytes, most).unwrap();
        assert!(made.bytes.len() <= most, "{}", made.bytes.len());
        (image::load_from_memory(&made.bytes).unwrap(), made.content_type)
    }

    #[test]
    fn a_picture_becomes_a_jpeg_and_keeps_its_size_if_it_fits() {
        let (picture, content_type) = converted(&written(noise(300, 200), ImageFormat::WebP), MOST);
        assert_eq!((picture.width(), picture.height(), content_type), (300, 200, "image/jpeg"));
    }

    #[test]
    fn what_one_can_see_through_stays_so() {
        let sticker = RgbaImage::from_fn(200, 100, |x, _| Rgba([200, 90, 40, if x < 100 { 0 } else { 255 }]));
        let (picture, content_type) = converted(&written(sticker, ImageFormat::WebP), MOST);
        assert_eq!(content_type, "image/png");
        let pixels = picture.into_rgba8();
        assert_eq!((pixels.get_pixel(0, 0)[3], pixels.get_pixel(199, 0)[3]), (0, 255));
        let opaque = RgbaImage::from_pixel(20, 20, Rgba([200, 90, 40, 255]));
        assert_eq!(converted(&written(opaque, ImageFormat::Png), MOST).1, "image/jpeg");
    }

    #[test]
    fn a_large_picture_is_made_smaller_until_it_fits_and_keeps_its_shape() {
        let (picture, _) = converted(&written(noise(400, 200), ImageFormat::Png), 20_000);
        assert!(picture.width() < 400, "{}", picture.width());
        assert!(picture.width().abs_diff(2 * picture.height()) <= 2, "{}×{}", picture.width(), picture.height());
        let (picture, _) = converted(&written(RgbImage::new(5000, 100), ImageFormat::Png), MOST);
        assert_eq!(picture.width(), LONGEST_SIDE);
        let dot = written(noise(1, 1), ImageFormat::Png);
        assert_eq!(convert_to(&dot, 10), Err(Unconvertible::Unreadable));
    }

    #[test]
    fn a_photograph_is_the_right_way_up_and_says_nothing_else() {
        let bright_top = RgbImage::from_fn(80, 40, |_, y| if y < 20 { Rgb([255, 255, 255]) } else { Rgb([0, 0, 0]) });
        let turned = held(&written(bright_top, ImageFormat::Jpeg), 6);
        let made = convert_to(&turned, MOST).unwrap();
        assert!(!made.bytes.windows(4).any(|it| it == b"Exif"));
        let picture = image::load_from_memory(&made.bytes).unwrap().into_rgb8();
        assert_eq!(picture.dimensions(), (40, 80));
        assert!(picture.get_pixel(5, 40)[0] < 60 && picture.get_pixel(35, 40)[0] > 190);
    }

    #[test]
    fn the_meaning_of_colours_is_kept() {
        let profile = [&[0; 16][..], b"RGB ", &[7; 100]].concat();
        let mut png = Vec::new();
        let mut encoder = PngEncoder::new(&mut png);
        encoder.set_icc_profile(profile.clone()).unwrap();
        noise(20, 20).write_with_encoder(encoder).unwrap();
        let made = convert_to(&png, MOST).unwrap();
        assert_eq!(look::decoder(&made.bytes).unwrap().icc_profile().unwrap(), Some(profile));
    }

    #[test]
    fn a_square_is_the_middle_of_a_picture() {
        let wide =
            RgbImage::from_fn(300, 100, |x, _| if (100..200).contains(&x) { Rgb([250; 3]) } else { Rgb([0; 3]) });
        for (side, picture) in [(64, wide.clone()), (256, wide)] {
            let made = square(&written(picture, ImageFormat::Png), side).unwrap();
            let pixels = image::load_from_memory(&made.bytes).unwrap().into_rgb8();
            assert_eq!((pixels.dimensions(), made.content_type), ((side, side), "image/jpeg"));
            assert!(pixels.get_pixel(side / 8, side / 2)[0] > 200 && pixels.get_pixel(side - 9, 3)[0] > 200);
        }
        let clear = square(&written(RgbaImage::new(20, 90), ImageFormat::Png), 64).unwrap();
        assert_eq!(clear.content_type, "image/png", "what one can see through stays so");
        let still = written(noise(9, 9), ImageFormat::WebP);
        assert_eq!(square(&moving(&still, 9), 64), Err(Unconvertible::Moving));
        assert_eq!(square(b"<svg/>", 64), Err(Unconvertible::Unreadable));
    }

    #[test]
    fn what_moves_is_not_made_to_stand_still() {
        let still = written(noise(9, 9), ImageFormat::WebP);
        assert_eq!(convert_to(&moving(&still, 9), MOST), Err(Unconvertible::Moving));
        assert!(convert_to(&still, MOST).is_ok());
    }

    /// A picture of `side` × `side`, as the only frame of one that moves.
    fn moving(still: &[u8], side: u8) -> Vec<u8> {
        let block = |name: &[u8], content: &[u8]| {
            let length = u32::try_from(content.len()).unwrap().to_le_bytes();
            let padding = &[0][..content.len() % 2];
            [name, &length, content, padding].concat()
        };
        let sides = [side - 1, 0, 0, side - 1, 0, 0];
        let frame = [&[0; 6][..], &sides, &[100, 0, 0, 0], &still[12..]].concat();
        let flags = [&[2, 0, 0, 0][..], &sides].concat();
        let blocks = [block(b"VP8X", &flags), block(b"ANIM", &[0; 6]), block(b"ANMF", &frame)].concat();
        block(b"RIFF", &[b"WEBP", &blocks[..]].concat())
    }

    proptest! {
        #[test]
        fn no_bytes_make_converting_panic(bytes: Vec<u8>) {
            prop_assert!(convert_to(&bytes, MOST).is_err());
        }
    }
}
