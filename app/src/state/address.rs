//! Where the page is. The address says what the list shows and what is open, so another view or conversation
//! is a link and never a reload.

use crate::browser::history;
use crate::path::read_after;
use crate::prelude::*;
use crate::query;
use model::ids::ConversationId;
use model::inbox::After;
use model::view::View;

/// What an address of the inbox asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    pub view: View,
    pub words: String,
    pub after: Option<After>,
    pub conversation: Option<ConversationId>,
    /// It names a conversation as no conversation is named.
    pub is_odd: bool,
}

impl Wanted {
    pub fn at(address: &str) -> Self {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let value = |name| query::value(query, name);
        let conversation = path.strip_prefix("/inbox/").filter(|it| !it.is_empty());
        Self {
            view: value("view").and_then(|it| View::from_word(&it)).unwrap_or_default(),
            words: value("q").map(|it| it.trim().to_owned()).unwrap_or_default(),
            after: value("after").and_then(|it| read_after(&it)),
            is_odd: conversation.is_some_and(|it| it.parse::<ConversationId>().is_err()),
            conversation: conversation.and_then(|it| it.parse().ok()),
        }
    }
}

#[derive(Clone, Copy)]
pub struct Address(RwSignal<String>);

impl Address {
    /// Gives itself to everything below, and follows links, Back and Forward.
    pub fn provide(here: String) -> Self {
        let it = Self(RwSignal::new(here));
        provide_context(it);
        Effect::new(move || {
            let links = history::on_link(move |to| it.go(to));
            let back = history::on_back(move |here| _ = it.0.try_set(here));
            on_cleanup(move || {
                links.remove();
                back.remove();
            });
        });
        it
    }

    pub fn wanted(self) -> Memo<Wanted> {
        Memo::new(move |_| self.0.with(|it| Wanted::at(it)))
    }

    /// Shows another address of the inbox.
    pub fn go(self, to: &str) {
        if self.0.try_with_untracked(|here| here != to) == Some(true) {
            history::push(to);
            _ = self.0.try_set(to.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::Id as _;

    #[test]
    fn an_address_says_what_is_wanted() {
        let id = ConversationId::compose(1, [7; 10]);
        let wanted = Wanted::at(&format!("/inbox/{id}?view=closed&q=%20blue+mug"));
        assert_eq!((wanted.view, wanted.words.as_str(), wanted.conversation), (View::Closed, "blue mug", Some(id)));
        assert!(!wanted.is_odd);
    }

    #[test]
    fn what_is_not_said_is_as_it_is_at_first() {
        for address in ["/inbox", "/inbox/", "/inbox?", "/inbox?view=none&after=x"] {
            let wanted = Wanted::at(address);
            assert_eq!((wanted.view, wanted.words.as_str(), wanted.conversation), (View::default(), "", None));
            assert!(wanted.after.is_none() && !wanted.is_odd, "{address}");
        }
    }

    #[test]
    fn a_name_that_no_conversation_has_is_odd() {
        let wanted = Wanted::at("/inbox/nobody");
        assert!(wanted.is_odd && wanted.conversation.is_none());
    }
}
