package dev.trunkline.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.testkit.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is wrong is refused with the object and the cure, and changes nothing.
class BadInputTest {
  private static final String SPEC =
      """
      {"pipeline": {"name": "%s"}, "transform": %s, "input": {"pfs": {"repo": "%s", "glob": "%s"}}%s}
      """;
  private static final String TRUE = "{\"cmd\": [\"true\"]}";

  @TempDir static Path folder;
  private static Product product;

  @BeforeAll
  static void start() throws Exception {
    product = new Product(folder);
    product.ok("pachctl", "create", "repo", "r");
    product.put("r", "/a", "1");
  }

  @AfterAll
  static void stop() throws Exception {
    product.close();
  }

  @Test
  void whatDoesNotExistIsNamed() throws Exception {
    product.refuses(3, "default/nope", "pachctl", "inspect", "repo", "nope");
    product.refuses(3, "default/nope", "pachctl", "list", "file", "nope@master:/");
    product.refuses(3, "branch \"other\"", "pachctl", "get", "file", "r@other:/a");
    var id = "0123456789abcdef0123456789abcdef";
    product.refuses(3, id, "pachctl", "inspect", "commit", "r@" + id);
    product.refuses(3, "/missing", "pachctl", "get", "file", "r@master:/missing");
    product.refuses(3, "nope", "pachctl", "inspect", "pipeline", "nope");
    product.refuses(3, "nope", "pachctl", "inspect", "job", "nope@" + id);
  }

  @Test
  void namesAndPathsAreChecked() throws Exception {
    product.refuses(1, "only alphanumeric", "pachctl", "create", "repo", "a b");
    product.refuses(4, "already exists", "pachctl", "create", "repo", "r");
    assertThat(product.run("x", "pachctl", "put", "file", "r@master:/a*b", "-f", "-").code())
        .isNotZero();
    product.refuses(2, "", "pachctl", "create", "repo");
    assertThat(product.ok("pachctl", "list", "file", "r@master:/").lines()).hasSize(2);
  }

  @Test
  void specsAreChecked() throws Exception {
    refused("{not json", "malformed");
    refused(SPEC.formatted("p", TRUE, "r", "/*", ", \"nonsense\": 1"), "nonsense");
    refused(SPEC.formatted("p", "{\"cmd\": 7}", "r", "/*", ""), "cmd");
    refused(SPEC.formatted("p", TRUE, "nope", "/*", ""), "default/nope");
    refused(SPEC.formatted("p", TRUE, "r", "/[", ""), "glob");
    refused(SPEC.formatted("p q", TRUE, "r", "/*", ""), "only alphanumeric");
    assertThat(product.ok("pachctl", "list", "pipeline").lines()).hasSize(1);
    assertThat(product.ok("pachctl", "list", "repo").lines()).hasSize(2);
  }

  private static void refused(String spec, String what) throws Exception {
    var run = product.createPipeline(spec);
    assertThat(run.code()).as(run.output()).isNotZero();
    assertThat(run.output()).contains(what);
  }

  @Test
  void noServerIsToldWithTheAddressAndTheCure() throws Exception {
    var nobody = "127.0.0.1:" + Ports.free();
    var pachctl = Product.DIST.resolve("bin/pachctl").toString();
    var run = product.run("", "env", "PACHD_ADDRESS=" + nobody, pachctl, "list", "repo");
    assertThat(run.code()).as(run.output()).isEqualTo(6);
    assertThat(run.output()).contains(nobody, "trunkline server");
  }

  @Test
  void aSecondServerOnTheFolderNamesTheFirst() throws Exception {
    var data = product.data().toString();
    product.refuses(1, "in use", "trunkline", "server", "--data", data, "--listen", "127.0.0.1:0");
  }

  @Test
  void aFolderOfANewerFormatIsLeftAlone() throws Exception {
    var newer = Files.createDirectories(folder.resolve("newer"));
    Files.writeString(newer.resolve("FORMAT"), "99\n");
    product.refuses(
        1, "99", "trunkline", "server", "--data", newer.toString(), "--listen", "127.0.0.1:0");
    assertThat(newer.resolve("FORMAT")).hasContent("99");
    assertThat(newer.resolve("metadata.db")).doesNotExist();
  }
}
