package dev.comporta.exchange;

import dev.comporta.cells.model.SequenceModel;
import dev.comporta.serialization.ModelFile;
import java.util.List;
import org.apiguardian.api.API;

/**
 * An imported model.
 *
 * @param file the content of a model file
 * @param model the same as a model that runs
 * @param format the format of the source, such as {@code keras}
 * @param producer the tool that wrote it, with its version if it is known
 * @param timesteps the fixed number of timesteps of the input, or -1
 * @param notes what was guessed, left out or changed
 */
@API(status = API.Status.EXPERIMENTAL)
public record Imported(
    ModelFile file,
    SequenceModel model,
    String format,
    String producer,
    int timesteps,
    List<String> notes) {
  /** Copies the list. */
  public Imported {
    notes = List.copyOf(notes);
  }
}
