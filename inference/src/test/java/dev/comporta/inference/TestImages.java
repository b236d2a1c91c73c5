package dev.comporta.inference;

/** Images with different numbers everywhere. */
final class TestImages {
  private TestImages() {}

  static float[] of(Captioner captioner, int factor) {
    float[] image = new float[Captioner.CHANNELS * captioner.side() * captioner.side()];
    for (int i = 0; i < image.length; i++) {
      image[i] = (i * factor) % 256;
    }
    return image;
  }
}
