/** Contracts that the providers of cells, layers, losses and so on are tested against. */
module dev.comporta.kit {
  requires dev.comporta.serialization;
  requires transitive dev.comporta.attention;
  requires transitive dev.comporta.testkit;
  requires transitive dev.comporta.training;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports dev.comporta.kit;
}
