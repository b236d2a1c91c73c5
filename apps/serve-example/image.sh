#!/bin/sh
# Makes a run-time image with this service: image.sh JDK APP.jar LIB IMAGE
# jlink takes only modules with a descriptor. protobuf-java has none: jdeps writes one, and jar adds it to a copy.
set -eu
bin=$1/bin app=$2 lib=$3 image=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/modules"
cp "$app" "$lib"/*.jar "$work/modules"
protobuf=$(ls "$work/modules"/protobuf-java-*.jar)
"$bin/jdeps" --ignore-missing-deps --generate-module-info "$work/descriptor" "$protobuf" >/dev/null
"$bin/javac" -d "$work/descriptor" --patch-module "com.google.protobuf=$protobuf" \
  "$work"/descriptor/com.google.protobuf/module-info.java
"$bin/jar" --update --file "$protobuf" -C "$work/descriptor" module-info.class
"$bin/jlink" --module-path "$work/modules" --add-modules example.serve,org.slf4j.simple \
  --launcher serve=example.serve/example.serve.Main --output "$image"
