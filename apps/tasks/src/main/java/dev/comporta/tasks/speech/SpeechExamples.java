package dev.comporta.tasks.speech;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.attention.ctc.CtcAlignment;
import dev.comporta.cells.model.Batch;
import dev.comporta.inference.content.StoredSpeech;
import dev.comporta.training.data.ChunkSource;
import dev.comporta.training.data.LengthBuckets;
import dev.comporta.training.data.Shuffle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Batches of recordings with the classes of their texts, batched by similar length. In training,
 * recordings of a speaker may be joined to strings, others in each epoch, and their features are
 * changed at random. Not thread-safe.
 */
final class SpeechExamples implements ChunkSource {
  /** Batches whose recordings are sorted by length together. */
  private static final int POOL = 20;

  private final StoredSpeech stored;
  private final List<Spoken> recordings = new ArrayList<>();
  private final List<List<Integer>> speakers = new ArrayList<>();
  private final List<Integer> sizes = new ArrayList<>(); // of the strings, speaker by speaker
  private final int batch;
  private final boolean augment;
  private final RandomSource random;
  private int epochAtHand = -1;
  private List<Line> lines = List.of();
  private int[][] batches = {};

  /** The features of a recording, not standardised, and its classes. */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  private record Spoken(float[] features, int[] labels) {}

  /** The recordings that are joined, and the frames of pause before each. */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  private record Line(List<Integer> members, int[] pauses, int frames) {}

  /**
   * Encodes recordings.
   *
   * @param features of each recording, not standardised
   * @param most recordings of a string; 1 for none
   * @param augment whether features are changed at random
   */
  SpeechExamples(
      List<Recording> all,
      List<float[]> features,
      StoredSpeech stored,
      int batch,
      int most,
      boolean augment,
      RandomSource random) {
    this.stored = stored;
    this.augment = augment;
    this.random = random;
    for (int i = 0; i < all.size(); i++) {
      int[] labels = stored.encode(all.get(i).text(), all.get(i).name());
      requireRoom(all.get(i), labels, features.get(i).length / stored.features().bands());
      recordings.add(new Spoken(features.get(i), labels));
    }
    Map<String, List<Integer>> members = new TreeMap<>();
    for (int i = 0; i < all.size(); i++) {
      members.computeIfAbsent(all.get(i).speaker(), _ -> new ArrayList<>()).add(i);
    }
    speakers.addAll(members.values());
    RandomSource drawn = random.stream("sizes");
    for (List<Integer> own : speakers) {
      for (int left = own.size(); left > 0; left -= sizes.getLast()) {
        sizes.add(Math.min(left, 1 + drawn.below(most, sizes.size())));
      }
    }
    this.batch = Math.min(batch, sizes.size());
  }

  private static void requireRoom(Recording recording, int[] labels, int frames) {
    int needed = CtcAlignment.leastTimesteps(labels);
    if (needed > frames) {
      throw new ComportaException(
          formatted(
              "[speech] expected at least %d frames for the characters of '%s' but %s has %d; give a smaller --hop, or remove it",
              needed, recording.text(), recording.name(), frames));
    }
  }

  @Override
  public int rows() {
    return batch;
  }

  @Override
  public int chunks() {
    return Math.ceilDiv(sizes.size(), batch);
  }

  @Override
  public Batch batch(int epoch, int index) {
    if (epoch != epochAtHand) {
      compose(epoch);
      epochAtHand = epoch;
    }
    int bands = stored.features().bands();
    RandomSource draws = random.stream("changes").stream(epoch).stream(index);
    List<float[]> inputs = new ArrayList<>();
    List<int[]> labels = new ArrayList<>();
    for (int line : batches[index]) {
      int[] own = labels(lines.get(line));
      float[] raw = features(lines.get(line));
      if (augment) {
        raw =
            Augmentation.changed(
                raw, bands, CtcAlignment.leastTimesteps(own), draws.stream(inputs.size()));
      }
      float[] scaled = stored.scaled(raw);
      if (augment) {
        Augmentation.mask(scaled, bands, draws.stream(inputs.size()).stream("masks"));
      }
      inputs.add(scaled);
      labels.add(own);
    }
    return Batch.ofSequences(inputs, bands, batch).labels(labels);
  }

  /** Joins the recordings of an epoch to strings, and batches these by length. */
  private void compose(int epoch) {
    RandomSource own = random.stream("strings").stream(epoch);
    double perSecond = 1 / stored.features().secondsPerFrame();
    int bands = stored.features().bands();
    lines = new ArrayList<>();
    for (int speaker = 0; speaker < speakers.size(); speaker++) {
      List<Integer> members = speakers.get(speaker);
      int[] order = Shuffle.order(members.size(), own.stream(speaker));
      for (int at = 0; at < order.length; ) {
        int size = sizes.get(lines.size());
        RandomSource pauses = own.stream("pauses").stream(lines.size());
        int[] before = new int[size];
        List<Integer> chosen = new ArrayList<>();
        int frames = 0;
        for (int i = 0; i < size; i++) {
          before[i] = i == 0 ? 0 : (int) (Recording.pause(pauses, i) * perSecond);
          chosen.add(members.get(order[at++]));
          frames += before[i] + recordings.get(chosen.getLast()).features().length / bands;
        }
        lines.add(new Line(chosen, before, frames));
      }
    }
    batches =
        new LengthBuckets(
                lines.stream().mapToInt(Line::frames).toArray(), batch, POOL, own.stream("order"))
            .epoch(0);
  }

  private float[] features(Line line) {
    int bands = stored.features().bands();
    int length = 0;
    for (int i = 0; i < line.pauses().length; i++) {
      length += line.pauses()[i] * bands + recordings.get(line.members().get(i)).features().length;
    }
    float[] joined = new float[length];
    Arrays.fill(joined, stored.features().silence());
    int at = 0;
    for (int i = 0; i < line.pauses().length; i++) {
      float[] own = recordings.get(line.members().get(i)).features();
      at += line.pauses()[i] * bands;
      System.arraycopy(own, 0, joined, at, own.length);
      at += own.length;
    }
    return joined;
  }

  private int[] labels(Line line) {
    List<int[]> parts = new ArrayList<>();
    for (int member : line.members()) {
      if (!parts.isEmpty()) {
        parts.add(stored.encode(" ", "a string"));
      }
      parts.add(recordings.get(member).labels());
    }
    return parts.stream().flatMapToInt(Arrays::stream).toArray();
  }
}
