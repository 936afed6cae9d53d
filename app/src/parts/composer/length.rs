//! How much room a text has left, in the platform's own measure.

use model::outgoing::text_room;
use model::platform::Platform;

/// Said from here on, in percent of what is allowed.
const NEAR: usize = 90;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Length {
    pub words: String,
    pub is_over: bool,
}

/// `None` while the end is far. White space at both ends is not sent.
pub fn length(platform: Platform, text: &str) -> Option<Length> {
    let room = text_room(platform, text.trim());
    (room.used * 100 >= room.most * NEAR).then(|| Length {
        words: format!("{} of {} {}", room.used, room.most, room.unit.word()),
        is_over: !room.fits(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_room_is_said_when_it_gets_tight() {
        let said = |platform, n| length(platform, &"x".repeat(n)).map(|it| (it.words, it.is_over));
        let some = |words: &str, is_over| Some((words.to_owned(), is_over));
        assert_eq!(said(Platform::Instagram, 899), None);
        assert_eq!(said(Platform::Instagram, 962), some("962 of 1000 bytes", false));
        assert_eq!(said(Platform::Instagram, 1001), some("1001 of 1000 bytes", true));
        assert_eq!(said(Platform::Page, 1799), None);
        assert_eq!(said(Platform::Page, 2000), some("2000 of 2000 characters", false));
        assert_eq!(length(Platform::Instagram, &format!("{}\n\n", "x".repeat(899))), None, "a blank end is not sent");
    }
}
