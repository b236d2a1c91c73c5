package dev.comporta.inference;

import dev.comporta.api.ComportaException;
import dev.comporta.cells.model.Session;
import dev.comporta.inference.content.StoredSpeech;
import dev.comporta.training.sound.LogMel;
import java.util.ArrayList;
import java.util.List;

/**
 * Recognises speech while it arrives: at each frame the most likely class, as {@link
 * RecognitionSettings#GREEDY} does for a whole recording. A word is given when the space after it,
 * or the end of the sound, is recognised. For one thread at a time.
 *
 * <pre>{@code
 * try (SpeechStream stream = model.speechRecognizer().newStream()) {
 *   while (microphone.read(samples)) {
 *     stream.add(samples).forEach(word -> System.out.println(word.text()));
 *   }
 *   stream.end().forEach(word -> System.out.println(word.text()));
 * }
 * }</pre>
 */
public final class SpeechStream implements AutoCloseable {
  private final StoredSpeech stored;
  private final Session session;
  private final LogMel.Stream features;
  private final float[] logits;
  private final SpeechRecognizer.WordBuilder word = new SpeechRecognizer.WordBuilder();
  private int before = StoredSpeech.BLANK;
  private long frames;

  SpeechStream(StoredSpeech stored, Session session) {
    this.stored = stored;
    this.session = session;
    this.features = stored.features().newStream();
    this.logits = new float[stored.classes()];
  }

  /**
   * Adds samples.
   *
   * @param samples from -1 to 1, any number of them
   * @return the words that are complete now
   * @throws ComportaException if a sample is not a finite number
   */
  public List<Transcript.Part> add(float... samples) {
    List<Transcript.Part> words = new ArrayList<>();
    read(features.add(samples), words);
    return words;
  }

  /**
   * Ends the sound.
   *
   * @return the last words
   */
  public List<Transcript.Part> end() {
    List<Transcript.Part> words = new ArrayList<>();
    read(features.end(), words);
    word.endInto(words);
    return words;
  }

  /** {@return the characters of the word that is not complete yet; may be empty} */
  public String pending() {
    return word.soFar();
  }

  /** {@return the number of frames so far} */
  public long frames() {
    return frames;
  }

  private void read(float[] raw, List<Transcript.Part> words) {
    float[] scaled = stored.scaled(raw);
    int bands = stored.features().bands();
    double hop = stored.features().secondsPerFrame();
    for (int at = 0; at < scaled.length; at += bands) {
      session.step(scaled, at, logits, 0);
      int best = 0;
      for (int c = 1; c < logits.length; c++) {
        best = logits[c] > logits[best] ? c : best;
      }
      if (best != before && best != StoredSpeech.BLANK) {
        if (stored.isSpace(best)) {
          word.endInto(words);
        } else {
          word.add(stored.character(best), frames * hop, (frames + 1) * hop);
        }
      }
      before = best;
      frames++;
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
