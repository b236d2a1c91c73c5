package dev.comporta.api.catalog;

import dev.comporta.api.NamedProvider;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleReference;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Where a provider comes from.
 *
 * @param type the name of its class
 * @param module the name of its module; null on the class path
 * @param version the version of its module, or else the {@code Implementation-Version} in the
 *     manifest of its jar; null if there is neither
 * @param jar the name of its jar or of the folder of its classes, without the folders above; null
 *     in a run-time image
 */
@API(status = API.Status.EXPERIMENTAL)
public record ProviderOrigin(
    String type, @Nullable String module, @Nullable String version, @Nullable String jar) {
  /** What all packages of Comporta begin with. */
  private static final String OURS = "dev.comporta.";

  /**
   * The origin of a provider.
   *
   * @param provider any provider
   * @return where its class comes from
   */
  public static ProviderOrigin of(NamedProvider provider) {
    return of(provider.getClass());
  }

  /**
   * The origin of a class.
   *
   * @param type any class
   * @return where it comes from
   */
  public static ProviderOrigin of(Class<?> type) {
    Module module = type.getModule();
    if (!module.isNamed()) {
      return of(type.getName(), null, null, location(type));
    }
    ModuleDescriptor descriptor = module.getDescriptor();
    ModuleLayer layer = module.getLayer();
    URI location =
        layer == null
            ? null
            : layer
                .configuration()
                .findModule(module.getName())
                .flatMap(resolved -> resolved.reference().location())
                .orElse(null);
    return of(type.getName(), module.getName(), descriptor.rawVersion().orElse(null), location);
  }

  /** The origin of a class that a module provides, whether or not it can be loaded. */
  static ProviderOrigin of(String type, ModuleReference module) {
    return of(
        type,
        module.descriptor().name(),
        module.descriptor().rawVersion().orElse(null),
        module.location().orElse(null));
  }

  static ProviderOrigin of(
      String type, @Nullable String module, @Nullable String version, @Nullable URI location) {
    String known = version == null && location != null ? implementationVersion(location) : version;
    return new ProviderOrigin(type, module, known, location == null ? null : fileName(location));
  }

  private static @Nullable URI location(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    try {
      return source == null || source.getLocation() == null ? null : source.getLocation().toURI();
    } catch (URISyntaxException e) {
      return null; // a place that no jar on a disk has: it is not named
    }
  }

  /** The last name of a location, such as that of a jar. */
  static @Nullable String fileName(URI location) {
    String text = location.toString();
    if (text.startsWith("jrt:")) {
      return null;
    }
    String path = text.replaceFirst("(!?/)+$", "");
    return URI.create("x:/" + path.substring(path.lastIndexOf('/') + 1)).getPath().substring(1);
  }

  private static @Nullable String implementationVersion(URI location) {
    try {
      Path path = Path.of(location);
      if (!Files.isRegularFile(path)) {
        return null;
      }
      try (JarFile jar = new JarFile(path.toFile(), false)) {
        Manifest manifest = jar.getManifest();
        return manifest == null
            ? null
            : manifest.getMainAttributes().getValue(Attributes.Name.IMPLEMENTATION_VERSION);
      }
    } catch (IOException | IllegalArgumentException | FileSystemNotFoundException e) {
      return null; // a jar within a jar, or one that is gone: it has no version that can be told
    }
  }

  /**
   * Whether the provider is part of Comporta.
   *
   * @return false for a provider of a third party
   */
  public boolean isBuiltIn() {
    return type.startsWith(OURS);
  }

  /**
   * Whether a provider is part of Comporta, without reading the jar that it comes from.
   *
   * @param provider any provider
   * @return false for a provider of a third party
   */
  public static boolean isBuiltIn(NamedProvider provider) {
    return provider.getClass().getName().startsWith(OURS);
  }

  /**
   * The origin in words.
   *
   * @return such as {@code module example.cells 1.0 (cells-1.0.jar)}; the jar is left out for parts
   *     of Comporta
   */
  @Override
  public String toString() {
    String what = module == null ? "class " + type : "module " + module;
    String words = version == null ? what : what + " " + version;
    return jar == null || isBuiltIn() ? words : words + " (" + jar + ")";
  }
}
