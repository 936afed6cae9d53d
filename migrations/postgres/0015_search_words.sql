-- Only SQLite's index has to be asked for its words. A file for each number on both sides keeps them in step.
select 1;
