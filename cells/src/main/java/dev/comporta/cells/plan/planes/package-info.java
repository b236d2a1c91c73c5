/**
 * Stage 2 of the planner: which columns are stored and computed together.
 *
 * <p>In: a trace. Out: {@link dev.comporta.cells.plan.planes.Plane}s, blocks of columns such as one
 * gate of a packed value. Slices and joins are gone, sums with products are one value each, and
 * products of inputs are separated from those that need the state.
 *
 * <p>Not here: buffers and the order of computation (package {@code compile}).
 *
 * <p>Start reading at: {@code Plane}, then {@code Cuts} (where values are cut), {@code Sums} (what
 * is fused into a sum), {@code PlaneSplitter}.
 *
 * <p>To add one: an operation that plans support needs a case in {@code PlaneSplitter}, and in
 * {@code Cuts} if it moves columns; a fused operation needs a record in {@code Plane}.
 */
@NullMarked
package dev.comporta.cells.plan.planes;

import org.jspecify.annotations.NullMarked;
