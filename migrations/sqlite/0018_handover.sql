-- Who answers a conversation, and how it changes hands.

-- How sure the word was that made the owner: of two words of one moment the surer one counts.
alter table conversations add column owner_rank integer not null default 0;
-- Platform time of the word that named the other app, which is remembered while people answer.
alter table conversations add column owner_app_at bigint not null default 0;
-- When the bot was last given it.
alter table conversations add column bot_since bigint;
-- The message that says that a bot answers: if it does not leave, it was not said.
alter table conversations add column disclosure_message_id text;

-- What is yet to be asked of Meta about who answers: of each conversation one thing at a time.
create table handovers (
    conversation_id text primary key not null references conversations (id) on delete cascade,
    act text not null,
    -- who wants it; nobody: it is done by itself
    person_id text references people (id),
    note text,
    state text not null default 'ready',
    -- not before: the time in which it can be taken back, or the pause before another try
    due_at bigint not null,
    attempts integer not null default 0,
    lease_until bigint,
    created_at bigint not null,
    constraint handovers_act check (act in ('take', 'give', 'back', 'keep')),
    constraint handovers_state check (state in ('ready', 'running')),
    constraint handovers_lease check ((state = 'running') = (lease_until is not null))
);
create index handovers_due on handovers (due_at, conversation_id);

-- Meta's own apps, as people know them.
insert into apps (id, kind, name, created_at, updated_at) values
    ('263902037430900', 'other', 'The Page inbox', 0, 0),
    ('1217981644879628', 'other', 'The Instagram inbox', 0, 0),
    ('413038776280800', 'other', 'A form of an ad', 0, 0)
on conflict do nothing;
