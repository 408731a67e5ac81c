-- The keys that sign evidence packs. One signs; of those before it the public part stays, so that their packs can be checked.
create table evidence_keys (
  -- the beginning of the fingerprint, hex
  id text primary key,
  -- SPKI as PEM
  public_key text not null,
  -- the private part, sealed; null once another key signs
  sealed text,
  created_at timestamptz not null default now(),
  retired_at timestamptz
);
create unique index evidence_keys_signing on evidence_keys ((true)) where retired_at is null;

-- What was done to one thing, for its evidence.
create index audit_object on audit (workspace_id, object_id);

-- The planned write that an effect was.
create index plan_writes_taken on plan_writes (taken_key) where taken_key is not null;
