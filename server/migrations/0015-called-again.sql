-- A run that is called again by a retry joins the chain of the run that was called before: at the same step, for the
-- same item of the loops around it, as the ledger of effects names it.
alter table runs add column parent_item text;
create index runs_parent_place on runs (parent_run_id, parent_step, parent_item) where parent_run_id is not null;
drop index runs_parent;
