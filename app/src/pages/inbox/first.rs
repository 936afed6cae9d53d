//! What the page begins with. The server asks for it before it writes the page, and puts it into the page
//! for the browser.

use crate::api::shell::Shell;
use crate::error::AppError;
use borsh::{BorshDeserialize, BorshSerialize};
use model::inbox::{ListPage, OpenConversation};
use model::media::MediaId;
use model::person::PersonId;
use model::time::Timestamp;
use model::view::Counts;

/// The element that brings it along.
pub const FIRST: &str = "first";

#[derive(Debug, Clone, BorshSerialize, BorshDeserialize)]
pub struct First {
    /// Path and query of the page.
    pub here: String,
    pub shell: Shell,
    /// Who of our own people has which picture.
    pub faces: Vec<(PersonId, MediaId)>,
    pub now: Timestamp,
    /// The stream goes on from here: nothing is missed between the page and its stream.
    pub heard_until: Option<i64>,
    pub list: Result<ListPage, AppError>,
    pub counts: Counts,
    pub open: Option<Result<OpenConversation, AppError>>,
}

#[cfg(feature = "ssr")]
mod of_server {
    use super::First;
    use crate::api::shell::Shell;
    use crate::error::{AppError, told};
    use crate::state::address::Wanted;
    use http::StatusCode;
    use model::view::Counts;
    use server::auth::Caller;
    use server::inbox;
    use server::people::picture;
    use server::program::Program;

    impl First {
        pub async fn of(program: &Program, caller: &Caller, here: String) -> Self {
            let wanted = Wanted::at(&here);
            let heard_until = program.live.heard_until();
            let words = Some(wanted.words).filter(|it| !it.is_empty());
            let (page, faces) = tokio::join!(
                inbox::page(program, caller, wanted.view, words, wanted.after, wanted.conversation),
                picture::faces(program),
            );
            // A page without pictures is still a page.
            let faces = faces.unwrap_or_default();
            let (list, counts, open) = match page.map_err(told) {
                Ok(page) => (page.list.map_err(told), page.counts, page.open.map(|it| it.map_err(told))),
                Err(error) => (Err(error), Counts::default(), None),
            };
            let open = open.or_else(|| wanted.is_odd.then_some(Err(AppError::NotFound)));
            let (shell, now) = (Shell::of(caller.clone()), program.seams.now());
            Self { here, shell, faces, now, heard_until, list, counts, open }
        }

        pub fn status(&self) -> StatusCode {
            match (&self.list, &self.open) {
                (Err(error), _) | (_, Some(Err(error))) => error.status(),
                (Ok(_), None | Some(Ok(_))) => StatusCode::OK,
            }
        }

        pub fn title(&self) -> String {
            let wanted = Wanted::at(&self.here);
            if let Some(Ok(it)) = &self.open {
                return it.conversation.contact.title().to_owned();
            }
            let saved = self.counts.saved.iter().find(|it| it.is(wanted.view, &wanted.words));
            saved.map_or_else(|| wanted.view.title().to_owned(), |it| it.name.clone())
        }
    }
}

#[cfg(not(feature = "ssr"))]
impl First {
    /// What the server put into this page.
    pub fn brought_along() -> Option<Self> {
        use crate::api::codec::WireEncoding;
        use leptos::server::codee::Decoder;

        let text = leptos::prelude::document().get_element_by_id(FIRST)?.text_content()?;
        <WireEncoding as Decoder<Self>>::decode(&text).ok()
    }
}
