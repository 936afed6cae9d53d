//! The demo's files: pictures and a video that come with the program, sounds and papers made here.

use crate::world::World;
use axum::body::Bytes;
use std::fmt::Write as _;

macro_rules! art {
    ($($name:literal)*) => {
        &[$(($name, include_bytes!(concat!("../../art/", $name)).as_slice())),*]
    };
}

const PICTURES: &[(&str, &[u8])] = art!(
    "box.jpg" "chip-1.jpg" "chip-2.jpg" "chip-3.jpg" "espresso.jpg" "plates.jpg" "reel.jpg" "shop.jpg" "story.jpg"
    "tidal-bowl.jpg" "tidal-mugs.jpg" "vases.jpg" "video.jpg" "chiara.jpg" "hannah.jpg" "jonas.jpg" "kwame.jpg"
    "priya.jpg" "tomas.jpg" "face-1.jpg" "face-2.jpg" "face-3.jpg" "face-4.jpg" "face-5.jpg" "face-6.jpg" "face-7.jpg"
    "face-8.jpg" "face-9.jpg" "face-10.jpg" "face-11.jpg" "face-12.jpg" "face-13.jpg" "face-14.jpg" "face-15.jpg"
    "face-16.jpg" "face-17.jpg" "face-18.jpg"
);

const CLIP: &[u8] = include_bytes!("../../art/clip.mp4");

pub fn add(world: &mut World) {
    for (name, bytes) in PICTURES {
        world.files.add(name, "image/jpeg", Bytes::from_static(bytes));
    }
    world.files.add("clip.mp4", "video/mp4", Bytes::from_static(CLIP));
    // What is sent without naming a file is something to see, too.
    world.files.add("sample.mp4", "video/mp4", Bytes::from_static(CLIP));
    world.files.add("sample.wav", "audio/wav", wav(5).into());
    voice(world, 12);
}

/// The address of a voice note of so many seconds.
pub fn voice(world: &mut World, seconds: u32) -> String {
    let name = format!("voice-{seconds}.wav");
    match world.files.get(&name) {
        Some(_) => world.files.url(&name),
        None => world.files.add(&name, "audio/wav", wav(seconds).into()),
    }
}

pub fn paper(world: &mut World, name: &str) -> String {
    let title = name.trim_end_matches(".pdf").replace('-', " ");
    world.files.add(name, "application/pdf", pdf(&title).into())
}

/// A hum in syllables: enough to see and hear that there is somebody. 8-bit mono, 8000 a second.
fn wav(seconds: u32) -> Vec<u8> {
    const RATE: u32 = 8_000;
    let n = RATE * seconds.clamp(1, 60);
    let mut wav = Vec::with_capacity(44 + n as usize);
    wav.extend(b"RIFF");
    wav.extend((36 + n).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16_u32.to_le_bytes());
    wav.extend([1, 0, 1, 0]);
    wav.extend(RATE.to_le_bytes());
    wav.extend(RATE.to_le_bytes());
    wav.extend([1, 0, 8, 0]);
    wav.extend(b"data");
    wav.extend(n.to_le_bytes());
    // Cycles go up and down like a voice; a syllable is a quarter of a second, every fifth is a breath.
    let mut phase = 0_u32;
    for at in 0..n {
        let (syllable, within) = (at / (RATE / 4), at % (RATE / 4));
        let pitch = 150 + syllable * 53 % 70;
        phase = (phase + pitch * 1_024 / RATE) % 1_024;
        let swell = if syllable % 5 == 4 { 0 } else { within.min(RATE / 4 - within) * 40 / (RATE / 8) };
        let triangle = phase.abs_diff(512) * swell / 256;
        wav.push(u8::try_from(128 + triangle).unwrap_or(128).saturating_sub(u8::try_from(swell).unwrap_or(0)));
    }
    wav
}

/// One page with a title.
fn pdf(title: &str) -> Vec<u8> {
    let title: String = title.chars().filter(|it| it.is_ascii_alphanumeric() || *it == ' ').collect();
    let words = format!("BT /F 26 Tf 64 740 Td (Luna Ceramics) Tj 0 -40 Td /F 16 Tf ({title}) Tj ET");
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>".to_owned(),
        format!("<</Length {}>>stream\n{words}\nendstream", words.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
    ];
    let mut pdf = "%PDF-1.4\n".to_owned();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (n, object) in objects.iter().enumerate() {
        let _ = writeln!(table, "{:010} 00000 n ", pdf.len());
        let _ = writeln!(pdf, "{} 0 obj{object}endobj", n + 1);
    }
    let start = pdf.len();
    let _ = writeln!(pdf, "{table}trailer<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF", objects.len() + 1);
    pdf.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voice_note_is_as_long_as_it_says_and_can_be_heard() {
        let wav = wav(3);
        assert_eq!(wav.len(), 44 + 24_000);
        assert_eq!((&wav[..4], &wav[8..12]), (b"RIFF".as_slice(), b"WAVE".as_slice()));
        let (low, high) = wav[44..].iter().fold((255, 0), |(low, high), it| (low.min(*it), high.max(*it)));
        assert!(high - low > 40 && high < 255 && low > 0, "{low}..{high}");
    }

    #[test]
    fn a_paper_is_a_pdf_whose_table_points_at_its_objects() {
        let pdf = String::from_utf8(pdf("care and glaze guide")).unwrap();
        let start: usize = pdf.lines().rev().nth(1).unwrap().parse().unwrap();
        assert!(pdf[start..].starts_with("xref"));
        let first: usize = pdf[start..].lines().nth(3).unwrap()[..10].parse().unwrap();
        assert!(pdf[first..].starts_with("1 0 obj"));
    }
}
