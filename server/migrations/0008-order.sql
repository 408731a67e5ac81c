-- Runs of one key go one after another, and a flow may limit its runs at one time. A run that is subject to either has
-- a row in `turns` from its making until its turn was passed on; `runs.turn` says whether it may be taken from the queue.

alter table runs add column order_key text;
-- Where the run stands among those of its key, in the order in which what started them was stored.
alter table runs add column order_place bigint;
-- null: takes no turns. waits: not its turn yet. has: it may be taken from the queue, or is on its way
alter table runs add column turn text;
-- the newer run of its key that it was cancelled for
alter table runs add column superseded_by uuid;
-- All runs about somebody: by whom they are about, and by the key that they take turns by.
create index runs_about on runs (workspace_id, business_key, id desc) where business_key is not null;
create index runs_key on runs (workspace_id, order_key, id desc) where order_key is not null;
create index runs_key_place on runs (flow_id, order_key, order_place desc) where order_key is not null;

-- The queue is read a workspace in turn, and passes over those whose turn has not come.
drop index runs_queue;
create index runs_queue on runs (workspace_id, id)
  where status = 'queued' and carrier is null and turn is distinct from 'waits';
create index runs_under_way on runs (workspace_id) where status = 'running';

-- Runs at one time, as the published version says it.
alter table flows add column concurrency int;

-- Deliveries in the order in which they were stored: one that is matched late keeps its place.
alter table deliveries add column place bigint not null default nextval('change_seq');

create table turns (
  run_id uuid primary key,
  flow_id uuid not null,
  -- null: only the flow's limit counts
  order_key text,
  place bigint not null,
  -- it takes the place of the older runs of its key
  supersedes boolean not null default false,
  -- new: not looked at yet. key: behind another run of its key. slot: the first of its key, waits for the flow's limit.
  -- go: may run, or is running. done: has ended, its turn is to be passed on
  state text not null default 'new'
);
create index turns_due on turns (place) where state in ('new', 'done');
-- Whatever processes do at the same time, one run of a key is on its way.
create unique index turns_first on turns (flow_id, order_key) where state in ('slot', 'go');
create index turns_key on turns (flow_id, order_key, place);
create index turns_slot on turns (flow_id, place) where state = 'slot';
create index turns_go on turns (flow_id) where state = 'go';
