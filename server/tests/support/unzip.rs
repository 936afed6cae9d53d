//! What a reader of ZIP files finds that goes by the directory at the end, as most do.

use std::io::Read as _;

fn number(bytes: &[u8]) -> usize {
    bytes.iter().rev().fold(0, |n, byte| n << 8 | usize::from(*byte))
}

/// Names, and what is in each. Sums and sizes must be right wherever they stand.
pub fn read(zip: &[u8]) -> Vec<(String, Vec<u8>)> {
    let end = zip.len() - 22;
    assert_eq!(&zip[end..end + 4], b"PK\x05\x06");
    let (n, mut at) = (number(&zip[end + 10..end + 12]), number(&zip[end + 16..end + 20]));
    let mut files = Vec::new();
    for _ in 0..n {
        assert_eq!(&zip[at..at + 4], b"PK\x01\x02");
        let (sum, packed, size) =
            (number(&zip[at + 16..at + 20]), number(&zip[at + 20..at + 24]), number(&zip[at + 24..at + 28]));
        let (name, extra, head) =
            (number(&zip[at + 28..at + 30]), number(&zip[at + 30..at + 32]), number(&zip[at + 42..at + 46]));
        let title = String::from_utf8(zip[at + 46..at + 46 + name].to_vec()).unwrap();
        at += 46 + name + extra;
        assert_eq!(&zip[head..head + 4], b"PK\x03\x04");
        let from = head + 30 + number(&zip[head + 26..head + 28]);
        let mut bytes = Vec::new();
        flate2::read::DeflateDecoder::new(&zip[from..from + packed]).read_to_end(&mut bytes).unwrap();
        let mut crc = flate2::Crc::new();
        crc.update(&bytes);
        assert_eq!((bytes.len(), crc.sum() as usize), (size, sum), "{title}");
        assert_eq!(number(&zip[from + packed + 4..from + packed + 8]), sum, "after the file too");
        files.push((title, bytes));
    }
    assert_eq!(at, end);
    files
}
