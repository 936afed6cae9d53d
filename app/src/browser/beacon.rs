//! A last word to the server while the page goes away.

use crate::api::codec::WireEncoding;
use borsh::BorshSerialize;
use leptos::prelude::window;
use leptos::server_fn::Encodes;

/// Asks for it without waiting for an answer.
pub fn send<T: BorshSerialize>(address: &str, asked: &T) {
    if let Ok(bytes) = <WireEncoding as Encodes<T>>::encode(asked) {
        // Refused only if there is too much on the way already; then nothing can be done.
        _ = window().navigator().send_beacon_with_opt_u8_array(address, Some(&mut bytes.to_vec()));
    }
}
