package dev.comporta.tasks.speech;

import dev.comporta.frame.decoding.DecodingOptions;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.RecognitionSettings;
import java.nio.file.Path;

/** Options of training, evaluation and prediction alike. */
final class SpeechOptions {
  static final Option<Path> TRANSCRIPTS =
      Option.path("transcripts", "FILE")
          .keptIfGiven()
          .free()
          .help(
              "a table of transcripts, a path or a file in the folder: a file name, a tab and the text, optionally a tab and the speaker");
  private static final Option<Integer> BEAM =
      DecodingOptions.BEAM
          .or(RecognitionSettings.DEFAULT.beam())
          .help("beam width; 1 with --lexicon=no is greedy decoding");
  private static final Option<Boolean> LEXICON =
      Option.flag("lexicon")
          .or(true)
          .in(Group.DECODING)
          .notKept()
          .help("find only words of the training data");

  private SpeechOptions() {}

  /** The options of a search. */
  static Options search() {
    return Options.of(BEAM, LEXICON);
  }

  /** How texts are searched for. */
  static RecognitionSettings search(Settings settings) {
    return new RecognitionSettings(settings.get(BEAM), settings.get(LEXICON));
  }
}
