-- What intake needs to know a conversation's newest message and our last reply whatever the order they come in.

alter table conversations add column preview_message_id text;
alter table conversations add column last_reply_at bigint not null default 0;
