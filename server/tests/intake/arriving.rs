//! What meets what: our own sends and their echoes, words and the messages they are about.

use crate::inbox::{Inbox, payload};
use crate::rows;

crate::on_both!(what_was_unsent_is_nowhere,);

/// Neither in the thread nor in the journal, in whichever order it came.
async fn what_was_unsent_is_nowhere(inbox: Inbox) {
    let order: [&[&str]; 2] = [
        &["instagram.message.text", "instagram.message.deleted"],
        &["instagram.message.deleted", "instagram.message.text"],
    ];
    for names in order {
        let inbox = inbox.another().await;
        for name in names {
            inbox.take(&payload(name)).await;
        }
        let everything = [
            "select coalesce(text, '') || coalesce(detail, '') from messages",
            "select coalesce(preview, '') from conversations",
            "select raw from inbound",
            "select payload from waiting_events",
            "select payload from changes",
        ];
        for query in everything {
            let found = rows::lines(&inbox.url, query).await.concat();
            assert!(!found.contains("kettle"), "{names:?}: {query}: {found}");
        }
        let states = rows::lines(&inbox.url, "select state from messages").await;
        assert_eq!(states, ["deleted"], "{names:?}: a tombstone stays");
    }
}
