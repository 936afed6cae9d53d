//! How values travel to our own pages and are kept by them: one part after another, without names
//! (borsh). The code that reads JSON into each of these types would be a fifth of the bundle.
//!
//! Without names the reader must be of the same build as the writer. So what travels begins with a
//! stamp of the build; nothing else of another build is looked at.

mod base64;
pub mod json;

use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;
use std::io;

pub use base64::{of_text, to_text};

/// The same in two builds only if both lay out every type alike.
pub type Stamp = [u8; 8];

/// What every one of ours begins with, whatever the build: a proxy's page does not.
const MARK: [u8; 4] = *b"\0sb\0";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// It is not ours, or something is missing or left over.
    Odd,
    /// Another build wrote it.
    Outdated,
}

impl Unreadable {
    pub const fn words(self) -> &'static str {
        match self {
            Self::Odd => "not what was expected",
            Self::Outdated => "written by another build",
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

impl std::error::Error for Unreadable {}

pub fn print<T: BorshSerialize>(stamp: Stamp, value: &T) -> io::Result<Vec<u8>> {
    let mut bytes = [MARK.as_slice(), &stamp].concat();
    value.serialize(&mut bytes)?;
    Ok(bytes)
}

pub fn read<T: BorshDeserialize>(stamp: Stamp, bytes: &[u8]) -> Result<T, Unreadable> {
    let (theirs, body) = open(bytes).ok_or(Unreadable::Odd)?;
    if theirs != stamp {
        return Err(Unreadable::Outdated);
    }
    read_plain(body)
}

/// For tools and tests, which know of no build.
pub fn read_of_any_build<T: BorshDeserialize>(bytes: &[u8]) -> Result<T, Unreadable> {
    read_plain(open(bytes).ok_or(Unreadable::Odd)?.1)
}

pub fn print_plain<T: BorshSerialize>(value: &T) -> io::Result<Vec<u8>> {
    borsh::to_vec(value)
}

pub fn read_plain<T: BorshDeserialize>(bytes: &[u8]) -> Result<T, Unreadable> {
    T::try_from_slice(bytes).map_err(|_| Unreadable::Odd)
}

fn open(bytes: &[u8]) -> Option<(Stamp, &[u8])> {
    let (stamp, body) = bytes.strip_prefix(&MARK)?.split_first_chunk()?;
    Some((*stamp, body))
}

#[cfg(test)]
mod tests;
