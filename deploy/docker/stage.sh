#!/usr/bin/env bash
# Lays out what goes into the image, one folder for each layer, in the order in which they change:
# a Java runtime with the modules that are needed, the libraries, the program with its class-data archive.
# The image's build calls it (mvn -Pimage package); the runtime is for the machine that it runs on.
#
#   deploy/docker/stage.sh TARGET    TARGET is Maven's folder with selfheal.jar and lib/
set -euo pipefail

if [ "$(uname -s)" != Linux ]; then
  printf '%s\n' "stage.sh: the image gets this machine's Java, so build it on Linux, or in a container with a JDK" \
    "17 and Maven" >&2
  exit 2
fi
target=$(cd -- "$1" && pwd -P)
stage=$target/image
java_home=${JAVA_HOME:-$(dirname -- "$(dirname -- "$(readlink -f "$(command -v jlink)")")")}
rm -rf "$stage"
mkdir -p "$stage/libraries/app/lib" "$stage/program/app" "$stage/program/tmp" "$stage/runtime/opt" \
  "$stage/rehearsal"

"$java_home/bin/jlink" --output "$stage/runtime/opt/java" --no-man-pages --no-header-files \
  --strip-java-debug-attributes --compress=2 \
  --add-modules java.se,jdk.unsupported,jdk.crypto.ec,jdk.naming.dns,jdk.zipfs,jdk.management
cp "$target"/lib/*.jar "$stage/libraries/app/lib/"
cp "$target/selfheal.jar" "$stage/program/app/"

# The archive knows each jar by its name, size and time; the image's build sets all times to this one.
find "$stage" -exec touch -h -d '1970-01-01T00:00:01Z' {} +

# The runtime's own archive, which the program's builds on
"$stage/runtime/opt/java/bin/java" -XX:+UseSerialGC -Xshare:dump >"$stage/rehearsal/dump.log"

# A start and a stop load most classes. It takes no settings from the caller, and any free port.
ln -s "$stage/libraries/app/lib" "$stage/rehearsal/lib"
cp -p "$stage/program/app/selfheal.jar" "$stage/rehearsal/"
cd "$stage/rehearsal"
mkdir none
env -i PATH="$PATH" AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none \
  AWS_MAX_ATTEMPTS=1 AWS_ENDPOINT_URL=http://127.0.0.1:9 \
  "$stage/runtime/opt/java/bin/java" -XX:ArchiveClassesAtExit=selfheal.jsa -XX:+UseSerialGC \
  -jar selfheal.jar run --set camel.main.duration-max-seconds=3 --set selfheal.http.port=0 \
  --set selfheal.sources=http --set selfheal.work.dir="$stage/rehearsal/none" \
  --set selfheal.work.queue=http://127.0.0.1:9/none --set selfheal.apps.app.repository=none \
  >rehearsal.log 2>&1 || {
  cat rehearsal.log >&2
  exit 1
}
cp selfheal.jsa "$stage/program/app/"
chmod 1777 "$stage/program/tmp"
cd "$stage"
rm -rf rehearsal
find "$stage" -exec touch -h -d '1970-01-01T00:00:01Z' {} +
