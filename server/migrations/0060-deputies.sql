-- Who decides approvals for whom, and how long.
create table deputies (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  -- who is away
  user_id uuid not null references users,
  deputy_id uuid not null references users,
  from_at timestamptz not null,
  until_at timestamptz not null,
  named_by text not null,
  named_at timestamptz not null default now(),
  -- taken back
  ended_at timestamptz,
  -- since when the deputy is asked of what was open already
  told_at timestamptz,
  check (user_id <> deputy_id and from_at < until_at)
);
create index deputies_in_force on deputies (workspace_id, until_at) where ended_at is null;
create index deputies_to_tell on deputies (from_at) where ended_at is null and told_at is null;
