-- Since when a conversation waits for somebody to be found who takes it: it outlives whoever was to look.
alter table conversations add column to_assign_at bigint;

-- In the order in which they are offered, with what decides whether anybody could take them.
create index conversations_to_assign on conversations (to_assign_at, id, account_id, last_assignee_id)
    where to_assign_at is not null and state = 'open' and owner = 'human' and assignee_id is null;
