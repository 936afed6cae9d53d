//! What a key in the message field does.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of its own")]
pub struct Press<'a> {
    pub key: &'a str,
    pub shift: bool,
    /// Ctrl, or Cmd on a Mac.
    pub ctrl: bool,
    pub alt: bool,
    /// Part of a word that is still being put together, as in Japanese.
    pub composing: bool,
}

impl Press<'_> {
    /// Ctrl+Enter always sends; Enter alone if the person likes it so.
    pub fn sends(self, enter_sends: bool) -> bool {
        self.key == "Enter" && !self.composing && !self.shift && !self.alt && (self.ctrl || enter_sends)
    }
}

pub const fn hint(enter_sends: bool) -> &'static str {
    if enter_sends { "Enter sends" } else { "Ctrl+Enter sends" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enter_sends_as_the_person_likes_and_never_within_a_word() {
        let enter = Press { key: "Enter", shift: false, ctrl: false, alt: false, composing: false };
        assert!(enter.sends(true) && !enter.sends(false));
        let ctrl = Press { ctrl: true, ..enter };
        assert!(ctrl.sends(true) && ctrl.sends(false));
        for other in [
            Press { shift: true, ..enter },
            Press { alt: true, ..enter },
            Press { composing: true, ..enter },
            Press { composing: true, ..ctrl },
            Press { key: "a", ..ctrl },
        ] {
            assert!(!other.sends(true), "{other:?}");
        }
    }
}
