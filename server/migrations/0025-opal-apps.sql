-- Custom apps of Opal that this server answers for, what serves each of their calls, and what was asked.
create table opal_apps (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  name text not null,
  -- the identifier that Opal sends with each call
  app_id text not null,
  hook_path text not null unique,
  -- { signingSecret, nextSecret? }, bound to the row's id; gone with the app
  sealed text,
  has_next_secret boolean not null default false,
  -- by the call's name: the read operation of a connection, or a flow
  serves jsonb not null default '{}',
  enabled boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  removed_at timestamptz
);
create index opal_apps_workspace on opal_apps (workspace_id, id) where removed_at is null;

-- The last calls, answered and refused.
create table opal_app_calls (
  id uuid primary key,
  app uuid not null references opal_apps,
  at timestamptz not null default now(),
  method text not null,
  target text not null,
  status int not null,
  -- why it was not answered with 200
  reason text,
  run_id uuid,
  milliseconds int not null
);
create index opal_app_calls_app on opal_app_calls (app, id desc);

-- The last write about each access, so that a repeated one starts nothing more.
create table opal_app_writes (
  app uuid not null references opal_apps,
  -- who has what: the parts of the access that are neither given nor taken
  about text not null,
  call text not null,
  run_id uuid not null,
  at timestamptz not null default now(),
  primary key (app, about)
);

-- Writes that were let in: the very same request is not taken twice.
create table opal_app_signatures (
  app uuid not null references opal_apps,
  signature text not null,
  used_at timestamptz not null default now(),
  primary key (app, signature)
);
create index opal_app_signatures_used on opal_app_signatures (used_at);
