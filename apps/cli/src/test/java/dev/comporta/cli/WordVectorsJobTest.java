package dev.comporta.cli;

import static dev.comporta.cli.Jobs.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.cli.Cli.Result;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.serialization.NamedTensor;
import dev.comporta.serialization.Vocabulary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Vectors of words that were trained on other text, for every task that reads words. */
class WordVectorsJobTest {
  /** So little that the vectors stay what they were. */
  private static final String SMALL =
      " --hidden 2 --steps 1 --learning-rate 1e-9 --validation 0.5 --threads 1";

  @TempDir private Path folder;
  private String vectors = "";

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private String write(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  @BeforeEach
  void writeFiles() throws Exception {
    vectors = write("vectors.txt", "3 2\ngood 0.25 -4\nRome 3 0.5\nrome 7 7\nabsent 9 9\n");
    write("classify", "yes\tGOOD thing\nyes\tGOOD thing\nno\tbad Rome\nno\tbad Rome\n");
    write(
        "rate",
        "V,A,text\n1,2,GOOD thing\n2,1,bad Rome\n1,2,GOOD thing\n2,1,bad Rome\n1,1,GOOD thing\n2,2,bad Rome\n");
    String sentence = "GOOD\tO\nRome\tB-place\n\n";
    write("tag", sentence.repeat(4));
  }

  /** As it is written, else in lower case; raters and taggers read lower case only. */
  @ParameterizedTest
  @CsvSource({"classify, GOOD, Rome, 3", "rate, good, rome, 7", "tag, good, rome, 7"})
  void modelsStartFromThem(String task, String good, String rome, float first) throws Exception {
    String train = "train " + task + " --data " + path(task) + " --vectors " + vectors + SMALL;
    Result trained = run(train + " --out " + path("m"));
    assertThat(trained.err() + trained.out())
        .contains(" words start from a vector of 2 numbers in " + vectors);
    ModelFile model = ModelFiles.read(Path.of(path("m")));
    NamedTensor table =
        model.tensors().stream()
            .filter(it -> it.name().equals("layers.0.table"))
            .findFirst()
            .orElseThrow();
    List<String> words =
        model.vocabularies().stream()
            .map(Vocabulary::tokens)
            .filter(it -> it.contains(rome))
            .findFirst()
            .orElseThrow();
    assertThat(table.shape().columns()).isEqualTo(2);
    assertThat(table.values()[2 * words.indexOf(rome)]).isEqualTo(first);
    if (words.contains(good)) { // half of the data are not trained on
      assertThat(table.values()[2 * words.indexOf(good) + 1]).isEqualTo(-4);
    }
    assertThat(words).doesNotContain("absent");
    assertThat(run("verify " + path("m") + " --data " + path(task) + " --threads 1").out())
        .contains("the same bits");
    assertThat(run(train + " --embedding 3").refusal())
        .contains("--embedding expected 2, the width of the vectors in " + vectors + ", but got 3");
    assertThat(run(train + " --from " + path("m")).refusal())
        .contains("--vectors goes with a run without --from");
  }

  /** A word that occurs once is known if it has a vector. */
  @Test
  void rareWordsAreKnownByTheirVectors() throws Exception {
    String data = write("rare", "yes\tgood\nno\tbad\nyes\tfine\nno\tpoor\n");
    String train = "train classify --data " + data + " --validation-data " + data + SMALL;
    train = train.replace(" --validation 0.5", "") + " --vectors " + vectors + " --out ";
    run(train + path("m"));
    assertThat(ModelFiles.read(Path.of(path("m"))).vocabulary("text").tokens())
        .contains("good")
        .doesNotContain("bad", "fine");
  }

  @Test
  void theyAreOfWords() {
    String train = "train classify --data " + path("classify") + " --vectors " + vectors + SMALL;
    assertThat(run(train + " --tokens characters").refusal())
        .contains("--vectors goes with --tokens words");
  }
}
