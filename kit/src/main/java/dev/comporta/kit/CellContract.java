package dev.comporta.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Kind;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellProvider;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.Planning;
import java.util.List;
import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The contract of a recurrent cell. Extend it and name the specifications to test:
 *
 * <pre>{@code
 * class MyCellTest extends CellContract {
 *   @Override
 *   protected List<Spec> specs() {
 *     return List.of(Spec.of("my-cell"), Spec.of("my-cell").with("input-dropout", 0.3));
 *   }
 * }
 * }</pre>
 *
 * <p>The cell runs in a {@code recurrent} layer of a few rows and timesteps, without and with
 * lengths, in training and outside of it. A test is named after what it demands; its failure names
 * the specification and the values that differ.
 */
@API(status = API.Status.EXPERIMENTAL)
public abstract class CellContract extends SequenceContract<CellProvider> {
  /** For subclasses. */
  protected CellContract() {
    super(Kind.CELL);
  }

  /**
   * The number of input features.
   *
   * @return I, 4 by default
   */
  protected int inputSize() {
    return 4;
  }

  /**
   * The hidden size.
   *
   * @return H, 5 by default
   */
  protected int hiddenSize() {
    return 5;
  }

  /**
   * Whether the cell runs by plan. A cell that reads values inside its step, or uses an operation
   * that plans do not cover, runs by definition: it is slow, and no session can run it.
   *
   * @return true by default
   */
  protected boolean planned() {
    return true;
  }

  @Override
  boolean isStreamed(Spec spec) {
    return planned();
  }

  @Override
  final Cell build(Spec spec) {
    return catalog().cell(spec, inputSize(), hiddenSize());
  }

  @Override
  final void create(CellProvider provider, OptionReader options) {
    provider.create(inputSize(), hiddenSize(), options);
  }

  @Override
  final LayerRuns runs(Spec cell) {
    return runs(cell, inputSize(), hiddenSize());
  }

  private LayerRuns runs(Spec cell, int input, int hidden) {
    Spec layer = Spec.of("recurrent").with("cell", cell).with("hidden", hidden);
    return new LayerRuns(catalog(), layer, input, 0);
  }

  /**
   * Sizes are those asked for, names are unique, there is a state, two cells of one specification
   * have the same parameters, and their initialisers exist.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void sizesAndParametersAreDeclared(Spec spec) {
    Cell cell = build(spec);
    assertThat(cell.inputSize()).as("inputSize()").isEqualTo(inputSize());
    assertThat(cell.outputSize()).as("outputSize()").isPositive();
    assertThat(cell.parameters()).extracting(ParameterSpec::name).doesNotHaveDuplicates();
    assertThat(cell.state()).extracting(StateSpec::name).doesNotHaveDuplicates().isNotEmpty();
    assertThat(build(spec).parameters())
        .as("parameters of a second cell")
        .isEqualTo(cell.parameters());
    assertThat(build(spec).state()).as("state of a second cell").isEqualTo(cell.state());
    runs(spec).requireInitialized();
  }

  /**
   * A step returns the declared output and exactly the declared parts of the state.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void aStepReturnsWhatIsDeclared(Spec spec) {
    CellSteps.of(build(spec)).requireDeclaredShapes();
  }

  /**
   * A step depends on its arguments only: the same arguments give the same values again.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void aStepIsAPureFunction(Spec spec) {
    CellSteps.of(build(spec)).requirePure();
  }

  /**
   * Outputs and states in float32 are those of the step in double precision.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void valuesAreExact(Spec spec) {
    runs(spec).requireExactValues(runs(spec).problem(T, B, null, false));
    runs(spec).requireExactValues(runs(spec).problem(T, B, LENGTHS, true));
  }

  /**
   * Gradients are central differences of the step in double precision.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void gradientsAreCentralDifferences(Spec spec) {
    runs(spec).requireExactGradients(runs(spec).problem(T, B, null, false));
    runs(spec).requireExactGradients(runs(spec).problem(T, B, LENGTHS, true));
  }

  /**
   * The cell has a plan, for training and for inference, or it has none and says so; see {@link
   * #planned}.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void theCellIsPlanned(Spec spec) {
    Planning planning = Planning.of(build(spec));
    assertThat(planning.planned())
        .as("planned(), because: %s", planning.reason())
        .isEqualTo(planned());
  }

  /**
   * The plan computes what the step defines, at several sizes.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void thePlanComputesTheDefinition(Spec spec) {
    int[][] sizes = {{1, 1, 2, 3}, {4, 3, 5, 7}, {5, 9, 17, 33}, {2, 45, 4, 48}};
    for (int[] size : sizes) {
      if (acceptsSizes(spec, size[2], size[3])) {
        LayerRuns runs = runs(spec, size[2], size[3]);
        runs.requirePlanLikeDefinition(runs.problem(size[0], size[1], null, false));
      }
    }
    runs(spec).requirePlanLikeDefinition(runs(spec).problem(T, B, LENGTHS, true));
  }

  private boolean acceptsSizes(Spec spec, int input, int hidden) {
    try {
      catalog().cell(spec, input, hidden);
      return true;
    } catch (dev.comporta.api.ComportaException e) {
      return false; // a cell may ask for larger sizes
    }
  }

  /** Sizes other than the usual are accepted, or refused in one sentence. */
  @Test
  public void theCellHasNoSizeOfItsOwn() {
    for (Spec spec : specs()) {
      for (int size : List.of(1, 2, 3, 16, 17)) {
        if (acceptsSizes(spec, size, size)) {
          Cell cell = catalog().cell(spec, size, size);
          assertThat(cell.inputSize()).as("inputSize() of %s", spec).isEqualTo(size);
          CellSteps.of(cell).requireDeclaredShapes();
        }
      }
    }
  }
}
