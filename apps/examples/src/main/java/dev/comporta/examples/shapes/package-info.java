/**
 * The five input-output shapes of sequence models, each with a small task.
 *
 * <p>Not here: networks with hand-set weights ({@link dev.comporta.examples.byhand}).
 *
 * <p>Start reading at: {@link dev.comporta.examples.shapes.ManyToMany}.
 *
 * <p>To add one: see {@code docs/guide/README.md}.
 */
@NullMarked
package dev.comporta.examples.shapes;

import org.jspecify.annotations.NullMarked;
