-- What sending needs to know of a job without reading its message.

-- At which pace of its account it leaves.
alter table outbox add column pace text not null default 'text' check (pace in ('text', 'media', 'private_reply'));
-- The moment was chosen: what was queued later does not wait for it.
alter table outbox add column is_scheduled boolean not null default false;
-- Its turn in the conversation, where several are due at one moment.
alter table outbox add column turn bigint not null default 0;
