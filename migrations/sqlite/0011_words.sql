-- The log is read by what was done and by what it was done to, newest first.
create index audit_by_action on audit (action, id);
create index audit_by_kind on audit (subject_kind, id) where subject_kind is not null;
