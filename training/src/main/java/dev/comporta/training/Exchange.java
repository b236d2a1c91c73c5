package dev.comporta.training;

import java.util.List;
import org.apiguardian.api.API;

/**
 * What the trainers of a data-parallel run send each other. Each has a rank, and all make the same
 * calls in the same order; a call returns when the others have made it.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface Exchange {
  /** One trainer, which sends nothing. */
  Exchange ALONE =
      new Exchange() {
        @Override
        public int rank() {
          return 0;
        }

        @Override
        public int ranks() {
          return 1;
        }

        @Override
        public void sum(float[] values, double[] numbers) {}

        @Override
        public List<byte[]> gather(byte[] own) {
          return List.of(own);
        }
      };

  /**
   * The number of this trainer.
   *
   * @return 0 to {@link #ranks} - 1
   */
  int rank();

  /**
   * The number of trainers.
   *
   * @return 1 or more
   */
  int ranks();

  /**
   * Replaces arrays by their sums over all ranks, in the order of {@link TreeSum}.
   *
   * @param values of the same length on all ranks
   * @param numbers likewise
   */
  void sum(float[] values, double[] numbers);

  /**
   * Collects bytes.
   *
   * @param own the bytes of this rank
   * @return those of all ranks, in their order
   */
  List<byte[]> gather(byte[] own);
}
