use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use model::endpoints::ListedBot;

/// How long customers wait for each bot.
#[component]
pub(super) fn Bots(bots: Vec<ListedBot>) -> Piece {
    let rows = bots.into_iter().map(row).collect_view();
    piece! {
        <section class="page__part" aria-labelledby="bots">
            <h2 class="page__heading" id="bots">"Bots"</h2>
            <p class="soft">
                "A bot that does not answer a customer in time loses the conversation to people, and so does one whose endpoint fails for a minute while a customer waits."
            </p>
            {rows}
        </section>
    }
}

fn row(it: ListedBot) -> Piece {
    let (id, value) = (format!("within-{}", it.id), it.answers_within_s.map(|s| s.to_string()).unwrap_or_default());
    let (field, of) = (id.clone(), format!(" of {}", it.name));
    piece! {
        <PostForm action=Path::LimitBot { id: it.id }.to_string() class="page__form">
            <div class="field">
                <label class="field__label" for=id>{format!("{} answers within so many seconds", it.name)}</label>
                <input class="input" id=field name="within" type="text" inputmode="numeric" value=value autocomplete="off"
                    placeholder="No limit"/>
            </div>
            <div class="page__acts">
                <button type="submit" class="button">"Save the limit"<span class="for-screen-reader">{of}</span></button>
            </div>
        </PostForm>
    }
}
