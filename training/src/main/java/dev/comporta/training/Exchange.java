package dev.comporta.training;

import java.util.Collections;
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
        public List<byte[]> allToAll(List<byte[]> messages) {
          return messages;
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
   * Sends each rank a message, and receives one from each.
   *
   * @param messages one for each rank, in their order, that for this rank among them
   * @return what each rank had for this one, in their order
   */
  List<byte[]> allToAll(List<byte[]> messages);

  /**
   * Sends all ranks the same message.
   *
   * @param own the message of this rank
   * @return those of all ranks, in their order
   */
  default List<byte[]> allGather(byte[] own) {
    return allToAll(Collections.nCopies(ranks(), own));
  }
}
