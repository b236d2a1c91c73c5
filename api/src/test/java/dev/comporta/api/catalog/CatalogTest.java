package dev.comporta.api.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.UnknownNameException;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellProvider;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.cell.StepContext;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CatalogTest {
  private record Named(String name) implements CellProvider {
    @Override
    public String description() {
      return "a cell for tests";
    }

    @Override
    public Cell create(int inputSize, int hiddenSize, OptionReader options) {
      options.size("depth", 1, 1);
      return new Nothing(inputSize, hiddenSize);
    }
  }

  private record Nothing(int inputSize, int outputSize) implements Cell {
    @Override
    public List<ParameterSpec> parameters() {
      return List.of();
    }

    @Override
    public List<StateSpec> state() {
      return List.of();
    }

    @Override
    public Step step(Tensor x, CellState state, StepContext context) {
      return new Step(x, state);
    }
  }

  private static Catalog of(String... names) {
    return Catalog.of(Arrays.stream(names).map(Named::new).toList());
  }

  @Test
  void findsByKindAndName() {
    Catalog catalog = of("lstm", "gru");
    assertThat(catalog.names(Kind.CELL)).containsExactly("gru", "lstm");
    assertThat(catalog.names(Kind.LAYER)).isEmpty();
    assertThat(catalog.find(Kind.CELL, "gru").name()).isEqualTo("gru");
    assertThat(catalog.all(Kind.CELL))
        .extracting(CellProvider::name)
        .containsExactly("gru", "lstm");
    Cell cell = catalog.cell(Spec.of("lstm").with("depth", 2), 3, 4);
    assertThat(cell.inputSize()).isEqualTo(3);
    assertThat(cell.outputSize()).isEqualTo(4);
  }

  @Test
  void rejectsDuplicateNames() {
    assertThatThrownBy(() -> of("lstm", "lstm"))
        .isInstanceOf(ComportaException.class)
        .hasMessageStartingWith("two providers of cell 'lstm': ")
        .hasMessageEndingWith("; remove one of them");
  }

  @Test
  void rejectsMalformedNames() {
    for (String name : List.of("LSTM", "my lstm", "-lstm", "lstm-", "2lstm", "a--b", "")) {
      assertThatThrownBy(() -> of(name))
          .isInstanceOf(ComportaException.class)
          .hasMessageContaining(
              "is named '%s', but a name consists of lower-case letters, digits and hyphens"
                  .formatted(name));
    }
    assertThat(of("layer-norm-lstm2").names(Kind.CELL)).containsExactly("layer-norm-lstm2");
  }

  @Test
  void anUnknownNameListsKnownNamesAndTheNearest() {
    assertThatThrownBy(() -> of("lstm", "gru", "rnn").find(Kind.CELL, "ltsm"))
        .isInstanceOf(UnknownNameException.class)
        .hasMessage("unknown cell 'ltsm': expected one of gru, lstm, rnn; did you mean 'lstm'?");
    assertThatThrownBy(() -> of("lstm").find(Kind.CELL, "perceptron"))
        .hasMessage("unknown cell 'perceptron': expected one of lstm");
    assertThatThrownBy(() -> of().find(Kind.LOSS, "mse"))
        .hasMessage("unknown loss 'mse': none are available");
  }

  @Test
  void anUnreadOptionIsRejected() {
    assertThatThrownBy(() -> of("lstm").cell(Spec.of("lstm").with("dept", 2), 3, 4))
        .isInstanceOf(UnknownNameException.class)
        .hasMessage("unknown option of lstm 'dept': expected one of depth; did you mean 'depth'?");
  }

  @Test
  void aMissingBackendIsReported() {
    assertThatThrownBy(() -> of().preferredBackend(line -> {}))
        .hasMessage(
            "no backend can run here; put comporta-tensor on the module path or class path");
  }

  @Test
  void loadsFromAClassLoaderAndFromALayerWhateverTheThreadHas() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try {
      thread.setContextClassLoader(null);
      for (Catalog catalog :
          List.of(
              Catalog.load(),
              Catalog.load(CatalogTest.class.getClassLoader()),
              Catalog.load(ModuleLayer.boot()),
              Catalog.load(Plugins.of(List.of())))) {
        assertThat(catalog.problems()).isEmpty();
        assertThat(catalog.kinds()).isEqualTo(Kind.all());
      }
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
