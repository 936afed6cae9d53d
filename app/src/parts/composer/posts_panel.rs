use super::emoji_picker::close_outside;
use super::writing::Writing;
use crate::api::desk::open_posts;
use crate::markup::Markup;
use crate::parts::icon::Symbol;
use crate::prelude::*;
use crate::state::clock::Clock;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::task::spawn_local;
use model::desk::{OwnPost, OwnPosts};
use model::outgoing::Part;
use model::texts::joined;

/// The account's own posts.
#[component]
pub fn PostsPanel(writing: Writing) -> Late {
    let clock = expect_context::<Clock>();
    let panel = NodeRef::<html::Div>::new();
    let posts = RwSignal::new(Vec::<OwnPost>::new());
    let next = RwSignal::new(None::<String>);
    let words = RwSignal::new(Some("A moment.".to_owned()));
    close_outside(panel, writing);
    let load = move |after: Option<String>| {
        spawn_local(async move {
            let got = open_posts(writing.conversation, after).await;
            if posts.try_with_untracked(|_| ()).is_none() {
                return;
            }
            match got {
                Ok(OwnPosts { posts: more, next: then }) => {
                    posts.update(|it| it.extend(more));
                    next.set(then);
                    words.set(posts.with_untracked(Vec::is_empty).then(|| "There are no posts yet.".to_owned()));
                }
                Err(error) => words.set(Some(error.to_string())),
            }
        });
    };
    load(None);
    Effect::new(move || {
        if let Some(panel) = panel.get() {
            _ = panel.focus();
        }
    });
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            writing.panel.set(None);
            writing.focus();
        }
    };
    let share = move |id: &str| {
        if let Err(problems) = writing.send_alone(Part::Post { id: id.to_owned() }) {
            words.set(Some(joined(&problems, "\n")));
        }
    };
    let blank = Markup::of_page();
    let post = move |post: OwnPost| {
        let id = post.id.clone();
        let blank = blank.another();
        let shows = move || drawn(&post, blank.another(), clock);
        view! {
            <li><button type="button" class="menu__act post" inner_html=shows on:click=heed(move |_| share(&id))></button></li>
        }
    };
    late! {
        <div class="menu menu--dock posts" role="dialog" aria-label="Share a post" tabindex="-1" node_ref=panel on:keydown=heed(on_key)>
            <ul class="menu__list"><For each=move || posts.get() key=|it| it.id.clone() let:one>{post(one)}</For></ul>
            <p class="saved__nothing" role="status">{shown(move || words.get())}</p>
            <button type="button" class="menu__act" hidden=shown(move || next.with(Option::is_none))
                on:click=heed(move |_| load(next.try_update(Option::take).flatten()))>"More posts"</button>
        </div>
    }
}

fn drawn(post: &OwnPost, mut to: Markup, clock: Clock) -> String {
    match &post.picture {
        Some(src) => to.open_with("img", "post__picture", &[("src", src), ("alt", ""), ("loading", "lazy")]),
        None => to.icon(Symbol::Post),
    }
    let caption = post.caption.as_deref().filter(|it| !it.trim().is_empty()).unwrap_or("Without words");
    to.open_with("span", "post__caption", &[("dir", "auto")]);
    to.text(caption);
    to.close("span");
    to.leaf("span", "push", "");
    to.leaf("span", "small", &post.at.map(|it| clock.short(it)).unwrap_or_default());
    to.done()
}
