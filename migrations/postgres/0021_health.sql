-- How accounts fare at Meta: what was answered when it was asked last, and when it is asked again.

create table account_watch (
    account_id text not null,
    login text not null,
    due_at bigint not null,
    -- when Meta answered last
    looked_at bigint,
    -- why it has not answered since
    error text,
    -- by how much our clock is ahead of Meta's
    clock_ms bigint,
    -- when Meta was last seen to tell us what happens
    whole_at bigint,
    -- since when it is known not to
    lost_at bigint,
    -- what happened from then on has yet to be fetched
    gap_since bigint,
    -- what Meta said that it tells us of; null: it did not say
    fields text,
    -- permissions that are certainly missing
    missing text not null default '[]',
    -- without one of them the inbox is none
    is_hampered boolean not null default false,
    primary key (account_id, login),
    foreign key (account_id, login) references account_tokens (account_id, login) on delete cascade
);
create index account_watch_due on account_watch (due_at);

-- How many webhooks were signed with a secret of ours, and how many were not, by the hour.
create table webhook_counts (
    hour bigint primary key not null,
    n_right bigint not null default 0,
    n_wrong bigint not null default 0
);
