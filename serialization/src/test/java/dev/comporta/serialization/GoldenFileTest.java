package dev.comporta.serialization;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of every format can be read. The format 1 file was written by the first version of this
 * code; if a test fails, the code is wrong, not the file.
 */
class GoldenFileTest {
  private static final Pattern DUMP_LINE =
      Pattern.compile("^    [0-9a-f]{8}  ((?:[0-9a-f]{2} ?){1,16})", Pattern.MULTILINE);

  @TempDir Path folder;

  private static byte[] golden(String name) throws IOException {
    try (InputStream in = GoldenFileTest.class.getResourceAsStream("/golden/" + name)) {
      assertThat(in).as(name).isNotNull();
      return in.readAllBytes();
    }
  }

  @Test
  void modelOfFormat1() throws IOException {
    Path path = Files.write(folder.resolve("m"), golden("model-format-1.bin"));
    assertThat(ModelFiles.read(path)).isEqualTo(Samples.tiny());
    ModelFiles.write(path, Samples.tiny());
    assertThat(Files.readAllBytes(path)).isEqualTo(golden("model-format-1.bin"));
  }

  @Test
  void checkpointOfFormat1() throws IOException {
    Path path = Files.write(folder.resolve("c"), golden("checkpoint-format-1.bin"));
    assertThat(Checkpoints.read(path)).isEqualTo(Samples.checkpoint());
    Checkpoints.write(path, Samples.checkpoint());
    assertThat(Files.readAllBytes(path)).isEqualTo(golden("checkpoint-format-1.bin"));
  }

  @Test
  void descriptionOfTheFormatShowsThisFile() throws IOException {
    String document =
        Files.readString(
            Path.of(System.getProperty("basedir", ""), "..", "docs", "formats", "model-file.md"));
    String hex =
        DUMP_LINE
            .matcher(document)
            .results()
            .map(match -> match.group(1).replace(" ", ""))
            .collect(Collectors.joining());
    assertThat(hex).isEqualTo(HexFormat.of().formatHex(golden("model-format-1.bin")));
  }
}
