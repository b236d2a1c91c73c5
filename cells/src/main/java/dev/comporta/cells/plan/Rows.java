package dev.comporta.cells.plan;

/**
 * A plane over all stored rows of a run.
 *
 * @param array where it lies
 * @param offset where it starts
 * @param stride columns
 */
@SuppressWarnings("ArrayRecordComponent") // a view; two are equal if they are the same place
record Rows(float[] array, int offset, int stride) {
  boolean isSame(Rows other) {
    return array == other.array && offset == other.offset && stride == other.stride;
  }
}
