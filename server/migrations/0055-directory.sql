-- Directories of other systems: what is synced, each reading, and the accounts, groups and memberships that were read.
create table integrations (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  name text not null,
  connection_id uuid not null references connections,
  connector text not null,
  -- as the source's schema says
  settings jsonb not null default '{}',
  every_hours int not null default 24 check (every_hours >= 1),
  disable_group_sync boolean not null default false,
  -- CEL over envelope, kind, resource and payload; null: all records
  filter text,
  primary_directory boolean not null default false,
  paused boolean not null default false,
  -- the organisation that is synced, for good: records are told by it and their id
  instance_id text,
  instance_name text,
  health text not null default 'untested',
  health_message text,
  checked_at timestamptz,
  -- null: it has never been read whole, and what is found is no news
  first_synced_at timestamptz,
  next_sync_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  removed_at timestamptz
);
create unique index integrations_name on integrations (workspace_id, lower(name)) where removed_at is null;
create unique index integrations_primary on integrations (workspace_id) where primary_directory and removed_at is null;
create unique index integrations_instance on integrations (workspace_id, connector, instance_id) where removed_at is null;
create index integrations_connection on integrations (connection_id) where removed_at is null;
create index integrations_due on integrations (next_sync_at) where removed_at is null and not paused;

create table directory_sync_runs (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  integration_id uuid not null references integrations,
  -- first: everything is new, and nobody is told of it
  reason text not null,
  -- the person who asked for it
  asked_by text,
  status text not null default 'waiting'
    check (status in ('waiting', 'running', 'asks', 'completed', 'failed', 'cancelled')),
  -- { phase, page, group? }: what is read next
  place jsonb not null default '{"phase": "accounts", "page": null}',
  -- pages that are kept: the fence by which each is kept once
  pages int not null default 0,
  -- attempts at the page that is read next, and when
  tries int not null default 0,
  due_at timestamptz not null default now(),
  -- a worker was at it then
  touched_at timestamptz,
  -- { accounts | groups | memberships: { read, created, changed, unchanged, removed, filtered, failed } }
  counts jsonb not null default '{}',
  -- the first of the records that were not taken: [{ kind, resource, reason }]
  failures jsonb not null default '[]',
  -- records of the group that is being read that were not taken
  group_failures int not null default 0,
  error jsonb,
  -- { gone, of, examples }: accounts that are missing, before they are marked
  asks jsonb,
  -- whether they are to be marked, and who said so
  decision jsonb,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz
);
create index directory_sync_runs_list on directory_sync_runs (integration_id, id desc);
create unique index directory_sync_runs_open on directory_sync_runs (integration_id) where status in ('waiting', 'running');

-- Which records a reading has met, a page a row: so that what stayed as it was is not written, and what is missing is known.
create table directory_seen (
  sync_run_id uuid not null references directory_sync_runs on delete cascade,
  page int not null,
  -- accounts, groups, or the group whose memberships these are
  kind text not null,
  seqs bigint[] not null,
  primary key (sync_run_id, kind, page)
);

create table directory_accounts (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity unique,
  workspace_id uuid not null references workspaces,
  integration_id uuid not null references integrations,
  connector text not null,
  instance_id text not null,
  external_id text not null,
  -- lower case, as are all of `emails`: it and its aliases
  email text,
  emails text[] not null default '{}',
  display_name text,
  department text,
  account_type text not null,
  status text not null,
  manager_email text,
  manager_external_id text,
  -- the common form, whole
  record jsonb not null,
  -- what the system gave
  payload jsonb not null,
  profile_hash text not null,
  first_seen_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  removed_at timestamptz,
  unique (workspace_id, connector, instance_id, external_id)
);
create index directory_accounts_list on directory_accounts (workspace_id, id) where removed_at is null;
create index directory_accounts_integration on directory_accounts (integration_id, seq);
create index directory_accounts_email on directory_accounts (workspace_id, email) where email is not null;
create index directory_accounts_emails on directory_accounts using gin (emails);
create index directory_accounts_manager on directory_accounts (workspace_id, manager_email) where manager_email is not null;

create table directory_groups (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity unique,
  workspace_id uuid not null references workspaces,
  integration_id uuid not null references integrations,
  connector text not null,
  instance_id text not null,
  external_id text not null,
  email text,
  display_name text,
  record jsonb not null,
  payload jsonb not null,
  profile_hash text not null,
  first_seen_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  removed_at timestamptz,
  unique (workspace_id, connector, instance_id, external_id)
);
create index directory_groups_list on directory_groups (workspace_id, id) where removed_at is null;
create index directory_groups_integration on directory_groups (integration_id, seq);

-- One row for each time that an account was in a group.
create table directory_memberships (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity unique,
  workspace_id uuid not null references workspaces,
  integration_id uuid not null references integrations,
  group_id uuid not null references directory_groups,
  account_id uuid not null references directory_accounts,
  role text not null,
  added_at timestamptz not null default now(),
  removed_at timestamptz
);
create unique index directory_memberships_present on directory_memberships (group_id, account_id) where removed_at is null;
create index directory_memberships_account on directory_memberships (account_id, added_at desc);
create index directory_memberships_list on directory_memberships (workspace_id, id) where removed_at is null;
create index directory_memberships_integration on directory_memberships (integration_id) where removed_at is null;

-- What became of accounts after the first reading. It is also the queue of what flows are told.
create table directory_changes (
  seq bigint generated always as identity primary key,
  id uuid not null default gen_random_uuid() unique,
  workspace_id uuid not null references workspaces,
  integration_id uuid not null references integrations,
  sync_run_id uuid not null,
  -- account_created, account_changed, account_disabled, group_joined, group_left, sync_completed, sync_failed
  kind text not null,
  account_id uuid,
  group_id uuid,
  -- [{ field, before, after }], or what else is to be known
  detail jsonb not null default '{}',
  at timestamptz not null default now(),
  -- flows have been told; at once where none listens
  told_at timestamptz
);
create index directory_changes_account on directory_changes (account_id, seq desc) where account_id is not null;
create index directory_changes_untold on directory_changes (seq) where told_at is null;
