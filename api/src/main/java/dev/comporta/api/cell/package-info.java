/**
 * The recurrent cell: one timestep, pure, from which everything else follows.
 *
 * <p>Not here: unrolling, masks, stacking and speed, which come for free.
 *
 * <p>Start reading at: {@link dev.comporta.api.cell.Cell}.
 *
 * <p>To add one: implement {@link dev.comporta.api.cell.Cell} and register a {@link
 * dev.comporta.api.cell.CellProvider}.
 */
@NullMarked
package dev.comporta.api.cell;

import org.jspecify.annotations.NullMarked;
