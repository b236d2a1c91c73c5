package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.cli.Cli.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever cannot be used is refused by one sentence on standard error and exit code 2. */
class BadInputTest {
  @TempDir private Path folder;
  private Path text;

  @BeforeEach
  void writeText() throws IOException {
    text = Files.writeString(folder.resolve("text.txt"), "a page of text. ".repeat(60));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--cell lstn|unknown cell 'lstn': expected one of|did you mean 'lstm'?",
        "--optimizer adan|unknown optimizer 'adan'|did you mean 'adam'?",
        "--schedule cosin|unknown schedule 'cosin'|did you mean 'cosine'?",
        "--loss msse|unknown loss 'msse'|did you mean 'mse'?",
        "--backend smid|unknown backend 'smid'|expected one of",
        "--execution plam|unknown value of --execution 'plam'|did you mean 'plan'?",
        "--hiden 3|'comporta train adding' has no option '--hiden'; |did you mean '--hidden'?",
        "--xyzzy 3|'comporta train adding' has no option '--xyzzy'; |see comporta train adding --help",
        "--hidden 0|--hidden expected a whole number from 1 to 16777216|but got '0'",
        "--hidden -4|--hidden expected a whole number|but got '-4'",
        "--hidden 12x|--hidden expected a whole number|but got '12x'",
        "--hidden 3.5|--hidden expected a whole number|but got '3.5'",
        "--hidden 99999999999999999999|--hidden expected a whole number|but got '9999",
        "--hidden 2000000000|--hidden expected a whole number|but got '2000000000'",
        "--hidden 16000000|elements, the limit for one tensor|use smaller sizes",
        "--batch 0|--batch expected a whole number|but got '0'",
        "--length 1|--length expected a whole number of 2 or more|but got '1'",
        "--steps 0|--steps expected a whole number of 1 or more|but got '0'",
        "--learning-rate 0|--learning-rate expected a finite number above 0|but got '0'",
        "--find-learning-rate 1|expected 0 or at least 2 updates|but got 1",
        "--find-learning-rate 9 --learning-rate 1|expected either --find-learning-rate or|leave one out",
        "--csv no/such/folder/table|--csv cannot be written|there is no directory",
        "--csv TEXT|was not written by a training run|event,step,epoch,loss",
        "--csv OUT|--csv and --out expected two files but both are|m",
        "--tensorboard TEXT|--tensorboard expected a folder but|cannot be one",
        "--learning-rate 1e999|--learning-rate expected a finite number above 0|but got '1e999'",
        "--learning-rate=-1|--learning-rate expected a finite number above 0|but got '-1'",
        "--learning-rate fast|--learning-rate expected a finite number|but got 'fast'",
        "--learning-rate NaN|--learning-rate expected a finite number|but got 'NaN'",
        "--learning-rate 0x1p3|--learning-rate expected a finite number|but got '0x1p3'",
        "--optimizer sgd:momentum=2|[sgd] option 'momentum' expected a number|but got 2",
        "--optimizer sgd:momentun=0.9|unknown option of sgd 'momentun'|did you mean 'momentum'?",
        "--optimizer sgd:momentum|'=' and the value of option 'momentum'|but got its end",
        "--optimizer adam:learning-rate=0|option 'learning-rate' expected a number above 0|got 0",
        "--schedule linear-warmup|[linear-warmup] expected an option 'length'|length",
        "--schedule linear-warmup:lenght=3|[linear-warmup] expected an option 'length' but got 'lenght'|did you mean 'length'?",
        "--schedule linear-warmup:length=2,then=cosin|unknown schedule 'cosin'|'cosine'?",
        "--clip-by nrom|unknown value of --clip-by 'nrom'|did you mean 'norm'?",
        "--groups layers.0.cel.W:frozen=true|matches none|did you mean 'layers.0.cell.W'?",
        "--groups *:frozen=true|expected at least one trainable parameter but all|are frozen",
        "--groups *:frozen=maybe|option 'frozen' expected true or false|but got maybe",
        "--groups *:learning-rate-factor=0|'learning-rate-factor' expected a number above|got 0",
        "--average emma|unknown average 'emma'|did you mean 'ema'?",
        "--average ema:decay=1|option 'decay' expected a number between 0.0 and|but got 1",
        "--accumulate 0|--accumulate expected a whole number of 1 or more|but got '0'",
        "--patience -1|--patience expected a whole number of 0 or more|but got '-1'",
        "--keep bset|unknown value of --keep 'bset'|did you mean 'best'?",
        "--l2 -0.1|--l2 expected a finite number of 0.0 or more|but got '-0.1'",
        "--clip -1|--clip expected a finite number of 0.0 or more|but got '-1'",
        "--threads 0|--threads expected a whole number from 1 to 1024|but got '0'",
        "--threads 5000|--threads expected a whole number from 1 to 1024|but got '5000'",
        "--seed -1|--seed expected a whole number of 0 or more|but got '-1'",
        "--checkpoint-every -1|--checkpoint-every expected a whole number of 0|but got '-1'",
        "--hidden|--hidden|Missing required parameter",
        "--from TEXT|text.txt|not a",
        "--architecture TEXT|--architecture|is not JSON",
        "--resume nowhere.checkpoint|there is no file|nowhere.checkpoint",
        "surplus|'comporta train adding' does not take the argument|'surplus'",
      })
  void refusesSettings(String flags, String expected, String got) {
    String[] words = ("train adding --length 5 --steps 1 --out OUT " + flags).split(" ", -1);
    if (flags.startsWith("--length ") || flags.startsWith("--steps ")) {
      words = ("train adding --out OUT " + flags).split(" ", -1);
    }
    for (int i = 0; i < words.length; i++) {
      words[i] =
          switch (words[i]) {
            case "TEXT" -> text.toString();
            case "OUT" -> folder.resolve("m").toString();
            default -> words[i];
          };
    }
    Result result = Cli.run(words);
    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.lastError()).contains(expected).contains(got);
    assertThat(folder.resolve("m")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--compare no-such.json|there is no no-such.json",
        "--compare TEXT|it is not JSON",
        "--tolerance 3|name one with --compare FILE",
        "--compare no-such.json --tolerance -1|expected --tolerance from 0 to 1000 percent",
        "--compare no-such.json --models .|are for the workloads",
      })
  void refusesBaselines(String flags, String expected) {
    String[] words = ("bench --filter ^tiny$ " + flags).split(" ", -1);
    words[words.length - 1] = words[words.length - 1].replace("TEXT", text.toString());
    Result result = Cli.run(words);
    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.lastError()).contains(expected);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void refusesTextsThatCannotBeTrainedOn() throws IOException {
    String missing = folder.resolve("missing.txt").toString();
    assertThat(Cli.run("train", "char-lm", "--text", missing).refusal())
        .contains("there is no " + missing);
    Path empty = Files.createFile(folder.resolve("empty.txt"));
    assertThat(Cli.run("train", "char-lm", "--text", empty.toString()).refusal())
        .contains("it is empty");
    Path small = Files.writeString(folder.resolve("small.txt"), "short");
    assertThat(Cli.run("train", "char-lm", "--text", small.toString()).refusal())
        .contains("expected more ids than a chunk of 64 timesteps but the text has 4")
        .contains("(not counting 1 held out for validation)");
    Path binary = Files.write(folder.resolve("binary"), new byte[] {'a', (byte) 0xff});
    assertThat(Cli.run("train", "char-lm", "--text", binary.toString()).refusal())
        .contains("is not UTF-8: the byte 0xff at offset 1");
    assertThat(Cli.run("train", "char-lm", "--text", "").refusal())
        .contains("expected a path but got none");
  }

  @Test
  void refusesAnOutputThatCannotBeWritten() {
    String directory = folder.toString();
    assertThat(Cli.run("train", "adding", "--out", directory).refusal())
        .contains("--out expected a file but " + directory + " is a directory");
    String nowhere = folder.resolve("no/such/model").toString();
    assertThat(Cli.run("train", "adding", "--out", nowhere).refusal())
        .contains("--out cannot be written: there is no directory");
  }

  @Test
  void neverReplacesByAModelWhatIsNone() throws IOException {
    String[] overItself = {"train", "adding", "--length", "2", "--out", text.toString()};
    String before = Files.readString(text);
    assertThat(Cli.run(overItself).refusal())
        .contains("--out expected a model file, which is replaced, or a new name, but " + text)
        .contains("is something else; name another file");
    assertThat(text).hasContent(before);
    String[] small = {"train", "adding", "--length", "2", "--steps", "1", "--hidden", "2", "--out"};
    String model = folder.resolve("m").toString();
    Files.createFile(folder.resolve("m")); // as mktemp does
    for (int time = 0; time < 2; time++) {
      Result again = Cli.run(concat(small, model));
      assertThat(again.code()).as(again.err()).isZero();
    }
    assertThat(Cli.run(concat(small, model + ".checkpoint")).refusal())
        .contains("is a checkpoint; name another file");
  }

  private static String[] concat(String[] words, String more) {
    String[] all = Arrays.copyOf(words, words.length + 1);
    all[words.length] = more;
    return all;
  }

  @Test
  void refusesNamesThatAreNone() throws IOException {
    assertThat(config("{\"out\": \"a\\u0000b\"}"))
        .contains("expected the name of a file but got 'a\\u0000b', which cannot be one here");
    assertThat(Cli.run("train", "adding", "--resume", "").refusal())
        .contains("--resume expected a path but got none");
  }

  @Test
  void refusesConfigurationsThatCannotBeRead() throws IOException {
    assertThat(config("{\"hiddn\": 3}"))
        .contains("unknown option of adding 'hiddn'", "did you mean 'hidden'?");
    assertThat(config("{\"hidden\": \"3\"}"))
        .contains("setting 'hidden'", "expected a whole number but got \"3\"");
    assertThat(config("{\"hidden\": 3.5}")).contains("expected a whole number but got 3.5");
    assertThat(config("{\"cell\": {\"name\": \"lstm\"}}"))
        .contains("expected text but got an object");
    assertThat(config("{\"hidden\": 0}"))
        .contains("--hidden expected a whole number from 1 to 16777216 but got '0'");
    assertThat(config("[1]")).contains("expected a JSON object in", "but got a list");
    assertThat(config("")).contains("expected a JSON object in", "but got nothing");
    assertThat(config("{\"hidden\": 3} x")).contains("is not JSON at line 1");
    assertThat(config("{\"hidden\": 3}\n {\"hidden\": 4}"))
        .contains("expected one JSON object in", "but more follows it")
        .doesNotContain("Feature");
    assertThat(config("{\"hidden\": 3, \"hidden\": 4}")).contains("is not JSON at line 1");
    assertThat(Cli.run("train", "adding", "--config", folder.resolve("none").toString()).refusal())
        .contains("there is no");
  }

  private String config(String json) throws IOException {
    Path file = Files.writeString(folder.resolve("config.json"), json);
    return Cli.run("train", "adding", "--config", file.toString()).refusal();
  }

  @Test
  void refusesUnknownCommandsTasksAndOptions() {
    assertThat(Cli.run("trian").refusal())
        .contains("unknown command 'trian'", "did you mean 'train'?");
    assertThat(Cli.run("train", "ading").refusal())
        .contains("unknown task 'ading'", "did you mean 'adding'?");
    assertThat(Cli.run("train").refusal()).contains("expected a task to train but got none");
    assertThat(Cli.run("predict").refusal()).contains("--model");
    assertThat(Cli.run("predict", "--modle", "m").refusal()).contains("did you mean '--model'?");
    assertThat(Cli.run("predict", "--model", text.toString()).refusal()).contains("text.txt");
    assertThat(Cli.run("evaluate").refusal()).contains("--model");
    assertThat(Cli.run("evaluate", "--model", "m", "--model", "./m").refusal())
        .contains("--model expected different models but got ./m twice");
    assertThat(Cli.run("inspect").refusal()).contains("FILE");
    assertThat(Cli.run("--versoin").refusal()).contains("did you mean '--version'?");
  }

  @Test
  void refusesPromptsNumbersAndFilesOfOtherKinds() {
    String model = folder.resolve("m.comporta").toString();
    Result trained =
        Cli.run(
            "train",
            "char-lm",
            "--text",
            text.toString(),
            "--steps",
            "1",
            "--hidden",
            "4",
            "--embedding",
            "3",
            "--out",
            model,
            "--json");
    assertThat(trained.code()).as(trained.err()).isZero();

    assertThat(Cli.run("generate", "--model", model, "--prompt", "page\u00e9").refusal())
        .contains("the character '\u00e9' (U+00E9) at position 4 of the prompt")
        .contains("the nearest is 'e' (U+0065)");
    assertThat(Cli.run("generate", "--model", model, "--length", "0").refusal())
        .contains("--length expected a whole number from 1 to 16777216 but got '0'");
    assertThat(Cli.run("generate", "--model", model, "--length", "many").refusal())
        .contains("--length")
        .contains("many");
    assertThat(Cli.run("generate", "--model", model, "--temperature", "-1").refusal())
        .contains("--temperature expected a number from 0.0 to 1000.0 but got '-1'");
    assertThat(Cli.run("generate", "--model", model, "--temperature", "NaN").refusal())
        .contains("but got 'NaN'");
    assertThat(Cli.run("generate", "--model", model, "--top-k", "-1").refusal())
        .contains("--top-k expected a whole number of 0 or more but got '-1'");
    assertThat(Cli.run("generate", "--model", model, "--top-p", "0").refusal())
        .contains("--top-p expected a number above 0 and at most 1 but got 0.0");
    assertThat(Cli.run("generate", "--model", text.toString()).refusal()).contains(text.toString());
    assertThat(Cli.run("generate", "--model", model + ".checkpoint").refusal())
        .contains("is a checkpoint but a model was expected");
    assertThat(Cli.run("train", "char-lm", "--resume", model).refusal())
        .contains("is a model but a checkpoint was expected");
    assertThat(Cli.run("inspect", folder.resolve("none").toString()).refusal()).contains("none");
    assertThat(Cli.run("evaluate", "--model", model, "--text", folder + "/none").refusal())
        .contains("there is no");
  }

  @Test
  void listsWhatIsInstalled() throws Exception {
    assertThat(Cli.run("catalog", "--json").json().at("/cell").findValuesAsText("name"))
        .contains("rnn", "lstm", "gru");
    assertThat(Cli.run("catalog").out()).contains("cross-entropy", "module dev.comporta.training");
    assertThat(Cli.run("tasks").out()).startsWith("adding  ");
    assertThat(Cli.run("tasks", "--json").json().at("/tasks/0/name").textValue())
        .isEqualTo("adding");
    assertThat(Cli.run("train", "adding", "--help").out()).contains("--learning-rate=X");
  }
}
