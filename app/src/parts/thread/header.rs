use super::back;
use crate::markup::Markup;
use crate::parts::assignee::Assignee;
use crate::parts::avatar::Face;
use crate::parts::closing::CloseOrReopen;
use crate::parts::hand;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::snooze::SnoozeButton;
use crate::prelude::*;
use crate::state::clock::Clock;
use crate::state::details::OpenDetails;
use crate::state::presence::{Presence, names};
use crate::state::thread::OpenThread;
use model::inbox::Owner;
use model::thread::ConversationState;
use model::view::View;

/// Who writes, from where, and to which of our accounts; and what is done with the conversation.
#[component]
pub fn ThreadHeader(view: Memo<View>, words: Memo<String>) -> Piece {
    let thread = expect_context::<OpenThread>();
    let about = Memo::new(move |_| {
        thread.conversation.with(|it| {
            it.as_ref().map(|it| {
                let username = it.contact.username.as_ref().filter(|_| it.contact.name.is_some());
                let from = username.map(|it| format!("@{it} ")).unwrap_or_default();
                let to = format!("{from}to {}", it.account_name);
                (it.contact.title().to_owned(), it.platform, to)
            })
        })
    });
    let name = move || about.with(|it| it.as_ref().map(|it| it.0.clone()));
    let sub = move || {
        about.get().map(|(_, platform, to)| {
            view! {
                <Icon symbol=Symbol::of_platform(platform)/>
                <span class="for-screen-reader">{platform.title()}": "</span>
                <span class="truncate">{to}</span>
            }
        })
    };
    piece! {
        <div class="pane__header thread__header">
            <a class="button button--quiet button--icon thread__back" aria-label="Back to conversations"
                href=shown(move || back(view.get(), &words.get()))>
                <Icon symbol=Symbol::ChevronLeft class="icon icon--l icon--flips"/>
            </a>
            <div class="thread__who">
                <h2 class="thread__name"><bdi class="truncate">{name}</bdi><span class="written" inner_html=standing(thread)></span></h2>
                <p class="thread__sub">{sub}</p>
            </div>
            <span class="written" inner_html=viewers()></span>
            <span class="written" inner_html=handing(thread)></span>
            <Assignee class="select select--avatar for-desk"/>
            <span class="for-desk"><SnoozeButton has_words=false/></span>
            <CloseOrReopen class="button button--quiet"/>
            <DetailsButton/>
        </div>
    }
}

/// That it is closed or put aside, beside the name.
fn standing(thread: OpenThread) -> impl Fn() -> String {
    let (clock, blank) = (expect_context::<Clock>(), Markup::of_page());
    let standing =
        Memo::new(move |_| thread.conversation.with(|it| it.as_ref().map(|it| (it.state, it.snoozed_until))));
    move || {
        let mut to = blank.another();
        match standing.get() {
            Some((ConversationState::Closed, _)) => to.leaf("span", "chip", "Closed"),
            Some((ConversationState::Snoozed, until)) => {
                to.open("span", "chip");
                to.icon(Symbol::Moon);
                to.text(&until.map_or("Snoozed".to_owned(), |it| format!("Until {}", clock.moment(it))));
                to.close("span");
            }
            _ => {}
        }
        to.done()
    }
}

/// The button that takes it from a bot or gives it to one.
fn handing(thread: OpenThread) -> impl Fn() -> String {
    let blank = Markup::of_page();
    let handing = Memo::new(move |_| {
        let has_bot = thread.account.with(|it| matches!(it, Some(it) if it.has_bot));
        thread.conversation.with(|it| it.as_ref().map(|it| (it.id, it.owner == Owner::Human, has_bot)))
    });
    move || {
        let mut to = blank.another();
        if let Some((id, is_ours, has_bot)) = handing.get() {
            hand::write(&mut to, id, is_ours, has_bot);
        }
        to.done()
    }
}

/// The faces of colleagues who have it open too.
fn viewers() -> impl Fn() -> String {
    let (presence, blank) = (expect_context::<Presence>(), Markup::of_page());
    move || {
        let others = presence.others.get();
        let mut to = blank.another();
        if !others.is_empty() {
            let all: Vec<&str> = others.iter().map(|it| it.person.name.as_str()).collect();
            let words = format!("{} {} here", names(&all), if all.len() == 1 { "is" } else { "are" });
            to.open_with("span", "avatar-stack thread__viewers", &[("title", &words)]);
            for it in others.iter().take(3) {
                let seed = it.person.id.to_string();
                Face { name: &it.person.name, seed: &seed, class: "avatar--s", ..Face::default() }.write(&mut to);
            }
            to.leaf("span", "for-screen-reader", &words);
            to.close("span");
        }
        to.done()
    }
}

#[component]
fn DetailsButton() -> Piece {
    let (details, clock) = (expect_context::<OpenDetails>(), expect_context::<Clock>());
    piece! {
        <button type="button" class="button button--quiet button--icon" id="show-details" aria-label="Show details"
            title="Show details (d)" aria-expanded=shown(move || details.is_open().to_string())
            disabled=shown(move || !clock.is_local.get()) on:click=heed(move |_| details.toggle())>
            <Icon symbol=Symbol::PanelRight/>
        </button>
    }
}
