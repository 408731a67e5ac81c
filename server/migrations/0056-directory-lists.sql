-- Lists of accounts and groups are by name; a page begins behind a name.
create index directory_accounts_name on directory_accounts
  (workspace_id, (left(lower(coalesce(display_name, email, external_id)), 100)) collate "C", seq);
create index directory_groups_name on directory_groups
  (workspace_id, (left(lower(coalesce(display_name, email, external_id)), 100)) collate "C", seq);
drop index directory_accounts_list;
drop index directory_groups_list;
drop index directory_memberships_list;
-- What is missing of accounts or of groups, before it is marked: [{ kind, gone, of, examples }].
comment on column directory_sync_runs.asks is '[{ kind, gone, of, examples }]';
-- What runs changed about a person is found by their address.
create index effects_subjects on effects using gin (changes jsonb_path_ops) where changes <> '[]';
