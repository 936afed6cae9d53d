//! What happened, where nobody wrote anything: one centred line.

use super::around::Around;
use crate::markup::Markup;
use crate::parts::icon::Symbol;
use model::content::{Detail, Referral, ThreadEvent};
use model::inbox::{Line, NamedPerson};
use model::time::Timestamp;

/// Says whether something came with it, for which it needs a card.
pub fn event(to: &mut Markup, line: &Line, around: &Around) -> bool {
    let Said { symbol, who, what, quote } =
        words(&line.detail, &Known::of(line, around, &|it| around.clock.moment(it)));
    to.open("p", "event__head");
    to.icon(symbol);
    to.open("span", "");
    to.open("b", "");
    to.leaf("bdi", "", &who);
    to.close("b");
    to.text(&format!(" {what} · "));
    around.time(to, line.at);
    to.close("span");
    to.close("p");
    if let Some(quote) = &quote {
        to.open_with("p", "event__quote", &[("dir", "auto")]);
        to.text(quote);
        to.close("p");
    }
    quote.is_some()
}

#[derive(Debug, Clone, PartialEq)]
struct Said {
    symbol: Symbol,
    who: String,
    what: String,
    /// What came with it.
    quote: Option<String>,
}

/// Whom and what the words are made of.
struct Known<'a> {
    customer: &'a str,
    /// Who did it, where it was one of us.
    by: String,
    by_id: Option<&'a str>,
    me: String,
    moment: &'a dyn Fn(Timestamp) -> String,
}

impl<'a> Known<'a> {
    fn of(line: &'a Line, around: &'a Around, moment: &'a dyn Fn(Timestamp) -> String) -> Self {
        let (by, by_id, me) = (around.author(line), line.author_id.as_deref(), around.me.to_string());
        Self { customer: around.customer(), by, by_id, me, moment }
    }

    fn assigned(&self, to: Option<&NamedPerson>) -> String {
        let Some(to) = to else { return "took this from whoever had it".to_owned() };
        let id = to.id.to_string();
        let takes_it = self.by_id == Some(id.as_str());
        match takes_it {
            true => "took this".to_owned(),
            false if id == self.me => "assigned this to you".to_owned(),
            false => format!("assigned this to {}", to.name),
        }
    }
}

fn words(detail: &Detail, known: &Known<'_>) -> Said {
    use ThreadEvent as It;
    let customer = known.customer;
    let ours = |symbol, what: String| Said { symbol, who: known.by.clone(), what, quote: None };
    let said = |symbol, what: &str| Said { symbol, who: customer.to_owned(), what: what.to_owned(), quote: None };
    // The server names them.
    let app = |it: &Option<String>| it.clone().unwrap_or("Another app".to_owned());
    let named = |it: &Option<String>| it.as_ref().map(|it| format!(" “{it}”")).unwrap_or_default();
    let unknown = |kind: &str| Said {
        who: "Something happened".to_owned(),
        ..said(Symbol::Question, &format!("that this version does not know ({kind})"))
    };
    match &detail.event {
        Some(It::Referred) => {
            let (what, quote) = referred(detail.referral.as_ref());
            Said { quote, ..said(Symbol::Megaphone, &what) }
        }
        Some(It::OptedIn { topic, title }) => {
            said(Symbol::Bell, &format!("agreed to get messages{}", about(title.as_ref().or(topic.as_ref()))))
        }
        Some(It::OptedOut { topic }) => said(Symbol::Bell, &format!("wants no more messages{}", about(topic.as_ref()))),
        Some(It::AccountLinked) => said(Symbol::Link, "linked their account"),
        Some(It::AccountUnlinked) => said(Symbol::Link, "unlinked their account"),
        Some(It::ControlPassed { from, to, metadata }) => Said {
            who: app(from),
            quote: metadata.clone(),
            ..said(Symbol::HandOver, &format!("handed this to {}", app(to)))
        },
        Some(It::ControlTaken { from, to, metadata }) => Said {
            who: app(to),
            quote: metadata.clone(),
            ..said(Symbol::HandOver, &format!("took this from {}", app(from)))
        },
        Some(It::ControlRequested { by, metadata }) => {
            Said { who: app(by), quote: metadata.clone(), ..said(Symbol::Hand, "asks for this") }
        }
        Some(It::Feedback) => said(Symbol::Star, "answered a survey"),
        Some(It::MessageRated { rating, .. }) => said(Symbol::Star, &format!("rated a message{}", named(rating))),
        Some(It::LabelAdded { name }) => Said {
            who: "In Meta’s inbox".to_owned(),
            ..said(Symbol::Tag, &format!("the label{} was set", named(name)))
        },
        Some(It::LabelRemoved { name }) => Said {
            who: "In Meta’s inbox".to_owned(),
            ..said(Symbol::Tag, &format!("the label{} was removed", named(name)))
        },
        Some(It::Assigned { to }) => ours(Symbol::Mine, known.assigned(to.as_ref())),
        Some(It::GivenToTeam { name }) => ours(Symbol::People, format!("gave this to the team {name}")),
        Some(It::HandedOver { to, note }) => {
            let what = format!("handed this to {}", to.as_deref().unwrap_or("the team"));
            Said { quote: note.clone(), ..ours(Symbol::HandOver, what) }
        }
        Some(It::Closed) => ours(Symbol::CheckCircle, "closed this".to_owned()),
        Some(It::Reopened) => ours(Symbol::Retry, "opened this again".to_owned()),
        Some(It::Snoozed { until }) => ours(Symbol::Moon, format!("snoozed this until {}", (known.moment)(*until))),
        Some(It::Prioritised { to }) => ours(Symbol::Mark, format!("set the priority to {}", to.title())),
        Some(It::Blocked) => ours(Symbol::Lock, format!("blocked {customer}")),
        Some(It::Unblocked) => ours(Symbol::Lock, format!("unblocked {customer}")),
        Some(It::Woke) => Said { who: "This".to_owned(), ..said(Symbol::Bell, "is back from being snoozed") },
        Some(It::Purged) => Said { who: "Older messages".to_owned(), ..said(Symbol::Moon, "were deleted by rule") },
        Some(It::Unknown { kind }) => unknown(kind),
        None => unknown("none"),
    }
}

