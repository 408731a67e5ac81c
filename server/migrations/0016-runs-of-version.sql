-- The runs of a version: versions of drafts are removed when no run names them.
create index runs_version on runs (version_id);
