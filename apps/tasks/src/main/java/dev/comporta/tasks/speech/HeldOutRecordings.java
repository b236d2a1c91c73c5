package dev.comporta.tasks.speech;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.TrainingOptions.VALIDATION_DATA;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.api.UnknownNameException;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.training.data.Shuffle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Recordings to train on, and recordings that are held out: some takes, a speaker, or a fraction.
 *
 * @param training one or more
 * @param heldOut one or more
 */
record HeldOutRecordings(List<Recording> training, List<Recording> heldOut) {
  static final Option<Double> VALIDATION =
      TrainingOptions.VALIDATION.help(
          "fraction of the recordings, chosen at random, held out for validation");
  static final Option<String> TAKES =
      Option.text("takes", "TAKES")
          .in(Group.DATA)
          .keptIfGiven()
          .help("hold out these takes for validation, such as 0-4 or 3,7");
  static final Option<String> SPEAKER =
      Option.text("speaker", "NAME")
          .in(Group.DATA)
          .keptIfGiven()
          .help("hold out this speaker for validation");

  private static final Pattern RANGE =
      Pattern.compile("\\s*([0-9]{1,9})\\s*(?:-\\s*([0-9]{1,9})\\s*)?");

  /** Holds out what the settings say. */
  static HeldOutRecordings of(
      Settings settings, Recordings all, @Nullable Path transcripts, RandomSource random) {
    List<Option<?>> ways = List.of(VALIDATION_DATA, VALIDATION, TAKES, SPEAKER);
    for (int i = 0; i < ways.size(); i++) {
      for (int j = i + 1; j < ways.size(); j++) {
        settings.requireNotBoth(ways.get(i), ways.get(j));
      }
    }
    if (settings.isGiven(VALIDATION_DATA)) {
      Recordings other =
          Recordings.read(settings.get(VALIDATION_DATA), transcripts, all.sampleRate());
      return new HeldOutRecordings(all.all(), other.all());
    }
    if (settings.isGiven(TAKES) || settings.isGiven(SPEAKER)) {
      Predicate<Recording> isHeld = isChosen(settings, all);
      return parts(all, i -> isHeld.test(all.all().get(i)));
    }
    int count = all.all().size();
    long wanted = Math.max(1, Math.round(settings.get(VALIDATION) * count));
    BitSet held = new BitSet(count);
    Arrays.stream(Shuffle.order(count, random.stream("split"))).limit(wanted).forEach(held::set);
    return parts(all, held::get);
  }

  /** The recordings that {@code --takes} and {@code --speaker} choose; all without them. */
  static List<Recording> chosen(Settings settings, Recordings all) {
    List<Recording> chosen = all.all().stream().filter(isChosen(settings, all)).toList();
    if (chosen.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[speech] expected recordings that --takes and --speaker choose in %s but none is",
              all.name()));
    }
    return chosen;
  }

  private static Predicate<Recording> isChosen(Settings settings, Recordings all) {
    Predicate<Recording> takes = settings.isGiven(TAKES) ? takes(settings.get(TAKES)) : _ -> true;
    if (!settings.isGiven(SPEAKER)) {
      return takes;
    }
    String speaker = settings.get(SPEAKER);
    List<String> known = List.copyOf(Recording.bySpeaker(all.all()).keySet());
    if (!known.contains(speaker)) {
      throw new UnknownNameException("speaker of " + all.name(), speaker, known);
    }
    return takes.and(it -> it.speaker().equals(speaker));
  }

  private static Predicate<Recording> takes(String text) {
    List<int[]> ranges = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Matcher matcher = RANGE.matcher(part);
      int from = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 1;
      int to =
          matcher.matches()
              ? matcher.group(2) == null ? from : Integer.parseInt(matcher.group(2))
              : 0;
      if (from > to) {
        throw new InvalidOptionException(
            formatted(
                "--takes expected numbers and ranges, such as 0-4 or 3,7, but got %s",
                Printable.quoted(text)));
      }
      ranges.add(new int[] {from, to});
    }
    return it -> ranges.stream().anyMatch(range -> it.take() >= range[0] && it.take() <= range[1]);
  }

  private static HeldOutRecordings parts(Recordings all, IntPredicate isHeld) {
    List<Recording> training = new ArrayList<>();
    List<Recording> heldOut = new ArrayList<>();
    for (int i = 0; i < all.all().size(); i++) {
      (isHeld.test(i) ? heldOut : training).add(all.all().get(i));
    }
    if (training.isEmpty() || heldOut.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[speech] expected recordings to train on and recordings to hold out but of the %d of %s %s held out",
              all.all().size(), all.name(), heldOut.isEmpty() ? "none is" : "all are"));
    }
    return new HeldOutRecordings(training, heldOut);
  }
}
