package dev.comporta.inference.compute;

/**
 * What a user chose to compute with, for {@link ComputeFactory#open(ComputeChoice)}.
 *
 * @param backend a backend's name, or {@link ComputeFactory#PREFERRED}
 * @param threads that share the work
 * @param execution {@code plan} or {@code definition}
 */
public record ComputeChoice(String backend, int threads, String execution) {}
