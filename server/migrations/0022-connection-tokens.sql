-- When a secret that a person entered ends, as far as they know.
alter table connections add column secret_expires_on date;

-- The token that a connection's calls carry in place of its secrets, for all processes.
create table connection_tokens (
  connection_id uuid primary key references connections,
  -- JWE of the token and its refresh token; null: there is none
  sealed text,
  -- raised whenever `sealed` changes; who renews an older one writes nothing
  version int not null default 0,
  obtained_at timestamptz,
  expires_at timestamptz,
  -- whether it came with a refresh token, and when that ends
  refreshable boolean not null default false,
  refresh_expires_at timestamptz,
  -- who agreed at the vendor
  consented_by uuid references users,
  -- who asks for the next token: nobody else does before its lease ends
  renewer uuid,
  renewing_until timestamptz,
  -- a renewal began and its outcome was never written: its refresh token may be spent
  interrupted boolean not null default false,
  -- the vendor's last refusal, { code, message, details }, and when; calls are not asked for again at once
  refusal jsonb,
  refused_at timestamptz
);

-- Consents that a person went to give at a vendor's page.
create table connection_consents (
  -- sha256 of the state, which is good for one use
  state_hash text primary key,
  connection_id uuid not null references connections,
  user_id uuid not null references users,
  -- sha256 of the session that began it, which alone may end it
  session_hash text not null,
  -- JWE of the verifier that the challenge was made from
  verifier text not null,
  expires_at timestamptz not null
);
