package dev.comporta.tasks.music;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.frame.Ability;
import dev.comporta.frame.decoding.DecodingOptions;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.MusicGenerator;
import dev.comporta.view.PianoRoll;
import dev.comporta.view.PictureFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Continues the piece of the input, or begins one without an input file. */
final class MusicAbility {
  private static final Option<Integer> LENGTH =
      Option.whole("length", 1, Piece.MOST_STEPS)
          .or(64)
          .in(Group.DECODING)
          .notKept()
          .help("timesteps to add");
  private static final Option<Double> TEMPERATURE = DecodingOptions.TEMPERATURE.or(1.0);
  private static final Option<Integer> START =
      Option.whole("start-steps", 1, Piece.MOST_STEPS)
          .in(Group.DECODING)
          .notKept()
          .help("continue only the first timesteps of the piece, as many as this");
  private static final Option<Integer> TEMPO =
      Option.whole("tempo", 4, 1000)
          .or(100)
          .in(Group.FILES)
          .notKept()
          .help("quarter notes per minute of the written piece");
  private static final Option<Path> OUT =
      Option.output("out", "FILE")
          .help("write the whole piece: notes as .mid or .json, or their sound as .wav");
  private static final Option<Path> PICTURE =
      Option.output("picture", "FILE")
          .help("draw the whole piece as a piano roll: a .png image, or an .html page");

  private MusicAbility() {}

  static Ability predict() {
    return Ability.predict(
        "Continue the piece of music in a file, MIDI, ABC or JSON, or begin one without --input",
        Options.of(LENGTH, TEMPERATURE, DecodingOptions.SEED, START, TEMPO, OUT, PICTURE),
        MusicAbility::run);
  }

  private static void run(LoadedModel model, Settings settings, Ability.Exchange exchange) {
    MusicGenerator music = model.musicGenerator();
    requireFiles(model, settings, exchange);
    List<List<Integer>> start = start(music, settings, exchange);
    int length = settings.get(LENGTH);
    if (start.size() + length > Piece.MOST_STEPS) {
      throw new ComportaException(
          formatted(
              "[music] expected a piece of at most %,d timesteps but %,d and --length %,d are more; give less",
              Piece.MOST_STEPS, start.size(), length));
    }
    settings
        .find(OUT)
        .ifPresent(file ->
            MusicWriter.requireLength(
                file, start.size() + length, music.stepsPerBeat(), settings.get(TEMPO)));
    List<List<Integer>> added =
        music.continued(
            start, length, settings.get(TEMPERATURE), settings.get(DecodingOptions.SEED));
    List<List<Integer>> piece = new ArrayList<>(start);
    piece.addAll(added);
    settings
        .find(OUT)
        .ifPresent(file -> {
          MusicWriter.write(file, piece, music.stepsPerBeat(), settings.get(TEMPO));
          exchange.log("wrote " + file);
        });
    settings
        .find(PICTURE)
        .ifPresent(file -> PianoRoll.write(file, piece, start.size(), music.stepsPerBeat()));
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("start_steps", start.size());
    figures.put("chords", added);
    exchange.answer(figures, added.toString());
  }

  private static void requireFiles(
      LoadedModel model, Settings settings, Ability.Exchange exchange) {
    settings.requireEffective(START, "--input", exchange.hasInputFile());
    settings.requireEffective(TEMPO, "--out", settings.isGiven(OUT));
    settings.find(OUT).ifPresent(MusicWriter::requireKnown);
    settings.find(PICTURE).ifPresent(PictureFile::requireKnown);
    OutputFile.requireForModel(OUT, model, settings);
    OutputFile.requireForModel(PICTURE, model, settings);
  }

  private static List<List<Integer>> start(
      MusicGenerator music, Settings settings, Ability.Exchange exchange) {
    if (!exchange.hasInputFile()) {
      return List.of();
    }
    String name = exchange.inputName();
    byte[] content = MusicFiles.content(exchange.bytes(), name);
    List<Piece> pieces =
        MusicFiles.read(content, name, music.stepsPerBeat()).parts().values().stream()
            .flatMap(List::stream)
            .toList();
    if (pieces.size() != 1) {
      throw new ComportaException(
          formatted(
              "[music] expected one piece to continue in %s but it has %d; write it to a file of its own",
              name, pieces.size()));
    }
    List<List<Integer>> chords = pieces.getFirst().chords();
    return chords.subList(0, Math.min(chords.size(), settings.find(START).orElse(chords.size())));
  }
}
