package dev.comporta.cells.plan.compile;

import dev.comporta.cells.plan.planes.Plane;
import dev.comporta.cells.plan.planes.PlaneSet;
import dev.comporta.cells.plan.program.Buffer;
import dev.comporta.cells.plan.program.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the places of all timesteps that the forward program wrote and that neither the backward
 * program nor anything after it reads: pre-activations that became other values, and parts of the
 * state that no gradient depends on. The state after the last timestep and observed values have
 * been copied out before the backward program starts.
 */
final class UnreadPlaces {
  private final Storage storage;
  private final IdentityHashMap<Plane, Place> given;
  private final Set<Plane> seen = new PlaneSet();

  /** The numbers of the buffers that are read. */
  private final Set<Integer> read = new HashSet<>();

  private UnreadPlaces(Storage storage, IdentityHashMap<Plane, Place> given) {
    this.storage = storage;
    this.given = given;
  }

  /**
   * The places that the backward program may write to from its start.
   *
   * @param storage the buffers of the forward program
   * @param gradients what the backward program computes
   * @param given the places of the planes that it may read
   * @param output the place of the output, which belongs to the caller of the plan
   */
  static List<Place> of(
      Storage storage,
      GradientPlanes gradients,
      IdentityHashMap<Plane, Place> given,
      Place output) {
    UnreadPlaces places = new UnreadPlaces(storage, given);
    places.read.add(output.buffer());
    given.values().stream()
        .filter(place -> place.rows() == Place.Rows.TIMESTEP)
        .forEach(place -> places.read.add(place.buffer()));
    gradients.roots().forEach(places::addRead);
    gradients.weights().forEach(sink -> places.addRead(sink.left()));
    gradients
        .vectors()
        .forEach(sink -> {
          if (sink.factor() != null) {
            places.addRead(sink.factor());
          }
        });
    return places.unread();
  }

  private void addRead(Plane plane) {
    Place place = given.get(plane);
    if (place != null) {
      read.add(place.buffer());
    } else if (plane instanceof Plane.State state) {
      read.add(storage.leaf(state).buffer());
    } else if (seen.add(plane)) {
      plane.operands().forEach(this::addRead);
    }
  }

  private List<Place> unread() {
    List<Place> unread = new ArrayList<>();
    List<Buffer> buffers = storage.buffers().all();
    for (int i = 0; i < buffers.size(); i++) {
      Place.Rows rows = rows(buffers.get(i));
      if (rows != null && !read.contains(i)) {
        unread.add(new Place(i, rows, buffers.get(i).width(), 0));
      }
    }
    return unread;
  }

  private static Place.@Nullable Rows rows(Buffer buffer) {
    return switch (buffer) {
      case Buffer.Timesteps _ -> Place.Rows.TIMESTEP;
      case Buffer.State _ -> Place.Rows.AFTER;
      default -> null;
    };
  }
}
