package dev.trunkline.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilePathTest {
  @ParameterizedTest
  @CsvSource({"'',/", "/,/", "a/b,/a/b", "/a//b/,/a/b", "/a/./b/../c,/a/c", "../a,/a"})
  void cleansWhatIsRead(String text, String cleaned) {
    assertThat(FilePath.clean(text).text()).isEqualTo(cleaned);
  }

  @Test
  void refusesWhatCouldNotBeFoundAgain() {
    assertThatThrownBy(() -> FilePath.checked("a\u001f")).hasMessageContaining("printable ASCII");
    assertThatThrownBy(() -> FilePath.checked("a*")).hasMessageContaining("not allowed in path");
    assertThatThrownBy(() -> FilePath.checked("/a/../b"))
        .hasMessageContaining("relative file paths are not allowed");
    assertThat(FilePath.checked("/a b~$#").text()).isEqualTo("/a b~$#");
  }

  @Test
  void knowsItsNeighbours() {
    var path = FilePath.clean("/a/b");
    assertThat(path.parent()).isEqualTo(FilePath.clean("/a"));
    assertThat(path.parent().parent()).isEqualTo(FilePath.ROOT);
    assertThat(FilePath.ROOT.child("x").asDirectory()).isEqualTo("/x/");
    assertThat(FilePath.clean("/a").holds(path)).isTrue();
    assertThat(FilePath.clean("/a").holds(FilePath.clean("/ab"))).isFalse();
  }
}
