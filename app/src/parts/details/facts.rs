//! What is known of the customer, written as text.

use crate::markup::Markup;
use crate::parts::avatar::Face;
use crate::parts::icon::Symbol;
use crate::path::Path;
use crate::state::clock::{Clock, iso};
use model::content::Referral;
use model::desk::{Details, Episode, Label};
use model::inbox::ListedContact;
use model::person::PersonId;
use model::priority::Priority;
use model::texts::joined;
use model::time::Timestamp;

pub struct About<'a> {
    pub details: &'a Details,
    pub clock: Clock,
    pub me: PersonId,
    pub priority: Priority,
    /// What the customer is called.
    pub title: &'a str,
}

pub fn person(to: &mut Markup, contact: &ListedContact, details: Option<&Details>) {
    let seed = contact.id.to_string();
    Face { name: contact.title(), seed: &seed, class: "avatar--xl", picture: contact.picture, platform: None }
        .write(to);
    to.open("h3", "details__name");
    to.leaf("bdi", "", contact.title());
    to.close("h3");
    if let Some(username) = contact.username.as_ref().filter(|_| contact.name.is_some()) {
        to.leaf("p", "soft", &format!("@{username}"));
    }
    let Some(details) = details else { return };
    let follows = details.follows_us.map(|it| if it { "Follows you" } else { "Does not follow you" }.to_owned());
    let followers = details
        .followers
        .filter(|it| *it > 0)
        .map(|it| if it == 1 { "1 follower".to_owned() } else { format!("{} followers", grouped(it)) });
    let verified = (details.is_verified == Some(true)).then(|| "Verified".to_owned());
    let all: Vec<String> = [verified, follows, followers].into_iter().flatten().collect();
    if !all.is_empty() {
        to.leaf("p", "small", &joined(&all, " · "));
    }
}

pub fn facts(to: &mut Markup, it: &About<'_>) {
    to.open("section", "details__part");
    to.open("dl", "facts");
    if !it.details.all_labels.is_empty() || !it.details.labels.is_empty() {
        to.leaf("dt", "", "Labels");
        to.open("dd", "");
        for label in &it.details.labels {
            chip(to, label);
        }
        let named =
            [("type", "button"), ("data-act", "labels"), ("aria-label", "Edit labels"), ("title", "Edit labels")];
        to.open_with("button", "button button--quiet button--small button--icon", &named);
        to.icon(Symbol::Plus);
        to.close("button");
        to.close("dd");
    }
    to.leaf("dt", "", "Priority");
    to.open("dd", "");
    to.open_with("span", "segments", &[("role", "group"), ("aria-label", "Priority")]);
    for priority in Priority::ALL {
        let pressed = if priority == it.priority { "true" } else { "false" };
        let named = [("type", "button"), ("data-act", priority.title()), ("aria-pressed", pressed)];
        to.open_with("button", "segments__item", &named);
        to.text(priority.title());
        to.close("button");
    }
    to.close("span");
    to.close("dd");
    fact(to, "Team", it.details.team.as_deref());
    fact(to, "Email", it.details.email.as_deref());
    fact(to, "Phone", it.details.phone.as_deref());
    for (name, value) in &it.details.fields {
        fact(to, name, Some(value));
    }
    let since = it.clock.heading(it.clock.day(it.details.known_since));
    fact(to, "Known since", Some(&since));
    to.close("dl");
    to.close("section");
}

fn fact(to: &mut Markup, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        to.open_with("dt", "", &[("dir", "auto")]);
        to.text(name);
        to.close("dt");
        to.open_with("dd", "", &[("dir", "auto")]);
        to.text(value);
        to.close("dd");
    }
}

/// The policy allows no colour of its own to an element: hues go by twelve classes.
pub fn chip(to: &mut Markup, label: &Label) {
    to.leaf("span", &format!("chip chip--label chip--hue-{}", (label.hue % 360 + 15) / 30 % 12), &label.name);
}

/// What the team wrote, with the way to change it.
pub fn about(to: &mut Markup, it: &About<'_>) {
    to.open("section", "details__part");
    to.open("h3", "details__heading");
    to.leaf("span", "truncate", &format!("About {}", first_name(it.title)));
    to.open_with("button", "link-button", &[("type", "button"), ("data-act", "edit"), ("id", "edit-contact")]);
    to.text("Edit");
    to.close("button");
    to.close("h3");
    match it.details.about.as_deref().filter(|it| !it.trim().is_empty()) {
        Some(words) => {
            to.open_with("p", "details__about soft", &[("dir", "auto")]);
            to.text(words);
            to.close("p");
        }
        None => to.leaf("p", "details__about faint", "Nothing is written yet."),
    }
    to.close("section");
}

