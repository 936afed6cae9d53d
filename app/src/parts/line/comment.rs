use super::files::Open;
use super::text::Words;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::moment::{Moment, Saying};
use crate::state::clock::Clock;
use crate::state::composing::Composing;
use leptos::either::EitherOf4;
use leptos::prelude::*;
use model::content::MessageKind;
use model::inbox::{Line, LineComment};

/// A comment, mention or visitor's post, with what it stands under and how it can be answered.
#[component]
pub fn CommentCard(line: Line) -> impl IntoView {
    let post = line.detail.post.clone().unwrap_or_default();
    let under = match (post.product.as_deref(), post.ad_title.as_ref()) {
        (_, Some(title)) => format!(" under your ad “{title}”"),
        (Some("AD"), None) => " under your ad".to_owned(),
        (Some("REELS"), None) => " under your reel".to_owned(),
        (Some("LIVE"), None) => " under your live video".to_owned(),
        (Some("STORY"), None) => " under your story".to_owned(),
        _ => " under your post".to_owned(),
    };
    let (symbol, kind) = match line.kind {
        MessageKind::Mention => (Symbol::At, "Mentioned you publicly".to_owned()),
        MessageKind::VisitorPost => (Symbol::Post, "Posted on your Page".to_owned()),
        _ => (Symbol::Comment, format!("Comment{under}")),
    };
    let comment = line.comment.clone();
    let permalink = comment.as_ref().and_then(|it| it.permalink.clone());
    let text = line.text.clone().filter(|it| !it.is_empty());
    let answer = comment.map(|comment| view! { <Answer line comment/> });
    view! {
        <div class="bubble bubble--card card card--wide">
            <div class="card__body">
                <span class="card__kind"><Icon symbol/><bdi>{kind}</bdi></span>
                <div class="card__said">{text.map(|text| view! { <Words text/> })}</div>
                {permalink.map(|url| view! { <Open url words="Open it there"/> })}
            </div>
            {answer}
        </div>
    }
}

/// Once, in private, until a moment.
#[component]
fn Answer(line: Line, comment: LineComment) -> impl IntoView {
    let (clock, composing) = (expect_context::<Clock>(), expect_context::<Composing>());
    let LineComment { reply_until, replied_at, removed_at, .. } = comment;
    let is_late = Memo::new(move |_| reply_until.is_none_or(|it| it <= clock.now.get()));
    let line = StoredValue::new(line);
    let reply = move |_| {
        composing.reply_to.set(None);
        composing.comment.set(line.try_get_value());
    };
    move || {
        let how = match (removed_at, replied_at, is_late.get(), reply_until) {
            (Some(_), ..) => EitherOf4::A(view! { <span class="small">"It was removed."</span> }),
            (None, Some(at), ..) => EitherOf4::B(
                view! { <span class="small">"Answered in private, "<Moment at saying=Saying::Full/></span> },
            ),
            (None, None, false, Some(at)) => EitherOf4::C(view! {
                <span class="small">"One private answer, until "<Moment at saying=Saying::Full/></span>
                <span class="push"></span>
                <button type="button" class="button button--small needs-program" on:click=reply>"Reply privately"</button>
            }),
            _ => EitherOf4::D(view! { <span class="small">"It can no longer be answered in private."</span> }),
        };
        view! { <div class="file card__answer">{how}</div> }
    }
}
