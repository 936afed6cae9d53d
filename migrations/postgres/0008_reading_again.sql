-- With the account at its end, as the other indexes that lists walk along: the conversations of somebody who does not see
-- every account are counted without a look at any of them.

drop index conversations_by_assignee;
create index conversations_by_assignee on conversations (assignee_id, state, last_activity_at, id, account_id)
    where assignee_id is not null;
