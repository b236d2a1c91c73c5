/**
 * The command line: options in, exit codes and printed results out. What a command does lives in
 * {@code dev.comporta.tasks}. Start reading at {@link dev.comporta.cli.Main}; to add a command,
 * write its class and name it in {@code Main}.
 */
@NullMarked
package dev.comporta.cli;

import org.jspecify.annotations.NullMarked;
