//! What was found: customers by name, then messages and notes, the newest first. Each leads to where it was said.

use crate::markup::Markup;
use crate::parts::avatar::Face;
use crate::parts::frame::{Frame, FramedPage, Place};
use crate::parts::icon::{Icon, Symbol};
use crate::path::Path;
use crate::prelude::*;
use crate::state::clock::{Day, ago, iso};
use model::inbox::ListedContact;
use model::platform::Platform;
use model::search::Query;
use model::thread::Author;
use model::time::{DAY_S, Timestamp};
use model::view::View;
use server::search::excerpt::Bit;
use server::search::{ContactHit, MessageHit, Results};

/// What was looked for, and what came of it.
#[derive(Debug, Clone)]
pub struct Finding {
    pub frame: Frame,
    /// As they were typed.
    pub words: String,
    pub wanted: Query,
    /// Nothing was shown before this page.
    pub is_first: bool,
    pub results: Results,
}

impl Finding {
    pub fn title(&self) -> String {
        match self.words.trim() {
            "" => "Search".to_owned(),
            words => format!("{words} · Search"),
        }
    }
}

#[component]
pub fn SearchPage(finding: Finding) -> Piece {
    let (said, results) = (said(&finding), results(&finding));
    let Finding { frame, words, .. } = finding;
    piece! {
        <FramedPage frame place=Place::Search title="Search"
            lead="Messages, notes and customers of all accounts that you see.">
            <form class="find" role="search" method="get" action=Path::Find.to_string()>
                <div class="search">
                    <Icon symbol=Symbol::Search/>
                    <input class="input" type="search" name="q" value=words aria-label="Search everything"
                        placeholder="Words, or “several in their order”" aria-describedby="find-help" autocomplete="off" autocapitalize="none"
                        enterkeyhint="search" autofocus=true/>
                </div>
                <button type="submit" class="button">"Search"</button>
                <p class="find__help small faint" id="find-help">
                    "Narrow it with " <code>"from:hannah"</code> ", " <code>"label:vip"</code> " or "
                    <code>"before:2026-11-01"</code> "."
                </p>
            </form>
            <p class="for-screen-reader" id="found" role="status">{said}</p>
            <div class="results" id="results" inner_html=results></div>
        </FramedPage>
    }
}

fn results(finding: &Finding) -> String {
    let mut it = Markup::of_page();
    let Finding { frame, words, wanted, is_first, results } = finding;
    for day in &wanted.no_days {
        let words = format!("“before:{day}” is no day. Write it like before:2026-11-01.");
        it.leaf("p", "find__problem small", &words);
    }
    let is_asked = !wanted.is_empty();
    let is_found = !(results.contacts.is_empty() && results.messages.is_empty());
    if !results.contacts.is_empty() {
        it.leaf("h2", "page__heading", "Customers");
        it.open("ul", "hits");
        results.contacts.iter().for_each(|hit| contact(&mut it, hit, frame.now));
        it.close("ul");
    }
    if !results.messages.is_empty() {
        it.leaf("h2", "page__heading", "Messages");
        it.open("ul", "hits");
        results.messages.iter().for_each(|hit| message(&mut it, hit, frame.now));
        it.close("ul");
    }
    if is_asked && !is_found {
        it.open("div", "empty");
        let (title, text) = match (results.next, *is_first) {
            (Some(_), _) => ("Nothing found yet", "Not all messages have been looked through."),
            (None, true) => ("Nothing found", "Try fewer words, or the beginning of one."),
            (None, false) => ("Nothing older", "That was all."),
        };
        it.leaf("h2", "empty__title", title);
        it.leaf("p", "empty__text", text);
        it.close("div");
    }
    if let Some(after) = results.next {
        let href = Path::FoundMore { words, after }.to_string();
        it.open("p", "results__more");
        it.open_with("a", "button", &[("href", &href)]);
        it.text(if is_found { "Older messages" } else { "Look further back" });
        it.close("a");
        it.close("p");
    }
    it.done()
}

