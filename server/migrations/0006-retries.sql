-- Retries: a run that goes on with the work of an earlier one.
alter table runs
  -- the run that it does again; root_id is the first of the chain
  add column retry_of uuid,
  -- from where, on which version, and what a person wanted done again: { place, version, again: [effect keys] }
  add column retry jsonb,
  -- rows of steps stood there before it began, so that its host reads them first
  add column prepared boolean not null default false;

alter table steps
  -- the run that really did this step; null where this one did
  add column kept_from uuid,
  -- the write's row in the ledger
  add column effect_key text,
  -- attempts that failed: [{ at, code, message, status?, next? }], the first and the latest ones
  add column tries jsonb;

-- A decision that was taken over from an earlier run of the chain.
alter table approvals add column kept_from uuid;

create index effects_chain on effects (root_id, step_id, item, generation);
