"""The iris walk-through with the official client."""

import sys

from pachyderm_sdk import Client
from pachyderm_sdk.api import pfs, pps

client = Client.from_pachd_address(sys.argv[1])
project = pfs.Project(name="default")
repo = pfs.Repo(name="flowers", type="user", project=project)
client.pfs.create_repo(repo=repo)
branch = pfs.Branch(repo=repo, name="master")

with client.pfs.commit(branch=branch) as commit:
    commit.put_file_from_bytes(path="/raw/one.csv", data=b"1,2\n3,4\n")
commit.wait()

pipeline = pps.Pipeline(name="lines", project=project)
client.pps.create_pipeline(
    pipeline=pipeline,
    transform=pps.Transform(cmd=["sh"], stdin=["wc -l < $flowers > /pfs/out/$(basename $flowers)"]),
    input=pps.Input(pfs=pps.PfsInput(project="default", repo="flowers", glob="/raw/*")),
)
job = next(iter(client.pps.list_job(pipeline=pipeline, details=True)))
assert client.pps.inspect_job(job=job.job, wait=True).state == pps.JobState.JOB_SUCCESS

with client.pfs.commit(branch=branch) as commit:
    commit.put_file_from_bytes(path="/raw/two.csv", data=b"5,6\n")
info = client.pps.inspect_job(job=pps.Job(pipeline=pipeline, id=commit.id), wait=True)
assert info.state == pps.JobState.JOB_SUCCESS, info
assert (info.data_processed, info.data_skipped, info.data_total) == (1, 1, 2), info

output = pfs.File.from_uri(f"lines@{commit.id}:/two.csv")
with client.pfs.pfs_file(file=output) as file:
    assert file.read().strip() == b"1"
assert len(list(client.pps.list_datum(job=info.job))) == 2
assert not client.pfs.repo_exists(pfs.Repo(name="nope", type="user", project=project))
client.pps.delete_pipeline(pipeline=pipeline)
client.pfs.delete_repo(repo=repo)
assert not client.pfs.repo_exists(repo)
print("walked through")
