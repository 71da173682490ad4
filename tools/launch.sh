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
    flags="$flags -XX:AOTCache=$lib/$1.aot -Xlog:disable -Xlog:all=error:stderr"
  fi
}
flags="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
if [ "${1:-}" = server ]; then
  learned server
  # shellcheck disable=SC2086
  exec "$java" $flags -XX:+UseSerialGC -Xmx"${TRUNKLINE_HEAP:-1g}" -XX:MaxDirectMemorySize=512m \
    -Dtrunkline.agent="$lib/trunkline-agent" ${TRUNKLINE_JAVA_FLAGS:-} -cp "$lib/*" dev.trunkline.server.Main "$@"
fi
learned cli
if [ -t 2 ]; then
  flags="$flags -Dtrunkline.terminal=true"
fi
# shellcheck disable=SC2086
exec "$java" $flags -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
  ${TRUNKLINE_JAVA_FLAGS:-} -Dtrunkline.name="$(basename "$0")" -cp "$lib/*" dev.trunkline.cli.Main "$@"
