use super::sentence;
use crate::parts::choice::tick;
use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use model::connecting::OfferedPage;
use model::ids::AccountId;
use model::needs::missing_permissions;
use model::platform::{Login, Platform};
use server::connecting::Offer;

/// The Pages of somebody who is back from Facebook's login.
#[derive(Debug, Clone)]
pub struct Choice {
    pub offer: Offer,
    pub ticked: Vec<AccountId>,
}

#[component]
pub(crate) fn ChoicePage(frame: Frame, notice: Option<Piece>, choice: Choice) -> Piece {
    let Choice { offer, ticked } = choice;
    let action = Path::ConnectPages { id: offer.id }.to_string();
    let lacking = lacking(&offer.granted);
    let list = if offer.pages.is_empty() {
        piece! {
            <p>
                "Meta shows us no Page of yours. Begin again, choose a Page while you log in, and leave every switch on. Only whoever may do something with a Page sees it there."
            </p>
        }
    } else {
        let pages = offer.pages.iter().map(|it| page(it, &offer.connected, &ticked)).collect_view();
        piece! {
            <PostForm action class="page__form page__form--wide">
                <fieldset class="choices">
                    <legend class="field__label">"Accounts"</legend>
                    {pages}
                </fieldset>
                <div class="page__acts">
                    <button type="submit" class="button button--primary">"Connect what is ticked"</button>
                    <a class="button button--quiet" href=Path::Accounts.to_string()>"Cancel"</a>
                </div>
            </PostForm>
        }
    };
    piece! {
        <FramedPage frame place=Place::Accounts title="Choose what to connect"
            lead="These are the Pages that you let us see, with the Instagram accounts that are linked to them.">
            {notice}
            {lacking}
            {list}
        </FramedPage>
    }
}

/// What was not granted, of what Pages and linked accounts need.
fn lacking(granted: &[String]) -> Option<Piece> {
    let mut all = missing_permissions(Platform::Page, Login::Page, granted);
    for it in missing_permissions(Platform::Instagram, Login::Page, granted) {
        if all.iter().all(|other| other.name != it.name) {
            all.push(it);
        }
    }
    (!all.is_empty()).then(|| {
        let words = format!("Not granted, and so not possible: {}.", sentence(all));
        piece! { <p class="small is-soon">{words}</p> }
    })
}

fn page(it: &OfferedPage, connected: &[AccountId], ticked: &[AccountId]) -> Piece {
    if !it.may_message {
        let words = format!(
            "{} cannot be connected by you: somebody who runs the Page has to give you the task “Messages” first.",
            it.name
        );
        return piece! { <p class="small">{words}</p> };
    }
    let one = |platform, external_id: &str, title: String, what: String| {
        let id = AccountId::of(platform, external_id);
        let is_connected = connected.contains(&id);
        let words =
            if is_connected { format!("{what}. Connected already: it gets a new token.") } else { format!("{what}.") };
        tick("account", &id.to_string(), title, Some(words), is_connected || ticked.contains(&id))
    };
    let own = one(Platform::Page, &it.id, it.name.clone(), "Messenger of this Page".to_owned());
    let linked = it.instagram.as_ref().map(|linked| {
        let title = linked.username.as_ref().map_or_else(|| linked.id.clone(), |it| format!("@{it}"));
        one(Platform::Instagram, &linked.id, title, format!("Instagram, linked to {}", it.name))
    });
    piece! { {own}{linked} }
}
