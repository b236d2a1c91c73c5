package dev.comporta.inference;

/**
 * A question about an image.
 *
 * @param image intensities from 0 to 255 {@code [3, side, side]}, as a {@link Captioner} reads them
 * @param question one word or more
 */
@SuppressWarnings("ArrayRecordComponent") // handed over by the caller
public record ImageQuestion(float[] image, String question) {}
