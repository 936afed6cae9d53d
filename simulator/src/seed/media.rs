//! The demo's files: pictures and a video that come with the program, sounds and papers made here.

use crate::world::World;
use crate::world::sample::voice_note;
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
    world.files.add("sample.wav", "audio/wav", voice_note(5).into());
    voice(world, 12);
}

/// The address of a voice note of so many seconds.
pub fn voice(world: &mut World, seconds: u32) -> String {
    let name = format!("voice-{seconds}.wav");
    match world.files.get(&name) {
        Some(_) => world.files.url(&name),
        None => world.files.add(&name, "audio/wav", voice_note(seconds).into()),
    }
}

pub fn paper(world: &mut World, name: &str) -> String {
    let title = name.trim_end_matches(".pdf").replace('-', " ");
    world.files.add(name, "application/pdf", pdf(&title).into())
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
    fn a_paper_is_a_pdf_whose_table_points_at_its_objects() {
        let pdf = String::from_utf8(pdf("care and glaze guide")).unwrap();
        let start: usize = pdf.lines().rev().nth(1).unwrap().parse().unwrap();
        assert!(pdf[start..].starts_with("xref"));
        let first: usize = pdf[start..].lines().nth(3).unwrap()[..10].parse().unwrap();
        assert!(pdf[first..].starts_with("1 0 obj"));
    }
}
