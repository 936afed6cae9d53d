-- Reading back what was said before, as far as Meta still tells it.

-- How a message was learned: as it happened ('live'), read back because its webhook was missed ('missed'), or read
-- back as something that is news to nobody ('old').
alter table messages add column learned text not null default 'live'
    constraint messages_learned check (learned in ('live', 'missed', 'old'));
-- All that is known of it was read back, and is old.
alter table conversations add column recalled boolean not null default false;

-- Of one conversation: whose it is.
alter table backfills add column contact_id text;
alter table backfills add column n_found integer not null default 0;
-- Messages that were known already.
alter table backfills add column n_known integer not null default 0;
-- In a row, without success.
alter table backfills add column tries integer not null default 0;
create unique index backfills_one_of_a_kind on backfills (account_id, coalesce(contact_id, ''), (reason = 'gap'))
    where state in ('waiting', 'running');
create index backfills_of_contact on backfills (contact_id, id) where contact_id is not null;

-- The conversations that are being read back, and how far each is. They go when all are read.
create table backfill_threads (
    backfill_id text not null references backfills (id) on delete cascade,
    -- Meta's id of the conversation
    platform_id text not null,
    -- whose it is, as Meta calls them; emptied once it is read
    contact_external_id text,
    called text,
    -- when something happened there last, as Meta says
    updated_at bigint not null,
    state text not null default 'waiting',
    -- where its next page begins
    place text,
    primary key (backfill_id, platform_id),
    constraint backfill_threads_state check (state in ('waiting', 'read')),
    constraint backfill_threads_read_is_empty check (state <> 'read' or (contact_external_id is null and called is null))
);
create index backfill_threads_waiting on backfill_threads (backfill_id, updated_at, platform_id)
    where state = 'waiting';

-- Whom we were asked to delete, as a digest, and when: what they said before is not read back.
create table forgotten (
    digest text primary key not null,
    until_at bigint not null
);
