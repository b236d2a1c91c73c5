package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.cli.Cli.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ratings of texts, from end to end. */
class RateJobTest {
  private static final String SMALL =
      "--hidden 8 --embedding 8 --batch 8 --dropout 0 --threads 1 --learning-rate 0.02 --epochs 8";

  @TempDir private Path folder;

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private String write(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private static Result run(String... words) {
    return Cli.runWords(words);
  }

  private String texts() throws Exception {
    StringBuilder csv = new StringBuilder("id,V,A,D,text\n");
    String[] good = {"lovely", "fine"};
    String[] bad = {"awful", "poor"};
    for (int i = 0; i < 160; i++) {
      boolean pleasant = i % 2 == 0;
      boolean loud = i % 3 == 0;
      csv.append("%d,%s,%s,3.0,".formatted(i, pleasant ? "4.2" : "1.9", loud ? "3.5" : "2.5"));
      csv.append(
          "\"number %d, it was %s%s\"\n"
              .formatted(i % 7, (pleasant ? good : bad)[i / 2 % 2], loud ? " !" : "."));
    }
    return write("texts.csv", csv.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"regional", "plain"})
  void ratingsArePredictedResumedAndVerified(String network) throws Exception {
    String texts = texts();
    String model = path("m");
    String train = "train rate --network " + network + " --data " + texts + " " + SMALL;
    JsonNode figures = run(train, "--out " + model + " --json").json();
    assertThat(figures.get("pearson_v").doubleValue()).isGreaterThan(0.9);
    assertThat(figures.get("pearson_a").doubleValue()).isGreaterThan(0.9);
    assertThat(figures.get("mae").doubleValue()).isLessThan(figures.get("mean_mae").doubleValue());
    assertThat(figures.get("baseline").textValue()).contains("ridge regression");
    assertThat(figures.get("ridge_pearson_v").doubleValue()).isGreaterThan(0.9);
    JsonNode score = run("evaluate --model " + model + " --data " + texts + " --json").json();
    assertThat(score.get("pearson_v").doubleValue()).isGreaterThan(0.9);
    assertThat(score.get("count").intValue()).isEqualTo(160);
    JsonNode rated =
        Cli.withInput("It was lovely.\n", "predict", "--model", model, "--json").json();
    assertThat(rated.at("/ratings/V").doubleValue()).isBetween(3.5, 5.0);
    assertThat(Cli.withInput("It was awful!\n\n", "predict", "--model", model).out())
        .startsWith("V ")
        .contains("  A ");
    assertThat(run("verify " + model + " --data " + texts).out()).contains("the same bits in all ");

    String constant = train + " --schedule constant ";
    assertThat(run(constant.replace("--epochs 8", "--epochs 2"), "--out " + path("r")).code())
        .isZero();
    Result resumed = run("train rate --resume " + path("r.checkpoint") + " --epochs 4");
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(run(constant.replace("--epochs 8", "--epochs 4"), "--out " + path("w")).code())
        .isZero();
    assertThat(run("inspect " + path("r") + " --json").tensors())
        .isEqualTo(run("inspect " + path("w") + " --json").tensors());
  }

  @Test
  void textsThatCannotBeUsedAreNamed() throws Exception {
    String train = "train rate --threads 1 --data ";
    assertThat(run(train + write("a", "V,A,text\n1,2,so\n1,x,no\n")).refusal())
        .contains("a number in column 'A' in line 3 of", "but got 'x'");
    assertThat(run(train + write("b", "V,A,text\n1,2,so\n1,2,\n")).refusal())
        .contains("a text in column 'text' in line 3 of", "but it is empty");
    assertThat(run(train + write("c", "V,A,text\n1,2,so\n1,3,no\n1,2,so\n")).refusal())
        .contains("different ratings in column 'V' of");
    assertThat(run(train + write("d", "V,text\n1,so\n2,no\n")).refusal()).contains("'A'");
    assertThat(run(train + write("e", "V,A,text\n1,2,so\n")).refusal()).contains("2 texts or more");
    assertThat(run(train + texts() + " --ratings V,V").refusal())
        .contains("names of different columns");
    assertThat(run("train rate --ratings V").refusal()).contains("--ratings", "--data");
  }
}
