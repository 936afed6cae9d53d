-- The words of the search index, as they stand in it. It keeps nothing of its own.
create virtual table search_words using fts5vocab (search_index, instance);
