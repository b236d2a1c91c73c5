package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.cli.Cli.Result;

/** Runs jobs, and requires of them what holds for the training of every task. */
final class Jobs {
  private Jobs() {}

  /** Runs a command whose words are separated by spaces, in any number of parts. */
  static Result run(String... parts) {
    return Cli.run(String.join(" ", parts).split(" +"));
  }

  private static void done(String... parts) {
    Result result = run(parts);
    assertThat(result.code()).as(result.err()).isZero();
  }

  /**
   * The model has the same bits when it is trained again, and so has one that starts from it.
   *
   * @param train the command that trained the model, without {@code --out}
   * @param data what it was trained on
   */
  static void requireRepeatable(String train, String model, String data) {
    String same = "the same bits in all ";
    Result again = run("verify", model, "--data", data);
    assertThat(again.out()).as(again.err()).contains(same);
    done(train, "--from", model, "--out", model + "-continued");
    assertThat(run("verify", model + "-continued", "--threads 1").out()).contains(same);
  }

  /**
   * A run of two epochs that is resumed for four has the bits of a run of four.
   *
   * @param train a command with {@code --epochs}, without {@code --out}
   * @param model the beginning of the names of the files
   */
  static void requireResumable(String train, String model) throws Exception {
    String epochs = "--epochs \\d+";
    String once = model + "-once";
    String twice = model + "-twice";
    done(train.replaceFirst(epochs, "--schedule constant --epochs 4"), "--out", once);
    done(train.replaceFirst(epochs, "--schedule constant --epochs 2"), "--out", twice);
    done("train", train.split(" ")[1], "--resume", twice + ".checkpoint", "--epochs 4");
    assertThat(run("inspect", twice, "--json").tensors())
        .isEqualTo(run("inspect", once, "--json").tensors());
  }
}
