package dev.comporta.api.catalog;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.lang.module.FindException;
import java.lang.module.InvalidModuleDescriptorException;
import java.lang.module.ResolutionException;
import java.util.ServiceConfigurationError;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A provider of a third party, or its whole jar, that cannot be used. The message names the
 * provider, its jar and the root cause.
 */
@API(status = API.Status.EXPERIMENTAL)
public class ProviderException extends ComportaException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param subject what cannot be used, such as {@code cell 'leaky'}
   * @param origin where it comes from
   * @param reason the root cause in words
   * @param cause the failure, if there was an exception
   */
  public ProviderException(
      String subject, ProviderOrigin origin, String reason, @Nullable Throwable cause) {
    this(
        formatted(
            "the %s of %s cannot be used: %s; fix or remove its jar", subject, origin, reason),
        cause);
  }

  /**
   * Creates the error from a whole sentence.
   *
   * @param sentence what cannot be used, why, and what to do
   * @param cause the failure, if there was an exception
   */
  @SuppressWarnings("this-escape") // initCause is called before anybody else can see this
  public ProviderException(String sentence, @Nullable Throwable cause) {
    super(sentence);
    if (cause != null) {
      initCause(cause);
    }
  }

  /**
   * The root cause of a failure in words.
   *
   * @param failure what the third-party code threw
   * @return the name of the deepest cause and its message, or what it means
   */
  public static String reason(Throwable failure) {
    Throwable root = failure;
    for (int depth = 0; root.getCause() != null && depth < 100; depth++) {
      root = root.getCause();
    }
    String message = root.getMessage() == null ? "" : root.getMessage();
    return switch (root) {
      case UnsupportedClassVersionError _ -> newer(message);
      case NoClassDefFoundError _ when isName(message) -> missing(message);
      case ClassNotFoundException _ when isName(message) -> missing(message);
      case IncompatibleClassChangeError e ->
          formatted("it was built for another version of what it uses (%s)", e);
      case ServiceConfigurationError _ -> message.replaceFirst("^[\\w.$]+: ", "");
      case InvalidModuleDescriptorException _ when message.startsWith("Unsupported major.minor") ->
          newer(message);
      case FindException _ -> message;
      case ResolutionException _ -> message;
      case LayerInstantiationException _ -> message;
      case InvalidModuleDescriptorException _ -> message;
      case ComportaException _ -> message;
      default -> root.toString();
    };
  }

  private static String newer(String message) {
    return formatted("it needs a newer Java than %d (%s)", Runtime.version().feature(), message);
  }

  /**
   * What a provider's method returned.
   *
   * @param value the value
   * @param method the method, such as {@code options()}
   * @param <T> its type
   * @return the value, if it is one
   * @throws ComportaException if it is null
   */
  public static <T> T returned(@Nullable T value, String method) {
    if (value == null) {
      throw new ComportaException(formatted("its %s returned null", method));
    }
    return value;
  }

  /**
   * What something that a provider made returned.
   *
   * @param from what was called, such as a loss
   * @param value the value
   * @param method the method, such as {@code of()}
   * @param <T> its type
   * @return the value, if it is one
   * @throws ProviderException if it is null, naming the class and its jar
   */
  public static <T> T returned(Object from, @Nullable T value, String method) {
    if (value == null) {
      ProviderOrigin origin = ProviderOrigin.of(from.getClass());
      throw new ProviderException(
          from.getClass().getSimpleName(), origin, formatted("its %s returned null", method), null);
    }
    return value;
  }

  private static boolean isName(String message) {
    return message.matches("[\\w./$]+");
  }

  private static String missing(String name) {
    return formatted(
        "the class %s is missing; put the jar that contains it in the same folder",
        name.replace('/', '.'));
  }

  /** Whether a failure is one of the JVM as a whole, which no jar is to blame for. */
  static boolean isOfTheMachine(Throwable failure) {
    return failure instanceof OutOfMemoryError;
  }
}
