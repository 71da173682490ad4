package dev.trunkline.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The tree as text: sizes, words and links.
class TidyTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern NAME =
      Pattern.compile(".*(Util|Utils|Helper|Manager|Impl|Abstract\\w+)\\.java");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)\\)");
  private static final int MAIN_LINES = 500;
  private static final int TEST_LINES = 800;
  private static final int METHOD_LINES = 60;
  private static final int LARGEST = 256 << 10;

  private static List<Path> files(String ending) throws IOException {
    try (Stream<Path> all = Files.walk(ROOT)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> file.toString().endsWith(ending))
          .filter(file -> ours(ROOT.relativize(file).toString()))
          .toList();
    }
  }

  private static boolean ours(String path) {
    return Stream.of("target/", ".git/", "dist/", ".venv/", "__pycache__/")
        .noneMatch(folder -> path.startsWith(folder) || path.contains("/" + folder));
  }

  @Test
  void filesAndMethodsAreSmall() throws IOException {
    var long_ = new ArrayList<String>();
    for (var file : files(".java")) {
      var lines = Files.readAllLines(file);
      boolean test = file.toString().contains("/src/test/");
      if (lines.size() > (test ? TEST_LINES : MAIN_LINES)) {
        long_.add(file + " has " + lines.size() + " lines: a second idea is hiding in it");
      }
      int start = -1;
      for (int i = 0; i < lines.size(); i++) {
        var line = lines.get(i);
        if (line.matches(" {2,4}\\S.*\\{")
            && !line.matches(".*\\b(class|record|interface|enum)\\b.*")) {
          start = i;
        } else if (line.matches(" {2,4}}") && start >= 0) {
          if (i - start > METHOD_LINES) {
            long_.add(
                file + ":" + (start + 1) + " is a method of " + (i - start) + " lines: split it");
          }
          start = -1;
        }
      }
    }
    assertThat(long_).isEmpty();
  }

  @Test
  void namesSayWhatAThingIs() throws IOException {
    assertThat(files(".java"))
        .as("name a class by what it is or how it differs")
        .noneMatch(file -> NAME.matcher(file.toString()).matches());
  }

  @Test
  void nothingIsLeftForLater() throws IOException {
    var banned = Pattern.compile("TO" + "DO|FIX" + "ME|@Dis" + "abled|Thread\\.sl" + "eep");
    for (var file : files(".java")) {
      if (!file.endsWith("tools/Dev.java")) {
        assertThat(banned.matcher(Files.readString(file)).find())
            .as(file + ": do it, or write it down where it will be read; wait on a condition")
            .isFalse();
      }
    }
  }

  @Test
  void noBlobs() throws IOException {
    for (var file : files("")) {
      assertThat(Files.size(file))
          .as(file + " is large: make it when it is needed")
          .isLessThan(LARGEST);
    }
  }

  @Test
  void linksLeadSomewhere() throws IOException {
    for (var file : files(".md")) {
      var links = LINK.matcher(Files.readString(file));
      while (links.find()) {
        assertThat(file.resolveSibling(links.group(1)))
            .as(file + " links to " + links.group(1))
            .exists();
      }
    }
  }
}
