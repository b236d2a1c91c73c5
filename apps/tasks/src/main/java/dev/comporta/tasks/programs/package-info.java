/**
 * Small programs in a part of Python: a parser, an interpreter that counts steps, files of programs
 * with what they print, and programs at random (Zaremba and Sutskever 2014, <i>Learning to
 * Execute</i>).
 *
 * <p>Not here: the task {@code execute}, which trains models to predict what programs print
 * (package pairs).
 *
 * <p>Start reading at: {@link dev.comporta.tasks.programs.Program}.
 *
 * <p>To add a statement: a record in {@code Syntax}; the switches that no longer compile tell the
 * rest. To add a way to combine expressions: a case in {@code ProgramGenerator}.
 */
@NullMarked
package dev.comporta.tasks.programs;

import org.jspecify.annotations.NullMarked;
