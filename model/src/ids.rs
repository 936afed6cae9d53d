//! The ids of what the inbox holds. A person's is in [`crate::person`].

use crate::id::id;

id! {
    /// A connected Instagram account or Facebook Page.
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
    /// One entry of a thread: a message, a note or an event.
    MessageId
}

id! {
    /// One step of the feed.
    ChangeId
}

id! {
    /// What concerns one person.
    NotificationId
}

id! {
    /// Something about an account that somebody has to look at.
    IncidentId
}

// These are made of what Meta says and not of time and chance, so that a replay of the journal into an
// empty database makes the same rows.

impl AccountId {
    pub fn of(platform: crate::platform::Platform, external_id: &str) -> Self {
        Self::from_bits(crate::meta::identity::digest(&["account", platform.word(), external_id]))
    }
}

impl ContactId {
    pub fn of(account: AccountId, external_id: &str) -> Self {
        Self::from_bits(crate::meta::identity::digest(&["contact", &account.to_string(), external_id]))
    }
}

impl ConversationId {
    pub fn of(contact: ContactId) -> Self {
        Self::from_bits(crate::meta::identity::digest(&["conversation", &contact.to_string()]))
    }
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
