package dev.comporta.cells;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Options of cell providers: parameters, state and error messages. */
class CellProvidersTest {
  private static final Catalog CATALOG = Catalog.load();

  private static Cell cell(Spec spec) {
    return CATALOG.cell(spec, 3, 4);
  }

  private static List<String> parameters(Spec spec) {
    return cell(spec).parameters().stream()
        .map(parameter -> parameter.name() + parameter.shape())
        .toList();
  }

  private static List<String> state(Spec spec) {
    return cell(spec).state().stream().map(part -> part.name() + part.size()).toList();
  }

  static Stream<String> names() {
    return CATALOG.names(Kind.CELL).stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyCellHasItsSizesAndADescription(String name) {
    Cell cell = cell(Spec.of(name));
    assertThat(cell.inputSize()).isEqualTo(3);
    assertThat(cell.outputSize()).isEqualTo(4);
    assertThat(cell.parameters()).extracting(ParameterSpec::name).doesNotHaveDuplicates();
    assertThat(cell.state()).extracting(StateSpec::name).doesNotHaveDuplicates().isNotEmpty();
    assertThat(CATALOG.find(Kind.CELL, name).description()).isNotBlank().doesNotContain("\n");
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyCellRejectsAnUnknownOption(String name) {
    assertThatThrownBy(() -> cell(Spec.of(name).with("input-dropuot", 0.5)))
        .hasMessageStartingWith(
            "unknown option of %s 'input-dropuot': expected one of ".formatted(name))
        .hasMessageEndingWith("; did you mean 'input-dropout'?");
  }

  @Test
  void parametersHaveTheShapesOfThePapers() {
    assertThat(parameters(Spec.of("rnn"))).containsExactly("W[3, 4]", "U[4, 4]", "b[4]");
    assertThat(parameters(Spec.of("lstm"))).containsExactly("W[3, 16]", "U[4, 16]", "b[16]");
    assertThat(parameters(Spec.of("gru")))
        .containsExactly("W[3, 12]", "U[4, 12]", "b[12]", "bU[12]");
    assertThat(parameters(Spec.of("gru").with("reset", "before")))
        .containsExactly("W[3, 12]", "U[4, 12]", "b[12]");
    assertThat(parameters(Spec.of("mgu"))).containsExactly("W[3, 8]", "U[4, 8]", "b[8]");
    assertThat(parameters(Spec.of("jordan").with("outputs", 2)))
        .containsExactly("W[3, 4]", "U[2, 4]", "b[4]", "V[4, 2]", "bV[2]");
    assertThat(parameters(Spec.of("multiplicative-rnn").with("factors", 5)))
        .containsExactly("Wm[3, 5]", "Um[4, 5]", "W[3, 4]", "U[5, 4]", "b[4]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          standard | W[3, 16] U[4, 16] b[16]                    | h4 c4
          1997     | W[3, 12] U[4, 12] b[12]                    | h4 c4
          vanilla  | W[3, 16] U[4, 16] b[16] p[12]              | h4 c4
          nig      | W[3, 12] U[4, 12] b[12] p[8]               | h4 c4
          nfg      | W[3, 12] U[4, 12] b[12] p[8]               | h4 c4
          nog      | W[3, 12] U[4, 12] b[12] p[8]               | h4 c4
          niaf     | W[3, 16] U[4, 16] b[16] p[12]              | h4 c4
          noaf     | W[3, 16] U[4, 16] b[16] p[12]              | h4 c4
          np       | W[3, 16] U[4, 16] b[16]                    | h4 c4
          cifg     | W[3, 12] U[4, 12] b[12] p[8]               | h4 c4
          fgr      | W[3, 16] U[4, 16] b[16] p[12] R[12, 12]    | h4 c4 i4 f4 o4
          """)
  void variantsOfTheLstmHaveTheirComponents(String variant, String parameters, String state) {
    Spec spec = Spec.of("lstm").with("variant", variant);
    assertThat(String.join(" ", parameters(spec))).isEqualTo(parameters);
    assertThat(String.join(" ", state(spec))).isEqualTo(state);
  }

  @Test
  void projectionReducesTheState() {
    Spec spec = Spec.of("lstm").with("projection", 2);
    assertThat(parameters(spec)).containsExactly("W[3, 16]", "U[2, 16]", "b[16]", "P[4, 2]");
    assertThat(state(spec)).containsExactly("h2", "c4");
    assertThat(cell(spec).outputSize()).isEqualTo(2);
  }

  @Test
  void kernelsAreInitialisedPerGate() {
    List<ParameterSpec> lstm = cell(Spec.of("lstm").with("forget-bias", 2)).parameters();
    assertThat(lstm.get(0).initializer()).isEqualTo(Spec.of("glorot-uniform"));
    assertThat(lstm.get(0).fanIn()).isEqualTo(3);
    assertThat(lstm.get(0).fanOut()).isEqualTo(4);
    assertThat(lstm.get(1).initializer()).isEqualTo(Spec.of("orthogonal").with("blocks", 4));
    assertThat(lstm.get(2).initializer())
        .isEqualTo(Spec.of("forget-bias").with("gates", 4).with("gate", 1).with("value", 2.0));
    List<ParameterSpec> nig = cell(Spec.of("lstm").with("variant", "nig")).parameters();
    assertThat(nig.get(2).initializer())
        .isEqualTo(Spec.of("forget-bias").with("gates", 3).with("gate", 0).with("value", 1.0));
    assertThat(cell(Spec.of("irnn")).parameters().get(1).initializer())
        .isEqualTo(Spec.of("identity").with("gain", 1.0));
  }

  @Test
  void everyInitialiserOfACellIsPlainData() {
    names()
        .flatMap(name -> cell(Spec.of(name)).parameters().stream())
        .forEach(parameter ->
            assertThat(parameter.initializer().name())
                .isIn(
                    "glorot-uniform",
                    "orthogonal",
                    "zeros",
                    "ones",
                    "forget-bias",
                    "identity",
                    "uniform",
                    "decay",
                    "ring",
                    "constant",
                    "lecun-normal"));
  }

  @Test
  void anLstmWithDefaultOptionsIsThePlainOne() {
    assertThat(cell(Spec.of("lstm"))).isInstanceOf(LstmCell.class);
    assertThat(cell(Spec.of("lstm").with("variant", "standard"))).isInstanceOf(LstmCell.class);
    assertThat(cell(Spec.of("lstm").with("peepholes", true))).isInstanceOf(LstmVariantCell.class);
  }

  @Test
  void wrongOptionsAreReported() {
    assertThatThrownBy(() -> cell(Spec.of("rnn").with("activation", "thanh")))
        .hasMessage(
            "unknown activation of rnn 'thanh': expected one of hard-threshold, identity, relu, sigmoid, tanh; did you mean 'tanh'?");
    assertThatThrownBy(() -> cell(Spec.of("gru").with("reset", "never")))
        .hasMessage("unknown reset of gru 'never': expected one of after, before");
    assertThatThrownBy(() -> cell(Spec.of("lstm").with("coupled", true).with("input-gate", false)))
        .hasMessage(
            "[lstm] option 'coupled' expected an input gate and a forget gate to couple but 'input-gate' is off; omit one of the two options");
    assertThatThrownBy(() -> cell(Spec.of("lstm").with("variant", "cigf")))
        .hasMessageEndingWith("; did you mean 'cifg'?");
    assertThatThrownBy(() -> cell(Spec.of("lstm").with("recurrent-dropout", 1)))
        .hasMessage(
            "[lstm] option 'recurrent-dropout' expected a number between 0.0 and 0.99 but got 1");
    assertThatThrownBy(() -> ZoneoutCell.of(cell(Spec.of("gru")), "c", 0.1f))
        .hasMessage("[zoneout] expected one of the parts [h] of the cell's state but got 'c'");
  }

  @Test
  void cellsOfLaterPapersHaveTheirParametersAndStates() {
    assertThat(parameters(Spec.of("indrnn"))).containsExactly("W[3, 4]", "u[4]", "b[4]");
    assertThat(parameters(Spec.of("min-gru"))).containsExactly("W[3, 8]", "b[8]");
    assertThat(parameters(Spec.of("min-lstm"))).containsExactly("W[3, 12]", "b[12]");
    assertThat(parameters(Spec.of("sru"))).containsExactly("W[3, 16]", "v[8]", "b[8]");
    assertThat(CATALOG.cell(Spec.of("sru"), 4, 4).parameters().getFirst().shape())
        .isEqualTo(Shape.of(4, 12)); // without a projection for the highway
    assertThat(parameters(Spec.of("qrnn").with("window", 3).with("pooling", "ifo")))
        .containsExactly("W[3, 48]", "b[16]");
    assertThat(state(Spec.of("qrnn").with("window", 3))).containsExactly("c4", "p24");
    assertThat(state(Spec.of("qrnn").with("window", 1))).containsExactly("c4");
    assertThat(parameters(Spec.of("rg-lru"))).containsExactly("W[3, 12]", "b[8]", "L[4]");
    assertThat(parameters(Spec.of("clockwork").with("groups", 3)))
        .containsExactly("W[3, 4]", "U0[4, 1]", "U1[3, 1]", "U2[2, 2]", "b[4]");
    assertThat(state(Spec.of("clockwork"))).containsExactly("h4", "clock4");
    assertThat(parameters(Spec.of("slstm").with("heads", 2)))
        .containsExactly("W[3, 16]", "U[4, 8]", "b[16]");
    assertThat(state(Spec.of("slstm"))).containsExactly("h4", "c4", "n4", "m4");
    assertThat(parameters(Spec.of("mlstm").with("heads", 2)))
        .containsExactly("W[3, 16]", "b[16]", "Wg[3, 4]", "bg[4]");
    assertThat(state(Spec.of("mlstm").with("heads", 2))).containsExactly("C8", "n4", "m2");
    Spec turing =
        Spec.of("neural-turing-machine")
            .with("controller", "feed-forward")
            .with("locations", 7)
            .with("width", 2)
            .with("read-heads", 2);
    assertThat(parameters(turing))
        .containsExactly(
            "controller.W[7, 4]", "controller.b[4]", "P[4, 28]", "bP[28]", "V[8, 4]", "bV[4]");
    assertThat(state(turing)).containsExactly("memory14", "read4", "weights21");
  }

  @Test
  void wrongOptionsOfLaterCellsAreReported() {
    assertThatThrownBy(() -> cell(Spec.of("slstm").with("heads", 3)))
        .hasMessage("[slstm] option 'heads' expected a divisor of the 4 units but got 3");
    assertThatThrownBy(() -> CATALOG.cell(Spec.of("mlstm"), 8, 2048))
        .hasMessage(
            "[mlstm] expected a memory of at most 262144 numbers but 2048 units in 1 heads have 4194304; use more heads");
    assertThatThrownBy(() -> cell(Spec.of("clockwork").with("groups", 5)))
        .hasMessage(
            "[clockwork] option 'groups' expected at most 4, the number of units, but got 5");
    assertThatThrownBy(() -> cell(Spec.of("clockwork").with("groups", 17)))
        .hasMessage("[clockwork] option 'groups' expected a whole number from 1 to 16 but got 17");
    assertThatThrownBy(() -> cell(Spec.of("rg-lru").with("low", 0.9).with("high", 0.5)))
        .hasMessage(
            "[rg-lru] option 'high' expected a number of 0.9 or more, the option 'low', but got 0.5");
    assertThatThrownBy(() -> cell(Spec.of("qrnn").with("pooling", "fof")))
        .hasMessageContaining("unknown pooling of qrnn 'fof': expected one of f, fo, ifo");
    assertThatThrownBy(
            () -> cell(Spec.of("neural-turing-machine").with("locations", 4).with("shifts", 2)))
        .hasMessage(
            "[neural-turing-machine] option 'shifts' expected at most 1, so that a head stays inside its memory of 4 locations, but got 2");
    assertThatThrownBy(() -> cell(Spec.of("neural-turing-machine").with("locations", 1 << 20)))
        .hasMessageContaining("expected at most 262144 numbers in the memory");
    assertThatThrownBy(() -> cell(Spec.of("neural-turing-machine").with("controller", "ltsm")))
        .hasMessageEndingWith("; did you mean 'lstm'?");
  }

  @Test
  void aLearnedInitialStateAddsOneParameterPerPart() {
    Cell learned = LearnedInitialState.of(cell(Spec.of("lstm")));
    assertThat(learned.parameters().stream().map(parameter -> parameter.name() + parameter.shape()))
        .containsExactly("W[3, 16]", "U[4, 16]", "b[16]", "initial.h[4]", "initial.c[4]");
    assertThat(learned.state())
        .containsExactly(new StateSpec("h", 4, "initial.h"), new StateSpec("c", 4, "initial.c"));
    assertThat(LearnedInitialState.of(learned).parameters()).isEqualTo(learned.parameters());
  }

  @Test
  void chronoBiasesMatchTheGates() {
    Spec chrono = Spec.of("chrono").with("longest", 30);
    for (String name : List.of("lstm", "multiplicative-lstm", "layer-norm-lstm")) {
      assertThat(biasOf(Spec.of(name).with("chrono", 30)))
          .as(name)
          .isEqualTo(chrono.with("gates", 4).with("forget-gate", 1).with("input-gate", 0));
    }
    assertThat(biasOf(Spec.of("lstm").with("variant", "nig").with("chrono", 30)))
        .isEqualTo(chrono.with("gates", 3).with("forget-gate", 0).with("input-gate", -1));
    assertThat(biasOf(Spec.of("gru").with("chrono", 30)))
        .isEqualTo(chrono.with("gates", 3).with("forget-gate", 1).with("input-gate", -1));
    for (String variant : List.of("nfg", "cifg", "1997")) {
      assertThatThrownBy(() -> cell(Spec.of("lstm").with("variant", variant).with("chrono", 30)))
          .hasMessage(
              "[lstm] option 'chrono' expected a forget gate with its own bias but this variant has none; omit 'chrono'");
    }
    assertThatThrownBy(() -> cell(Spec.of("lstm").with("variant", "nfg").with("forget-bias", 2)))
        .hasMessage(
            "[lstm] option 'forget-bias' expected a forget gate with its own bias but this variant has none; omit 'forget-bias'");
    assertThatThrownBy(() -> cell(Spec.of("lstm").with("chrono", 30).with("forget-bias", 2)))
        .hasMessage(
            "[lstm] expected either 'forget-bias' or 'chrono' but got 2.0 and 30; omit one of them");
    assertThatThrownBy(() -> cell(Spec.of("gru").with("chrono", 1)))
        .hasMessage(
            "[gru] option 'chrono' expected 2 timesteps or more, or 0 to turn it off, but got 1");
  }

  private static Spec biasOf(Spec spec) {
    return cell(spec).parameters().stream()
        .filter(parameter -> parameter.name().equals("b"))
        .findFirst()
        .orElseThrow()
        .initializer();
  }
}
