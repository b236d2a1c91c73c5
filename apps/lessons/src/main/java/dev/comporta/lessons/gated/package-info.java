/**
 * The LSTM, the GRU, their gates and variants.
 *
 * <p>Not here: what they are used for.
 *
 * <p>Start reading at: {@link dev.comporta.lessons.gated.LstmLesson}.
 *
 * <p>To add one: see {@link dev.comporta.lessons.Lessons}.
 */
@NullMarked
package dev.comporta.lessons.gated;

import org.jspecify.annotations.NullMarked;
