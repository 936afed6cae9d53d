-- What sending needs to know of a job without reading its message.

-- At which pace of its account it leaves.
alter table outbox add column pace text not null default 'text' check (pace in ('text', 'media', 'private_reply'));
-- The moment was chosen: what was queued later does not wait for it.
alter table outbox add column is_scheduled boolean not null default false;
-- Its turn in the conversation, where several are due at one moment.
alter table outbox add column turn bigint not null default 0;
-- A newer reaction was asked for while this one was out: it leaves once more.
alter table outbox add column again boolean not null default false;

-- What an agent has to look at, and what a late echo may still be of.
create index messages_not_sent on messages (conversation_id, at) where state in ('failed', 'unconfirmed');
create index comments_by_reply on comments (reply_message_id) where reply_message_id is not null;
-- A conversation's jobs in the order in which they leave.
drop index outbox_by_conversation;
create index outbox_by_conversation on outbox (conversation_id, due_at, turn, message_id);
