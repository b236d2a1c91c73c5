/**
 * A side branch of the planner for cells that read memories, such as attention: values with one row
 * for each position of a memory.
 *
 * <p>In: the nodes of a trace that have positions. Out: {@link
 * dev.comporta.cells.plan.memory.MemoryProgram}s, each of which is one {@link
 * dev.comporta.cells.plan.memory.MemoryInstruction} of the loop and processes one row of the batch
 * after another. A cell without memories has none of them, and its plan can be understood without
 * this package.
 *
 * <p>Not here: the planes that stand for a program's result (package {@code planes}).
 *
 * <p>Start reading at: {@code MemoryProgram}, then {@code MemoryMembers} (which nodes are computed
 * here, and which of them together), {@code MemoryGroups} (what each program must provide), {@code
 * MemoryCompiler} (how), {@code MemoryOperation} (what can be computed), {@code PaddingProof}
 * (whether padding can be skipped), {@code MemoryInstruction} and {@code MemoryFrame} (running it).
 *
 * <p>To add one: an operation on positions needs a record in {@code MemoryOperation}, a case in
 * {@code MemoryCompiler} and one in {@code PaddingProof}.
 */
@NullMarked
package dev.comporta.cells.plan.memory;

import org.jspecify.annotations.NullMarked;
