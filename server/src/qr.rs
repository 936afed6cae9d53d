//! Codes that a phone's camera reads.

use fast_qr::ECL;
use fast_qr::qr::{QRBuilder, QRCodeError};
use std::fmt::Write as _;

/// Its dark modules as the path of a drawing `size` wide and high, one unit a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qr {
    pub size: usize,
    pub path: String,
}

/// `None`: no code holds so much.
pub fn draw(text: &str) -> Option<Qr> {
    let made: Result<_, QRCodeError> = QRBuilder::new(text).ecl(ECL::M).build();
    let code = made.ok()?;
    let mut path = String::new();
    for y in 0..code.size {
        let row = &code[y];
        let mut x = 0;
        while x < code.size {
            let n = row[x..code.size].iter().take_while(|it| it.value()).count();
            if n > 0 {
                // Infallible: it is a string.
                _ = write!(path, "M{x} {y}h{n}v1h-{n}z");
            }
            x += n.max(1);
        }
    }
    Some(Qr { size: code.size, path })
}

#[cfg(test)]
mod tests {
    use super::draw;

    #[test]
    fn a_code_has_its_three_eyes() {
        let qr = draw("otpauth://totp/Luna%20Ceramics:mia%40luna.example?secret=MZXW6YTBOI").unwrap();
        let last = qr.size - 7;
        for eye in ["M0 0h7v1h-7z".to_owned(), format!("M{last} 0h7v1h-7z"), format!("M0 {last}h7v1h-7z")] {
            assert!(qr.path.contains(&eye), "{eye} in {}", qr.path);
        }
        assert!(draw(&"x".repeat(5000)).is_none());
    }
}