fn about(topic: Option<&String>) -> String {
    topic.map(|it| format!(" about “{it}”")).unwrap_or_default()
}

/// Where they came from, in words, and what else is known of it.
pub fn referred(referral: Option<&Referral>) -> (String, Option<String>) {
    let Some(it) = referral else { return ("opened this conversation from a link".to_owned(), None) };
    let from = match (&it.ad_title, &it.ad_id, &it.product_id, it.source.as_deref()) {
        (Some(title), ..) => format!("tapped your ad “{title}” and opened this conversation"),
        (None, Some(_), ..) | (None, None, _, Some("ADS")) => "tapped your ad and opened this conversation".to_owned(),
        (None, None, Some(_), _) => "came from a product and opened this conversation".to_owned(),
        _ if it.post_id.is_some() => "came from a post and opened this conversation".to_owned(),
        _ => "opened this conversation from a link".to_owned(),
    };
    (from, it.reference.as_ref().map(|it| format!("Reference: {it}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::Id as _;
    use model::person::PersonId;
    use model::priority::Priority;

    fn person(n: u8) -> NamedPerson {
        NamedPerson { id: PersonId::compose(1, [n; 10]), name: "Noah".to_owned() }
    }

    fn known() -> Known<'static> {
        let me = person(1).id.to_string();
        Known { customer: "Hannah", by: "Ines".to_owned(), by_id: None, me, moment: &|_| "Thu 14:05".to_owned() }
    }

    #[test]
    fn every_event_is_said_in_words() {
        let some = |it: &str| Some(it.to_owned());
        let list = [
            (ThreadEvent::Referred, "Hannah opened this conversation from a link"),
            (ThreadEvent::OptedIn { topic: some("drops"), title: None }, "Hannah agreed to get messages about “drops”"),
            (ThreadEvent::OptedOut { topic: None }, "Hannah wants no more messages"),
            (ThreadEvent::AccountLinked, "Hannah linked their account"),
            (ThreadEvent::AccountUnlinked, "Hannah unlinked their account"),
            (
                ThreadEvent::ControlPassed {
                    from: some("App 12"),
                    to: some("us"),
                    metadata: some("asks about saucers"),
                },
                "App 12 handed this to us: asks about saucers",
            ),
            (
                ThreadEvent::ControlTaken { from: some("us"), to: some("The Page inbox"), metadata: None },
                "The Page inbox took this from us",
            ),
            (ThreadEvent::ControlRequested { by: None, metadata: None }, "Another app asks for this"),
            (ThreadEvent::Feedback, "Hannah answered a survey"),
            (ThreadEvent::MessageRated { mid: None, rating: some("up") }, "Hannah rated a message “up”"),
            (ThreadEvent::Assigned { to: Some(person(1)) }, "Ines assigned this to you"),
            (ThreadEvent::Assigned { to: Some(person(2)) }, "Ines assigned this to Noah"),
            (ThreadEvent::Assigned { to: None }, "Ines took this from whoever had it"),
            (ThreadEvent::GivenToTeam { name: "Orders".to_owned() }, "Ines gave this to the team Orders"),
            (ThreadEvent::HandedOver { to: some("Kiln"), note: None }, "Ines handed this to Kiln"),
            (ThreadEvent::HandedOver { to: None, note: some("wants 40") }, "Ines handed this to the team: wants 40"),
            (ThreadEvent::Closed, "Ines closed this"),
            (ThreadEvent::Reopened, "Ines opened this again"),
            (ThreadEvent::Snoozed { until: Timestamp(1) }, "Ines snoozed this until Thu 14:05"),
            (ThreadEvent::Woke, "This is back from being snoozed"),
            (ThreadEvent::Prioritised { to: Priority::High }, "Ines set the priority to High"),
            (ThreadEvent::Blocked, "Ines blocked Hannah"),
            (ThreadEvent::Unblocked, "Ines unblocked Hannah"),
            (ThreadEvent::Purged, "Older messages were deleted by rule"),
            (ThreadEvent::LabelAdded { name: some("VIP") }, "In Meta’s inbox the label “VIP” was set"),
            (ThreadEvent::LabelRemoved { name: None }, "In Meta’s inbox the label was removed"),
            (
                ThreadEvent::Unknown { kind: "tune".to_owned() },
                "Something happened that this version does not know (tune)",
            ),
        ];
        for (event, expected) in list {
            let Said { who, what, quote, .. } = words(&Detail { event: Some(event), ..Detail::default() }, &known());
            let quote = quote.map(|it| format!(": {it}")).unwrap_or_default();
            assert_eq!(format!("{who} {what}{quote}"), expected);
        }
    }

    #[test]
    fn where_somebody_came_from_is_said_as_far_as_it_is_known() {
        let from = |it: Referral| referred(Some(&it)).0;
        let ad = Referral { ad_title: Some("Autumn glaze drop".to_owned()), ..Referral::default() };
        assert_eq!(from(ad), "tapped your ad “Autumn glaze drop” and opened this conversation");
        let plain = Referral { source: Some("ADS".to_owned()), ..Referral::default() };
        assert_eq!(from(plain), "tapped your ad and opened this conversation");
        assert_eq!(from(Referral::default()), "opened this conversation from a link");
    }
}
