package dev.comporta.kit;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import org.apiguardian.api.API;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What layers and the cells inside them have in common: they run over sequences.
 *
 * @param <P> the kind of provider
 */
@API(status = API.Status.EXPERIMENTAL)
public abstract class SequenceContract<P extends NamedProvider> extends ProviderContract<P> {
  static final int T = 5;
  static final int B = 3;
  static final int[] LENGTHS = {3, 5, 1};

  SequenceContract(Kind<P> kind) {
    super(kind);
  }

  /** Runs of the layer, or of a layer with the cell. */
  abstract LayerRuns runs(Spec spec);

  /** Whether a sequence may be divided into chunks. */
  boolean divides(Spec spec) {
    return true;
  }

  /** Whether a session can run it, one timestep in and one out. */
  boolean isStreamed(Spec spec) {
    return true;
  }

  /**
   * Values at padding have no effect on outputs and states.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void paddingHasNoEffect(Spec spec) {
    runs(spec).requirePaddingWithoutEffect(T, B, LENGTHS);
  }

  /**
   * A sequence may be divided into two chunks: the state is all that is passed on.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void aRunMayBeDividedIntoChunks(Spec spec) {
    if (divides(spec)) {
      runs(spec).requireChunksLikeTheWhole(T, B, 2);
    }
  }

  /**
   * No row of a batch depends on another.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void rowsAreIndependent(Spec spec) {
    runs(spec).requireIndependentRows(T, B);
  }

  /**
   * A session that gets one timestep after the other gives the outputs of a batch.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void aStreamEqualsTheBatch(Spec spec) {
    if (isStreamed(spec)) {
      runs(spec).requireStreamLikeBatch(T, B);
    }
  }

  /**
   * A training step has the same bits on one thread, on three, and when it is repeated.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void theNumberOfThreadsChangesNoBit(Spec spec) {
    runs(spec).requireSameBitsOnAllThreads(T, 40);
  }

  /**
   * A model that is saved and loaded gives the same bits.
   *
   * @param spec the specification under test
   */
  @ParameterizedTest
  @MethodSource("specs")
  public void aLoadedModelGivesTheSameBits(Spec spec) {
    runs(spec).requireSameAfterLoading(T, B);
  }
}
