-- The first schema. Ids are UUID v7, made by the application.

create table installation (
  key text primary key,
  value jsonb not null
);

create table users (
  id uuid primary key,
  email text not null,
  name text not null,
  password_hash text not null,
  created_at timestamptz not null default now()
);
create unique index users_email on users (lower(email));

create table workspaces (
  id uuid primary key,
  name text not null,
  created_at timestamptz not null default now()
);

create table members (
  workspace_id uuid not null references workspaces,
  user_id uuid not null references users,
  role text not null,
  joined_at timestamptz not null default now(),
  primary key (workspace_id, user_id)
);
create index members_user on members (user_id);

-- Only hashes of session ids, invitation codes and tokens are stored.
create table sessions (
  hash text primary key,
  user_id uuid not null references users,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);

create table invites (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  email text not null,
  role text not null,
  hash text not null unique,
  created_by uuid not null references users,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  accepted_at timestamptz
);

create table tokens (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  user_id uuid not null references users,
  name text not null,
  prefix text not null,
  hash text not null unique,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index tokens_workspace on tokens (workspace_id);

create table flows (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  name text not null,
  description text not null default '',
  -- json and not jsonb: what people wrote keeps its order
  draft json not null,
  revision int not null default 1,
  -- number of the published version
  published int,
  -- revision of the draft that was published, to tell whether the draft has changed since
  published_revision int,
  enabled boolean not null default false,
  template_id text,
  updated_at timestamptz not null default now(),
  updated_by text not null,
  removed_at timestamptz
);
create index flows_workspace on flows (workspace_id, id) where removed_at is null;

-- Immutable: what a run is pinned to.
create table versions (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  flow_id uuid not null references flows,
  number int not null,
  flow json not null,
  -- what the Temporal workflow is given: ids, kinds, wires, joins, retry, timeouts
  control jsonb not null,
  -- what activities evaluate: inputs, expressions, reads, variables
  program jsonb not null,
  uses_simulators boolean not null default false,
  note text,
  published_at timestamptz not null default now(),
  published_by text not null,
  unique (flow_id, number)
);

create table connections (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  name text not null,
  connector text not null,
  simulator boolean not null default false,
  auth text not null,
  settings jsonb not null default '{}',
  -- JWE of the secret fields
  sealed text,
  secret_names text[] not null default '{}',
  status text not null default 'untested',
  status_message text,
  tested_at timestamptz,
  -- where the connection's own triggers listen
  hook_path text not null unique,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  removed_at timestamptz
);
create index connections_workspace on connections (workspace_id, connector) where removed_at is null;

-- The triggers of published versions. A trigger keeps its row, and so its address, over all versions.
create table triggers (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  flow_id uuid not null references flows,
  trigger_id text not null,
  version_id uuid not null references versions,
  kind text not null,
  path text unique,
  connection_id uuid references connections,
  event text,
  spec jsonb not null,
  enabled boolean not null default false,
  last_delivery_at timestamptz,
  unique (flow_id, trigger_id)
);
create index triggers_connection on triggers (connection_id, event) where connection_id is not null;

create table deliveries (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  address text not null,
  trigger_row uuid,
  connection_id uuid,
  -- the vendor's own id of the delivery, where it has one
  external_id text,
  method text not null,
  headers jsonb not null,
  query jsonb not null default '{}',
  body bytea not null,
  sample boolean not null default false,
  status text not null,
  reason text,
  attempts int not null default 0,
  received_at timestamptz not null default now()
);
create index deliveries_list on deliveries (workspace_id, id desc);
create index deliveries_unmatched on deliveries (received_at) where status = 'unmatched';

-- One row for each flow that a delivery was matched to.
create table intake (
  delivery_id uuid not null references deliveries,
  flow_id uuid not null references flows,
  trigger_id text not null,
  -- which of the events of the delivery
  event int not null default 0,
  dedupe_key text,
  dedupe_until timestamptz,
  run_id uuid,
  status text not null,
  reason text,
  primary key (delivery_id, flow_id, trigger_id, event)
);
create unique index intake_dedupe on intake (flow_id, trigger_id, dedupe_key) where dedupe_key is not null;

create sequence change_seq;

-- runs, steps, loop_items and effects are partitioned by month, by the time in their run's UUID v7 (effects: in that of
-- the first run of the chain). The server makes the partitions (platform/database/partitions.ts). There is no default
-- partition, which would cost lists their order, and no foreign key to these tables, which would keep a month from
-- being dropped.
create table runs (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  flow_id uuid not null references flows,
  version_id uuid not null references versions,
  version int not null,
  mode text not null default 'live',
  status text not null default 'queued',
  reason text,
  root_id uuid not null,
  trigger_id text not null,
  trigger_kind text not null,
  delivery_id uuid,
  trigger_data jsonb not null,
  business_key text,
  outcome text,
  error jsonb,
  waiting_for jsonb,
  -- what the flow answers to a waiting caller: { status, headers, body }
  response jsonb,
  simulated boolean not null default false,
  carrier text,
  epoch int not null default 0,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz,
  touched_at timestamptz not null default now(),
  seq bigint not null default nextval('change_seq')
) partition by range (id);
-- Lists are newest first within a mode. A run on its way is in none of the indexes by status: it is found by runs_open.
create index runs_list on runs (workspace_id, mode, id desc);
create index runs_flow on runs (flow_id, mode, id desc);
create index runs_status on runs (workspace_id, mode, status, id desc) where status not in ('queued', 'running');
create index runs_flow_status on runs (flow_id, mode, status, id desc) where status not in ('queued', 'running');
create index runs_queue on runs (id) where status = 'queued' and carrier is null;
create index runs_open on runs (touched_at) where ended_at is null;
create index runs_retries on runs (root_id) where root_id <> id;

