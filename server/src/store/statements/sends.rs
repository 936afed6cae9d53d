//! Messages and reactions of ours on their way to Meta.
//!
//! Whoever changes a job raises its conversation first: the row stays locked until the commit, so
//! that an answer, an echo and an agent who takes a message back come one after the other.

mod accounts;
mod addressee;
mod claim;
mod disclosing;
mod doubt;
mod echo;
mod fail;
mod jobs;
mod leaving;
mod next;
mod pace;
mod queue;
mod reaction;
mod settle;
mod split;
mod thread;
mod undo;
mod unseen;

pub(super) use thread::count_failed;

use super::super::{Driver, FOR_UPDATE};
use super::many::{among, lists};
use super::{Conn, Pools};
use crate::store::sends::{
    Addressee, ClaimDoubts, ClaimSends, Doubted, FailedSend, JobKind, Leaving, NewReaction, NewReply, Postponed,
    Queueing, Sends, Settled, Tagged, Upload,
};
use crate::store::{StoreError, StoreResult, doing};
use async_trait::async_trait;
use model::ids::{AccountId, ConversationId, IncidentId, MessageId};
use model::media::MediaId;
use model::person::PersonId;
use model::time::Timestamp;

#[async_trait]
impl Sends for Pools {
    async fn find_addressee(&self, conversation: ConversationId) -> StoreResult<Option<Addressee>> {
        let mut conn = self.read().await.map_err(doing("look up whom a reply goes to"))?;
        addressee::find(&mut conn, conversation).await
    }

    async fn find_addressee_seen_by(
        &self,
        person: PersonId,
        conversation: ConversationId,
    ) -> StoreResult<Option<Addressee>> {
        let mut conn = self.read().await.map_err(doing("look up whom a reply goes to"))?;
        addressee::find_seen_by(&mut conn, person, conversation).await
    }

    async fn find_queued(&self, conversation: ConversationId, client_id: String) -> StoreResult<Vec<MessageId>> {
        let mut conn = self.read().await.map_err(doing("look for what was queued"))?;
        queue::find(&mut conn, conversation, Some(&client_id)).await
    }

    async fn queue_reply(&self, reply: NewReply) -> StoreResult<Queueing> {
        const WHAT: &str = "queue a reply";
        let again = reply.clone();
        match self.write(WHAT, move |conn| Box::pin(async move { queue::reply(conn, &reply).await })).await {
            Err(StoreError::Refused) => Ok(Queueing::CommentAnswered),
            // The same reply was queued at the same moment; now it is there to be found.
            Err(StoreError::Database { source, .. }) if is_taken(&source) => {
                self.write(WHAT, move |conn| Box::pin(async move { queue::reply(conn, &again).await })).await
            }
            queued => queued,
        }
    }

    async fn queue_reaction(&self, reaction: NewReaction) -> StoreResult<bool> {
        unless_refused(
            self.write("queue a reaction", move |conn| Box::pin(async move { reaction::queue(conn, &reaction).await }))
                .await,
        )
    }

    async fn claim_sends(&self, claim: ClaimSends) -> StoreResult<Vec<Leaving>> {
        self.write("claim what is to be sent", move |conn| Box::pin(async move { claim::claim(conn, &claim).await }))
            .await
    }

    async fn find_next_send(&self, now: Timestamp) -> StoreResult<Option<Timestamp>> {
        let mut conn = self.read().await.map_err(doing("look for what is to be sent"))?;
        next::next(&mut conn, now).await
    }

    async fn tag_send(&self, tagged: Tagged) -> StoreResult<()> {
        self.write("note the tag of a message", move |conn| Box::pin(async move { settle::tag(conn, &tagged).await }))
            .await
    }

    async fn settle_send(&self, settled: Settled) -> StoreResult<()> {
        match self.settle_sends(vec![settled.clone()]).await {
            // The echo was written at the same moment; now it is there to be met.
            Err(StoreError::Database { source, .. }) if is_taken(&source) => self.settle_sends(vec![settled]).await,
            settled => settled,
        }
    }

    async fn settle_sends(&self, settled: Vec<Settled>) -> StoreResult<()> {
        self.write(SETTLING, move |conn| Box::pin(async move { settle::settle(conn, &settled).await })).await
    }

    async fn settle_reaction(&self, message: MessageId, now: Timestamp) -> StoreResult<()> {
        self.write("note that a reaction was sent", move |conn| {
            Box::pin(async move { reaction::settle(conn, message, now).await })
        })
        .await
    }

    async fn postpone_send(&self, postponed: Postponed) -> StoreResult<()> {
        self.write("put off what is to be sent", move |conn| {
            Box::pin(async move { fail::postpone(conn, &postponed).await })
        })
        .await
    }