/// In few words, for whoever does not see the page.
fn said(finding: &Finding) -> String {
    let Finding { wanted, results, .. } = finding;
    if wanted.is_empty() {
        return String::new();
    }
    let count = |n: usize, one: &str, many: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
    let (contacts, messages) = (results.contacts.len(), results.messages.len());
    match (contacts, messages) {
        (0, 0) => "Nothing found".to_owned(),
        (0, n) => count(n, "message", "messages"),
        (n, 0) => count(n, "customer", "customers"),
        (n, m) => format!("{}, {}", count(n, "customer", "customers"), count(m, "message", "messages")),
    }
}

fn contact(to: &mut Markup, hit: &ContactHit, now: Timestamp) {
    let found = &hit.found;
    let href = Path::Conversation { view: View::default(), words: "", id: found.conversation }.to_string();
    begin(to, "hit", &href, &found.contact, found.platform);
    to.open("span", "hit__head");
    to.open("span", "hit__name");
    bits(to, &hit.name);
    to.close("span");
    when(to, found.last_activity_at, now);
    to.close("span");
    to.open("span", "hit__text");
    if found.contact.name.is_some() && !hit.username.is_empty() {
        to.text("@");
        bits(to, &hit.username);
        to.text(" · ");
    }
    to.text(&found.account_name);
    end(to);
}

fn message(to: &mut Markup, hit: &MessageHit, now: Timestamp) {
    let found = &hit.found;
    let href = Path::Message { conversation: found.conversation, id: found.id }.to_string();
    begin(to, if found.is_note { "hit hit--note" } else { "hit" }, &href, &found.contact, found.platform);
    to.open("span", "hit__head");
    to.leaf("span", "hit__name", found.contact.title());
    to.leaf("span", "hit__by", &said_by(hit));
    when(to, found.at, now);
    to.close("span");
    to.open_with("span", "hit__text", &[("dir", "auto")]);
    bits(to, &hit.text);
    end(to);
}

/// Who said it where it was not the customer, and at which account.
fn said_by(hit: &MessageHit) -> String {
    let found = &hit.found;
    let name = found.author_name.as_deref();
    let by = match (found.is_note, found.author) {
        (true, _) => Some(format!("Note by {}", name.unwrap_or("somebody"))),
        (_, Author::Contact) => None,
        (_, Author::Agent) => Some(name.unwrap_or("You").to_owned()),
        (_, _) => Some(name.unwrap_or("Another app").to_owned()),
    };
    by.into_iter().chain([found.account_name.clone()]).collect::<Vec<_>>().join(" · ")
}

fn begin(to: &mut Markup, class: &str, href: &str, contact: &ListedContact, platform: Platform) {
    to.open("li", class);
    to.open_with("a", "hit__link", &[("href", href)]);
    let seed = contact.id.to_string();
    let face = Face {
        name: contact.title(),
        seed: &seed,
        class: "avatar--m",
        picture: contact.picture,
        platform: Some(platform),
    };
    face.write(to);
    to.open("span", "hit__main");
}

fn end(to: &mut Markup) {
    to.close("span");
    to.close("span");
    to.close("a");
    to.close("li");
}

fn bits(to: &mut Markup, bits: &[Bit]) {
    for bit in bits {
        if bit.is_hit {
            to.leaf("mark", "", &bit.text);
        } else {
            to.text(&bit.text);
        }
    }
}

/// For two days how long it is ago, then the day.
pub fn when(to: &mut Markup, at: Timestamp, now: Timestamp) {
    let day = |at: Timestamp| Day(at.0.div_euclid(DAY_S * 1000));
    let words = if now.since_ms(at) < 2 * DAY_S * 1000 { ago(now, at) } else { day(at).short(day(now)) };
    to.open_with("time", "hit__when", &[("datetime", &iso(at))]);
    to.text(&words);
    to.close("time");
}
