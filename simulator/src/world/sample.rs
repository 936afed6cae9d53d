//! A small file of each kind, for whoever sends one and names none.

use super::World;
use axum::body::Bytes;

impl World {
    /// Where it is served: `image`, `video`, `audio`, else a document.
    pub fn sample(&mut self, kind: &str) -> String {
        let (name, content_type): (&str, &str) = match kind {
            "image" => ("sample.png", "image/png"),
            "video" => ("sample.mp4", "video/mp4"),
            "audio" => ("sample.wav", "audio/wav"),
            _ => ("sample.pdf", "application/pdf"),
        };
        if self.files.get(name).is_some() {
            return self.files.url(name);
        }
        let bytes = match kind {
            "image" => Bytes::from_static(PNG),
            "video" => Bytes::from_static(MP4),
            "audio" => voice_note(1).into(),
            _ => Bytes::from_static(PDF),
        };
        self.files.add(name, content_type, bytes)
    }
}

/// One grey dot.
const PNG: &[u8] = b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\
    \x08\x00\x00\x00\x00\x3a\x7e\x9b\x55\x00\x00\x00\x0a\x49\x44\x41\x54\x78\xda\x63\x68\x00\x00\x00\
    \x82\x00\x81\xda\x45\x08\x3b\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

/// Says what it is and shows nothing.
const MP4: &[u8] = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x08mdat";

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n\
    2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
    3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

/// A hum in syllables: enough to see and hear that there is somebody. 8-bit mono, 8000 a second.
pub fn voice_note(seconds: u32) -> Vec<u8> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voice_note_is_as_long_as_it_says_and_can_be_heard() {
        let wav = voice_note(3);
        assert_eq!(wav.len(), 44 + 24_000);
        assert_eq!((&wav[..4], &wav[8..12]), (b"RIFF".as_slice(), b"WAVE".as_slice()));
        let (low, high) = wav[44..].iter().fold((255, 0), |(low, high), it| (low.min(*it), high.max(*it)));
        assert!(high - low > 40 && high < 255 && low > 0, "{low}..{high}");
    }
}
