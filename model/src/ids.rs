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
