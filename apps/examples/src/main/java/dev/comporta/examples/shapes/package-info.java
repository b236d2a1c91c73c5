/**
 * The five shapes that a recurrent network can have, each learning a small task.
 *
 * <p>Not here: networks whose weights are set by hand ({@link dev.comporta.examples.byhand}).
 *
 * <p>Start reading at: {@link dev.comporta.examples.shapes.ManyToMany}.
 *
 * <p>To add one: see {@code docs/guide/README.md}.
 */
@NullMarked
package dev.comporta.examples.shapes;

import org.jspecify.annotations.NullMarked;
