/** Writes, checks and reads model files. */
module dev.comporta.serialization {
  requires com.fasterxml.jackson.core;
  requires com.google.protobuf;
  requires transitive dev.comporta.api;

  exports dev.comporta.serialization;
  exports dev.comporta.serialization.safetensors;
}
