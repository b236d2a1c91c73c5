package dev.comporta.benchmarks.scale;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Simulates the messages of rounds, one event after another. A rank sends its messages in the order
 * r + 1, r + 2, ..., each when the one before has left; a receiver takes them in the order of their
 * arrival. A rank begins to send its sum when it has received its slice of all others, and the next
 * round when it has received all sums.
 */
final class RoundSimulation {
  private final RoundCost cost;
  private final double jitter;
  private final SplittableRandom random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingDouble(Event::time).thenComparingLong(Event::number));
  private final int[][] received;
  private final double[] receiving;
  private final double[] sending;
  private long number;
  private double ended;

  /**
   * Something that happens to a rank.
   *
   * @param time when
   * @param number in the order in which events were made, which decides between equal times
   * @param rank to which
   * @param round in which round
   * @param phase of the exchange
   * @param kind what
   */
  private record Event(double time, long number, int rank, int round, int phase, Kind kind) {}

  private enum Kind {
    /** All that is sent in a phase is known. */
    READY,
    /** The first byte of a message is there. */
    ARRIVAL,
    /** The last one has been taken. */
    TAKEN
  }

  private RoundSimulation(RoundCost cost, double jitter, long seed) {
    this.cost = cost;
    this.jitter = jitter;
    this.random = new SplittableRandom(seed);
    this.received = new int[cost.ranks()][4];
    this.receiving = new double[cost.ranks()];
    this.sending = new double[cost.ranks()];
  }

  /**
   * The seconds of a round.
   *
   * @param cost ranks, bytes and the network
   * @param rounds simulated, one after another
   * @param jitter the steps of a rank in a round take up to this share more than they should
   * @param seed of the jitter
   * @return the mean
   */
  static double seconds(RoundCost cost, int rounds, double jitter, long seed) {
    return new RoundSimulation(cost, jitter, seed).run(rounds) / rounds;
  }

  private double run(int rounds) {
    for (int rank = 0; rank < cost.ranks(); rank++) {
      at(steps(), rank, 0, 0, Kind.READY);
    }
    for (Event event = events.poll(); event != null; event = events.poll()) {
      happen(event, rounds);
    }
    return ended;
  }

  private double steps() {
    return cost.localSteps() * cost.stepSeconds() * (1 + jitter * random.nextDouble());
  }

  private void at(double time, int rank, int round, int phase, Kind kind) {
    events.add(new Event(time, number++, rank, round, phase, kind));
  }

  private void happen(Event event, int rounds) {
    switch (event.kind) {
      case READY -> send(event, rounds);
      case ARRIVAL -> {
        double begin = Math.max(event.time, receiving[event.rank]);
        receiving[event.rank] = begin + cost.occupied();
        at(receiving[event.rank], event.rank, event.round, event.phase, Kind.TAKEN);
      }
      case TAKEN -> {
        // Another rank is at most one phase ahead: to go on, it needs this rank's message.
        int[] own = received[event.rank];
        int slot = (2 * event.round + event.phase) % own.length;
        own[slot]++;
        finish(event, own, slot, rounds);
      }
    }
  }

  private void send(Event event, int rounds) {
    int ranks = cost.ranks();
    double free = Math.max(event.time, sending[event.rank]);
    for (int next = 1; next < ranks; next++) {
      int to = (event.rank + next) % ranks;
      // Bytes flow through: the receiver begins when the first has arrived.
      at(free + cost.network().latencySeconds(), to, event.round, event.phase, Kind.ARRIVAL);
      free += cost.occupied();
    }
    sending[event.rank] = free;
    int[] own = received[event.rank];
    int slot = (2 * event.round + event.phase) % own.length;
    own[slot]++; // its own message needs no network
    finish(event, own, slot, rounds);
  }

  /** Goes on with the next phase, or the next round, once all messages of a phase are there. */
  private void finish(Event event, int[] own, int slot, int rounds) {
    if (own[slot] < cost.ranks()) {
      return;
    }
    own[slot] = 0;
    if (event.phase == 0) {
      at(event.time, event.rank, event.round, 1, Kind.READY);
    } else if (event.round + 1 < rounds) {
      at(event.time + steps(), event.rank, event.round + 1, 0, Kind.READY);
    } else {
      ended = Math.max(ended, event.time);
    }
  }
}
