-- Tables of a workspace: rows that people and flows share.
create table tables (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  name text not null,
  description text not null default '',
  -- [{ name, title, type, choices? }], in the order in which they are shown
  columns jsonb not null,
  -- the names of the columns that tell one row from another, in their order
  key text[] not null,
  -- kept with the rows, so that a limit costs no count
  row_count int not null default 0,
  -- of the last change: rows get theirs from it, so that no version comes twice in a table
  version bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  removed_at timestamptz
);
create index tables_workspace on tables (workspace_id, id) where removed_at is null;
create unique index tables_name on tables (workspace_id, lower(name)) where removed_at is null;

create table table_rows (
  table_id uuid not null references tables,
  -- the values of the key's columns, as a JSON list
  key text not null collate "C",
  -- by column; what has no value is left out
  cells jsonb not null,
  version bigint not null,
  updated_at timestamptz not null default now(),
  primary key (table_id, key)
);
create index table_rows_cells on table_rows using gin (cells jsonb_path_ops);

-- What became of each row, and by whom. It tells an effect that is repeated, too.
create table table_changes (
  table_id uuid not null references tables,
  version bigint not null,
  at timestamptz not null default now(),
  key text not null collate "C",
  -- null: there was none
  before jsonb,
  -- the version of what was before
  before_version bigint,
  -- null: it is gone
  after jsonb,
  actor text not null,
  run_id uuid,
  step_id text,
  -- the key of the effect, for a write of a run
  effect_key text,
  primary key (table_id, version)
);
create index table_changes_row on table_changes (table_id, key, version desc);
create unique index table_changes_effect on table_changes (effect_key) where effect_key is not null;
