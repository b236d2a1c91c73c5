/**
 * The task {@code rate}: numbers for a text, such as how pleasant and how exciting it is.
 *
 * <p>Not here: layers, which the task only combines; labels of texts (package labels).
 *
 * <p>Start reading at: {@link dev.comporta.tasks.rating.Rate}.
 */
@NullMarked
package dev.comporta.tasks.rating;

import org.jspecify.annotations.NullMarked;
