//! A ZIP file that is written as it is sent: nothing of it is kept, whatever its size.
//!
//! How long a file is and what its sum is stands after it, which every reader knows of what is compressed. So
//! everything is, at least in form. Beyond 4 GB the directory at the end is written in its longer form.

use axum::body::Bytes;
use flate2::Compression;
use flate2::Crc;
use flate2::write::DeflateEncoder;
use model::time::{DAY_S, Timestamp};
use std::io::{self, Write as _};
use tokio::sync::mpsc;

/// So much is gathered before it is sent.
const GATHERED: usize = 64 * 1024;

/// Sizes and sums come after the file; its name is UTF-8.
const FLAGS: u16 = 0x0808;
const DEFLATED: u16 = 8;
const VERSION: u16 = 20;
const LONG_VERSION: u16 = 45;
/// What does not fit says that it stands elsewhere.
const ELSEWHERE: u32 = u32::MAX;

/// Whoever was to get it is gone, or a file is longer than can be.
#[derive(Debug, thiserror::Error)]
pub enum ZipError {
    #[error("nobody takes it any more")]
    NobodyThere,
    #[error("could not press a file together")]
    Pressing(#[from] io::Error),
}

/// How much trouble is taken with what is in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// Pictures and videos are pressed together already.
    Media,
}

pub type Sent = Result<Bytes, io::Error>;

pub struct Zip {
    to: mpsc::Sender<Sent>,
    gathered: Vec<u8>,
    offset: u64,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    at: (u16, u16),
    sum: u32,
    packed: u32,
    size: u32,
    offset: u64,
}

/// One file on its way into it.
pub struct Open {
    encoder: DeflateEncoder<Vec<u8>>,
    sum: Crc,
    packed: u64,
    size: u64,
    name: String,
    at: (u16, u16),
    offset: u64,
}

impl Zip {
    pub fn to(to: mpsc::Sender<Sent>) -> Self {
        Self { to, gathered: Vec::with_capacity(GATHERED), offset: 0, entries: Vec::new() }
    }

    /// Names are ours and end up as paths: they hold no blanks, dots that lead up, or slashes at their beginning.
    pub async fn begin(&mut self, name: String, kind: Kind, at: Timestamp) -> Result<Open, ZipError> {
        let (offset, at) = (self.offset, moment(at));
        let mut head = Vec::new();
        words(&mut head, &[0x4b50, 0x0403, VERSION, FLAGS, DEFLATED, at.1, at.0]);
        longs(&mut head, &[0, 0, 0]);
        words(&mut head, &[u16::try_from(name.len()).unwrap_or_default(), 0]);
        head.extend(name.as_bytes());
        self.put(&head).await?;
        let level = match kind {
            Kind::Text => Compression::default(),
            Kind::Media => Compression::none(),
        };
        let encoder = DeflateEncoder::new(Vec::new(), level);
        Ok(Open { encoder, sum: Crc::new(), packed: 0, size: 0, name, at, offset })
    }

    pub async fn write(&mut self, file: &mut Open, bytes: &[u8]) -> Result<(), ZipError> {
        file.sum.update(bytes);
        file.size += bytes.len() as u64;
        file.encoder.write_all(bytes)?;
        let packed = std::mem::take(file.encoder.get_mut());
        file.packed += packed.len() as u64;
        self.put(&packed).await
    }

    pub async fn end(&mut self, file: Open) -> Result<(), ZipError> {
        let Open { encoder, sum, packed, size, name, at, offset } = file;
        let rest = encoder.finish()?;
        let long = |n: u64| u32::try_from(n).map_err(|_| io::Error::other("a file of more than 4 GB"));
        let (packed, size) = (long(packed + rest.len() as u64)?, long(size)?);
        self.put(&rest).await?;
        let mut foot = Vec::new();
        longs(&mut foot, &[0x0807_4b50, sum.sum(), packed, size]);
        self.put(&foot).await?;
        self.entries.push(Entry { name, at, sum: sum.sum(), packed, size, offset });
        Ok(())
    }

    /// A whole file at once.
    pub async fn file(&mut self, name: &str, at: Timestamp, bytes: &[u8]) -> Result<(), ZipError> {
        let mut file = self.begin(name.to_owned(), Kind::Text, at).await?;
        self.write(&mut file, bytes).await?;
        self.end(file).await
    }

    /// The directory, without which it is no ZIP file.
    pub async fn finish(mut self) -> Result<(), ZipError> {
        let begin = self.offset;
        for entry in std::mem::take(&mut self.entries) {
            self.put(&entry.in_directory()).await?;
            self.entries.push(entry);
        }
        let end = self.ending(begin);
        self.put(&end).await?;
        self.flush().await
    }

    fn ending(&self, begin: u64) -> Vec<u8> {
        let (n, size) = (self.entries.len() as u64, self.offset - begin);
        let mut end = Vec::new();
        let is_long = n >= 0xffff || begin >= u64::from(ELSEWHERE) || size >= u64::from(ELSEWHERE);
        if is_long {
            longs(&mut end, &[0x0606_4b50]);
            end.extend(44u64.to_le_bytes());
            words(&mut end, &[LONG_VERSION, LONG_VERSION]);
            longs(&mut end, &[0, 0]);
            for it in [n, n, size, begin] {
                end.extend(it.to_le_bytes());
            }
            longs(&mut end, &[0x0706_4b50, 0]);
            end.extend(self.offset.to_le_bytes());
            longs(&mut end, &[1]);
        }
        let n = u16::try_from(n).unwrap_or(u16::MAX);
        longs(&mut end, &[0x0605_4b50]);
        words(&mut end, &[0, 0, n, n]);
        longs(&mut end, &[short(size), short(begin)]);
        words(&mut end, &[0]);
        end
    }

