"""The whole walk-through with the official client: python walkthrough.py HOST:PORT"""

import sys

import grpc
from pachyderm_sdk import Client
from pachyderm_sdk.api import pfs, pps

client = Client.from_pachd_address(sys.argv[1])
project = pfs.Project(name="default")


def repo_of(name):
    return pfs.Repo(name=name, type="user", project=project)


def read(repo, reference, path):
    uri = f"{repo}@{reference}:{path}"
    with client.pfs.pfs_file(file=pfs.File.from_uri(uri)) as file:
        return file.read()


def refused(code, phrase, call):
    try:
        call()
    except grpc.RpcError as error:
        assert error.code() == code, error
        assert phrase in error.details(), error
    else:
        raise AssertionError(f"expected {code}: {phrase}")


# Repos, branches, commits, files.
flowers = repo_of("flowers")
client.pfs.create_repo(repo=flowers, description="petals")
assert client.pfs.inspect_repo(repo=flowers).description == "petals"
assert [info.repo.name for info in client.pfs.list_repo()] == ["flowers"]
refused(grpc.StatusCode.ALREADY_EXISTS, "already exists", lambda: client.pfs.create_repo(repo=flowers))
branch = pfs.Branch(repo=flowers, name="master")

with client.pfs.commit(branch=branch) as first:
    first.put_file_from_bytes(path="/raw/one.csv", data=b"1,2\n")
    first.put_file_from_bytes(path="/raw/one.csv", data=b"3,4\n", append=True)
    first.put_file_from_bytes(path="/raw/gone.csv", data=b"0\n")
first.wait()
assert read("flowers", "master", "/raw/one.csv") == b"1,2\n3,4\n"

with client.pfs.commit(branch=branch) as second:
    second.delete_file(path="/raw/gone.csv")
    second.copy_file(
        src=pfs.File(commit=pfs.Commit(repo=flowers, id=first.id), path="/raw/one.csv"), dst="/copy.csv"
    )
second.wait()
head = pfs.Commit(repo=flowers, id=second.id)
assert [f.file.path for f in client.pfs.list_file(file=pfs.File(commit=head, path="/"))] == ["/copy.csv", "/raw/"]
walked = [f.file.path for f in client.pfs.walk_file(file=pfs.File(commit=head, path="/"))]
assert walked == ["/", "/copy.csv", "/raw/", "/raw/one.csv"], walked
globbed = [f.file.path for f in client.pfs.glob_file(commit=head, pattern="/raw/*")]
assert globbed == ["/raw/one.csv"], globbed
changed = {
    (d.new_file or d.old_file).file.path
    for d in client.pfs.diff_file(new_file=pfs.File(commit=head, path="/"))
}
assert {"/copy.csv", "/raw/gone.csv"} <= changed, changed
assert [c.commit.id for c in client.pfs.list_commit(repo=flowers)] == [second.id, first.id]
client.pfs.create_branch(head=head, branch=pfs.Branch(repo=flowers, name="release"))
assert {b.branch.name for b in client.pfs.list_branch(repo=flowers)} == {"master", "release"}
client.pfs.delete_branch(branch=pfs.Branch(repo=flowers, name="release"))
refused(grpc.StatusCode.NOT_FOUND, "not found", lambda: client.pfs.inspect_commit(commit=pfs.Commit(repo=flowers, id="0" * 32)))

# A branch alone names its repo; a refused upload says why, however far it had come.
client.pfs.put_file_from_bytes(commit=pfs.Commit(branch=pfs.Branch(repo=flowers, name="aside")), path="/a", data=b"")
for size in range(20):
    refused(
        grpc.StatusCode.INVALID_ARGUMENT,
        "not allowed in path",
        lambda: client.pfs.put_file_from_bytes(commit=pfs.Commit(branch=branch), path="/a*", data=b"x" * (size * 100_000)),
    )
client.pfs.delete_branch(branch=pfs.Branch(repo=flowers, name="aside"))

# A pipeline and its jobs.
lines = pps.Pipeline(name="lines", project=project)
transform = pps.Transform(cmd=["sh"], stdin=["echo counting $flowers", "wc -l < $flowers > /pfs/out/$(basename $flowers)"])
source = pps.Input(pfs=pps.PfsInput(project="default", repo="flowers", glob="/raw/*"))
client.pps.create_pipeline(pipeline=lines, transform=transform, input=source)
assert [info.pipeline.name for info in client.pps.list_pipeline(details=True)] == ["lines"]


def newest():
    job = next(iter(client.pps.list_job(pipeline=lines, details=True))).job
    info = client.pps.inspect_job(job=job, wait=True)
    assert info.state == pps.JobState.JOB_SUCCESS, info
    return info


assert newest().data_processed == 1

with client.pfs.commit(branch=branch) as third:
    third.put_file_from_bytes(path="/raw/two.csv", data=b"5,6\n")
info = client.pps.inspect_job(job=pps.Job(pipeline=lines, id=third.id), wait=True)
assert info.state == pps.JobState.JOB_SUCCESS, info
assert (info.data_processed, info.data_skipped, info.data_total) == (1, 1, 2), info
assert read("lines", third.id, "/two.csv").strip() == b"1"
datums = list(client.pps.list_datum(job=info.job))
assert sorted(d.state for d in datums) == [pps.DatumState.SUCCESS, pps.DatumState.SKIPPED], datums
assert client.pps.inspect_datum(datum=datums[0].datum).datum.id == datums[0].datum.id
said = [line.message for line in client.pps.get_logs(job=info.job)]
assert any("counting" in message for message in said), said

# An update keeps what is there until it is told not to.
client.pps.create_pipeline(pipeline=lines, transform=transform, input=source, update=True)
info = newest()
assert (info.pipeline_version, info.data_processed, info.data_skipped) == (2, 0, 2), info
client.pps.create_pipeline(pipeline=lines, transform=transform, input=source, update=True, reprocess=True)
info = newest()
assert (info.pipeline_version, info.data_processed, info.data_skipped) == (3, 2, 0), info

# Lineage: the output commit names what it was made from.
output = client.pfs.inspect_commit(commit=info.output_commit)
assert any(c.repo.name == "flowers" and c.repo.type == "user" for c in output.direct_provenance), output
assert {c.commit.repo.name for c in client.pfs.inspect_commit_set(commit_set=pfs.CommitSet(id=info.job.id))} >= {"lines"}

# What is in use is not deleted.
refused(
    grpc.StatusCode.NOT_FOUND,
    "not found",
    lambda: client.pps.inspect_pipeline(pipeline=pps.Pipeline(name="nope", project=project)),
)
client.pps.stop_pipeline(pipeline=lines)
client.pps.start_pipeline(pipeline=lines)
client.pps.delete_pipeline(pipeline=lines)
client.pfs.delete_repo(repo=flowers)
assert not client.pfs.repo_exists(flowers)
assert list(client.pfs.list_repo()) == []
print("walked through")
