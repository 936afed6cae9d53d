//! Ids in the forms that Meta gives them. They mean nothing; what is made after the start differs
//! from what another start made, because an inbox keeps what it was told.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, SHA512, digest};

#[derive(Debug)]
pub struct Ids {
    salt: i64,
    next: u64,
}

impl Ids {
    /// Ids of the same salt come again in the same order.
    pub fn new(salt: i64) -> Self {
        Self { salt, next: 1 }
    }

    pub fn instagram_mid(&mut self) -> String {
        // "item_1:IGMessage:…" as Meta's base64, which has a Z and an AU too many.
        format!("aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEO{}ZD", self.letters(126))
    }

    pub fn messenger_mid(&mut self) -> String {
        format!("m_{}", self.letters(86))
    }

    pub fn instagram_conversation(&mut self) -> String {
        format!("aWdfZAG06MTpJR01lc3NhZA2VUaHJlYWQ6{}", self.letters(70))
    }

    pub fn messenger_conversation(&mut self) -> String {
        format!("t_{}", self.number(17))
    }

    /// Seventeen digits: people, comments, posts, attachments.
    pub fn object(&mut self) -> String {
        self.number(17)
    }

    pub fn token(&mut self, prefix: &str) -> String {
        format!("{prefix}{}", self.letters(120).replace(['-', '_'], "Z"))
    }

    pub fn fbtrace(&mut self) -> String {
        format!("A{}", self.letters(22))
    }

    fn letters(&mut self, n: usize) -> String {
        let mut letters = String::with_capacity(n + 86);
        while letters.len() < n {
            letters.push_str(&URL_SAFE_NO_PAD.encode(digest(&SHA512, &self.seed())));
        }
        letters.truncate(n);
        letters
    }

    fn number(&mut self, n_digits: u32) -> String {
        let hash = digest(&SHA256, &self.seed());
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&hash.as_ref()[..8]);
        let least = 10_u64.pow(n_digits - 1);
        (least + u64::from_be_bytes(bytes) % (9 * least)).to_string()
    }

    fn seed(&mut self) -> [u8; 16] {
        let mut seed = [0; 16];
        seed[..8].copy_from_slice(&self.salt.to_be_bytes());
        seed[8..].copy_from_slice(&self.next.to_be_bytes());
        self.next += 1;
        seed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_length_that_metas_have_and_are_new_each_time() {
        let mut ids = Ids::new(7);
        assert_eq!((ids.instagram_mid().len(), ids.messenger_mid().len()), (163, 88));
        assert_eq!(ids.object().len(), 17);
        assert_ne!(ids.object(), ids.object());
        assert_ne!(Ids::new(1).object(), Ids::new(2).object());
        assert_eq!(Ids::new(1).object(), Ids::new(1).object());
    }
}
