-- The indexes that lists walk along. SQLite, which counts no rows, prefers one whose first column is compared; Postgres
-- compares none that the index's own condition settles. With the account at its end, a list of few accounts among many
-- needs no look at the rows that it passes over.

drop index conversations_expiring;
create index conversations_expiring on conversations (state, last_customer_action_at, id)
    where waiting_since is not null;

drop index conversations_unassigned;
create index conversations_unassigned on conversations (owner, state, last_activity_at, id, account_id)
    where assignee_id is null;
