use super::pressing::Look;
use super::writing::{When, Writing};
use crate::prelude::*;
use model::desk::Unseen;
use model::thread::Author;

/// A reply that did not go, because somebody wrote before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub unseen: Unseen,
    pub when: When,
}

/// What came in between, and the two ways on. The reply itself is back in the field.
pub fn held_reply(writing: Writing) -> impl IntoView {
    late(move || writing.held.get().map(|held| Late::new(move || view! { <HeldReply writing held/> })))
}

#[component]
fn HeldReply(writing: Writing, held: Held) -> Late {
    let Held { unseen, when } = held;
    let title = title(&unseen, untrack(|| writing.between()).customer.as_deref().unwrap_or("The customer"));
    let look = move |_| {
        writing.held.set(None);
        if let Ok(Some(log)) = document().query_selector(".log") {
            log.set_scroll_top(log.scroll_height());
        }
        writing.focus();
    };
    let anyway = move |_| {
        writing.held.set(None);
        writing.send(when, Look::Anyway);
    };
    late! {
            <div class="held" role="group" aria-label="Held reply">
                <p role="alert"><b>{title}</b>" Your reply is kept. Have a look, then decide."</p>
                <p class="held__quote" dir="auto">{unseen.preview}</p>
                <p class="held__do">
                    <button type="button" class="button button--small" on:click=heed(anyway)>"Send anyway"</button>
                    <button type="button" class="button button--small button--quiet" on:click=heed(look)>"Look first"</button>
                </p>
            </div>
    }
}

fn title(unseen: &Unseen, customer: &str) -> String {
    let name = unseen.author_name.as_deref();
    let what = match unseen.author {
        Author::Contact => format!("{} wrote while you were writing", name.unwrap_or(customer)),
        Author::Agent | Author::NativeInbox => format!("{} answered meanwhile", name.unwrap_or("A colleague")),
        Author::Bot | Author::Rule | Author::System => format!("{} answered meanwhile", name.unwrap_or("The bot")),
    };
    match unseen.n_messages {
        0 | 1 => format!("{what}."),
        n => format!("{what}: {n} messages."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_who_wrote_and_how_much() {
        let said = |author, name: Option<&str>, n_messages| {
            let (author_name, preview) = (name.map(str::to_owned), String::new());
            title(&Unseen { n_messages, author, author_name, preview }, "Hannah Okafor")
        };
        assert_eq!(said(Author::Contact, None, 1), "Hannah Okafor wrote while you were writing.");
        assert_eq!(said(Author::Contact, Some("Hannah"), 3), "Hannah wrote while you were writing: 3 messages.");
        assert_eq!(said(Author::Agent, Some("Ines Duarte"), 1), "Ines Duarte answered meanwhile.");
        assert_eq!(said(Author::NativeInbox, None, 1), "A colleague answered meanwhile.");
        assert_eq!(said(Author::Bot, None, 1), "The bot answered meanwhile.");
    }
}
