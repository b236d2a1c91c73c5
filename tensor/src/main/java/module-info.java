/** How numbers are computed: backends, the autodiff tape, random numbers. */
module dev.comporta.tensor {
  requires transitive dev.comporta.api;
  requires jdk.incubator.vector;
  requires static org.jspecify;
}
