package dev.comporta.api;

import java.util.Locale;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** Text that is the same in every default locale, such as that of a message or of a name. */
@API(status = API.Status.EXPERIMENTAL)
public final class Formatting {
  private Formatting() {}

  /**
   * Formats as {@link String#format(Locale, String, Object...)} does in {@link Locale#ROOT}, with
   * the digits 0 to 9 and a decimal point.
   *
   * @param format the format
   * @param arguments its arguments
   * @return the text
   */
  @SuppressWarnings("AnnotateFormatMethod") // its annotation would be a dependency of all modules
  public static String formatted(String format, @Nullable Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