pub fn rest(to: &mut Markup, it: &About<'_>) {
    let href = Path::Contact { id: it.details.contact.id }.to_string();
    to.open("p", "details__part");
    to.open_with("a", "link-button", &[("href", &href)]);
    to.text("All about this person");
    to.close("a");
    to.text(" · ");
    to.open_with("a", "link-button", &[("href", &format!("{href}#blocking"))]);
    to.text(if it.details.is_blocked { "Unblock" } else { "Block" });
    to.close("a");
    to.close("p");
    if let Some(from) = &it.details.came_from {
        to.open("section", "details__part");
        to.leaf("h3", "details__heading", "Came from");
        to.open("div", "origin");
        to.open("span", "origin__art");
        to.icon(Symbol::Megaphone);
        to.close("span");
        to.open("p", "");
        to.text(&origin(&from.referral));
        to.text(" ");
        time(to, it.clock, from.at, &it.clock.heading(it.clock.day(from.at)));
        to.close("p");
        to.close("div");
        to.close("section");
    }
    if !it.details.earlier.is_empty() {
        to.open("section", "details__part");
        to.leaf("h3", "details__heading", "Earlier conversations");
        to.open("ul", "history");
        for episode in &it.details.earlier {
            earlier(to, episode, it);
        }
        to.close("ul");
        to.close("section");
    }
}

fn earlier(to: &mut Markup, episode: &Episode, it: &About<'_>) {
    to.open("li", "history__item");
    let began = it.clock.heading(it.clock.day(episode.opened_at));
    to.leaf("span", "truncate", &began);
    let ended = episode.closed_at.unwrap_or(episode.opened_at);
    time(to, it.clock, ended, &it.clock.short(ended));
    let by = match &episode.closed_by {
        Some(person) if person.id == it.me => "Closed by you".to_owned(),
        Some(person) => format!("Closed by {}", first_name(&person.name)),
        None => "Closed".to_owned(),
    };
    to.leaf("span", "faint", &by);
    to.close("li");
}

fn time(to: &mut Markup, clock: Clock, at: Timestamp, words: &str) {
    to.open_with("time", "faint", &[("datetime", &iso(at)), ("title", &clock.moment(at))]);
    to.text(words);
    to.close("time");
}

fn origin(it: &Referral) -> String {
    let reference = it.reference.as_ref().map(|it| format!(" ({it})")).unwrap_or_default();
    match (&it.ad_title, &it.ad_id, &it.product_id, &it.post_id) {
        (Some(title), ..) => format!("Ad “{title}”"),
        (None, Some(_), ..) => "An ad".to_owned(),
        (None, None, ..) if it.source.as_deref() == Some("ADS") => "An ad".to_owned(),
        (None, None, Some(_), _) => "A product".to_owned(),
        (None, None, None, Some(_)) => "A post".to_owned(),
        _ => format!("A link{reference}"),
    }
}

/// Of a script without capitals the whole name, which is mostly one word.
pub fn first_name(name: &str) -> &str {
    let first = name.split_whitespace().next().unwrap_or(name);
    let has_case = first.chars().next().is_some_and(|it| it.is_lowercase() || it.is_uppercase());
    if has_case { first } else { name }
}

/// 1,204
fn grouped(n: i64) -> String {
    let digits = n.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_followers_can_be_read() {
        for (n, words) in [(0, "0"), (999, "999"), (1204, "1,204"), (1_000_000, "1,000,000"), (-100, "-100")] {
            assert_eq!(grouped(n), words);
        }
    }

    #[test]
    fn where_somebody_came_from_is_named() {
        let ad = Referral { ad_title: Some("Autumn glaze drop".to_owned()), ..Referral::default() };
        assert_eq!(origin(&ad), "Ad “Autumn glaze drop”");
        let link = Referral { reference: Some("spring".to_owned()), ..Referral::default() };
        assert_eq!(origin(&link), "A link (spring)");
        assert_eq!(origin(&Referral { source: Some("ADS".to_owned()), ..Referral::default() }), "An ad");
    }

    #[test]
    fn somebody_is_called_by_their_first_name() {
        assert_eq!(first_name("Hannah Okafor"), "Hannah");
        assert_eq!(first_name("山本 結衣"), "山本 結衣");
        assert_eq!(first_name(""), "");
    }
}
