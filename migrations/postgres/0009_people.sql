-- Whoever opens an invitation reads who sent it.
alter table one_time_links add column made_by text references people (id);

-- Of somebody's invitations only the newest works.
create unique index one_time_links_invite on one_time_links (person_id) where kind = 'invite';
