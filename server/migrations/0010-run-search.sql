-- What runs are searched by: one narrow row a run, written with the run and once more when an error or an outcome adds
-- words. It stands apart from runs, whose rows change with every step, so that a change of state never touches the
-- index of words. Beside words it holds terms of ours (workspace and mode, flow), so that the index answers them, too.
create table run_search (
  workspace_id uuid not null,
  run_id uuid not null,
  words tsvector not null,
  primary key (workspace_id, run_id)
) partition by range (run_id);
-- A short list of rows not yet in the index: a search reads it whole, and the insert that fills it pays for all.
create index run_search_words on run_search using gin (words) with (fastupdate = on, gin_pending_list_limit = 1024);
