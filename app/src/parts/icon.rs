use crate::assets::IconSheet;
use crate::prelude::*;
use model::platform::Platform;
use model::view::View;

/// The icons in use, by their names in `style/public/icons.svg`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbol {
    Alert,
    ArrowDown,
    At,
    Bag,
    Bell,
    Bot,
    Bubble,
    Calendar,
    Camera,
    #[cfg(feature = "ssr")]
    Chart,
    Check,
    CheckCircle,
    Checks,
    ChevronDown,
    ChevronLeft,
    Chips,
    Clock,
    Comment,
    Copy,
    Download,
    External,
    Eye,
    File,
    Filter,
    Hand,
    HandOver,
    Heart,
    Hourglass,
    Image,
    Keyboard,
    Link,
    Lock,
    Logout,
    Mark,
    Megaphone,
    Mic,
    Mine,
    Moon,
    More,
    Note,
    Offline,
    PanelRight,
    Paperclip,
    Pause,
    People,
    Pin,
    Play,
    Plus,
    Post,
    Question,
    React,
    Reel,
    Reply,
    Retry,
    Saved,
    Search,
    Send,
    #[cfg(feature = "ssr")]
    Shield,
    Smile,
    Stack,
    Star,
    Story,
    Sun,
    Tag,
    Trash,
    Unassigned,
    Undo,
    X,
}

impl Symbol {
    #[cfg(test)]
    const ALL: [Self; 66] = {
        use Symbol::*;
        [
            Alert,
            ArrowDown,
            At,
            Bag,
            Bell,
            Bot,
            Bubble,
            Calendar,
            Camera,
            Check,
            CheckCircle,
            Checks,
            ChevronDown,
            ChevronLeft,
            Chips,
            Clock,
            Comment,
            Copy,
            Download,
            External,
            Eye,
            File,
            Filter,
            Hand,
            HandOver,
            Heart,
            Hourglass,
            Image,
            Keyboard,
            Link,
            Lock,
            Logout,
            Mark,
            Megaphone,
            Mic,
            Mine,
            Moon,
            More,
            Note,
            Offline,
            PanelRight,
            Paperclip,
            Pause,
            People,
            Pin,
            Play,
            Plus,
            Post,
            Question,
            React,
            Reel,
            Reply,
            Retry,
            Saved,
            Search,
            Send,
            Smile,
            Stack,
            Star,
            Story,
            Sun,
            Tag,
            Trash,
            Unassigned,
            Undo,
            X,
        ]
    };

    pub const fn name(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::ArrowDown => "arrow-down",
            Self::At => "at",
            Self::Bag => "bag",
            Self::Bell => "bell",
            Self::Bot => "bot",
            Self::Bubble => "bubble",
            Self::Calendar => "calendar",
            Self::Camera => "camera",
            #[cfg(feature = "ssr")]
            Self::Chart => "chart",
            Self::Check => "check",
            Self::CheckCircle => "check-circle",
            Self::Checks => "checks",
            Self::ChevronDown => "chevron-down",
            Self::ChevronLeft => "chevron-left",
            Self::Chips => "chips",
            Self::Clock => "clock",
            Self::Comment => "comment",
            Self::Copy => "copy",
            Self::Download => "download",
            Self::External => "external",
            Self::Eye => "eye",
            Self::File => "file",
            Self::Filter => "filter",
            Self::Hand => "hand",
            Self::HandOver => "hand-over",
            Self::Heart => "heart",
            Self::Hourglass => "hourglass",
            Self::Image => "image",
            Self::Keyboard => "keyboard",
            Self::Link => "link",
            Self::Lock => "lock",
            Self::Logout => "logout",
            Self::Mark => "mark",
            Self::Megaphone => "megaphone",
            Self::Mic => "mic",
            Self::Mine => "mine",
            Self::Moon => "moon",
            Self::More => "more",
            Self::Note => "note",
            Self::Offline => "offline",
            Self::PanelRight => "panel-right",
            Self::Paperclip => "paperclip",
            Self::Pause => "pause",
            Self::People => "people",
            Self::Pin => "pin",
            Self::Play => "play",
            Self::Plus => "plus",
            Self::Post => "post",
            Self::Question => "question",
            Self::React => "react",
            Self::Reel => "reel",
            Self::Reply => "reply",
            Self::Retry => "retry",
            Self::Saved => "saved",
            Self::Search => "search",
            Self::Send => "send",
            #[cfg(feature = "ssr")]
            Self::Shield => "shield",
            Self::Smile => "smile",
            Self::Stack => "stack",
            Self::Star => "star",
            Self::Story => "story",
            Self::Sun => "sun",
            Self::Tag => "tag",
            Self::Trash => "trash",
            Self::Unassigned => "unassigned",
            Self::Undo => "undo",
            Self::X => "x",
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

impl Symbol {
    pub const fn of_platform(platform: Platform) -> Self {
        match platform {
            Platform::Instagram => Self::Camera,
            Platform::Page => Self::Bubble,
        }
    }
}

/// Only an ornament: the words beside it, or the name of its control, say what it means.
#[component]
pub fn Icon(symbol: Symbol, #[prop(default = "icon")] class: &'static str) -> Piece {
    let IconSheet(sheet) = use_context().unwrap_or_default();
    piece! {
        <svg class=class aria-hidden="true"><use href=format!("{sheet}#i-{}", symbol.name())/></svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_in_use_is_in_the_sheet() {
        let sheet = include_str!("../../../style/public/icons.svg");
        #[cfg(feature = "ssr")]
        let of_server = [Symbol::Chart, Symbol::Shield];
        #[cfg(not(feature = "ssr"))]
        let of_server = [];
        for symbol in Symbol::ALL.into_iter().chain(of_server) {
            assert!(sheet.contains(&format!("id=\"i-{}\"", symbol.name())), "{symbol:?}");
        }
    }
}
