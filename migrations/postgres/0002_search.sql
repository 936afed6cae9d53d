-- What cannot be said in the same words on both databases: the search index and the guard of the audit log.

-- body is prepared in Rust: folded words with their positions, CJK as overlapping pairs. doc is ours: milliseconds
-- shifted left by 20 bits, then 20 random bits, so that newest first and before: are ranges of the key.
create table search_documents (
    doc bigint primary key,
    account_id text not null,
    message_id text references messages (id) on delete cascade,
    contact_id text references contacts (id) on delete cascade,
    body tsvector not null,
    constraint search_documents_message_unique unique (message_id),
    constraint search_documents_contact_unique unique (contact_id),
    constraint search_documents_subject check ((message_id is null) <> (contact_id is null))
);

-- body also carries the account as a word: what a person may not see never leaves the index.
create index search_index on search_documents using gin (body);

-- The record stays; only what may point at a person can be emptied.
create function audit_append_only() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE'
        and new.id is not distinct from old.id
        and new.at is not distinct from old.at
        and new.actor_kind is not distinct from old.actor_kind
        and new.actor_id is not distinct from old.actor_id
        and new.action is not distinct from old.action
        and new.subject_kind is not distinct from old.subject_kind
        and new.subject_id is not distinct from old.subject_id
        and (new.detail is not distinct from old.detail or new.detail is null)
        and (new.address is not distinct from old.address or new.address is null)
    then
        return new;
    end if;
    raise exception 'audit_append_only' using errcode = 'check_violation', constraint = 'audit_append_only';
end
$$;

create trigger audit_never_deleted before delete on audit
    for each row execute function audit_append_only();
create trigger audit_only_emptied before update on audit
    for each row execute function audit_append_only();
create trigger audit_never_truncated before truncate on audit
    for each statement execute function audit_append_only();
