package dev.comporta.tasks.handwriting;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.attention.ctc.CtcBeamSearch;
import dev.comporta.frame.Ability;
import dev.comporta.frame.files.OutputFile;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Settings;
import dev.comporta.inference.HandwritingReader;
import dev.comporta.inference.Ink;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.ReadText;
import dev.comporta.view.InkPicture;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the pen strokes of the input, and draws them with what was read. */
final class HandwritingAbility {
  private static final Option<Path> PICTURE =
      Option.output("picture", "FILE")
          .help(
              "draw the strokes with the recognised texts: an .svg or .png image, or an .html page");

  private HandwritingAbility() {}

  static Ability predict() {
    return Ability.predict(
        "Recognise handwriting from pen strokes in JSON or UNIPEN",
        ReadingOptions.of().and(PICTURE),
        HandwritingAbility::run);
  }

  private static void run(LoadedModel model, Settings settings, Ability.Exchange exchange) {
    HandwritingReader reader = model.handwritingReader();
    Path picture = settings.find(PICTURE).orElse(null);
    if (picture != null) {
      InkPicture.requireKnown(picture);
      OutputFile.requireForModel(PICTURE, model, settings);
    }
    CtcBeamSearch search = ReadingOptions.search(reader, settings);
    List<InkPicture.Word> drawn = new ArrayList<>();
    forEach(exchange, sample -> answer(reader, search, sample, exchange, drawn));
    if (picture != null) {
      InkPicture.write(picture, drawn);
    }
  }

  /** Reads JSON as it arrives, and UNIPEN, which ends with the input. */
  private static void forEach(Ability.Exchange exchange, Consumer<InkSet.Sample> to) {
    BufferedReader input = exchange.input();
    try {
      int first;
      do {
        input.mark(1);
        first = input.read();
      } while (first >= 0 && Character.isWhitespace(first));
      if (first < 0) {
        return;
      }
      input.reset();
      if (InkSet.isJson(first)) {
        JsonInk.forEach(input, exchange.inputName(), false, to);
      } else {
        UnipenReader.read(input.readAllAsString(), exchange.inputName(), false).forEach(to);
      }
    } catch (IOException e) {
      throw new ComportaException(
          formatted("%s cannot be read: %s", exchange.inputName(), e.getMessage()), e);
    }
  }

  private static void answer(
      HandwritingReader reader,
      @Nullable CtcBeamSearch search,
      InkSet.Sample sample,
      Ability.Exchange exchange,
      List<InkPicture.Word> drawn) {
    Ink ink = sample.ink();
    Map<String, Object> figures = new LinkedHashMap<>();
    String text;
    if (search == null) {
      text = reader.read(ink);
      figures.put("text", text);
    } else {
      ReadText found = reader.read(ink, search).getFirst();
      text = found.text();
      figures.put("text", text);
      figures.put("probability", found.probability());
    }
    if (!sample.text().isEmpty()) {
      figures.put("expected", sample.text());
    }
    exchange.answer(figures, text);
    if (drawn.size() < InkPicture.MOST) {
      drawn.add(new InkPicture.Word(ink.strokes(), text, sample.text()));
    }
  }
}
