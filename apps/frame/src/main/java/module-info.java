/** What every task shares, and the contract that a task fulfils. */
module dev.comporta.frame {
  requires com.fasterxml.jackson.databind;
  // For Guice, which is an automatic module and cannot say that it needs it.
  requires com.google.common;
  requires de.siegmar.fastcsv;
  requires java.management;
  requires transitive com.google.guice;
  requires transitive dev.comporta.inference;
  requires transitive jakarta.inject;
  requires static org.apiguardian.api;
  requires static org.jspecify;
  requires org.slf4j;

  uses dev.comporta.frame.Task;

  exports dev.comporta.frame;
  exports dev.comporta.frame.data;
  exports dev.comporta.frame.decoding;
  exports dev.comporta.frame.files;
  exports dev.comporta.frame.memory;
  exports dev.comporta.frame.options;
  exports dev.comporta.frame.training;

  opens dev.comporta.frame to
      com.google.guice;
}
