package dev.trunkline.services;

import static dev.trunkline.services.PpsFixture.copying;
import static dev.trunkline.services.PpsFixture.list;
import static dev.trunkline.services.PpsFixture.pipeline;
import static dev.trunkline.services.PpsFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.rpc.BadRequest;
import dev.trunkline.wire.pps.DeletePipelineRequest;
import dev.trunkline.wire.pps.ListPipelineRequest;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Specs that are refused: with which code, in which words, and that nothing is changed by them.
class SpecRefusalTest {
  @TempDir static Path folder;
  private static TestServer server;
  private static PpsFixture pps;

  @BeforeAll
  static void open() throws Exception {
    server = new TestServer(folder);
    pps = new PpsFixture(server);
    pps.repo("in");
  }

  @AfterAll
  static void close() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'pipeline':{'name':'p'},'bogus':1} | unexpected field \"bogus\"",
        "{'pipeline':{'name':'p'},'transform':{'cmd':'sh'}} | field \"transform.cmd\": expected an"
            + " array",
        "{'pipeline':{'name':'p'},'datum_tries':'many'} | field \"datum_tries\"",
        "{'pipeline':{'name':'p'},'datum_timeout':'5m'} | field \"datum_timeout\"",
        "{'pipeline':{'name':'p'} | not JSON",
        "[] | not a JSON object",
        "{'pipeline':{'name':'p'},'tf_job':{}} | invalid effective spec: embedding TFJobs in"
            + " pipelines is not supported yet",
        "{'pipeline':{'name':'p'},'reprocess_spec':'maybe'} | ReprocessSpec must be one of",
        "{'pipeline':{'name':'p'},'tolerations':[{'key':'a'}]} | toleration 1/1: cannot omit"
            + " key/value comparison operator",
        "{'pipeline':{'name':'p'},'pod_spec':'{'} | malformed PodSpec",
        "{'pipeline':{'name':'p'},'pod_spec':'{a:1}'} | malformed PodSpec",
        "{'pipeline':{'name':'p'},'pod_patch':'garbage'} | malformed PodPatch",
        "{'pipeline':{'name':'p'},'pod_patch':'{'} | malformed PodPatch",
        "{'pipeline':{'name':'p'},'service':{'type':'X'}} | the following service type X is not"
            + " allowed",
      })
  void whatTheSpecItselfRulesOutIsInvalidWithADetail(String json, String text) {
    assertThatThrownBy(() -> pps.create(json))
        .satisfies(e -> {
          var status = StatusProto.fromThrowable(e);
          assertThat(status).isNotNull();
          assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT.value());
          assertThat(status.getMessage())
              .startsWith("could not make effective spec: ")
              .contains(text);
          assertThat(status.getDetails(0).unpack(BadRequest.class).getFieldViolations(0).getField())
              .isEqualTo("create_pipeline_v2_request.create_pipeline_request_json");
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | INVALID_ARGUMENT | request.Pipeline cannot be nil",
        "{'pipeline':{}} | INVALID_ARGUMENT | request.Pipeline.Name cannot be empty",
        "{'pipeline':{'name':'p'},'transform':null} | INVALID_ARGUMENT | pipeline must specify a"
            + " transform",
        "{'pipeline':{'name':'a.b'}} | INVALID_ARGUMENT | only alphanumeric characters,"
            + " underscores, and dashes are allowed",
        "{'pipeline':{'name':'-p'}} | INVALID_ARGUMENT | pipeline names must start with an"
            + " alphanumeric character",
        "{'pipeline':{'name':'p'},'outputBranch':''} | INVALID_ARGUMENT | pipeline needs to specify"
            + " an output branch",
        "{'pipeline':{'name':'p'},'s3_out':true,'spout':{}} | INVALID_ARGUMENT | s3 output is not"
            + " supported in spouts or services",
        "{'pipeline':{'name':'p'},'spout':{},'autoscaling':true} | INVALID_ARGUMENT | autoscaling"
            + " can't be used with spouts",
        "{'pipeline':{'name':'p'},'service':{},'parallelism_spec':{}} | INVALID_ARGUMENT | services"
            + " can only be run with a constant parallelism of 1",
        "{'pipeline':{'name':'p'},'spout':{},'input':{'pfs':{'repo':'in','glob':'/'}}} |"
            + " INVALID_ARGUMENT | spout pipelines (without a service) must not have an input",
        "{'pipeline':{'name':'p'},'transform':{'secrets':[{'name':'s','env_var':'X'}]}} |"
            + " INVALID_ARGUMENT | secret s has env_var set but is missing key",
        "{'pipeline':{'name':'p'},'egress':{'sql_database':{}}} | INVALID_ARGUMENT |"
            + " egress.sql_database.secret is required",
        "{'pipeline':{'name':'p'},'input':{}} | INVALID_ARGUMENT | no input set",
        "{'pipeline':{'name':'p'},'input':{'cross':[]}} | INVALID_ARGUMENT | no input set",
        "{'pipeline':{'name':'p'},'input':{'pfs':{'repo':'in','glob':'/'},'cron':{'name':'c','spec':'@daily'}}}"
            + " | INVALID_ARGUMENT | multiple input types set",
        "{'pipeline':{'name':'p'},'input':{'pfs':{'name':'x','glob':'/'}}} | INVALID_ARGUMENT |"
            + " input must specify a repo",
        "{'pipeline':{'name':'p'},'input':{'pfs':{'glob':'/'}}} | INVALID_ARGUMENT | input must"
            + " specify a name",
        "{'pipeline':{'name':'p'},'input':{'pfs':{'repo':'in'}}} | INVALID_ARGUMENT | input must"
            + " specify a glob",
        "{'pipeline':{'name':'p'},'input':{'pfs':{'repo':'out','glob':'/'}}} | INVALID_ARGUMENT |"
            + " inputs based on repos named \"out\" must have 'name' set",
        "{'pipeline':{'name':'p'},'input':{'pfs':{'repo':'in','name':'out','glob':'/'}}} |"
            + " INVALID_ARGUMENT | input cannot be named out",
        "{'pipeline':{'name':'p'},'input':{'pfs':{'repo':'in','name':'.env','glob':'/'}}} |"
            + " INVALID_ARGUMENT | input cannot be named .env",
        "{'pipeline':{'name':'p'},'input':{'pfs':{'repo':'in','glob':'/','commit':'x'}}} |"
            + " INVALID_ARGUMENT | input cannot come from a commit",
        "{'pipeline':{'name':'p'},'input':{'pfs':{'repo':'in','s3':true,'glob':'/*'}}} |"
            + " INVALID_ARGUMENT | inputs that set 's3' to 'true' must also set 'glob'",
        "{'pipeline':{'name':'p'},'input':{'pfs':{'repo':'in','s3':true,'lazy':true,'glob':'/'}}} |"
            + " INVALID_ARGUMENT | input cannot specify both 's3' and 'lazy'",
        "{'pipeline':{'name':'p'},'input':{'union':[{'pfs':{'repo':'in','s3':true,'glob':'/'}}]}} |"
            + " INVALID_ARGUMENT | S3 inputs in union expressions are not supported",
        "{'pipeline':{'name':'p'},'input':{'cross':[{'pfs':{'repo':'in','glob':'/'}},{'pfs':{'repo':'in','glob':'/*'}}]}}"
            + " | INVALID_ARGUMENT | name \"in\" was used more than once",
        "{'pipeline':{'name':'p'},'input':{'cron':{'name':'c'}}} | INVALID_ARGUMENT | Empty spec"
            + " string",
        "{'pipeline':{'name':'p'},'input':{'pfs':{'repo':'absent','glob':'/'}}} | NOT_FOUND | repo"
            + " default/absent not found",
        "{'pipeline':{'name':'p'},'input':{'pfs':{'repo':'in','project':'x','glob':'/'}}} |"
            + " NOT_FOUND | project \"x\" not found",
        "{'pipeline':{'name':'p','project':{'name':'x'}},'input':{'pfs':{'repo':'in','glob':'/'}}} |"
            + " NOT_FOUND | project \"x\" not found",
        "{'pipeline':{'name':'in'},'input':{'pfs':{'repo':'in','glob':'/'}}} |"
            + " FAILED_PRECONDITION | pipeline \"in\" cannot be created because a repo with the same name already exists",
        "{'pipeline':{'name':'p'},'service':{}} | UNIMPLEMENTED | service in a pipeline is not"
            + " built yet in this version",
        "{'pipeline':{'name':'p'},'spout':{}} | UNIMPLEMENTED | spout in a pipeline is not built"
            + " yet in this version",
        "{'pipeline':{'name':'p'},'egress':{'URL':'s3://b'}} | UNIMPLEMENTED | egress in a pipeline"
            + " is not built yet",
        "{'pipeline':{'name':'p'},'input':{'cron':{'name':'c','spec':'@daily'}}} | UNIMPLEMENTED |"
            + " input.cron in a pipeline is not built yet",
        "{'pipeline':{'name':'p'},'input':{'pfs':{'repo':'in','glob':'/','lazy':true}}} |"
            + " UNIMPLEMENTED | input.pfs.lazy in a pipeline is not built yet",
      })
  void whatCannotBeAPipelineIsRefusedAndChangesNothing(String json, Status.Code code, String text) {
    refused(code, text, () -> pps.create(json));
    assertThat(list(pps.pps().listPipeline(ListPipelineRequest.getDefaultInstance()))).isEmpty();
  }

  @Test
  void longNamesAndTakenNames() {
    var name = "p".repeat(60);
    refused(
        Status.Code.INVALID_ARGUMENT,
        "pipeline name \"" + name + "\" is 9 characters longer than the 51 max",
        () -> pps.create(copying(name, "in")));
    pps.create(copying("taken", "in"));
    refused(
        Status.Code.ALREADY_EXISTS,
        "pipeline \"default/taken\" already exists",
        () -> pps.create(copying("taken", "in")));
    pps.pps()
        .deletePipeline(DeletePipelineRequest.newBuilder().setPipeline(pipeline("taken")).build());
  }
}
