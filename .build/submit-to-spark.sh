# Sourced by comporta: "comporta spark SUBCOMMAND ..." builds apps/spark if its sources changed and submits it: to this
# machine, or to the cluster that COMPORTA_SPARK_OPTIONS names, as in "--master spark://host:7077 --executor-memory 4g".
# With SPARK_HOME, that installation of Spark submits it.

spark_target=$root/apps/spark/target

build_spark() {
  take_lock
  if [ "$(cat "$spark_target/built" 2>/dev/null)" != "$(sources)" ]; then
    echo "Building Comporta for Spark, the first time with downloads of about 280 MB (log: $log)" >&2
    built_of=$(sources)
    "$root/mvnw" --batch-mode --file "$root/pom.xml" --activate-profiles quick,spark \
      --projects apps/spark --also-make package >"$log" 2>&1 </dev/null
    status=$?
    if [ "$status" -ne 0 ]; then
      grep '^\[ERROR\]' "$log" >&2 || tail -n 40 "$log" >&2
      echo "Comporta could not be built for Spark: the errors are above, and all that Maven said is in $log." >&2
      exit "$status"
    fi
    printf '%s\n' "$built_of" >"$spark_target/built"
  fi
  release_lock
}

submit() {
  if [ -n "$distribution" ]; then
    echo "comporta spark runs in a checkout; with a distribution, give the jar 'cluster' of comporta-spark to spark-submit." >&2
    exit 2
  fi
  build_spark
  set -- --class dev.comporta.spark.Main "$(ls "$spark_target"/comporta-spark-*-cluster.jar)" "$@"
  # The options are split into words, and never matched with the names of files.
  set -f
  # shellcheck disable=SC2086
  if [ -n "${SPARK_HOME:-}" ]; then
    exec "$SPARK_HOME/bin/spark-submit" ${COMPORTA_SPARK_OPTIONS:-} "$@"
  fi
  # shellcheck disable=SC2086
  exec env "SPARK_HOME=$spark_target/spark" "JAVA_HOME=$comporta_jdk" \
    "$comporta_jdk/bin/java" "@$spark_target/spark/conf/java-options" -cp "$spark_target/spark/conf:$spark_target/spark/jars/*" \
    org.apache.spark.deploy.SparkSubmit --conf spark.log.level=WARN ${COMPORTA_SPARK_OPTIONS:-} "$@"
}
