package dev.comporta.tasks.handwriting;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.frame.training.TrainingOptions.DATA;
import static dev.comporta.frame.training.TrainingOptions.ENCODING;
import static dev.comporta.frame.training.TrainingOptions.VALIDATION_DATA;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.frame.Experiment;
import dev.comporta.frame.TaskContext;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.content.StoredInk;
import dev.comporta.serialization.ModelFile;
import java.nio.file.Path;

/**
 * What models of pen strokes are trained on: files, or words that are written for it.
 *
 * @param data where they come from
 * @param training what is trained on
 * @param heldOut what is validated on; generated words that are held out are none of those that are
 *     trained on
 * @param stored the letters: those of all samples, also of those held out from the same file, or
 *     those of the stroke alphabet
 */
record InkSource(Experiment.DataSource data, InkSet training, InkSet heldOut, StoredInk stored) {
  private static final int MOST_HELD_OUT = 1_000;

  private static final Option<Path> INK =
      DATA.or(_ -> null, "generated words")
          .help(
              "a file with pen strokes and their texts, JSON lines or UNIPEN, or a folder of them");
  private static final Option<Integer> COUNT =
      Option.whole("words", 2, 1_000_000)
          .or(it -> it.isGiven(DATA) ? null : 4_000, "4000 without --data")
          .in(Group.DATA)
          .help("words to generate for training");
  private static final Option<Double> VALIDATION =
      TrainingOptions.VALIDATION
          .or(it -> it.isGiven(DATA) ? 0.1 : null, "0.1 with --data")
          .help("fraction of the samples, chosen at random, held out for validation");

  static Options options() {
    return Options.of(INK, VALIDATION_DATA, ENCODING, COUNT, VALIDATION);
  }

  static InkSource open(Settings settings, TaskContext context, RandomSource random) {
    settings.requireNotBoth(VALIDATION_DATA, VALIDATION);
    boolean given = settings.isGiven(DATA);
    boolean reads = given || settings.isGiven(VALIDATION_DATA);
    settings.requireEffective(ENCODING, "--data or --validation-data", reads);
    settings.requireEffective(COUNT, "generated words, not --data", !given);
    settings.requireEffective(VALIDATION, "--data", given);
    InkSet all =
        settings
            .find(INK)
            .map(path -> InkSet.read(path, settings.get(ENCODING)))
            .orElseGet(
                () -> InkSet.generate(settings.get(COUNT), false, random.stream("training data")));
    InkSet.Parts parts = parts(all, settings, random);
    ModelFile origin = context.origin();
    StoredInk stored =
        origin == null
            ? new StoredInk(given ? all.letters() : StrokeFont.letters())
            : StoredInk.of(origin, "the model of --from");
    return new InkSource(
        new Experiment.DataSource(all.name(), given ? all.sha256() : ""),
        parts.training().requireLetters(stored.letters()),
        parts.heldOut().requireLetters(stored.letters()),
        stored);
  }

  private static InkSet.Parts parts(InkSet all, Settings settings, RandomSource random) {
    if (settings.isGiven(VALIDATION_DATA)) {
      return new InkSet.Parts(
          all, InkSet.read(settings.get(VALIDATION_DATA), settings.get(ENCODING)));
    }
    if (settings.isGiven(DATA)) {
      return all.split(settings.get(VALIDATION), random.stream("split"));
    }
    int heldOut = Math.clamp(settings.get(COUNT) / 8, 1, MOST_HELD_OUT);
    return new InkSet.Parts(all, InkSet.generate(heldOut, true, random.stream("validation data")));
  }

  /** The size of the data in words. */
  String size() {
    return formatted(
        "%,d samples for training and %,d for validation, %d letters",
        training.samples().size(), heldOut.samples().size(), stored.letters().size());
  }
}
