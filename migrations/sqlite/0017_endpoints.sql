-- Outgoing webhooks. Nothing was ever written to the table of 0001: it is made anew, so that one change can tell two
-- things, and so that no words of customers wait in it.
drop table endpoint_deliveries;
create table endpoint_deliveries (
    endpoint_id text not null references endpoints (id) on delete cascade,
    seq bigint not null,
    part integer not null,
    conversation_id text not null references conversations (id) on delete cascade,
    -- what was said, or the line that says what happened; no foreign key, a line that is undone goes
    message_id text,
    event text not null,
    -- of an event about who answers: who, once it had happened
    owner text,
    -- 'waiting': behind another one of the same conversation
    state text not null,
    attempts integer not null default 0,
    due_at bigint not null,
    lease_until bigint,
    status integer,
    error text,
    created_at bigint not null,
    ended_at bigint,
    -- twice the same change to the same endpoint cannot be queued
    primary key (endpoint_id, seq, part),
    constraint endpoint_deliveries_state check (state in ('waiting', 'ready', 'running', 'delivered', 'failed'))
);
-- One of a conversation goes first: so looking for what is due never walks past what waits.
create unique index endpoint_deliveries_first on endpoint_deliveries (endpoint_id, conversation_id)
    where state in ('ready', 'running');
create index endpoint_deliveries_due on endpoint_deliveries (endpoint_id, due_at, seq) where state = 'ready';
-- Which comes next, without walking past what was told.
create index endpoint_deliveries_waiting on endpoint_deliveries (endpoint_id, conversation_id, seq, part)
    where state = 'waiting';
create index endpoint_deliveries_leased on endpoint_deliveries (lease_until) where state = 'running';
create index endpoint_deliveries_failed on endpoint_deliveries (endpoint_id, seq) where state = 'failed';
create index endpoint_deliveries_ended on endpoint_deliveries (ended_at) where ended_at is not null;
create index endpoint_deliveries_by_conversation on endpoint_deliveries (conversation_id, endpoint_id, seq, part);

-- Nobody is asked before that, once it could not be reached, so many times in a row.
alter table endpoints add column held_until bigint;
alter table endpoints add column n_unreached integer not null default 0;
create index endpoints_by_token on endpoints (token_id);

-- Who answers, as the endpoint was told last; no row: people.
create table endpoint_owners (
    endpoint_id text not null references endpoints (id) on delete cascade,
    conversation_id text not null references conversations (id) on delete cascade,
    owner text not null,
    primary key (endpoint_id, conversation_id)
);
create index endpoint_owners_by_conversation on endpoint_owners (conversation_id);

-- Customers who wait for a bot.
create index conversations_bot_waiting on conversations (waiting_since)
    where owner = 'bot' and waiting_since is not null;
