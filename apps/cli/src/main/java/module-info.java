/** The {@code comporta} command. */
module dev.comporta.cli {
  requires com.fasterxml.jackson.databind;
  requires dev.comporta.benchmarks;
  requires dev.comporta.conformance;
  requires dev.comporta.exchange;
  requires dev.comporta.frame;
  requires dev.comporta.lessons;
  requires dev.comporta.onnx;
  // Named by no command: tasks of other modules are found on the module path in the same way.
  requires dev.comporta.tasks;
  requires dev.comporta.view;
  requires info.picocli;
  requires me.tongfei.progressbar;
  requires static org.jspecify;

  opens dev.comporta.cli to
      info.picocli;
}
