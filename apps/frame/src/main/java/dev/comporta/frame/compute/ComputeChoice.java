package dev.comporta.frame.compute;

import org.apiguardian.api.API;

/**
 * What a user chose to compute with, for {@link ComputeFactory#open(ComputeChoice)}.
 *
 * @param backend a backend's name, or {@link ComputeFactory#PREFERRED}
 * @param threads that share the work
 * @param execution {@code plan} or {@code definition}
 */
@API(status = API.Status.EXPERIMENTAL)
public record ComputeChoice(String backend, int threads, String execution) {}
