package dev.comporta.cli;

/** Exit codes that are not picocli's. */
final class ExitCodes {
  /** A check or a comparison that the user asked for has failed. */
  static final int CHECK_FAILED = 3;

  /** 128 + SIGPIPE, what shells report for a command whose reader has ended. */
  static final int CLOSED_PIPE = 141;

  private ExitCodes() {}
}
