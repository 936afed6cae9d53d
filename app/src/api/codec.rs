//! How answers travel, and what a page brings along: as [`model::wire`] has it.

use borsh::{BorshDeserialize, BorshSerialize};
use leptos::server::codee::{Decoder, Encoder};
use leptos::server_fn::codec::Post;
use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};
use model::wire::{self, Stamp, Unreadable};
use serde::de::DeserializeOwned;
use std::io;

pub type Wire = Post<WireEncoding>;

pub struct WireEncoding;

/// Of everything that the layout follows from.
pub const STAMP: Stamp = include!(concat!(env!("OUT_DIR"), "/stamp.rs"));

impl ContentType for WireEncoding {
    const CONTENT_TYPE: &'static str = "application/octet-stream";
}

impl FormatType for WireEncoding {
    const FORMAT_TYPE: Format = Format::Binary;
}

impl<T: BorshSerialize> Encodes<T> for WireEncoding {
    type Error = io::Error;

    fn encode(output: &T) -> io::Result<Bytes> {
        wire::print(STAMP, output).map(Bytes::from)
    }
}

impl<T: BorshDeserialize> Decodes<T> for WireEncoding {
    type Error = Unreadable;

    fn decode(bytes: Bytes) -> Result<T, Unreadable> {
        let read = wire::read(STAMP, &bytes);
        #[cfg(feature = "hydrate")]
        if matches!(read, Err(Unreadable::Outdated)) {
            crate::browser::outdated::tell();
        }
        read
    }
}

/// How what is asked travels: in the same form, or as JSON, which tools and tests write.
pub type Asked = Post<AskedEncoding>;

pub struct AskedEncoding;

impl ContentType for AskedEncoding {
    const CONTENT_TYPE: &'static str = WireEncoding::CONTENT_TYPE;
}

impl FormatType for AskedEncoding {
    const FORMAT_TYPE: Format = Format::Binary;
}

impl<T: BorshSerialize> Encodes<T> for AskedEncoding {
    type Error = io::Error;

    fn encode(asked: &T) -> io::Result<Bytes> {
        <WireEncoding as Encodes<T>>::encode(asked)
    }
}

impl<T: BorshDeserialize + DeserializeOwned> Decodes<T> for AskedEncoding {
    type Error = Unreadable;

    fn decode(bytes: Bytes) -> Result<T, Unreadable> {
        match wire::read(STAMP, &bytes) {
            // Whoever asks for nothing in particular may say nothing.
            Err(Unreadable::Odd) if bytes.is_empty() => serde_json::from_str("{}").map_err(|_| Unreadable::Odd),
            Err(Unreadable::Odd) => serde_json::from_slice(&bytes).map_err(|_| Unreadable::Odd),
            read => read,
        }
    }
}

/// What stands in the page, in a script.
impl<T: BorshSerialize> Encoder<T> for WireEncoding {
    type Error = io::Error;
    type Encoded = String;

    fn encode(value: &T) -> io::Result<String> {
        wire::print(STAMP, value).map(|it| wire::to_text(&it))
    }
}

impl<T: BorshDeserialize> Decoder<T> for WireEncoding {
    type Error = Unreadable;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, Unreadable> {
        wire::read(STAMP, &wire::of_text(text).ok_or(Unreadable::Odd)?)
    }
}
