-- Connectors that a workspace made of OpenAPI documents.
create table imported_connectors (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  -- what flows and connections name it by
  connector text not null,
  title text not null,
  removed_at timestamptz
);
create unique index imported_connectors_name on imported_connectors (workspace_id, connector) where removed_at is null;

-- What was imported, never changed: versions of flows go on with the one that they were published with.
create table imported_versions (
  id uuid primary key,
  connector_id uuid not null references imported_connectors,
  number int not null,
  -- in the order of the document, as people know it
  definition json not null,
  -- the document as it came, to choose from again
  document bytea not null,
  -- its address, or the file's name
  source text not null,
  imported_by text not null,
  imported_at timestamptz not null default now(),
  unique (connector_id, number)
);

-- Imports under way: a document, what can be chosen from it, and what was chosen.
create table connector_imports (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  -- the connector of which it becomes the next version
  into_id uuid references imported_connectors,
  source text not null,
  url text,
  -- bytes that are to come in all, while it is sent in parts
  size int,
  document bytea not null default '',
  state text not null check (state in ('receiving', 'waiting', 'ready', 'chosen', 'done', 'failed')),
  progress text,
  outline jsonb,
  choice jsonb,
  problems jsonb,
  -- the connector that came of it
  result text,
  asked_by jsonb not null,
  attempts int not null default 0,
  leased_until timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index connector_imports_due on connector_imports (id) where state in ('waiting', 'chosen');
