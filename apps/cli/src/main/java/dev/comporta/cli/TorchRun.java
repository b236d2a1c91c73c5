package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.exchange.ExportCheck;
import dev.comporta.exchange.TorchExport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs an export in PyTorch, where a Python with PyTorch is installed. */
final class TorchRun {
  /** Names another Python, as for the cross-language suite. */
  static final String VARIABLE = "COMPORTA_PYTHON";

  private static final int MOST_SECONDS = 120;

  private TorchRun() {}

  /**
   * What PyTorch computed.
   *
   * @param version of PyTorch
   * @param output the numbers
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never changed
  record Result(String version, float[] output) {}

  /** The Python that has PyTorch; null if there is none. */
  static @Nullable String python(@Nullable String preferred) {
    List<String> candidates = new ArrayList<>();
    if (preferred != null && !preferred.isBlank()) {
      candidates.add(preferred);
    }
    candidates.add("python3");
    candidates.add("/usr/bin/python3");
    return candidates.stream().filter(TorchRun::hasTorch).findFirst().orElse(null);
  }

  private static boolean hasTorch(String python) {
    try {
      Process process =
          new ProcessBuilder(python, "-c", "import torch")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      return ended(process) && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // there is no such program, which is not an error
    }
  }

  private static boolean ended(Process process) {
    try {
      if (process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    return false;
  }

  /**
   * Runs an export.
   *
   * @throws ComportaException if PyTorch does not load or run it
   */
  static Result run(String python, Path file, TorchExport.Exported exported, ExportCheck check) {
    Map<String, Object> task = new LinkedHashMap<>();
    task.put("file", file.toAbsolutePath().toString());
    task.put("steps", exported.steps());
    task.put("shape", check.shape());
    List<Float> input = new ArrayList<>();
    for (float value : check.input()) {
      input.add(value);
    }
    task.put("input", input);
    Path answer = null;
    try (InputStream script = TorchRun.class.getResourceAsStream("torch_check.py")) {
      if (script == null) {
        throw new IllegalStateException("torch_check.py is missing");
      }
      answer = Files.createTempFile("comporta-", ".json");
      Process process =
          new ProcessBuilder(
                  python, "-c", new String(script.readAllBytes(), StandardCharsets.UTF_8))
              .redirectErrorStream(true)
              .redirectOutput(answer.toFile())
              .start();
      give(process, Json.line(task));
      boolean ended = ended(process);
      String printed = Files.readString(answer);
      if (!ended || process.exitValue() != 0) {
        throw new ComportaException(
            formatted(
                "PyTorch does not run %s: %s",
                file,
                Printable.quote(printed.lines().reduce((_, last) -> last).orElse("no answer"))));
      }
      JsonNode root =
          JsonMapper.builder()
              .build()
              .readTree(printed.lines().reduce((_, last) -> last).orElse(""));
      float[] output = new float[root.path("output").size()];
      for (int i = 0; i < output.length; i++) {
        output[i] = (float) root.path("output").get(i).asDouble();
      }
      return new Result(root.path("version").asText(""), output);
    } catch (IOException e) {
      throw new ComportaException(formatted("%s cannot be run: %s", python, e.getMessage()), e);
    } finally {
      delete(answer);
    }
  }

  /** Gives a program its input. One that ended before it read all of it has said why. */
  private static void give(Process process, String input) {
    try (OutputStream to = process.getOutputStream()) {
      to.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException _) {
      // its exit code and what it printed are looked at next
    }
  }

  private static void delete(@Nullable Path file) {
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        file.toFile().deleteOnExit();
      }
    }
  }
}
