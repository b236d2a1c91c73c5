/** The contract that tasks are tested against. */
module dev.comporta.taskkit {
  requires transitive dev.comporta.frame;
  requires transitive org.assertj.core;
  requires transitive org.junit.jupiter.api;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports dev.comporta.taskkit;
}
