package dev.comporta.training.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusReaderTest {
  @TempDir private Path folder;

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private Path zip(String name, String... namesAndTexts) throws IOException {
    Path file = folder.resolve(name);
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (int i = 0; i < namesAndTexts.length; i += 2) {
        out.putNextEntry(new ZipEntry(namesAndTexts[i]));
        out.write(namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
        out.closeEntry();
      }
    }
    return file;
  }

  @Test
  void aFileIsTakenAsItIs() throws IOException {
    Corpus corpus = CorpusReader.read(write("a.txt", "zwei\r\nStra\u00dfen"));
    assertThat(corpus.text()).isEqualTo("zwei\r\nStra\u00dfen");
    assertThat(corpus.files()).isEqualTo(1);
    assertThat(CorpusReader.read(write("abc", "abc")).sha256())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheText() throws IOException {
    Path first = write("marked/a", "\uFEFFone\n");
    write("marked/b", "\uFEFFtwo");
    assertThat(CorpusReader.read(first).text()).isEqualTo("one\n");
    assertThat(CorpusReader.read(folder.resolve("marked")).text()).isEqualTo("one\ntwo");
  }

  @Test
  void aDirectoryIsReadInOrderWithoutHiddenAndBinaryFiles() throws IOException {
    write("d/b.txt", "b");
    write("d/a/z.txt", "z\n");
    write("d/.git/x", "hidden");
    write("d/picture", "\0\0\0");
    write("d/c.txt", "c");
    Corpus corpus = CorpusReader.read(folder.resolve("d"));
    assertThat(corpus.text()).isEqualTo("z\nb\nc");
    assertThat(corpus.files()).isEqualTo(3);
  }

  @Test
  void anArchiveIsKnownByItsBytesAndReadInOrder() throws IOException {
    Corpus corpus = CorpusReader.read(zip("data", "b/", "", "b/2", "two", "a", "one", ".x", "no"));
    assertThat(corpus.text()).isEqualTo("one\ntwo");
    assertThat(corpus.files()).isEqualTo(2);
  }

  @Test
  void whatIsNotUtf8IsRefusedWithItsOffset() throws IOException {
    Path file = folder.resolve("latin1.txt");
    Files.write(file, new byte[] {'g', 'r', (byte) 0xfc, 'n'});
    assertThatThrownBy(() -> CorpusReader.read(file))
        .isInstanceOf(ComportaException.class)
        .hasMessage(
            "[text] %s is not UTF-8: the byte 0xfc at offset 2 does not start a character; give its encoding with --encoding"
                .formatted(file));
    Files.write(file, new byte[] {'a', (byte) 0xc3});
    assertThatThrownBy(() -> CorpusReader.read(file)).hasMessageContaining("0xc3 at offset 1");
    Files.write(file, new byte[] {(byte) 0xc0, (byte) 0x80});
    assertThatThrownBy(() -> CorpusReader.read(file)).hasMessageContaining("0xc0 at offset 0");
    Files.write(file, new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80}); // a surrogate
    assertThatThrownBy(() -> CorpusReader.read(file)).hasMessageContaining("0xed at offset 0");
  }

  @Test
  void nothingThereAndNothingInItAreErrors() throws IOException {
    Path none = folder.resolve("none.txt");
    assertThatThrownBy(() -> CorpusReader.read(none))
        .isInstanceOf(ComportaException.class)
        .hasMessage("[text] expected a file, directory or ZIP archive but there is no " + none);
    Path empty = write("empty.txt", "");
    assertThatThrownBy(() -> CorpusReader.read(empty))
        .isInstanceOf(ComportaException.class)
        .hasMessage("[text] expected text in %s but it is empty".formatted(empty));
    Path directory = Files.createDirectory(folder.resolve("e"));
    assertThatThrownBy(() -> CorpusReader.read(directory)).hasMessageContaining("it is empty");
  }

  @Test
  void aCutArchiveIsOneSentence() throws IOException {
    Path whole = zip("whole.zip", "a", "some text that is long enough to be cut");
    byte[] bytes = Files.readAllBytes(whole);
    List<Integer> accepted = new ArrayList<>();
    Path cut = folder.resolve("cut.zip");
    for (int length = 4; length < bytes.length; length++) {
      Files.write(cut, Arrays.copyOf(bytes, length));
      try {
        CorpusReader.read(cut);
        accepted.add(length);
      } catch (ComportaException e) {
        assertThat(e.getMessage()).contains("cut.zip").doesNotContain("\n");
      }
    }
    assertThat(accepted).isEmpty();
  }

  @Test
  void theDefaultIsTheKitsOwnSources() throws IOException {
    Path kit = folder.resolve("kit");
    assertThat(DefaultCorpus.fromKit(kit)).isEmpty();
    Files.createDirectories(kit.resolve("lib"));
    String wanted = "java.base/" + DefaultCorpus.PACKAGES.getFirst() + "/A.java";
    zip(
        "kit/lib/src.zip",
        wanted,
        "class A {}",
        "java.base/x/B.java",
        "no",
        "java.sql/C.java",
        "no");
    assertThat(DefaultCorpus.fromKit(kit).orElseThrow().text()).isEqualTo("class A {}");
  }

  @Test
  void withoutThemTheProjectsOwnSourcesAreRead() throws IOException {
    for (String module :
        List.of("api", "tensor", "cells", "training", "attention", "serialization")) {
      write("root/" + module + "/src/main/java/A.java", module + "\n");
    }
    write("root/api/src/test/java/A.java", "no");
    Corpus corpus = DefaultCorpus.ownSources(folder.resolve("root"));
    assertThat(corpus.text()).isEqualTo("api\ntensor\ncells\ntraining\nattention\nserialization\n");
    assertThat(corpus.files()).isEqualTo(6);
  }

  /** A named pipe that a thread writes these bytes to. */
  private Path pipe(byte[] content) throws Exception {
    Path pipe = folder.resolve("pipe");
    Files.deleteIfExists(pipe);
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Thread.ofVirtual()
        .start(() -> {
          try (OutputStream out = Files.newOutputStream(pipe)) {
            out.write(content);
          } catch (IOException e) {
            throw new UncheckedIOException(e); // the reader fails as well
          }
        });
    return pipe;
  }

  @Test
  void aPipeGivesTheTextOfTheFile() throws Exception {
    for (String text : List.of("PK and more text", "abc", "one\ntwo\n".repeat(10_000))) {
      assertThat(CorpusReader.read(pipe(text.getBytes(StandardCharsets.UTF_8))).text())
          .isEqualTo(text);
    }
    byte[] archive = Files.readAllBytes(zip("a.zip", "one", "text"));
    Path pipe = pipe(archive);
    assertThatThrownBy(() -> CorpusReader.read(pipe))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("expected a regular file but the ZIP archive " + pipe);
  }

  @Test
  void aDeviceWithoutEndIsRefused() {
    assertThatThrownBy(() -> CorpusReader.read(Path.of("/dev/zero")))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("/dev/zero has more than");
  }
}
