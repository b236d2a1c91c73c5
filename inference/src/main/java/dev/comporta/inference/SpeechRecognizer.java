package dev.comporta.inference;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.attention.ctc.CtcAlignment;
import dev.comporta.attention.ctc.CtcBeamSearch;
import dev.comporta.attention.ctc.CtcLexicon;
import dev.comporta.attention.ctc.CtcOutputs;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.cells.model.Session;
import dev.comporta.inference.content.StoredSpeech;
import java.util.ArrayList;
import java.util.List;

/**
 * A model that writes down what was said: recurrent layers over log-mel features, trained with CTC
 * (Graves et al. 2006). Any number of threads may use it at once.
 *
 * <pre>{@code
 * try (LoadedModel model = Models.load(file)) {
 *   System.out.println(model.speechRecognizer().recognize(samples).text());
 * }
 * }</pre>
 *
 * <p>Samples are numbers from -1 to 1 of one channel, as many per second as {@link #sampleRate}.
 */
public final class SpeechRecognizer {
  /** So many recordings run together. */
  private static final int BATCH = 16;

  private final LoadedModel model;
  private final StoredSpeech stored;
  private final CtcLexicon lexicon;

  /** Checks that the file holds a model that recognises speech. */
  SpeechRecognizer(LoadedModel model) {
    SequenceModel network = model.network();
    this.model = model;
    this.stored = StoredSpeech.of(model.content(), model.name());
    if (!network.encoder().isEmpty()
        || network.inputSize() != stored.features().bands()
        || network.outputSize() != stored.classes()) {
      throw new ComportaException(
          formatted(
              "[speech] expected %s to read %d features and to have an output for the blank and each of %d characters but it reads %d and has %d; the file is inconsistent",
              model.name(),
              stored.features().bands(),
              stored.characters().size(),
              network.inputSize(),
              network.outputSize()));
    }
    this.lexicon = stored.lexicon();
  }

  /** {@return the samples per second that the model reads} */
  public int sampleRate() {
    return stored.features().sampleRate();
  }

  /** {@return how the model reads sound and writes text} */
  public StoredSpeech stored() {
    return stored;
  }

  /**
   * Recognises what was said, with the {@linkplain RecognitionSettings#DEFAULT default search}.
   *
   * @param samples of one recording; may be empty
   * @return the text
   * @throws ComportaException if a sample is not a finite number
   */
  public Transcript recognize(float... samples) {
    return recognizeAll(List.of(samples), RecognitionSettings.DEFAULT).getFirst();
  }

  /**
   * Recognises what was said in recordings, several at a time. Each text has the same bits as if
   * its recording were alone.
   *
   * @param recordings the samples of each
   * @param search how texts are searched for
   * @return the text of each
   * @throws ComportaException if a sample is not a finite number
   */
  public List<Transcript> recognizeAll(List<float[]> recordings, RecognitionSettings search) {
    CtcLexicon words = search.lexicon() ? lexicon : null;
    List<Transcript> all = new ArrayList<>();
    for (int from = 0; from < recordings.size(); from += BATCH) {
      List<float[]> features =
          recordings.subList(from, Math.min(from + BATCH, recordings.size())).stream()
              .map(samples -> stored.scaled(stored.features().of(samples)))
              .toList();
      List<float[]> logits = model.run(features);
      for (int i = 0; i < logits.size(); i++) {
        int frames = features.get(i).length / stored.features().bands();
        if (logits.get(i).length != frames * stored.classes()) {
          throw new ComportaException(
              formatted(
                  "[speech] expected the layers of %s to give an output for each of %d frames but they give %d numbers",
                  model.name(), frames, logits.get(i).length));
        }
        CtcOutputs outputs =
            CtcOutputs.ofLogits(logits.get(i), stored.classes(), StoredSpeech.BLANK);
        List<Integer> labels =
            search.isGreedy()
                ? outputs.greedy().labels()
                : new CtcBeamSearch(search.beam(), words).search(outputs).getFirst().labels();
        all.add(transcript(outputs, labels));
      }
    }
    return all;
  }

  private Transcript transcript(CtcOutputs outputs, List<Integer> labels) {
    int[] array = labels.stream().mapToInt(it -> it).toArray();
    CtcAlignment alignment = outputs.align(array);
    double hop = stored.features().secondsPerFrame();
    List<Transcript.Part> characters = new ArrayList<>();
    List<Transcript.Part> words = new ArrayList<>();
    WordBuilder word = new WordBuilder();
    for (CtcAlignment.Span span : alignment.spans()) {
      String character = stored.character(span.label());
      characters.add(new Transcript.Part(character, span.from() * hop, span.to() * hop));
      if (stored.isSpace(span.label())) {
        word.endInto(words);
      } else {
        word.add(character, span.from() * hop, span.to() * hop);
      }
    }
    word.endInto(words);
    String text = StoredSpeech.normalized(stored.decode(labels));
    return new Transcript(
        text, outputs.logProbability(array), words, characters, outputs.timesteps(), hop);
  }

  /**
   * Opens a stream for a recording that arrives in parts.
   *
   * @return a stream, for one thread at a time
   * @throws ComportaException if the model reads the whole recording first, as bidirectional layers
   *     do
   */
  public SpeechStream newStream() {
    Session session;
    try {
      session = model.newSession();
    } catch (ComportaException e) {
      throw new ComportaException(
          formatted(
              "[speech] expected a model that reads frame by frame, trained with --unidirectional, but %s does not: %s",
              model.name(), e.getMessage()),
          e);
    }
    return new SpeechStream(stored, session);
  }

  /** A word of which characters are still to come. */
  static final class WordBuilder {
    private final StringBuilder text = new StringBuilder();
    private double from;
    private double to;

    void add(String character, double start, double end) {
      if (text.isEmpty()) {
        from = start;
      }
      text.append(character);
      to = end;
    }

    /** Adds the word to others, if there is one, and begins another. */
    void endInto(List<Transcript.Part> words) {
      if (!text.isEmpty()) {
        words.add(new Transcript.Part(text.toString(), from, to));
        text.setLength(0);
      }
    }

    String soFar() {
      return text.toString();
    }
  }
}
