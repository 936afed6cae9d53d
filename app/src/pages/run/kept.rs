use super::accounts::where_it_is;
use crate::parts::field::Field;
use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::icon::{Icon, Symbol};
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use crate::state::clock::{ago, iso};
use model::day;
use model::retention::{Rule, What, WouldGo};
use model::teams::ListedAccount;
use model::time::Timestamp;

/// How long what is said on an account is kept, and what would go if what was typed were the rule.
#[derive(Debug, Clone)]
pub struct Kept {
    pub account: ListedAccount,
    pub rules: Vec<Rule>,
    /// As they were typed: messages, files.
    pub typed: [String; 2],
    pub problems: [Option<&'static str>; 2],
    pub would_go: Option<WouldGo>,
}

#[component]
pub(super) fn KeptPage(frame: Frame, notice: Option<Piece>, kept: Kept) -> Piece {
    let Kept { account, rules, typed, problems, would_go } = kept;
    let now = frame.now;
    let action = Path::ChangeAccount { id: account.id, how: "kept" }.to_string();
    let [messages, media] = typed;
    let [wrong_messages, wrong_media] = problems.map(|it| it.map(str::to_owned));
    let saving = would_go.map(|it| saving(&action, it, [messages.clone(), media.clone()]));
    let last: Vec<_> = rules.iter().map(|it| last(it, now)).collect();
    let last = (!last.is_empty()).then(|| {
        piece! {
            <section class="page__set" aria-labelledby="lately">
                <h2 class="page__heading" id="lately">"Lately"</h2>
                <ul class="checks">{last}</ul>
            </section>
        }
    });
    piece! {
        <FramedPage frame place=Place::Accounts title=format!("How long {} is kept", account.name) lead=where_it_is(&account)>
            {notice}
            <section class="page__set" aria-labelledby="rule">
                <h2 class="page__heading" id="rule">"Rule"</h2>
                <form method="get" action=action class="page__form">
                    <Field name="messages" label="Days that messages are kept" autocomplete="off" is_optional=true
                        value=messages problem=wrong_messages
                        hint="Notes, reactions and files go with them, and what Meta posted of them, once that is three days old. Leave it empty to keep them for ever."/>
                    <Field name="media" label="Days that files are kept" autocomplete="off" is_optional=true
                        value=media problem=wrong_media
                        hint="Pictures, voice messages, videos and documents; their messages stay and say so. Leave it empty to keep them as long as their messages."/>
                    <p class="small">
                        "Customers, what is known of them, their conversations with labels, whoever has them and who waits for an answer stay, and so does what the numbers count, but for older human-agent tags. What has yet to be sent stays too."
                    </p>
                    <div class="page__acts">
                        <button type="submit" class="button">"See what would go"</button>
                        <a class="button button--quiet" href=Path::Account { id: account.id }.to_string()>"Back to the account"</a>
                    </div>
                </form>
            </section>
            {saving}
            {last}
        </FramedPage>
    }
}

/// The dry run, and what makes it true.
fn saving(action: &str, it: WouldGo, [messages, media]: [String; 2]) -> Piece {
    let is_nothing = it == WouldGo::default();
    let words = if is_nothing {
        "Nothing that is here now is older. What becomes older goes, once a day.".to_owned()
    } else {
        let of = |n: i64, one: &str, many: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
        let oldest = it.oldest.map(|at| format!(" The oldest is of {}.", day::write(at))).unwrap_or_default();
        format!(
            "{} and {} ({}) would go now, and what becomes older, once a day.{oldest} Nothing is deleted yet.",
            of(it.n_messages, "message", "messages"),
            of(it.n_files, "file", "files"),
            size(it.bytes),
        )
    };
    let (class, note) = if is_nothing {
        ("button button--primary", None)
    } else {
        (
            "button button--danger",
            Some(view! { <p class="small">"This cannot be undone. Copies in your own backups stay."</p> }),
        )
    };
    let title =
        if messages.trim().is_empty() && media.trim().is_empty() { "Keep everything" } else { "Save this rule" };
    piece! {
        <section class="page__set" aria-labelledby="dry-run">
            <h2 class="page__heading" id="dry-run">"What would go"</h2>
            <div class="page__form page__form--wide">
                <div class="notice" role="status"><Icon symbol=Symbol::Alert/><div><p>{words}</p>{note}</div></div>
                <PostForm action=action.to_owned()>
                    <input type="hidden" name="messages" value=messages/>
                    <input type="hidden" name="media" value=media/>
                    <div class="page__acts"><button type="submit" class=class>{title}</button></div>
                </PostForm>
            </div>
        </section>
    }
}

/// "12 KB", "3 MB"
fn size(bytes: i64) -> String {
    const MB: i64 = 1024 * 1024;
    if bytes < MB { format!("{} KB", (bytes + 1023) / 1024) } else { format!("{} MB", (bytes + MB / 2) / MB) }
}

fn last(rule: &Rule, now: Timestamp) -> Piece {
    let (what, n) = match rule.what {
        What::Messages => ("Messages", format!("{} messages and {} files", rule.n_messages, rule.n_files)),
        What::Media => ("Files", format!("{} files", rule.n_files)),
    };
    let said = match (rule.is_under_way, rule.ended_at) {
        (true, _) => piece! { {format!("Being gone through: {n} are gone so far.")} },
        (false, None) => piece! { "Not gone through yet." },
        (false, Some(at)) => {
            piece! { {format!("{n} went. Gone through: ")}<time datetime=iso(at)>{ago(now, at)}</time>"." }
        }
    };
    piece! {
        <li class="checks__item"><Icon symbol=Symbol::Moon/><span><b>{what}</b>{said}</span></li>
    }
}
