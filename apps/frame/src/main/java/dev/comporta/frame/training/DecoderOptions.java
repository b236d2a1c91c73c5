package dev.comporta.frame.training;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import dev.comporta.attention.AttentionDecoderLayer;
import dev.comporta.attention.DecoderLayer;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import java.util.List;
import org.apiguardian.api.API;

/** The options of a decoder with or without attention, and its layer. */
@API(status = API.Status.EXPERIMENTAL)
public final class DecoderOptions {
  /** The attention score, or {@code none}. */
  public static final Option<Spec> ATTENTION =
      Option.spec("attention")
          .or(Spec.of("additive"))
          .help("attention score, as in location:width=5: see comporta catalog; or none");

  /** When the decoder attends. */
  public static final Option<String> LOOK =
      Option.choice("look", "before", "after")
          .or("before")
          .help("attention before (Bahdanau 2015) or after (Luong 2015) the decoder's step");

  /** Whether the attentional state is an input of the next step. */
  public static final Option<Boolean> INPUT_FEEDING =
      Option.flag("input-feeding")
          .or(it -> it.get(LOOK).equals("after") ? true : null, "yes with --look after")
          .help("input feeding (Luong 2015): feed the attentional state into the next step");

  /** The layer between the decoder's state and the logits. */
  public static final Option<String> READ_OUT =
      Option.choice("read-out", "none", "dense", "maxout")
          .or("dense")
          .help("layer between the decoder's state and the logits");

  private static final Spec NO_ATTENTION = Spec.of("none");
  private static final List<String> SAME_SIZE = List.of("dot", "scaled-dot");

  private DecoderOptions() {}

  /**
   * The options.
   *
   * @return in order
   */
  public static Options of() {
    return Options.of(ATTENTION, LOOK, INPUT_FEEDING, READ_OUT);
  }

  /**
   * Whether the decoder has attention.
   *
   * @param settings with {@link #ATTENTION}
   * @return false for {@code none}
   */
  public static boolean attends(Settings settings) {
    return !settings.get(ATTENTION).equals(NO_ATTENTION);
  }

  /**
   * Whether the score expects annotations as large as the decoder's state.
   *
   * @param settings with {@link #ATTENTION}
   * @return true for scores that are a dot product
   */
  public static boolean expectsSameSize(Settings settings) {
    Spec score = settings.get(ATTENTION);
    return SAME_SIZE.contains(score.name())
        || (score.options().get("score") instanceof String inner && SAME_SIZE.contains(inner));
  }

  /**
   * Refuses options that do not go together, and a score that is not in the catalog.
   *
   * @param settings with all options of this class
   * @param catalog where scores are found
   * @throws dev.comporta.api.ComportaException naming what to change
   */
  public static void require(Settings settings, Catalog catalog) {
    boolean after = settings.get(LOOK).equals("after");
    if (attends(settings)) {
      catalog.find(Kind.ATTENTION, settings.get(ATTENTION).name());
    } else if (after) {
      throw new InvalidOptionException(
          "--look after goes with an attention but --attention is none; leave one out");
    }
    settings.requireEffective(INPUT_FEEDING, "--look after", after);
  }

  /**
   * The decoder's layer.
   *
   * @param settings with all options of this class, the cell and the hidden size
   * @return its specification
   */
  public static Spec layer(Settings settings) {
    boolean attends = attends(settings);
    Spec decoder =
        Spec.of(attends ? AttentionDecoderLayer.NAME : DecoderLayer.NAME)
            .with("cell", settings.get(LayerOptions.CELL))
            .with("hidden", settings.get(LayerOptions.HIDDEN))
            .with("read-out", settings.get(READ_OUT));
    if (!attends) {
      return decoder;
    }
    decoder = decoder.with("attention", settings.get(ATTENTION));
    return settings.get(LOOK).equals("after")
        ? decoder
            .with("look", settings.get(LOOK))
            .with("input-feeding", settings.get(INPUT_FEEDING))
        : decoder;
  }
}
