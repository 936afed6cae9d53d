-- The search index, made anew before anything was ever written into it.
-- Texts come parted into words, so nothing but blanks parts them here, in whatever script they are. Words that begin
-- with a slash say where a text belongs: its account, conversation and author; nobody can type them. Beginnings of up
-- to three characters have an index of their own, for they are many. What is deleted goes at once (secure-delete), not
-- when the index is next tidied up.
drop trigger search_documents_inserted;
drop trigger search_documents_deleted;
drop trigger search_documents_updated;
drop table search_index;
delete from search_documents;

create virtual table search_index using fts5 (
    body,
    content = 'search_documents',
    content_rowid = 'doc',
    tokenize = "ascii tokenchars '/'",
    prefix = '1 2 3',
    columnsize = 0
);

insert into search_index (search_index, rank) values ('secure-delete', 1);

create trigger search_documents_inserted after insert on search_documents begin
    insert into search_index (rowid, body) values (new.doc, new.body);
end;

create trigger search_documents_deleted after delete on search_documents begin
    insert into search_index (search_index, rowid, body) values ('delete', old.doc, old.body);
end;

create trigger search_documents_updated after update on search_documents begin
    insert into search_index (search_index, rowid, body) values ('delete', old.doc, old.body);
    insert into search_index (rowid, body) values (new.doc, new.body);
end;
