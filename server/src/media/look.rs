//! How large a picture is, and a few colours of it to show until it is there. Pictures come from
//! strangers: what cannot be read is kept all the same, without a size.

use super::keep::{KeepError, MediaStore};
use crate::start::chain;
use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};
use std::io::Cursor;
use tokio::sync::{Semaphore, SemaphorePermit};

/// 40 megapixels: more than any telephone's picture that Meta lets through.
const MOST_PIXELS: u64 = 40_000_000;
/// What a picture may take in memory, decoded.
const MOST_BYTES: u64 = 4 * MOST_PIXELS;

/// The sides of the blur that are tried, until one is short enough.
const BLUR_SIDES: [u32; 4] = [24, 16, 12, 8];
const BLUR_LONGEST: usize = 1500;

/// Decoding takes a hundred times the memory of the file, so it is done one at a time.
static ALONE: Semaphore = Semaphore::const_new(1);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    pub width: i32,
    pub height: i32,
    /// A tiny picture as a `data:` address.
    pub blur: String,
}

/// Looks at the picture under `key`; `None` if it cannot be read.
pub async fn look_at(store: &MediaStore, key: &str) -> Option<Look> {
    match alone(store, key, measure).await {
        Ok(look) => look.flatten(),
        Err(error) => {
            tracing::warn!(error = %chain(&error), "a picture stays without a size");
            None
        }
    }
}

/// Does `work` on the bytes under `key` while no other picture is decoded. `None` if there are none,
/// or they made it panic: a decoder that panics has found a broken picture.
pub(super) async fn alone<T, W>(store: &MediaStore, key: &str, work: W) -> Result<Option<T>, KeepError>
where
    T: Send + 'static,
    W: FnOnce(&[u8]) -> T + Send + 'static,
{
    let Ok(alone) = ALONE.acquire().await else { return Ok(None) };
    let Some(bytes) = store.read_whole(key).await? else { return Ok(None) };
    Ok(at_work(alone, bytes, work).await)
}

/// The same on bytes that are at hand.
pub(super) async fn alone_on<T, W>(bytes: Bytes, work: W) -> Option<T>
where
    T: Send + 'static,
    W: FnOnce(&[u8]) -> T + Send + 'static,
{
    at_work(ALONE.acquire().await.ok()?, bytes, work).await
}

async fn at_work<T, W>(alone: SemaphorePermit<'static>, bytes: Bytes, work: W) -> Option<T>
where
    T: Send + 'static,
    W: FnOnce(&[u8]) -> T + Send + 'static,
{
    let working = tokio::task::spawn_blocking(move || {
        let done = work(&bytes);
        drop((bytes, alone));
        done
    });
    working.await.ok()
}

/// `None` if it is no picture, or one that would take too much memory.
pub(super) fn decoder(bytes: &[u8]) -> Option<impl ImageDecoder> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits);
    let decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    let fits = u64::from(width) * u64::from(height) <= MOST_PIXELS && decoder.total_bytes() <= MOST_BYTES;
    fits.then_some(decoder)
}

fn measure(bytes: &[u8]) -> Option<Look> {
    let mut decoder = decoder(bytes)?;
    let (width, height) = decoder.dimensions();
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).ok()?;
    let blur = BLUR_SIDES.into_iter().find_map(|side| blur(&picture, orientation, side))?;
    let (width, height) = if lies_down(orientation) { (height, width) } else { (width, height) };
    Some(Look { width: width.try_into().ok()?, height: height.try_into().ok()?, blur })
}

const fn lies_down(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    )
}

