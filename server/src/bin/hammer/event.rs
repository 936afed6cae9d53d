//! A customer's message as Meta posts it, of the usual size. Made once, then only its numbers are
//! replaced: the hammer must leave the machine to what is measured.

use ring::hmac;

pub const ACCOUNT: &str = "17841460210973548";

/// Mids have about 160 characters; these begin all of them.
pub const MID: &str = "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjMTc4NDE0NjAyMTA5NzM1NDg6MzQwMjgyMzY2ODQxNzEwMzA3OTg2\
                       NDMyNjE2MjI0Mzc1NTI5ODQxOjMyNDAxNTk2NTU2NTUwODkzNTM2NzA2";

const TEXT: &str = "Hi! Do you still have the blue kettle in stock? And do you ship it to Norway?";

/// The id of the `n`th customer at Meta.
pub fn customer(n: u64) -> String {
    format!("109384756{n:07}")
}

pub fn body(customer: &str, at_ms: i64, number: u64) -> String {
    format!(
        r#"{{"object":"instagram","entry":[{{"id":"{ACCOUNT}","time":{at_ms:013},"messaging":[{{"sender":{{"id":"{customer}"}},"recipient":{{"id":"{ACCOUNT}"}},"timestamp":{at_ms:013},"message":{{"mid":"{MID}{number:016}","text":"{TEXT}"}}}}]}}]}}"#
    )
}

/// A signed request, to be sent again and again with other numbers.
pub struct Request {
    bytes: Vec<u8>,
    key: hmac::Key,
    signature: usize,
    body: usize,
    times: [usize; 2],
    customer: usize,
    number: usize,
}

impl Request {
    pub fn new(secret: &str) -> Self {
        let customer = customer(0);
        let body = body(&customer, 0, 0);
        let head = format!(
            "POST /webhooks/meta HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nx-hub-signature-256: sha256={}\r\n\r\n",
            body.len(),
            "0".repeat(64)
        );
        let place = |what: &str| head.len() + body.find(what).unwrap_or_default();
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()),
            signature: head.len() - 4 - 64,
            body: head.len(),
            times: [place("\"time\":") + 7, place("\"timestamp\":") + 12],
            customer: place(&customer),
            number: place(MID) + MID.len(),
            bytes: [head, body].concat().into_bytes(),
        }
    }

    /// `number` tells the messages apart.
    pub fn with(&mut self, customer: u64, at_ms: i64, number: u64) -> &[u8] {
        for place in self.times {
            self.put(place, 13, at_ms.unsigned_abs());
        }
        self.put(self.customer + 9, 7, customer);
        self.put(self.number, 16, number);
        let signature = hmac::sign(&self.key, &self.bytes[self.body..]);
        for (place, byte) in signature.as_ref().iter().enumerate() {
            let digit = |it: u8| b"0123456789abcdef"[usize::from(it)];
            self.bytes[self.signature + place * 2] = digit(byte >> 4);
            self.bytes[self.signature + place * 2 + 1] = digit(byte & 15);
        }
        &self.bytes
    }

    fn put(&mut self, place: usize, width: usize, mut number: u64) {
        for digit in self.bytes[place..place + width].iter_mut().rev() {
            *digit = b'0' + u8::try_from(number % 10).unwrap_or_default();
            number /= 10;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_with_other_numbers_is_one_that_was_made_of_them() {
        let mut request = Request::new("kiln");
        request.with(5, 17, 9);
        let bytes = String::from_utf8(request.with(1999, 1_794_994_261_417, 123_456_789).to_vec()).unwrap();
        let (head, body) = bytes.split_once("\r\n\r\n").unwrap();
        assert_eq!(body, super::body(&customer(1999), 1_794_994_261_417, 123_456_789));
        assert!((400..500).contains(&body.len()), "{}", body.len());
        assert!(head.contains(&format!("content-length: {}\r\n", body.len())));
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"kiln");
        let expected = server::chance::hex(hmac::sign(&key, body.as_bytes()).as_ref());
        assert!(head.ends_with(&format!("x-hub-signature-256: sha256={expected}")), "{head}");
    }
}
