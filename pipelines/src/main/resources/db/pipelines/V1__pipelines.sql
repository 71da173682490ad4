create table pipelines_pipelines (
  id ${id},
  project ${text} not null,
  name ${text} not null,
  version bigint not null,
  state text not null,
  reason text not null,
  stopped boolean not null,
  salt text not null,
  workers_started bigint,
  created bigint not null,
  deleted boolean not null default false
);

create unique index pipelines_pipelines_live on pipelines_pipelines (project, name) where deleted = false;

-- What was submitted, what it became, and what the engine needs of it.
create table pipelines_versions (
  pipeline bigint not null references pipelines_pipelines (id),
  version bigint not null,
  spec ${blob} not null,
  user_json text not null,
  effective_json text not null,
  spec_commit text not null,
  created bigint not null,
  primary key (pipeline, version)
);

create index pipelines_versions_by_time on pipelines_versions (created, pipeline, version);

-- PLAN and RESULTS are key trees of the store.
create table pipelines_jobs (
  id ${id},
  pipeline bigint not null references pipelines_pipelines (id),
  set_id ${text} not null,
  version bigint not null,
  state text not null,
  reason text not null,
  restart bigint not null default 0,
  salt text not null default '',
  total bigint not null default 0,
  processed bigint not null default 0,
  skipped bigint not null default 0,
  failed bigint not null default 0,
  recovered bigint not null default 0,
  downloaded bigint not null default 0,
  uploaded bigint not null default 0,
  process_nanos bigint not null default 0,
  created bigint not null,
  started bigint,
  finished bigint,
  plan ${blob},
  results ${blob},
  unique (pipeline, set_id)
);

create index pipelines_jobs_by_set on pipelines_jobs (set_id);
create index pipelines_jobs_by_pipeline on pipelines_jobs (pipeline, id);

-- Datums that are done while their job still runs: a key tree of results a row.
create table pipelines_checkpoints (
  job bigint not null references pipelines_jobs (id) on delete cascade,
  sequence bigint not null,
  results ${blob} not null,
  primary key (job, sequence)
);

-- Compressed lines of jobs; keys grow in the order in which the lines became durable.
create table pipelines_log_segments (
  id ${id},
  pipeline bigint not null,
  job bigint not null references pipelines_jobs (id) on delete cascade,
  content ${blob} not null
);

create index pipelines_log_segments_by_job on pipelines_log_segments (job, id);
create index pipelines_log_segments_by_pipeline on pipelines_log_segments (pipeline, id);

-- Texts that stand below the specs of users: that of the cluster has no project.
create table pipelines_defaults (
  project ${text} primary key,
  json text not null,
  created bigint not null
);
