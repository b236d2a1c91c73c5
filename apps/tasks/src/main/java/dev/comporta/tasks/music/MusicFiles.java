package dev.comporta.tasks.music;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Sha256;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.training.data.Shuffle;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Pieces of music from files: JSON with parts such as {@code train} and {@code valid}, a MIDI file,
 * tunes in ABC notation, or a folder of MIDI and ABC files.
 *
 * @param name what messages call it
 * @param parts the pieces by the name of their part; pieces without one are in the part ""
 */
record MusicFiles(String name, Map<String, List<Piece>> parts) {
  private static final int MOST_BYTES = 1 << 26;
  private static final String TRAINING = "train";
  private static final String VALIDATION = "valid";
  private static final String TEST = "test";

  /** Copies the map, keeping its order. */
  MusicFiles {
    parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
  }

  /**
   * Reads a file or a folder.
   *
   * @param stepsPerBeat timesteps of a quarter note, for MIDI and ABC files
   */
  static MusicFiles read(Path path, int stepsPerBeat) {
    if (!Files.isDirectory(path)) {
      return read(content(path), path.toString(), stepsPerBeat);
    }
    List<Piece> pieces = new ArrayList<>();
    for (Path file : musicFiles(path)) {
      byte[] content = content(file);
      pieces.addAll(
          AbcReader.isNamed(file.toString())
              ? AbcReader.read(content, file.toString(), stepsPerBeat)
              : List.of(MidiReader.read(content, file.toString(), stepsPerBeat)));
    }
    if (pieces.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[music] expected MIDI or ABC files, whose names end in .mid, .midi or .abc, in the folder %s but found none",
              path));
    }
    return new MusicFiles(path.toString(), Map.of("", pieces));
  }

  /** Reads the content of a file: MIDI or ABC if it looks like one of them, else JSON. */
  static MusicFiles read(byte[] content, String name, int stepsPerBeat) {
    if (MidiReader.isMidi(content)) {
      return new MusicFiles(
          name, Map.of("", List.of(MidiReader.read(content, name, stepsPerBeat))));
    }
    return AbcReader.isAbc(content, name)
        ? new MusicFiles(name, Map.of("", AbcReader.read(content, name, stepsPerBeat)))
        : new MusicFiles(name, JsonPieces.read(content, name));
  }

  private static List<Path> musicFiles(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> {
            String end = file.getFileName().toString().toLowerCase(Locale.ROOT);
            return end.endsWith(".mid") || end.endsWith(".midi") || AbcReader.isNamed(end);
          })
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new ComportaException(
          formatted("[music] %s cannot be read: %s", folder, e.getMessage()), e);
    }
  }

  private static byte[] content(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return content(in, file.toString());
    } catch (NoSuchFileException e) {
      throw new ComportaException(
          formatted("[music] expected a MIDI, ABC or JSON file but there is no %s", file), e);
    } catch (IOException e) {
      throw new ComportaException(
          formatted("[music] %s cannot be read: %s", file, e.getMessage()), e);
    }
  }

  /** The bytes of a file, which must not be too large. */
  static byte[] content(InputStream in, String name) {
    try {
      byte[] content = in.readNBytes(MOST_BYTES + 1);
      if (content.length > MOST_BYTES) {
        throw new ComportaException(
            formatted(
                "[music] expected a file of at most %d MiB but %s is longer; split it",
                MOST_BYTES >> 20, name));
      }
      return content;
    } catch (IOException e) {
      throw new ComportaException(
          formatted("[music] %s cannot be read: %s", name, e.getMessage()), e);
    }
  }

  /** The pieces to train on, and those held out. */
  record Split(List<Piece> training, List<Piece> heldOut) {}

  /** Whether the file says which pieces to validate on. */
  boolean hasValidation() {
    return parts.containsKey(VALIDATION);
  }

  /**
   * The parts {@code train} and {@code valid} if there are any; else a fraction of all pieces,
   * chosen at random, is held out. The part {@code test} is never used here.
   */
  Split split(double fraction, RandomSource random) {
    List<Piece> all = training();
    if (hasValidation()) {
      return new Split(all, pieces(VALIDATION));
    }
    if (all.size() < 2) {
      throw new ComportaException(
          formatted(
              "[music] expected two pieces or more, one of them to validate on, in %s but it has %d; add pieces, or give --validation-data",
              name, all.size()));
    }
    int held = Math.clamp(Math.round(all.size() * fraction), 1, all.size() - 1);
    int[] order = Shuffle.order(all.size(), random);
    return new Split(
        Arrays.stream(order).skip(held).sorted().mapToObj(all::get).toList(),
        Arrays.stream(order).limit(held).sorted().mapToObj(all::get).toList());
  }

  /** All pieces to train on: those of the part {@code train}, or those without a part. */
  List<Piece> training() {
    return pieces(parts.containsKey("") ? "" : TRAINING);
  }

  /** The name of the part to score: the test part, else the one for validation, else the last. */
  String scored() {
    return Stream.of(TEST, VALIDATION)
        .filter(parts::containsKey)
        .findFirst()
        .orElseGet(() -> new ArrayList<>(parts.keySet()).getLast());
  }

  /** The pieces to validate on of a file for that: the part {@code valid}, or what is scored. */
  List<Piece> validation() {
    return pieces(hasValidation() ? VALIDATION : scored());
  }

  /** The pieces of the part {@code train}, if the file has other parts, too. */
  List<Piece> fitted() {
    return parts.size() > 1 ? parts.getOrDefault(TRAINING, List.of()) : List.of();
  }

  /** The pieces of a part, one or more. */
  List<Piece> pieces(String part) {
    List<Piece> pieces = parts.getOrDefault(part, List.of());
    if (pieces.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[music] expected pieces in the part '%s' of %s but it has none; its parts are %s",
              part, name, parts.keySet()));
    }
    return pieces;
  }

  /** The hash of all notes: the same for the same pieces in any file. */
  String sha256() {
    var digest = Sha256.newDigest();
    parts.forEach((part, pieces) -> {
      digest.update((part + "\n").getBytes(StandardCharsets.UTF_8));
      pieces.forEach(
          piece -> digest.update((piece.chords() + "\n").getBytes(StandardCharsets.UTF_8)));
    });
    return Sha256.hex(digest);
  }
}
