package dev.comporta.cli;

import dev.comporta.api.InvalidOptionException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** Flags that would have no effect beside the others that were given. */
final class IdleFlags {
  private IdleFlags() {}

  /**
   * Refuses them.
   *
   * @param command whose flags were parsed
   * @param flags that have no effect
   * @param partner what they go with
   */
  static void refuse(CommandSpec command, List<String> flags, String partner) {
    for (String flag : flags) {
      if (command.commandLine().getParseResult().hasMatchedOption(flag)) {
        throw new InvalidOptionException(
            "%s goes with %s; add that or leave it out".formatted(flag, partner));
      }
    }
  }
}
