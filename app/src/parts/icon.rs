use crate::assets::IconSheet;
use leptos::prelude::*;
use model::view::View;

/// The icons in use, by their names in `style/public/icons.svg`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbol {
    Alert,
    Bot,
    CheckCircle,
    Hourglass,
    Logout,
    Mark,
    Mine,
    Moon,
    More,
    Search,
    Stack,
    Unassigned,
}

impl Symbol {
    const fn name(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::Bot => "bot",
            Self::CheckCircle => "check-circle",
            Self::Hourglass => "hourglass",
            Self::Logout => "logout",
            Self::Mark => "mark",
            Self::Mine => "mine",
            Self::Moon => "moon",
            Self::More => "more",
            Self::Search => "search",
            Self::Stack => "stack",
            Self::Unassigned => "unassigned",
        }
    }

    pub const fn of_view(view: View) -> Self {
        match view {
            View::Mine => Self::Mine,
            View::Unassigned => Self::Unassigned,
            View::AllOpen => Self::Stack,
            View::ExpiringSoon => Self::Hourglass,
            View::WithTheBot => Self::Bot,
            View::Snoozed => Self::Moon,
            View::Closed => Self::CheckCircle,
        }
    }
}

/// Only an ornament: the words beside it, or the name of its control, say what it means.
#[component]
pub fn Icon(symbol: Symbol) -> impl IntoView {
    let IconSheet(sheet) = use_context().unwrap_or_default();
    view! {
        <svg class="icon" aria-hidden="true"><use href=format!("{sheet}#i-{}", symbol.name())/></svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_in_use_is_in_the_sheet() {
        use Symbol::*;
        let sheet = include_str!("../../../style/public/icons.svg");
        for symbol in [Alert, Bot, CheckCircle, Hourglass, Logout, Mark, Mine, Moon, More, Search, Stack, Unassigned] {
            assert!(sheet.contains(&format!("id=\"i-{}\"", symbol.name())), "{symbol:?}");
        }
    }
}
