use crate::parts::field::Field;
use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use server::store::deletions::KnownContact;

/// Asks whether it is really meant; what was typed, if that was not the name.
#[derive(Debug, Clone)]
pub struct Deleting {
    pub frame: Frame,
    pub known: KnownContact,
    pub typed: Option<String>,
}

#[component]
pub fn DeletingPage(deleting: Deleting) -> Piece {
    let Deleting { frame, known, typed } = deleting;
    let id = known.contact.id;
    let name = known.contact.title().to_owned();
    let lead = format!("They are a customer of {} on {}.", known.account_name, known.platform.title());
    let problem = typed
        .as_ref()
        .map(|it| if it.trim().is_empty() { "Type the name first." } else { "This is not the name." }.to_owned());
    piece! {
        <FramedPage frame place=Place::Search title=format!("Delete all about {name}") lead>
            <div class="notice" role="note">
                <Icon symbol=Symbol::Alert/>
                <div>
                    <p>
                        "Every message, note, draft and file goes, what is known of them, what Meta sent of them, and every trace in \
                        the search. What has not been sent yet never is. This cannot be undone."
                    </p>
                    <p class="small">
                        "Copies in your own backups stay. If they write again, they are somebody new."
                    </p>
                </div>
            </div>
            <PostForm action=Path::DeleteContact { id }.to_string() class="page__form">
                <p id="name-is">"To delete them, type their name: "<strong><bdi>{name}</bdi></strong></p>
                <Field name="name" label="Name" autocomplete="off" value=typed.unwrap_or_default() autofocus=true problem
                    described_by=Some("name-is")/>
                <div class="page__acts">
                    <button type="submit" class="button button--danger">"Delete everything"</button>
                    <a class="button button--quiet" href=Path::Contact { id }.to_string()>"Cancel"</a>
                </div>
            </PostForm>
        </FramedPage>
    }
}
