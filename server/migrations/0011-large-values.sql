-- Values over 64 KiB stand here once, by their content, and not in the rows that have them. Such a row keeps a preview
-- of the value in its own column and names the whole in `large`: { output: { hash, size } }. Postgres compresses what
-- is as long as this. The hash is made of the workspace and the content: nothing is shared between workspaces.
create table blobs (
  hash text primary key,
  workspace_id uuid not null references workspaces,
  -- of the value as JSON text, or of the bytes
  size int not null,
  value jsonb,
  bytes bytea,
  created_at timestamptz not null default now(),
  -- since when no row is known to have it: rows that had it were removed
  unused_since timestamptz,
  check (num_nonnulls(value, bytes) = 1)
);
create index blobs_unused on blobs (unused_since) where unused_since is not null;

alter table runs add column large jsonb;
alter table steps add column large jsonb;
alter table effects add column large jsonb;
alter table deliveries add column large jsonb;

-- Which rows have a value, asked before the value is removed.
create index runs_large on runs using gin (jsonb_path_query_array(large, '$.*.hash') jsonb_path_ops) where large is not null;
create index steps_large on steps using gin (jsonb_path_query_array(large, '$.*.hash') jsonb_path_ops) where large is not null;
create index effects_large on effects using gin (jsonb_path_query_array(large, '$.*.hash') jsonb_path_ops) where large is not null;
create index deliveries_large on deliveries using gin (jsonb_path_query_array(large, '$.*.hash') jsonb_path_ops) where large is not null;