    async fn fail_send(&self, failed: FailedSend) -> StoreResult<()> {
        let done = self.write("note that something was not sent", move |conn| {
            Box::pin(async move {
                match failed.kind {
                    JobKind::Message => fail::message(conn, &failed).await,
                    JobKind::Reaction => reaction::fail(conn, &failed).await,
                }
            })
        });
        // Whatever was refused, it was settled meanwhile.
        unless_refused(done.await).map(drop)
    }

    async fn doubt_send(&self, message: MessageId, now: Timestamp) -> StoreResult<()> {
        self.write("note that nobody knows whether a message was sent", move |conn| {
            Box::pin(async move { doubt::doubt(conn, message, now).await })
        })
        .await
    }

    async fn orphan_sends(&self, all: bool, now: Timestamp) -> StoreResult<u64> {
        self.write("look after what nobody sends any more", move |conn| {
            Box::pin(async move { doubt::orphan(conn, all, now).await })
        })
        .await
    }

    async fn claim_doubts(&self, doubts: ClaimDoubts) -> StoreResult<Vec<Doubted>> {
        self.write("claim what nobody knows the fate of", move |conn| {
            Box::pin(async move { doubt::claim(conn, &doubts).await })
        })
        .await
    }

    async fn give_up_doubt(&self, message: MessageId, now: Timestamp) -> StoreResult<bool> {
        unless_refused(
            self.write("leave a message unconfirmed", move |conn| {
                Box::pin(async move { doubt::give_up(conn, message, now).await })
            })
            .await,
        )
    }

    async fn known_mids(&self, mid_keys: Vec<String>) -> StoreResult<Vec<String>> {
        let mut conn = self.read().await.map_err(doing("look for messages by their mids"))?;
        thread::known_mids(&mut conn, &mid_keys).await
    }

    async fn take_back(&self, message: MessageId, now: Timestamp) -> StoreResult<bool> {
        unless_refused(
            self.write("take back a message", move |conn| {
                Box::pin(async move { undo::take_back(conn, message, now).await })
            })
            .await,
        )
    }

    async fn retry_send(&self, message: MessageId, now: Timestamp) -> StoreResult<bool> {
        unless_refused(
            self.write("queue a message again", move |conn| {
                Box::pin(async move { undo::retry(conn, message, now).await })
            })
            .await,
        )
    }

    async fn discard_send(&self, message: MessageId, now: Timestamp) -> StoreResult<bool> {
        unless_refused(
            self.write("discard a message", move |conn| {
                Box::pin(async move { undo::discard(conn, message, now).await })
            })
            .await,
        )
    }

    async fn split_pictures(&self, message: MessageId, rest: Vec<MessageId>, now: Timestamp) -> StoreResult<()> {
        let done = self.write("part the pictures of a message", move |conn| {
            Box::pin(async move { split::split(conn, message, rest, now).await })
        });
        unless_refused(done.await).map(drop)
    }

    async fn save_upload(&self, upload: Upload) -> StoreResult<()> {
        self.write("note what Meta calls a file", move |conn| {
            Box::pin(async move { accounts::save_upload(conn, &upload).await })
        })
        .await
    }

    async fn forget_upload(&self, media: MediaId, account: AccountId) -> StoreResult<()> {
        self.write("forget what Meta called a file", move |conn| {
            Box::pin(async move { accounts::forget_upload(conn, media, account).await })
        })
        .await
    }

    async fn hold_account(&self, account: AccountId, until: Timestamp) -> StoreResult<()> {
        self.write("hold an account", move |conn| Box::pin(async move { accounts::hold(conn, account, until).await }))
            .await
    }

    async fn save_usage(&self, account: AccountId, percent: i32) -> StoreResult<()> {
        self.write("note how much of its limits an account has used", move |conn| {
            Box::pin(async move { accounts::save_usage(conn, account, percent).await })
        })
        .await
    }

    async fn tag_refused(&self, account: AccountId, incident: IncidentId, now: Timestamp) -> StoreResult<bool> {
        self.write("note that the human-agent tag is refused", move |conn| {
            Box::pin(async move { accounts::tag_refused(conn, account, incident, now).await })
        })
        .await
    }
}

const SETTLING: &str = "note that a message was sent";

fn is_taken(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}

fn unless_refused(done: StoreResult<()>) -> StoreResult<bool> {
    match done {
        Ok(()) => Ok(true),
        Err(StoreError::Refused) => Ok(false),
        Err(error) => Err(error),
    }
}

type Query<'q> = sqlx::query::Query<'q, Driver, <Driver as sqlx::Database>::Arguments>;

/// Runs a statement and counts the rows it touched.
async fn run(conn: &mut Conn, what: &'static str, query: Query<'_>) -> StoreResult<u64> {
    query.execute(conn).await.map(|it| it.rows_affected()).map_err(doing(what))
}

/// A statement about one message.
async fn run_of(conn: &mut Conn, what: &'static str, sql: &'static str, message: MessageId) -> StoreResult<u64> {
    run(conn, what, sqlx::query(sql).bind(message.to_string())).await
}
