package dev.comporta.kit;

import static dev.comporta.testkit.Named.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Kind;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.LayerRunner;
import dev.comporta.testkit.Problem;
import org.apiguardian.api.API;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The contract of a layer. Extend it and name the specifications to test:
 *
 * <pre>{@code
 * class MyLayerTest extends LayerContract {
 *   @Override
 *   protected List<Spec> specs() {
 *     return List.of(Spec.of("my-layer").with("units", 3));
 *   }
 * }
 * }</pre>
 *
 * <p>A layer that reads ids returns 0 from {@link #inputSize}. A layer whose output at a timestep
 * depends on later timesteps returns false from {@link #forwards}: it has no chunks and no stream.
 */
@API(status = API.Status.EXPERIMENTAL)
public abstract class LayerContract extends SequenceContract<LayerProvider> {
  /** For subclasses. */
  protected LayerContract() {
    super(Kind.LAYER);
  }

  /**
   * The number of input features, or 0 for ids.
   *
   * @return 4 by default
   */
  protected int inputSize() {
    return 4;
  }

  /**
   * The number of ids, for a layer that reads ids.
   *
   * @return 6 by default
   */
  protected int vocabulary() {
    return 6;
  }

  /**
   * Whether the output depends on no later timestep, so that a sequence may be divided.
   *
   * @param spec one of the specifications
   * @return true by default
   */
  protected boolean forwards(Spec spec) {
    return true;
  }

  /**
   * Whether a session can run the layer, one timestep in and one out.
   *
   * @param spec one of the specifications
   * @return the same as {@link #forwards} by default
   */
  protected boolean streams(Spec spec) {
    return forwards(spec);
  }

  @Override
  final Layer build(Spec spec) {
    return catalog()
        .build(
            Kind.LAYER,
            spec,
            (provider, options) -> provider.create(inputSize(), options, catalog()));
  }

  @Override
  final void create(LayerProvider provider, OptionReader options) {
    provider.create(inputSize(), options, catalog());
  }

  @Override
  final boolean divides(Spec spec) {
    return forwards(spec);
  }

  @Override
  final boolean isStreamed(Spec spec) {
    return streams(spec);
  }

  @Override
  final LayerRuns runs(Spec spec) {
    return new LayerRuns(catalog(), spec, inputSize(), vocabulary());
  }

  /**
   * Names are unique, two layers of one specification have the same parameters and the same carry,
   * and the initialisers of the parameters exist.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void sizesAndParametersAreDeclared(Spec spec) {
    Layer layer = build(spec);
    assertThat(layer.outputSize()).as("outputSize()").isPositive();
    assertThat(layer.parameters()).extracting(ParameterSpec::name).doesNotHaveDuplicates();
    assertThat(layer.carry()).extracting(StateSpec::name).doesNotHaveDuplicates();
    assertThat(build(spec).parameters())
        .as("parameters of a second layer")
        .isEqualTo(layer.parameters());
    assertThat(build(spec).carry()).as("carry of a second layer").isEqualTo(layer.carry());
    runs(spec).requireInitialized();
  }

  /**
   * The output has the declared features, and the carry afterwards the declared parts.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void aRunReturnsWhatIsDeclared(Spec spec) {
    Problem problem = runs(spec).problem(T, B, null, false);
    LayerRunner.Products run = runs(spec).run(problem);
    int width = problem.layer().outputSize();
    int count = get(run.outputs(), Problem.Y).length;
    assertThat(count % (B * width)).as("%d outputs of %d rows of %d", count, B, width).isZero();
    if (streams(spec)) {
      assertThat(count).as("outputs of %d timesteps", T).isEqualTo(T * B * width);
    }
    assertThat(run.outputs().keySet())
        .as("output and carry")
        .containsExactlyInAnyOrderElementsOf(
            java.util.stream.Stream.concat(
                    java.util.stream.Stream.of(Problem.Y),
                    problem.layer().carry().stream().map(part -> Problem.carry(part.name())))
                .toList());
    for (StateSpec part : problem.layer().carry()) {
      assertThat(get(run.outputs(), Problem.carry(part.name())))
          .as(part.name())
          .hasSize(B * part.size());
    }
  }

  /**
   * A layer depends on its input, carry and parameters only: it gives the same values again.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void aLayerIsAPureFunction(Spec spec) {
    Problem problem = runs(spec).problem(T, B, LENGTHS, true);
    LayerRunner.Products first = runs(spec).run(problem);
    LayerRunner.Products second = runs(spec).run(problem);
    first
        .outputs()
        .forEach((name, values) ->
            requireSame(name + " of the same run again", values, get(second.outputs(), name)));
  }

  /**
   * Outputs in float32 are those of the definition in double precision.
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
   * Gradients are central differences in double precision.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void gradientsAreCentralDifferences(Spec spec) {
    runs(spec).requireExactGradients(runs(spec).problem(T, B, null, true));
    runs(spec).requireExactGradients(runs(spec).problem(T, B, LENGTHS, true));
  }

  /**
   * With plans the layer computes the same as by definition.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void thePlanComputesTheDefinition(Spec spec) {
    runs(spec).requirePlanLikeDefinition(runs(spec).problem(T, B, LENGTHS, true));
    runs(spec).requirePlanLikeDefinition(runs(spec).problem(7, 17, null, false));
  }
}
