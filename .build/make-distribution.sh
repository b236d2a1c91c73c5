#!/bin/sh
# Builds what runs without Git, Maven and a build: target/comporta-VERSION.zip, which needs a JDK 25 or newer on the
# machine, and with --runtime also target/comporta-VERSION-SYSTEM-PROCESSOR.zip, which has a runtime of its own, made by
# jlink of this machine's JDK.
set -eu
root=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd)
. "$root/.build/check-root.sh"
. "$root/.build/find-jdk.sh"

case "$#:${1:-}" in
  0:) runtime= ;;
  1:--runtime) runtime=1 ;;
  *)
    echo "expected no argument or --runtime but got '$*'" >&2
    exit 2
    ;;
esac
prepare_shell
set -eu
require_usable_root
if ! find_jdk; then
  no_jdk_message
  exit 2
fi

target=$root/target/distribution
rm -rf "$target"
mkdir -p "$target"
"$root/mvnw" --quiet --batch-mode --file "$root/pom.xml" --activate-profiles quick --define "comporta.distribution=$target/built" \
  --projects apps/cli --also-make package </dev/null
jar=$(ls "$target/built/lib/" | grep '^comporta-api-')
version=${jar#comporta-api-}
version=${version%.jar}

home=$target/comporta-$version
mkdir -p "$home/.build"
mv "$target/built/lib" "$home/lib"
cp "$root/comporta" "$root/comporta.cmd" "$root/LICENSE" "$root/NOTICE" "$root/CHANGELOG.md" "$home/"
cp "$root/.build/check-root.sh" "$root/.build/find-jdk.sh" "$home/.build/"
"$comporta_jdk/bin/java" "$root/.build/ZipFolder.java" "$home" "$root/target/comporta-$version.zip"
echo "$root/target/comporta-$version.zip"

if [ -n "$runtime" ]; then
  # Guice, protobuf and others are automatic modules, of which jlink makes no image: the image has the JDK's modules
  # that the jars use, and the jars stay on the module path. Character sets and local names are found by name only.
  modules=$("$comporta_jdk/bin/jdeps" --multi-release 25 --ignore-missing-deps --print-module-deps --module-path "$home/lib" \
    "$home"/lib/*.jar | tail -n 1)
  "$comporta_jdk/bin/jlink" --add-modules "$modules,jdk.charsets,jdk.localedata,jdk.zipfs" --include-locales=en,pt,de,es \
    --strip-debug --no-header-files --no-man-pages --compress zip-6 --output "$home/runtime"
  platform=$(sed -n 's/^OS_NAME="\(.*\)"/\1/p' "$comporta_jdk/release")-$(sed -n 's/^OS_ARCH="\(.*\)"/\1/p' "$comporta_jdk/release")
  platform=$(printf '%s' "$platform" | tr '[:upper:] ' '[:lower:]-')
  "$comporta_jdk/bin/java" "$root/.build/ZipFolder.java" "$home" "$root/target/comporta-$version-$platform.zip"
  echo "$root/target/comporta-$version-$platform.zip"
fi
