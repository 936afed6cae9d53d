//! Every address of ours, built in one place.

use crate::query;
use model::view::View;
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path<'a> {
    Login,
    /// Signing in, and then back to a path of ours.
    LoginThen {
        next: &'a str,
    },
    /// Posted to; there is no page.
    Logout,
    /// The first admin is made here, once.
    SetUp {
        link: &'a str,
    },
    Inbox {
        view: View,
    },
    Search {
        view: View,
        words: &'a str,
    },
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Login => f.write_str("/login"),
            Self::LoginThen { next } => write!(f, "/login?next={}", query::encode(next)),
            Self::Logout => f.write_str("/logout"),
            Self::SetUp { link } => write!(f, "/setup/{}", query::encode(link)),
            Self::Inbox { view: View::Mine } => f.write_str("/inbox"),
            Self::Inbox { view } => write!(f, "/inbox?view={}", view.word()),
            Self::Search { view: View::Mine, words } => write!(f, "/inbox?q={}", query::encode(words)),
            Self::Search { view, words } => {
                write!(f, "/inbox?view={}&q={}", view.word(), query::encode(words))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address() {
        let list = [
            (Path::Login, "/login"),
            (Path::LoginThen { next: "/inbox?view=closed" }, "/login?next=%2Finbox%3Fview%3Dclosed"),
            (Path::Logout, "/logout"),
            (Path::SetUp { link: "k3y-of-1" }, "/setup/k3y-of-1"),
            (Path::Inbox { view: View::Mine }, "/inbox"),
            (Path::Inbox { view: View::Unassigned }, "/inbox?view=unassigned"),
            (Path::Inbox { view: View::AllOpen }, "/inbox?view=all-open"),
            (Path::Inbox { view: View::ExpiringSoon }, "/inbox?view=expiring-soon"),
            (Path::Inbox { view: View::WithTheBot }, "/inbox?view=with-the-bot"),
            (Path::Inbox { view: View::Snoozed }, "/inbox?view=snoozed"),
            (Path::Inbox { view: View::Closed }, "/inbox?view=closed"),
            (Path::Search { view: View::Mine, words: "mugs & bowls" }, "/inbox?q=mugs+%26+bowls"),
            (Path::Search { view: View::Closed, words: "mug" }, "/inbox?view=closed&q=mug"),
        ];
        for (path, address) in list {
            assert_eq!(path.to_string(), address);
        }
    }
}
