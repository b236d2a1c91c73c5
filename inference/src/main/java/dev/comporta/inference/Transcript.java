package dev.comporta.inference;

import java.util.List;

/**
 * What was said in a recording.
 *
 * @param text the words, with one space between them; empty if nothing was recognised
 * @param logProbability the natural logarithm of the probability of the text, over all its
 *     alignments with the sound
 * @param words the words, with the time of each
 * @param characters the characters with the time of each, spaces between words included, by the
 *     most likely alignment
 * @param frames the number of frames of the recording
 * @param secondsPerFrame the time from the start of a frame to that of the next
 */
public record Transcript(
    String text,
    double logProbability,
    List<Part> words,
    List<Part> characters,
    int frames,
    double secondsPerFrame) {
  /** Copies the lists. */
  public Transcript {
    words = List.copyOf(words);
    characters = List.copyOf(characters);
  }

  /**
   * A word or a character. Models trained with CTC need not be at a character for as long as it is
   * heard: times are good for order, and roughly for place.
   *
   * @param text the word or the character
   * @param from the start of its first frame, in seconds
   * @param to the start of the frame after its last one, in seconds
   */
  public record Part(String text, double from, double to) {}

  /** {@return the probability of the text, from 0 to 1} */
  public double probability() {
    return StrictMath.exp(logProbability);
  }
}
