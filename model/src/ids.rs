//! The ids of the inbox. Those of what Meta tells us of are derived from Meta's ids, so that a
//! replay of the journal into an empty database makes the same rows.

use crate::id::{compose, id};
use crate::meta::identity::digest;
use crate::platform::Platform;
use crate::time::Timestamp;

id! {
    /// A connected Instagram account or Page.
    AccountId
}
id! {
    /// A customer, as one account knows them.
    ContactId
}
id! {
    /// Everything between one contact and one account.
    ConversationId
}
id! {
    /// One line of a thread: a message, a note or an event.
    MessageId
}
id! {
    /// One row of the journal of what Meta sent.
    InboundId
}
id! {
    /// A word about a message that has not come yet.
    WaitingId
}
id! {
    /// Pages among which somebody has yet to choose.
    ConnectChoiceId
}
id! {
    /// Something wrong with an account.
    IncidentId
}
id! {
    /// One step of the live feed.
    ChangeId
}
id! {
    /// What concerns one person.
    NotificationId
}
id! {
    /// What conversations and customers are sorted by.
    LabelId
}
id! {
    /// A conversation from its opening to its closing.
    EpisodeId
}
id! {
    /// Some people who share the work.
    TeamId
}
id! {
    /// Working hours.
    ScheduleId
}
id! {
    /// A view that somebody made.
    SavedViewId
}
id! {
    /// What decides who gets a conversation that opens.
    RuleId
}
id! {
    /// What lets another program use the API.
    ApiTokenId
}
id! {
    /// A program that answers customers through the API.
    BotId
}
id! {
    /// Another program's address for what happens here.
    EndpointId
}

id! {
    /// Something that a business wants to know of its customers.
    FieldId
}
id! {
    /// A request to delete all about somebody.
    DeletionId
}
id! {
    /// One reading back of what was said before.
    BackfillId
}

impl AccountId {
    pub fn of(platform: Platform, external_id: &str) -> Self {
        Self::from_bits(digest(&["account", platform.word(), external_id]))
    }
}

impl ContactId {
    pub fn of(account: AccountId, external_id: &str) -> Self {
        Self::from_bits(digest(&["contact", &account.to_string(), external_id]))
    }
}

impl BotId {
    /// A bot is known by its name: two tokens of one name are the same bot's.
    pub fn of(name: &str) -> Self {
        Self::from_bits(digest(&["bot", &name.to_lowercase()]))
    }
}

impl ConversationId {
    pub fn of(contact: ContactId) -> Self {
        Self::from_bits(digest(&["conversation", &contact.to_string()]))
    }
}

impl MessageId {
    /// `key` is what stands for the message: its mid's key, or the journal's where it has no mid.
    pub fn of(at: Timestamp, key: &str) -> Self {
        Self::from_bits(timed(at, &["message", key]))
    }
}

impl WaitingId {
    pub fn of(at: Timestamp, dedupe_key: &str) -> Self {
        Self::from_bits(timed(at, &["waiting", dedupe_key]))
    }
}

impl EpisodeId {
    pub fn of(conversation: ConversationId, opened_at: Timestamp) -> Self {
        Self::from_bits(timed(opened_at, &["episode", &conversation.to_string()]))
    }
}

impl IncidentId {
    pub fn of(account: AccountId, kind: &str, at: Timestamp) -> Self {
        Self::from_bits(timed(at, &["incident", &account.to_string(), kind]))
    }
}

fn timed(at: Timestamp, parts: &[&str]) -> u128 {
    let mut chance = [0u8; 10];
    chance.copy_from_slice(&digest(parts).to_be_bytes()[..10]);
    compose(at.0, chance)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Platform;

    /// They are in databases: another way to make them would make every customer twice.
    #[test]
    fn what_meta_calls_the_same_is_the_same_for_ever() {
        let account = AccountId::of(Platform::Instagram, "17841460210973548");
        let contact = ContactId::of(account, "1093847561029384");
        let made = [account.to_string(), contact.to_string(), ConversationId::of(contact).to_string()];
        assert_eq!(made, ["6tt31yx71ykc3c67b9jk9wcrjb", "0d37p8serepkxqsd1553m02cqg", "2yp9gzwemx8vvqyw5p4krvekkd"]);
        assert_ne!(account, AccountId::of(Platform::Page, "17841460210973548"));
    }
}
