#!/bin/sh
# Starts Trunkline: the server with room to work, everything else as a command line that starts fast.
self=$(readlink -f "$0")
lib=$(dirname "$(dirname "$self")")/lib
export TRUNKLINE_PROGRAM="$self"
java=java
for home in "${JAVA_HOME:-}" /usr/lib/jvm/temurin-25* /usr/lib/jvm/*25*; do
  if [ -x "$home/bin/java" ] && grep -q '^JAVA_VERSION="25' "$home/release" 2>/dev/null; then
    java=$home/bin/java
    break
  fi
done
# What earlier starts taught the JVM (./dev build makes it); where it does not fit, the start is only slower.
learned() {
  if [ -f "$lib/$1.aot" ]; then
    flags="$flags -XX:AOTCache=$lib/$1.aot -Xlog:disable -Xlog:all=error:stderr -Xlog:aot*=off:stderr"
  fi
}
# A language of which the JVM knows everything without loading it.
flags="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Duser.language=en -Duser.country=US"
if [ "${1:-}" = server ]; then
  learned server
  # Compiled code of a server that is young costs more than it saves: docs/adr/0023-the-server-inlines-little.md.
  flags="$flags -XX:FreqInlineSize=100 -XX:InlineSmallCode=1000"
  # The one port speaks plaintext: OpenSSL is not loaded to find out its version.
  flags="$flags -Dcom.linecorp.armeria.tlsEngineType=jdk"
  # Netty's events for the flight recorder: registering them costs a start more than they are worth.
  flags="$flags -Dio.netty.jfr.enabled=false"
  # Machine code of libraries, unpacked by ./dev build: otherwise each start unpacks and compares it.
  flags="$flags -Djava.library.path=$lib/native -Dorg.sqlite.lib.path=$lib/native"
  flags="$flags -DZstdNativePath=$(echo "$lib"/native/libzstd-jni-*.so)"
  # Code that is called a few times by reflection needs no code generated for the call.
  flags="$flags -Djdk.reflect.useNativeAccessorOnly=true"
  # Two threads log first at the same time, which is no reason to warn people.
  flags="$flags -Dslf4j.internal.verbosity=ERROR"
  # Named, so that it is not looked for in every jar.
  flags="$flags -Dslf4j.provider=ch.qos.logback.classic.spi.LogbackServiceProvider"
  # Nothing that the server shows depends on a language, and to know them all is work.
  flags="$flags -Djava.locale.providers=FALLBACK"
  # The JIT makes way for the code that it compiles: with few cores, a start is faster by a sixth.
  flags="$flags -XX:ThreadPriorityPolicy=1 -XX:CompilerThreadPriority=5 -XX:-PrintWarnings"
  # shellcheck disable=SC2086
  exec "$java" $flags -XX:+UseSerialGC -Xms48m -Xmx"${TRUNKLINE_HEAP:-1g}" -XX:MaxDirectMemorySize=512m \
    -Dtrunkline.agent="$lib/trunkline-agent" ${TRUNKLINE_JAVA_FLAGS:-} -cp "$lib/server.jar" dev.trunkline.server.Main "$@"
fi
learned cli
if [ -t 2 ]; then
  flags="$flags -Dtrunkline.terminal=true"
fi
# shellcheck disable=SC2086
exec "$java" $flags -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
  ${TRUNKLINE_JAVA_FLAGS:-} -Dtrunkline.name="$(basename "$0")" -cp "$lib/cli.jar" dev.trunkline.cli.Main "$@"
