package dev.comporta.cells.plan.run;

/**
 * A view of a value over all stored rows of a run.
 *
 * @param array its array
 * @param offset the index of its first element
 * @param stride the row stride
 */
@SuppressWarnings(
    "ArrayRecordComponent") // a view; two views are equal if they refer to the same array
record Rows(float[] array, int offset, int stride) {
  /** Each row as several rows of its vectors. */
  Rows vectors(int count) {
    return new Rows(array, offset, stride / count);
  }

  boolean isSame(Rows other) {
    return array == other.array && offset == other.offset && stride == other.stride;
  }
}
