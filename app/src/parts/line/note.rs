use crate::parts::avatar::Avatar;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::moment::Moment;
use crate::state::clock::Clock;
use leptos::prelude::*;
use model::inbox::Line;

/// One of us wrote it for the others.
#[component]
pub fn NoteLine(line: RwSignal<Line>) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let author = Memo::new(move |_| line.with(|it| it.author_name.clone()).unwrap_or_else(|| "Your team".to_owned()));
    let seed = line.with_untracked(|it| it.author_id.clone()).unwrap_or_default();
    let label = move || format!("Internal note by {}, {}", author.get(), clock.time(line.with(|it| it.at)));
    let at = Signal::derive(move || line.with(|it| it.at));
    view! {
        <article class="note" aria-label=label>
            <p class="note__head">
                <Avatar name=author.get_untracked() seed class="avatar--s"/>
                <b>{author}</b>
                <Moment at/>
                <span class="push"></span>
                <Icon symbol=Symbol::Lock/>
                <span>"Only your team sees this"</span>
            </p>
            <p class="note__text" dir="auto">{move || line.with(|it| it.text.clone())}</p>
        </article>
    }
}
