-- What presses is rare: a list of it begins with this.
create index conversations_pressing on conversations (priority, id) where priority > 0;
