/**
 * What a job of the command line is, and the Guice modules that bring the installed jobs together.
 *
 * <p>Not here: the jobs themselves (one package each), options and printing (module cli).
 *
 * <p>Start reading at: {@link dev.comporta.tasks.Task} and {@link dev.comporta.tasks.TasksModule}.
 *
 * <p>To add one: implement {@link dev.comporta.tasks.Task} and add it to the set that {@link
 * dev.comporta.tasks.TasksModule} binds, from a Guice module of your own.
 */
@NullMarked
package dev.comporta.tasks;

import org.jspecify.annotations.NullMarked;
