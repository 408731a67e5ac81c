-- Queued runs are taken a workspace in turn, each workspace's oldest first.
create index runs_turn on runs (workspace_id, id) where status = 'queued' and carrier is null;
drop index runs_queue;
