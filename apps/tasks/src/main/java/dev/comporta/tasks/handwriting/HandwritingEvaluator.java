package dev.comporta.tasks.handwriting;

import dev.comporta.attention.ctc.CtcBeamSearch;
import dev.comporta.frame.Evaluator;
import dev.comporta.frame.Score;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.inference.HandwritingReader;
import dev.comporta.inference.Ink;
import dev.comporta.inference.LoadedModel;
import dev.comporta.view.InkPicture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Scores models that read pen strokes, and draws words with what was read. */
final class HandwritingEvaluator implements Evaluator {
  private static final Option<Path> DATA =
      TrainingOptions.DATA.help("pen strokes with their texts, as for training");
  private static final Option<Path> PICTURE =
      Option.output("picture", "FILE")
          .help("draw samples with the recognised texts: an .svg or .png image, or an .html page");

  /** More samples than a picture should have. */
  private static final int DRAWN = 48;

  @Override
  public Options options() {
    return Options.of(DATA, TrainingOptions.ENCODING).and(ReadingOptions.of()).and(PICTURE);
  }

  @Override
  public void require(List<LoadedModel> models, Settings settings) {
    OutputFile.requireForOneModel(PICTURE, models, settings);
    settings.find(PICTURE).ifPresent(InkPicture::requireKnown);
    ReadingOptions.require(settings);
  }

  @Override
  public Score evaluate(LoadedModel model, Settings settings) {
    InkSet ink = InkSet.read(settings.get(DATA), settings.get(TrainingOptions.ENCODING));
    HandwritingReader reader = model.handwritingReader();
    return scores(reader, ink.samples(), ReadingOptions.search(reader, settings))
        .score(ink.samples(), true);
  }

  /** The scores of a model; without a search, it takes the most likely class of each point. */
  static HandwritingScores scores(
      HandwritingReader reader, List<InkSet.Sample> samples, @Nullable CtcBeamSearch search) {
    List<Ink> inks = samples.stream().map(InkSet.Sample::ink).toList();
    List<String> texts =
        search == null
            ? reader.readAll(inks)
            : reader.readAll(inks, search).stream().map(it -> it.getFirst().text()).toList();
    return new HandwritingScores(samples, texts);
  }

  @Override
  public void compare(List<Scored> scored, Settings settings) {
    Path picture = settings.find(PICTURE).orElse(null);
    if (picture != null && scored.getFirst().score().detail() instanceof HandwritingScores scores) {
      List<InkPicture.Word> words = new ArrayList<>();
      for (int i = 0; i < Math.min(DRAWN, scores.texts().size()); i++) {
        InkSet.Sample sample = scores.samples().get(i);
        words.add(
            new InkPicture.Word(sample.ink().strokes(), scores.texts().get(i), sample.text()));
      }
      InkPicture.write(picture, words);
    }
  }
}
