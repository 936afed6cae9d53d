-- What cannot be said in the same words on both databases: the search index and the guard of the audit log.

-- body is prepared in Rust: folded words parted by blanks, CJK as overlapping pairs. doc is ours: milliseconds
-- shifted left by 20 bits, then 20 random bits, so that newest first and before: are ranges of the key.
create table search_documents (
    doc integer primary key,
    account_id text not null,
    message_id text references messages (id) on delete cascade,
    contact_id text references contacts (id) on delete cascade,
    body text not null,
    constraint search_documents_message_unique unique (message_id),
    constraint search_documents_contact_unique unique (contact_id),
    constraint search_documents_subject check ((message_id is null) <> (contact_id is null))
);

-- account_id is indexed as a word too: what a person may not see never leaves the index.
-- The categories keep vowel signs inside their words, as the prepared text means them.
create virtual table search_index using fts5 (
    account_id,
    body,
    content = 'search_documents',
    content_rowid = 'doc',
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* S* Co'",
    prefix = '2 3'
);

create trigger search_documents_inserted after insert on search_documents begin
    insert into search_index (rowid, account_id, body) values (new.doc, new.account_id, new.body);
end;

create trigger search_documents_deleted after delete on search_documents begin
    insert into search_index (search_index, rowid, account_id, body)
    values ('delete', old.doc, old.account_id, old.body);
end;

create trigger search_documents_updated after update on search_documents begin
    insert into search_index (search_index, rowid, account_id, body)
    values ('delete', old.doc, old.account_id, old.body);
    insert into search_index (rowid, account_id, body) values (new.doc, new.account_id, new.body);
end;

-- The record stays; only what may point at a person can be emptied.
create trigger audit_never_deleted before delete on audit begin
    select raise(abort, 'audit_append_only');
end;

create trigger audit_only_emptied before update on audit
when not (
    new.id is old.id
    and new.at is old.at
    and new.actor_kind is old.actor_kind
    and new.actor_id is old.actor_id
    and new.action is old.action
    and new.subject_kind is old.subject_kind
    and new.subject_id is old.subject_id
    and (new.detail is old.detail or new.detail is null)
    and (new.address is old.address or new.address is null)
)
begin
    select raise(abort, 'audit_append_only');
end;
