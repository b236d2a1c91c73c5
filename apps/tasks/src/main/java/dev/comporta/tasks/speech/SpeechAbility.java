package dev.comporta.tasks.speech;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.frame.Ability;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.frame.options.Group;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.SpeechRecognizer;
import dev.comporta.inference.SpeechStream;
import dev.comporta.inference.Transcript;
import dev.comporta.tasks.speech.Recording.Sound;
import dev.comporta.training.sound.LogMel;
import dev.comporta.view.PictureFile;
import dev.comporta.view.SpectrogramPicture;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** Writes down what is said in the WAV file of the input. */
final class SpeechAbility {
  private static final Option<Boolean> STREAM =
      Option.flag("stream")
          .in(Group.DECODING)
          .notKept()
          .help(
              "read the recording in real time and print each word as soon as it is recognised; needs a model trained with --unidirectional");
  private static final Option<Path> PICTURE =
      Option.output("picture", "FILE")
          .help(
              "draw the spectrogram with the alignment of words and characters, as .html or .png");

  private final LoadedModel model;
  private final SpeechRecognizer recognizer;
  private final Settings settings;
  private final Ability.Exchange exchange;

  private SpeechAbility(LoadedModel model, Settings settings, Ability.Exchange exchange) {
    this.model = model;
    this.recognizer = model.speechRecognizer();
    this.settings = settings;
    this.exchange = exchange;
  }

  static Ability predict() {
    return Ability.predict(
        "Transcribe a WAV file",
        Options.of(STREAM, PICTURE).and(SpeechOptions.search()),
        (model, settings, exchange) -> new SpeechAbility(model, settings, exchange).run());
  }

  private void run() {
    boolean streams = settings.get(STREAM);
    for (Option<?> option : SpeechOptions.search()) {
      settings.requireEffective(option, "a search, not --stream", !streams);
    }
    settings.requireNotBoth(PICTURE, STREAM);
    settings.find(PICTURE).ifPresent(PictureFile::requireKnown);
    OutputFile.requireForModel(PICTURE, model, settings);
    try (SpeechStream stream = streams ? recognizer.newStream() : null) {
      WavFile wav = WavFile.read(exchange.bytes(), exchange.inputName());
      Sound sound = Sound.of(wav, recognizer.sampleRate(), exchange.inputName());
      if (!sound.note().isEmpty()) {
        exchange.log(formatted("%s: %s", exchange.inputName(), sound.note()));
      }
      if (wav.isSilent()) {
        exchange.log(formatted("%s is silent: all its samples are the same", exchange.inputName()));
        give(new Transcript("", 0, List.of(), List.of(), 0, 1), sound.samples());
      } else if (stream != null) {
        stream(stream, sound.samples());
      } else {
        give(
            recognizer
                .recognizeAll(List.of(sound.samples()), SpeechOptions.search(settings))
                .getFirst(),
            sound.samples());
      }
    }
  }

  private void give(Transcript said, float[] samples) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("text", said.text());
    figures.put("probability", said.probability());
    figures.put("words", said.words().stream().map(SpeechAbility::figures).toList());
    settings
        .find(PICTURE)
        .ifPresent(file -> {
          LogMel mel = recognizer.stored().features();
          SpectrogramPicture.write(
              file,
              new SpectrogramPicture.Sound(
                  said.text(),
                  model.name(),
                  mel.of(samples),
                  mel.bands(),
                  mel.secondsPerFrame(),
                  IntStream.range(0, mel.bands()).mapToDouble(mel::frequency).toArray(),
                  spans(said.words()),
                  spans(said.characters())));
        });
    exchange.answer(figures, said.text());
  }

  private static List<SpectrogramPicture.Span> spans(List<Transcript.Part> parts) {
    return parts.stream()
        .map(it -> new SpectrogramPicture.Span(it.text(), it.from(), it.to()))
        .toList();
  }

  private static Map<String, Object> figures(Transcript.Part word) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("word", word.text());
    figures.put("from", word.from());
    figures.put("to", word.to());
    return figures;
  }

  /** Adds a hop of samples at a time, each when it would arrive. */
  private void stream(SpeechStream stream, float[] samples) {
    LogMel mel = recognizer.stored().features();
    long started = System.nanoTime();
    long worked = 0;
    long longest = 0;
    for (int from = 0; from < samples.length; from += mel.hop()) {
      int to = Math.min(samples.length, from + mel.hop());
      await(started + (long) (1e9 * to / mel.sampleRate()));
      long before = System.nanoTime();
      List<Transcript.Part> words = stream.add(Arrays.copyOfRange(samples, from, to));
      long took = System.nanoTime() - before;
      worked += took;
      longest = Math.max(longest, took);
      words.forEach(this::say);
    }
    stream.end().forEach(this::say);
    exchange.log(
        formatted(
            "%,d frames of %.0f ms each, computed in %.3f ms on average and %.3f ms at most",
            stream.frames(),
            1000 * mel.secondsPerFrame(),
            worked / 1e6 / Math.max(1, stream.frames()),
            longest / 1e6));
  }

  private void say(Transcript.Part word) {
    exchange.answer(figures(word), formatted("%6.2f s  %s", word.from(), word.text()));
  }

  private static void await(long until) {
    for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
