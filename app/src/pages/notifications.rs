//! What concerns whoever looks: who called them, who gave them what, and what is wrong with an account.

use super::search::when;
use crate::markup::Markup;
use crate::parts::avatar::Face;
use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::icon::Symbol;
use crate::parts::post_form::PostForm;
use crate::path::Path;
use crate::prelude::*;
use model::may::Act;
use model::time::Timestamp;
use model::view::View;
use server::notifications::Page;
use server::store::notifications::{Notification, Place as At};

/// So much of a note is shown.
const WORDS_MOST: usize = 240;

#[derive(Debug, Clone)]
pub struct Noticed {
    pub frame: Frame,
    pub page: Page,
    /// Nothing newer is on another page.
    pub is_first: bool,
}

#[component]
pub fn NotificationsPage(noticed: Noticed) -> Piece {
    let Noticed { frame, page, is_first } = noticed;
    let Page { rows, older } = page;
    let (now, may_open_accounts) = (frame.now, frame.me.role.may(Act::RunTeams));
    let mut to = Markup::of_page();
    for it in &rows {
        row(&mut to, it, may_open_accounts, now);
    }
    let written = to.done();
    let newest = rows.first().map(|it| it.at.0.to_string()).filter(|_| is_first);
    let act = newest.filter(|_| frame.counts.notifications > 0).map(|until| {
        piece! {
            <PostForm action=Path::ReadNotifications.to_string()>
                <input type="hidden" name="until" value=until/>
                <button type="submit" class="button">"Mark all as read"</button>
            </PostForm>
        }
    });
    let older = older.map(|At { at, id }| {
        view! { <a class="button" href=format!("{}?before={}-{id}", Path::Notifications, at.0)>"Older"</a> }
    });
    let newer = (!is_first).then(|| view! { <a class="button" href=Path::Notifications.to_string()>"Newest"</a> });
    let nothing = rows.is_empty().then(|| {
        view! {
            <div class="empty">
                <h2 class="empty__title">"Nothing here"</h2>
                <p class="empty__text">"When somebody calls you in a note or gives you a conversation, it says so here."</p>
            </div>
        }
    });
    let list = (!rows.is_empty()).then(|| view! { <ul class="hits" inner_html=written></ul> });
    piece! {
        <FramedPage frame place=Place::Notifications title="Notifications" act
            lead="Who called you in a note, and what was given to you. What you open is read.">
            {list}
            {nothing}
            <nav class="page__acts page__more" aria-label="Pages">{newer}{older}</nav>
        </FramedPage>
    }
}

fn row(to: &mut Markup, it: &Notification, may_open_accounts: bool, now: Timestamp) {
    to.open("li", if it.is_read { "hit hit--notice" } else { "hit hit--notice hit--unread" });
    let href = address(it, may_open_accounts);
    let link = href.as_deref().map(|it| ("href", it));
    let tag = if link.is_some() { "a" } else { "div" };
    to.open_with(tag, "hit__link", link.as_slice());
    if let Some(about) = &it.about {
        let seed = about.contact.id.to_string();
        let (name, platform) = (about.contact.title(), Some(about.platform));
        Face { name, seed: &seed, class: "avatar--m", picture: about.contact.picture, platform }.write(to);
    } else {
        to.open("span", "avatar avatar--m avatar--nobody");
        to.icon(Symbol::Alert);
        to.close("span");
    }
    to.open("span", "hit__main");
    to.open("span", "hit__head");
    to.open("span", "hit__name");
    if !it.is_read {
        to.leaf("span", "for-screen-reader", "Unread: ");
    }
    to.text(&what(it));
    to.close("span");
    to.leaf("span", "hit__by", &about(it));
    when(to, it.at, now);
    to.close("span");
    if let Some(words) = &it.words {
        let words: Vec<char> = words.chars().take(WORDS_MOST + 1).collect();
        let (shown, rest) = words.split_at(words.len().min(WORDS_MOST));
        let ending = if rest.is_empty() { "" } else { "…" };
        to.open_with("span", "hit__text", &[("dir", "auto")]);
        to.text(&(shown.iter().collect::<String>() + ending));
        to.close("span");
    }
    to.close("span");
    to.close(tag);
    to.close("li");
}

