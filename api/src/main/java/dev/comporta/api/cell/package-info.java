/**
 * The recurrent cell: a pure function of one timestep, from which everything else is derived.
 *
 * <p>Not here: unrolling, masking, stacking and plans (module cells).
 *
 * <p>Start reading at: {@link dev.comporta.api.cell.Cell}.
 *
 * <p>To add one: implement {@link dev.comporta.api.cell.Cell} and register a {@link
 * dev.comporta.api.cell.CellProvider}.
 *
 * <p>Status: stable, except {@code Memory}, whose shape will change when states have any shape.
 */
@NullMarked
package dev.comporta.api.cell;

import org.jspecify.annotations.NullMarked;
