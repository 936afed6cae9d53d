-- Nothing was ever written into the search index before. Words that begin with a slash say where a text belongs: its
-- account, conversation and author; nobody can type them.
delete from search_documents;

-- What is new is found at once and costs each writer the same, instead of some of them very much.
alter index search_index set (fastupdate = off);
