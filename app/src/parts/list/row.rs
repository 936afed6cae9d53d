use super::window::ListWindow;
use crate::parts::avatar::Avatar;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::moment::{Moment, Saying};
use crate::parts::ring::Ring;
use crate::path::Path;
use crate::state::clock::{Clock, duration};
use crate::state::list::{OpenList, Row, fits::closes_soon};
use leptos::either::EitherOf3;
use leptos::prelude::*;
use model::ids::ConversationId;
use model::inbox::{ListedConversation, NamedPerson};
use model::person::Me;
use model::thread::Author;
use model::time::DAY_S;
use model::view::View;

/// One conversation. The link holds the name and is stretched over the row; what else stands there
/// describes it.
#[component]
pub fn ConversationRow(
    row: Row,
    view: Memo<View>,
    words: Memo<String>,
    chosen: Memo<Option<ConversationId>>,
    window: RwSignal<ListWindow>,
) -> impl IntoView {
    let list = expect_context::<OpenList>();
    let id = row.id;
    let it = RwSignal::from(row.conversation);
    let about = format!("about-{id}");
    let name = move || it.with(|it| it.contact.title().to_owned());
    let face = Memo::new(move |_| it.with(|it| (it.contact.picture, it.contact.title().to_owned(), it.platform)));
    let face = move || {
        let (picture, name, platform) = face.get();
        view! { <Avatar name seed=id.to_string() class="" picture platform=Some(platform)/> }
    };
    let href = move || Path::Conversation { view: view.get(), words: &words.get(), id }.to_string();
    let at = Signal::derive(move || it.with(|it| it.last_activity_at));
    // Where not every row has nodes, each says which it is.
    let place = move || {
        (window.get() != ListWindow::All)
            .then(|| list.rows.with(|rows| rows.iter().position(|it| it.id == id)).map(|it| it + 1))
            .flatten()
    };
    let size = move || match (window.get(), list.next.get()) {
        (ListWindow::All, _) => None,
        (ListWindow::Some(_), Some(_)) => Some("-1".to_owned()),
        (ListWindow::Some(_), None) => Some(list.rows.with(Vec::len).to_string()),
    };
    view! {
        <li class="convo" class:convo--unread=move || it.with(|it| it.unread > 0) aria-posinset=place aria-setsize=size>
            {face}
            <div class="convo__body">
                <div class="convo__line">
                    <a class="convo__link" dir="auto" href=href aria-describedby=about.clone()
                        aria-current=move || (chosen.get() == Some(id)).then_some("true")>{name}</a>
                    <Moment at saying=Saying::Short class="convo__time"/>
                </div>
                <div class="convo__line" id=about>
                    {move || it.with(|it| it.unread > 0).then(|| view! { <span class="for-screen-reader">"Unread. "</span> })}
                    <Preview it/>
                    <Mark it/>
                    {move || (view.get() != View::Mine).then(|| it.with(|it| it.assignee.clone()).map(assignee)).flatten()}
                </div>
            </div>
        </li>
    }
}

#[component]
fn Preview(it: RwSignal<ListedConversation>) -> impl IntoView {
    let me = expect_context::<Me>().id.to_string();
    let words = move || {
        it.with(|it| {
            let words = it.preview.clone().unwrap_or_default();
            let is_mine =
                it.preview_author == Some(Author::Agent) && it.preview_author_id.as_deref() == Some(me.as_str());
            if is_mine { format!("You: {words}") } else { words }
        })
    };
    view! { <span class="convo__preview" dir="auto">{words}</span> }
}

#[derive(Clone, Copy, PartialEq)]
enum Which {
    NotSent,
    /// Minutes.
    Closes(i64),
    Nothing,
}

/// What most needs to be known: that something was not sent, or how soon the window closes.
#[component]
fn Mark(it: RwSignal<ListedConversation>) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let which = Memo::new(move |_| {
        it.with(|it| match closes_soon(it, clock.now.get()) {
            _ if it.n_failed > 0 => Which::NotSent,
            Some(left) if it.waiting_since.is_some() => Which::Closes(left / 60_000),
            _ => Which::Nothing,
        })
    });
    move || match which.get() {
        Which::NotSent => {
            EitherOf3::A(view! { <span class="convo__failed"><Icon symbol=Symbol::Alert/>"Not sent"</span> })
        }
        Which::Closes(minutes) => {
            let words = duration(minutes * 60_000);
            let title = format!("The reply window closes in {words}");
            #[expect(clippy::cast_precision_loss, reason = "minutes of a day")]
            let left = minutes as f64 * 60.0 / DAY_S as f64;
            EitherOf3::B(view! { <span class="convo__due" title=title><Ring left/>{words}</span> })
        }
        Which::Nothing => EitherOf3::C(()),
    }
}

fn assignee(it: NamedPerson) -> impl IntoView {
    let title = format!("Assigned to {}", it.name);
    let words = title.clone();
    view! {
        <span class="convo__assignee" title=title>
            <Avatar name=it.name seed=it.id.to_string() class="avatar--s"/>
            <span class="for-screen-reader">{words}</span>
        </span>
    }
}
