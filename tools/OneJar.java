import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;

/// Many jars made one. Whoever looks for a service or a resource looks into every jar of the class
/// path, and a program of a hundred jars spends a tenth of its start on opening them.
///
/// Of a class in several releases the one for this JDK is kept, under its plain name. Licences and
/// notices are kept apart, in `META-INF/licenses/<jar>/`. Machine code is left out: it lies beside.
final class OneJar {
  private static final Pattern JOINED =
      Pattern.compile("META-INF/(services/[^/]+|[^/]+[.]versions[.]properties)");

  private static final Pattern LICENSE =
      Pattern.compile("META-INF/((LICENSE|NOTICE)[^/]*|licenses?/.+)");

  private static final Pattern LEFT_OUT =
      Pattern.compile(
          ".*module-info[.]class|META-INF/(MANIFEST[.]MF|INDEX[.]LIST|jandex[.]idx|[^/]+[.](SF|RSA|DSA)"
              + "|native/.*)|OSGI-INF/.*|.*[.](so|a|dll|dylib|jnilib)|.*/");

  /// In the order in which they are written: a folder before what it holds.
  private final Map<String, byte[]> entries = new TreeMap<>();

  private final Map<String, Path> origins = new HashMap<>();

  private OneJar() {}

  /// Writes what `jars` hold to `target`; fails where two hold different files of one name.
  static void write(List<Path> jars, Path target) throws IOException {
    var one = new OneJar();
    for (var jar : jars) {
      one.add(jar);
    }
    one.write(target);
  }

  private void add(Path path) throws IOException {
    try (var jar = new JarFile(path.toFile(), false, ZipFile.OPEN_READ, Runtime.version())) {
      for (var entry : jar.versionedStream().toList()) {
        if (!LEFT_OUT.matcher(entry.getName()).matches()) {
          try (var content = jar.getInputStream(entry)) {
            add(path, entry.getName(), content);
          }
        }
      }
    }
  }

  private void add(Path jar, String name, InputStream stream) throws IOException {
    var content = stream.readAllBytes();
    if (JOINED.matcher(name).matches()) {
      entries.merge(name, content, OneJar::joined);
      return;
    }
    var license = LICENSE.matcher(name);
    var kept =
        license.matches() ? "META-INF/licenses/" + jar.getFileName() + "/" + license.group(1) : name;
    var other = entries.putIfAbsent(kept, content);
    if (other != null && !Arrays.equals(other, content)) {
      throw new IOException(
          "%s differs between %s and %s".formatted(name, origins.get(kept), jar));
    }
    origins.putIfAbsent(kept, jar);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    var both = new ByteArrayOutputStream();
    both.writeBytes(first);
    both.write('\n');
    both.writeBytes(second);
    return both.toByteArray();
  }

  private void write(Path target) throws IOException {
    var manifest = new Manifest();
    manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
    folders();
    try (var out = new JarOutputStream(Files.newOutputStream(target), manifest)) {
      for (var entry : entries.entrySet()) {
        out.putNextEntry(new JarEntry(entry.getKey()));
        out.write(entry.getValue());
      }
    }
  }

  /// Names the folders too: Flyway finds its scripts by the name of theirs.
  private void folders() {
    for (var name : List.copyOf(entries.keySet())) {
      for (int end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
        entries.putIfAbsent(name.substring(0, end + 1), new byte[0]);
      }
    }
  }
}