/// At most `side` wide and high; `None` if that is still too long a text.
fn blur(picture: &DynamicImage, orientation: Orientation, side: u32) -> Option<String> {
    let mut tiny = picture.thumbnail(side, side);
    tiny.apply_orientation(orientation);
    let tiny = if tiny.color().has_alpha() {
        DynamicImage::ImageRgba8(tiny.into_rgba8())
    } else {
        DynamicImage::ImageRgb8(tiny.into_rgb8())
    };
    let mut png = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut png, CompressionType::Best, FilterType::Adaptive);
    tiny.write_with_encoder(encoder).ok()?;
    let text = format!("data:image/png;base64,{}", STANDARD.encode(png));
    (text.len() <= BLUR_LONGEST).then_some(text)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use image::{ExtendedColorType, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
    use proptest::prelude::*;

    /// As lively as can be, so that it does not compress.
    pub(in crate::media) fn noise(width: u32, height: u32) -> RgbImage {
        let byte = |n: u32| u8::try_from(n.wrapping_mul(2_654_435_761) >> 24).unwrap();
        RgbImage::from_fn(width, height, |x, y| {
            Rgb([byte(x * 31 + y * 57), byte(x * 131 + y * 17 + 5), byte(x * 7 + y * 311 + 9)])
        })
    }

    pub(in crate::media) fn written(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.into().write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn tiny_of(look: &Look) -> DynamicImage {
        let png = STANDARD.decode(look.blur.strip_prefix("data:image/png;base64,").unwrap()).unwrap();
        image::load_from_memory(&png).unwrap()
    }

    #[test]
    fn a_picture_is_measured_whatever_its_format() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP] {
            let look = measure(&written(noise(300, 200), format)).unwrap();
            assert_eq!((look.width, look.height), (300, 200), "{format:?}");
            assert!(look.blur.len() <= 1536, "{format:?}: {}", look.blur.len());
            let tiny = tiny_of(&look);
            assert!(tiny.width() <= 24 && tiny.height() <= 24 && tiny.width() > tiny.height(), "{format:?}");
        }
    }

    #[test]
    fn a_sticker_stays_transparent() {
        let sticker = RgbaImage::from_fn(512, 512, |x, _| Rgba([200, 90, 40, if x < 256 { 0 } else { 255 }]));
        for format in [ImageFormat::Png, ImageFormat::WebP] {
            let look = measure(&written(sticker.clone(), format)).unwrap();
            let tiny = tiny_of(&look).into_rgba8();
            assert_eq!((tiny.get_pixel(0, 0)[3], tiny.get_pixel(tiny.width() - 1, 0)[3]), (0, 255), "{format:?}");
        }
    }

    #[test]
    fn a_very_narrow_picture_and_a_dot_are_measured() {
        for (width, height) in [(1, 4000), (4000, 1), (1, 1)] {
            let look = measure(&written(noise(width, height), ImageFormat::Png)).unwrap();
            assert_eq!((look.width.unsigned_abs(), look.height.unsigned_abs()), (width, height));
        }
    }

    /// The picture with an EXIF block that says how the telephone was held.
    pub(in crate::media) fn held(jpeg: &[u8], orientation: u8) -> Vec<u8> {
        let mut exif = b"\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        exif.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0]);
        [&jpeg[..2], &exif, &jpeg[2..]].concat()
    }

    #[test]
    fn a_photograph_is_measured_as_it_is_seen() {
        let bright_top = RgbImage::from_fn(80, 40, |_, y| if y < 20 { Rgb([255, 255, 255]) } else { Rgb([0, 0, 0]) });
        let jpeg = written(bright_top, ImageFormat::Jpeg);
        let upright = measure(&held(&jpeg, 1)).unwrap();
        assert_eq!((upright.width, upright.height), (80, 40));
        let turned = measure(&held(&jpeg, 6)).unwrap();
        assert_eq!((turned.width, turned.height), (40, 80));
        let tiny = tiny_of(&turned).into_rgb8();
        let (left, right) = (tiny.get_pixel(0, 5)[0], tiny.get_pixel(tiny.width() - 1, 5)[0]);
        assert!(left < 60 && right > 190, "what was on top is on the right: {left}, {right}");
    }

    #[test]
    fn a_bomb_is_not_decoded() {
        // A few bytes that claim 60,000 × 60,000 pixels.
        let mut png = written(noise(8, 8), ImageFormat::Png);
        let sides = [60_000u32.to_be_bytes(), 60_000u32.to_be_bytes()].concat();
        png[16..24].copy_from_slice(&sides);
        assert_eq!(measure(&png), None);
        // Honest, but too large: 6,400 × 6,400 of one colour.
        let mut flat = Vec::new();
        let grey = vec![127; 6_400 * 6_400];
        let encoder = PngEncoder::new_with_quality(&mut flat, CompressionType::Fast, FilterType::NoFilter);
        image::ImageEncoder::write_image(encoder, &grey, 6_400, 6_400, ExtendedColorType::L8).unwrap();
        assert_eq!(measure(&flat), None);
    }

    #[test]
    fn a_broken_picture_has_no_size() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP] {
            let whole = written(noise(64, 64), format);
            assert_eq!(measure(&whole[..20]), None, "{format:?}");
        }
        let png = written(noise(64, 64), ImageFormat::Png);
        assert_eq!(measure(&png[..png.len() / 2]), None);
        assert_eq!(measure(b""), None);
        assert_eq!(measure(b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_looking_panic(mut bytes: Vec<u8>, n_format in 0usize..4, at in 0usize..200, change: u8) {
            let _ = measure(&bytes);
            let format = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP][n_format];
            bytes = written(noise(9, 7), format);
            let at = at % bytes.len();
            bytes[at] ^= change;
            let _ = measure(&bytes);
        }
    }
}
