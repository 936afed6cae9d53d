-- Rights of people: what Meta asks to be deleted, consent that was withdrawn, and what is kept for how long.

-- Who asked Meta for it, as a hash: asking again is told of the same deletion. The number tells what one person asks
-- for after it was done from what they asked for before.
alter table deletions add column asker_key text;
alter table deletions add column asker_n integer not null default 0;
create unique index deletions_by_asker on deletions (asker_key, asker_n) where asker_key is not null;

-- Somebody whom we cannot tell withdrew their consent: Meta is asked whether it was for this token.
alter table account_tokens add column doubted_at bigint;
create index account_tokens_doubted on account_tokens (doubted_at) where doubted_at is not null;

-- When a rule was last gone through, what went the last time, and what goes in the one under way.
alter table retention_rules add column ended_at bigint;
alter table retention_rules add column begun_at bigint;
alter table retention_rules add column n_messages bigint not null default 0;
alter table retention_rules add column n_files bigint not null default 0;
