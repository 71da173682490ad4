package dev.trunkline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of a spec before it goes to the server, and what is told about it.
class SpecFileTest {
  @TempDir Path folder;

  private final CannedServer server = new CannedServer();
  private final Shell shell = new Shell(Map.of("PACHD_ADDRESS", server.address(), "HOME", "/none"));

  SpecFileTest() throws IOException {}

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void aSpecOfOneSevenIsConverted() throws IOException {
    var outcome =
        create(
            """
            {"pipeline": {"name": "p"},
             "transform": {"cmd": ["sh"], "working_dir": "code"},
             "parallelism_spec": {"coefficient": 2.7},
             "resource_limits": {"memory": "1G", "gpu": 1}, "resourceRequests": {"gpu": "2"},
             "standby": true, "chunk_spec": {"number": 3},
             "datum_timeout": "5m", "jobTimeout": "1h30m",
             "enableStats": true, "cache_size": "64M", "max_queue_size": 2,
             "incremental": true, "batch": true,
             "input": {"cross": [{"atom": {"repo": "a", "glob": "/*"}}, {"pfs": {"repo": "b", "glob": "/"}}]}}
            """);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out()).isEmpty();
    var sent = sent();
    assertThat(sent.get("autoscaling").getAsBoolean()).isTrue();
    assertThat(sent.getAsJsonObject("datum_set_spec").get("number").getAsInt()).isEqualTo(3);
    assertThat(sent.get("parallelism_spec").toString()).isEqualTo("{\"constant\":2}");
    assertThat(sent.get("resource_limits").toString())
        .isEqualTo("{\"memory\":\"1G\",\"gpu\":{\"number\":1}}");
    assertThat(sent.get("resource_requests").toString()).isEqualTo("{\"gpu\":{\"number\":\"2\"}}");
    assertThat(sent.get("datum_timeout").getAsString()).isEqualTo("300s");
    assertThat(sent.get("jobTimeout").getAsString()).isEqualTo("5400s");
    assertThat(sent.getAsJsonObject("transform").get("working_dir").getAsString())
        .isEqualTo(folder.resolve("code").toString());
    assertThat(sent.get("input").toString())
        .doesNotContain("atom")
        .contains("\"pfs\":{\"repo\":\"a\"");
    assertThat(sent.getAsJsonObject("pipeline").get("project").toString()).contains("default");
    assertThat(outcome.err())
        .contains(
            "field enable_stats of 1.7 is ignored",
            "cache_size",
            "incremental",
            "warning: parallelism_spec.coefficient 2.7 of 1.7 becomes constant 2:"
                + " so many workers on the one node there is");
  }

  @Test
  void aCoefficientMeansOneWorkerAtLeastAndNoneBesideAConstant() throws IOException {
    create("{\"pipeline\": {\"name\": \"p\"}, \"parallelismSpec\": {\"coefficient\": 0.2}}");
    assertThat(sent().get("parallelism_spec").toString()).isEqualTo("{\"constant\":1}");
    var both =
        create(
            """
            {"pipeline": {"name": "p"}, "parallelism_spec": {"constant": 3, "coefficient": 2}}
            """);
    assertThat(sent().get("parallelism_spec").toString()).isEqualTo("{\"constant\":3}");
    assertThat(both.err())
        .startsWith(
            "warning: parallelism_spec.coefficient of 1.7 is ignored: the spec has a constant too");
    refused(
        "{\"pipeline\": {\"name\": \"p\"},\n \"parallelism_spec\": {\"coefficient\": \"all\"}}",
        "line 2, column 23: parallelism_spec.coefficient wants a number, not \"all\"");
  }

  @Test
  void anInputFromGitIsGone() throws IOException {
    refused(
        """
        {"pipeline": {"name": "p"},
         "input": {"cross": [{"pfs": {"repo": "a", "glob": "/"}},
           {"git": {"URL": "https://example.com/a.git"}}]}}
        """,
        "spec.json, line 3, column 5: git inputs are gone since 2.0: let your CI put the files into"
            + " a repo with pachctl put file -r, and read that repo as pfs");
  }

  @Test
  void onlyTheUpdateOfTwoTwelveMakesAPipeline() throws IOException {
    var file =
        Files.writeString(
            folder.resolve("missing.json"),
            "{\"pipeline\": {\"name\": \"missing\", \"project\": {}}}");
    var old = shell.run("update-pipeline -f " + file);
    assertThat(old.code()).isEqualTo(3);
    assertThat(old.err()).isEqualTo("pipeline default/missing not found\n");
    assertThat(server.spec()).isEmpty();
    assertThat(shell.run("update pipeline -f " + file).code()).isZero();
    assertThat(sent().toString()).contains("missing");
  }

  @Test
  void ofAStoppedPipelineItIsSaidWhatStartsIt() throws IOException {
    assertThat(create("{\"pipeline\": {\"name\": \"halted\"}}").err())
        .endsWith("no job: the pipeline is stopped; pachctl start pipeline halted starts it\n");
  }

  @Test
  void whatFollowsIsToldOnStandardError() throws IOException {
    var outcome = create("{\"pipeline\": {\"name\": \"iris_classifier\"}}");
    assertThat(outcome.err())
        .contains("iris_classifier created: version 2, runs on this machine")
        .contains("job " + CannedServer.LATER + ": failure");
    var file = folder.resolve("spec.json");
    assertThat(shell.run("update-pipeline -f " + file).err())
        .contains("updated: version 2")
        .contains("1 of 2 datums keep the results of an earlier version")
        .contains("--reprocess");
    assertThat(shell.run("update-pipeline --wait -f " + file).code()).isEqualTo(7);
  }

  @Test
  void anImageThatIsNotUsedIsSaid() throws IOException {
    assertThat(create("{\"pipeline\": {\"name\": \"boxed\"}}").err())
        .contains("runs on this machine, without its image box:1");
    assertThat(shell.run("inspect pipeline boxed").out())
        .contains("Runs On: this machine, without its image box:1");
    assertThat(shell.run("inspect pipeline plain").out()).doesNotContain("Runs On");
  }

  @Test
  void thereIsNothingToPushWithoutAnImage() throws IOException {
    var bare = create("{\"pipeline\": {\"name\": \"iris_classifier\"}}", " --push-images");
    assertThat(bare.code()).as(bare.err()).isZero();
    assertThat(bare.err()).contains("names no image, so there is nothing to push");
    var image = "{\"pipeline\": {\"name\": \"p\"}, \"transform\": {\"image\": \"i:1\"}}";
    assertThat(create(image, " --push-images").err()).contains("--push-images comes later");
  }

  @Test
  void yamlAndSeveralDocumentsAreTaken() throws IOException {
    Files.writeString(
        folder.resolve("spec.json"),
        "pipeline:\n  name: one\n---\n- pipeline: {name: two}\n- pipeline: {name: three}\n");
    var outcome = shell.run("create pipeline -f " + folder.resolve("spec.json"));
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(sent().getAsJsonObject("pipeline").get("name").getAsString()).isEqualTo("three");
    assertThat(
            create("{\"pipeline\": {\"name\": \"a\"}}\n{\"pipeline\": {\"name\": \"b\"}}").code())
        .isZero();
    assertThat(sent().getAsJsonObject("pipeline").get("name").getAsString()).isEqualTo("b");
  }

  @Test
  void aBadSpecIsRefusedHereWithItsPlace() throws IOException {
    refused(
        "{\"pipeline\": {\"name\": \"p\"},\n \"imput\": {}}",
        "spec.json, line 2, column 2: unknown field \"imput\"");
    refused("{\"pipeline\": {\"name\": \"p\"}, \"transform\": {\"cmd\": \"sh\"}}", "malformed");
    refused("{\"pipeline\": ", "malformed pipeline spec");
    refused("a: [1\n", "malformed pipeline spec");
    refused("\n", "is empty");
    refused("{}", "no `pipeline` specified");
    refused("{\"pipeline\": {}}", "no pipeline `name` specified");
    refused(
        "{\"pipeline\": {\"name\": \"p\"}, \"datum_timeout\": \"soon\"}",
        "datum_timeout wants a duration such as 5m");
    assertThat(server.spec()).isEmpty();
  }

  @Test
  void whatIsWrongIsToldWithItsFileLineAndPath() throws IOException {
    refused(
        "{\"pipeline\": {\"name\": \"p\"}, \"transform\": {\"cmd\": \"sh\"}}",
        "spec.json, line 1, column 43: transform.cmd wants a list, of which each is a text, not \"sh\"");
    refused(
        """
        {"pipeline": {"name": "p"},
         "input": {"cross": [
           {"pfs": {"repo": "glub"}},
           {"pfs": {"repo": "a",
                    "glub": "/"}}]}}
        """,
        "spec.json, line 5, column 13: unknown field \"input.cross[1].pfs.glub\"");
    refused(
        """
        {"pipeline": {"name": "p"},
         "input": {"union": [{"atom": {"repo": "a", "lazy": "much"}}]}, "chunkSpec": {"number": 1}}
        """,
        "line 2, column 45: input.union[0].pfs.lazy wants true or false, not \"much\"");
    refused(
        """
        {"pipeline": {"name": "p"},
         "chunkSpec": {"number": "many"}}
        """,
        "line 2, column 16: datum_set_spec.number wants a whole number, not \"many\"");
    refused(
        "{\"pipeline\": {\"name\": \"p\"}, \"input\": {\"cross\": [7]}}",
        "input.cross[0] wants an object, not 7");
    refused("{\"pipeline\": {\"name\": null}}", "spec.json, line 1, column 2: no pipeline `name`");
    refused(
        "{\"pipeline\": {\"name\": \"p\"}\n \"input\": {}}",
        "spec.json: Unterminated object at line 2");
    assertThat(server.spec()).isEmpty();
  }

  @Test
  void theFaultOfOneOfSeveralSpecsIsFoundAndNothingIsSent() throws IOException {
    refused(
        """
        {"pipeline": {"name": "one"}, "description": "x"}
        {"pipeline": {"name": "two"},
         "description": 7, "descriptoin": "x"}
        """,
        "spec.json, line 3, column 20: unknown field \"descriptoin\"");
    refused(
        "[{\"pipeline\": {\"name\": \"one\"}},\n {\"pipeline\": {\"naem\": \"two\"}}]",
        "spec.json, line 2, column 3: no pipeline `name` specified");
    refused(
        """
        pipeline: {name: one}
        ---
        - pipeline: {name: two}
        - pipeline:
            name: three
          input:
            pfs: {repo: a, glubb: /*}
        """,
        "spec.json, line 7, column 20: unknown field \"input.pfs.glubb\"");
    refused(
        "- pipeline: {name: p}\n- 7\n", "spec.json, line 2, column 3: a spec is an object, not 7");
    refused("a: .nan\n", "spec.json");
    refused("a: b: c\n", "spec.json: mapping values are not allowed here in 'reader', line 1");
    assertThat(server.spec()).isEmpty();
  }

  @Test
  void whateverTheSpecIsReadFromIsNamed() throws IOException {
    var input = shell.run("{\"pipeline\": {}}", List.of("create", "pipeline"));
    assertThat(input.err()).contains("malformed pipeline spec: standard input, line 1, column 2:");
    assertThat(shell.run("update pipeline -f " + folder).err())
        .contains(folder + " is a directory");
    var bytes = Files.write(folder.resolve("bytes"), new byte[] {'{', (byte) 0xff});
    assertThat(shell.run("update pipeline -f " + bytes).err())
        .contains(bytes + " is not a text in UTF-8");
  }

  @Test
  void anEditThatIsRefusedIsKept() throws IOException {
    var line =
        List.of("edit", "pipeline", "iris_classifier", "--editor", "sed -i s/pipeline/pipelin/");
    var outcome = shell.run("", line);
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("no `pipeline` specified", "your edit was not taken");
    var kept = Pattern.compile("pachctl update pipeline -f (\\S+)").matcher(outcome.err());
    assertThat(kept.find()).isTrue();
    var file = Path.of(kept.group(1));
    assertThat(file).content().contains("pipelin\"");
    Files.delete(file);
    assertThat(server.spec()).isEmpty();
  }

  @Test
  void anEditThatIsTakenOrUnchangedLeavesNothingBehind() throws IOException {
    for (var editor : List.of("touch", "sed -i 's/^}/,\"description\":\"x\"}/'", "false")) {
      var named = folder.resolve("named");
      var noting = "echo > /dev/null; note() { echo $1 > " + named + "; " + editor + " $1; }; note";
      shell.run("", List.of("edit", "pipeline", "iris_classifier", "--editor", noting));
      assertThat(Path.of(Files.readString(named).strip())).doesNotExist();
    }
    assertThat(sent().get("description").getAsString()).isEqualTo("x");
  }

  private void refused(String spec, String text) throws IOException {
    var outcome = create(spec);
    assertThat(outcome.code()).as(spec).isEqualTo(1);
    assertThat(outcome.err()).contains(text);
  }

  private Shell.Outcome create(String spec) throws IOException {
    return create(spec, "");
  }

  private Shell.Outcome create(String spec, String flags) throws IOException {
    var file = folder.resolve("spec.json");
    Files.writeString(file, spec);
    return shell.run("create-pipeline -f " + file + flags);
  }

  private JsonObject sent() {
    return JsonParser.parseString(server.spec()).getAsJsonObject();
  }
}