create table steps (
  run_id uuid not null,
  step_id text not null,
  -- path of iterations: '' at the top, '3', '3.0'
  iteration text not null default '',
  pass int not null default 0,
  kind text not null,
  status text not null,
  port text,
  attempts int not null default 0,
  -- the masked form, which screens, search and exports read
  input jsonb,
  output jsonb,
  error jsonb,
  -- the exact form, sealed, only where masking changed something
  exact text,
  -- scalars that control needs: count of items, next attempt or deadline, name of the case
  count int,
  next_at timestamptz,
  detail jsonb,
  started_at timestamptz,
  ended_at timestamptz,
  seq bigint not null default nextval('change_seq'),
  primary key (run_id, step_id, iteration, pass)
) partition by range (run_id);
create index steps_changes on steps (run_id, seq);

-- The items of a loop, frozen once when it begins, in pages of 1,000.
create table loop_items (
  run_id uuid not null,
  step_id text not null,
  iteration text not null default '',
  page int not null,
  items jsonb not null,
  primary key (run_id, step_id, iteration, page)
) partition by range (run_id);

-- The ledger of writes: one row for each call that changes another system.
create table effects (
  root_id uuid not null,
  key text not null,
  workspace_id uuid not null references workspaces,
  run_id uuid not null,
  step_id text not null,
  iteration text not null default '',
  item text not null default '',
  generation int not null default 0,
  connection_id uuid,
  operation text not null,
  -- the resolved input, frozen and sealed: a repeat sends just this
  input text not null,
  input_hash text not null,
  changes jsonb not null default '[]',
  before jsonb,
  state text not null,
  attempts int not null default 0,
  lease_until timestamptz,
  answer jsonb,
  created_at timestamptz not null default now(),
  settled_at timestamptz,
  primary key (root_id, key)
) partition by range (root_id);
create index effects_step on effects (run_id, step_id, iteration);

-- What people and events ask of a run. The commit of a row is the answer to the person.
create table controls (
  id bigint generated always as identity primary key,
  run_id uuid not null,
  kind text not null,
  step_id text,
  iteration text,
  payload jsonb not null default '{}',
  actor text not null,
  created_at timestamptz not null default now(),
  taken_at timestamptz
);
create index controls_run on controls (run_id, id);
create index controls_untaken on controls (created_at) where taken_at is null;

create table approvals (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  run_id uuid not null,
  flow_id uuid not null references flows,
  step_id text not null,
  iteration text not null default '',
  title text not null,
  status text not null default 'open',
  subject text,
  show jsonb,
  approvers text[] not null,
  needed int not null default 1,
  decisions jsonb not null default '[]',
  hash text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  decided_at timestamptz,
  unique (run_id, step_id, iteration)
);
create index approvals_list on approvals (workspace_id, status, id desc);

create table audit_heads (
  workspace_id uuid primary key,
  seq bigint not null,
  hash text not null
);

create table audit (
  workspace_id uuid not null,
  seq bigint not null,
  at timestamptz not null,
  actor text not null,
  actor_id uuid,
  action text not null,
  object_type text not null,
  object_id text not null,
  object_name text,
  before jsonb,
  after jsonb,
  previous text not null,
  hash text not null,
  primary key (workspace_id, seq)
);

-- Counters of failed sign-ins, in the shape that rate-limiter-flexible wants.
create table login_attempts (
  key varchar(255) primary key,
  points integer not null default 0,
  expire bigint
);
