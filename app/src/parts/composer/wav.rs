//! A recording as a file that Instagram and Messenger both take: WAV, 16 bits, one channel.

const HEADER: usize = 44;

/// `samples` lie between -1 and 1.
pub fn wav(samples: &[f32], rate: u32) -> Vec<u8> {
    let n_bytes = u32::try_from(samples.len() * 2).unwrap_or(u32::MAX - 36);
    let mut file = Vec::with_capacity(HEADER + samples.len() * 2);
    file.extend(b"RIFF");
    file.extend((36 + n_bytes).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    // Plain samples, in one channel.
    file.extend([1, 0, 1, 0]);
    file.extend(rate.to_le_bytes());
    file.extend((rate * 2).to_le_bytes());
    // Two bytes each.
    file.extend([2, 0, 16, 0]);
    file.extend(b"data");
    file.extend(n_bytes.to_le_bytes());
    for sample in samples {
        #[expect(clippy::cast_possible_truncation, reason = "held within the range before")]
        let sample = (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)) as i16;
        file.extend(sample.to_le_bytes());
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_is_a_wave_file() {
        let file = wav(&[0.0, 1.0, -1.0, 2.0], 16_000);
        assert_eq!(file.len(), HEADER + 8);
        assert_eq!((&file[..4], &file[8..16], &file[36..40]), (&b"RIFF"[..], &b"WAVEfmt "[..], &b"data"[..]));
        let number = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap());
        assert_eq!((number(4), number(24), number(28), number(40)), (44, 16_000, 32_000, 8));
        let samples: Vec<_> = file[HEADER..].chunks(2).map(|it| i16::from_le_bytes([it[0], it[1]])).collect();
        assert_eq!(samples, [0, i16::MAX, -i16::MAX, i16::MAX]);
    }
}
