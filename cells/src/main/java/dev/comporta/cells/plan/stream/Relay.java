package dev.comporta.cells.plan.stream;

import dev.comporta.api.tensor.Workers;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntConsumer;

/**
 * A leader and helpers that execute rounds of many small steps, each party on its own share, with a
 * barrier after every step. The barrier takes about a tenth of a microsecond, because parties spin.
 *
 * <p>The leader never waits for a helper to join: it executes the share of a helper that has not
 * joined yet, or never joins because the workers are busy. A helper that delays the leader, for
 * instance because it was preempted, is excluded for the rest of the job.
 */
abstract class Relay implements IntConsumer {
  private static final int SPACING = 16;
  private static final long END = 1;

  /** The bits of a signal below the number of its round: its members, and whether the job ended. */
  private static final int ROUND_SHIFT = 32;

  /** Spins before a thread yields its processor. */
  private static final int SPINS = 2_000;

  /** Spins for which the leader waits for helpers to join; workers that are awake need few. */
  private static final int GATHERING_SPINS = 100;

  /** How long a helper may delay the leader. */
  private static final long PATIENCE_NANOS = 400_000;

  /** The maximum number of parties. */
  static final int MOST_PARTIES = 16;

  private final int parties;
  private final Workers workers;
  private final AtomicInteger joined = new AtomicInteger();

  /** At SPACING: the number of the round, its members from bit 1 on, and the end in bit 0. */
  private final AtomicLongArray signal = new AtomicLongArray(3 * SPACING);

  /** Whether each party has joined. */
  private final AtomicLongArray present;

  /** The number of steps that each party has completed. */
  private final AtomicLongArray arrived;

  private long round;
  private boolean alone;

  /** Steps before the round; published by the signal. */
  private long before;

  /**
   * Creates a relay.
   *
   * @param parties the number of shares of the work, at most {@link #MOST_PARTIES}
   * @param workers the threads
   */
  Relay(int parties, Workers workers) {
    this.parties = parties;
    this.workers = workers;
    this.present = new AtomicLongArray((parties + 1) * SPACING);
    this.arrived = new AtomicLongArray((parties + 1) * SPACING);
  }

  /** The work of the leader, which calls {@link #round} any number of times. */
  abstract void lead();

  /** The number of steps of the current round. */
  abstract int steps();

  /** Executes one step of one share. */
  abstract void step(int number, int share);

  /** Runs a job, led by the first thread that starts it, and returns when it is done. */
  final void run() {
    joined.set(0);
    alone = false;
    for (int party = 1; party < parties; party++) {
      present.set(at(party), 0);
    }
    signal.set(SPACING, round << ROUND_SHIFT);
    workers.run(parties, this);
  }

  private static int at(int party) {
    return (party + 1) * SPACING - 1;
  }

  /** Leads or helps; called by the workers. */
  @Override
  public final void accept(int task) {
    int party = joined.getAndIncrement();
    if (party > 0) {
      follow(party);
      return;
    }
    try {
      gather();
      lead();
    } finally {
      signal.set(SPACING, signal.get(SPACING) | END);
    }
  }

  /** Runs the steps of a round with the helpers that have joined; called by the leader. */
  final void round() {
    long members = 0;
    for (int party = 1; party < parties && !alone; party++) {
      members |= present.getAcquire(at(party)) << party;
    }
    int count = steps();
    if (members != 0) {
      round++;
      signal.setRelease(SPACING, (round << ROUND_SHIFT) | (members << 1));
    }
    for (int number = 0; number < count; number++) {
      for (int share = 0; share < parties; share++) {
        if (((members >> share) & 1) == 0) {
          step(number, share);
        }
      }
      if (members != 0) {
        arrived.setRelease(at(0), before + number + 1);
        meet(members, 0, before + number + 1);
      }
    }
    if (members != 0) {
      before += count;
    }
  }

  private void gather() {
    for (int spins = 0; spins < GATHERING_SPINS; spins++) {
      int there = 1;
      for (int party = 1; party < parties; party++) {
        there += (int) present.getAcquire(at(party));
      }
      if (there == parties) {
        return;
      }
      Thread.onSpinWait();
    }
  }

  private void follow(int party) {
    long seen = signal.get(SPACING);
    present.set(at(party), 1);
    while ((seen & END) == 0) {
      long now = signal.getAcquire(SPACING);
      for (int spins = 0; now == seen; spins++) {
        pause(spins);
        now = signal.getAcquire(SPACING);
      }
      seen = now;
      if ((seen & END) == 0 && ((seen >> (1 + party)) & 1) != 0) {
        help(party, (seen & ((1L << ROUND_SHIFT) - 1)) >> 1);
      }
    }
  }

  private void help(int party, long members) {
    int count = steps();
    long first = before;
    boolean complete = false;
    try {
      for (int number = 0; number < count; number++) {
        step(number, party);
        arrived.setRelease(at(party), first + number + 1);
        if (number + 1 < count) {
          meet(members | 1, party, first + number + 1);
        }
      }
      complete = true;
    } finally {
      if (!complete) {
        present.set(at(party), 0);
        arrived.setRelease(at(party), first + count);
      }
    }
  }

  /** Waits for the steps of the other parties. */
  private void meet(long members, int self, long wanted) {
    for (int party = 0; party < parties; party++) {
      if (party != self && ((members >> party) & 1) != 0 && !await(party, wanted)) {
        alone = alone || self == 0;
      }
    }
  }

  /** Waits for a party's step or the end of the job; returns whether the step completed in time. */
  private boolean await(int party, long wanted) {
    int at = at(party);
    long start = 0;
    for (int spins = 0; arrived.getAcquire(at) < wanted; spins++) {
      if (spins == SPINS) {
        start = System.nanoTime();
      }
      if (spins >= SPINS && (signal.getAcquire(SPACING) & END) != 0) {
        return false;
      }
      pause(spins);
    }
    return start == 0 || System.nanoTime() - start < PATIENCE_NANOS;
  }

  @SuppressWarnings("ThreadPriorityCheck") // only a hint; correctness does not depend on it
  private static void pause(int spins) {
    if (spins < SPINS) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
  }
}
