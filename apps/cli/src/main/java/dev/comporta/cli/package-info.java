/**
 * The command line: options in, exit codes and printed results out.
 *
 * <p>Not here: what a command does, which is in {@code dev.comporta.tasks}.
 *
 * <p>Start reading at: {@link dev.comporta.cli.Main}.
 *
 * <p>To add one: write the command's class and name it in {@link dev.comporta.cli.Main}.
 */
@NullMarked
package dev.comporta.cli;

import org.jspecify.annotations.NullMarked;
