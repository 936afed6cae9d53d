-- Connecting accounts by Meta's own logins.

-- Somebody on their way to Meta and back. The secret that goes along is kept as a digest; whoever comes back with it
-- must be the same person in the same session.
create table connect_attempts (
    state_hash text primary key not null,
    person_id text not null references people (id) on delete cascade,
    session_hash text not null,
    login text not null,
    app_id text not null,
    -- what only we know and show when we fetch the token (PKCE); sealed
    verifier text,
    created_at bigint not null,
    expires_at bigint not null,
    constraint connect_attempts_login check (login in ('instagram', 'page'))
);
create index connect_attempts_by_person on connect_attempts (person_id, created_at);

-- Somebody is back from Facebook's login and has yet to choose among their Pages.
create table connect_choices (
    id text primary key not null,
    person_id text not null references people (id) on delete cascade,
    session_hash text not null,
    app_id text not null,
    -- of whoever logged in; sealed
    token text not null,
    scopes text not null,
    created_at bigint not null,
    expires_at bigint not null
);
create index connect_choices_by_person on connect_choices (person_id, created_at);

-- Nobody ever wrote to them: what Meta tells us of stands in account_watch.
alter table accounts drop column subscribed_fields;
alter table accounts drop column checked_at;
-- Since when it is not connected: what was said from then on is fetched when it is again.
alter table accounts add column disconnected_at bigint;
