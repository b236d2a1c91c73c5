package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** Flags that would have no effect beside the others that were given. */
final class IdleFlags {
  private IdleFlags() {}

  /**
   * Refuses flags that need another one.
   *
   * @param command whose flags were parsed
   * @param flags that have no effect
   * @param partner what they go with
   */
  static void refuse(CommandSpec command, List<String> flags, String partner) {
    refuseAny(command, flags, formatted(" goes with %s; add that or leave it out", partner));
  }

  /**
   * Refuses flags that another one has made idle.
   *
   * @param command whose flags were parsed
   * @param flags that have no effect
   * @param kind what they are of
   * @param rival what was given too
   */
  static void refuseBeside(CommandSpec command, List<String> flags, String kind, String rival) {
    refuseAny(
        command, flags, formatted(" is of %s and goes not with %s; leave one out", kind, rival));
  }

  private static void refuseAny(CommandSpec command, List<String> flags, String reason) {
    for (String flag : flags) {
      if (command.commandLine().getParseResult().hasMatchedOption(flag)) {
        throw new InvalidOptionException(flag + reason);
      }
    }
  }
}
