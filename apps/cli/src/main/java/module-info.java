/** The {@code comporta} command. */
module dev.comporta.cli {
  requires dev.comporta.tasks;
  requires info.picocli;
  requires static org.jspecify;

  opens dev.comporta.cli to
      info.picocli;
}
