/** Worked examples of recurrent networks, as pages with pictures and numbers. */
module dev.comporta.lessons {
  requires dev.comporta.attention;
  requires dev.comporta.frame;
  requires transitive dev.comporta.training;
  requires static org.jspecify;

  exports dev.comporta.lessons;
  exports dev.comporta.lessons.figure;
  exports dev.comporta.lessons.page;
}
