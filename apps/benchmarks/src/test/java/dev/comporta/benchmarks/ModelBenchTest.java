package dev.comporta.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.benchmarks.models.ModelFiles;
import dev.comporta.benchmarks.models.ModelInputs;
import dev.comporta.benchmarks.models.ModelOptions;
import dev.comporta.benchmarks.peers.Library;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.onnx.OnnxEngine;
import dev.comporta.onnx.OnnxModel;
import dev.comporta.onnx.export.OnnxExport;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Provenance;
import dev.comporta.tensor.CounterRandom;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ONNX files found, drawn inputs for, and measured alone; the profile peers compares them. */
class ModelBenchTest {
  @TempDir Path folder;

  @BeforeEach
  void exportAModel() throws Exception {
    Catalog catalog = Catalog.load();
    Spec layer = Spec.of("recurrent").with("cell", "mgu").with("hidden", 3);
    Spec spec = Spec.of("sequential").with("input-size", 2).with("layers", List.of(layer));
    SequenceModel model = SequenceModel.build(spec, catalog);
    model.initialize(catalog, new CounterRandom(1));
    ModelFile file =
        ModelFile.of(
            model.spec(),
            model.parameters(),
            Provenance.of("test", 1, "none", "", Spec.of("imported")));
    byte[] bytes = OnnxExport.export(file, model, 17, "test").bytes();
    Files.createDirectories(folder.resolve("deep/er"));
    Files.write(folder.resolve("a.onnx"), bytes);
    Files.write(folder.resolve("deep/er/b.onnx"), bytes);
    Files.write(folder.resolve("deep/broken.onnx"), new byte[] {1, 2, 3});
    Files.writeString(folder.resolve("deep/notes.md"), "no model");
  }

  private static BenchSettings common(String filter, List<Library> peers) {
    return new BenchSettings(Pattern.compile(filter), 1, peers, Path.of("no-such-folder"), 0.02);
  }

  private ModelReport run(Path models, String filter, List<String> lines) {
    return ModelBench.run(
        ModelSettings.of(
            common(filter, List.of()),
            models,
            List.of(1),
            Map.of("time", 5),
            Map.of(),
            Map.of(),
            false),
        lines::add);
  }

  @Test
  void everyFileBelowAFolderIsMeasured() throws Exception {
    List<String> lines = new ArrayList<>();
    ModelReport report = run(folder, "", lines);

    JsonNode json = new ObjectMapper().readTree(report.json());
    assertThat(json.get("rows").findValuesAsText("model"))
        .containsExactly("a.onnx", Path.of("deep", "er", "b.onnx").toString());
    JsonNode row = json.get("rows").get(0);
    assertThat(row.get("inputs").get("x").asText()).isEqualTo("float32 [1, 5, 2]");
    assertThat(row.get("inputs").get("lengths").asText()).isEqualTo("int32 [1]");
    assertThat(row.get("states").get("layers_0_cell_h_in").asText())
        .isEqualTo("layers_0_cell_h_out");
    assertThat(row.get("times").get(0).get("threads").asInt()).isEqualTo(1);
    assertThat(row.get("times").get(0).get("ours_us").asDouble()).isPositive();
    assertThat(json.has("peer")).isFalse();
    assertThat(report.failures()).hasSize(1);
    assertThat(report.failures().getFirst()).contains("broken.onnx");
    assertThat(lines).hasSize(3);
    assertThat(report.table()).contains("| a.onnx | 1 | 1 |").contains("not measured: deep");
  }

  @Test
  void anIndexNamesFilesAndTheirOptions() throws Exception {
    Files.writeString(
        folder.resolve("index.txt"),
        """
        # the second one only

        deep/er/b.onnx --size time=7 --value lengths=6 --state layers_0_cell_h_in=layers_0_cell_h_out
        """);
    List<ModelFiles.Entry> entries = ModelFiles.find(folder, ModelOptions.NONE);
    assertThat(entries).hasSize(1);
    ModelInputs inputs =
        new ModelInputs(OnnxModel.load(entries.getFirst().file()), entries.getFirst().options(), 1);
    Map<String, OnnxTensor> drawn = inputs.draw();
    assertThat(drawn.get("x").sizes()).containsExactly(1, 7, 2);
    assertThat(drawn.get("lengths").longs()).containsExactly(6);
    assertThat(inputs.beginnings().get("layers_0_cell_h_in").sizes()).containsExactly(1, 1, 3);
    assertThat(inputs.draw().get("x").floats()).isNotEqualTo(drawn.get("x").floats());
    assertThat(inputs.assumed()).containsExactly("batch=1");
    ModelInputs free =
        new ModelInputs(OnnxModel.load(entries.getFirst().file()), ModelOptions.NONE, 1);
    assertThat(free.assumed()).containsExactly("batch=1", "time=16");

    for (String bad :
        List.of("no.onnx", "a.onnx --size time", "a.onnx --size time=0", "a.onnx -x y=1")) {
      Files.writeString(folder.resolve("index.txt"), bad);
      assertThatThrownBy(() -> ModelFiles.find(folder, ModelOptions.NONE))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessageContaining("line 1");
    }
  }

  @Test
  void whatCannotBeMeasuredIsRefused() {
    Path nowhere = folder.resolve("nowhere");
    assertThatThrownBy(() -> run(nowhere, "", new ArrayList<>()))
        .isInstanceOf(InvalidOptionException.class)
        .hasMessageContaining("nowhere");
    assertThatThrownBy(() -> run(folder, "^none$", new ArrayList<>()))
        .hasMessageContaining("'^none$'");
    for (Library peer : List.of(Library.LIBTORCH, Library.ONNXRUNTIME)) {
      assertThatThrownBy(() ->
              ModelSettings.of(
                  common("", List.of(peer)),
                  folder,
                  List.of(1),
                  Map.of(),
                  Map.of(),
                  Map.of(),
                  false))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessageContaining(
              peer == Library.LIBTORCH ? "--peers=onnxruntime" : "no-such-folder");
    }
  }

  /** The engine is installed everywhere, and says what to do where it cannot run. */
  @Test
  void onnxRuntimeIsInstalledAndSaysThatItIsNotBuilt() {
    OnnxEngine engine = OnnxEngine.installed().getFirst();
    assertThat(engine.name()).isEqualTo("ONNX Runtime");
    assertThat(engine.obstacle()).get().asString().contains("bench --peers=onnxruntime");
    assertThatThrownBy(() -> engine.open(folder.resolve("a.onnx")))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("cannot run here");
  }
}
