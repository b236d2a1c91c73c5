package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** Compiles third-party sources and packs them into a jar. */
final class PluginJar {
  private final Path folder;
  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  private PluginJar(Path folder) {
    this.folder = folder;
  }

  /**
   * Compiles sources.
   *
   * @param folder where the classes and the jar go
   * @param sources by the names of their files
   */
  static PluginJar of(Path folder, Map<String, String> sources) throws IOException {
    PluginJar jar = new PluginJar(folder);
    Path src = Files.createDirectories(folder.resolve("src"));
    Path classes = Files.createDirectories(folder.resolve("classes"));
    List<String> words =
        new ArrayList<>(
            List.of(
                "--module-path",
                System.getProperty("jdk.module.path"),
                "-nowarn",
                "-d",
                classes.toString()));
    if (!sources.containsKey("module-info.java")) {
      words.addAll(List.of("--add-modules", "ALL-MODULE-PATH"));
    }
    for (Map.Entry<String, String> source : sources.entrySet()) {
      Path file = src.resolve(source.getKey());
      Files.createDirectories(file.getParent());
      words.add(Files.writeString(file, source.getValue()).toString());
    }
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said, true);
    int code =
        ToolProvider.findFirst("javac").orElseThrow().run(out, out, words.toArray(String[]::new));
    assertThat(code).as(said.toString()).isZero();
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String name = classes.relativize(file).toString().replace('\\', '/');
        jar.entries.put(name, Files.readAllBytes(file));
      }
    }
    return jar;
  }

  Path classes() {
    return folder.resolve("classes");
  }

  PluginJar with(String name, String text) {
    entries.put(name, text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return this;
  }

  PluginJar without(String name) {
    assertThat(entries.remove(name)).isNotNull();
    return this;
  }

  /** Makes a class look as if a later Java had compiled it. */
  PluginJar later(String name) {
    byte[] type = entries.get(name);
    type[7] = (byte) 200;
    return this;
  }

  /** Writes the jar, with a version in its manifest, and returns its path. */
  String write(String name) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, "3.1");
    Path path = folder.resolve(name);
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(path), manifest)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new JarEntry(entry.getKey()));
        out.write(entry.getValue());
        out.closeEntry();
      }
    }
    return path.toString();
  }
}