/// Where it happened; what is wrong with an account only those see who can mend it.
fn address(it: &Notification, may_open_accounts: bool) -> Option<String> {
    match (&it.about, &it.account) {
        (Some(about), _) => Some(match about.line {
            Some(id) => Path::Message { conversation: about.conversation, id }.to_string(),
            None => Path::Conversation { view: View::default(), words: "", id: about.conversation }.to_string(),
        }),
        (None, Some(_)) => may_open_accounts.then(|| Path::Health.to_string()),
        (None, None) => None,
    }
}

fn what(it: &Notification) -> String {
    match (it.kind.as_str(), &it.by) {
        ("mention", Some(by)) => format!("{by} mentioned you"),
        ("mention", None) => "You were mentioned".to_owned(),
        ("assigned", Some(by)) => format!("{by} gave you this conversation"),
        ("asked_for", _) => "Another app asks for this conversation. “Hand to bot” gives it to the bot".to_owned(),
        ("assigned", None) => "This conversation was given to you".to_owned(),
        ("token_dead", _) => "Meta does not accept our access any more. Connect the account again".to_owned(),
        ("token_ending", _) => {
            "Our access ends within a week and Meta does not prolong it. Connect the account again".to_owned()
        }
        ("subscription_lost", _) => {
            "Meta had stopped telling us what customers write. It is asked to go on; see the account’s health"
                .to_owned()
        }
        ("permission_missing", _) => {
            "A permission is missing without which messages do not work. See the account’s health".to_owned()
        }
        ("tag_refused", _) => "Meta refuses answers after 24 hours".to_owned(),
        ("policy_warning", _) => "Meta warns this account".to_owned(),
        ("policy_block", _) => "Meta has blocked this account".to_owned(),
        ("policy_unblock", _) => "Meta has unblocked this account".to_owned(),
        _ => "Something happened to this account".to_owned(),
    }
}

fn about(it: &Notification) -> String {
    let contact = it.about.as_ref().map(|it| it.contact.title());
    contact.into_iter().chain(it.account.as_ref().map(|it| it.1.as_str())).collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::ids::NotificationId;
    use model::inbox::ListedContact;
    use model::platform::Platform;
    use server::store::notifications::About;

    const EVIL: &str = "</a><script>alert(1)</script>\"'";

    fn of(kind: &str, about: Option<About>) -> Notification {
        Notification {
            id: NotificationId::from_bits(1),
            kind: kind.to_owned(),
            at: Timestamp(1_795_183_500_000),
            is_read: false,
            account: Some((model::ids::AccountId::from_bits(2), EVIL.to_owned())),
            about,
            by: Some(EVIL.to_owned()),
            words: Some(EVIL.repeat(20)),
        }
    }

    fn written(it: &Notification, may_open_accounts: bool) -> String {
        let mut to = Markup::new(String::new());
        row(&mut to, it, may_open_accounts, Timestamp(1_795_183_500_000));
        to.done()
    }

    #[test]
    fn what_people_wrote_is_shown_as_text_and_leads_to_its_line() {
        let contact = ListedContact {
            id: model::ids::ContactId::from_bits(3),
            name: Some(EVIL.to_owned()),
            username: None,
            picture: None,
        };
        let (conversation, line) = (model::ids::ConversationId::from_bits(4), model::ids::MessageId::from_bits(5));
        let about = About { conversation, contact, platform: Platform::Instagram, line: Some(line) };
        let html = written(&of("mention", Some(about)), false);
        assert!(!html.contains("<script") && html.contains("mentioned you") && html.contains("Unread: "), "{html}");
        assert!(html.contains(&Path::Message { conversation, id: line }.to_string().replace('&', "&amp;")), "{html}");
        assert!(html.contains('…'), "{html}");
    }

    #[test]
    fn what_is_wrong_with_an_account_leads_only_whoever_can_mend_it() {
        let it = of("token_dead", None);
        assert!(written(&it, true).contains("href=\"/accounts/"));
        assert!(!written(&it, false).contains("/accounts/"));
    }
}
