/**
 * The jobs that the command line runs, and the bindings from which an application composes them.
 */
module dev.comporta.tasks {
  requires com.fasterxml.jackson.databind;
  // For Guice, which is an automatic module and cannot say that it needs it.
  requires com.google.common;
  requires com.ibm.icu;
  requires java.management;
  requires transitive com.google.guice;
  requires de.siegmar.fastcsv;
  requires transitive dev.comporta.attention;
  requires transitive dev.comporta.serialization;
  requires transitive dev.comporta.training;
  requires transitive jakarta.inject;
  requires static org.apiguardian.api;
  requires static org.jspecify;
  requires java.desktop;
  requires org.knowm.xchart;
  requires org.slf4j;

  exports dev.comporta.tasks;
  exports dev.comporta.tasks.adding;
  exports dev.comporta.tasks.captions;
  exports dev.comporta.tasks.charlm;
  exports dev.comporta.tasks.conformance;
  exports dev.comporta.tasks.forecast;
  exports dev.comporta.tasks.job;
  exports dev.comporta.tasks.language;
  exports dev.comporta.tasks.translation;
  exports dev.comporta.tasks.wordlm;

  opens dev.comporta.tasks to
      com.google.guice;
  opens dev.comporta.tasks.adding to
      com.google.guice;
  opens dev.comporta.tasks.captions to
      com.google.guice;
  opens dev.comporta.tasks.charlm to
      com.google.guice;
  opens dev.comporta.tasks.forecast to
      com.google.guice;
  opens dev.comporta.tasks.translation to
      com.google.guice;
  opens dev.comporta.tasks.wordlm to
      com.google.guice;
}
