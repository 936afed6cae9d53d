//! The emoji that customers and shops really send, in groups. A row is a list of words, so it is
//! small, and no font or picture comes with it.

pub struct Group {
    pub title: &'static str,
    emoji: &'static str,
}

impl Group {
    pub fn emoji(&self) -> impl Iterator<Item = &'static str> {
        self.emoji.split(' ')
    }
}

pub const GROUPS: [Group; 6] = [
    Group {
        title: "Often used", emoji: "❤️ 🙏 😊 👍 😂 🙌 🎉 ✨ 👋 💙 🤗 😍 👌 💪 🔥 ✅"
    },
    Group {
        title: "Faces",
        emoji: "😀 😃 😄 😁 😆 😅 🤣 🙂 🙃 😉 😇 🥰 😘 😋 😎 🤩 🥳 🤔 🤨 😐 😶 🙄 😏 😬 😌 😔 😴 🤒 🥺 😢 😭 😳 😱 😤 😡 🤯 🫠 🫶",
    },
    Group {
        title: "Hands and people",
        emoji: "👏 🤝 🤞 ✌️ 🤙 👇 👆 👉 👈 ✋ 🫡 💁 🙋 🤷 🙆 🙅 🏃 💃 👀 🧑‍🎨 👩‍🍳 👶 👪 🐶 🐱",
    },
    Group {
        title: "Hearts and signs",
        emoji: "🧡 💛 💚 💜 🖤 🤍 🤎 💔 💕 💯 ⭐ 🌟 ⚡ 💥 ❗ ❓ ⚠️ ❌ ➡️ ⬅️ 🔁 🆗 🆕 🔔 💬",
    },
    Group {
        title: "Shop and post",
        emoji: "🛍️ 🛒 🎁 📦 🚚 ✈️ 📬 🏠 🏷️ 💳 💶 🧾 📅 ⏰ ⏳ 📍 📞 📧 📷 🔗 🔍 📝 🖼️ 🧺 🏺 🕯️ 🪴 👕 👗 👟",
    },
    Group {
        title: "Food and seasons",
        emoji: "☕ 🍵 🍽️ 🥣 🍰 🎂 🍪 🍕 🍷 🥂 🌷 🌸 🌻 🍁 🍂 ❄️ ☀️ 🌧️ 🌈 🌙 🎄 🎃 🐣 🌊 🌍",
    },
];

/// Where the arrow keys lead in a grid of `n` with so many in a row.
pub fn step(key: &str, at: usize, n: usize, columns: usize) -> Option<usize> {
    match key {
        "ArrowRight" => (at + 1 < n).then_some(at + 1),
        "ArrowLeft" => at.checked_sub(1),
        "ArrowDown" => (at + columns < n).then_some(at + columns),
        "ArrowUp" => at.checked_sub(columns),
        "Home" => Some(0),
        "End" => n.checked_sub(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_emoji_is_there_once_and_is_one() {
        let all: Vec<_> = GROUPS.iter().flat_map(Group::emoji).collect();
        assert!((140..=200).contains(&all.len()), "{}", all.len());
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
        for it in all {
            assert!(!it.is_empty() && !it.is_ascii() && it.chars().count() <= 5, "{it:?}");
        }
    }

    #[test]
    fn arrows_stay_within_the_grid() {
        assert_eq!(step("ArrowRight", 3, 10, 8), Some(4));
        assert_eq!(step("ArrowRight", 9, 10, 8), None);
        assert_eq!(step("ArrowDown", 1, 10, 8), Some(9));
        assert_eq!(step("ArrowDown", 2, 10, 8), None);
        assert_eq!(step("ArrowUp", 9, 10, 8), Some(1));
        assert_eq!(step("ArrowLeft", 0, 10, 8), None);
        assert_eq!((step("Home", 5, 10, 8), step("End", 5, 10, 8), step("a", 5, 10, 8)), (Some(0), Some(9), None));
    }
}
