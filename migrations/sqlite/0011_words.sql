-- The log is read by what was done and by what it was done to, newest first.
create index audit_by_action on audit (action, id);
create index audit_by_kind on audit (subject_kind, id) where subject_kind is not null;

-- Who is counted by day is counted along an index that holds all that is asked for.
drop index episodes_by_opening;
create index episodes_by_opening on episodes (opened_at, account_id, first_reply_at, first_reply_by, closed_at);
drop index episodes_by_closing;
create index episodes_by_closing on episodes (closed_at, account_id, opened_at, closed_by)
    where closed_at is not null;

-- Until now nobody noted who answered first.
update episodes set first_reply_at = (
    select min(m.at) from messages m
    where m.conversation_id = episodes.conversation_id and m.at >= episodes.opened_at
        and (episodes.closed_at is null or m.at <= episodes.closed_at)
        and m.direction = 'out' and m.state = 'sent' and m.author_kind in ('agent', 'native_inbox')
);
update episodes set first_reply_by = (
    select m.author_id from messages m
    where m.conversation_id = episodes.conversation_id and m.at = episodes.first_reply_at
        and m.direction = 'out' and m.state = 'sent' and m.author_kind = 'agent'
    order by m.id limit 1
) where first_reply_at is not null;
