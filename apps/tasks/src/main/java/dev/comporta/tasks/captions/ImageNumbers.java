package dev.comporta.tasks.captions;

/** The numbers of an image that a model reads, as they are kept in memory. */
sealed interface ImageNumbers {
  /** Their count. */
  int count();

  /** Writes them from this index on. */
  void put(float[] to, int offset);

  /** All of them. */
  default float[] array() {
    float[] array = new float[count()];
    put(array, 0);
    return array;
  }

  /** Intensities from 0 to 255, a byte each. */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  record Intensities(byte[] bytes) implements ImageNumbers {
    private static final int BYTE = 0xff;

    @Override
    public int count() {
      return bytes.length;
    }

    @Override
    public void put(float[] to, int offset) {
      for (int i = 0; i < bytes.length; i++) {
        to[offset + i] = bytes[i] & BYTE;
      }
    }
  }

  /** Features that a network computed. */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  record Features(float[] values) implements ImageNumbers {
    @Override
    public int count() {
      return values.length;
    }

    @Override
    public void put(float[] to, int offset) {
      System.arraycopy(values, 0, to, offset, values.length);
    }
  }
}
