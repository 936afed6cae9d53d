use super::window::ListWindow;
use crate::markup::Markup;
use crate::parts::avatar::Face;
use crate::parts::icon::Symbol;
use crate::parts::ring::write_ring;
use crate::path::Path;
use crate::prelude::*;
use crate::state::clock::{Clock, duration, iso};
use crate::state::list::fits::closes_soon;
use crate::state::list::{OpenList, Row};
use model::ids::ConversationId;
use model::inbox::ListedConversation;
use model::person::Me;
use model::priority::Priority;
use model::thread::Author;
use model::time::DAY_S;
use model::view::View;

/// One conversation. The link holds the name and is stretched over the row; what else stands there
/// describes it, and is written as text: the link must stay, because it may have the focus.
#[component]
pub fn ConversationRow(
    row: Row,
    view: Memo<View>,
    words: Memo<String>,
    chosen: Memo<Option<ConversationId>>,
    window: RwSignal<ListWindow>,
) -> Piece {
    let (list, clock) = (expect_context::<OpenList>(), expect_context::<Clock>());
    let me = expect_context::<Me>().id.to_string();
    let blank = Markup::of_page();
    let id = row.id;
    let drawn = Memo::new(move |_| row.conversation.with(|it| draw(it, view.get(), &me, clock, &blank)));
    let part = move |part: fn(&Drawn) -> &String| Signal::derive(move || drawn.with(|it| part(it).clone()));
    let href = Signal::derive(move || Path::Conversation { view: view.get(), words: &words.get(), id }.to_string());
    let current = Signal::derive(move || (chosen.get() == Some(id)).then(|| "true".to_owned()));
    // Where not every row has nodes, each says which it is.
    let place = Signal::derive(move || match window.get() {
        ListWindow::All => None,
        ListWindow::Some(_) => {
            list.rows.with(|rows| rows.iter().position(|it| it.id == id)).map(|it| (it + 1).to_string())
        }
    });
    let size = Signal::derive(move || match (window.get(), list.next.get()) {
        (ListWindow::All, _) => None,
        (ListWindow::Some(_), Some(_)) => Some("-1".to_owned()),
        (ListWindow::Some(_), None) => Some(list.rows.with(Vec::len).to_string()),
    });
    let about = format!("about-{id}");
    piece! {
        <li class=part(|it| &it.class) aria-posinset=place aria-setsize=size>
            <span class="written" inner_html=part(|it| &it.face)></span>
            <div class="convo__body">
                <div class="convo__line">
                    <a class="convo__link" dir="auto" href=href aria-describedby=about.clone() aria-current=current>
                        {part(|it| &it.name)}
                    </a>
                    <span class="written" inner_html=part(|it| &it.time)></span>
                </div>
                <div class="convo__line" id=about inner_html=part(|it| &it.about)></div>
            </div>
        </li>
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Drawn {
    class: String,
    name: String,
    face: String,
    time: String,
    about: String,
}

fn draw(it: &ListedConversation, view: View, me: &str, clock: Clock, blank: &Markup) -> Drawn {
    let is_unread = it.unread > 0;
    let mut face = blank.another();
    let (seed, name) = (it.contact.id.to_string(), it.contact.title());
    let (picture, platform) = (it.contact.picture, Some(it.platform));
    Face { name, seed: &seed, class: "", picture, platform }.write(&mut face);
    let mut time = blank.another();
    time.open_with("time", "convo__time", &[("datetime", &iso(it.last_activity_at))]);
    time.text(&clock.short(it.last_activity_at));
    time.close("time");
    let mut about = blank.another();
    if is_unread {
        about.leaf("span", "for-screen-reader", "Unread. ");
    }
    preview(&mut about, it, me);
    if it.priority > Priority::Normal {
        about.leaf(
            "span",
            if it.priority == Priority::Urgent { "convo__urgent" } else { "convo__high" },
            it.priority.title(),
        );
    }
    mark(&mut about, it, clock);
    if view != View::Mine {
        assignee(&mut about, it);
    }
    Drawn {
        class: if is_unread { "convo convo--unread" } else { "convo" }.to_owned(),
        name: name.to_owned(),
        face: face.done(),
        time: time.done(),
        about: about.done(),
    }
}

fn preview(to: &mut Markup, it: &ListedConversation, me: &str) {
    let is_mine = it.preview_author == Some(Author::Agent) && it.preview_author_id.as_deref() == Some(me);
    to.open_with("span", "convo__preview", &[("dir", "auto")]);
    to.text(if is_mine { "You: " } else { "" });
    to.text(it.preview.as_deref().unwrap_or_default());
    to.close("span");
}

/// What most needs to be known: that something was not sent, or how soon the window closes.
fn mark(to: &mut Markup, it: &ListedConversation, clock: Clock) {
    if it.n_failed > 0 {
        to.open("span", "convo__failed");
        to.icon(Symbol::Alert);
        to.text("Not sent");
        to.close("span");
    } else if let Some(left) = closes_soon(it, clock.now.get()).filter(|_| it.waiting_since.is_some()) {
        let words = duration(left);
        to.open_with("span", "convo__due", &[("title", &format!("The reply window closes in {words}"))]);
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of a day")]
        write_ring(to, left as f64 / 1000.0 / DAY_S as f64);
        to.text(&words);
        to.close("span");
    }
}

fn assignee(to: &mut Markup, it: &ListedConversation) {
    let Some(person) = &it.assignee else { return };
    let title = format!("Assigned to {}", person.name);
    to.open_with("span", "convo__assignee", &[("title", &title)]);
    Face { name: &person.name, seed: &person.id.to_string(), class: "avatar--s", ..Face::default() }.write(to);
    to.leaf("span", "for-screen-reader", &title);
    to.close("span");
}
