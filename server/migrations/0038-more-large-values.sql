-- What people are shown to decide on, and the items of loops, stand in `blobs` too where they are over 64 KiB; so do the
-- answers of runs and the events of deliveries, whose tables have `large` already.
alter table approvals add column large jsonb;
alter table loop_items add column large jsonb;
create index approvals_large on approvals using gin (jsonb_path_query_array(large, '$.*.hash') jsonb_path_ops) where large is not null;
create index loop_items_large on loop_items using gin (jsonb_path_query_array(large, '$.*.hash') jsonb_path_ops) where large is not null;
