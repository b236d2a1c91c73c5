package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.frame.Interruption;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Nothing replaces an argument by something else: a file's content, a variable, a longer name. */
class LiteralArgumentsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"", "train", "explain"})
  void noCommandExpandsFiles(String first) {
    CommandLine root = Main.commandLine(new Interruption(), first);
    assertThat(root.isExpandAtFiles()).as("picocli expands for the root alone").isFalse();
    assertThat(countLiteral(root)).isGreaterThan(10);
  }

  private static int countLiteral(CommandLine line) {
    assertThat(line.isAbbreviatedOptionsAllowed()).as(line.getCommandName()).isFalse();
    assertThat(line.isTrimQuotes()).as(line.getCommandName()).isFalse();
    return 1
        + line.getSubcommands().values().stream()
            .mapToInt(LiteralArgumentsTest::countLiteral)
            .sum();
  }

  @Test
  void aPromptIsWhatWasTyped() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "zzz");
    Path text = Files.writeString(folder.resolve("text"), "abc ".repeat(100));
    String model = folder.resolve("m").toString();
    String small = "train char-lm --hidden 2 --embedding 2 --chunk 4 --steps 1 --threads 1 --text";
    Cli.Result trained = Cli.run((small + " " + text + " --out " + model).split(" "));
    assertThat(trained.code()).as(trained.err()).isZero();

    assertThat(Cli.run("generate", "--model", model, "--prompt", "@" + secret).refusal())
        .contains("the character '@'")
        .doesNotContain("'z'");
    assertThat(Cli.run("generate", "--model", model, "--prompt", "${sys:user.name}").refusal())
        .contains("the character '$'");
    assertThat(Cli.run("generate", "--model", model, "--prompt", "\"a\"").refusal())
        .contains("the character '\"'");
  }

  @Test
  void aFileOfOptionsIsAnArgumentLikeAnyOther() throws Exception {
    Path options = Files.writeString(folder.resolve("options"), "--version\n");

    assertThat(Cli.run("@" + options).refusal()).contains("unknown command '@" + options);
    assertThat(Cli.run("catalog", "--", "@" + options).refusal())
        .contains("unknown catalog entry '@" + options);
    assertThat(Cli.run("train", "adding", "@" + options).refusal())
        .contains("does not take the argument '@" + options);
    assertThat(Cli.run("inspect", "@" + options).refusal()).contains("@" + options);
  }
}