    async fn put(&mut self, bytes: &[u8]) -> Result<(), ZipError> {
        self.offset += bytes.len() as u64;
        self.gathered.extend(bytes);
        if self.gathered.len() >= GATHERED { self.flush().await } else { Ok(()) }
    }

    async fn flush(&mut self) -> Result<(), ZipError> {
        let gathered = std::mem::replace(&mut self.gathered, Vec::with_capacity(GATHERED));
        self.to.send(Ok(gathered.into())).await.map_err(|_| ZipError::NobodyThere)
    }
}

impl Entry {
    fn in_directory(&self) -> Vec<u8> {
        let offset = short(self.offset);
        let is_far = offset == ELSEWHERE;
        let version = if is_far { LONG_VERSION } else { VERSION };
        let mut bytes = Vec::new();
        words(&mut bytes, &[0x4b50, 0x0201, version, version, FLAGS, DEFLATED, self.at.1, self.at.0]);
        longs(&mut bytes, &[self.sum, self.packed, self.size]);
        words(&mut bytes, &[u16::try_from(self.name.len()).unwrap_or_default(), if is_far { 12 } else { 0 }, 0, 0, 0]);
        longs(&mut bytes, &[0, offset]);
        bytes.extend(self.name.as_bytes());
        if is_far {
            words(&mut bytes, &[1, 8]);
            bytes.extend(self.offset.to_le_bytes());
        }
        bytes
    }
}

fn short(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(ELSEWHERE)
}

fn words(to: &mut Vec<u8>, all: &[u16]) {
    for it in all {
        to.extend(it.to_le_bytes());
    }
}

fn longs(to: &mut Vec<u8>, all: &[u32]) {
    for it in all {
        to.extend(it.to_le_bytes());
    }
}

/// Date and time in the way of MS-DOS, which begins in 1980.
fn moment(at: Timestamp) -> (u16, u16) {
    let day = model::day::write(at);
    let part = |range| day.get(range).and_then(|it: &str| it.parse::<u16>().ok()).unwrap_or_default();
    let (year, month, of_month) = (part(0..4), part(5..7), part(8..10));
    let second = u32::try_from(at.0.div_euclid(1000).rem_euclid(DAY_S)).unwrap_or_default();
    let time = ((second / 3600) << 11) | ((second / 60 % 60) << 5) | ((second % 60) / 2);
    let date = (year.saturating_sub(1980).min(127) << 9) | (month << 5) | of_month;
    (date, u16::try_from(time).unwrap_or_default())
}

#[cfg(test)]
#[path = "../tests/support/unzip.rs"]
mod unzip;

#[cfg(test)]
mod tests {
    use super::unzip::read;
    use super::*;

    #[tokio::test]
    async fn what_went_in_comes_out() {
        let (to, mut sent) = mpsc::channel(2);
        let long: Vec<u8> = (0..1_000_000u32).flat_map(|it| it.wrapping_mul(it).to_le_bytes()).collect();
        let expected = long.clone();
        let at = Timestamp(1_763_665_200_000);
        let writing = tokio::spawn(async move {
            let mut zip = Zip::to(to);
            zip.file("contact.json", at, "{\"name\":\"Zoë\"}".as_bytes()).await.unwrap();
            zip.file("nothing.txt", at, b"").await.unwrap();
            let mut file = zip.begin("media/ä.jpg".to_owned(), Kind::Media, at).await.unwrap();
            for piece in long.chunks(70_001) {
                zip.write(&mut file, piece).await.unwrap();
            }
            zip.end(file).await.unwrap();
            zip.finish().await.unwrap();
        });
        let mut all = Vec::new();
        while let Some(piece) = sent.recv().await {
            let piece = piece.unwrap();
            assert!(piece.len() < 3 * GATHERED, "{}", piece.len());
            all.extend(piece);
        }
        writing.await.unwrap();
        let files = read(&all);
        assert_eq!(
            files.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(),
            ["contact.json", "nothing.txt", "media/ä.jpg"]
        );
        assert_eq!(files[0].1, "{\"name\":\"Zoë\"}".as_bytes());
        assert!(files[1].1.is_empty() && files[2].1 == expected);
    }

    #[tokio::test]
    async fn whoever_hangs_up_ends_it() {
        let (to, sent) = mpsc::channel(1);
        drop(sent);
        let mut zip = Zip::to(to);
        let mut file = zip.begin("long.bin".to_owned(), Kind::Media, Timestamp(0)).await.unwrap();
        assert!(matches!(zip.write(&mut file, &vec![7; 200_000]).await, Err(ZipError::NobodyThere)));
    }

    #[test]
    fn far_away_stands_in_the_longer_form() {
        let entry = |offset| Entry { name: "a".to_owned(), at: (0, 0), sum: 1, packed: 2, size: 3, offset };
        assert_eq!(entry(9).in_directory().len(), 47);
        let far = entry(1 << 33).in_directory();
        assert_eq!((far.len(), &far[far.len() - 8..]), (59, &(1u64 << 33).to_le_bytes()[..]));
        let (to, _sent) = mpsc::channel(1);
        let zip = Zip { offset: (1 << 33) + 50, ..Zip::to(to) };
        assert_eq!(zip.ending(1 << 33).len(), 56 + 20 + 22);
        assert_eq!(zip.ending((1 << 33) + 50).len(), 56 + 20 + 22);
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        let at = Timestamp(1_763_665_200_000);
        assert_eq!(moment(at), ((45 << 9) + (11 << 5) + 20, 19 << 11), "20 November 2025, 19:00");
        assert_eq!(moment(Timestamp(0)).0, (1 << 5) + 1);
    }
}
