package dev.trunkline.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "* /a/b false",
        "/** /a/b true",
        "**.2 /dir1/file1.2 true",
        "/*/* /a/b true",
        "/*/* /a/b/c false",
        "/dir2/dir3/file1? /dir2/dir3/file10 true",
        "/dir2/dir3/file1? /dir2/dir3/file1 false",
        "/[!a]* /b true",
        "/[!a]* /a false",
        "/{abc,abcd}a /abcda true",
        "/para?([345]|99)1 /para991 true",
        "/para?([345]|99)1 /para381 false",
        "/+()c /abc false",
        "/a!(x) /ax false",
        "/a!(x) /a true",
        "/!(x) /foo true",
        "/!(x) /xy true",
        "/!(foo)* /foobar false",
        "/*.!(js|css) /bar.min.js true",
        "/!(*.js|*.json) /a.js false",
        "/!(*.js|*.json) /a.js.gz true",
        "/!(!(foo)) /foo true",
        "/[[:digit:]]x /3x true",
        "/[![:digit:]]x /3x false",
        "/[a-c] /b true",
        "/[a-c] /d false",
        "/ / true",
        "/ /a false",
        "/** / false",
        "/a,b /a,b true",
        "/raw/* /raw/iris_1.csv true",
        "/\\a /a true"
      })
  void matchesWholePaths(String glob, String path, boolean matches) {
    assertThat(Glob.compile(glob).matches(FilePath.clean(path))).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "/name=(*)/year=(*)/(*).dat /name=adele/year=2016/photos.dat $3-of-$1 photos-of-adele",
        "/test/a*(a|b)/*(*).go /test/aaaa/x.go ${1},$2 aaa,x",
        "/(*) /x $2y$$ y$",
        "/(*) /x $a$1 $ax"
      })
  void capturesGroups(String glob, String path, String template, String expected) {
    assertThat(Glob.compile(glob).replace(FilePath.clean(path), template)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/[a", "/a\\", "/{(,)}", "/[[:nope:]]"})
  void refusesWhatDoesNotParse(String glob) {
    assertThatThrownBy(() -> Glob.compile(glob))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("error compiling glob");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "/raw/* / true", "/raw/* /raw true", "/raw/* /raw/x false", "/raw/* /other false",
        "/* /a false", "/** /a/b/c true", "/ / false", "/a(b|c)/* / true"
      })
  void knowsWhereItNeedNotLook(String glob, String directory, boolean may) {
    assertThat(Glob.compile(glob).mayMatchBelow(FilePath.clean(directory))).isEqualTo(may);
  }
}
