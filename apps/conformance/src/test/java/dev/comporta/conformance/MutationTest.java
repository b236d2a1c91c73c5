package dev.comporta.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.cells.model.Execution;
import dev.comporta.conformance.MutantCell.Mistake;
import dev.comporta.testkit.Safetensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Shows that the reference cases bite: a cell with any one mistake fails every case of its kind, on
 * every backend, by plan and by definition, and the same cell without a mistake passes them all.
 */
@Tag("full")
class MutationTest {
  private static final List<String> SIZES =
      List.of("one_step", "small", "lengths", "lengths_bidirectional", "2layer_bidirectional");

  private static final List<String> CELLS = List.of("rnn", "lstm", "gru");

  @TempDir Path folder;

  private static Set<Mistake> mistakes(String cell) {
    Set<Mistake> possible =
        EnumSet.of(
            Mistake.DROPPED_BIAS,
            Mistake.TRANSPOSED_RECURRENT_KERNEL,
            Mistake.OTHER_ACTIVATION,
            Mistake.STATE_CUT_FROM_ITS_HISTORY);
    if (!cell.equals("rnn")) {
      possible.addAll(EnumSet.of(Mistake.SWAPPED_GATES, Mistake.OLD_AND_NEW_MIXED_UP));
    }
    if (cell.equals("gru")) {
      possible.addAll(EnumSet.of(Mistake.DROPPED_RECURRENT_BIAS, Mistake.RESET_BEFORE_THE_PRODUCT));
    }
    if (cell.equals("lstm")) {
      possible.add(Mistake.OUTPUT_OF_THE_OLD_CELL_STATE);
    }
    return possible;
  }

  static List<Arguments> mutants() {
    List<Arguments> mutants = new ArrayList<>();
    for (String cell : CELLS) {
      for (Mistake mistake : mistakes(cell)) {
        everywhere().forEach(place -> mutants.add(of(cell, mistake, place)));
      }
    }
    return mutants;
  }

  static List<Arguments> controls() {
    List<Arguments> controls = new ArrayList<>();
    for (String cell : CELLS) {
      everywhere().forEach(place -> controls.add(of(cell, Mistake.NONE, place)));
    }
    return controls;
  }

  static List<Arguments> everywhere() {
    List<Arguments> places = new ArrayList<>();
    for (String backend : List.of("reference", "simd")) {
      for (Execution how : Execution.values()) {
        places.add(Arguments.of(backend, how));
      }
    }
    return places;
  }

  private static Arguments of(String cell, Mistake mistake, Arguments place) {
    return Arguments.of(cell, mistake, place.get()[0], place.get()[1]);
  }

  @ParameterizedTest(name = "{0} with {1} on {2} by {3}")
  @MethodSource("mutants")
  void everyCaseFailsACellWithOneMistake(
      String cell, Mistake mistake, String backend, Execution how) {
    Set<String> cases = write(cell);
    ConformanceReport report = new Conformance(with(cell, mistake), backend, how).run(folder);
    Set<String> failed = new TreeSet<>();
    for (CaseResult result : report.cases()) {
      if (!result.passed()) {
        assertThat(result.failure()).contains("too far off");
        failed.add(result.name());
      }
    }
    assertThat(failed).isEqualTo(cases);
  }

  @ParameterizedTest(name = "{0} with {1} on {2} by {3}")
  @MethodSource("controls")
  void theSameCellWithoutAMistakePasses(String cell, Mistake none, String backend, Execution how) {
    Set<String> cases = write(cell);
    if (cell.equals("lstm")) {
      Safetensors.writePytorch("lstm_projection", folder);
      cases.add("lstm_projection");
    }
    ConformanceReport report = new Conformance(with(cell, none), backend, how).run(folder);
    assertThat(report.cases()).hasSameSizeAs(cases).allMatch(CaseResult::passed);
  }

  @ParameterizedTest(name = "on {0} by {1}")
  @MethodSource("everywhere")
  void aStateThatIsNotProjectedFails(String backend, Execution how) {
    Safetensors.writePytorch("lstm_projection", folder);
    ConformanceReport report =
        new Conformance(with("lstm", Mistake.UNPROJECTED_STATE), backend, how).run(folder);
    assertThat(report.cases()).hasSize(1).noneMatch(CaseResult::passed);
  }

  private Set<String> write(String cell) {
    Set<String> names = new TreeSet<>();
    for (String kind : cell.equals("rnn") ? List.of("rnn_tanh", "rnn_relu") : List.of(cell)) {
      for (String size : SIZES) {
        names.add(kind + "_" + size);
      }
    }
    names.forEach(name -> Safetensors.writePytorch(name, folder));
    return names;
  }

  /** Everything that is installed, but for the one cell. */
  private static Catalog with(String cell, Mistake mistake) {
    Catalog installed = Catalog.load();
    List<NamedProvider> providers = new ArrayList<>();
    for (Kind<?> kind : Kind.all()) {
      for (NamedProvider provider : installed.all(kind)) {
        if (kind != Kind.CELL || !provider.name().equals(cell)) {
          providers.add(provider);
        }
      }
    }
    providers.add(new MutantCell.Provider(cell, mistake));
    return Catalog.of(providers);
  }
}
