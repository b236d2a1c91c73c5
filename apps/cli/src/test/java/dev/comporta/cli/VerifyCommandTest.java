package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.comporta.cli.Cli.Result;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.serialization.NamedTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model file says what produced it, and verify finds out whether that is true. */
class VerifyCommandTest {
  @TempDir private Path folder;
  private Path model;

  @BeforeEach
  void train() {
    model = folder.resolve("m");
    String small = "train adding --length 6 --hidden 4 --steps 4 --validate-every 2 --out " + model;
    Result result = Cli.run(small.split(" "));
    assertThat(result.code()).as(result.err()).isZero();
  }

  @Test
  void theSameBitsAreConfirmed() throws Exception {
    Result verified = Cli.run("verify", model.toString(), "--threads", "1");
    assertThat(verified.code()).as(verified.err()).isZero();
    assertThat(verified.out()).contains("trained again with the same bits in all 5 tensors");
    JsonNode json = Cli.run("verify", model.toString(), "--json").json();
    assertThat(json.get("same").booleanValue()).isTrue();
    assertThat(json.get("difference").isNull()).isTrue();
  }

  @Test
  void theFirstTensorThatDiffersIsNamed() throws Exception {
    ModelFile file = ModelFiles.read(model);
    List<NamedTensor> tensors = new ArrayList<>(file.tensors());
    NamedTensor changed = tensors.get(1);
    float[] values = changed.values().clone();
    values[3] = Math.nextUp(values[3]);
    tensors.set(1, new NamedTensor(changed.name(), changed.shape(), values));
    ModelFiles.write(
        model,
        new ModelFile(
            file.spec(), tensors, file.vocabularies(), file.provenance(), file.metrics()));
    Result verified = Cli.run("verify", model.toString());
    assertThat(verified.code()).isEqualTo(3);
    assertThat(verified.out())
        .contains("differs from the model trained again: " + changed.name() + ", element 3: ");
    Result json = Cli.run("verify", model.toString(), "--json");
    assertThat(json.code()).isEqualTo(3);
    assertThat(new JsonMapper().readTree(json.out()).get("same").booleanValue()).isFalse();
  }

  @Test
  void whatTheParametersDependOnIsNotChanged() {
    assertThat(Cli.run("verify", model.toString(), "--hidden", "5").refusal())
        .contains("'comporta verify' has no option '--hidden'");
    assertThat(Cli.run("verify", model.toString(), "--steps", "5").refusal())
        .contains("'comporta verify' has no option '--steps'");
    assertThat(Cli.run("verify", model.toString(), "--out", "x").refusal())
        .contains("'comporta verify' has no option '--out'");
    assertThat(Cli.run("verify", folder.resolve("none").toString()).refusal()).contains("none");
    assertThat(Cli.run("verify").refusal()).contains("MODEL");
  }
}
