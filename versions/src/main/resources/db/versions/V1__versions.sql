create table versions_projects (
  id ${id},
  name ${text} not null,
  description text not null,
  created bigint not null,
  created_by text not null,
  deleted boolean not null default false
);

create unique index versions_projects_live on versions_projects (name) where deleted = false;

create table versions_repos (
  id ${id},
  project ${text} not null,
  name ${text} not null,
  type ${text} not null,
  description text not null,
  created bigint not null,
  created_by text not null,
  deleted boolean not null default false
);

create unique index versions_repos_live on versions_repos (project, name, type) where deleted = false;

-- At most one commit of a repo in a set; ids grow in the order of creation. Roots are those of content.
create table versions_commits (
  id ${id},
  repo bigint not null references versions_repos (id),
  set_id ${text} not null,
  change_id text not null,
  parent bigint,
  branch bigint,
  origin bigint not null,
  description text not null,
  error text not null,
  forgotten boolean not null default false,
  started bigint not null,
  finishing bigint,
  finished bigint,
  base bigint,
  total ${blob},
  diff ${blob},
  created_by text not null,
  layers bigint not null default 0,
  unique (repo, set_id)
);

create index versions_commits_by_set on versions_commits (set_id);
create index versions_commits_by_parent on versions_commits (parent);
create index versions_commits_finishing on versions_commits (repo) where finishing is not null and finished is null;

create table versions_commit_provenance (
  commit_id bigint not null references versions_commits (id) on delete cascade,
  upstream bigint not null,
  ordinal bigint not null,
  primary key (commit_id, upstream)
);

create index versions_commit_subvenance on versions_commit_provenance (upstream);

-- What streams wrote to a commit that is open, in the order in which they ended. A row of level n stands for
-- 16^n streams folded into one, the first of which had its ordinal.
create table versions_layers (
  commit_id bigint not null references versions_commits (id) on delete cascade,
  ordinal bigint not null,
  level bigint not null,
  root ${blob} not null,
  primary key (commit_id, ordinal)
);

-- The files of an open commit as they were last read, after so many layers.
create table versions_views (
  commit_id bigint primary key references versions_commits (id) on delete cascade,
  layers bigint not null,
  root ${blob} not null
);

create table versions_branches (
  id ${id},
  repo bigint not null references versions_repos (id),
  name ${text} not null,
  head bigint not null references versions_commits (id),
  created bigint not null,
  updated bigint not null,
  created_by text not null,
  unique (repo, name)
);

create table versions_branch_provenance (
  branch bigint not null references versions_branches (id) on delete cascade,
  upstream bigint not null references versions_branches (id),
  ordinal bigint not null,
  never boolean not null,
  primary key (branch, upstream)
);

create index versions_branches_by_head on versions_branches (head);
create index versions_branch_subvenance on versions_branch_provenance (upstream);

-- A branch that follows another one of its repo when enough has happened there.
create table versions_triggers (
  branch bigint primary key references versions_branches (id) on delete cascade,
  source ${text} not null,
  conjunction boolean not null,
  rate_limit text not null,
  size text not null,
  commits bigint not null,
  cron text not null
);

-- Edits or files that belong to no commit, until they expire. At least one of the two roots is there.
create table versions_file_sets (
  id ${text} primary key,
  edits ${blob},
  files ${blob},
  created bigint not null,
  expires bigint not null,
  created_by text not null
);

create index versions_file_sets_expiry on versions_file_sets (expires);

-- What users noted about projects, repos, branches, commits and the installation itself.
create table versions_metadata (
  kind ${text} not null,
  object bigint not null,
  name ${text} not null,
  value text not null,
  primary key (kind, object, name)
);

-- Requests that wait to be run as one transaction; in the encoding of the wire.
create table versions_transactions (
  id ${text} primary key,
  started bigint not null,
  version bigint not null,
  requests ${blob} not null,
  created_by text not null
);
