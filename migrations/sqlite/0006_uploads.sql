-- What people took in to send it: the sweeper looks there for what was never sent.
create index media_uploaded on media (id) where created_by is not null and deleted_at is null;
