-- What concerns a person is read newest first.
create index notifications_newest on notifications (person_id, created_at, id);
