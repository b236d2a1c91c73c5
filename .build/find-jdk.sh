# Sourced by mvnw and comporta: find_jdk sets comporta_jdk to the home of a JDK 25 or newer, or fails.
# In this order: JAVA_HOME if it is one, the java on the path, the newest in the usual folders.

comporta_jdk_minimum=25

# Sets jdk_rank to a number that orders the JDK whose home is $1 (25.0.3 is 25000003), or to 0 when
# it is too old, has no compiler or does not say what it is.
rank_jdk() {
  jdk_rank=0
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  jdk_version=
  while IFS='=' read -r jdk_key jdk_value || [ -n "$jdk_key" ]; do
    if [ "$jdk_key" = JAVA_VERSION ]; then
      jdk_version=${jdk_value#\"}
      jdk_version=${jdk_version%%[!0-9.]*}
    fi
  done <"$1/release"
  jdk_major=${jdk_version%%.*}
  jdk_rest=${jdk_version#"$jdk_major"}
  jdk_rest=${jdk_rest#.}
  jdk_minor=${jdk_rest%%.*}
  jdk_rest=${jdk_rest#"$jdk_minor"}
  jdk_rest=${jdk_rest#.}
  jdk_patch=${jdk_rest%%.*}
  case ${jdk_major:-0} in
    ??????*) return 0 ;;
  esac
  if [ "${jdk_major:-0}" -ge "$comporta_jdk_minimum" ]; then
    jdk_rank=$((jdk_major * 1000000 + ${jdk_minor:-0} * 1000 + ${jdk_patch:-0}))
  fi
}

# Sets resolved_file to the file that $1 leads to through any number of symbolic links.
resolve_links() {
  resolved_file=$1
  while [ -h "$resolved_file" ]; do
    link_target=$(readlink "$resolved_file") || return 1
    case $link_target in
      /*) resolved_file=$link_target ;;
      *) resolved_file=${resolved_file%/*}/$link_target ;;
    esac
  done
}

find_jdk() {
  comporta_jdk=
  if [ -n "${JAVA_HOME:-}" ]; then
    rank_jdk "$JAVA_HOME"
    if [ "$jdk_rank" -gt 0 ]; then
      # Absolute, because Maven starts some programs in other folders.
      comporta_jdk=$(CDPATH='' cd -- "$JAVA_HOME" && pwd) || comporta_jdk=$JAVA_HOME
      return 0
    fi
  fi

  path_java=$(command -v java 2>/dev/null) || path_java=
  case $path_java in
    /*)
      if resolve_links "$path_java"; then
        path_jdk=${resolved_file%/bin/*}
        rank_jdk "$path_jdk"
        if [ "$jdk_rank" -gt 0 ]; then
          comporta_jdk=$path_jdk
          return 0
        fi
      fi
      ;;
  esac

  best_rank=0
  for candidate in \
    /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/java/* /usr/local/*jdk* /opt/* /opt/java/* /opt/jdk/* \
    "${HOME:-/}"/.sdkman/candidates/java/* "${HOME:-/}"/.jdks/* "${HOME:-/}"/.asdf/installs/java/* \
    "${HOME:-/}"/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-/}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    rank_jdk "$candidate"
    if [ "$jdk_rank" -gt "$best_rank" ]; then
      best_rank=$jdk_rank
      comporta_jdk=$candidate
    fi
  done
  [ -n "$comporta_jdk" ]
}

no_jdk_message() {
  echo "Comporta needs a JDK $comporta_jdk_minimum or newer, and none was found in JAVA_HOME, on the path or in the usual folders: install one (Eclipse Temurin $comporta_jdk_minimum, for example) or set JAVA_HOME to it." >&2
}
