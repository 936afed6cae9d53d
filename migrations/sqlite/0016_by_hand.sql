-- What presses is rare: a list of it begins with this.
create index conversations_pressing on conversations (priority, id) where priority > 0;

-- Somebody gave it to this team: only the team's own rules find somebody for it, as long as to_assign_at is set.
alter table conversations add column to_team_id text references teams (id) on delete set null;

drop index conversations_to_assign;
create index conversations_to_assign on conversations (to_assign_at, id, account_id, last_assignee_id, to_team_id)
    where to_assign_at is not null and state = 'open' and owner = 'human' and assignee_id is null;
